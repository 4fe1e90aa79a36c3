//! How the desk answers: a page, a redirect after a change, or an error as a page that says what to do.
//! What each kind of error is called is said in `web/respond`.

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::header::{LOCATION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

use crate::error::Error;
use crate::web::respond::{Words, words};

/// What a handler of the desk returns.
pub(super) type Answer = Result<Response, Failure>;

/// An error on its way to becoming a page.
#[derive(Debug)]
pub(super) struct Failure(pub(super) Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// A page.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Answer {
    let html = template.render().map_err(|e| Error::internal(format!("rendering a page: {e}")))?;
    Ok((status, Html(html)).into_response())
}

/// After a change: the page to look at now.
pub(super) fn see(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_not_a_header) => Redirect::to("/desk").into_response(),
    }
}

/// The path and query if it leads to a page of the desk and nowhere else, however it is spelled.
pub(super) fn own_path(given: &str) -> Option<String> {
    const SOMEWHERE: &str = "http://rejoinder.invalid";
    if !given.starts_with('/') || given.contains(['\\', '\t', '\r', '\n']) {
        return None;
    }
    let base = url::Url::parse(SOMEWHERE).ok()?;
    let url = base.join(given).ok()?;
    let path = url.path();
    let is_ours = url.origin() == base.origin() && (path == "/desk" || path.starts_with("/desk/"));
    is_ours.then(|| url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

#[derive(Template)]
#[template(path = "web/desk/error.html")]
struct ErrorPage {
    title: &'static str,
    message: String,
    advice: &'static str,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = self.0;
        error.log();
        let Words { title, advice } = words(&error);
        let template = ErrorPage { title, message: error.to_string(), advice };
        let html = template.render().unwrap_or_else(|_| title.to_owned());
        let mut response = (error.status(), Html(html)).into_response();
        if let Some(wait) = error.retry_after()
            && let Ok(seconds) = HeaderValue::from_str(&wait.as_secs().max(1).to_string())
        {
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_desk_are_followed() {
        for (given, path) in [
            ("/desk/comments?p=1&s=a%20b", Some("/desk/comments?p=1&s=a%20b")),
            ("/desk", Some("/desk")),
            ("/desk/comments#comment-1", Some("/desk/comments")),
            ("/desk/../desk/posts", Some("/desk/posts")),
            ("", None),
            ("/", None),
            ("/desks", None),
            ("/desk/../sites", None),
            ("//evil.example/desk/", None),
            ("/\\evil.example/desk/", None),
            ("\\/\\/evil.example/desk/", None),
            ("/\t/evil.example/desk/", None),
            ("https:evil.example/desk/", None),
            ("https://evil.example/desk/", None),
            ("http://us@evil.example/desk/", None),
            ("javascript:alert(1)//desk/", None),
            ("/desk/\r\nSet-Cookie: a=b", None),
            ("/%09/evil.example/desk/", None),
            ("/..//evil.example/desk/", None),
        ] {
            assert_eq!(own_path(given).as_deref(), path, "{given:?}");
        }
    }
}
