//! What is wrong with parameters, in WordPress's form: every one that is, by name (WP 7.1 comments §8.1).

use serde_json::{Map, Value, json};

use crate::web::rest::error::Problem;

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::rest) struct Wrong {
    code: &'static str,
    message: String,
    data: Value,
}

impl Wrong {
    pub(in crate::web::rest) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: Value::Null }
    }

    pub(in crate::web::rest) fn kind(name: &str, kind: &str) -> Self {
        let message = format!("{name} is not of type {kind}.");
        Self { code: "rest_invalid_type", message, data: json!({ "param": name }) }
    }

    pub(super) fn bounds(message: String) -> Self {
        Self::new("rest_out_of_bounds", message)
    }

    pub(super) fn email() -> Self {
        Self::new("rest_invalid_email", "Invalid email address.")
    }

    /// The same with more for its `data`.
    pub(in crate::web::rest) fn with(self, data: Value) -> Self {
        Self { data, ..self }
    }
}

/// Every parameter that is wrong, as one error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::web::rest) struct Invalid(Vec<(String, Wrong)>);

impl Invalid {
    /// Every one that is.
    pub(super) fn of_all(wrongs: Vec<(String, Wrong)>) -> Self {
        Self(wrongs)
    }

    /// One parameter that is wrong.
    pub(in crate::web::rest) fn of(name: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::because(name, Wrong::new(code, message))
    }

    /// The same.
    pub(in crate::web::rest) fn because(name: &str, wrong: Wrong) -> Self {
        Self(vec![(name.to_owned(), wrong)])
    }
}

impl From<Invalid> for Problem {
    fn from(Invalid(wrongs): Invalid) -> Self {
        let names: Vec<&str> = wrongs.iter().map(|(name, _)| name.as_str()).collect();
        let message = format!("Invalid parameter(s): {}", names.join(", "));
        let params: Map<String, Value> = wrongs.iter().map(|(n, w)| (n.clone(), w.message.clone().into())).collect();
        let details: Map<String, Value> = wrongs
            .iter()
            .map(|(n, w)| (n.clone(), json!({ "code": w.code, "message": w.message, "data": w.data })))
            .collect();
        Self::new(400, "rest_invalid_param", message).with("params", params).with("details", details)
    }
}
