//! `B/openapi.json`: the API described for programs (OpenAPI 3.1), made of the list of routes that answers them.

use std::sync::OnceLock;

use axum::response::{IntoResponse as _, Response};
use http::header;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, Schema};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, Ref, RefOr, Required,
    ResponseBuilder, SecurityRequirement, ServerBuilder,
};

use super::args::{Arg, Kind};
use super::routes::{Endpoint, Route, Shape, schema};
use super::table::ROUTES;
use crate::error::{Error, Result};
use crate::web::respond::NO_CACHE;
use crate::web::site::Here;

/// Statuses of errors that any endpoint may answer: what was sent does not fit, who sent it is not believed or
/// not allowed, there is too much of it, or the server cannot just now.
const ERRORS_OF_ALL: [u16; 7] = [400, 401, 403, 413, 429, 500, 503];

/// Statuses that the server answers before it has read a request, without a body: it came too slowly, or its
/// address or its header fields are too long.
const ERRORS_WITHOUT_BODY: [u16; 3] = [408, 414, 431];

/// The noun schemas that answers refer to.
const NOUNS: [&str; 7] = ["comment", "post", "user", "application-password", "type", "status", "settings"];

const ABOUT: &str = "Comments and linkbacks, and of posts, users and settings what clients of comments read: the \
    routes of WordPress’s REST API. Beside what is listed, every route takes WordPress’s `_envelope`, `_method` and \
    `_pretty`, and answers `OPTIONS` with its schema.";

/// `GET /openapi.json`.
pub async fn get(here: Here) -> Result<Response> {
    static PATHS: OnceLock<Result<Value, String>> = OnceLock::new();
    let described = PATHS.get_or_init(|| describe().map_err(|e| e.to_string()));
    let mut document = described.clone().map_err(|e| Error::internal(format!("describing the API: {e}")))?;
    let server = ServerBuilder::new().url(format!("{}/wp-json", here.base)).build();
    document["servers"] = serde_json::to_value([server]).map_err(|e| Error::internal(e.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    Ok((NO_CACHE, headers, document.to_string()).into_response())
}

/// A schema that anything fits.
pub(super) fn anything() -> Value {
    json!({ "type": "object" })
}

fn describe() -> Result<Value, serde_json::Error> {
    let mut paths = PathsBuilder::new();
    for route in ROUTES {
        paths = paths.path(route.path, path_item(route)?);
    }
    let mut components = ComponentsBuilder::new()
        .security_scheme("application-password", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)))
        .security_scheme(
            "nonce",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                "X-WP-Nonce",
                "Beside the cookie of a log-in to the desk; from wp-admin/admin-ajax.php?action=rest-nonce.",
            ))),
        )
        .schema("error", read_schema(error_schema())?);
    for noun in NOUNS {
        components = components.schema(noun, read_schema(answer_schema(noun))?);
    }
    let document: OpenApi = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Rejoinder’s REST API")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .build(),
        )
        .paths(paths)
        .components(Some(components.build()))
        .build();
    serde_json::to_value(document)
}

fn read_schema(schema: Value) -> Result<RefOr<Schema>, serde_json::Error> {
    serde_json::from_value(schema)
}

fn reference(name: &str) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(name))
}

fn path_item(route: &Route) -> Result<PathItem, serde_json::Error> {
    let mut item = PathItem::default();
    for endpoint in route.endpoints {
        for (at, method) in endpoint.methods.iter().enumerate() {
            let (method, place) = match *method {
                "GET" => (HttpMethod::Get, &mut item.get),
                "POST" => (HttpMethod::Post, &mut item.post),
                "PUT" => (HttpMethod::Put, &mut item.put),
                "PATCH" => (HttpMethod::Patch, &mut item.patch),
                _ => (HttpMethod::Delete, &mut item.delete),
            };
            *place = Some(operation(route, endpoint, &method, at)?);
        }
    }
    Ok(item)
}

