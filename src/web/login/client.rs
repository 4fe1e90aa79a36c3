//! `B/login/client.json`: who we are to servers of IndieAuth (IndieAuth §4.2). Its own address is our client ID. It
//! lists no addresses of return: all are on its own host, and each server has one of its own.

use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use crate::actions::ask_provider::{client_json, client_name};
use crate::web::site::Here;

/// The file.
pub(super) async fn get(here: Here) -> Response {
    let file = json!({
        "client_id": client_json(&here.base),
        "client_name": client_name(&here.base),
        "client_uri": format!("{}/", here.base),
    });
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
    (headers, file.to_string()).into_response()
}
