//! Threads, their depth, order and pages, and chains too long to recurse into.

use proptest::prelude::*;

use super::*;
use crate::model::comment::{CommentType, Status};
use crate::model::ids::{PostId, SiteId};
use crate::model::time::Timestamp;

/// Comments given as id and parent (0: none), each a second after the one before.
fn thread(comments: &[(i64, i64)]) -> Vec<Comment> {
    let comment = |(second, (id, parent)): (i64, &(i64, i64))| Comment {
        site_id: SiteId(1),
        id: CommentId(*id),
        post_id: PostId(1),
        parent_id: Some(CommentId(*parent)).filter(|_| *parent != 0),
        kind: CommentType::Comment,
        status: Status::Approved,
        author_name: String::new(),
        author_email: String::new(),
        author_url: String::new(),
        author_ip: String::new(),
        agent: String::new(),
        account_id: None,
        content: String::new(),
        created_at: Timestamp(second * 1000),
        proven_by: String::new(),
        edited_at: None,
        reason: String::new(),
    };
    (0..).zip(comments).map(comment).collect()
}

fn options(set: &[(&str, &str)]) -> SiteOptions {
    SiteOptions::from_stored(&set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// What is shown, as id and depth.
fn shown(comments: &[Comment], page: &ThreadPage) -> Vec<(i64, usize)> {
    page.items.iter().map(|item| (comments[item.index].id.0, item.depth)).collect()
}

fn ids(comments: &[Comment], page: &ThreadPage) -> Vec<i64> {
    page.items.iter().map(|item| comments[item.index].id.0).collect()
}

const TREE: &[(i64, i64)] = &[(1, 0), (2, 1), (3, 0), (4, 2), (5, 1), (6, 4), (7, 99), (8, 7)];

#[test]
fn replies_follow_what_they_answer_down_to_the_deepest_level() {
    let comments = thread(TREE);
    let page = arrange(&comments, &options(&[("thread_comments_depth", "3")]), None);
    assert_eq!(shown(&comments, &page), [(1, 1), (2, 2), (4, 3), (6, 3), (5, 2), (3, 1)]);
    assert_eq!(page.items.iter().map(|i| i.has_children).collect::<Vec<_>>(), [true, true, true, false, false, false]);
    assert_eq!((page.page, page.pages, page.total), (1, 1, 8), "orphans are counted and not shown");
    let deeper = arrange(&comments, &options(&[("thread_comments_depth", "4")]), None);
    assert_eq!(shown(&comments, &deeper), [(1, 1), (2, 2), (4, 3), (6, 4), (5, 2), (3, 1)]);
}

#[test]
fn without_threading_all_are_shown_in_order() {
    let comments = thread(TREE);
    let page = arrange(&comments, &options(&[("thread_comments", "0")]), None);
    assert_eq!(shown(&comments, &page), (1..=8).map(|id| (id, 1)).collect::<Vec<_>>());
    assert!(page.items.iter().all(|item| !item.has_children));
}

#[test]
fn order_turns_the_top_level_only() {
    let comments = thread(&[(1, 0), (2, 0), (3, 1), (4, 1)]);
    let page = arrange(&comments, &options(&[("comment_order", "desc")]), None);
    assert_eq!(ids(&comments, &page), [2, 1, 3, 4]);
}

#[test]
fn pages_are_counted_from_the_oldest_and_the_last_is_the_partial_one() {
    let comments = thread(&[(12, 0), (19, 0), (20, 12), (21, 0), (22, 0), (23, 0)]);
    for (order, first_shown, cpage, expected, page) in [
        ("asc", "newest", None, vec![23], 3),
        ("asc", "oldest", None, vec![12, 20, 19], 1),
        ("asc", "newest", Some(1), vec![12, 20, 19], 1),
        ("desc", "newest", Some(1), vec![19, 12, 20], 1),
        ("desc", "newest", Some(2), vec![22, 21], 2),
        ("asc", "newest", Some(3), vec![23], 3),
        ("asc", "newest", Some(4), vec![], 4),
        ("asc", "newest", Some(i64::MAX), vec![], i64::MAX),
        ("asc", "newest", Some(0), vec![23], 3),
        ("asc", "oldest", Some(-1), vec![12, 20, 19], 1),
    ] {
        let set = [
            ("page_comments", "1"),
            ("comments_per_page", "2"),
            ("comment_order", order),
            ("default_comments_page", first_shown),
        ];
        let arranged = arrange(&comments, &options(&set), cpage);
        assert_eq!(
            (ids(&comments, &arranged), arranged.page, arranged.pages),
            (expected, page, 3),
            "{set:?} {cpage:?}"
        );
    }
}

#[test]
fn the_number_of_pages_at_each_border() {
    for (count, pages) in [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)] {
        let comments = thread(&(1..=count).map(|id| (id, 0)).collect::<Vec<_>>());
        let arranged = arrange(&comments, &options(&[("page_comments", "1"), ("comments_per_page", "2")]), None);
        assert_eq!((arranged.pages, arranged.page), (pages, pages.max(1)), "{count}");
    }
    assert_eq!(arrange(&[], &options(&[]), Some(3)), ThreadPage { items: vec![], page: 1, pages: 1, total: 0 });
}

#[test]
fn without_threading_pages_count_every_comment() {
    let comments = thread(TREE);
    let set = [("thread_comments", "0"), ("page_comments", "1"), ("comments_per_page", "3")];
    let arranged = arrange(&comments, &options(&set), None);
    assert_eq!((ids(&comments, &arranged), arranged.pages), (vec![7, 8], 3));
}

#[test]
fn a_comment_is_on_the_page_of_the_top_level_comment_above_it() {
    let comments = thread(&[(1, 0), (2, 0), (3, 0), (4, 1), (5, 4), (6, 3), (7, 99)]);
    for (id, page) in [(1, 1), (2, 1), (3, 2), (4, 1), (5, 1), (6, 2), (7, 2), (8, 2)] {
        let paged = [("page_comments", "1"), ("comments_per_page", "2")];
        assert_eq!(page_of(&comments, &options(&paged), CommentId(id)), page, "{id}");
        assert_eq!(page_of(&comments, &options(&[]), CommentId(id)), 1, "{id} without paging");
        let flat = [("page_comments", "1"), ("comments_per_page", "2"), ("thread_comments", "0")];
        assert_eq!(page_of(&comments, &options(&flat), CommentId(id)), (id - 1) / 2 + 1, "{id} without threading");
    }
}

#[test]
fn a_circle_of_replies_is_neither_shown_nor_walked_for_ever() {
    let comments = thread(&[(1, 0), (2, 3), (3, 2), (4, 4)]);
    let paged = options(&[("page_comments", "1")]);
    assert_eq!(ids(&comments, &arrange(&comments, &paged, None)), [1]);
    for id in 1..=4 {
        assert_eq!(page_of(&comments, &paged, CommentId(id)), 1);
    }
}

#[test]
fn a_chain_of_10_000_replies_is_shown() {
    let comments = thread(&(1..=10_000).map(|id| (id, id - 1)).collect::<Vec<_>>());
    let paged = options(&[("page_comments", "1")]);
    let page = arrange(&comments, &paged, None);
    assert_eq!(page.items.len(), 10_000);
    assert_eq!(page.items[9_999], Item { index: 9_999, depth: 5, has_children: false });
    assert_eq!(page_of(&comments, &paged, CommentId(10_000)), 1);
}

proptest! {
    #[test]
    fn pages_part_the_thread_and_every_comment_is_on_its_page(
        parents in prop::collection::vec(0..40_i64, 0..40),
        per_page in 1..6_i64,
        threaded: bool,
        descending: bool,
    ) {
        let comments = thread(&(1..).zip(parents).collect::<Vec<_>>());
        let (per_page, threaded) = (per_page.to_string(), if threaded { "1" } else { "0" });
        let order = if descending { "desc" } else { "asc" };
        let common = [("thread_comments", threaded), ("comment_order", order), ("comments_per_page", &per_page)];
        let whole = arrange(&comments, &options(&common), None);
        let paged = options(&[&common[..], &[("page_comments", "1")]].concat());
        let pages = arrange(&comments, &paged, None).pages;
        let mut parts = Vec::new();
        for page in 1..=pages {
            let part = arrange(&comments, &paged, Some(page)).items;
            for item in &part {
                prop_assert_eq!(page_of(&comments, &paged, comments[item.index].id), page);
            }
            parts.extend(part);
        }
        parts.sort_by_key(|item| item.index);
        let mut expected = whole.items;
        expected.sort_by_key(|item| item.index);
        prop_assert_eq!(parts, expected);
    }
}
