//! `GET B/embed/counts?url=…&url=…`: the numbers of responses of many posts at once, for pages that list
//! them. One query, whatever is asked for.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value, json};

use super::readable;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::permalink;
use crate::store::posts;
use crate::web::prepared::{Effort, count_reading, prepare, respond};
use crate::web::query::{Query, page_address};
use crate::web::site::Here;

/// Addresses of one request.
const URLS_MAX: usize = 50;

/// Counts.
pub async fn get(State(app): State<App>, here: Result<Here>, request: Request) -> Response {
    match count(&app, here, &request.into_parts().0).await {
        Ok(response) => response,
        Err(error) => readable(error),
    }
}

async fn count(app: &App, here: Result<Here>, request: &Parts) -> Result<Response> {
    let here = here?;
    let asked: Vec<String> = Query::of(&request.uri).all("url").take(URLS_MAX + 1).map(Into::into).collect();
    if asked.is_empty() || asked.len() > URLS_MAX {
        return Err(Error::invalid("url", format!("Ask for 1 to {URLS_MAX} addresses: ?url=ADDRESS&url=ADDRESS.")));
    }
    count_reading(app, &request.extensions)?;
    // An address that is on no page of the blog has no number; one of a page without a post has none yet, 0.
    let keys: Vec<(&String, String)> = asked
        .iter()
        .filter_map(|text| Some((text, page_address(text).ok().filter(|url| permalink::is_on(&here.site.home, url))?)))
        .map(|(text, url)| (text, permalink::key(&url)))
        .collect();
    let wanted: Vec<String> = keys.iter().map(|(_, key)| key.clone()).collect();
    let found: HashMap<String, i64> =
        posts::comment_counts(&app.db, here.site.id, &wanted).await?.into_iter().collect();
    // In the order they were asked for, so that the same request gets the same bytes.
    let counts: Map<String, Value> =
        keys.into_iter().map(|(text, key)| (text.clone(), json!(found.get(&key).copied().unwrap_or(0)))).collect();
    Ok(respond(&prepare(body(&counts), headers(), Effort::Quick), &request.headers))
}

/// JSON in which no mark-up can begin, wherever it is pasted (S-XSS, context "JSON").
fn body(counts: &Map<String, Value>) -> Vec<u8> {
    let text = json!({ "counts": counts }).to_string();
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026").into_bytes()
}

fn headers() -> HeaderMap {
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (super::CORP, HeaderValue::from_static("cross-origin")),
    ])
}
