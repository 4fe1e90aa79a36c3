//! Who is behind a session token, and what they may do where. Every page of the desk asks this first, and so does
//! every form that somebody may write in under their account's name.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::error::Result;
use crate::model::account::{Account, Actor};
use crate::model::role::Role;
use crate::model::session::{DESK_IDLE_MAX, Scope};
use crate::model::site::Site;
use crate::secret::token_hash;
use crate::store::sessions::Session;
use crate::store::{accounts, sessions, sites};

/// A session's use is noted at most this often: reading pages must not cost a write each.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Who they are.
    pub account: Account,
    /// Their session.
    pub session: Session,
    /// By which the session is found.
    pub token_hash: Vec<u8>,
}

impl Visitor {
    /// The visitor as one who acts with a role.
    pub fn actor(&self, role: Role) -> Actor {
        actor(&self.account, role)
    }
}

/// An account as one who acts with a role.
pub fn actor(account: &Account, role: Role) -> Actor {
    Actor { account_id: Some(account.id), name: account.login.clone(), role }
}

/// Whose session this token is; nobody's when it is unknown, has ended, was idle for too long or does not let into
/// what is wanted.
pub async fn find(app: &App, token: &str, wanted: Scope) -> Result<Option<Visitor>> {
    let (hash, now) = (token_hash(token), app.clock.now());
    let Some(session) = sessions::find(&app.db, &hash, now).await? else { return Ok(None) };
    let idle = now.since(session.seen_at);
    if !session.scope.lets_into(wanted, idle) {
        return Ok(None);
    }
    let Some(account) = accounts::find(&app.db, session.account_id).await? else { return Ok(None) };
    if idle >= TOUCH_EVERY {
        let key = hash.clone();
        let noted = app.db.write(async move |tx| sessions::touch(tx, &key, now, now.minus(DESK_IDLE_MAX)).await).await;
        // A disk that is full must not keep a moderator from reading.
        if let Err(error) = noted {
            error.log();
        }
    }
    Ok(Some(Visitor { account, session, token_hash: hash }))
}

/// The sites of which the account is a member, with its role on each, in the order they were added.
pub async fn sites_of(app: &App, account: &Account) -> Result<Vec<(Arc<Site>, Role)>> {
    let all = app.sites.all(&app.db).await?;
    if account.super_admin {
        return Ok(all.iter().map(|site| (site.clone(), Role::Administrator)).collect());
    }
    let roles = sites::roles_of(&app.db, account.id).await?;
    let role_on = |site: &Site| roles.iter().find(|(id, _)| *id == site.id).map(|(_, role)| *role);
    Ok(all.iter().filter_map(|site| role_on(site).map(|role| (site.clone(), role))).collect())
}

/// The account's role on a site; a super administrator is administrator of every site.
pub async fn role_on(app: &App, account: &Account, site: &Site) -> Result<Option<Role>> {
    if account.super_admin {
        return Ok(Some(Role::Administrator));
    }
    sites::member_role(&app.db, site.id, account.id).await
}
