//! Making a local account with a role on a site. The desk's Members page and `rejoinder user add` call it.

use crate::actions::new_password;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::ids::AccountId;
use crate::model::role::{Capability, Role};
use crate::model::site::Site;
use crate::store::accounts::{self, NewAccount};
use crate::store::audit::{self, Subject};
use crate::store::sites;

/// Characters of a login name, as WordPress's column has.
const LOGIN_CHARS_MAX: usize = 60;
/// Bytes of an e-mail, as WordPress's column has.
pub const EMAIL_BYTES_MAX: usize = 100;

/// A member as typed.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The name to log in with, unique over the instance.
    pub login: String,
    /// Their e-mail.
    pub email: String,
    /// Their first password.
    pub password: String,
    /// What they may do on the site.
    pub role: Role,
}

/// Makes the account and gives it its role. Wants `manage_options`; `Conflict` when the login is taken.
pub async fn add_account(app: &App, site: &Site, actor: &Actor, new: NewMember) -> Result<AccountId> {
    if !actor.can(Capability::ManageOptions) {
        return Err(Error::Forbidden("Sorry, you are not allowed to create users.".into()));
    }
    let (login, email) = (check_login(&new.login)?, check_email(&new.email)?);
    let password_hash = new_password::hash(app, new.password, &login, &email).await?;
    let account = NewAccount { display_name: login.clone(), login, email, password_hash, super_admin: false };
    let (site, actor, role, now) = (site.id, actor.clone(), new.role, app.clock.now());
    let added = app.db.write(async move |tx| {
        let id = accounts::insert(tx, &account, now).await?;
        sites::set_member(tx, site, id, role).await?;
        let detail = format!("{} as {}", account.login, role.as_str());
        audit::insert(tx, site, &actor, "add_member", Subject::Site, &detail, now).await?;
        Ok(id)
    });
    added.await.map_err(|error| match error {
        Error::Conflict(_) => Error::Conflict("Sorry, that username already exists! Choose another.".into()),
        other => other,
    })
}

/// A login name as WordPress takes it in its strict form: letters, digits and `_ - . @`, and spaces inside.
pub(super) fn check_login(typed: &str) -> Result<String> {
    let login = typed.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '@');
    if login.is_empty() || login.chars().count() > LOGIN_CHARS_MAX || !login.chars().all(fits) {
        return Err(Error::invalid(
            "login",
            format!("A username has 1 to {LOGIN_CHARS_MAX} letters, digits, spaces or _ - . @ in it."),
        ));
    }
    Ok(login.to_owned())
}

/// An e-mail, as far as its shape tells.
pub(super) fn check_email(typed: &str) -> Result<String> {
    let email = typed.trim();
    let shaped = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    let plain = !email.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"'));
    if !shaped || !plain || email.matches('@').count() != 1 || email.len() > EMAIL_BYTES_MAX {
        return Err(Error::invalid("email", "Please enter a valid email address, such as name@example.org."));
    }
    Ok(email.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_names_are_wordpress_s() {
        for good in ["admin", "Jo Ann", "a.b-c_d@e", "7", &"x".repeat(60)] {
            assert_eq!(check_login(&format!(" {good} ")).unwrap(), good);
        }
        for bad in ["", "  ", "a<b", "a\nb", "ö", &"x".repeat(61)] {
            assert!(check_login(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_email_has_one_at_and_a_domain() {
        let longest = format!("{}@example.org", "x".repeat(EMAIL_BYTES_MAX - 12));
        for good in ["a@b.example", "a+b@b.c.example", &longest] {
            assert_eq!(check_email(good).unwrap(), good);
        }
        for bad in [
            "",
            "a",
            "a@b",
            "@b.example",
            "a@.example",
            "a@b.",
            "a@b@c.example",
            "a b@c.example",
            "a@b.example\r\nBcc: x",
            &format!("x{longest}"),
        ] {
            assert!(check_email(bad).is_err(), "{bad:?}");
        }
    }
}
