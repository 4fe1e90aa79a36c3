//! Single sign-on (`actions/sso`), two ways in. `B/login/sso?token=…&return_to=…`, where the site's own log-in page
//! leads: opening it logs nobody in, for anybody could send a visitor there with a token of his own; it says who one
//! would be, and only its button uses the token. And `POST B/login/sso/frame {"token": …, "challenge": …}`, by which
//! the frame hands in what the blog's page told it, to fetch its session as after every log-in (`claim`).

use askama::Template;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;

use super::finish::{finish, landing, page};
use super::handed::{self, Name, not_json};
use super::page::own_form;
use super::refused::{Tried, refused};
use super::{challenge, check_own_page};
use crate::actions::log_in_identity::find_or_make;
use crate::actions::sso;
use crate::actions::sso::TOKEN_BYTES_MAX;
use crate::app::App;
use crate::error::Result;
use crate::limits::Limit;
use crate::model::client::Client;
use crate::web::query::Query;
use crate::web::session;
use crate::web::site::Here;

/// Bytes of what the frame hands in.
const HANDED_BYTES_MAX: usize = TOKEN_BYTES_MAX + 256;
/// How it is called.
const NAME: Name = Name { what: "token", field: "token" };

#[derive(Template)]
#[template(path = "web/login/sso.html")]
struct Ask<'a> {
    here: &'a Here,
    /// Who one would be, and by whose word.
    name: &'a str,
    provider: &'a str,
    /// Who is logged in already.
    known: Option<String>,
    token: &'a str,
    return_to: &'a str,
    back: String,
}

/// Shows who one would be.
pub(super) async fn ask(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    app.limits.check_client(Limit::Readings, client.ip)?;
    let query = Query::of(request.uri());
    let text = |name: &str| query.text(name).unwrap_or_default().into_owned();
    let (token, return_to) = (text("token"), text("return_to"));
    let who = match sso::look(&app, &here.site, &here.base, &token).await {
        Ok(who) => who,
        Err(error) => return refused(&here, error, &Tried::log_in(&return_to, None)),
    };
    let known = session::visitor(&app, request.headers()).await?;
    let template = Ask {
        here: &here,
        name: &who.name,
        provider: &who.provider_name,
        known: known.map(|visitor| visitor.account.display_name).filter(|name| *name != who.name),
        token: &token,
        return_to: &return_to,
        back: landing(&here, &return_to),
    };
    page(&here, None, &template)
}

/// The button: `token`, `return_to`.
pub(super) async fn log_in(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let form = own_form(&app, request).await?;
    app.limits.check_client(Limit::Readings, client.ip)?;
    let return_to = form.text("return_to");
    let who = match sso::use_up(&app, &here.site, &here.base, form.text("token")).await {
        Ok(who) => who,
        Err(error) => return refused(&here, error, &Tried::log_in(return_to, None)),
    };
    let (account, identity) = find_or_make(&app, &who).await?;
    finish(&app, &here, &client, &headers, account.id, Some(identity), None, return_to).await
}

#[derive(Deserialize)]
struct Handed {
    token: String,
    challenge: String,
}

/// The frame hands in its token: 200 where there is a session to fetch, 204 where they are logged in already.
pub(super) async fn from_frame(
    State(app): State<App>,
    here: Here,
    client: Client,
    request: Request,
) -> Result<Response> {
    check_own_page(&app, request.headers())?;
    app.limits.check_client(Limit::Readings, client.ip)?;
    let headers = request.headers().clone();
    let Some(handed) = handed::read::<Handed>(request, HANDED_BYTES_MAX, &NAME).await? else { return Ok(not_json()) };
    let challenge = challenge(&handed.challenge)?.ok_or_else(|| NAME.is_none())?;
    let present = session::visitor(&app, &headers).await?;
    let present = present.map(|visitor| (visitor.account.id, visitor.session.identity_id));
    let is_new = sso::hand_over(&app, &here.site, &here.base, &handed.token, challenge, present).await?;
    Ok(if is_new { StatusCode::OK } else { StatusCode::NO_CONTENT }.into_response())
}
