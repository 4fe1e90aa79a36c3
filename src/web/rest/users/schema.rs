//! What a user is to the REST API.

use serde_json::{Value, json};

use crate::web::rest::avatars;
use crate::web::rest::options::{property, schema_of};

const ALL: &[&str] = &["embed", "view", "edit"];
const NOT_EMBED: &[&str] = &["view", "edit"];
const EDIT: &[&str] = &["edit"];

/// The schema.
pub(in crate::web::rest) fn schema() -> Value {
    let (string, object) = (json!("string"), json!("object"));
    let fields = [
        ("id", property(&json!("integer"), "The user’s number.", ALL)),
        ("username", property(&string, "The name to log in with.", EDIT)),
        ("name", property(&string, "The name that is shown.", ALL)),
        ("first_name", property(&string, "Empty: only the name that is shown is kept.", EDIT)),
        ("last_name", property(&string, "Empty: only the name that is shown is kept.", EDIT)),
        ("email", property(&string, "The e-mail.", EDIT)),
        ("url", property(&string, "The website; may be empty.", ALL)),
        ("description", property(&string, "Empty.", ALL)),
        (
            "link",
            property(&json!({ "type": "string", "format": "uri" }), "The blog: there are no pages of users.", ALL),
        ),
        ("locale", property(&string, "The language of the desk.", EDIT)),
        ("nickname", property(&string, "The name that is shown.", EDIT)),
        ("slug", property(&string, "A word for the user that gives no login away.", ALL)),
        (
            "registered_date",
            property(&json!({ "type": "string", "format": "date-time" }), "Since when there is the account.", EDIT),
        ),
        ("roles", property(&json!({ "type": "array", "items": { "type": "string" } }), "The role on this site.", EDIT)),
        ("capabilities", property(&object, "What the user may do.", EDIT)),
        ("extra_capabilities", property(&object, "The role again.", EDIT)),
        ("avatar_urls", avatars::schema("Pictures of the user, by size; not where the site shows none.")),
        ("meta", property(&object, "Empty.", NOT_EMBED)),
    ];
    schema_of("user", fields)
}
