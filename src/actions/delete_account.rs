//! Deleting one's own account. One write ends everything by which it could be used: identities (whose keyed hashes stay),
//! password, sessions, hand-overs, application passwords, roles, and the subscriptions of its proven addresses. From then
//! on nobody logs in to it, and nothing is written in its name. The comments stay, and jobs written down with the same
//! commit take their author out of them (`anonymise`).
//!
//! Its number stays taken: what may still name it somewhere never becomes another's.

use crate::actions::anonymise::{AUDIT_ROWS_OF_WRITE, name_left};
use crate::actions::current_actor::Visitor;
use crate::actions::fresh_proof;
use crate::actions::log_in_identity::tombstone;
use crate::actions::own_subscriptions::proven_addresses;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::ids::{AccountId, CommentId, IdentityId, SiteId};
use crate::model::job::Work;
use crate::model::role::Role;
use crate::model::time::Timestamp;
use crate::store::audit::{self, Subject};
use crate::store::db::Tx;
use crate::store::{
    accounts, application_passwords, comments, handovers, identities, jobs, log_ins, posts, sessions, sites,
    subscriptions,
};

/// Deletes the visitor's account; `texts` says whether the texts of its comments go too. Wants a log-in of the last
/// minutes. The only administrator of a site stays.
pub async fn delete_account(app: &App, visitor: &Visitor, texts: bool) -> Result<()> {
    fresh_proof::require(app, visitor).await?;
    let account = visitor.account.id;
    let known = identities::list_of_account(&app.db, account).await?;
    let mut addresses = Vec::new();
    let all = app.sites.all(&app.db).await?;
    for site in all.iter() {
        let proven = proven_addresses(app, site.id, &known).await?;
        addresses.extend(proven.into_iter().map(|email| (site.id, email)));
    }
    let leaving = Leaving {
        account,
        texts,
        tombstones: known.iter().map(|identity| (identity.id, tombstone(app, &identity.proven))).collect(),
        addresses,
        first_site: all.first().map(|site| site.id),
        now: app.clock.now(),
    };
    app.db.write(async move |tx| leaving.write(tx).await).await?;
    app.bell.ring();
    Ok(())
}

/// An account about to go.
struct Leaving {
    account: AccountId,
    texts: bool,
    tombstones: Vec<(IdentityId, [u8; 32])>,
    addresses: Vec<(SiteId, String)>,
    first_site: Option<SiteId>,
    now: Timestamp,
}

impl Leaving {
    async fn write(&self, tx: &mut Tx) -> Result<()> {
        let Self { account, now, .. } = *self;
        sites::lock_administrators(tx).await?;
        let gone = || Error::Unauthenticated("Your account is not there any more.".into());
        accounts::lock(tx, account).await?.ok_or_else(gone)?;
        self.refuse_last_administrator(tx).await?;
        for identity in identities::list_of_account_in(tx, account).await? {
            let hash = self.tombstones.iter().find(|(id, _)| *id == identity.id).map(|(_, hash)| hash);
            let meanwhile =
                || Error::Conflict("A way to log in was added meanwhile. Look at it, and try again.".into());
            identities::insert_tombstone(tx, hash.ok_or_else(meanwhile)?, now).await?;
        }
        identities::delete_of_account(tx, account).await?;
        sessions::delete_of_account(tx, account).await?;
        handovers::delete_of_account(tx, account).await?;
        log_ins::delete_of_account(tx, account).await?;
        application_passwords::delete_all(tx, account).await?;
        for (site, email) in &self.addresses {
            subscriptions::delete_of_address(tx, *site, email).await?;
        }
        sites::delete_memberships(tx, account).await?;
        posts::leave_to_nobody(tx, account, now).await?;
        accounts::delete(tx, account, now).await?;
        self.leave_the_rest(tx).await
    }

    async fn refuse_last_administrator(&self, tx: &mut Tx) -> Result<()> {
        let Some(title) = sites::without_other_administrator(tx, self.account).await?.into_iter().next() else {
            return Ok(());
        };
        Err(Error::Conflict(format!(
            "You are the only administrator of “{title}”. Make somebody else its administrator first: at the desk, under \
             Members."
        )))
    }

    /// Jobs for the comments, and a trail that does not name who left.
    async fn leave_the_rest(&self, tx: &mut Tx) -> Result<()> {
        let Self { account, texts, now, .. } = *self;
        let name = name_left(account);
        let noted = audit::forget_account(tx, account, &name, AUDIT_ROWS_OF_WRITE).await?;
        let mut with_comments = comments::sites_of_account_in(tx, account).await?;
        if with_comments.is_empty() && noted == AUDIT_ROWS_OF_WRITE.unsigned_abs() {
            with_comments.extend(self.first_site);
        }
        for site in with_comments {
            jobs::insert(tx, &Work::Anonymise { site, account, texts, after: CommentId(0) }, now).await?;
        }
        let actor = Actor { account_id: None, name, role: Role::Subscriber };
        audit::insert(tx, None, &actor, "delete_account", Subject::Site, "", now).await
    }
}
