//! A request to the REST API as it was sent: which route by which method, with which parameters from query
//! and body, whichever of WordPress's forms it has (WP 7.1 comments §8.1).

use axum::extract::{FromRequest as _, Multipart, Request};
use http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::error::Problem;
use super::values::{self, Values};
use crate::error::Error;
use crate::web::router::BODY_BYTES_MAX;

/// The query parameter that names the route where addresses are plain.
pub(super) const ROUTE_PARAMETER: &str = "rest_route";

/// A request, read.
#[derive(Debug)]
pub(super) struct Asked {
    /// The method, after `_method` and `X-HTTP-Method-Override`.
    pub(super) method: Method,
    /// The route without a trailing slash: `/wp/v2/comments`; the index is empty.
    pub(super) route: String,
    /// The query as it came, without the route.
    pub(super) query: Vec<(String, String)>,
    /// The parameters of the query.
    pub(super) in_query: Map<String, Value>,
    /// Those of the body, or why it could not be read.
    pub(super) in_body: Result<Map<String, Value>, Problem>,
    /// The header fields.
    pub(super) headers: HeaderMap,
}

impl Asked {
    /// Reads a request; `path` is what stands after `/wp-json`, or nothing where the query names the route.
    pub(super) async fn read(path: Option<&str>, request: Request) -> Result<Self, Problem> {
        let query_text = request.uri().query().unwrap_or_default().to_owned();
        let mut query: Vec<(String, String)> =
            url::form_urlencoded::parse(query_text.as_bytes()).into_owned().collect();
        let named = query.iter().rev().find(|(name, _)| name == ROUTE_PARAMETER).map(|(_, route)| route.clone());
        query.retain(|(name, _)| name != ROUTE_PARAMETER);
        let route = match path {
            Some(path) => percent_decode_str(path).decode_utf8_lossy().into_owned(),
            None => named.unwrap_or_default(),
        };
        let mut in_query = values::parse(query_text.as_bytes())?;
        in_query.shift_remove(ROUTE_PARAMETER);
        let headers = request.headers().clone();
        let method = overridden(&in_query, &headers).unwrap_or_else(|| request.method().clone());
        let takes_form = !matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
        let in_body = read_body(request, takes_form).await;
        Ok(Self { method, route: route.trim_end_matches('/').to_owned(), query, in_query, in_body, headers })
    }

    /// A parameter of the query that is for the door itself.
    pub(super) fn of_query(&self, name: &str) -> Option<&Value> {
        self.in_query.get(name)
    }

    /// The parameters, those of the body first.
    pub(super) fn parameters(&self) -> Result<Map<String, Value>, Problem> {
        let mut all = self.in_query.clone();
        for (name, value) in self.in_body.clone()? {
            // `null` gives way to what else there is.
            if !value.is_null() || !all.contains_key(&name) {
                all.insert(name, value);
            }
        }
        Ok(all)
    }
}

/// The method that is meant, where it is not the one of the request.
fn overridden(query: &Map<String, Value>, headers: &HeaderMap) -> Option<Method> {
    let header = headers.get("x-http-method-override").and_then(|v| v.to_str().ok());
    let name = query.get("_method").and_then(Value::as_str).or(header)?;
    Method::from_bytes(name.to_ascii_uppercase().as_bytes()).ok()
}

/// JSON, a form, or a form in parts; a body of another type has no parameters.
async fn read_body(request: Request, takes_form: bool) -> Result<Map<String, Value>, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if takes_form && essence == "multipart/form-data" {
        return read_parts(request).await;
    }
    let is_json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    let is_form = takes_form && essence == "application/x-www-form-urlencoded";
    let bytes = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await.map_err(|_| {
        Problem::from(Error::TooLarge(format!("The body of a request has at most {BODY_BYTES_MAX} bytes.")))
    })?;
    if is_form {
        return Ok(values::parse(&bytes)?);
    }
    if !is_json || bytes.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(Problem::new(400, "rest_invalid_json", "Invalid JSON body passed.")
            .with("json_error_code", JSON_ERROR_SYNTAX)
            .with("json_error_message", error.to_string())),
    }
}

/// PHP's number of a JSON syntax error.
const JSON_ERROR_SYNTAX: u8 = 4;

async fn read_parts(request: Request) -> Result<Map<String, Value>, Problem> {
    let wrong = |text: String| Problem::from(Error::invalid("body", text));
    let mut parts = Multipart::from_request(request, &()).await.map_err(|e| wrong(e.body_text()))?;
    let mut values = Values::default();
    while let Some(part) = parts.next_field().await.map_err(|e| wrong(e.body_text()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|e| wrong(e.body_text()))?;
        values.insert(&name, String::from_utf8_lossy(&bytes).into_owned())?;
    }
    Ok(values.into_map())
}
