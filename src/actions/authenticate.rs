//! Who sends a request: a name and a password that come with it, as XML-RPC's parameters and REST's Basic
//! credentials do. The password is one that the account gave to a program (`application_passwords`), or,
//! where the door takes it, the account's own. Whoever asks learns only yes or no: an unknown name takes as
//! long and is answered in the same words as a wrong password. Never is a failure taken for nobody.
//!
//! Failures are counted, together with those of the log-in page; what was right is remembered
//! (`credentials`), so that a program that calls all day is checked every few minutes and held up by nothing.

use std::sync::Arc;

use crate::actions::application_passwords::find_key;
use crate::actions::current_actor::role_on;
use crate::actions::sign_in::REFUSED;
use crate::app::App;
use crate::credentials::REMEMBERED_MAX;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::account::{Account, Authenticated};
use crate::model::application_password::{ApplicationPassword, typed};
use crate::model::client::Client;
use crate::model::ids::AccountId;
use crate::model::site::Site;
use crate::model::text::fold::fold;
use crate::passwords::Checked;
use crate::store::{accounts, application_passwords};

/// Which passwords a door takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Application passwords only, as REST does (WP 7.1 comments §8.10).
    ApplicationPasswords,
    /// The account's own too, as XML-RPC does (WP 7.1 XML-RPC A-3).
    AnyPassword,
}

/// A name and a password as they came.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// Login name or e-mail.
    pub login: &'a str,
    /// The password; blanks in an application password do not count.
    pub password: &'a str,
    /// Which passwords the door takes.
    pub takes: Takes,
}

/// Says who sends the request, and with which role on the site.
///
/// `Unauthenticated` with [`REFUSED`]; `TooMany` after too many failures of a network or on a name.
pub async fn authenticate(
    app: &App,
    site: &Site,
    credentials: Credentials<'_>,
    client: &Client,
) -> Result<Arc<Authenticated>> {
    let login = credentials.login.trim();
    if login.is_empty() || credentials.password.is_empty() {
        return Err(refused());
    }
    let takes = if credentials.takes == Takes::AnyPassword { "any" } else { "application" };
    // The address too, so that a password's use from another one is noticed and noted.
    let parts = [&site.id.to_string(), takes, &client.ip.to_string(), login, credentials.password];
    let key = app.secret.digest("credentials", &parts);
    if let Some(known) = app.credentials.get(&key, app.clock.now()) {
        return Ok(known);
    }
    let _turn = app.credentials.turn(&key).await?;
    if let Some(known) = app.credentials.get(&key, app.clock.now()) {
        return Ok(known);
    }
    let generation = app.credentials.generation();
    let (account, used) = check(app, login, &credentials, client).await?;
    let role = role_on(app, &account, site).await?;
    if let Some(used) = &used {
        note_use(app, account.id, used, client).await;
    }
    let who = Arc::new(Authenticated { account, role, application_password: used.map(|u| u.uuid) });
    app.credentials.remember(key, who.clone(), generation, app.clock.now());
    Ok(who)
}

/// Checks one password against one hash, whoever asks for whatever name.
async fn check(
    app: &App,
    login: &str,
    credentials: &Credentials<'_>,
    client: &Client,
) -> Result<(Account, Option<ApplicationPassword>)> {
    let account = accounts::find_by_login(&app.db, login).await?;
    if let Some((used, hash)) = find_application_password(app, account.as_ref(), credentials.password).await? {
        // Found by its keyed number, so it is right: no guess gets here, and nobody else's guesses, which
        // may have used the limits up, lock a program out.
        let password = typed(credentials.password).unwrap_or_default();
        return match (app.passwords.check(password, Some(hash)).await?, account) {
            (Checked::Right | Checked::RightUpgrade(_), Some(account)) => Ok((account, Some(used))),
            _ => Err(refused()),
        };
    }
    let own = account.as_ref().filter(|_| credentials.takes == Takes::AnyPassword).map(|a| a.password_hash.clone());
    // By what was typed, known or not: a limit that only existing accounts meet would give them away. Counted
    // before the check and taken back after it: of a hundred guesses at once, five are checked.
    let name = fold(login);
    app.limits.check_client(Limit::LogIns, client.ip)?;
    app.limits.check(Limit::LogInsOfAccount, &name).inspect_err(|_| {
        // Nothing was checked: who is put off because others guess shall not be put off for longer.
        app.limits.take_back_client(Limit::LogIns, client.ip);
    })?;
    let checked = app.passwords.check(credentials.password.to_owned(), own).await;
    if !matches!(checked, Ok(Checked::Wrong)) {
        app.limits.take_back_client(Limit::LogIns, client.ip);
        app.limits.take_back(Limit::LogInsOfAccount, &name);
    }
    if let (Checked::Right | Checked::RightUpgrade(_), Some(account)) = (checked?, account) {
        // A hash of older parameters is made anew at the next log-in to the desk.
        return Ok((account, None));
    }
    tracing::info!(ip = %client.ip, "a name and password were refused");
    Err(refused())
}

/// The application password that this may be. For an unknown name it is looked for all the same.
async fn find_application_password(
    app: &App,
    account: Option<&Account>,
    password: &str,
) -> Result<Option<(ApplicationPassword, String)>> {
    const NOBODY: AccountId = AccountId(0);
    let Some(password) = typed(password) else { return Ok(None) };
    let account = account.map_or(NOBODY, |a| a.id);
    application_passwords::find_by_key(&app.db, account, find_key(app, &password)).await
}

/// Notes that an application password was used, and from where; not with every check.
async fn note_use(app: &App, account: AccountId, used: &ApplicationPassword, client: &Client) {
    let (now, ip) = (app.clock.now(), client.ip.to_string());
    let is_noted = used.last_used_at.is_some_and(|at| now.since(at) < REMEMBERED_MAX);
    if is_noted && used.last_ip.as_ref() == Some(&ip) {
        return;
    }
    let uuid = used.uuid.clone();
    let noted = app.db.write(async move |tx| application_passwords::touch(tx, account, &uuid, now, &ip).await).await;
    // A disk that is full must not keep a moderator from reading.
    if let Err(error) = noted {
        error.log();
    }
}

fn refused() -> Error {
    Error::Unauthenticated(REFUSED.into())
}
