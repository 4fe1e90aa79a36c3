//! Where every log-in ends: the browser's first-party session begins, and the person is led on.

use axum::response::{IntoResponse as _, Response};
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::actions::begin_session::begin_session;
use crate::actions::sign_in::SESSION_MAX;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::ids::{AccountId, IdentityId};
use crate::web::form::redirect;
use crate::web::session;
use crate::web::site::Here;

/// Begins the first-party session of who has just proven who they are, and leads on.
#[expect(clippy::too_many_arguments, reason = "each comes from another place of the caller")]
pub(in crate::web) async fn finish(
    app: &App,
    here: &Here,
    client: &Client,
    headers: &HeaderMap,
    account: AccountId,
    identity: Option<IdentityId>,
    _handover: Option<Vec<u8>>,
    return_to: &str,
) -> Result<Response> {
    let replaces = session::token(&app.config, headers);
    let token = begin_session(app, account, identity, replaces, client).await?;
    let secure = if session::is_secure(&app.config) { "; Secure" } else { "" };
    let (name, age) = (session::cookie_name(&app.config), SESSION_MAX.as_secs());
    let cookie = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={age}");
    let header = |text: &str| HeaderValue::from_str(text).map_err(|e| Error::internal(format!("{text}: {e}")));
    let to = header(&landing(here, return_to))?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, to), (SET_COOKIE, header(&cookie)?)]).into_response())
}

/// Where a log-in may lead: to the blog, or to this server; else to the site's own place here.
pub(super) fn landing(here: &Here, return_to: &str) -> String {
    redirect::target(here, return_to).map_or_else(|| format!("{}/", here.base), String::from)
}
