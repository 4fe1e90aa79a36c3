//! `POST B/login/start`: sends the visitor to a provider. Fields: `provider`, `instance`, `return_to`, `handover`, and
//! `link` for adding an identity to the account that is logged in. A query is not read: nobody else's page can begin
//! a log-in of his own choice in a visitor's browser.

use axum::extract::{Request, State};
use axum::response::Response;

use super::finish::set_cookie;
use super::providers::{browser, cookie, owner};
use super::refused::{Tried, refused};
use super::{challenge, check_own_page};
use crate::actions::begin_log_in::begin_log_in;
use crate::actions::fresh_proof;
use crate::actions::log_in::Begin;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::web::form::fields;
use crate::web::respond::see_other;
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
    let tried = Tried::log_in_or_linking(linking.is_some(), &begin.return_to, begin.handover.clone());
    let begun = match begin_log_in(&app, &here.site, &here.base, begin).await {
        Ok(begun) => begun,
        Err(error @ (Error::Conflict(_) | Error::Invalid { .. } | Error::TooMany { .. } | Error::NotFound(_))) => {
            return refused(&here, error, &tried);
        }
        Err(error) => return Err(error),
    };
    let mut response = see_other(begun.to.as_str())?;
    set_cookie(&mut response, &cookie(&app.config, begun.answers_by_form, &begun.browser));
    Ok(response)
}
