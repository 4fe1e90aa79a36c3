//! Where, and as whom, a provider is asked: what the beginning and the end of a log-in by a provider have in common.
//! Called by `begin_log_in`, `complete_log_in` and the desk's test of a provider.

mod endpoints;
mod instance;
mod typed;
pub mod wordpress;

use http::HeaderValue;
use secrecy::SecretString;
use serde_json::json;
use url::Url;

pub(super) use self::endpoints::Endpoints;
pub use self::endpoints::{client_json, client_name, redirect_uri};
pub(super) use self::instance::confirmed;
use self::typed::NOT_A_SERVER;
use crate::actions::discover_post::user_agent;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::provider::{ClientAuth, Flow, Kind, Provider};
use crate::net::fetcher::{FetchError, Phase};
use crate::net::identity::{Auth, Caller, Client, Metadata, ProviderError, apple, harmless_code};
use crate::store::client_registrations::{self, Key, Registration};
use crate::store::providers;

/// Bytes of a client number or secret that a provider gives us.
const CLIENT_BYTES_MAX: usize = 2048;

/// Who asks a provider: one that the owner chose, or one that the visitor did.
pub(super) fn caller(app: &App, base: &str, kind: &Kind) -> Caller {
    Caller { fetcher: app.fetcher.clone(), user_agent: agent(base), is_partner: !kind.flow.is_of_the_visitor() }
}

fn agent(base: &str) -> HeaderValue {
    user_agent(base, "; log-in")
}

/// Where an OpenID provider says of itself what it is.
pub(super) fn discovery_url(provider: &Provider) -> String {
    let usual = format!("{}/.well-known/openid-configuration", provider.issuer().trim_end_matches('/'));
    provider.setting("discovery").map_or(usual, str::to_owned)
}

/// Finds out where a provider is asked.
pub(super) async fn endpoints(
    app: &App,
    caller: &Caller,
    provider: &Provider,
    kind: &Kind,
    typed: &str,
) -> Result<Endpoints, ProviderError> {
    match kind.flow {
        Flow::Mastodon => instance::mastodon(app, caller, provider, typed).await,
        Flow::IndieAuth => instance::indieauth(app, caller, provider, typed).await,
        Flow::WordPress => wordpress::wordpress(caller, typed).await,
        Flow::SingleSignOn => Ok(Endpoints {
            named: provider.issuer(),
            authorization: provider.setting("login_url").unwrap_or_default().to_owned(),
            ..Endpoints::of(provider.vouches_as(), auth(provider, kind, None)?)
        }),
        Flow::Email => Err(ProviderError::Unusable("nobody is asked: a code is mailed".into())),
        Flow::OAuth2 { authorization_endpoint, token_endpoint, profile } => Ok(Endpoints {
            authorization: provider.address("authorization_endpoint", authorization_endpoint),
            token: provider.address("token_endpoint", token_endpoint),
            profile: profile.iter().map(|(name, address)| provider.address(name, address)).collect(),
            scopes: provider.scopes().to_owned(),
            ..Endpoints::of(provider.issuer(), auth(provider, kind, None)?)
        }),
        Flow::OpenId => {
            let said = app.issuers.metadata(caller, &discovery_url(provider), app.clock.now()).await?;
            discovered(provider, kind, &said)
        }
    }
}

fn discovered(provider: &Provider, kind: &Kind, said: &Metadata) -> Result<Endpoints, ProviderError> {
    let issuer = provider.issuer();
    // Microsoft's says `{tenantid}`, or the tenant's number where the setting has a word: what a token must say is
    // checked against it, with the token's own tenant in the place (`net/identity/id_token`).
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    let is_it = if kind.has_tenants { origin(&said.issuer) == origin(&issuer) } else { said.issuer == issuer };
    if !is_it {
        let detail = format!("discovery: it says that its issuer is “{}”, not “{issuer}”", said.issuer);
        return Err(ProviderError::Unusable(detail));
    }
    if said.require_pushed_authorization_requests == Some(true) {
        let detail = "discovery: it takes pushed authorization requests only, which this server does not send; let it \
            take others too";
        return Err(ProviderError::Unusable(detail.into()));
    }
    let or_said = |name: &str, said: Option<&String>| provider.setting(name).map(str::to_owned).or(said.cloned());
    let missing = |what: &str| ProviderError::Unusable(format!("discovery: there is no {what}"));
    Ok(Endpoints {
        named: said.issuer.clone(),
        names_itself: said.authorization_response_iss_parameter_supported == Some(true),
        authorization: provider.address("authorization_endpoint", &said.authorization_endpoint),
        token: or_said("token_endpoint", said.token_endpoint.as_ref()).ok_or_else(|| missing("token_endpoint"))?,
        profile: or_said("userinfo_endpoint", said.userinfo_endpoint.as_ref()).into_iter().collect(),
        keys: Some(or_said("jwks_uri", said.jwks_uri.as_ref()).ok_or_else(|| missing("jwks_uri"))?),
        registration: or_said("registration_endpoint", said.registration_endpoint.as_ref()),
        scopes: provider.scopes().to_owned(),
        ..Endpoints::of(issuer, auth(provider, kind, said.token_endpoint_auth_methods_supported.as_deref())?)
    })
}

