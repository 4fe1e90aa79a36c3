//! Every route in one list. A site's doors stand twice: at the root, for the site of this host, and under
//! `/sites/{slug}`.

use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, get};
use axum::{Router, response::IntoResponse};
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::error::Error;
use crate::web::embed::{self, assets};
use crate::web::{
    account, avatar, client, desk, feeds, form, login, mail_links, operation, respond, rest, root, trackback, xmlrpc,
};

/// Bytes of a request's body, where a door does not say otherwise: the longest comment, percent-encoded,
/// with its form.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// How long a request may take: the longest wait for a linkback (30 s) and something over.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(45);

/// The whole program over HTTP.
pub fn router(app: App) -> Router {
    Router::new()
        .merge(site())
        .merge(desk::routes(&app))
        .nest("/sites/{slug}", site())
        .route("/sites/{slug}/", any(root::any))
        .route(&embed::demo::home_path(), get(embed::demo::home))
        .route(&format!("{}/", embed::demo::home_path()), get(embed::demo::home))
        .route(&embed::demo::page_path(), get(embed::demo::page))
        // Browsers ask for it wherever a page names no icon.
        .route("/favicon.ico", get(StatusCode::NO_CONTENT))
        .route("/healthz", get(operation::healthz))
        .route("/readyz", get(operation::readyz))
        .route("/metrics", get(operation::metrics))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(app.clone(), client::identify))
        .layer(middleware::from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), respond::with_a_way_on))
        .with_state(app)
}

/// The doors of a site (product.md, "Doors").
fn site() -> Router<App> {
    Router::new()
        .merge(feeds::routes())
        .merge(login::routes())
        .merge(account::routes())
        .merge(embed::own::routes())
        .route("/", any(root::any))
        .route("/index.php", any(root::any))
        .route("/wp-json", any(rest::by_path))
        .route("/wp-json/", any(rest::by_path))
        .route("/wp-json/{*route}", any(rest::by_path))
        .route("/openapi.json", get(rest::description))
        .route("/xmlrpc.php", any(xmlrpc::post))
        .route("/wp-comments-post.php", any(form::post))
        .route("/wp-trackback.php", any(trackback::at))
        .route("/wp-trackback.php/", any(trackback::at))
        .route("/wp-trackback.php/{id}", any(trackback::at))
        .route("/avatar/{token}", get(avatar::get))
        .route("/moderate", get(mail_links::moderate::show).post(mail_links::moderate::act))
        .route("/subscriptions", get(mail_links::subscriptions::show).post(mail_links::subscriptions::change))
        .route("/embed/thread", get(embed::thread::get))
        .route("/embed/form", get(embed::form_frame::get))
        .route("/embed/counts", get(embed::counts::get))
        .route("/embed/confirm", axum::routing::post(embed::confirm::post))
        .route("/embed/confirm.js", assets::door(&assets::CONFIRM_JS))
        .route("/embed/own.js", assets::door(&assets::OWN_JS))
        .route("/embed.js", assets::door(&assets::EMBED_JS))
        .route("/embed.css", assets::door(&assets::EMBED_CSS))
        .route("/embed/form.js", assets::door(&assets::FORM_JS))
        .route("/embed/login.js", assets::door(&assets::LOGIN_JS))
        .route("/embed/form.css", assets::door(&assets::FORM_CSS))
        .route("/embed/page.css", assets::door(&assets::PAGE_CSS))
        .route("/bare.css", assets::door(&assets::BARE_CSS))
        .route("/embed/demo.css", assets::door(&assets::DEMO_CSS))
}

async fn not_found() -> Error {
    Error::not_found("There is nothing at this address.")
}

async fn in_time(request: axum::extract::Request, next: middleware::Next) -> axum::response::Response {
    tokio::time::timeout(REQUEST_TIMEOUT, next.run(request))
        .await
        .unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

#[expect(clippy::needless_pass_by_value, reason = "the layer's own signature")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    let message = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Error::internal(format!("a handler panicked: {message}")).into_response()
}
