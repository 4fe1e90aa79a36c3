//! `wp/v2/comments` (WP 7.1 comments §8.2 to §8.7): one file a verb, and what they take.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod object;
pub(super) mod read;
pub(super) mod schema;
pub(super) mod update;

use super::args::{Arg, Kind, Preset};
use super::options::CONTEXT;
use super::paging::{OFFSET, PAGE, PER_PAGE};

const PASSWORD: Arg = Arg::new("password", Kind::Text, "The post’s password; no post here has one.");

/// What a list takes.
pub(super) const LIST: &[Arg] = &[
    CONTEXT,
    PAGE,
    PER_PAGE,
    Arg::new("search", Kind::Words, "Words in name, URL or text; to moderators in e-mail and IP address too."),
    Arg::new("after", Kind::Date, "Only comments after this time, by the site’s clock where it names no zone."),
    Arg::new("author", Kind::Integers, "Only comments of these users. For who may edit posts."),
    Arg::new("author_exclude", Kind::Integers, "No comments of these users. For who may edit posts."),
    Arg::new("author_email", Kind::Email, "Only comments under this e-mail. For who may edit posts.").or(Preset::Null),
    Arg::new("before", Kind::Date, "Only comments before this time, by the site’s clock where it names no zone."),
    Arg::new("exclude", Kind::Integers, "None of these comments.").or(Preset::List(&[])),
    Arg::new("include", Kind::Integers, "Only these comments.").or(Preset::List(&[])),
    OFFSET,
    Arg::new("order", Kind::OneOf(&["asc", "desc"]), "Which way the list is ordered.").or(Preset::Text("desc")),
    Arg::new(
        "orderby",
        Kind::OneOf(&["date", "date_gmt", "id", "include", "post", "parent", "type"]),
        "By what the list is ordered.",
    )
    .or(Preset::Text("date_gmt")),
    Arg::new("parent", Kind::Integers, "Only answers to these comments; 0 for those that answer none.")
        .or(Preset::List(&[])),
    Arg::new("parent_exclude", Kind::Integers, "No answers to these comments.").or(Preset::List(&[])),
    Arg::new("post", Kind::Integers, "Only comments under these posts.").or(Preset::List(&[])),
    Arg::new("status", Kind::Text, "Only comments of this status, all or any. For who may edit posts.")
        .or(Preset::Text("approve")),
    Arg::new("type", Kind::Text, "Only comments of this type, pings or all. For who may edit posts.")
        .or(Preset::Text("comment")),
    PASSWORD,
];

/// What reading one takes.
pub(super) const READ: &[Arg] = &[CONTEXT, PASSWORD];

const AUTHOR: Arg = Arg::new("author", Kind::Integer, "The user who wrote it.");
const AUTHOR_EMAIL: Arg = Arg::new("author_email", Kind::EmailOrNone, "The author’s e-mail.");
const AUTHOR_IP: Arg = Arg::new("author_ip", Kind::Ip, "The author’s IP address.");
const AUTHOR_NAME: Arg = Arg::new("author_name", Kind::Text, "The author’s name.");
const AUTHOR_URL: Arg = Arg::new("author_url", Kind::Uri, "The author’s website.");
const AUTHOR_USER_AGENT: Arg = Arg::new("author_user_agent", Kind::Text, "The author’s program.");
const CONTENT: Arg = Arg::new("content", Kind::Content, "The text, with its allowed tags.");
const DATE: Arg = Arg::new("date", Kind::Date, "When it was written, by the site’s clock where it names no zone.");
const DATE_GMT: Arg = Arg::new("date_gmt", Kind::Date, "When it was written, in UTC where it names no zone.");
const PARENT: Arg = Arg::new("parent", Kind::Integer, "The comment that it answers; 0 for none.");
const POST: Arg = Arg::new("post", Kind::Integer, "The post that it stands under.");
const STATUS: Arg =
    Arg::new("status", Kind::Text, "approved, hold, spam, unspam, trash or untrash. For who may moderate.");
const TYPE: Arg = Arg::new("type", Kind::Text, "The type, which is a comment’s and stays.");
const META: Arg = Arg::new("meta", Kind::Object, "Fields of plugins; there are none.");

/// What making one takes.
pub(super) const CREATE: &[Arg] = &[
    AUTHOR,
    AUTHOR_EMAIL,
    AUTHOR_IP,
    AUTHOR_NAME,
    AUTHOR_URL,
    AUTHOR_USER_AGENT,
    CONTENT.or(Preset::Text("")),
    DATE,
    DATE_GMT,
    PARENT.or(Preset::Number(0)),
    POST.or(Preset::Number(0)),
    STATUS,
    TYPE,
    META,
    PASSWORD,
];

/// What changing one takes.
pub(super) const UPDATE: &[Arg] = &[
    AUTHOR,
    AUTHOR_EMAIL,
    AUTHOR_IP,
    AUTHOR_NAME,
    AUTHOR_URL,
    AUTHOR_USER_AGENT,
    CONTENT,
    DATE,
    DATE_GMT,
    PARENT,
    POST,
    STATUS,
    TYPE,
    META,
];

/// What deleting one takes.
pub(super) const DELETE: &[Arg] = &[
    Arg::new("force", Kind::Boolean, "Delete it for ever, rather than move it to the Trash.").or(Preset::Is(false)),
    PASSWORD,
];