/// How we prove who we are: the owner's word, the kind's, what discovery says; Basic where all are silent.
fn auth(provider: &Provider, kind: &Kind, supported: Option<&[String]>) -> Result<Auth, ProviderError> {
    let methods = match (provider.setting("client_auth"), kind.client_auth) {
        (Some("basic"), _) | (None, ClientAuth::Basic) => return Ok(Auth::Basic),
        (Some(_), _) | (None, ClientAuth::Form | ClientAuth::Signed) => return Ok(Auth::Form),
        (None, ClientAuth::AsDiscovered) => supported,
    };
    let Some(methods) = methods else { return Ok(Auth::Basic) };
    let takes = |name: &str| methods.iter().any(|method| method == name);
    if takes("client_secret_basic") {
        return Ok(Auth::Basic);
    }
    if takes("client_secret_post") || takes("none") && provider.secret().is_empty() {
        return Ok(Auth::Form);
    }
    let methods: Vec<_> = methods.iter().map(|method| harmless_code(method)).collect();
    Err(ProviderError::Unusable(format!(
        "discovery: clients prove who they are by {} there, not by a secret; let it take client_secret_basic or \
         client_secret_post",
        methods.join(", ")
    )))
}

/// Who we are to a provider: as the owner said, or as we registered.
pub(super) async fn client(
    app: &App,
    caller: &Caller,
    base: &str,
    provider: &Provider,
    endpoints: &Endpoints,
) -> Result<Result<Client, ProviderError>> {
    let redirect_uri = endpoints.redirect_uri(base, &provider.id);
    let flow = provider.kind().map(|kind| kind.flow);
    if flow == Some(Flow::IndieAuth) {
        let (client_id, client_secret) = (client_json(base), SecretString::default());
        return Ok(Ok(Client { client_id, client_secret, auth: endpoints.auth, redirect_uri }));
    }
    if provider.client_id.is_empty() || flow == Some(Flow::Mastodon) {
        let key = Key {
            site_id: provider.site_id,
            provider_id: provider.id.clone(),
            issuer: endpoints.issuer.clone(),
            redirect_uri,
        };
        return registered(app, caller, base, key, endpoints).await;
    }
    let is_signed = provider.kind().is_some_and(|kind| kind.client_auth == ClientAuth::Signed);
    let client_secret =
        if is_signed { signed_secret(app, provider, endpoints) } else { Ok(provider.client_secret.clone()) };
    Ok(client_secret.map(|client_secret| Client {
        client_id: provider.client_id.clone(),
        client_secret,
        auth: endpoints.auth,
        redirect_uri,
    }))
}

fn signed_secret(app: &App, provider: &Provider, endpoints: &Endpoints) -> Result<SecretString, ProviderError> {
    let developer = apple::Developer {
        client_id: &provider.client_id,
        team_id: provider.setting("team_id").unwrap_or_default(),
        key_id: provider.setting("key_id").unwrap_or_default(),
        issuer: &endpoints.named,
    };
    apple::client_secret(provider.secret(), &developer, app.clock.now())
}

/// Forgets a registration that its issuer no longer knows, as Mastodon before 4.3 forgets those that nobody used:
/// whoever asks next registers again.
pub(super) async fn forget_registration(
    app: &App,
    base: &str,
    provider: &Provider,
    endpoints: &Endpoints,
    client_id: &str,
) -> Result<()> {
    let key = Key {
        site_id: provider.site_id,
        provider_id: provider.id.clone(),
        issuer: endpoints.issuer.clone(),
        redirect_uri: endpoints.redirect_uri(base, &provider.id),
    };
    let client_id = client_id.to_owned();
    app.db.write(async move |tx| client_registrations::delete(tx, &key, &client_id).await).await
}

