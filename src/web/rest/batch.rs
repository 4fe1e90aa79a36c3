//! `POST batch/v1` (WP 7.1 comments §8.8). As in WordPress, the routes of comments take no part in batches, and
//! those that do there write posts, which this server does not: so every request in a batch is refused, each
//! in its own answer.

use serde_json::{Map, Value, json};

use super::args::{Arg, Kind, Preset, Wrong, listed};
use super::call::{Call, Outcome, Reply};
use super::error::{self, Problem};
use super::routes;

/// Requests in a batch.
const REQUESTS_MAX: usize = 25;
const METHODS: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];

/// What a batch takes.
pub(super) const ARGS: &[Arg] = &[
    Arg::new("validation", Kind::OneOf(&["require-all-validate", "normal"]), "Whether one wrong request stops all.")
        .or(Preset::Text("normal")),
    Arg::new("requests", Kind::Requests, "The requests.").required(),
];

/// What the requests look like.
pub(super) fn schema() -> Value {
    json!({
        "type": "array",
        "maxItems": REQUESTS_MAX,
        "items": {
            "type": "object",
            "properties": {
                "method": { "type": "string", "enum": METHODS, "default": "POST" },
                "path": { "type": "string" },
                "body": { "type": "object", "properties": {}, "additionalProperties": true },
                "headers": { "type": "object", "properties": {}, "additionalProperties": { "type": ["string", "array"], "items": { "type": "string" } } },
            },
            "required": ["path"],
        },
    })
}

/// Checks the requests, and leaves of each its method and path.
pub(super) fn read(name: &str, given: &Value) -> Result<Value, Wrong> {
    let items = match given {
        Value::Array(items) => items.as_slice(),
        Value::Object(_) => return Err(Wrong::kind(name, "array")),
        other => std::slice::from_ref(other),
    };
    if items.len() > REQUESTS_MAX {
        return Err(Wrong::new("rest_too_many_items", format!("{name} must contain at most {REQUESTS_MAX} items.")));
    }
    items.iter().enumerate().map(|(at, item)| request(&format!("{name}[{at}]"), item)).collect()
}

fn request(name: &str, item: &Value) -> Result<Value, Wrong> {
    let Value::Object(item) = item else { return Err(Wrong::kind(name, "object")) };
    let path = item.get("path").filter(|path| !path.is_null());
    let path =
        path.ok_or_else(|| Wrong::new("rest_property_required", format!("path is a required property of {name}.")))?;
    let path = path.as_str().ok_or_else(|| Wrong::kind(&format!("{name}[path]"), "string"))?;
    let method = item.get("method").unwrap_or(&Value::Null);
    let method = if method.is_null() { Some("POST") } else { method.as_str() };
    let method = method.ok_or_else(|| Wrong::kind(&format!("{name}[method]"), "string"))?;
    if !METHODS.contains(&method) {
        let message = format!("{name}[method] is not one of {}.", listed(&METHODS));
        return Err(Wrong::new("rest_not_in_enum", message));
    }
    for part in ["body", "headers"] {
        if item.get(part).is_some_and(|value| !matches!(value, Value::Object(_) | Value::Null)) {
            return Err(Wrong::kind(&format!("{name}[{part}]"), "object"));
        }
    }
    Ok(json!({ "method": method, "path": path }))
}

/// Answers a batch.
pub(super) async fn run(call: Call) -> Outcome {
    let requests = call.args.list("requests");
    let are_only_checked = call.args.text("validation") == Some("require-all-validate");
    let responses: Vec<Value> = requests.iter().map(|request| refused(&call, request, are_only_checked)).collect();
    let mut body = Map::new();
    if are_only_checked && !responses.is_empty() {
        body.insert("failed".into(), "validation".into());
    }
    body.insert("responses".into(), responses.into());
    Ok(Reply { status: http::StatusCode::MULTI_STATUS, ..Reply::ok(Value::Object(body)) })
}

fn refused(call: &Call, request: &Value, is_only_checked: bool) -> Value {
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let path = text("path").split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let route = routes::find(path).filter(|(route, _)| route.endpoint(text("method")).is_some());
    let problem = Problem::from(if route.is_some() { error::BATCH_NOT_ALLOWED } else { error::NO_ROUTE });
    let is_logged_in = call.who.is_logged_in();
    let mut headers = Map::new();
    let allow = route.filter(|_| !is_only_checked).map_or_else(Vec::new, |(route, _)| route.allowed(&call.who));
    if !allow.is_empty() {
        headers.insert("Allow".into(), allow.join(", ").into());
    }
    json!({ "body": problem.body(is_logged_in), "status": problem.status(is_logged_in).as_u16(), "headers": headers })
}
