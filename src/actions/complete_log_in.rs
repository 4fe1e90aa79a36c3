//! A log-in by a provider ends: what came back is held against what was begun, the code is redeemed, the ID token
//! verified, the profile asked for. What was begun is gone after the first try, whatever came of it. Nothing is
//! written before all is right, so a server that stops in between leaves nothing half done. Called by
//! `B/login/callback/{provider}`.

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;
use url::Url;

use crate::actions::ask_provider::wordpress::{self, Granted};
use crate::actions::ask_provider::{
    Endpoints, caller, client, confirmed, forget_registration, note_error, provider_failed,
};
use crate::actions::begin_log_in::begin_again;
use crate::actions::log_in::Completed;
use crate::actions::offered_providers;
use crate::actions::sso;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::identity::{ProvenIdentity, host_of};
use crate::model::ids::AccountId;
use crate::model::provider::{Flow, Kind, Provider, Said};
use crate::model::site::Site;
use crate::net::identity::id_token::{self, Doubt, Expected};
use crate::net::identity::{Caller, ProviderError, Tokens, harmless_code, redeem};
use crate::secret::token_hash;
use crate::store::log_ins::{self, LogIn};
use crate::store::providers;

/// Bytes of a parameter of an answer.
const PARAMETER_BYTES_MAX: usize = 4096;

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Which provider's address it came to.
    pub provider: String,
    /// The issuer's own part of that address, where a provider has many.
    pub issuer_part: Option<String>,
    /// The state that went out.
    pub state: String,
    /// The code, or the token of single sign-on.
    pub code: String,
    /// Who says that it answers (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: String,
    /// What a WordPress site's consent page grants.
    pub granted: Granted,
    /// What Apple's page adds the first time, as JSON.
    pub user: String,
    /// The browser's cookie.
    pub browser: Option<String>,
    /// Whether it came as a form that another site's page sent: then no session is shown.
    pub by_form: bool,
    /// Whose session the browser shows.
    pub session: Option<AccountId>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Somebody is who they are.
    Proven(Completed),
    /// The visitor is to go there once more: it had forgotten us, and knows us anew.
    Again(Url),
}

/// A log-in that came to nothing, and where the visitor came from, if that is certain.
#[derive(Debug)]
pub struct NotCompleted {
    /// Why.
    pub error: Error,
    /// Where trying again should lead.
    pub return_to: String,
    /// The challenge of the frame that goes on waiting.
    pub handover: Option<Vec<u8>>,
    /// Whether it was to add an identity to an account.
    pub is_linking: bool,
}

impl From<Error> for NotCompleted {
    fn from(error: Error) -> Self {
        Self { error, return_to: String::new(), handover: None, is_linking: false }
    }
}

/// Ends a log-in.
pub async fn complete_log_in(app: &App, site: &Site, base: &str, answer: Answer) -> Result<Ended, NotCompleted> {
    let log_in = take(app, site, &answer).await?;
    let (return_to, handover) = (log_in.return_to.clone(), log_in.handover.clone());
    let is_linking = log_in.linking_account_id.is_some();
    let completed = complete(app, site, base, &answer, log_in).await;
    completed.map_err(|error| NotCompleted { error, return_to, handover, is_linking })
}

/// Takes what was begun, and looks whether this is the browser and the address for its end. One answer for all
/// that is wrong.
async fn take(app: &App, site: &Site, answer: &Answer) -> Result<LogIn, NotCompleted> {
    if answer.state.is_empty() || answer.state.len() > PARAMETER_BYTES_MAX {
        return Err(over().into());
    }
    let hash = token_hash(&answer.state);
    let begun = app.db.write(async move |tx| log_ins::take(tx, &hash).await).await?.ok_or_else(over)?;
    let browser = answer.browser.as_deref().map(token_hash).unwrap_or_default();
    let is_right = begun.site_id == site.id
        && begun.provider_id == answer.provider
        && begun.expires_at > app.clock.now()
        && bool::from(browser.ct_eq(&begun.browser_hash));
    if !is_right {
        return Err(over().into());
    }
    let is_theirs = begun.linking_account_id.is_none_or(|account| answer.by_form || answer.session == Some(account));
    if is_theirs { Ok(begun) } else { Err(NotCompleted { is_linking: true, ..over().into() }) }
}

fn over() -> Error {
    const OVER: &str = "This log-in is over, or it began in another browser. Nothing was changed. Log in again from the \
        page of the comments.";
    Error::Forbidden(OVER.into())
}

