//! Logging in with a login name or e-mail and a password. Whoever asks learns only yes or no: an unknown
//! name takes as long and is answered in the same words as a wrong password.

use crate::actions::begin_session::Beginning;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::account::Account;
use crate::model::client::Client;
use crate::model::session::{SESSION_MAX, Scope};
use crate::model::text::fold::fold;
use crate::passwords::Checked;
use crate::store::accounts;

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

/// Somebody who is logged in now.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session's token, which is kept nowhere else.
    pub token: String,
    /// Whose it is.
    pub account: Account,
}

/// Checks the password and begins a session, in which the account may do everything that it may.
///
/// `Unauthenticated` with [`REFUSED`]; `TooMany` after too many failures of a network or on a name.
pub async fn sign_in(app: &App, attempt: Attempt) -> Result<SignedIn> {
    let login = attempt.login.trim().to_owned();
    // By what was typed, known or not: a limit that only existing accounts meet would give them away. Counted before
    // the check and taken back after it: of a hundred guesses at once, five are checked, and who is let in is not
    // put off by having been let in before.
    let (ip, name) = (attempt.client.ip, fold(&login));
    app.limits.check_client(Limit::LogIns, ip)?;
    app.limits.check(Limit::LogInsOfAccount, &name)?;
    let found = accounts::find_by_login(&app.db, &login).await?;
    let stored = found.as_ref().map(|a| a.password_hash.clone());
    let checked = app.passwords.check(attempt.password, stored).await?;
    let (Some(account), Checked::Right | Checked::RightUpgrade(_)) = (found, &checked) else {
        tracing::info!(%ip, "a log-in was refused");
        return Err(refused());
    };
    app.limits.take_back_client(Limit::LogIns, ip);
    app.limits.take_back(Limit::LogInsOfAccount, &name);
    let upgrade = match checked {
        Checked::RightUpgrade(hash) => Some(hash),
        _ => None,
    };
    begin(app, account, upgrade, attempt.replaces, &attempt.client).await
}

/// Begins a session for an account whose password was just checked.
async fn begin(
    app: &App,
    account: Account,
    upgrade: Option<String>,
    replaces: Option<String>,
    client: &Client,
) -> Result<SignedIn> {
    let new = Beginning::new(app, (account.id, None), (Scope::Desk, SESSION_MAX), replaces, client);
    let signed_in = SignedIn { token: new.token.clone(), account: account.clone() };
    app.db
        .write(async move |tx| {
            // The password may have been changed while it was checked; then this one is the old one.
            if accounts::lock(tx, account.id).await?.is_none_or(|a| a.password_hash != account.password_hash) {
                return Err(refused());
            }
            if let Some(hash) = &upgrade {
                accounts::set_password_hash(tx, account.id, hash).await?;
            }
            new.write(tx).await?;
            new.note(tx, &account).await
        })
        .await?;
    Ok(signed_in)
}

fn refused() -> Error {
    Error::Unauthenticated(REFUSED.into())
}
