//! `wp/v2/users` (WP 7.1 comments §8.9): who writes posts, to everybody; every member, to administrators. To be
//! read only: members are made at the desk.

pub(super) mod list;
pub(super) mod object;
pub(super) mod read;
pub(super) mod schema;

use super::args::{Arg, Kind, Preset};
use super::options::CONTEXT;
use super::paging::{OFFSET, PAGE, PER_PAGE};
use crate::model::role::Role;

/// What a list takes.
pub(super) const LIST: &[Arg] = &[
    CONTEXT,
    PAGE,
    PER_PAGE,
    Arg::new("search", Kind::Words, "Words in name or website; to administrators in login and e-mail too."),
    Arg::new("exclude", Kind::Integers, "None of these users.").or(Preset::List(&[])),
    Arg::new("include", Kind::Integers, "Only these users.").or(Preset::List(&[])),
    OFFSET,
    Arg::new("order", Kind::OneOf(&["asc", "desc"]), "Which way the list is ordered.").or(Preset::Text("asc")),
    Arg::new(
        "orderby",
        Kind::OneOf(&["id", "include", "name", "registered_date", "slug", "include_slugs", "email", "url"]),
        "By what the list is ordered; by registered_date and email for administrators.",
    )
    .or(Preset::Text("name")),
    Arg::new("slug", Kind::Texts, "Only users of these slugs."),
    Arg::new("roles", Kind::Texts, "Only users with one of these roles. For administrators."),
    Arg::new("who", Kind::OneOf(&["authors"]), "Only who writes posts."),
];

/// What reading one takes.
pub(super) const READ: &[Arg] = &[CONTEXT];

/// The roles that names mean.
fn roles(names: &[String]) -> Vec<Role> {
    names.iter().filter_map(|name| Role::parse(name)).collect()
}