fn operation(
    route: &Route,
    endpoint: &Endpoint,
    method: &HttpMethod,
    at: usize,
) -> Result<utoipa::openapi::path::Operation, serde_json::Error> {
    let name = if at == 0 { endpoint.id.to_owned() } else { format!("{}_{}", endpoint.id, at + 1) };
    let mut operation = OperationBuilder::new()
        .operation_id(Some(name))
        .summary(Some(endpoint.about))
        .security(SecurityRequirement::default())
        .security(SecurityRequirement::new::<_, [&str; 0], &str>("application-password", []))
        .security(SecurityRequirement::new::<_, [&str; 0], &str>("nonce", []));
    for name in route.placeholders() {
        operation = operation.parameter(placeholder(name)?);
    }
    let in_query = matches!(method, HttpMethod::Get | HttpMethod::Delete);
    if in_query {
        for arg in endpoint.args {
            operation = operation.parameter(in_the_query(arg)?);
        }
    } else if !endpoint.args.is_empty() {
        let body = ContentBuilder::new().schema(Some(read_schema(body_schema(endpoint.args))?)).build();
        let required = if endpoint.args.iter().any(|arg| arg.is_required) { Required::True } else { Required::False };
        let body = RequestBodyBuilder::new().content("application/json", body).required(Some(required)).build();
        operation = operation.request_body(Some(body));
    }
    for arg in FOR_ANY {
        operation = operation.parameter(in_the_query(arg)?);
    }
    Ok(responses(operation, endpoint)?.build())
}

/// What every route takes.
const FOR_ANY: &[Arg] = &[
    Arg::new("_fields", Kind::Text, "Only these fields, with commas between them and dots for what is within."),
    Arg::new("_embed", Kind::Text, "What links lead to, too: those of these names, or all."),
];

fn responses(mut operation: OperationBuilder, endpoint: &Endpoint) -> Result<OperationBuilder, serde_json::Error> {
    let (status, shape) = endpoint.answers;
    let content = ContentBuilder::new().schema(Some(shape_schema(shape)?)).build();
    let mut response = ResponseBuilder::new().description("As it should be.").content("application/json", content);
    if let Shape::Many(_) = shape {
        let count = |about: &str| {
            let schema = json!({ "type": "integer", "minimum": 0 });
            serde_json::from_value::<Schema>(schema)
                .map(|s| HeaderBuilder::new().schema(s).description(Some(about)).build())
        };
        // A list that is never paged has none of them; all others have both.
        if endpoint.args.iter().any(|arg| arg.name == "page") {
            response = response
                .header("X-WP-Total", count("Things in all.")?)
                .header("X-WP-TotalPages", count("Pages in all.")?);
        }
    }
    operation = operation.response(status.to_string(), response.build());
    if status == 201 {
        // A request that was sent before, under the same `Idempotency-Key`, is answered as it was then.
        let content = ContentBuilder::new().schema(Some(shape_schema(shape)?)).build();
        let repeated =
            ResponseBuilder::new().description("As it was made before.").content("application/json", content);
        operation = operation.response("200", repeated.build());
    }
    let mut errors: Vec<u16> = ERRORS_OF_ALL.iter().chain(endpoint.errors).copied().collect();
    errors.sort_unstable();
    errors.dedup();
    for status in errors {
        let content = ContentBuilder::new().schema(Some(reference("error"))).build();
        let error = ResponseBuilder::new().description(reason(status)).content("application/json", content);
        operation = operation.response(status.to_string(), error.build());
    }
    for status in ERRORS_WITHOUT_BODY {
        operation = operation.response(status.to_string(), ResponseBuilder::new().description(reason(status)).build());
    }
    Ok(operation)
}

fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Error")
}

fn placeholder(name: &str) -> Result<Parameter, serde_json::Error> {
    let schema = match name {
        "id" => json!({ "type": "integer", "minimum": 0 }),
        "user" => json!({ "type": "string", "pattern": "^([0-9]{1,18}|me)$" }),
        _ => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }),
    };
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
    Ok(parameter.schema(Some(read_schema(schema)?)).build())
}

