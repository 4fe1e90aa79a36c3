//! Parameters as PHP reads them: `a=1`, `a[]=1&a[]=2`, `a[b]=1` become a text, a list, an object
//! (WP 7.1 comments §8.1). JSON comes as it is.

use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// Parameters of a request, as many as PHP takes.
pub(super) const PARAMETERS_MAX: usize = 1_000;
/// Brackets of a name.
const DEPTH_MAX: usize = 3;

/// Reads `application/x-www-form-urlencoded`.
pub(super) fn parse(bytes: &[u8]) -> Result<Map<String, Value>> {
    let mut values = Values::default();
    for (name, value) in url::form_urlencoded::parse(bytes) {
        values.insert(&name, value.into_owned())?;
    }
    Ok(values.map)
}

/// Parameters that come one after the other.
#[derive(Debug, Default)]
pub(super) struct Values {
    map: Map<String, Value>,
    count: usize,
}

impl Values {
    /// Adds one; the last of a name counts.
    pub(super) fn insert(&mut self, name: &str, value: String) -> Result<()> {
        self.count += 1;
        if self.count > PARAMETERS_MAX {
            return Err(Error::invalid("parameters", format!("A request has at most {PARAMETERS_MAX} parameters.")));
        }
        let (base, keys) = keys(name);
        put(self.map.entry(base).or_insert(Value::Null), &keys, Value::String(value));
        Ok(())
    }

    /// All of them.
    pub(super) fn into_map(self) -> Map<String, Value> {
        self.map
    }
}

/// `a[b][]` as `a` and the keys `b` and the next place. What is no such form is a name as it stands.
fn keys(name: &str) -> (String, Vec<&str>) {
    let plain = || (name.to_owned(), Vec::new());
    let Some((base, rest)) = name.split_once('[') else { return plain() };
    let Some(rest) = rest.strip_suffix(']').filter(|_| !base.is_empty()) else { return plain() };
    let keys: Vec<&str> = rest.split("][").collect();
    if keys.len() > DEPTH_MAX || keys.iter().any(|k| k.contains(['[', ']'])) {
        return plain();
    }
    (base.to_owned(), keys)
}

/// Puts a value at these keys, where lists and objects are made as they are needed. Keys that are numbers
/// make lists.
fn put(at: &mut Value, keys: &[&str], value: Value) {
    let Some((key, keys)) = keys.split_first() else {
        *at = value;
        return;
    };
    if key.bytes().all(|b| b.is_ascii_digit()) && !at.is_object() {
        let mut list = match at.take() {
            Value::Array(list) => list,
            _ => Vec::new(),
        };
        let mut item = Value::Null;
        put(&mut item, keys, value);
        list.push(item);
        *at = Value::Array(list);
    } else {
        let mut map = match at.take() {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        put(map.entry(*key).or_insert(Value::Null), keys, value);
        *at = Value::Object(map);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_with_brackets_are_lists_and_objects() {
        for (query, read) in [
            ("", json!({})),
            ("a=1&b=x%20y", json!({ "a": "1", "b": "x y" })),
            ("a=1&a=2", json!({ "a": "2" })),
            ("a[]=1&a[]=2", json!({ "a": ["1", "2"] })),
            ("a%5B%5D=1", json!({ "a": ["1"] })),
            ("a[0]=1&a[1]=2", json!({ "a": ["1", "2"] })),
            ("a[b]=1&a[c]=2", json!({ "a": { "b": "1", "c": "2" } })),
            ("a[b][]=1", json!({ "a": { "b": ["1"] } })),
            ("a=1&a[]=2", json!({ "a": ["2"] })),
            ("a[]=1&a=2", json!({ "a": "2" })),
            ("a[=1&[]=2&a]=3", json!({ "a[": "1", "[]": "2", "a]": "3" })),
            ("a[b][c][d][e]=1", json!({ "a[b][c][d][e]": "1" })),
            ("a", json!({ "a": "" })),
        ] {
            assert_eq!(Value::Object(parse(query.as_bytes()).unwrap()), read, "{query}");
        }
    }

    #[test]
    fn a_thousand_parameters_and_not_one_more() {
        let many = |n: usize| (0..n).map(|i| format!("a{i}=1")).collect::<Vec<_>>().join("&");
        assert_eq!(parse(many(PARAMETERS_MAX).as_bytes()).unwrap().len(), PARAMETERS_MAX);
        assert!(parse(many(PARAMETERS_MAX + 1).as_bytes()).is_err());
    }
}
