//! `wp/v2/taxonomies`: categories and tags are the blog's, so there are none.

use serde_json::json;

use super::args::{Arg, Kind};
use super::call::{Call, Outcome, Reply};
use super::error;
use super::options::CONTEXT;

/// What reading takes.
pub(super) const READ: &[Arg] = &[CONTEXT, Arg::new("type", Kind::Text, "Only taxonomies of posts of this type.")];

/// `GET wp/v2/taxonomies`.
pub(super) async fn list(_: Call) -> Outcome {
    Ok(Reply::ok(json!({})))
}

/// `GET wp/v2/taxonomies/{taxonomy}`.
pub(super) async fn one(_: Call) -> Outcome {
    Err(error::TAXONOMY_INVALID.into())
}
