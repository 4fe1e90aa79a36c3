//! The desk's style and script, embedded in the program. Their address changes with their content, so a
//! browser may keep them for good.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

const CSS: &str = include_str!("desk.css");
const JS: &str = include_str!("desk.js");
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

static CSS_PATH: LazyLock<String> = LazyLock::new(|| format!("/desk/desk.css?v={}", mark(CSS)));
static JS_PATH: LazyLock<String> = LazyLock::new(|| format!("/desk/desk.js?v={}", mark(JS)));

/// Where the style is.
pub(super) fn css_path() -> &'static str {
    &CSS_PATH
}

/// Where the script is.
pub(super) fn js_path() -> &'static str {
    &JS_PATH
}

pub(super) async fn css() -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")), (CACHE_CONTROL, KEEP)], CSS).into_response()
}

pub(super) async fn js() -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")), (CACHE_CONTROL, KEEP)], JS)
        .into_response()
}

/// A few characters that change with the content.
fn mark(content: &str) -> String {
    let hash = crate::secret::token_hash(content);
    crate::secret::hex(&hash[..6])
}
