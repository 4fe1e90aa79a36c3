//! Changing what somebody may do on a site: another role, or none any more.

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::{Account, Actor};
use crate::model::ids::AccountId;
use crate::model::role::{Capability, Role};
use crate::model::site::Site;
use crate::store::audit::{self, Subject};
use crate::store::{accounts, sites};

/// Gives the account another role on the site, or takes its role away. Wants `manage_options`.
///
/// Nobody changes their own role, so that a site is never left without an administrator by mistake; a
/// super administrator is administrator of every site and has no role to change.
pub async fn set_member(app: &App, site: &Site, actor: &Actor, id: AccountId, role: Option<Role>) -> Result<()> {
    if !actor.can(Capability::ManageOptions) {
        return Err(Error::Forbidden("Sorry, you are not allowed to edit users.".into()));
    }
    if actor.account_id == Some(id) {
        return Err(Error::Conflict("You cannot change your own role. Ask another administrator.".into()));
    }
    let account = accounts::find(&app.db, id).await?.ok_or_else(|| Error::not_found("There is no such user."))?;
    if account.super_admin {
        return Err(Error::Conflict("A super administrator is administrator of every site.".into()));
    }
    if sites::member_role(&app.db, site.id, id).await?.is_none() {
        return Err(Error::not_found("This user is not a member of this site."));
    }
    write(app, site, actor, account, role).await
}

/// Makes an account that exists a member of one more site. Only for who administers every site: others
/// would learn here which accounts there are.
pub async fn add_existing(app: &App, site: &Site, actor: &Account, login: &str, role: Role) -> Result<()> {
    if !actor.super_admin {
        return Err(Error::Forbidden("Sorry, you are not allowed to add existing users.".into()));
    }
    let account = accounts::find_by_login(&app.db, login.trim()).await?;
    let account = account.ok_or_else(|| Error::invalid("login", "There is no user of this name or email."))?;
    if account.super_admin {
        return Err(Error::Conflict("A super administrator is administrator of every site.".into()));
    }
    let actor = super::current_actor::actor(actor, Role::Administrator);
    write(app, site, &actor, account, Some(role)).await
}

async fn write(app: &App, site: &Site, actor: &Actor, account: Account, role: Option<Role>) -> Result<()> {
    let (site, actor, now) = (site.id, actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            let (action, detail) = if let Some(role) = role {
                sites::set_member(tx, site, account.id, role).await?;
                ("set_role", format!("{} as {}", account.login, role.as_str()))
            } else {
                sites::delete_member(tx, site, account.id).await?;
                ("remove_member", account.login.clone())
            };
            audit::insert(tx, site, &actor, action, Subject::Site, &detail, now).await
        })
        .await
}
