//! Whom to ask where the visitor says so: a Mastodon instance by its name, or the server that answers for a site
//! (IndieAuth). Registrations at hosts of strangers' choice are few. Called by `ask_provider`.

use std::time::Duration;

use serde_json::json;
use url::Url;

use super::endpoints::{Endpoints, client_name};
use super::typed::{NOT_A_SERVER, instance, site};
use crate::app::App;
use crate::model::provider::Provider;
use crate::net::identity::{Caller, Metadata, ProviderError};
use crate::net::page::{first_of_rel, read_apart};
use crate::store::client_registrations;

/// Most instances at which a provider of a site registers within [`REGISTRATIONS_WITHIN`].
const REGISTRATIONS_MAX: i64 = 100;
/// The span in which registrations are counted.
const REGISTRATIONS_WITHIN: Duration = Duration::from_hours(1);

/// The endpoints of a Mastodon instance: as its metadata has them (4.3 and later), or where they have always been.
pub(super) async fn mastodon(
    app: &App,
    caller: &Caller,
    provider: &Provider,
    typed: &str,
) -> Result<Endpoints, ProviderError> {
    let unusable = |detail: &str| ProviderError::Unusable(detail.to_owned());
    let instance = instance(caller, typed).ok_or_else(|| unusable(NOT_A_SERVER))?;
    let origin = instance.origin().ascii_serialization();
    let well_known = format!("{origin}/.well-known/oauth-authorization-server");
    let said = match app.issuers.metadata(caller, &well_known, app.clock.now()).await {
        Ok(said) => Some(said),
        Err(error @ ProviderError::Fetch { .. }) => return Err(error),
        Err(_older) => None,
    };
    let said = said.as_deref();
    let is_own = |url: &str| Url::parse(url).is_ok_and(|url| url.origin() == instance.origin());
    let endpoint = |given: Option<&str>, path: &str| match given {
        Some(url) if !is_own(url) => Err(unusable("its metadata names another server")),
        Some(url) => Ok(url.to_owned()),
        None => Ok(format!("{origin}{path}")),
    };
    if said.is_some_and(|said| !is_own(&said.issuer)) {
        return Err(unusable("its metadata is another server’s"));
    }
    let scopes = said.and_then(|said| said.scopes_supported.as_ref());
    let knows_profile = scopes.is_some_and(|scopes| scopes.iter().any(|scope| scope == "profile"));
    Ok(Endpoints {
        named: said.map_or_else(|| origin.clone(), |said| said.issuer.clone()),
        names_itself: said.is_some_and(|s| s.authorization_response_iss_parameter_supported == Some(true)),
        authorization: endpoint(said.map(|s| s.authorization_endpoint.as_str()), "/oauth/authorize")?,
        token: endpoint(said.and_then(|s| s.token_endpoint.as_deref()), "/oauth/token")?,
        profile: vec![format!("{origin}/api/v1/accounts/verify_credentials")],
        registration: Some(format!("{origin}/api/v1/apps")),
        scopes: provider
            .setting("scopes")
            .unwrap_or(if knows_profile { "profile" } else { "read:accounts" })
            .to_owned(),
        ..Endpoints::of_one_of_many(origin)
    })
}

/// Registers at a Mastodon instance; answers with our number and secret.
pub(super) async fn register(
    app: &App,
    caller: &Caller,
    base: &str,
    key: &client_registrations::Key,
    endpoints: &Endpoints,
    endpoint: &str,
) -> Result<serde_json::Value, ProviderError> {
    let since = app.clock.now().minus(REGISTRATIONS_WITHIN);
    let lately = client_registrations::count_since(&app.db, key.site_id, &key.provider_id, since).await;
    if lately.map_err(|e| ProviderError::Unusable(e.to_string()))? >= REGISTRATIONS_MAX {
        return Err(ProviderError::LeftAlone { retry_after: REGISTRATIONS_WITHIN });
    }
    // One address as a text: older versions take no list.
    let asked = json!({
        "client_name": client_name(base),
        "redirect_uris": key.redirect_uri,
        "scopes": endpoints.scopes,
        "website": base,
    });
    caller.post("registration", endpoint, &asked).await
}

/// The server that answers for a site (IndieAuth §4.1): by its metadata, or by the older relations.
pub(super) async fn indieauth(
    app: &App,
    caller: &Caller,
    provider: &Provider,
    typed: &str,
) -> Result<Endpoints, ProviderError> {
    let unusable = |detail: &str| ProviderError::Unusable(detail.to_owned());
    let site = site(caller, typed).ok_or_else(|| unusable(NOT_A_SERVER))?;
    let page = caller.page("the site", site.as_str()).await?;
    let me = page.url.clone();
    let found = read_apart(move || {
        let rel = |rel| first_of_rel(&page, rel).map(String::from);
        (rel("indieauth-metadata"), rel("authorization_endpoint"))
    });
    let (metadata, authorization) = found.await.map_err(|e| ProviderError::Unusable(e.to_string()))?;
    let said = match (metadata, authorization) {
        (Some(url), _) => {
            let said = app.issuers.metadata(caller, &url, app.clock.now()).await?;
            // IndieAuth §4.1.1: the issuer is a beginning of the metadata's own address.
            if !url.starts_with(&said.issuer) || said.issuer.is_empty() {
                return Err(unusable("its metadata is of another issuer"));
            }
            Metadata::clone(&said)
        }
        (None, Some(authorization_endpoint)) => Metadata { authorization_endpoint, ..Metadata::default() },
        (None, None) => return Err(unusable("the site names no server for IndieAuth")),
    };
    let issuer = if said.issuer.is_empty() { said.authorization_endpoint.clone() } else { said.issuer.clone() };
    Ok(Endpoints {
        names_itself: said.authorization_response_iss_parameter_supported == Some(true),
        token: said.authorization_endpoint.clone(),
        authorization: said.authorization_endpoint,
        scopes: provider.scopes().to_owned(),
        me: Some(me.into()),
        ..Endpoints::of_one_of_many(issuer)
    })
}

/// Whose site it is, by the server's answer: the one that was typed, or one that names the same server (§5.3.4).
pub(in crate::actions) async fn confirmed(
    app: &App,
    caller: &Caller,
    provider: &Provider,
    endpoints: &Endpoints,
    said: &str,
) -> Result<String, ProviderError> {
    let unusable = |detail: &str| ProviderError::Unusable(detail.to_owned());
    let me = site(caller, said).filter(|_| said.contains("://")).ok_or_else(|| unusable("its answer names no site"))?;
    if endpoints.me.as_deref() == Some(me.as_str()) {
        return Ok(me.into());
    }
    let there = indieauth(app, caller, provider, me.as_str()).await?;
    if there.issuer == endpoints.issuer && there.token == endpoints.token && there.me.as_deref() == Some(me.as_str()) {
        return Ok(me.into());
    }
    Err(unusable("its answer names a site that another server answers for"))
}