fn in_the_query(arg: &Arg) -> Result<Parameter, serde_json::Error> {
    let required = if arg.is_required { Required::True } else { Required::False };
    let mut parameter = ParameterBuilder::new()
        .name(arg.name)
        .parameter_in(ParameterIn::Query)
        .required(required)
        .description(Some(arg.about))
        .schema(Some(read_schema(plain(&arg.described(), Side::Request))?));
    if matches!(arg.kind, Kind::Integers | Kind::Texts) {
        // `a=1,2`; `a[]=1&a[]=2` is taken too.
        parameter = parameter.style(Some(ParameterStyle::Form)).explode(Some(false));
    }
    Ok(parameter.build())
}

/// The parameters of a body as one object.
fn body_schema(args: &[Arg]) -> Value {
    let properties: Map<String, Value> =
        args.iter().map(|arg| (arg.name.to_owned(), plain(&arg.described(), Side::Request))).collect();
    let required: Vec<&str> = args.iter().filter(|arg| arg.is_required).map(|arg| arg.name).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn shape_schema(shape: Shape) -> Result<RefOr<Schema>, serde_json::Error> {
    let to = |noun: &str| json!({ "$ref": format!("#/components/schemas/{noun}") });
    match shape {
        Shape::One(noun) => Ok(reference(noun)),
        Shape::Many(noun) => read_schema(json!({ "type": "array", "items": to(noun) })),
        Shape::Keyed(noun) => read_schema(json!({ "type": "object", "additionalProperties": to(noun) })),
        Shape::Deleted("comment") => read_schema(json!({ "oneOf": [
            { "type": "object", "properties": { "deleted": { "type": "boolean" }, "previous": to("comment") }, "required": ["deleted"] },
            { "allOf": [to("comment"), { "type": "object", "not": { "type": "object", "required": ["deleted"] } }] },
        ] })),
        Shape::Deleted(noun) => read_schema(
            json!({ "type": "object", "properties": { "deleted": { "type": "boolean" }, "previous": to(noun) } }),
        ),
        Shape::Any => read_schema(anything()),
    }
}

/// A noun's schema as its answers have it: with its links, and nothing that it does not name.
fn answer_schema(noun: &str) -> Value {
    let mut described = plain(&schema(noun), Side::Answer);
    if let Some(properties) = described.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("_links".into(), json!({ "type": "object" }));
        properties.insert("_embedded".into(), json!({ "type": "object" }));
    }
    described["additionalProperties"] = false.into();
    described
}

fn error_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "code": { "type": "string" },
            "message": { "type": "string" },
            "data": { "type": "object", "properties": { "status": { "type": "integer" } } },
        },
        "required": ["code", "message"],
    })
}

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Request,
    Answer,
}

/// Without what WordPress's clients alone read: `context` and `required` of a property, and its draft's name.
/// Times of answers have no zone, so they are no `date-time` as JSON Schema means it; and it has a format for each
/// kind of IP address.
fn plain(schema: &Value, side: Side) -> Value {
    let Value::Object(map) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (key, value) in map {
        match (key.as_str(), value) {
            ("context" | "$schema", _) | ("required", Value::Bool(_)) | ("default", Value::Null) => {}
            ("format", Value::String(format)) if format == "date-time" && side == Side::Answer => {}
            ("format", Value::String(format)) if format == "ip" => {
                out.insert(
                    "anyOf".into(),
                    json!([{ "type": "string", "format": "ipv4" }, { "type": "string", "format": "ipv6" }]),
                );
            }
            ("properties", Value::Object(inner)) => {
                let inner: Map<String, Value> =
                    inner.iter().map(|(name, schema)| (name.clone(), plain(schema, side))).collect();
                out.insert(key.clone(), Value::Object(inner));
            }
            ("items" | "additionalProperties", inner) => {
                out.insert(key.clone(), plain(inner, side));
            }
            _ => {
                out.insert(key.clone(), value.clone());
            }
        }
    }
    Value::Object(out)
}
