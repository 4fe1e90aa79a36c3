//! A post's comments as readers see them: nested, sorted and cut into pages (WP 7.1 comments §6.2, §6.3
//! and §6.5). Called by the ways in that show a thread or link to a comment in it.
//!
//! Everything here walks parents and children without recursion: a chain of replies may be as long as
//! the comments are many.

use std::collections::HashMap;

use crate::model::comment::Comment;
use crate::model::ids::CommentId;
use crate::model::options::SiteOptions;

/// One page of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadPage {
    /// The page's comments, each reply after what it answers.
    pub items: Vec<Item>,
    /// The number of this page, from 1, the oldest; it may be beyond `pages` when a reader asked for such.
    pub page: i64,
    /// How many pages there are: 1 without paging, 0 with paging and no comments (WP 7.1 §6.2).
    pub pages: i64,
    /// How many comments the post has, on all pages, those included that are not displayed because what
    /// they answer is not.
    pub total: usize,
}

/// One comment of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its place in the slice that was arranged.
    pub index: usize,
    /// Its level, from 1 to the site's `thread_comments_depth`, at which all deeper replies stay.
    pub depth: usize,
    /// Whether replies to it follow.
    pub has_children: bool,
}

/// The page `cpage` of a thread, or the one that the site shows first. `comments` are a post's approved
/// ones (and the reader's own that wait), in the order of `created_at`, then `id`.
pub fn arrange(comments: &[Comment], options: &SiteOptions, cpage: Option<i64>) -> ThreadPage {
    let mut top_level = top_level(comments, options);
    let (page, pages) = paging(top_level.len(), options, cpage);
    if let Some(per_page) = per_page(options) {
        top_level = slice_of(&top_level, page, per_page).to_vec();
    }
    if options.comment_order == "desc" {
        top_level.reverse();
    }
    let items = if options.thread_comments {
        nested(comments, &top_level, max_depth(options))
    } else {
        top_level.into_iter().map(|index| Item { index, depth: 1, has_children: false }).collect()
    };
    ThreadPage { items, page, pages, total: comments.len() }
}

/// The number of the page on which the comment `id` stands, from 1 (WP 7.1 §6.5): that of the top-level
/// comment it stands under. A comment that is not among `comments`, as one that waits for approval, is
/// placed by its number.
pub fn page_of(comments: &[Comment], options: &SiteOptions, id: CommentId) -> i64 {
    let Some(per_page) = per_page(options) else { return 1 };
    let top_level = top_level(comments, options);
    let before = match place_of_top(comments, options, id) {
        Some(place) => top_level.iter().filter(|index| **index < place).count(),
        None => top_level.iter().filter(|index| comments[**index].id < id).count(),
    };
    number(before / per_page).saturating_add(1)
}

/// The deepest level that is shown as such (WP 7.1 §6.3).
fn max_depth(options: &SiteOptions) -> usize {
    usize::try_from(options.thread_comments_depth).unwrap_or(1).max(1)
}

/// How many top-level comments a page has; `None` when there is but one page.
fn per_page(options: &SiteOptions) -> Option<usize> {
    usize::try_from(options.comments_per_page).ok().filter(|n| options.page_comments && *n > 0)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The places of the comments that pages are counted in: those that answer none, or all when threading
/// is off.
fn top_level(comments: &[Comment], options: &SiteOptions) -> Vec<usize> {
    let counts = |comment: &Comment| !options.thread_comments || comment.parent_id.is_none();
    comments.iter().enumerate().filter(|(_, comment)| counts(comment)).map(|(index, _)| index).collect()
}

/// The page's number and how many there are. A number below 1 is none, as WordPress reads it.
fn paging(top_level: usize, options: &SiteOptions, cpage: Option<i64>) -> (i64, i64) {
    let Some(per_page) = per_page(options) else { return (1, 1) };
    let pages = number(top_level.div_ceil(per_page));
    let first_shown = if options.default_comments_page == "oldest" { 1 } else { pages.max(1) };
    (cpage.filter(|n| *n >= 1).unwrap_or(first_shown), pages)
}

/// The top-level comments of a page; none beyond the last.
fn slice_of(top_level: &[usize], page: i64, per_page: usize) -> &[usize] {
    let start = usize::try_from(page - 1).unwrap_or(0).saturating_mul(per_page).min(top_level.len());
    let end = start.saturating_add(per_page).min(top_level.len());
    &top_level[start..end]
}

/// The top-level comments with their replies, depth first. Only what hangs on a top-level comment is
/// ever reached, so neither an orphan nor a circle of replies is.
fn nested(comments: &[Comment], top_level: &[usize], max_depth: usize) -> Vec<Item> {
    let children = children(comments);
    let mut items = Vec::with_capacity(top_level.len());
    let mut to_show: Vec<(usize, usize)> = top_level.iter().rev().map(|index| (*index, 1)).collect();
    while let Some((index, depth)) = to_show.pop() {
        let replies = &children[index];
        items.push(Item { index, depth, has_children: !replies.is_empty() });
        let below = (depth + 1).min(max_depth);
        to_show.extend(replies.iter().rev().map(|reply| (*reply, below)));
    }
    items
}

/// For each comment the places of its replies, in order.
fn children(comments: &[Comment]) -> Vec<Vec<usize>> {
    let places = places(comments);
    let mut children = vec![Vec::new(); comments.len()];
    for (index, comment) in comments.iter().enumerate() {
        if let Some(parent) = comment.parent_id.and_then(|id| places.get(&id)) {
            children[*parent].push(index);
        }
    }
    children
}

fn places(comments: &[Comment]) -> HashMap<CommentId, usize> {
    comments.iter().enumerate().map(|(index, comment)| (comment.id, index)).collect()
}

/// The place of the comment that `id` stands under: its topmost known ancestor, or itself without
/// threading.
fn place_of_top(comments: &[Comment], options: &SiteOptions, id: CommentId) -> Option<usize> {
    let places = places(comments);
    let mut place = *places.get(&id)?;
    if !options.thread_comments {
        return Some(place);
    }
    // A chain of ancestors is at most as long as the comments are many; longer, it is a circle.
    for _ in 0..comments.len() {
        match comments[place].parent_id.and_then(|parent| places.get(&parent)) {
            Some(parent) => place = *parent,
            None => break,
        }
    }
    Some(place)
}

#[cfg(test)]
mod tests;
