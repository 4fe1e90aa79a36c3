//! An error as an HTTP answer, for every door that has no form of its own for it.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::error::Error;

/// What WordPress sends with every answer that must not be kept (WP 7.1 §2.2).
pub const NO_CACHE: [(header::HeaderName, &str); 2] = [
    (header::EXPIRES, "Wed, 11 Jan 1984 05:00:00 GMT"),
    (header::CACHE_CONTROL, "no-cache, must-revalidate, max-age=0, no-store, private"),
];

/// The policy of a page that needs nothing but its own style.
pub const BARE_PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    message: &'a str,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        let status = self.status();
        let (title, message) = (status.canonical_reason().unwrap_or("Error"), self.to_string());
        let mut response = page(status, &ErrorPage { title, message: &message });
        add_retry_after(&mut response, &self);
        response
    }
}

/// Says when trying again makes sense (RFC 9110 §10.2.3), where it does.
pub fn add_retry_after(response: &mut Response, error: &Error) {
    if let Some(wait) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
}

/// What is said of a form that cannot be read.
pub fn unreadable_form(status: StatusCode, text: String) -> Error {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Error::TooLarge(text) } else { Error::invalid("form", text) }
}

/// A page that is made for this request and not kept.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (
            status,
            NO_CACHE,
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::CONTENT_SECURITY_POLICY, BARE_PAGE_POLICY),
                (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
            ],
            html,
        )
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "a template did not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
