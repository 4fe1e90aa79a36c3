//! `B/account`: the page of whoever is logged in on this server, a reader without any role too: their comments, what they
//! are told of by mail, how they log in, a copy of their data, and the end of their account. Called by the router.
//!
//! It stands at top level, under the first-party session that lets into everything its account may. The frame beside a
//! post has a session of its own, which is nobody here: what was taken from a frame neither shows nor changes an account.
//! `owner` has what every page asks first, as arguments of the handlers, so that none can forget it.

mod comments;
mod data;
mod edit;
mod leave;
mod log_ins;
mod owner;
mod subscriptions;

use axum::Router;
use axum::middleware::map_response;
use axum::routing::get;

use self::owner::Owner;
use crate::app::App;
use crate::web::embed::assets::{self, Asset};
use crate::web::embed::picker::name_of;
use crate::web::login;

/// The style of these pages.
pub static CSS: Asset = Asset::style(include_bytes!("account.css"));

/// The path of the first of them, under `B`.
pub(in crate::web) const PATH: &str = "/account";

/// The routes of a site.
pub fn routes() -> Router<App> {
    Router::new()
        .route(PATH, get(comments::show))
        .route("/account/comments/{id}", get(edit::show).post(edit::save))
        .route("/account/comments/{id}/delete", get(edit::ask).post(edit::delete))
        .route("/account/subscriptions", get(subscriptions::show).post(subscriptions::end))
        .route("/account/log-ins", get(log_ins::show).post(log_ins::change))
        .route("/account/data", get(data::show).post(data::export))
        .route("/account/delete", get(leave::show).post(leave::leave))
        .route("/account/deleted", get(leave::deleted))
        .layer(map_response(login::headers))
        .route("/account/page.css", assets::door(&CSS))
}

/// What surrounds every page; read by `layout.html`.
struct Chrome {
    base: String,
    title: &'static str,
    /// Which of the pages it is.
    here: &'static str,
    /// How the site is called, and where it is.
    site: String,
    home: String,
    name: String,
    csrf: String,
    /// Where one logs in again and comes back to this page.
    log_in: String,
    told: Option<&'static str>,
}

impl Chrome {
    fn of(owner: &Owner, title: &'static str, here: &'static str) -> Self {
        let Owner { here: site, visitor, .. } = owner;
        Self {
            base: site.base.clone(),
            title,
            here,
            site: name_of(site),
            home: site.site.home.to_string(),
            name: visitor.account.display_name.clone(),
            csrf: visitor.session.csrf_token.clone(),
            log_in: owner.log_in(),
            told: None,
        }
    }

    /// The same with what was just done.
    fn with(self, told: Option<&'static str>) -> Self {
        Self { told, ..self }
    }
}
