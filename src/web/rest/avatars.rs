//! The pictures beside names as the REST API shows them: an address for each of its sizes (WP 7.1 comments
//! §8.2, §8.9). Called by what shows comments and users; `actions::avatars` makes the addresses.

use serde_json::{Map, Value, json};

use super::options::property;
use crate::actions::avatars::REST_PIXELS;

const CONTEXTS: &[&str] = &["view", "edit", "embed"];

/// The addresses by size in CSS pixels, which is text as it is the name of a member; none of a linkback.
pub(super) fn by_size(urls: impl IntoIterator<Item = (u32, String)>) -> Value {
    Value::Object(urls.into_iter().map(|(pixels, url)| (pixels.to_string(), url.into())).collect())
}

/// Their schema, which is that of a site that shows none too.
pub(super) fn schema(about: &str) -> Value {
    let address = property(&json!({ "type": "string", "format": "uri" }), "A picture of this size.", CONTEXTS);
    let sizes: Map<String, Value> = REST_PIXELS.iter().map(|pixels| (pixels.to_string(), address.clone())).collect();
    property(&json!({ "type": "object", "properties": sizes }), about, CONTEXTS)
}
