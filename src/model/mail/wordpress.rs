//! The two mails that WordPress sends, word for word (WP 7.1 comments §9.2, §9.3), and the digests that
//! stand in for many of them when a flood comes. Names and texts are decoded, where WordPress leaves
//! `&amp;` in them (register §14 #22).

use std::fmt::Write as _;

use super::{DIGEST_SHOWN_MAX, Words};
use crate::model::comment::{Comment, CommentType};
use crate::model::ids::CommentId;
use crate::model::permalink;
use crate::model::text::escape::unescape;
use crate::model::text::excerpt::excerpt;
use crate::model::text::numbers::grouped;

/// A comment with what stands around it.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The blog's title.
    pub blog: &'a str,
    /// Where the site's doors are, without a trailing slash.
    pub doors: &'a str,
    /// The post's title.
    pub title: &'a str,
    /// The post's address.
    pub url: &'a str,
    /// The comment.
    pub comment: &'a Comment,
}

/// Where the addressee can act on the comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// “Approve it”.
    pub approve: String,
    /// “Trash it”, or “Delete it” where the site keeps no trash.
    pub trash: String,
    /// “Spam it”.
    pub spam: String,
    /// Whether the site keeps no trash.
    pub is_final: bool,
}

/// The page that asks before it acts on a comment (WP 7.1 §10.3).
pub fn action_page(doors: &str, action: &str, comment: CommentId) -> String {
    format!("{doors}/wp-admin/comment.php?action={action}&c={comment}#wpbody-content")
}

/// “New comment on your post”. Without `links` to somebody who may not moderate.
pub fn to_author(about: &About<'_>, links: Option<&Links>) -> Words {
    let About { blog, title, url, comment, .. } = about;
    let noun = comment.kind.as_str();
    let mut body = format!("New {noun} on your post \"{title}\"\n");
    push_comment(&mut body, about, "Comment", links.is_some());
    let _ = write!(body, "\nYou can see all {noun}s on this post here:\n{url}#comments\n");
    let _ = write!(body, "\nPermalink: {}\n", permalink::of_comment(url, comment.id));
    if let Some(links) = links {
        push_ends(&mut body, links);
    }
    Words { subject: format!("[{blog}] {}: \"{title}\"", label(comment.kind)), body }
}

/// “Please moderate”; `pending` comments wait.
pub fn to_moderator(about: &About<'_>, links: &Links, pending: i64) -> Words {
    let About { blog, title, url, comment, .. } = about;
    let noun = comment.kind.as_str();
    let mut body = format!("A new {noun} on the post \"{title}\" is waiting for your approval\n{url}\n\n");
    let heading = match comment.kind {
        CommentType::Comment => "Comment".to_owned(),
        kind => format!("{} excerpt", label(kind)),
    };
    push_comment(&mut body, about, &heading, true);
    let _ = write!(body, "\nApprove it: {}\n", links.approve);
    push_ends(&mut body, links);
    push_panel(&mut body, about.doors, pending);
    Words { subject: format!("[{blog}] Please moderate: \"{title}\""), body }
}

/// Many mails to a post's author in one.
pub fn author_digest(listed: &[About<'_>], more: usize) -> Option<Words> {
    let first = listed.first()?;
    let count = listed.len() + more;
    let mut body = format!("{count} new comments on your posts:\n");
    for about in listed.iter().take(DIGEST_SHOWN_MAX) {
        push_listed(&mut body, about, &permalink::of_comment(about.url, about.comment.id));
    }
    push_more(&mut body, count);
    Some(Words { subject: format!("[{}] {count} new comments", first.blog), body })
}

/// Many mails to a moderator in one.
pub fn moderation_digest(listed: &[About<'_>], more: usize, pending: i64) -> Option<Words> {
    let first = listed.first()?;
    let count = listed.len() + more;
    let mut body = format!("{count} new comments are waiting for your approval:\n");
    for about in listed.iter().take(DIGEST_SHOWN_MAX) {
        push_listed(&mut body, about, &action_page(about.doors, "approve", about.comment.id));
    }
    push_more(&mut body, count);
    body.push('\n');
    push_panel(&mut body, first.doors, pending);
    Some(Words { subject: format!("[{}] Please moderate: {count} comments", first.blog), body })
}

/// What the subject calls it.
fn label(kind: CommentType) -> &'static str {
    match kind {
        CommentType::Comment => "Comment",
        CommentType::Pingback => "Pingback",
        CommentType::Trackback => "Trackback",
        CommentType::Webmention => "Webmention",
    }
}

/// Who wrote what. No name is looked up for the address: WordPress then writes the address again.
fn push_comment(body: &mut String, about: &About<'_>, heading: &str, may_edit: bool) {
    let comment = about.comment;
    let (name, ip) = (unescape(&comment.author_name), &comment.author_ip);
    let who = if comment.kind.is_linkback() { "Website" } else { "Author" };
    let _ = writeln!(body, "{who}: {name} (IP address: {ip}, {ip})");
    if !comment.kind.is_linkback() {
        let _ = writeln!(body, "Email: {}", comment.author_email);
    }
    let _ = writeln!(body, "URL: {}", unescape(&comment.author_url));
    if let Some(parent) = comment.parent_id.filter(|_| may_edit) {
        let _ = writeln!(body, "In reply to: {}", action_page(about.doors, "editcomment", parent));
    }
    let _ = writeln!(body, "{heading}: \n{}", unescape(&comment.content));
}

fn push_ends(body: &mut String, links: &Links) {
    let trash = if links.is_final { "Delete it" } else { "Trash it" };
    let _ = write!(body, "{trash}: {}\nSpam it: {}\n", links.trash, links.spam);
}

fn push_panel(body: &mut String, doors: &str, pending: i64) {
    let waiting = match u64::try_from(pending).unwrap_or(0) {
        1 => "1 comment is".to_owned(),
        waiting => format!("{} comments are", grouped(waiting)),
    };
    let _ = write!(
        body,
        "Currently {waiting} waiting for approval. Please visit the moderation panel:\n\
         {doors}/wp-admin/edit-comments.php?comment_status=moderated#wpbody-content\n"
    );
}

fn push_listed(body: &mut String, about: &About<'_>, link: &str) {
    let comment = about.comment;
    let (name, words) = (unescape(&comment.author_name), excerpt(&comment.content));
    let _ = write!(body, "\n{name} on \"{}\":\n{}\n{link}\n", about.title, unescape(&words));
}

fn push_more(body: &mut String, count: usize) {
    if let Some(more) = count.checked_sub(DIGEST_SHOWN_MAX).filter(|more| *more > 0) {
        let _ = write!(body, "\nAnd {more} more.\n");
    }
}

#[cfg(test)]
pub(super) mod tests;
