//! `POST B/embed/confirm`: `w`, `code`: the frame confirms a guest's comment with the code that was mailed to them, and
//! gets what became of it, as JSON, with the mark that its browser is asked no more.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::told;
use crate::actions::confirm_comment;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::comment::Status;
use crate::model::permalink;
use crate::web::form::{confirmed, fields};
use crate::web::login::check_own_page;
use crate::web::respond::NO_CACHE;
use crate::web::site::Here;

/// Takes a code.
pub async fn post(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    check_own_page(&app, request.headers())?;
    app.limits.check_client(Limit::Comments, client.ip)?;
    let headers = request.headers().clone();
    let form = fields::read(request).await?;
    let done = match confirm_comment::by_code(&app, &here.site, form.text("w"), form.text("code")).await {
        Ok(done) => done,
        Err(error @ Error::Internal(_)) => return Err(error),
        Err(error) => return Ok(told(&error, None)),
    };
    let comment = &done.comment;
    let is_shown = comment.status == Status::Approved;
    let body = json!({
        "id": comment.id,
        "status": if is_shown { "approved" } else { "hold" },
        "link": permalink::of_comment(&done.post.url, comment.id),
    });
    let mut response = (StatusCode::OK, NO_CACHE, Json(body)).into_response();
    let cookie = confirmed::cookie(&app.secret, &here, &headers, &done.email, app.clock.now(), true);
    let cookie = HeaderValue::from_str(&cookie).map_err(|e| Error::internal(format!("a cookie: {e}")))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
