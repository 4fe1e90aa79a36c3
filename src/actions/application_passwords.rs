//! The passwords that an account gives to programs (WP 7.1 comments §8.10): making one, which is shown once
//! and kept as a hash, renaming and revoking. The desk, the page that a program sends its user to, REST and
//! `rejoinder user app-password` call it.

use crate::actions::current_actor::actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::{Account, Actor};
use crate::model::application_password::{ApplicationPassword, is_uuid, uuid_v4};
use crate::model::role::Role;
use crate::secret::{new_application_password, random_bytes};
use crate::store::application_passwords::{self, NewApplicationPassword};
use crate::store::audit::{self, Subject};

/// Application passwords of one account.
pub const APPLICATION_PASSWORDS_MAX: i64 = 100;
/// Characters of a name.
pub const NAME_CHARS_MAX: usize = 200;

/// Who manages application passwords: their owner, who administers every site, or a command.
#[derive(Clone, Debug)]
pub struct Manager {
    actor: Actor,
    may_all: bool,
}

impl Manager {
    /// Somebody who is logged in.
    pub fn account(account: &Account) -> Self {
        Self { actor: actor(account, Role::Subscriber), may_all: account.super_admin }
    }

    /// A command of the machine's owner.
    pub fn command(name: &str) -> Self {
        Self { actor: Actor::command(name), may_all: true }
    }

    /// Whether they may see and change the application passwords of this account.
    pub fn may_manage(&self, owner: &Account) -> bool {
        self.may_all || self.actor.account_id == Some(owner.id)
    }

    fn check(&self, owner: &Account) -> Result<()> {
        if self.may_manage(owner) {
            return Ok(());
        }
        Err(Error::Forbidden("Sorry, you are not allowed to manage application passwords for this user.".into()))
    }
}

/// An application password that was just made. The password is kept nowhere else.
#[derive(Clone, Debug)]
pub struct Made {
    /// 24 letters and digits.
    pub password: String,
    /// What is kept of it.
    pub kept: ApplicationPassword,
}

/// Makes an application password. `app_id` is the UUID that a program gave itself, or empty.
///
/// `Invalid` for a name or an `app_id` that does not fit; `Conflict` when the account has too many.
pub async fn create(app: &App, by: &Manager, owner: &Account, name: &str, app_id: &str) -> Result<Made> {
    by.check(owner)?;
    let name = check_name(name)?;
    if !app_id.is_empty() && !is_uuid(app_id) {
        return Err(Error::invalid("app_id", "The application ID must be a UUID."));
    }
    let password = new_application_password();
    let new = NewApplicationPassword {
        uuid: uuid_v4(random_bytes()),
        app_id: app_id.to_owned(),
        name,
        find_key: find_key(app, &password),
        hash: app.passwords.hash(password.clone()).await?,
    };
    let (id, who, now) = (owner.id, by.actor.clone(), app.clock.now());
    let kept = ApplicationPassword {
        uuid: new.uuid.clone(),
        app_id: new.app_id.clone(),
        name: new.name.clone(),
        created_at: now,
        last_used_at: None,
        last_ip: None,
    };
    let detail = format!("{} for {}", new.name, owner.login);
    app.db
        .write(async move |tx| {
            if application_passwords::count_in(tx, id).await? >= APPLICATION_PASSWORDS_MAX {
                let most = format!("An account has at most {APPLICATION_PASSWORDS_MAX} application passwords.");
                return Err(Error::Conflict(most + " Revoke one that is not used any more."));
            }
            application_passwords::insert(tx, id, &new, now).await?;
            audit::insert(tx, None, &who, "add_application_password", Subject::Site, &detail, now).await
        })
        .await?;
    Ok(Made { password, kept })
}

/// The application passwords of an account, oldest first.
pub async fn list(app: &App, by: &Manager, owner: &Account) -> Result<Vec<ApplicationPassword>> {
    by.check(owner)?;
    application_passwords::list(&app.db, owner.id).await
}

/// The application password of this UUID.
pub async fn find(app: &App, by: &Manager, owner: &Account, uuid: &str) -> Result<ApplicationPassword> {
    by.check(owner)?;
    application_passwords::find(&app.db, owner.id, uuid).await?.ok_or_else(missing)
}

/// Gives an application password another name.
pub async fn rename(app: &App, by: &Manager, owner: &Account, uuid: &str, name: &str) -> Result<()> {
    by.check(owner)?;
    let (id, uuid, name) = (owner.id, uuid.to_owned(), check_name(name)?);
    let (who, now) = (by.actor.clone(), app.clock.now());
    let detail = format!("to {name} for {}", owner.login);
    app.db
        .write(async move |tx| {
            if !application_passwords::set_name(tx, id, &uuid, &name).await? {
                return Err(missing());
            }
            audit::insert(tx, None, &who, "rename_application_password", Subject::Site, &detail, now).await
        })
        .await
}

/// Revokes an application password: from here on it is worth nothing.
pub async fn revoke(app: &App, by: &Manager, owner: &Account, uuid: &str) -> Result<()> {
    by.check(owner)?;
    let (id, uuid, login) = (owner.id, uuid.to_owned(), owner.login.clone());
    let (who, now) = (by.actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            let name = application_passwords::delete(tx, id, &uuid).await?.ok_or_else(missing)?;
            let detail = format!("{name} for {login}");
            audit::insert(tx, None, &who, "revoke_application_password", Subject::Site, &detail, now).await
        })
        .await
}

/// Revokes all of an account; says how many there were.
pub async fn revoke_all(app: &App, by: &Manager, owner: &Account) -> Result<u64> {
    by.check(owner)?;
    let (id, login) = (owner.id, owner.login.clone());
    let (who, now) = (by.actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            let count = application_passwords::delete_all(tx, id).await?;
            if count > 0 {
                let detail = format!("all {count} for {login}");
                audit::insert(tx, None, &who, "revoke_application_password", Subject::Site, &detail, now).await?;
            }
            Ok(count)
        })
        .await
}

/// The number by which a password is found among those of its account. Without the instance's key it tells
/// nothing, and with it no more than 64 of 142 bits; the hash decides.
pub(super) fn find_key(app: &App, password: &str) -> i64 {
    let digest = app.secret.digest("application password", &[password]);
    digest.iter().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte))
}

fn check_name(typed: &str) -> Result<String> {
    let printable: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let name = printable.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Error::invalid("name", "An application name is required to create an application password."));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(Error::invalid("name", format!("An application name has at most {NAME_CHARS_MAX} characters.")));
    }
    Ok(name)
}

fn missing() -> Error {
    Error::not_found("Could not find an application password with that id.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_character_and_at_most_two_hundred() {
        let longest = "é".repeat(NAME_CHARS_MAX);
        for (given, name) in [("CI", "CI"), ("  my\tphone\n", "my phone"), ("a\u{0}b", "a b"), (&longest, &longest)] {
            assert_eq!(check_name(given).unwrap(), name);
        }
        for bad in ["", " \t", "\u{0}", &format!("{longest}x")] {
            assert!(matches!(check_name(bad), Err(Error::Invalid { field: "name", .. })), "{bad:?}");
        }
    }
}
