//! Beginning a session for somebody whose identity was just proven. Its token is new, is answered once and kept
//! nowhere; the session that the client came with ends, so that a token known to another is worth nothing (ASVS 7.2.4).

use crate::actions::current_actor::actor;
use crate::actions::sign_in::SESSION_MAX;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::ids::{AccountId, IdentityId};
use crate::model::role::Role;
use crate::secret::{new_token, token_hash};
use crate::store::accounts;
use crate::store::audit::{self, Subject};
use crate::store::sessions::{self, Session};

/// Begins a session; answers with its token.
pub async fn begin_session(
    app: &App,
    account: AccountId,
    _identity: Option<IdentityId>,
    replaces: Option<String>,
    client: &Client,
) -> Result<String> {
    let (token, now) = (new_token(), app.clock.now());
    let hash = token_hash(&token);
    let session =
        Session { account_id: account, csrf_token: new_token(), seen_at: now, expires_at: now.plus(SESSION_MAX) };
    let (ip, agent) = (client.ip.to_string(), client.agent.clone());
    app.db
        .write(async move |tx| {
            let gone = || Error::Unauthenticated("This account is not there any more.".into());
            let account = accounts::lock(tx, account).await?.ok_or_else(gone)?;
            sessions::delete_expired(tx, now).await?;
            if let Some(old) = &replaces {
                sessions::delete(tx, &token_hash(old)).await?;
            }
            sessions::insert(tx, &hash, &session, &ip, &agent).await?;
            let who = actor(&account, Role::Subscriber);
            audit::insert(tx, None, &who, "log_in", Subject::Site, &format!("from {ip}"), now).await
        })
        .await?;
    Ok(token)
}
