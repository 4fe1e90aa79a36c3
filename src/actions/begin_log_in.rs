//! A log-in by a provider begins: the visitor is sent there with a state that is good once, for ten minutes, in this
//! browser only (ID-2), a challenge (ID-3) and a nonce (ID-4). Called by `POST B/login/start`.

use std::time::Duration;

use url::Url;

use crate::actions::ask_provider::wordpress::consent_url;
use crate::actions::ask_provider::{Endpoints, caller, client, endpoints, note_error, provider_failed, redirect_uri};
use crate::actions::begin_handover::CHALLENGE_BYTES;
use crate::actions::log_in::{Begin, Begun, browser, check_return_to};
use crate::actions::log_in_by_email;
use crate::actions::offered_providers;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::provider::{Flow, Kind, Provider};
use crate::model::site::Site;
use crate::net::identity::{Asked, Caller, ProviderError, authorization_url};
use crate::secret::{new_token, token_hash};
use crate::store::log_ins::{self, LogIn};

/// How long a log-in may take at the provider.
pub const LOG_IN_MAX: Duration = Duration::from_mins(10);
/// Begins a log-in.
pub async fn begin_log_in(app: &App, site: &Site, base: &str, begin: Begin) -> Result<Begun> {
    app.limits.check_client(Limit::LogIns, begin.client.ip)?;
    check_return_to(&begin.return_to)?;
    if begin.handover.as_ref().is_some_and(|challenge| challenge.len() != CHALLENGE_BYTES) {
        return Err(Error::invalid("handover", "This is not a challenge. Reload the page and try again."));
    }
    let (provider, kind) = offered_providers::find(app, site, &begin.provider).await?;
    if kind.flow == Flow::Email {
        return log_in_by_email::begin(app, site, base, &provider, &begin).await;
    }
    let (state, nonce, verifier) = (new_token(), new_token(), new_token());
    let browser = browser(begin.browser.as_deref());
    let now = app.clock.now();
    let secrets = Secrets { state: &state, nonce: &nonce, verifier: &verifier };
    let (to, issuer, details) = match prepare(app, base, &provider, kind, &begin.instance, &secrets).await? {
        Ok(prepared) => prepared,
        Err(error) => {
            note_error(app, &provider, &error).await?;
            return Err(provider_failed(&provider, &error));
        }
    };
    let new = LogIn {
        site_id: site.id,
        provider_id: provider.id,
        issuer,
        browser_hash: token_hash(&browser),
        nonce,
        verifier,
        details,
        return_to: begin.return_to,
        handover: begin.handover,
        linking_account_id: begin.linking,
        created_at: now,
        expires_at: now.plus(LOG_IN_MAX),
    };
    keep(app, &state, new).await?;
    Ok(Begun { to, browser, answers_by_form: kind.answers_by_form })
}

/// Sends the visitor of a log-in there once more, as whom we register now: the issuer had forgotten us when it was
/// asked. It stays the same log-in, in the same browser, with secrets of its own.
pub(super) async fn begin_again(
    app: &App,
    base: &str,
    (provider, kind): (&Provider, &Kind),
    endpoints: Endpoints,
    log_in: LogIn,
) -> Result<Result<Url, ProviderError>> {
    let (state, nonce, verifier) = (new_token(), new_token(), new_token());
    let secrets = Secrets { state: &state, nonce: &nonce, verifier: &verifier };
    let endpoints = Endpoints { again: true, ..endpoints };
    let (to, issuer, details) = match send(app, base, provider, kind, endpoints, &secrets).await? {
        Ok(prepared) => prepared,
        Err(error) => return Ok(Err(error)),
    };
    let now = app.clock.now();
    let new = LogIn { issuer, nonce, verifier, details, created_at: now, expires_at: now.plus(LOG_IN_MAX), ..log_in };
    keep(app, &state, new).await?;
    Ok(Ok(to))
}

async fn keep(app: &App, state: &str, new: LogIn) -> Result<()> {
    let (hash, now) = (token_hash(state), new.created_at);
    app.db
        .write(async move |tx| {
            log_ins::delete_expired(tx, now).await?;
            log_ins::insert(tx, &hash, &new).await
        })
        .await
}

/// What is each log-in's own.
struct Secrets<'a> {
    state: &'a str,
    nonce: &'a str,
    verifier: &'a str,
}

/// Where the visitor is sent, whose answer is awaited, and what is kept for the end.
async fn prepare(
    app: &App,
    base: &str,
    provider: &Provider,
    kind: &Kind,
    typed: &str,
    secrets: &Secrets<'_>,
) -> Result<Result<(Url, String, String), ProviderError>> {
    match endpoints(app, &caller(app, base, kind), provider, kind, typed).await {
        Ok(endpoints) => send(app, base, provider, kind, endpoints, secrets).await,
        Err(error) => Ok(Err(error)),
    }
}

async fn send(
    app: &App,
    base: &str,
    provider: &Provider,
    kind: &Kind,
    endpoints: Endpoints,
    secrets: &Secrets<'_>,
) -> Result<Result<(Url, String, String), ProviderError>> {
    let caller = caller(app, base, kind);
    let details = serde_json::to_string(&endpoints).map_err(|e| Error::internal(format!("a log-in's details: {e}")))?;
    if kind.flow == Flow::WordPress {
        let to = consent_url(app, &caller, base, provider, &endpoints, secrets.state);
        return Ok(to.map(|to| (to, endpoints.issuer, details)));
    }
    if kind.flow == Flow::SingleSignOn {
        let to = own_log_in_page(&caller, base, provider, &endpoints, secrets.state);
        return Ok(to.map(|to| (to, endpoints.issuer, details)));
    }
    let client = match client(app, &caller, base, provider, &endpoints).await? {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let mut parameters = kind.parameters.to_vec();
    if let Some(prompt) = provider.setting("prompt") {
        parameters.push(("prompt", prompt));
    }
    if let Some(me) = &endpoints.me {
        parameters.push(("me", me));
    }
    let asked = Asked {
        scopes: &endpoints.scopes,
        state: secrets.state,
        nonce: (kind.flow == Flow::OpenId).then_some(secrets.nonce),
        verifier: secrets.verifier,
        parameters: &parameters,
    };
    let to = caller
        .url("the authorization endpoint", &endpoints.authorization)
        .and_then(|endpoint| authorization_url(&endpoint, &client, &asked));
    Ok(to.map(|to| (to, endpoints.issuer, details)))
}

/// The site's own log-in page, told where it is to lead with its token.
fn own_log_in_page(
    caller: &Caller,
    base: &str,
    provider: &Provider,
    endpoints: &Endpoints,
    state: &str,
) -> Result<Url, ProviderError> {
    let mut to = caller.url("the log-in page", &endpoints.authorization)?;
    let mut back = Url::parse(&redirect_uri(base, &provider.id))
        .map_err(|e| ProviderError::Unusable(format!("the address of return: {e}")))?;
    back.query_pairs_mut().append_pair("state", state);
    to.query_pairs_mut().append_pair("return_to", back.as_str());
    Ok(to)
}
