//! Logging in with a login name or e-mail and a password. Whoever asks learns only yes or no: an unknown
//! name takes as long and is answered in the same words as a wrong password.

use std::time::Duration;

use crate::actions::current_actor::actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::account::Account;
use crate::model::client::Client;
use crate::model::ids::AccountId;
use crate::model::role::Role;
use crate::model::text::fold::fold;
use crate::model::time::Timestamp;
use crate::passwords::Checked;
use crate::secret::{new_token, token_hash};
use crate::store::accounts;
use crate::store::audit::{self, Subject};
use crate::store::db::Tx;
use crate::store::sessions::{self, Session};

/// A session ends after this, however much it is used (ASVS 7.3.2).
pub const SESSION_MAX: Duration = Duration::from_hours(30 * 24);
/// What is said to whoever may not in, whatever the cause.
pub const REFUSED: &str = "The username or password you entered is incorrect.";

/// An attempt to log in.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Login name or e-mail, as typed.
    pub login: String,
    /// The password, as typed.
    pub password: String,
    /// The token the client came with: it ends, so that a token known to another is worth nothing.
    pub replaces: Option<String>,
    /// Who asks.
    pub client: Client,
}

/// Checks the password and begins a session. Answers with its token, which is kept nowhere else.
///
/// `Unauthenticated` with [`REFUSED`]; `TooMany` after too many attempts of a network or on a name.
pub async fn sign_in(app: &App, attempt: Attempt) -> Result<String> {
    app.limits.check_client(Limit::LogIns, attempt.client.ip)?;
    let login = attempt.login.trim().to_owned();
    // By what was typed, known or not: a limit that only existing accounts meet would give them away.
    app.limits.check(Limit::LogInsOfAccount, &fold(&login))?;
    let found = accounts::find_by_login(&app.db, &login).await?;
    let stored = found.as_ref().map(|a| a.password_hash.clone());
    let checked = app.passwords.check(attempt.password, stored).await?;
    let (Some(account), Checked::Right | Checked::RightUpgrade(_)) = (found, &checked) else {
        tracing::info!(ip = %attempt.client.ip, "a log-in was refused");
        return Err(refused());
    };
    let upgrade = match checked {
        Checked::RightUpgrade(hash) => Some(hash),
        _ => None,
    };
    begin(app, account, upgrade, attempt.replaces, &attempt.client).await
}

/// Begins a session for an account whose password was just checked or set.
async fn begin(
    app: &App,
    account: Account,
    upgrade: Option<String>,
    replaces: Option<String>,
    client: &Client,
) -> Result<String> {
    let (token, now) = (new_token(), app.clock.now());
    let hash = token_hash(&token);
    let session = new_session(account.id, now);
    let (ip, agent) = (client.ip.to_string(), client.agent.clone());
    app.db
        .write(async move |tx| {
            // The password may have been changed while it was checked; then this one is the old one.
            if accounts::lock(tx, account.id).await?.is_none_or(|a| a.password_hash != account.password_hash) {
                return Err(refused());
            }
            if let Some(hash) = &upgrade {
                accounts::set_password_hash(tx, account.id, hash).await?;
            }
            sessions::delete_expired(tx, now).await?;
            if let Some(old) = &replaces {
                sessions::delete(tx, &token_hash(old)).await?;
            }
            sessions::insert(tx, &hash, &session, &ip, &agent).await?;
            note(tx, &account, &ip, now).await
        })
        .await?;
    Ok(token)
}

fn new_session(account_id: AccountId, now: Timestamp) -> Session {
    Session { account_id, csrf_token: new_token(), seen_at: now, expires_at: now.plus(SESSION_MAX) }
}

async fn note(tx: &mut Tx, account: &Account, ip: &str, now: Timestamp) -> Result<()> {
    let who = actor(account, Role::Subscriber);
    audit::insert(tx, None, &who, "log_in", Subject::Site, &format!("from {ip}"), now).await
}

fn refused() -> Error {
    Error::Unauthenticated(REFUSED.into())
}
