//! How this door answers: fields, embedding, envelope and the header fields of WordPress's REST API, CORS
//! among them (WP 7.1 comments §8.1), in one place.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use super::asked::Asked;
use super::call::{Outcome, url};
use super::error::Problem;
use super::json;
use super::posts::base_of;
use super::who::Who;
use crate::model::post::Post;
use crate::web::respond::NO_CACHE;
use crate::web::site::Here;

const TOTAL: HeaderName = HeaderName::from_static("x-wp-total");
const TOTAL_PAGES: HeaderName = HeaderName::from_static("x-wp-totalpages");
const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");
const X_WP_NONCE: HeaderName = HeaderName::from_static("x-wp-nonce");

/// What is answered, before it has its header fields.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
    /// Those that the answer itself has.
    pub(super) headers: Vec<(HeaderName, String)>,
    /// Whether it went wrong.
    pub(super) is_error: bool,
}

/// An outcome as an answer to this client. `address` is that of the route, for links to other pages; `allow`
/// are the methods that the client may use there, `tried` those that are carried out like the one it used.
pub(super) fn answer(
    outcome: Outcome,
    who: &Who,
    (address, query): (&str, &[(String, String)]),
    allow: &[&'static str],
    tried: &[&str],
) -> Answer {
    match outcome {
        Ok(reply) => {
            let mut headers = reply.headers;
            if let Some(page) = reply.page {
                headers.push((TOTAL, page.total.to_string()));
                headers.push((TOTAL_PAGES, page.pages.to_string()));
                headers.extend(page.links(address, query).map(|links| (header::LINK, links)));
            }
            headers.extend(allowed(reply.allow.unwrap_or(allow)));
            Answer { status: reply.status, body: reply.body, headers, is_error: false }
        }
        Err(problem) => {
            let mut allow = allow.to_vec();
            if problem.is_denial() {
                allow.retain(|method| !tried.contains(method));
            }
            let is_missing = problem.status(true) == StatusCode::NOT_FOUND;
            failed(&problem, who, if is_missing { &[] } else { &allow })
        }
    }
}

/// A problem as an answer.
pub(super) fn failed(problem: &Problem, who: &Who, allow: &[&'static str]) -> Answer {
    let is_logged_in = who.is_logged_in();
    let mut headers: Vec<_> = allowed(allow).into_iter().collect();
    headers.extend(problem.retry_after.map(|seconds| (header::RETRY_AFTER, seconds.to_string())));
    Answer { status: problem.status(is_logged_in), body: problem.body(is_logged_in), headers, is_error: true }
}

pub(super) fn allowed(allow: &[&'static str]) -> Option<(HeaderName, String)> {
    (!allow.is_empty()).then(|| (header::ALLOW, allow.join(", ")))
}

/// The answer as it is sent.
pub(super) fn send(answer: Answer, here: Option<&Here>, asked: Option<&Asked>, who: &Who) -> Response {
    let wants = |name: &str| asked.is_some_and(|a| a.of_query(name).is_some());
    let mut headers = common(here, asked.map(|a| &a.headers), who);
    let (status, body) = if wants("_envelope") {
        (StatusCode::OK, enveloped(&answer))
    } else {
        for (name, value) in &answer.headers {
            insert(&mut headers, name, value);
        }
        (answer.status, answer.body)
    };
    let is_head = asked.is_some_and(|a| a.method == Method::HEAD);
    let bytes = if is_head { Vec::new() } else { json::write(&body, wants("_pretty")) };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// The answer with status and header fields inside, for clients that cannot read them outside.
fn enveloped(answer: &Answer) -> Value {
    let headers: Map<String, Value> =
        answer.headers.iter().map(|(name, value)| (cased(name), in_envelope(name, value))).collect();
    json!({ "body": answer.body, "status": answer.status.as_u16(), "headers": headers })
}

/// Totals are numbers there, as in WordPress.
fn in_envelope(name: &HeaderName, value: &str) -> Value {
    match value.parse::<i64>() {
        Ok(total) if *name == TOTAL || *name == TOTAL_PAGES => total.into(),
        _ => value.into(),
    }
}

/// A header field's name as WordPress writes it.
fn cased(name: &HeaderName) -> String {
    match name.as_str() {
        "x-wp-total" => "X-WP-Total".into(),
        "x-wp-totalpages" => "X-WP-TotalPages".into(),
        other => other.split('-').map(capitalised).collect::<Vec<_>>().join("-"),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// What every answer has.
fn common(here: Option<&Here>, request: Option<&HeaderMap>, who: &Who) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(16);
    let fixed = [
        (header::CONTENT_TYPE, "application/json; charset=UTF-8"),
        (X_ROBOTS_TAG, "noindex"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "X-WP-Total, X-WP-TotalPages, Link"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
        ),
        (header::VARY, "Origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(here) = here {
        insert(&mut headers, &header::LINK, &discovery_links(here, None));
    }
    // Any origin may read what a client with a password, or with a page's nonce, may read (register §14 #20).
    if let Some(origin) = request.and_then(|headers| headers.get(header::ORIGIN)) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        let methods = HeaderValue::from_static("OPTIONS, GET, POST, PUT, PATCH, DELETE");
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if who.is_logged_in() {
        for (name, value) in NO_CACHE {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let Some(nonce) = &who.nonce {
        insert(&mut headers, &X_WP_NONCE, nonce);
    }
    headers
}

/// What a text cannot stand in a header field is left out; addresses are encoded, so all of ours can.
fn insert(headers: &mut HeaderMap, name: &HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            headers.insert(name.clone(), value);
        }
        Err(error) => tracing::error!(%name, %error, "a header field could not be sent"),
    }
}

/// By which a client finds the API on any page of ours, and on a post's page the post in it (WP 7.1 §8.1).
pub(in crate::web) fn discovery_links(here: &Here, post: Option<&Post>) -> String {
    let api = format!("<{}>; rel=\"https://api.w.org/\"", url(here, "/"));
    let Some(post) = post else { return api };
    let route = url(here, &format!("/wp/v2/{}/{}", base_of(&post.kind), post.id));
    format!("{api}, <{route}>; rel=\"alternate\"; title=\"JSON\"; type=\"application/json\"")
}
