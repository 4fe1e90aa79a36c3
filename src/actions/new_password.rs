//! Hashing a password that somebody just chose, wherever that is: not too short, not too long, and not one of
//! those that are tried first (ASVS 6.2.4, 6.2.11). Called by every action that sets one.

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::password::weakness;

/// The hash to keep for an account of this login and e-mail. `Invalid` says what is wrong with the password.
pub(super) async fn hash(app: &App, password: String, login: &str, email: &str) -> Result<String> {
    let sites = app.sites.all(&app.db).await?;
    let mut about = vec!["Rejoinder", login, email];
    about.extend(sites.iter().flat_map(|site| [site.title.as_str(), site.home_host()]));
    match weakness(&password, &about) {
        Some(weakness) => Err(Error::invalid("password", weakness.message())),
        None => app.passwords.hash(password).await,
    }
}
