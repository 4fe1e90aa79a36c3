//! `wp/v2/statuses`: the statuses of posts, of which there is one here.

use serde_json::{Value, json};

use super::args::Arg;
use super::call::{Call, Context, Outcome, Reply, url};
use super::error::{self, Problem};
use super::options::{CONTEXT, property, schema_of};
use crate::model::role::Capability;

/// What reading takes.
pub(super) const READ: &[Arg] = &[CONTEXT];

/// `GET wp/v2/statuses`.
pub(super) async fn list(call: Call) -> Outcome {
    check(&call)?;
    Ok(Reply::ok(json!({ "publish": publish(&call) })))
}

/// `GET wp/v2/statuses/{status}`.
pub(super) async fn one(call: Call) -> Outcome {
    if call.path("status") != "publish" {
        return Err(error::STATUS_INVALID.into());
    }
    Ok(Reply::ok(publish(&call)))
}

fn check(call: &Call) -> Result<(), Problem> {
    if call.context() == Context::Edit && !call.who.can(Capability::EditPosts) {
        return Err(error::STATUSES_CANNOT_VIEW.into());
    }
    Ok(())
}

fn publish(call: &Call) -> Value {
    let links = json!({ "archives": [{ "href": url(&call.here, "/wp/v2/posts") }] });
    if call.context() == Context::Edit {
        return json!({
            "name": "Published",
            "private": false,
            "protected": false,
            "public": true,
            "queryable": true,
            "show_in_list": true,
            "slug": "publish",
            "date_floating": false,
            "_links": links,
        });
    }
    json!({
        "name": "Published",
        "public": true,
        "queryable": true,
        "slug": "publish",
        "date_floating": false,
        "_links": links,
    })
}

/// The schema.
pub(super) fn schema() -> Value {
    const ALL: &[&str] = &["embed", "view", "edit"];
    const EDIT: &[&str] = &["edit"];
    let (string, flag) = (json!("string"), json!("boolean"));
    let fields = [
        ("name", property(&string, "What people call the status.", ALL)),
        ("private", property(&flag, "false.", EDIT)),
        ("protected", property(&flag, "false.", EDIT)),
        ("public", property(&flag, "Whether readers see posts of it.", ALL)),
        ("queryable", property(&flag, "Whether lists may ask for it.", ALL)),
        ("show_in_list", property(&flag, "true.", EDIT)),
        ("slug", property(&string, "What programs call the status.", ALL)),
        ("date_floating", property(&flag, "false.", ALL)),
    ];
    schema_of("status", fields)
}
