//! `wp/v2/posts` and `wp/v2/pages` (WP 7.1 comments §8.9): what can be responded to, to be read, and opened or
//! closed. What stands in a post is the blog's, and is not here.

pub(super) mod list;
pub(super) mod object;
pub(super) mod read;
pub(super) mod schema;
pub(super) mod update;

use super::args::{Arg, Kind, Preset};
use super::options::CONTEXT;
use super::paging::{OFFSET, PAGE, PER_PAGE};

const OPEN_OR_CLOSED: Kind = Kind::OneOf(&["open", "closed"]);

/// WordPress's statuses of posts.
const STATUSES: &[&str] = &[
    "publish",
    "future",
    "draft",
    "pending",
    "private",
    "trash",
    "auto-draft",
    "inherit",
    "request-pending",
    "request-confirmed",
    "request-failed",
    "request-completed",
    "any",
];

/// What a list takes.
pub(super) const LIST: &[Arg] = &[
    CONTEXT,
    PAGE,
    PER_PAGE,
    Arg::new("search", Kind::Words, "Words in title or address."),
    Arg::new("after", Kind::Date, "Only posts after this time, by the site’s clock where it names no zone."),
    Arg::new("author", Kind::Integers, "Only posts of these users.").or(Preset::List(&[])),
    Arg::new("author_exclude", Kind::Integers, "No posts of these users.").or(Preset::List(&[])),
    Arg::new("before", Kind::Date, "Only posts before this time, by the site’s clock where it names no zone."),
    Arg::new("exclude", Kind::Integers, "None of these posts.").or(Preset::List(&[])),
    Arg::new("include", Kind::Integers, "Only these posts.").or(Preset::List(&[])),
    OFFSET,
    Arg::new("order", Kind::OneOf(&["asc", "desc"]), "Which way the list is ordered.").or(Preset::Text("desc")),
    Arg::new(
        "orderby",
        Kind::OneOf(&[
            "author",
            "date",
            "id",
            "include",
            "modified",
            "parent",
            "relevance",
            "slug",
            "include_slugs",
            "title",
        ]),
        "By what the list is ordered.",
    )
    .or(Preset::Text("date")),
    Arg::new("slug", Kind::Texts, "Only posts whose address ends in one of these."),
    Arg::new("status", Kind::Texts, "Only posts of these statuses; every post here is published.")
        .or(Preset::Text("publish")),
];

/// What reading one takes.
pub(super) const READ: &[Arg] =
    &[CONTEXT, Arg::new("password", Kind::Text, "The post’s password; no post here has one.")];

/// What changing one takes.
pub(super) const UPDATE: &[Arg] = &[
    Arg::new("comment_status", OPEN_OR_CLOSED, "Whether it takes comments."),
    Arg::new("ping_status", OPEN_OR_CLOSED, "Whether it takes linkbacks."),
];

/// The part of the address under which things of a type stand.
pub(super) fn base_of(kind: &str) -> &'static str {
    if kind == "page" { "pages" } else { "posts" }
}
