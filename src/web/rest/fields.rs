//! `_fields`: which fields of an answer the client wants, as a list of names, with dots for what is within
//! (WP 7.1 comments §8.1). Nested names work everywhere; on comments WordPress answers nothing to them
//! (register §14 #19).

use serde_json::{Map, Value};

use super::args::words;

/// Names in a list; more are not looked at.
const NAMES_MAX: usize = 200;

/// The fields that are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Option<Vec<String>>);

impl Fields {
    /// Reads the parameter; absent or empty is all of them.
    pub(super) fn read(given: Option<&Value>) -> Self {
        let names: Vec<String> = match given {
            Some(Value::String(text)) => words(text).take(NAMES_MAX).map(str::to_owned).collect(),
            Some(Value::Array(items)) => {
                items.iter().filter_map(Value::as_str).flat_map(words).take(NAMES_MAX).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        Self((!names.is_empty()).then_some(names))
    }

    /// Whether anything of this field is wanted.
    pub(super) fn want(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.iter().any(|n| n.split('.').next() == Some(name)))
    }

    /// Leaves of an object, or of each in a list, what is wanted.
    pub(super) fn select(&self, body: Value) -> Value {
        let Some(names) = &self.0 else { return body };
        match body {
            Value::Array(items) => items.into_iter().map(|item| selected(item, names)).collect(),
            other => selected(other, names),
        }
    }
}

fn selected(value: Value, names: &[String]) -> Value {
    let Value::Object(map) = value else { return value };
    let mut kept = Map::new();
    for (key, value) in map {
        if names.contains(&key) || (key == "_embedded" && names.iter().any(|n| n.starts_with("_links"))) {
            kept.insert(key, value);
            continue;
        }
        let within: Vec<String> =
            names.iter().filter_map(|n| n.strip_prefix(&key)?.strip_prefix('.')).map(str::to_owned).collect();
        if !within.is_empty() {
            let inner = selected(value, &within);
            if !matches!(&inner, Value::Object(map) if map.is_empty()) {
                kept.insert(key, inner);
            }
        }
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_selected_however_deep() {
        let body = json!({ "id": 1, "content": { "raw": "a", "rendered": "b" }, "_links": { "self": [1], "up": [2] }, "_embedded": 3 });
        for (fields, selected) in [
            (json!("id"), json!({ "id": 1 })),
            (json!("id,content"), json!({ "id": 1, "content": { "raw": "a", "rendered": "b" } })),
            (json!("content.raw id"), json!({ "id": 1, "content": { "raw": "a" } })),
            (json!(["id", "content.rendered"]), json!({ "id": 1, "content": { "rendered": "b" } })),
            (json!("_links.self"), json!({ "_links": { "self": [1] }, "_embedded": 3 })),
            (json!("_links"), json!({ "_links": { "self": [1], "up": [2] }, "_embedded": 3 })),
            (json!("nope,content.nope,id.x"), json!({ "id": 1 })),
            (json!(""), body.clone()),
        ] {
            let read = Fields::read(Some(&fields));
            assert_eq!(read.select(json!([body.clone()])), json!([selected]), "{fields}");
            assert_eq!(read.select(body.clone()), selected, "{fields}");
        }
        assert_eq!(Fields::read(None).select(body.clone()), body);
    }

    #[test]
    fn what_is_not_wanted_need_not_be_made() {
        let fields = Fields::read(Some(&json!("id,content.raw")));
        assert!(fields.want("id") && fields.want("content") && !fields.want("contents") && !fields.want("_links"));
        assert!(Fields::default().want("anything"));
    }

    #[test]
    fn so_many_names_are_looked_at() {
        let many = (0..=NAMES_MAX).map(|n| format!("f{n}")).collect::<Vec<_>>().join(",");
        let fields = Fields::read(Some(&json!(many)));
        assert!(fields.want(&format!("f{}", NAMES_MAX - 1)) && !fields.want(&format!("f{NAMES_MAX}")));
    }
}
