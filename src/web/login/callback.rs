//! `B/login/callback/{provider}`: where a provider sends people back to, by an address or, as Apple does, by a form
//! that its own page sends. What it says of a failure is never shown: only what to do.

use std::collections::HashMap;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::{HeaderMap, Uri};

use super::finish::{finish, landing};
use super::providers::{browser, owner};
use super::refused::{Tried, refused};
use crate::actions::ask_provider::wordpress::Granted;
use crate::actions::complete_log_in::{Answer, Ended, complete_log_in};
use crate::actions::log_in::Completed;
use crate::actions::log_in_identity::{find_or_make, link};
use crate::app::App;
use crate::error::Result;
use crate::limits::Limit;
use crate::model::client::Client;
use crate::web::form::fields;
use crate::web::query::Query;
use crate::web::respond::see_other;
use crate::web::site::Here;

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
        Err(not) => {
            let tried = Tried::log_in_or_linking(not.is_linking, &not.return_to, not.handover);
            return refused(here, not.error, &tried);
        }
    };
    begin(app, here, client, headers, completed).await
}

/// Begins the session of who has proven an identity, or adds it to the account that asked for it; or says why not.
pub(super) async fn begin(
    app: &App,
    here: &Here,
    client: &Client,
    headers: &HeaderMap,
    completed: Completed,
) -> Result<Response> {
    let Completed { identity, linking, handover, return_to } = completed;
    let tried = || Tried::log_in_or_linking(linking.is_some(), &return_to, handover.clone());
    if let Some(account) = linking {
        return match link(app, account, &identity).await {
            Ok(_added) => see_other(&landing(here, &return_to)),
            Err(error) => refused(here, error, &tried()),
        };
    }
    match find_or_make(app, &identity).await {
        Ok((account, identity)) => {
            finish(app, here, client, headers, account.id, Some(identity), handover, &return_to).await
        }
        Err(error) => refused(here, error, &tried()),
    }
}
