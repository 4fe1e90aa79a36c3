//! A lost password is set anew by whoever reads the mail of its account. A link is mailed; it works once, for an hour,
//! and not after the password has changed meanwhile. Whoever asks gets the same answer after the same writes, whether
//! there is such an account or not. Called by `B/login/lost` and `B/login/reset`.

use crate::actions::current_actor::actor;
use crate::actions::mailed_codes::{self, New, Ready, over};
use crate::actions::new_password;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::account::Account;
use crate::model::client::Client;
use crate::model::ids::AccountId;
use crate::model::job::{Lane, Work};
use crate::model::letter::Letter;
use crate::model::mailed_code::{Details, MailedCode, Purpose, address};
use crate::model::role::Role;
use crate::model::site::Site;
use crate::model::text::fold::fold;
use crate::secret::{hex, token_hash};
use crate::store::audit::{self, Subject};
use crate::store::{Tx, accounts, handovers, jobs, mailed_codes as store, sessions, sites};

/// Accounts of one address that get a link each: nothing keeps two members from giving the same address.
pub const ACCOUNTS_OF_ADDRESS_MAX: i64 = 5;
/// Bytes of a login or address that are looked at.
const TYPED_BYTES_MAX: usize = 254;

/// Mails a link to the account, or the accounts, of this login or address, if there are any.
pub async fn ask(app: &App, site: &Site, typed: &str, client: &Client) -> Result<()> {
    let typed = typed.trim();
    if typed.is_empty() || typed.len() > TYPED_BYTES_MAX {
        return Err(Error::invalid("log", "Please enter your username or your email address."));
    }
    app.limits.check_client(Limit::MailedCodes, client.ip)?;
    app.limits.check(Limit::MailedCodesToAddress, &fold(typed))?;
    app.limits.check(Limit::MailedCodesInAll, "")?;
    let found = accounts::list_by_login(&app.db, typed, ACCOUNTS_OF_ADDRESS_MAX).await?;
    let mut all: Vec<Ready> = found.iter().map(|account| ready(app, site, Some(account), &account.email)).collect();
    if all.is_empty() {
        // Nobody: the same is written, and the mail has nothing to say.
        all.push(ready(app, site, None, &fold(typed)));
    }
    let write = app.db.write(async move |tx| {
        for ready in &all {
            ready.write(tx).await?;
        }
        Ok(())
    });
    match write.await {
        // An address that got enough of them is not told of to whoever asks.
        Ok(()) | Err(Error::TooMany { .. }) => {}
        Err(error) => return Err(error),
    }
    app.bell.ring_in(Lane::Mail);
    Ok(())
}

fn ready(app: &App, site: &Site, account: Option<&Account>, email: &str) -> Ready {
    let details = Details {
        account: account.map(|account| account.id),
        password_mark: account.map(|account| mark(app, account)),
        ..Details::default()
    };
    let email = address(email).unwrap_or_else(|| email.to_owned());
    Ready::new(app, site, New { purpose: Purpose::Reset, email, browser: None, details })
}

/// By which it is known whether the password is still the one that was lost.
fn mark(app: &App, account: &Account) -> String {
    hex(&app.secret.digest("lost password", &[&account.id.to_string(), &account.password_hash]))
}

/// The account of a link that still works.
async fn account_of(app: &App, code: &MailedCode) -> Result<Account> {
    let id = code.details.account.filter(|_| code.purpose == Purpose::Reset).ok_or_else(over)?;
    let account = accounts::find(&app.db, id).await?.ok_or_else(over)?;
    let is_the_same = code.details.password_mark.as_ref() == Some(&mark(app, &account));
    if is_the_same && !account.password_hash.is_empty() { Ok(account) } else { Err(over()) }
}

/// Looks at a link, which changes nothing; the login of its account.
pub async fn look(app: &App, site: &Site, token: &str) -> Result<String> {
    let opened = mailed_codes::look_at_link(app, site, token, None).await?;
    Ok(account_of(app, &opened.code).await?.login)
}

/// To whom the link of a lost password is mailed: as long as it would work.
pub(super) async fn addressee(app: &App, code: &MailedCode) -> Result<Option<Account>> {
    match account_of(app, code).await {
        Ok(account) => Ok(Some(account)),
        Err(Error::Forbidden(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sets the new password. Every session of the account ends; application passwords stay. Says whether the account may
/// enter the desk. A password that does not fit leaves the link as it is.
pub async fn set(app: &App, site: &Site, token: &str, new: String, client: &Client) -> Result<bool> {
    app.limits.check_client(Limit::LogIns, client.ip)?;
    let code = mailed_codes::look_at_link(app, site, token, None).await?.code;
    let account = account_of(app, &code).await?;
    let hash = new_password::hash(app, new, &account.login, &account.email).await?;
    let has_desk = account.super_admin || !sites::roles_of(&app.db, account.id).await?.is_empty();
    let (taken, now, site) = (token_hash(token), app.clock.now(), site.id);
    app.db
        .write(async move |tx| {
            if !store::take_link(tx, site, &taken, now).await? {
                return Err(over());
            }
            // It may have been changed while this one was hashed.
            if accounts::lock(tx, account.id).await?.is_none_or(|a| a.password_hash != account.password_hash) {
                return Err(over());
            }
            accounts::set_password_hash(tx, account.id, &hash).await?;
            end_sessions(tx, account.id).await?;
            let who = actor(&account, Role::Subscriber);
            audit::insert(tx, None, &who, "reset_password", Subject::Site, &account.login, now).await?;
            jobs::insert(tx, &Work::Mail { site, letter: Letter::password_changed(account.id) }, now).await
        })
        .await?;
    app.limits.take_back_client(Limit::LogIns, client.ip);
    app.bell.ring_in(Lane::Mail);
    Ok(has_desk)
}

async fn end_sessions(tx: &mut Tx, account: AccountId) -> Result<()> {
    sessions::delete_of_account(tx, account).await?;
    handovers::delete_of_account(tx, account).await.map(|_| ())
}
