//! Where every log-in ends, by whatever way it was made: the browser's first-party session begins, the frame that
//! waits for the log-in is offered it, and the person is led on. Called by the log-in page and by the providers'
//! callbacks.

use askama::Template;
use axum::response::Response;
use http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::actions::begin_handover::begin_handover;
use crate::actions::begin_session::begin_session;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::ids::{AccountId, IdentityId};
use crate::model::session::{SESSION_MAX, Scope};
use crate::store::{accounts, identities};
use crate::web::embed::policy;
use crate::web::form::redirect;
use crate::web::respond::{add_retry_after, see_other};
use crate::web::session;
use crate::web::site::Here;

/// What the window says at its end.
#[derive(Template)]
#[template(path = "web/login/done.html")]
struct Done<'a> {
    here: &'a Here,
    name: &'a str,
    return_to: &'a str,
}

/// Somebody who has proven who they are.
#[derive(Clone, Debug)]
pub(super) struct Proven {
    pub(super) account: AccountId,
    pub(super) identity: Option<IdentityId>,
    /// As they are called.
    pub(super) name: String,
    /// Whether the browser is to keep the log-in when it closes.
    pub(super) lasting: bool,
}

/// Begins the first-party session of who has just proven who they are, offers it to the frame whose challenge
/// `handover` is, and leads on: to the window's last page, or without a frame to `return_to`.
#[expect(clippy::too_many_arguments, reason = "each comes from another place of the caller")]
pub(in crate::web) async fn finish(
    app: &App,
    here: &Here,
    client: &Client,
    headers: &HeaderMap,
    account: AccountId,
    identity: Option<IdentityId>,
    handover: Option<Vec<u8>>,
    return_to: &str,
) -> Result<Response> {
    let known = match identity {
        Some(id) => identities::find(&app.db, id).await?,
        None => None,
    };
    let scope = known.map_or(Scope::Desk, |known| known.proven.scope());
    let replaces = session::token(&app.config, headers);
    let token = begin_session(app, account, identity, scope, replaces, client).await?;
    let found = accounts::find(&app.db, account).await?;
    let name = found.ok_or_else(|| Error::not_found("This account is not there any more."))?.display_name;
    let mut response =
        lead_on(app, here, Proven { account, identity, name, lasting: true }, handover, return_to).await?;
    set_cookie(&mut response, &session::cookie(&app.config, &token, Some(SESSION_MAX)));
    Ok(response)
}

/// Offers the log-in to the frame that waits for it, if one does, and leads on.
pub(super) async fn lead_on(
    app: &App,
    here: &Here,
    who: Proven,
    handover: Option<Vec<u8>>,
    return_to: &str,
) -> Result<Response> {
    let return_to = landing(here, return_to);
    let Some(challenge) = handover else { return see_other(&return_to) };
    begin_handover(app, &here.site, challenge, (who.account, who.identity), who.lasting).await?;
    page(here, None, &Done { here, name: &who.name, return_to: &return_to })
}

/// Where a log-in may lead: to the blog, or to this server; else to the site's own place here.
pub(super) fn landing(here: &Here, return_to: &str) -> String {
    redirect::target(here, return_to).map_or_else(|| format!("{}/", here.base), String::from)
}

/// A page of this folder: as it is seen first, or with what is wrong with what was sent.
pub(super) fn page(here: &Here, error: Option<&Error>, template: &impl Template) -> Result<Response> {
    let mut response = crate::web::respond::page(error.map_or(StatusCode::OK, Error::status), template);
    let policy =
        HeaderValue::from_str(&policy::log_in(here)).map_err(|e| Error::internal(format!("the policy: {e}")))?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    if let Some(error) = error {
        add_retry_after(&mut response, error);
    }
    Ok(response)
}

/// Adds a cookie to an answer.
pub(in crate::web) fn set_cookie(response: &mut Response, cookie: &str) {
    match HeaderValue::from_str(cookie) {
        Ok(value) => drop(response.headers_mut().append(SET_COOKIE, value)),
        Err(error) => Error::internal(format!("a cookie: {error}")).log(),
    }
}
