//! Logging in to write comments. Called by the router.

mod callback;
mod client;
mod finish;
mod icons;
mod providers;
mod start;

use axum::Router;

use crate::app::App;

/// The routes of a site's log-in.
pub fn routes() -> Router<App> {
    providers::routes()
}
