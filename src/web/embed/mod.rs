//! The embedded comment section: the script and style of the host page, the thread it shows, the frame
//! people write in, and the same thread as a page for readers without scripts (`B/embed.js`, `B/embed/…`,
//! `B/?p=ID`). Called by the router.
//!
//! Reading stands in the host page, writing in a frame of this server's own origin, so scripts of the
//! host page never see what is typed or who is logged in. How the two talk is written down at the head
//! of `embed.js`.
//!
//! What is the same for every reader is kept in `crate::cache`; what is not is made for the request and
//! never kept.

pub mod assets;
pub(in crate::web) mod build;
pub mod confirm;
pub mod counts;
pub mod demo;
pub mod form_frame;
pub(in crate::web) mod own;
pub mod page;
pub(in crate::web) mod picker;
pub(in crate::web) mod policy;
pub(in crate::web) mod respond;
pub mod thread;
pub mod view;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::web::respond::{NO_CACHE, add_retry_after};

/// `Cross-Origin-Resource-Policy`, which the header crate has no name for.
const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// An error that scripts of any page may read: it holds nothing that is not public.
fn readable(error: Error) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// An error in the frame, whose script words none itself: what to do, and how it stands `now`, where that helps.
fn told(error: &Error, now: Option<&Value>) -> Response {
    error.log();
    let field = if let Error::Invalid { field, .. } = error { Some(field) } else { None };
    let body = json!({ "message": error.to_string(), "field": field, "now": now });
    let mut response = (error.status(), NO_CACHE, Json(body)).into_response();
    add_retry_after(&mut response, error);
    response
}

/// Renders a template; one that does not render is a fault of ours.
fn render(template: &impl askama::Template) -> Result<String> {
    template.render().map_err(|e| Error::internal(format!("a template did not render: {e}")))
}
