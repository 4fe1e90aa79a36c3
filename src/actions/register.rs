//! Readers make an account with a password, where a site wants it (`users_can_register`). The address comes first: a
//! code is mailed, and the account is made only by who types it, or follows the link, in the browser that asked. So
//! there is never an account under an address that nobody has proven, which somebody could have laid out for its owner
//! (identity-providers §5.2). It gets no role on any site: it writes comments, as one by a provider does. Called by
//! `B/login/register`.

use crate::actions::add_account::check_login;
use crate::actions::log_in::{browser, check_return_to};
use crate::actions::mailed_codes::{self, New, over};
use crate::actions::{log_in_by_email, new_password};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::client::Client;
use crate::model::identity::clean_name;
use crate::model::ids::AccountId;
use crate::model::mailed_code::{Details, MailedCode, Purpose, address};
use crate::model::role::Role;
use crate::model::site::Site;
use crate::secret::hex;
use crate::store::accounts::{self, NewAccount};
use crate::store::audit::{self, Subject};

/// Whether readers of a site can make accounts.
pub fn is_offered(app: &App, site: &Site) -> bool {
    app.mail.is_some() && site.options.users_can_register
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The address, as typed.
    pub email: String,
    /// Where it leads.
    pub return_to: String,
    /// The challenge of the frame that waits for it.
    pub handover: Option<Vec<u8>>,
    /// The browser's cookie of an earlier beginning.
    pub browser: Option<String>,
    /// Who asks.
    pub client: Client,
}

/// A registration that waits for its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// By which its window names it.
    pub handle: String,
    /// What the browser's cookie is to hold.
    pub browser: String,
}

fn check_offered(app: &App, site: &Site) -> Result<()> {
    if is_offered(app, site) {
        Ok(())
    } else {
        Err(Error::Forbidden("User registration is currently not allowed.".into()))
    }
}

/// Mails a code to the address. Whether it has an account already only the mail says.
pub async fn begin(app: &App, site: &Site, asked: Registration) -> Result<Begun> {
    check_offered(app, site)?;
    let email = address(&asked.email).ok_or_else(|| Error::invalid("email", log_in_by_email::NO_ADDRESS))?;
    check_return_to(&asked.return_to)?;
    mailed_codes::count(app, &email, &asked.client)?;
    let browser = browser(asked.browser.as_deref());
    let details =
        Details { return_to: asked.return_to, handover: asked.handover.as_deref().map(hex), ..Details::default() };
    let new = New { purpose: Purpose::Register, email, browser: Some(browser.clone()), details };
    Ok(Begun { handle: mailed_codes::issue(app, site, new).await?, browser })
}

/// The account as typed.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The name to log in with.
    pub login: String,
    /// The name that stands with comments; empty: the login.
    pub name: String,
    /// The password.
    pub password: String,
}

/// Makes the account of an address that was proven.
pub async fn make_account(app: &App, site: &Site, code: &MailedCode, typed: Typed) -> Result<AccountId> {
    check_offered(app, site)?;
    if code.purpose != Purpose::Register || code.proven_at.is_none() {
        return Err(over());
    }
    let login = check_login(&typed.login)?;
    // A name that looks like an address would be found in the place of whose address it is.
    if login.contains('@') {
        return Err(Error::invalid("login", "A username has no @ in it. You can log in with your email address too."));
    }
    let name = clean_name(&typed.name);
    let password_hash = new_password::hash(app, typed.password, &login, &code.email).await?;
    let account = NewAccount {
        display_name: if name.is_empty() { login.clone() } else { name },
        email: code.email.clone(),
        login,
        password_hash,
        super_admin: false,
    };
    let (taken, site, now) = (code.clone(), site.id, app.clock.now());
    app.db
        .write(async move |tx| {
            if accounts::is_login_taken(tx, &account.login).await? {
                return Err(Error::invalid("login", "Sorry, that username already exists! Choose another."));
            }
            if accounts::has_password_in(tx, &account.email).await? {
                return Err(Error::Conflict(
                    "There is an account with this email address already. Log in with it, or reset its password."
                        .into(),
                ));
            }
            mailed_codes::take(tx, &taken, now).await?;
            let id = accounts::insert(tx, &account, now).await?;
            let who = Actor { account_id: Some(id), name: account.login.clone(), role: Role::Subscriber };
            audit::insert(tx, site, &who, "register", Subject::Site, "by a code mailed to the address", now).await?;
            Ok(id)
        })
        .await
}
