//! What a log-in begins and ends with, by whatever way it is made. Used by `begin_log_in` and `complete_log_in`, and by
//! `log_in_by_email` and `register`, which have a mailed code in between.

use url::Url;

use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::identity::ProvenIdentity;
use crate::model::ids::AccountId;
use crate::secret::new_token;

/// Bytes of the address that a log-in leads to.
const RETURN_TO_BYTES_MAX: usize = 2_048;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Begin {
    /// Which provider of the site.
    pub provider: String,
    /// What the visitor typed, where the kind asks for something.
    pub instance: String,
    /// Where it leads.
    pub return_to: String,
    /// The challenge of the frame that waits for it.
    pub handover: Option<Vec<u8>>,
    /// The account to which the identity is to be added; its session was shown.
    pub linking: Option<AccountId>,
    /// The browser's cookie of an earlier beginning, so that two tabs can log in at once.
    pub browser: Option<String>,
    /// Who asks.
    pub client: Client,
}

/// A log-in that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Where the visitor is sent.
    pub to: Url,
    /// What the browser's cookie is to hold.
    pub browser: String,
    /// Whether the answer comes as a form that another site's page sends, to which Lax cookies are not sent.
    pub answers_by_form: bool,
}

/// A log-in that is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// Who it is.
    pub identity: ProvenIdentity,
    /// The account to which this identity is to be added.
    pub linking: Option<AccountId>,
    /// The challenge of the frame that waits for it.
    pub handover: Option<Vec<u8>>,
    /// Where it leads.
    pub return_to: String,
}

/// Refuses an address to return to that is too long to be kept.
pub(super) fn check_return_to(address: &str) -> Result<()> {
    if address.len() > RETURN_TO_BYTES_MAX {
        return Err(Error::invalid("return_to", "The address to return to is too long."));
    }
    Ok(())
}

/// What the cookie of the browser that begins is to hold: what it holds already, so that two tabs can log in at once.
pub(super) fn browser(earlier: Option<&str>) -> String {
    earlier.filter(|text| is_token(text)).map_or_else(new_token, str::to_owned)
}

/// Whether a text has the form of our own tokens.
fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}
