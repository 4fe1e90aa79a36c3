//! What the frame's script hands in, as JSON: a claim of a log-in (`claim`), the token of a single sign-on (`sso`).

use axum::body::to_bytes;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Reads it; `None` where it is not said to be JSON.
pub(super) async fn read<T: DeserializeOwned>(request: Request, bytes_max: usize, name: &Name) -> Result<Option<T>> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    // A form of another site cannot send this type.
    if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
        return Ok(None);
    }
    let body = to_bytes(request.into_body(), bytes_max).await;
    let body = body.map_err(|_| Error::TooLarge(format!("A {} has at most {bytes_max} bytes.", name.what)))?;
    serde_json::from_slice(&body).map(Some).map_err(|_| name.is_none())
}

/// How what is handed in is called.
pub(super) struct Name {
    pub(super) what: &'static str,
    /// The field that it is in.
    pub(super) field: &'static str,
}

impl Name {
    /// What is said of something else.
    pub(super) fn is_none(&self) -> Error {
        Error::invalid(self.field, format!("This is no {} of a comment form.", self.what))
    }
}

/// The answer to what is not said to be JSON.
pub(super) fn not_json() -> Response {
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "application/json is taken here").into_response()
}
