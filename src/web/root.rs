//! `B/` and `B/index.php`: what stands there is named by the query, as WordPress's plain addresses have it.

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode, header};

use crate::app::App;
use crate::error::Error;
use crate::model::client::Client;
use crate::web::embed::page;
use crate::web::rest;
use crate::web::site::Here;

/// Answers what the query names: the REST API, else a page.
pub async fn any(State(app): State<App>, here: Result<Here, Error>, client: Client, request: Request) -> Response {
    if rest::is_named_by(request.uri().query().unwrap_or_default()) {
        return rest::by_query(&app, here, client, request).await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    match here {
        Ok(here) => page::get(State(app), here, request).await.into_response(),
        Err(error) => error.into_response(),
    }
}
