//! What a post is to the REST API.

use serde_json::{Value, json};

use crate::web::rest::options::{property, schema_of};

const ALL: &[&str] = &["view", "edit", "embed"];
const NOT_EMBED: &[&str] = &["view", "edit"];

/// The schema.
pub(in crate::web::rest) fn schema() -> Value {
    let (string, number, flag) = (json!("string"), json!("integer"), json!("boolean"));
    let time = json!({ "type": "string", "format": "date-time" });
    let uri = json!({ "type": "string", "format": "uri" });
    let text =
        json!({ "type": "object", "properties": { "raw": { "type": "string" }, "rendered": { "type": "string" } } });
    let words = json!({ "type": "object", "properties": { "raw": { "type": "string" }, "rendered": { "type": "string" }, "protected": { "type": "boolean" } } });
    let fields = [
        ("date", property(&time, "When it was published, as far as is known, by the site’s clock.", ALL)),
        ("date_gmt", property(&time, "The same in UTC.", NOT_EMBED)),
        ("guid", property(&text, "Its address.", NOT_EMBED)),
        ("id", property(&number, "Its number.", ALL)),
        ("link", property(&uri, "Its address.", ALL)),
        ("modified", property(&time, "When it was published: later changes are not known here.", NOT_EMBED)),
        ("modified_gmt", property(&time, "The same in UTC.", NOT_EMBED)),
        ("slug", property(&string, "The last part of its address.", ALL)),
        ("status", property(&string, "publish: others are not kept here.", NOT_EMBED)),
        ("type", property(&string, "post or page.", ALL)),
        ("title", property(&text, "Its title.", ALL)),
        ("content", property(&words, "Empty: what stands in a post is the blog’s.", NOT_EMBED)),
        ("excerpt", property(&words, "Empty: what stands in a post is the blog’s.", ALL)),
        ("author", property(&number, "The user who wrote it; 0 where that is not known here.", ALL)),
        ("featured_media", property(&number, "0: no pictures are kept here.", ALL)),
        ("comment_status", property(&string, "Whether it takes comments: open or closed.", NOT_EMBED)),
        ("ping_status", property(&string, "Whether it takes linkbacks: open or closed.", NOT_EMBED)),
        ("sticky", property(&flag, "Of posts: false.", NOT_EMBED)),
        ("parent", property(&number, "Of pages: 0.", NOT_EMBED)),
        ("menu_order", property(&number, "Of pages: 0.", NOT_EMBED)),
        ("template", property(&string, "Empty.", NOT_EMBED)),
        ("format", property(&string, "Of posts: standard.", NOT_EMBED)),
        ("password", property(&string, "Empty: no post here has one.", &["edit"])),
        ("meta", property(&json!("object"), "Empty.", NOT_EMBED)),
        (
            "categories",
            property(&json!({ "type": "array", "items": { "type": "integer" } }), "Of posts: none.", NOT_EMBED),
        ),
        ("tags", property(&json!({ "type": "array", "items": { "type": "integer" } }), "Of posts: none.", NOT_EMBED)),
    ];
    schema_of("post", fields)
}
