//! A new password. It ends the account's sessions: whoever had the old one is out.

use crate::actions::current_actor::{Visitor, actor};
use crate::actions::new_password;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::account::{Account, Actor};
use crate::model::client::Client;
use crate::model::ids::AccountId;
use crate::model::role::Role;
use crate::passwords::Checked;
use crate::store::audit::{self, Subject};
use crate::store::{accounts, handovers, sessions};

/// Changes the visitor's own password, which wants the present one, and ends their other sessions.
pub async fn set_own(app: &App, visitor: &Visitor, present: String, new: String, client: &Client) -> Result<()> {
    app.limits.check_client(Limit::LogIns, client.ip)?;
    app.limits.check(Limit::LogInsOfAccount, &visitor.account.login)?;
    let checked = app.passwords.check(present, Some(visitor.account.password_hash.clone())).await?;
    if checked == Checked::Wrong {
        return Err(Error::invalid("present", "This is not your present password."));
    }
    let who = actor(&visitor.account, Role::Subscriber);
    write(app, who, &visitor.account, new, Some(visitor.token_hash.clone())).await
}

/// Gives another account a new password. Only who administers every site may: the account may be a member
/// of sites that an administrator of one has no say in.
pub async fn set_for(app: &App, by: &Account, id: AccountId, new: String) -> Result<()> {
    if !by.super_admin {
        return Err(Error::Forbidden("Sorry, you are not allowed to edit this user.".into()));
    }
    let account = accounts::find(&app.db, id).await?.ok_or_else(|| Error::not_found("There is no such user."))?;
    write(app, actor(by, Role::Administrator), &account, new, None).await
}

/// Gives an account a new password on the word of the machine's owner, as `rejoinder user passwd` does.
pub async fn set_by_command(app: &App, account: &Account, new: String) -> Result<()> {
    write(app, Actor::command("user passwd"), account, new, None).await
}

async fn write(app: &App, by: Actor, account: &Account, new: String, kept: Option<Vec<u8>>) -> Result<()> {
    let hash = new_password::hash(app, new, &account.login, &account.email).await?;
    let (id, login, now) = (account.id, account.login.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            accounts::set_password_hash(tx, id, &hash).await?;
            match &kept {
                Some(kept) => sessions::delete_others(tx, id, kept).await?,
                None => sessions::delete_of_account(tx, id).await?,
            };
            handovers::delete_of_account(tx, id).await?;
            audit::insert(tx, None, &by, "set_password", Subject::Site, &login, now).await
        })
        .await
}
