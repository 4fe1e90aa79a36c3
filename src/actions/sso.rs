//! A log-in by the word of the site that the comments belong to (identity-providers §4.6): its token is verified, used
//! up, and becomes an identity. Each token is good once; that it was used is on disk before anybody is logged in.
//! Called by `B/login/sso`, and by `complete_log_in` for who was sent to the site's own log-in page first.

use crate::actions::ask_provider::{caller, note_error};
use crate::actions::begin_handover::begin_handover;
use crate::actions::log_in_identity::{NAMELESS, find_or_make};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::identity::ProvenIdentity;
use crate::model::ids::{AccountId, IdentityId};
use crate::model::provider::{Flow, Kind, Provider, Said};
use crate::model::site::Site;
use crate::net::identity::ProviderError;
use crate::net::identity::id_token::Doubt;
pub use crate::net::identity::sso_token::TOKEN_BYTES_MAX;
use crate::net::identity::sso_token::{self, Expected, SsoToken, claimed_issuer};
use crate::secret::token_hash;
use crate::store::{providers, sso_tokens};

/// Who a token would log in. Nothing is used up.
pub async fn look(app: &App, site: &Site, base: &str, token: &str) -> Result<ProvenIdentity> {
    let (provider, kind) = find(app, site, token).await?;
    let token = verified(app, base, &provider, kind, token).await?.map_err(|error| told(&error))?;
    if sso_tokens::is_used(&app.db, provider.site_id, &provider.id, &token_hash(&token.jti)).await? {
        return Err(told(&used()));
    }
    identity(&provider, kind, &token).map(|who| who.or_named(NAMELESS)).map_err(|error| told(&error))
}

/// Who a token logs in, once.
pub async fn use_up(app: &App, site: &Site, base: &str, token: &str) -> Result<ProvenIdentity> {
    let (provider, kind) = find(app, site, token).await?;
    let used = by_token(app, base, &provider, kind, token).await?;
    let identity = used.map_err(|error| told(&error))?;
    let (site, id, now) = (provider.site_id, provider.id, app.clock.now());
    app.db.write(async move |tx| providers::note_used(tx, site, &id, now).await).await?;
    Ok(identity)
}

/// The same for the frame: whoever the token names is offered to it, unless they are logged in there already. Says
/// whether there is something to fetch.
pub async fn hand_over(
    app: &App,
    site: &Site,
    base: &str,
    token: &str,
    challenge: Vec<u8>,
    present: Option<(AccountId, Option<IdentityId>)>,
) -> Result<bool> {
    let identity = use_up(app, site, base, token).await?;
    let (account, identity) = find_or_make(app, &identity).await?;
    let who = (account.id, Some(identity));
    if present == Some(who) {
        return Ok(false);
    }
    begin_handover(app, site, challenge, who, false).await?;
    Ok(true)
}

/// The site's provider whose token this says it is.
async fn find(app: &App, site: &Site, token: &str) -> Result<(Provider, &'static Kind)> {
    let issuer =
        claimed_issuer(token).ok_or_else(|| told(&ProviderError::Unusable("the token: it is not one".into())))?;
    let offered = app.providers.enabled(&app.db, site.id).await?;
    let fitting = offered.iter().filter(|provider| provider.lacks(app.mail.is_some()).is_none()).find_map(|provider| {
        let kind = provider.kind().filter(|kind| kind.flow == Flow::SingleSignOn)?;
        (provider.issuer() == issuer).then(|| (Provider::clone(provider), kind))
    });
    fitting.ok_or_else(|| told(&ProviderError::Unusable("the token: “iss” is nobody who logs people in here".into())))
}

/// Verifies a token of this provider and uses it up.
pub(super) async fn by_token(
    app: &App,
    base: &str,
    provider: &Provider,
    kind: &Kind,
    token: &str,
) -> Result<Result<ProvenIdentity, ProviderError>> {
    let token = match verified(app, base, provider, kind, token).await? {
        Ok(token) => token,
        Err(error) => return Ok(Err(error)),
    };
    let identity = match identity(provider, kind, &token) {
        Ok(identity) => identity,
        Err(error) => return Ok(Err(error)),
    };
    let (site, id, hash, now) = (provider.site_id, provider.id.clone(), token_hash(&token.jti), app.clock.now());
    let is_new = app
        .db
        .write(async move |tx| {
            sso_tokens::delete_expired(tx, now).await?;
            sso_tokens::insert(tx, site, &id, &hash, token.believed_until).await
        })
        .await?;
    Ok(if is_new { Ok(identity) } else { Err(used()) })
}

fn used() -> ProviderError {
    ProviderError::Unusable("the token: it was used already".into())
}

async fn verified(
    app: &App,
    base: &str,
    provider: &Provider,
    kind: &Kind,
    token: &str,
) -> Result<Result<SsoToken, ProviderError>> {
    let (now, issuer) = (app.clock.now(), provider.issuer());
    let algorithm = provider.setting("algorithm").unwrap_or_default();
    let expected = Expected { algorithm, issuer: &issuer, audience: base, now };
    let unknown = || ProviderError::Unusable("the token: it is signed with a key that is not in the key set".into());
    let ended = |doubt| match doubt {
        Doubt::UnknownKey => unknown(),
        Doubt::Other(error) => error,
    };
    if algorithm == "HS256" {
        return Ok(sso_token::verify(token, &sso_token::shared(provider.secret()), &expected).map_err(ended));
    }
    let (caller, url) = (caller(app, base, kind), provider.setting("jwks_uri").unwrap_or_default());
    for is_one_missing in [false, true] {
        let keys = match app.issuers.keys(&caller, url, is_one_missing, now).await {
            Ok(keys) => keys,
            Err(error) => {
                note_error(app, provider, &error).await?;
                return Ok(Err(error));
            }
        };
        match sso_token::verify(token, &keys, &expected) {
            Err(Doubt::UnknownKey) => {}
            other => return Ok(other.map_err(ended)),
        }
    }
    Ok(Err(unknown()))
}

fn identity(provider: &Provider, kind: &Kind, token: &SsoToken) -> Result<ProvenIdentity, ProviderError> {
    let nobody = || ProviderError::Unusable("the token: “sub” cannot be kept".into());
    let null = serde_json::Value::Null;
    let issuer = provider.vouches_as();
    let said = Said { claims: &token.claims, answers: &[], by_browser: &null, issuer: &issuer, provider };
    said.identity(kind, provider.name.clone()).ok_or_else(nobody)
}

/// How what is wrong with a token begins.
const OF_THE_TOKEN: &str = "the token: ";

/// What a visitor is told, and who builds the site reads: what is wrong with the token, in words of ours.
fn told(error: &ProviderError) -> Error {
    match error {
        ProviderError::Unusable(detail) if detail.starts_with(OF_THE_TOKEN) => {
            let detail = detail.trim_start_matches(OF_THE_TOKEN);
            Error::Forbidden(format!("The token does not hold: {detail}. Nothing was changed."))
        }
        error => match error.retry_after() {
            Some(retry_after) => Error::TooMany { retry_after },
            None => {
                Error::Conflict("The site that logs you in did not answer as it should. Try again in a moment.".into())
            }
        },
    }
}
