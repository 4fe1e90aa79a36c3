//! `POST B/login/start`: sends the visitor to a provider. Fields: `provider`, `instance`, `return_to`, `handover`, and
//! `link` for adding an identity to the account that is logged in. A query is not read: nobody else's page can begin
//! a log-in of his own choice in a visitor's browser.

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode};

use super::callback::refused;
use super::providers::{browser, cookie, owner};
use super::{challenge, check_own_page};
use crate::actions::begin_log_in::{Begin, begin_log_in};
use crate::actions::fresh_proof;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::web::form::fields;
use crate::web::site::Here;

/// Begins a log-in.
pub(super) async fn start(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    check_own_page(&app, &headers)?;
    let form = fields::read(request).await?;
    let linking = if form.text("link").is_empty() {
        None
    } else {
        let gone = || Error::Unauthenticated("You are not logged in any more. Log in again first.".into());
        let owner = owner(&app, &headers).await?.ok_or_else(gone)?;
        // What is added lets in for ever: a session that somebody left open is not enough for it.
        fresh_proof::require(&app, &owner).await?;
        Some(owner.account.id)
    };
    let begin = Begin {
        provider: form.text("provider").to_owned(),
        instance: form.text("instance").to_owned(),
        return_to: form.text("return_to").to_owned(),
        handover: challenge(form.text("handover"))?,
        linking,
        browser: browser(&app.config, false, &headers).or_else(|| browser(&app.config, true, &headers)),
        client,
    };
    let (return_to, handover) = (begin.return_to.clone(), begin.handover.clone());
    let begun = match begin_log_in(&app, &here.site, &here.base, begin).await {
        Ok(begun) => begun,
        Err(error @ (Error::Conflict(_) | Error::Invalid { .. } | Error::TooMany { .. } | Error::NotFound(_))) => {
            return refused(&here, error, &return_to, handover.as_deref());
        }
        Err(error) => return Err(error),
    };
    let header =
        |text: &str| HeaderValue::from_str(text).map_err(|e| Error::internal(format!("a header of a log-in: {e}")));
    let cookie = header(&cookie(&app.config, begun.answers_by_form, &begun.browser))?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, header(begun.to.as_str())?), (SET_COOKIE, cookie)]).into_response())
}
