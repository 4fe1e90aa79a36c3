//! Logging in to write comments: `B/login`, the page that the comment form opens in a window of its own (and that works
//! without scripts and windows), and what the frame asks afterwards. Called by the router.
//!
//! The log-in is made first-party, on a page of this server's own that nobody can frame. The frame in the blog's page
//! gets it by a hand-over (`actions/begin_handover`, `claim_handover`): it sends the window a challenge, the window's
//! forms carry it, and after the log-in the frame proves itself with the challenge's origin. The challenge is taken
//! from forms of our own pages only, never from an address: else a stranger could open the window with a challenge of
//! his own and collect the log-in.

mod callback;
pub mod claim;
mod client;
mod code;
pub mod finish;
mod handed;
mod icons;
mod lost;
pub mod me;
pub mod out;
pub mod page;
mod providers;
mod refused;
mod register;
mod sso;
mod start;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue};

use crate::actions::begin_handover::CHALLENGE_BYTES;
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::desk;
use crate::web::embed::assets;
use crate::web::respond::BARE_PAGE_POLICY;

/// Characters of a challenge in a form.
const CHALLENGE_CHARS: usize = 43;

/// The routes of a site's log-in.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/login", get(page::show).post(page::try_again))
        .route("/login/account", get(page::show).post(page::log_in))
        .route("/login/continue", post(page::go_on))
        .route("/login/claim", post(claim::claim))
        .route("/login/sso", get(sso::ask).post(sso::log_in))
        .route("/login/sso/frame", post(sso::from_frame))
        .route("/login/code", get(code::show).post(code::enter))
        .route("/login/code/name", post(code::name))
        .route("/login/lost", get(lost::show).post(lost::ask))
        .route("/login/reset", post(lost::set))
        .route("/login/register", get(register::show).post(register::ask))
        .route("/login/register/account", post(register::make))
        .route("/login/link", get(code::look).post(code::follow))
        .route("/login/me", get(me::show))
        .route("/login/out", post(out::log_out))
        .layer(map_response(headers))
        .route("/login/page.css", assets::door(&page::CSS))
        .route("/login/page.js", assets::door(&page::JS))
        .route("/login/account.svg", assets::door(&page::ACCOUNT_ICON))
        .merge(providers::routes())
}

/// What every answer carries: nothing is kept, framed or told to another site.
pub(in crate::web) async fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(BARE_PAGE_POLICY));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(http::header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Not "no-referrer": browsers would then send `Origin: null` with our own forms.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

/// Refuses what no page of our own sent: nobody is logged in or out by another site (S-CSRF).
pub(in crate::web) fn check_own_page(app: &App, headers: &HeaderMap) -> Result<()> {
    if desk::is_from_us(&app.config, headers) {
        return Ok(());
    }
    Err(Error::Forbidden("This request did not come from one of this server’s own pages.".into()))
}

/// The challenge of the frame that waits, from the field `handover` of a form; none where no frame does.
pub(in crate::web) fn challenge(field: &str) -> Result<Option<Vec<u8>>> {
    if field.is_empty() {
        return Ok(None);
    }
    let bytes = (field.len() == CHALLENGE_CHARS).then(|| URL_SAFE_NO_PAD.decode(field).ok()).flatten();
    match bytes.filter(|bytes| bytes.len() == CHALLENGE_BYTES) {
        Some(bytes) => Ok(Some(bytes)),
        None => Err(Error::invalid("handover", "This is no challenge of a comment form.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_a_hash_or_nothing() {
        let good = URL_SAFE_NO_PAD.encode([7; CHALLENGE_BYTES]);
        assert_eq!(challenge(&good).unwrap(), Some(vec![7; CHALLENGE_BYTES]));
        assert_eq!(challenge("").unwrap(), None);
        let (short, long) = (URL_SAFE_NO_PAD.encode([7; 31]), URL_SAFE_NO_PAD.encode([7; 33]));
        for bad in ["x", &short, &long, &format!("{good}="), &good.replace('B', "+"), &" ".repeat(CHALLENGE_CHARS)] {
            assert!(challenge(bad).is_err(), "{bad}");
        }
    }
}
