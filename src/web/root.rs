//! `B/` and `B/index.php`: what stands there is named by the query, as WordPress's plain addresses have it.

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{Method, StatusCode, header};

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::web::embed::page;
use crate::web::query::Query;
use crate::web::site::Here;
use crate::web::{feeds, rest};

/// Answers what the query names: the REST API, a feed, else a page.
pub async fn any(State(app): State<App>, here: Result<Here, Error>, client: Client, request: Request) -> Response {
    if rest::is_named_by(request.uri().query().unwrap_or_default()) {
        return rest::by_query(&app, here, client, request).await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    match here {
        Ok(here) => read(&app, here, &request.into_parts().0).await.into_response(),
        Err(error) => error.into_response(),
    }
}

async fn read(app: &App, here: Here, request: &Parts) -> Result<Response> {
    let query = Query::of(&request.uri);
    let asked = query.post(app, &here).await?;
    match query.text("feed").filter(|name| !name.is_empty()) {
        Some(name) => feeds::by_query(app, here, asked, &name, query, request).await,
        None => page::show(app, here, asked, query, request).await,
    }
}
