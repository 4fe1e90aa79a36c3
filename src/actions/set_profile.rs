//! What an account says of itself, and its switches.

use url::Url;

use crate::actions::add_account::check_email;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Account;
use crate::store::accounts;

/// Bytes of a display name, as of a comment's author (WP 7.1 §1.7).
const NAME_BYTES_MAX: usize = 245;
/// Bytes of a URL, as of a comment's author (WP 7.1 §1.7).
const URL_BYTES_MAX: usize = 200;

/// A profile as typed.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name shown with their comments.
    pub display_name: String,
    /// Their e-mail.
    pub email: String,
    /// Their website, may be empty.
    pub url: String,
    /// Whether the desk's keyboard shortcuts are on.
    pub comment_shortcuts: bool,
}

impl Profile {
    /// As it is.
    pub fn of(account: &Account) -> Self {
        Self {
            display_name: account.display_name.clone(),
            email: account.email.clone(),
            url: account.url.clone(),
            comment_shortcuts: account.comment_shortcuts,
        }
    }
}

/// Changes an account's own profile.
pub async fn set_profile(app: &App, account: &Account, typed: Profile) -> Result<()> {
    let name = typed.display_name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return Err(Error::invalid("display_name", format!("A display name has 1 to {NAME_BYTES_MAX} bytes.")));
    }
    let (email, url, id) = (check_email(&typed.email)?, check_url(&typed.url)?, account.id);
    app.db
        .write(async move |tx| {
            accounts::set_profile(tx, id, &name, &email, &url).await?;
            accounts::set_comment_shortcuts(tx, id, typed.comment_shortcuts).await
        })
        .await
}

fn check_url(typed: &str) -> Result<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(String::new());
    }
    let url =
        Url::parse(typed).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.as_str().len() <= URL_BYTES_MAX);
    url.map(String::from).ok_or_else(|| {
        Error::invalid(
            "url",
            format!("A website begins with https:// or http:// and has at most {URL_BYTES_MAX} bytes."),
        )
    })
}
