//! The desk: the moderators' web pages under `/desk`. Plain forms that work without scripts; `desk.js`
//! sends the same forms in place and adds the keyboard. [`routes`] is mounted by the router; every route
//! passes the guards of `guard.rs`, so that no page can forget them.

mod act;
mod application_passwords;
mod assets;
mod audit;
mod authorize;
mod chrome;
mod comment;
mod fields;
mod guard;
mod jobs;
mod landing;
mod login;
mod members;
mod notice;
mod posts;
mod profile;
mod providers;
mod queue;
mod reply;
mod respond;
mod row;
mod settings;
mod setup;
mod show;
mod wp_admin;

use axum::Router;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{get, post};

pub(in crate::web) use self::guard::is_from_us;
use crate::app::App;
use crate::web::rest::fresh_nonce;

/// Every route of the desk, in one list. What is within wants somebody who is logged in, and of a change the
/// token of their session; whose session is over may still log out.
pub fn routes(app: &App) -> Router<App> {
    let open = Router::new()
        .route("/desk/login", get(login::show).post(login::submit))
        .route("/desk/logout", post(login::log_out))
        .route("/desk/setup", get(setup::show).post(setup::submit));
    let within = Router::new()
        .route("/desk", get(queue::home))
        .route("/desk/", get(queue::home))
        .route("/desk/comments", get(queue::show).post(act::moderate))
        .route("/desk/comments/undo", post(act::undo))
        .route("/desk/comments/empty", post(act::empty))
        .route("/desk/comments/{id}/edit", get(comment::edit).post(comment::save))
        .route("/desk/comments/{id}/reply", get(reply::show).post(reply::submit))
        .route("/desk/comments/{id}/{verb}", get(comment::confirm))
        .route("/desk/posts", get(posts::show))
        .route("/desk/posts/{id}", post(posts::set))
        .route("/desk/settings", get(settings::show).post(settings::save))
        .route("/desk/log-in", get(providers::show).post(providers::add))
        .route("/desk/log-in/{id}", post(providers::change))
        .route("/desk/members", get(members::show).post(members::add))
        .route("/desk/members/{id}", post(members::change))
        .route("/desk/audit", get(audit::show))
        .route("/desk/jobs", get(jobs::show))
        .route("/desk/jobs/{id}", post(jobs::handle))
        .route("/desk/profile", get(profile::show).post(profile::save))
        .route("/desk/profile/password", post(profile::password))
        .route("/desk/profile/sessions", post(profile::end_sessions))
        .route("/desk/profile/application-passwords", post(application_passwords::add))
        .route("/desk/profile/application-passwords/{uuid}", post(application_passwords::revoke))
        .route("/desk/authorize-application", get(authorize::show).post(authorize::submit))
        .layer(from_fn_with_state(app.clone(), guard::logged_in));
    open.merge(within)
        .layer(from_fn_with_state(app.clone(), guard::own_forms))
        .route("/desk/desk.css", get(assets::css))
        .route("/desk/desk.js", get(assets::js))
        .route("/wp-login.php", get(wp_admin::login))
        .route("/sites/{slug}/wp-login.php", get(wp_admin::login))
        .route("/wp-admin/admin-ajax.php", get(fresh_nonce).post(fresh_nonce))
        .route("/sites/{slug}/wp-admin/admin-ajax.php", get(fresh_nonce).post(fresh_nonce))
        .route("/wp-admin", get(wp_admin::redirect))
        .route("/wp-admin/", get(wp_admin::redirect))
        .route("/wp-admin/{page}", get(wp_admin::redirect))
        .route("/sites/{slug}/wp-admin", get(wp_admin::redirect))
        .route("/sites/{slug}/wp-admin/", get(wp_admin::redirect))
        .route("/sites/{slug}/wp-admin/{page}", get(wp_admin::redirect))
        .layer(map_response(guard::headers))
}
