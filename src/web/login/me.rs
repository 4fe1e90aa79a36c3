//! `GET B/login/me`: who is logged in in this frame or page, by the same sessions that a comment would be taken with. The
//! frame asks it whether the browser kept its cookie.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::web::prepared::count_reading;
use crate::web::session::{self, Who};
use crate::web::site::Here;

/// Says who is logged in; scripts of other origins cannot read it.
pub async fn show(State(app): State<App>, here: Here, request: Request) -> Result<Response> {
    if session::is_named(&app.config, request.headers()) {
        count_reading(&app, request.extensions())?;
    }
    let who = Who::of(&app, &here.site, request.headers()).await?;
    let writer = who.writer();
    let name = writer.map(|writer| writer.visitor.account.display_name.as_str());
    let provider = writer.and_then(|writer| writer.provider.as_ref().map(|known| known.name.as_str()));
    Ok(Json(json!({ "name": name, "provider": provider })).into_response())
}
