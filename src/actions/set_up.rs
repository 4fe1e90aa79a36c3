//! The first administrator. While nobody can log in, the server prints a link with a token at each start;
//! whoever opens it makes the first account. Only a hash of the token is kept, and it works once.

use subtle::ConstantTimeEq as _;

use crate::actions::add_account::{check_email, check_login};
use crate::actions::current_actor::actor;
use crate::actions::new_password;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::role::Role;
use crate::secret::{new_token, token_hash};
use crate::store::accounts::{self, NewAccount};
use crate::store::audit::{self, Subject};
use crate::store::instance;

/// Where the token's hash is kept.
const NAME: &str = "set_up_token_hash";

/// The first administrator, as typed.
#[derive(Clone, Debug)]
pub struct FirstAdministrator {
    /// The name to log in with.
    pub login: String,
    /// Their e-mail.
    pub email: String,
    /// Their password.
    pub password: String,
}

/// Makes a new token while no account exists, in place of one made before; none afterwards. The server
/// calls this when it starts and prints `/desk/setup?token=…`.
pub async fn prepare(app: &App) -> Result<Option<String>> {
    if accounts::any(&app.db).await? {
        return Ok(None);
    }
    let token = new_token();
    let hash = kept(&token);
    app.db.write(async move |tx| instance::set(tx, NAME, &hash).await).await?;
    Ok(Some(token))
}

/// Whether the token is the one that was printed and still works.
pub async fn is_valid(app: &App, token: &str) -> Result<bool> {
    let stored = instance::find(&app.db, NAME).await?;
    Ok(matches(stored.as_deref(), token) && !accounts::any(&app.db).await?)
}

/// Makes the first account, an administrator of every site, and uses the token up.
///
/// `Forbidden` when the token is not the one that was printed last, or was used.
pub async fn run(app: &App, token: &str, new: FirstAdministrator, client: &Client) -> Result<()> {
    app.limits.check_client(Limit::LogIns, client.ip)?;
    if !is_valid(app, token).await? {
        return Err(used_up());
    }
    let (login, email) = (check_login(&new.login)?, check_email(&new.email)?);
    let password_hash = new_password::hash(app, new.password, &login, &email).await?;
    let account = NewAccount { display_name: login.clone(), login, email, password_hash, super_admin: true };
    let (token, now) = (token.to_owned(), app.clock.now());
    app.db
        .write(async move |tx| {
            let stored = instance::take(tx, NAME).await?;
            if !matches(stored.as_deref(), &token) || accounts::any_in(tx).await? {
                return Err(used_up());
            }
            let id = accounts::insert(tx, &account, now).await?;
            let made = accounts::lock(tx, id).await?.ok_or_else(|| Error::internal("the new account is not there"))?;
            let who = actor(&made, Role::Administrator);
            audit::insert(tx, None, &who, "set_up", Subject::Site, "the first administrator", now).await
        })
        .await
}

fn matches(stored: Option<&str>, token: &str) -> bool {
    stored.is_some_and(|stored| bool::from(stored.as_bytes().ct_eq(kept(token).as_bytes())))
}

/// What is kept of a token: its hash as text.
fn kept(token: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(token_hash(token))
}

fn used_up() -> Error {
    Error::Forbidden(
        "This set-up link does not work any more. If nobody has set this server up yet, restart it: it prints a new one."
            .into(),
    )
}
