//! An error as an HTTP answer, for every door that has no form of its own for it: a page that says what went wrong,
//! what to do, and where one can go on.

use askama::Template;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

use crate::app::App;
use crate::error::{Error, Result};
use crate::web::site;

/// What WordPress sends with every answer that must not be kept (WP 7.1 §2.2).
pub const NO_CACHE: [(header::HeaderName, &str); 2] = [
    (header::EXPIRES, "Wed, 11 Jan 1984 05:00:00 GMT"),
    (header::CACHE_CONTROL, "no-cache, must-revalidate, max-age=0, no-store, private"),
];

/// Where a client finds the pingback endpoint before it reads the page (Pingback 1.0 §2.1).
pub const X_PINGBACK: header::HeaderName = header::HeaderName::from_static("x-pingback");

/// The policy of a page that needs nothing but its own style.
pub const BARE_PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What an error page says. It goes with the answer as far as [`with_a_way_on`], which knows the request too.
#[derive(Clone, Debug)]
struct Said {
    title: &'static str,
    message: String,
    advice: &'static str,
}

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage<'a> {
    said: &'a Said,
    /// Where one can go on, and what the link says.
    way: Option<(String, String)>,
}

impl Said {
    fn page(&self, status: StatusCode, way: Option<(String, String)>) -> Response {
        page(status, &ErrorPage { said: self, way })
    }

    /// What is said of a refusal that came without words, as the router's own do.
    fn of_status(status: StatusCode) -> Self {
        let (title, message, advice) = match status {
            StatusCode::METHOD_NOT_ALLOWED => (
                "Not possible at this address",
                "This address takes no request of this kind.",
                "Go back, and follow a link or use a form of the page.",
            ),
            StatusCode::REQUEST_TIMEOUT => {
                ("Too slow", "The request took longer than the server waits.", "Try again in a moment.")
            }
            status if status.is_server_error() => {
                words(&Error::unavailable("")).said("The server cannot do this just now.")
            }
            _ => ("Not taken", "The server did not take this request.", "Go back and try again."),
        };
        Self { title, message: message.into(), advice }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        let Words { title, advice } = words(&self);
        let said = Said { title, message: self.to_string(), advice };
        let mut response = said.page(self.status(), None);
        add_retry_after(&mut response, &self);
        response.extensions_mut().insert(said);
        response
    }
}

/// Title and advice for each kind of error, here and at the desk.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) advice: &'static str,
}

impl Words {
    fn said(self, message: &'static str) -> (&'static str, &'static str, &'static str) {
        (self.title, message, self.advice)
    }
}

/// See [`Words`].
pub(super) fn words(error: &Error) -> Words {
    let (title, advice) = match error {
        Error::Invalid { .. } => ("This cannot be taken", "Go back, change it, and send it again."),
        Error::Unauthenticated(_) => ("Log in first", "Log in and try again; nothing was changed."),
        Error::Forbidden(_) => {
            ("You may not do this", "Nothing was changed. Somebody with another role may be able to.")
        }
        Error::NotFound(_) => ("Not here", "It may have been deleted, or the address is mistyped."),
        Error::Conflict(_) => {
            ("Not possible as it stands", "Nothing was changed. Go back and look at what is there now.")
        }
        Error::TooMany { .. } => ("Too many attempts", "Nothing was changed. Wait a little, then try again."),
        Error::TooLarge(_) => ("Too large", "Nothing was changed. Send less at once."),
        Error::Unavailable { .. } => ("Not just now", "Nothing was changed. Go back and send it again in a moment."),
        Error::Internal(_) => {
            ("Something went wrong", "If it happens again, tell who runs this server: its log says more.")
        }
    };
    Words { title, advice }
}

/// Puts into a page of a plain error the way on that the request tells: to the desk, or to the blog of the site it
/// was for. An error without words, as the router makes them, gets a page where a person asked.
pub async fn with_a_way_on(State(app): State<App>, request: Request, next: Next) -> Response {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers());
    let (host, accept) = (headers.get(header::HOST).cloned(), headers.get(header::ACCEPT).cloned());
    let mut response = next.run(request).await;
    let status = response.status();
    let is_wordless = (status.is_client_error() || status.is_server_error())
        && !response.headers().contains_key(header::CONTENT_TYPE)
        && accept.is_some_and(|v| v.to_str().is_ok_and(|v| v.contains("text/html")));
    let said = match response.extensions_mut().remove::<Said>() {
        Some(said) => said,
        None if is_wordless => Said::of_status(status),
        None => return response,
    };
    if method == Method::HEAD {
        return response;
    }
    let host = host.as_ref().and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (mut fresh, mut body) = said.page(status, way_on(&app, uri.path(), host).await).into_parts();
    for (name, value) in response.headers() {
        if name != header::CONTENT_LENGTH && !fresh.headers.contains_key(name) {
            fresh.headers.append(name, value.clone());
        }
    }
    std::mem::swap(response.body_mut(), &mut body);
    *response.headers_mut() = fresh.headers;
    response
}

async fn way_on(app: &App, path: &str, host: &str) -> Option<(String, String)> {
    if path == "/desk" || path.starts_with("/desk/") {
        return Some(("/desk".into(), "To the desk".into()));
    }
    let site = site::at(app, path, host).await.ok()??;
    let title = if site.title.is_empty() { site.home.to_string() } else { site.title.clone() };
    Some((site.home.to_string(), format!("Back to {title}")))
}

/// Says when trying again makes sense (RFC 9110 §10.2.3), where it does.
pub fn add_retry_after(response: &mut Response, error: &Error) {
    if let Some(wait) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
}

/// Leads to another address.
pub fn see_other(to: &str) -> Result<Response> {
    let location = HeaderValue::from_str(to).map_err(|e| Error::internal(format!("{to}: {e}")))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
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
