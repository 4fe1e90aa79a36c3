//! The routes of log-ins by a provider, and the cookie that binds one to the browser that began it.

use std::time::Duration;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use super::{callback, client, icons, start};
use crate::actions::current_actor::{self, Visitor};
use crate::app::App;
use crate::config::Config;
use crate::error::Result;
use crate::model::session::Scope;
use crate::web::respond::BARE_PAGE_POLICY;
use crate::web::session::{self, is_secure};

/// How long the cookie is kept: as long as the longest way to log in may take, that of a mailed code.
const COOKIE_MAX: Duration = Duration::from_mins(15);

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/login/start", post(start::start))
        .route("/login/callback/{provider}", get(callback::by_query).post(callback::by_form))
        .route("/login/callback/{provider}/{issuer}", get(callback::by_query))
        .layer(map_response(headers))
        .route("/login/client.json", get(client::get))
        .route("/login/icons/{file}", get(icons::get))
}

/// What every answer carries. The address of an answer holds a code: it goes to nobody.
async fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(BARE_PAGE_POLICY));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

/// The cookie's name. One of its own for answers that come as another site's form, since those get no Lax cookie
/// (Apple): so it loosens nothing for the others.
fn cookie_name(config: &Config, by_form: bool) -> &'static str {
    match (is_secure(config), by_form) {
        (true, false) => "__Host-rejoinder-login",
        (true, true) => "__Host-rejoinder-login-form",
        (false, false) => "rejoinder_login",
        (false, true) => "rejoinder_login_form",
    }
}

/// The cookie. Without TLS browsers refuse `SameSite=None`, and Apple answers to TLS only.
pub(super) fn cookie(config: &Config, by_form: bool, value: &str) -> String {
    let secure = if is_secure(config) { "; Secure" } else { "" };
    let same_site = if by_form && is_secure(config) { "None" } else { "Lax" };
    let (name, age) = (cookie_name(config, by_form), COOKIE_MAX.as_secs());
    format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}{secure}; Max-Age={age}")
}

/// What the browser's cookie holds.
pub(super) fn browser(config: &Config, by_form: bool, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(config, by_form);
    let cookies = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    let mut values = cookies.filter_map(|c| c.trim().split_once('=')).filter(|(n, _)| *n == name).map(|(_, v)| v);
    values.next().filter(|v| !v.is_empty()).map(str::to_owned)
}

/// Whose account the browser shows a session of that lets into everything: a way to log in is added to it by nobody
/// who may only write comments, and by no session that somebody left open.
pub(super) async fn owner(app: &App, headers: &HeaderMap) -> Result<Option<Visitor>> {
    match session::token(&app.config, headers) {
        Some(token) => current_actor::find(app, &token, Scope::Desk).await,
        None => Ok(None),
    }
}