async fn complete(app: &App, site: &Site, base: &str, answer: &Answer, log_in: LogIn) -> Result<Ended> {
    let (provider, kind) = offered_providers::find(app, site, &log_in.provider_id).await?;
    let endpoints: Endpoints = serde_json::from_str(&log_in.details)
        .map_err(|e| Error::internal(format!("a log-in's details cannot be read: {e}")))?;
    if answer.issuer_part != endpoints.redirect_part {
        return Err(over());
    }
    if !answer.error.is_empty() {
        return Err(refused(app, &provider, &endpoints, answer).await?);
    }
    match prove(app, base, &provider, kind, &endpoints, answer, &log_in).await? {
        Ok(identity) => {
            let (id, site, now) = (provider.id, provider.site_id, app.clock.now());
            app.db.write(async move |tx| providers::note_used(tx, site, &id, now).await).await?;
            Ok(Ended::Proven(Completed {
                identity,
                linking: log_in.linking_account_id,
                handover: log_in.handover,
                return_to: log_in.return_to,
            }))
        }
        Err(error) => {
            if has_forgotten_us(&provider, &error) && !endpoints.again {
                return match begin_again(app, base, (&provider, kind), endpoints, log_in).await? {
                    Ok(to) => Ok(Ended::Again(to)),
                    Err(error) => {
                        note_error(app, &provider, &error).await?;
                        Err(provider_failed(&provider, &error))
                    }
                };
            }
            note_error(app, &provider, &error).await?;
            Err(provider_failed(&provider, &error))
        }
    }
}

/// Whether the issuer no longer knows the number that it gave us when we registered.
fn has_forgotten_us(provider: &Provider, error: &ProviderError) -> bool {
    error.is_invalid_client() && provider.client_id.is_empty()
}

/// What is said when the provider sends the visitor back without a code.
async fn refused(app: &App, provider: &Provider, endpoints: &Endpoints, answer: &Answer) -> Result<Error> {
    check_issuer(endpoints, answer).map_err(|error| provider_failed(provider, &error))?;
    if matches!(answer.error.as_str(), "access_denied" | "user_cancelled_authorize" | "user_denied") {
        return Ok(Error::Forbidden(format!("You did not log in with {}. Nothing was changed.", provider.name)));
    }
    // What WordPress's consent page says to a user who may have no application password.
    if provider.kind().is_some_and(|kind| kind.flow == Flow::WordPress) && answer.error == "disabled" {
        let told = "Your site does not let you use application passwords. Nothing was changed. Log in another way.";
        return Ok(Error::Forbidden(told.into()));
    }
    let error = ProviderError::Refused { code: harmless_code(&answer.error) };
    note_error(app, provider, &error).await?;
    Ok(provider_failed(provider, &error))
}

/// Whether the answer is of the issuer that was asked (ID-7, RFC 9207 §2.4).
fn check_issuer(endpoints: &Endpoints, answer: &Answer) -> Result<(), ProviderError> {
    match &answer.iss {
        Some(iss) if *iss != endpoints.named && !endpoints.named.contains('{') => {
            Err(ProviderError::Unusable("the answer is of another issuer".into()))
        }
        None if endpoints.names_itself => Err(ProviderError::Unusable("the answer does not name its issuer".into())),
        _ => Ok(()),
    }
}

