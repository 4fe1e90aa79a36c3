//! Beginning a session for somebody whose identity was just proven: by a password (`sign_in`), by a provider
//! (`web/login/finish`), or in the frame by a hand-over (`claim_handover`). Its token is new, is answered once and kept
//! nowhere; the session that the client came with ends, so that a token known to another is worth nothing (ASVS 7.2.4).

use std::time::Duration;

use crate::actions::current_actor::actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Account;
use crate::model::client::Client;
use crate::model::ids::{AccountId, IdentityId};
use crate::model::role::Role;
use crate::model::session::{SESSION_MAX, Scope};
use crate::secret::{new_token, token_hash};
use crate::store::audit::{self, Subject};
use crate::store::db::Tx;
use crate::store::sessions::{self, Session};
use crate::store::{accounts, identities, sites};

/// A session about to begin.
#[derive(Clone, Debug)]
pub(super) struct Beginning {
    pub(super) token: String,
    pub(super) hash: Vec<u8>,
    session: Session,
    replaces: Vec<Vec<u8>>,
    ip: String,
    agent: String,
}

impl Beginning {
    /// A session of this scope that lasts so long, in place of those that `replaces` are the tokens of.
    pub(super) fn new(
        app: &App,
        (account_id, identity_id): (AccountId, Option<IdentityId>),
        (scope, lasts): (Scope, Duration),
        replaces: impl IntoIterator<Item = String>,
        client: &Client,
    ) -> Self {
        let (token, now) = (new_token(), app.clock.now());
        let session = Session {
            account_id,
            scope,
            identity_id,
            csrf_token: new_token(),
            seen_at: now,
            expires_at: now.plus(lasts),
        };
        Self {
            hash: token_hash(&token),
            token,
            session,
            replaces: replaces.into_iter().map(|token| token_hash(&token)).collect(),
            ip: client.ip.to_string(),
            agent: client.agent.clone(),
        }
    }

    /// Writes it down in the caller's transaction.
    pub(super) async fn write(&self, tx: &mut Tx) -> Result<()> {
        sessions::delete_expired(tx, self.session.seen_at).await?;
        for old in &self.replaces {
            sessions::delete(tx, old).await?;
        }
        sessions::insert(tx, &self.hash, &self.session, &self.ip, &self.agent).await
    }

    /// Notes a log-in in the audit trail.
    pub(super) async fn note(&self, tx: &mut Tx, account: &Account) -> Result<()> {
        let who = actor(account, Role::Subscriber);
        let detail = format!("from {}", self.ip);
        audit::insert(tx, None, &who, "log_in", Subject::Site, &detail, self.session.seen_at).await
    }
}

/// Begins a session for an account whose holder just proved themself; answers with its token.
pub async fn begin_session(
    app: &App,
    account: AccountId,
    identity: Option<IdentityId>,
    scope: Scope,
    replaces: Option<String>,
    client: &Client,
) -> Result<String> {
    let new = Beginning::new(app, (account, identity), (scope, SESSION_MAX), replaces, client);
    let token = new.token.clone();
    // Who decides something here is in the audit trail, by whatever way they came; readers leave no such trace.
    let has_role = !sites::roles_of(&app.db, account).await?.is_empty();
    app.db
        .write(async move |tx| {
            let found = accounts::lock(tx, account).await?;
            let found = found.ok_or_else(|| Error::not_found("This account is not there any more."))?;
            // It may have been unlinked while its provider was asked; numbers of identities are used again.
            if let Some(identity) = identity
                && !identities::list_of_account_in(tx, account).await?.iter().any(|known| known.id == identity)
            {
                return Err(Error::not_found("This way to log in was just removed from the account."));
            }
            new.write(tx).await?;
            if has_role || found.super_admin { new.note(tx, &found).await } else { Ok(()) }
        })
        .await?;
    Ok(token)
}