/// Our registration at an issuer that gives numbers to whoever asks (RFC 7591); made when there is none yet.
async fn registered(
    app: &App,
    caller: &Caller,
    base: &str,
    key: Key,
    endpoints: &Endpoints,
) -> Result<Result<Client, ProviderError>> {
    let registration = match client_registrations::find(&app.db, &key).await? {
        Some(known) => known,
        None => match register(app, caller, base, &key, endpoints).await {
            Ok(new) => {
                let (key, kept) = (key.clone(), new.clone());
                app.db.write(async move |tx| client_registrations::save(tx, &key, &kept).await).await?;
                new
            }
            Err(error) => return Ok(Err(error)),
        },
    };
    Ok(Ok(Client {
        client_id: registration.client_id,
        client_secret: registration.client_secret,
        auth: endpoints.auth,
        redirect_uri: key.redirect_uri,
    }))
}

async fn register(
    app: &App,
    caller: &Caller,
    base: &str,
    key: &Key,
    endpoints: &Endpoints,
) -> Result<Registration, ProviderError> {
    const WHAT: &str = "registration";
    let unusable = |detail: &str| ProviderError::Unusable(format!("{WHAT}: {detail}"));
    let endpoint = endpoints.registration.as_ref().ok_or_else(|| unusable("it takes none; set a client ID"))?;
    if endpoints.redirect_part.is_some() {
        let said = instance::register(app, caller, base, key, endpoints, endpoint).await?;
        return registration(app, &said);
    }
    let method = match endpoints.auth {
        Auth::Basic => "client_secret_basic",
        Auth::Form => "client_secret_post",
    };
    let said = caller
        .post(
            WHAT,
            endpoint,
            &json!({
                "client_name": client_name(base),
                "client_uri": base,
                "redirect_uris": [key.redirect_uri],
                "grant_types": ["authorization_code"],
                "response_types": ["code"],
                "token_endpoint_auth_method": method,
            }),
        )
        .await?;
    registration(app, &said)
}

/// The number and the secret that an issuer gave us.
fn registration(app: &App, said: &serde_json::Value) -> Result<Registration, ProviderError> {
    let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let (client_id, client_secret) = (text("client_id"), text("client_secret"));
    if client_id.is_empty() || client_id.len().max(client_secret.len()) > CLIENT_BYTES_MAX {
        return Err(ProviderError::Unusable("registration: it gave no client ID".into()));
    }
    Ok(Registration { client_id, client_secret: client_secret.into(), registered_at: app.clock.now() })
}

/// Notes what went wrong at a provider, for its owner, and logs it.
pub(super) async fn note_error(app: &App, provider: &Provider, error: &ProviderError) -> Result<(), Error> {
    const ERROR_CHARS_MAX: usize = 300;
    if is_the_visitors(provider, error) {
        return Ok(());
    }
    tracing::warn!(site = %provider.site_id, provider = %provider.id, %error, "a log-in by a provider failed");
    let told: String = error.to_string().chars().filter(|c| !c.is_control()).take(ERROR_CHARS_MAX).collect();
    let (site, id, now) = (provider.site_id, provider.id.clone(), app.clock.now());
    app.db.write(async move |tx| providers::note_error(tx, site, &id, &told, now).await).await
}

/// Whether only what the visitor typed was wrong, a name that is nobody's among it: nothing for an owner to mend.
fn is_the_visitors(provider: &Provider, error: &ProviderError) -> bool {
    match error {
        ProviderError::Unusable(detail) => detail == NOT_A_SERVER,
        ProviderError::Fetch {
            error: FetchError::Refused(_) | FetchError::Resolve(_) | FetchError::Timeout(Phase::Resolve),
            ..
        } => provider.kind().is_some_and(|kind| kind.flow.is_of_the_visitor()),
        _ => false,
    }
}

/// What a visitor is told when a provider fails: its name and what to do, nothing of what it said (ID-9).
pub(super) fn provider_failed(provider: &Provider, error: &ProviderError) -> Error {
    if is_the_visitors(provider, error) {
        return Error::invalid("instance", "This is not the address of a public server. Check how it is written.");
    }
    match error.retry_after() {
        Some(retry_after) => Error::TooMany { retry_after },
        None => Error::Conflict(format!(
            "{} did not answer as it should. Nothing was changed. Try again in a moment, or log in another way.",
            provider.name
        )),
    }
}
