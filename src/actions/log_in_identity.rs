//! From a proven identity to an account. The key is (issuer, subject) and nothing else: never the name, never the
//! e-mail address, whoever vouches for it (identity-providers §5). One account can have several identities; one is
//! added only within a session of the account, by logging in with it.

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::{Account, Actor};
use crate::model::identity::{Identity, ProvenIdentity};
use crate::model::ids::{AccountId, IdentityId};
use crate::model::role::Role;
use crate::model::time::Timestamp;
use crate::secret::new_token;
use crate::store::accounts::NewAccount;
use crate::store::audit::{self, Subject};
use crate::store::{Tx, accounts, handovers, identities, sessions};

/// Characters of the random part of a login that nobody types.
const LOGIN_RANDOM_CHARS: usize = 16;
/// How somebody is called whose provider tells no name.
pub(super) const NAMELESS: &str = "Anonymous";
/// Most identities of an account.
pub const IDENTITIES_MAX: usize = 20;

/// The account of an identity. Who comes for the first time gets one without a password, which is found by this
/// identity only.
pub async fn find_or_make(app: &App, proven: &ProvenIdentity) -> Result<(Account, IdentityId)> {
    let proven = usable(proven)?;
    let known = match try_find_or_make(app, &proven).await {
        // Two tabs at the same moment: the other one has made it.
        Err(Error::Conflict(_)) => try_find_or_make(app, &proven).await?,
        other => other?,
    };
    let account = accounts::find(&app.db, known.0).await?;
    let account = account.ok_or_else(|| Error::Conflict("This account was just deleted. Log in again.".into()))?;
    Ok((account, known.1))
}

fn usable(proven: &ProvenIdentity) -> Result<ProvenIdentity> {
    if !proven.has_key() {
        return Err(Error::internal("an identity without a key"));
    }
    Ok(proven.clone().cleaned())
}

async fn try_find_or_make(app: &App, proven: &ProvenIdentity) -> Result<(AccountId, IdentityId)> {
    let login = format!("{}-{}", proven.provider, &new_token()[..LOGIN_RANDOM_CHARS]);
    let (proven, now) = (proven.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            if let Some(known) = identities::lock(tx, &proven.issuer, &proven.subject).await? {
                let proven = proven.clone().or_named(&known.proven.name);
                identities::update(tx, known.id, &proven, now).await?;
                follow(tx, &known, &proven).await?;
                return Ok((known.account_id, known.id));
            }
            let proven = proven.clone().or_named(NAMELESS);
            let new = NewAccount {
                login: login.clone(),
                email: proven.account_email().to_owned(),
                display_name: proven.name.clone(),
                password_hash: String::new(),
                super_admin: false,
            };
            let account = accounts::insert(tx, &new, now).await?;
            accounts::set_profile(tx, account, &proven.name, proven.account_email(), &proven.url).await?;
            let id = identities::insert(tx, account, &proven, now).await?;
            note(tx, account, &login, "add_account", &proven, now).await?;
            Ok((account, id))
        })
        .await
}

/// Lets an account that has no other source follow what its provider says now, field by field, as long as nobody
/// has changed the field here.
async fn follow(tx: &mut Tx, known: &Identity, said: &ProvenIdentity) -> Result<()> {
    let Some(account) = accounts::lock(tx, known.account_id).await? else { return Ok(()) };
    if !account.password_hash.is_empty() {
        return Ok(());
    }
    let before = &known.proven;
    let newer = |here: &str, before: &str, now: &str| if here == before { now.to_owned() } else { here.to_owned() };
    let name = newer(&account.display_name, &before.name, &said.name);
    let email = newer(&account.email, before.account_email(), said.account_email());
    let url = newer(&account.url, &before.url, &said.url);
    if (name == account.display_name) && (email == account.email) && (url == account.url) {
        return Ok(());
    }
    accounts::set_profile(tx, account.id, &name, &email, &url).await
}

/// Adds an identity to the account whose session it was proven in.
pub async fn link(app: &App, account: AccountId, proven: &ProvenIdentity) -> Result<IdentityId> {
    let (proven, now) = (usable(proven)?, app.clock.now());
    app.db
        .write(async move |tx| {
            let gone = || Error::Unauthenticated("Your account is not there any more.".into());
            let owner = accounts::lock(tx, account).await?.ok_or_else(gone)?;
            if let Some(known) = identities::lock(tx, &proven.issuer, &proven.subject).await? {
                if known.account_id != account {
                    return Err(Error::Conflict(
                        "Somebody already logs in here with this. Log in with it, and unlink it there first.".into(),
                    ));
                }
                let proven = proven.clone().or_named(&known.proven.name);
                identities::update(tx, known.id, &proven, now).await?;
                return Ok(known.id);
            }
            if identities::list_of_account_in(tx, account).await?.len() >= IDENTITIES_MAX {
                return Err(Error::Conflict(format!("An account has at most {IDENTITIES_MAX} ways to log in.")));
            }
            let id = identities::insert(tx, account, &proven, now).await?;
            note(tx, account, &owner.login, "link_identity", &proven, now).await?;
            Ok(id)
        })
        .await
}

/// Takes an identity from an account, unless nothing would be left to log in with. The log-ins that were made by it end;
/// a keyed hash of it stays.
pub async fn unlink(app: &App, account: AccountId, identity: IdentityId) -> Result<()> {
    let known = identities::find(&app.db, identity).await?.filter(|known| known.account_id == account);
    let known = known.ok_or_else(|| Error::not_found("There is no such way to log in."))?;
    let (hash, now) = (tombstone(app, &known.proven), app.clock.now());
    app.db
        .write(async move |tx| {
            let gone = || Error::Unauthenticated("Your account is not there any more.".into());
            let owner = accounts::lock(tx, account).await?.ok_or_else(gone)?;
            let others = identities::list_of_account_in(tx, account).await?;
            if owner.password_hash.is_empty() && others.iter().all(|other| other.id == identity) {
                return Err(Error::Conflict("This is your only way to log in. Link another one first.".into()));
            }
            identities::delete(tx, identity).await?;
            sessions::delete_of_identity(tx, account, identity).await?;
            handovers::delete_of_identity(tx, account, identity).await?;
            identities::insert_tombstone(tx, &hash, now).await?;
            note(tx, account, &owner.login, "unlink_identity", &known.proven, now).await
        })
        .await
}

/// What stays of an identity that goes: enough to know it again, not enough to name it.
pub fn tombstone(app: &App, identity: &ProvenIdentity) -> [u8; 32] {
    app.secret.digest("identity", &[&identity.issuer, &identity.subject])
}

async fn note(
    tx: &mut Tx,
    account: AccountId,
    login: &str,
    what: &str,
    proven: &ProvenIdentity,
    now: Timestamp,
) -> Result<()> {
    let actor = Actor { account_id: Some(account), name: login.to_owned(), role: Role::Subscriber };
    audit::insert(tx, None, &actor, what, Subject::Site, &format!("by {}", proven.provider_name), now).await
}
