//! What a comment is to the REST API (WP 7.1 comments §8.2).

use serde_json::{Value, json};

use crate::web::rest::avatars;
use crate::web::rest::options::{property, schema_of};

const ALL: &[&str] = &["view", "edit", "embed"];
const NOT_EMBED: &[&str] = &["view", "edit"];
const EDIT: &[&str] = &["edit"];

/// The schema, in the order in which WordPress lists the fields.
pub(in crate::web::rest) fn schema() -> Value {
    let string = json!("string");
    let time = json!({ "type": "string", "format": "date-time" });
    let content = json!({
        "type": "object",
        "properties": {
            "raw": property(&string, "The text as it is stored.", EDIT),
            "rendered": property(&string, "The text as readers see it, as HTML.", ALL),
        },
    });
    let meta = json!({
        "type": "object",
        "properties": {
            "_wp_note_status": property(&json!(["string", "null"]), "Of a note; there are none.", NOT_EMBED),
            "rejoinder_proven_by": property(&string, "By whose word the author was logged in when writing, such as GitHub; not there for guests.", NOT_EMBED),
        },
    });
    let fields = [
        ("id", property(&json!("integer"), "The comment’s number.", ALL)),
        ("author", property(&json!("integer"), "The user who wrote it; 0 for a guest.", ALL)),
        ("author_email", property(&json!({ "type": "string" }), "The author’s e-mail; may be empty.", EDIT)),
        ("author_ip", property(&string, "The author’s IP address.", EDIT)),
        ("author_name", property(&string, "The author’s name, as HTML.", ALL)),
        ("author_url", property(&string, "The author’s website, as HTML; may be empty.", ALL)),
        ("author_user_agent", property(&string, "The author’s program.", EDIT)),
        ("content", property(&content, "The text.", ALL)),
        ("date", property(&time, "When it was written, by the site’s clock.", ALL)),
        ("date_gmt", property(&time, "When it was written, in UTC.", NOT_EMBED)),
        ("link", property(&json!({ "type": "string", "format": "uri" }), "Where readers find it.", ALL)),
        ("parent", property(&json!("integer"), "The comment that it answers; 0 for none.", ALL)),
        ("post", property(&json!("integer"), "The post that it stands under.", NOT_EMBED)),
        ("status", property(&string, "approved, hold, spam or trash.", NOT_EMBED)),
        ("type", property(&string, "comment, pingback, trackback or webmention.", ALL)),
        ("author_avatar_urls", avatars::schema("Pictures of the author, by size; not where the site shows none.")),
        ("meta", property(&meta, "Fields of plugins; there are none.", NOT_EMBED)),
    ];
    schema_of("comment", fields)
}
