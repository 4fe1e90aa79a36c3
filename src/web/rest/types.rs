//! `wp/v2/types`: the types of posts that there are here.

use serde_json::{Map, Value, json};

use super::args::Arg;
use super::call::{Call, Context, Outcome, Reply, url};
use super::error::{self, Problem, Said};
use super::options::{CONTEXT, property, schema_of};
use super::posts::base_of;
use crate::model::role::Capability;

/// What reading takes.
pub(super) const READ: &[Arg] = &[CONTEXT];

const TYPES: [(&str, &str, bool); 2] = [("post", "Posts", false), ("page", "Pages", true)];

/// `GET wp/v2/types`.
pub(super) async fn list(call: Call) -> Outcome {
    check(&call, error::TYPES_CANNOT_VIEW)?;
    let all: Map<String, Value> = TYPES.iter().map(|one| (one.0.to_owned(), show(&call, one))).collect();
    Ok(Reply::ok(Value::Object(all)))
}

/// `GET wp/v2/types/{type}`.
pub(super) async fn one(call: Call) -> Outcome {
    let found = TYPES.iter().find(|(slug, ..)| *slug == call.path("type"));
    let found = found.ok_or_else(|| Problem::from(error::TYPE_INVALID))?;
    check(&call, error::POST_FORBIDDEN_CONTEXT)?;
    Ok(Reply::ok(show(&call, found)))
}

fn check(call: &Call, denied: Said) -> Result<(), Problem> {
    if call.context() == Context::Edit && !call.who.can(Capability::EditPosts) {
        return Err(denied.into());
    }
    Ok(())
}

fn show(call: &Call, (slug, name, hierarchical): &(&str, &str, bool)) -> Value {
    let base = base_of(slug);
    json!({
        "description": "",
        "hierarchical": hierarchical,
        "has_archive": false,
        "name": name,
        "slug": slug,
        "taxonomies": [],
        "rest_base": base,
        "rest_namespace": "wp/v2",
        "_links": {
            "collection": [{ "href": url(&call.here, "/wp/v2/types") }],
            "wp:items": [{ "href": url(&call.here, &format!("/wp/v2/{base}")) }],
            "curies": [{ "name": "wp", "href": "https://api.w.org/{rel}", "templated": true }],
        },
    })
}

/// The schema.
pub(super) fn schema() -> Value {
    const ALL: &[&str] = &["view", "edit", "embed"];
    let (string, flag) = (json!("string"), json!("boolean"));
    let fields = [
        ("description", property(&string, "Empty.", ALL)),
        ("hierarchical", property(&flag, "Whether things of the type stand under each other.", ALL)),
        ("has_archive", property(&flag, "false.", ALL)),
        ("name", property(&string, "What people call the type.", ALL)),
        ("slug", property(&string, "What programs call the type.", ALL)),
        ("taxonomies", property(&json!({ "type": "array", "items": { "type": "string" } }), "None.", ALL)),
        ("rest_base", property(&string, "Where the API has things of the type.", ALL)),
        ("rest_namespace", property(&string, "In which version of the API.", ALL)),
    ];
    schema_of("type", fields)
}
