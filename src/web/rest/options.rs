//! `OPTIONS` on a route: its methods and parameters, and the schema of its things (WP 7.1 comments §8.8).

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::args::Arg;
use super::call::url;
use super::respond::Answer;
use super::routes::{Route, schema};
use super::who::Who;
use super::{comments, respond};
use crate::app::App;
use crate::model::ids::CommentId;
use crate::web::site::Here;

/// `OPTIONS` on an address. `Allow` tells a client what it may do there; where nothing is, nothing is said.
pub(super) async fn answer(app: &App, here: &Here, who: &Who, found: Option<Found>) -> Answer {
    let mut answer =
        Answer { status: StatusCode::OK, body: Value::Array(Vec::new()), headers: Vec::new(), is_error: false };
    let Some((route, path)) = found else { return answer };
    let id = path.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| id.parse().ok());
    let allow = match (route.schema, id) {
        (Some("comment"), Some(id)) => comments::read::allowed(app, here, who, CommentId(id)).await,
        _ => Ok(route.allowed(who)),
    };
    match allow {
        Ok(allow) => {
            answer.headers.extend(respond::allowed(&allow));
            answer.body = describe(here, route);
            answer
        }
        Err(error) => respond::failed(&error.into(), who, &[]),
    }
}

/// The route of an address, and what its placeholders stand for.
type Found = (&'static Route, Vec<(&'static str, String)>);

/// What `OPTIONS` tells of a route.
fn describe(here: &Here, route: &Route) -> Value {
    let mut described = summary(here, route);
    let links = described.shift_remove("_links");
    if let Some(name) = route.schema {
        described.insert("schema".into(), schema(name));
    }
    if let Some(links) = links {
        described.insert("_links".into(), links);
    }
    Value::Object(described)
}

/// The same without the schema, as the index has it.
pub(super) fn summary(here: &Here, route: &Route) -> Map<String, Value> {
    let endpoints: Vec<Value> = route
        .endpoints
        .iter()
        .map(|endpoint| {
            let mut args = Map::new();
            for name in route.placeholders().filter(|name| !endpoint.args.iter().any(|a| a.name == *name)) {
                args.insert(name.to_owned(), json!({ "type": placeholder_type(name), "required": false }));
            }
            args.extend(endpoint.args.iter().map(|arg| (arg.name.to_owned(), arg.described())));
            json!({ "methods": endpoint.methods, "args": args })
        })
        .collect();
    let mut described = Map::new();
    described.insert("namespace".into(), route.namespace.into());
    described.insert("methods".into(), route.methods().into());
    described.insert("endpoints".into(), endpoints.into());
    if route.placeholders().next().is_none() {
        described.insert("_links".into(), json!({ "self": [{ "href": url(here, route.path) }] }));
    }
    described
}

fn placeholder_type(name: &str) -> &'static str {
    if name == "id" { "integer" } else { "string" }
}

/// A property of a schema: its type, what it is, and in which contexts it shows.
pub(super) fn property(kind: &Value, about: &str, contexts: &[&str]) -> Value {
    let mut property = if kind.is_object() { kind.clone() } else { json!({ "type": kind }) };
    if let Some(map) = property.as_object_mut() {
        map.insert("description".into(), about.into());
        map.insert("context".into(), contexts.into());
    }
    property
}

/// A schema as WordPress writes it.
pub(super) fn schema_of(title: &str, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let properties: Map<String, Value> = fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    json!({
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": title,
        "type": "object",
        "properties": properties,
    })
}

/// The parameter that says how much is shown.
pub(super) const CONTEXT: Arg = Arg::new(
    "context",
    super::args::Kind::OneOf(&["view", "embed", "edit"]),
    "How much is shown: what readers see, what stands within another thing, or what who may change it needs.",
)
.or(super::args::Preset::Text("view"));
