//! The letter of a code: to whom it goes now, and what it says by what the code is for. Called by `send_mail`.

use crate::actions::mailed_codes::{self, Told};
use crate::actions::reset_password;
use crate::app::App;
use crate::error::Result;
use crate::model::ids::MailedCodeId;
use crate::model::mail::{Words, codes};
use crate::model::mailed_code::Purpose;
use crate::model::site::Site;
use crate::store::accounts;

/// An address, and what is written there; `None` when there is nothing to say (any more).
pub(super) async fn words(
    app: &App,
    site: &Site,
    id: MailedCodeId,
    sealed: Option<&str>,
    (blog, doors): (&str, &str),
) -> Result<Option<(String, Words)>> {
    let Some(Told { code, token, number }) = mailed_codes::told(app, site, id, sealed).await? else { return Ok(None) };
    let page = format!("{doors}/login/link?t={token}");
    let coded = codes::Coded { blog, code: &number, page: &page, lasts: code.purpose.lasts() };
    let words = match code.purpose {
        Purpose::LogIn => codes::log_in(&coded),
        Purpose::Comment => codes::comment(&coded),
        // Only the mailbox learns that there is an account already.
        Purpose::Register if accounts::has_password(&app.db, &code.email).await? => {
            codes::registered(blog, &format!("{doors}/login"))
        }
        Purpose::Register => codes::register(&coded),
        Purpose::Reset => {
            let Some(account) = reset_password::addressee(app, &code).await? else { return Ok(None) };
            return Ok(Some((account.email, codes::reset(&coded, &account.login))));
        }
    };
    Ok(Some((code.email, words)))
}