async fn prove(
    app: &App,
    base: &str,
    provider: &Provider,
    kind: &Kind,
    endpoints: &Endpoints,
    answer: &Answer,
    log_in: &LogIn,
) -> Result<Result<ProvenIdentity, ProviderError>> {
    if let Err(error) = check_issuer(endpoints, answer) {
        return Ok(Err(error));
    }
    if kind.flow == Flow::WordPress {
        let caller = caller(app, base, kind);
        return by_wordpress(app, &caller, provider, kind, endpoints, answer).await;
    }
    if kind.flow == Flow::SingleSignOn {
        return sso::by_token(app, base, provider, kind, &answer.code).await;
    }
    if answer.code.is_empty() || answer.code.len() > PARAMETER_BYTES_MAX {
        return Ok(Err(ProviderError::Unusable("the answer has no code".into())));
    }
    let caller = caller(app, base, kind);
    let client = match client(app, &caller, base, provider, endpoints).await? {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let tokens = match redeem(&caller, &endpoints.token, &client, &answer.code, &log_in.verifier).await {
        Ok(tokens) => tokens,
        Err(error) => {
            if has_forgotten_us(provider, &error) {
                forget_registration(app, base, provider, endpoints, &client.client_id).await?;
            }
            return Ok(Err(error));
        }
    };
    let expected =
        Expected { issuer: &endpoints.named, client_id: &client.client_id, nonce: &log_in.nonce, now: app.clock.now() };
    let said = match kind.flow {
        Flow::OpenId => by_id_token(app, &caller, kind, endpoints, &tokens, &expected).await,
        Flow::IndieAuth => by_site(app, &caller, provider, endpoints, &tokens).await,
        Flow::OAuth2 { .. } | Flow::Mastodon | Flow::WordPress | Flow::SingleSignOn | Flow::Email => {
            profile(&caller, endpoints, &tokens).await.map(|answers| (Value::Null, answers))
        }
    };
    let (claims, answers) = match said {
        Ok(said) => said,
        Err(error) => return Ok(Err(error)),
    };
    let user = answer.user.as_str();
    let by_browser = if kind.answers_by_form && user.len() <= PARAMETER_BYTES_MAX {
        serde_json::from_str(user).unwrap_or_default()
    } else {
        Value::Null
    };
    let said =
        Said { claims: &claims, answers: &answers, by_browser: &by_browser, issuer: &endpoints.issuer, provider };
    Ok(identity(provider, kind, endpoints, &said))
}

/// What the ID token says, and what it lacks from the userinfo endpoint, which must mean the same person.
async fn by_id_token(
    app: &App,
    caller: &Caller,
    kind: &Kind,
    endpoints: &Endpoints,
    tokens: &Tokens,
    expected: &Expected<'_>,
) -> Result<(Value, Vec<Value>), ProviderError> {
    let unusable = |detail: &str| ProviderError::Unusable(detail.to_owned());
    let token = tokens.id_token.as_ref().ok_or_else(|| unusable("the answer has no ID token"))?;
    let url = endpoints.keys.as_ref().ok_or_else(|| unusable("there is no key set"))?;
    let keys = app.issuers.keys(caller, url, false, expected.now).await?;
    let claims = match id_token::verify(token, &keys, expected) {
        Ok(claims) => claims,
        Err(Doubt::Other(error)) => return Err(error),
        Err(Doubt::UnknownKey) => {
            let keys = app.issuers.keys(caller, url, true, expected.now).await?;
            id_token::verify(token, &keys, expected).map_err(|doubt| match doubt {
                Doubt::UnknownKey => unusable("the ID token is signed with a key that is not in the key set"),
                Doubt::Other(error) => error,
            })?
        }
    };
    let lacks = |name: &str| claims[name].as_str().is_none_or(str::is_empty);
    if kind.answers_by_form || !(lacks("name") || lacks("email")) || endpoints.profile.is_empty() {
        return Ok((claims, Vec::new()));
    }
    let answers = profile(caller, endpoints, tokens).await?;
    if answers.iter().any(|said| said["sub"] != claims["sub"]) {
        return Err(unusable("the userinfo endpoint speaks of somebody else"));
    }
    Ok((claims, answers))
}

/// What the server of a site says: whose site it is, and perhaps a profile.
async fn by_site(
    app: &App,
    caller: &Caller,
    provider: &Provider,
    endpoints: &Endpoints,
    tokens: &Tokens,
) -> Result<(Value, Vec<Value>), ProviderError> {
    let me = confirmed(app, caller, provider, endpoints, tokens.said["me"].as_str().unwrap_or_default()).await?;
    Ok((Value::Null, vec![json!({"me": me, "profile": tokens.said["profile"]})]))
}

/// What a WordPress site says of whose password it is. One that could not be revoked is told to the provider's owner
/// here; the visitor sees it in their profile there.
async fn by_wordpress(
    app: &App,
    caller: &Caller,
    provider: &Provider,
    kind: &Kind,
    endpoints: &Endpoints,
    answer: &Answer,
) -> Result<Result<ProvenIdentity, ProviderError>> {
    let (user, not_revoked) = match wordpress::who(caller, endpoints, &answer.granted).await {
        Ok(said) => said,
        Err(error) => return Ok(Err(error)),
    };
    if let Some(error) = not_revoked {
        note_error(app, provider, &error).await?;
    }
    let (claims, answers) = (Value::Null, [user]);
    let said =
        Said { claims: &claims, answers: &answers, by_browser: &Value::Null, issuer: &endpoints.issuer, provider };
    Ok(identity(provider, kind, endpoints, &said))
}

/// The profile's addresses, one after the other. Only the first must answer.
async fn profile(caller: &Caller, endpoints: &Endpoints, tokens: &Tokens) -> Result<Vec<Value>, ProviderError> {
    let mut answers = Vec::with_capacity(endpoints.profile.len());
    for url in &endpoints.profile {
        match caller.get("the profile", url, Some(tokens.access_token.expose_secret())).await {
            Ok(said) => answers.push(said),
            // Without the scope for e-mail addresses GitHub has none to tell.
            Err(ProviderError::Status { status: 403 | 404, .. }) if !answers.is_empty() => answers.push(Value::Null),
            Err(error) => return Err(error),
        }
    }
    Ok(answers)
}

fn identity(
    provider: &Provider,
    kind: &Kind,
    endpoints: &Endpoints,
    said: &Said<'_>,
) -> Result<ProvenIdentity, ProviderError> {
    let name = match kind.flow {
        Flow::Mastodon | Flow::WordPress => host_of(&endpoints.named),
        _ => provider.name.clone(),
    };
    let nobody = || ProviderError::Unusable("the profile does not say who it is".into());
    said.identity(kind, name).ok_or_else(nobody)
}
