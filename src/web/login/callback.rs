//! `B/login/callback/{provider}`: where a provider sends people back to, by an address or, as Apple does, by a form
//! that its own page sends. What it says of a failure is never shown: only what to do.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{LOCATION, REFERRER_POLICY};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::finish::{finish, landing, page};
use super::providers::{browser, owner};
use crate::actions::ask_wordpress::Granted;
use crate::actions::complete_log_in::{Answer, Completed, Ended, complete_log_in};
use crate::actions::log_in_identity::{find_or_make, link};
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::web::form::fields;
use crate::web::query::Query;
use crate::web::respond::add_retry_after;
use crate::web::site::Here;

#[derive(Template)]
#[template(path = "web/login/refused.html")]
struct Refused<'a> {
    heading: &'static str,
    here: &'a Here,
    message: String,
    return_to: &'a str,
    handover: &'a str,
}

/// The answer by an address.
pub(super) async fn by_query(
    State(app): State<App>,
    here: Here,
    client: Client,
    Path(path): Path<HashMap<String, String>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response> {
    app.limits.check_client(Limit::Readings, client.ip)?;
    let query = Query::of(&uri);
    let text = |name: &str| query.text(name).unwrap_or_default().into_owned();
    let answer = Answer {
        provider: path.get("provider").cloned().unwrap_or_default(),
        issuer_part: path.get("issuer").cloned(),
        state: text("state"),
        // A site's own log-in page sends the token that it would put into its pages.
        code: query.text("code").or_else(|| query.text("token")).unwrap_or_default().into_owned(),
        iss: query.text("iss").map(std::borrow::Cow::into_owned),
        // What WordPress adds where no address for a refusal was given.
        error: if text("success") == "false" { "access_denied".to_owned() } else { text("error") },
        granted: Granted {
            site_url: text("site_url"),
            user_login: text("user_login"),
            password: text("password").into(),
        },
        user: String::new(),
        browser: browser(&app.config, false, &headers),
        by_form: false,
        session: owner(&app, &headers).await?.map(|visitor| visitor.account.id),
    };
    end(&app, &here, &client, &headers, answer).await
}

/// The answer by a form.
pub(super) async fn by_form(
    State(app): State<App>,
    here: Here,
    client: Client,
    Path(path): Path<HashMap<String, String>>,
    request: Request,
) -> Result<Response> {
    app.limits.check_client(Limit::Readings, client.ip)?;
    let headers = request.headers().clone();
    let form = fields::read(request).await?;
    let text = |name: &str| form.text(name).to_owned();
    let answer = Answer {
        provider: path.get("provider").cloned().unwrap_or_default(),
        issuer_part: path.get("issuer").cloned(),
        state: text("state"),
        code: text("code"),
        iss: Some(text("iss")).filter(|iss| !iss.is_empty()),
        error: text("error"),
        granted: Granted::default(),
        user: text("user"),
        browser: browser(&app.config, true, &headers),
        by_form: true,
        session: None,
    };
    end(&app, &here, &client, &headers, answer).await
}

/// Ends the log-in: the session begins, or the identity is added to the account; or a page says what to do.
async fn end(app: &App, here: &Here, client: &Client, headers: &HeaderMap, answer: Answer) -> Result<Response> {
    let completed = match complete_log_in(app, &here.site, &here.base, answer).await {
        Ok(Ended::Proven(completed)) => completed,
        Ok(Ended::Again(to)) => return see_other(to.as_str()),
        Err(not) => return refused(here, not.error, &not.return_to, not.handover.as_deref()),
    };
    let (return_to, handover) = (completed.return_to.clone(), completed.handover.clone());
    match begin(app, here, client, headers, completed).await {
        Err(error @ (Error::Conflict(_) | Error::Unauthenticated(_))) => {
            refused(here, error, &return_to, handover.as_deref())
        }
        other => other,
    }
}

/// Begins the session of who has proven an identity, or adds it to the account that asked for it.
pub(super) async fn begin(
    app: &App,
    here: &Here,
    client: &Client,
    headers: &HeaderMap,
    completed: Completed,
) -> Result<Response> {
    let Completed { identity, linking, handover, return_to } = completed;
    if let Some(account) = linking {
        link(app, account, &identity).await?;
        return see_other(&landing(here, &return_to));
    }
    let (account, identity) = find_or_make(app, &identity).await?;
    finish(app, here, client, headers, account.id, Some(identity), handover, &return_to).await
}

fn see_other(to: &str) -> Result<Response> {
    let to = HeaderValue::from_str(to).map_err(|e| Error::internal(format!("{to}: {e}")))?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response())
}

/// A page that says what to do, and leads back to where another try begins: for the frame that still waits, if this
/// log-in was begun for one. Its challenge is in a form of this page, as it was in the form that began the log-in in
/// this browser, and never in an address (`web/login`).
pub(super) fn refused(here: &Here, error: Error, return_to: &str, handover: Option<&[u8]>) -> Result<Response> {
    refused_as("You are not logged in", here, error, return_to, handover)
}

/// The same where no log-in was tried: a code or link that is over.
pub(super) fn did_not_work(here: &Here, error: Error) -> Result<Response> {
    refused_as("This did not work", here, error, "", None)
}

fn refused_as(
    heading: &'static str,
    here: &Here,
    error: Error,
    return_to: &str,
    handover: Option<&[u8]>,
) -> Result<Response> {
    if matches!(error, Error::Internal(_)) {
        return Err(error);
    }
    error.log();
    let return_to = if return_to.is_empty() { String::new() } else { landing(here, return_to) };
    let handover = handover.map(|challenge| URL_SAFE_NO_PAD.encode(challenge)).unwrap_or_default();
    let template = Refused { heading, here, message: error.to_string(), return_to: &return_to, handover: &handover };
    let mut response = page(here, error.status(), &template)?;
    // Not "no-referrer": browsers would then send `Origin: null` with the form. The code goes to ourselves only.
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    add_retry_after(&mut response, &error);
    Ok(response)
}
