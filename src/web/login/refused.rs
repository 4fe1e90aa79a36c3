//! What came to nothing: a page headed by what was tried, that says why and leads back to where another try begins. It
//! is how every way to log in words its refusals; what a form can be sent again with is said beside the form instead.

use askama::Template;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use http::header::REFERRER_POLICY;

use super::finish::{landing, page};
use crate::error::{Error, Result};
use crate::model::mailed_code::{MailedCode, Purpose};
use crate::secret::unhex;
use crate::web::site::Here;

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    LogIn,
    /// A way to log in was to be added to an account.
    Linking,
    /// An account with a password was to be made.
    Account,
    /// A code or link that is over, or nobody's: what it was for is not known.
    Code,
}

impl What {
    fn heading(self) -> &'static str {
        match self {
            Self::LogIn => "You are not logged in",
            Self::Linking => "This way to log in was not added",
            Self::Account => "No account was made",
            Self::Code => "This did not work",
        }
    }
}

/// What was tried, where it should have led, and the challenge of the frame that goes on waiting for it.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    what: What,
    return_to: String,
    handover: Option<Vec<u8>>,
}

impl Tried {
    /// A log-in.
    pub(super) fn log_in(return_to: &str, handover: Option<Vec<u8>>) -> Self {
        Self { what: What::LogIn, return_to: return_to.to_owned(), handover }
    }

    /// A log-in, or one that was to add a way to log in to an account.
    pub(super) fn log_in_or_linking(is_linking: bool, return_to: &str, handover: Option<Vec<u8>>) -> Self {
        let what = if is_linking { What::Linking } else { What::LogIn };
        Self { what, ..Self::log_in(return_to, handover) }
    }

    /// A registration.
    pub(super) fn account(return_to: &str, handover: Option<Vec<u8>>) -> Self {
        Self { what: What::Account, ..Self::log_in(return_to, handover) }
    }

    /// A code or link of which nothing is known.
    pub(super) fn code() -> Self {
        Self { what: What::Code, ..Self::log_in("", None) }
    }

    /// What a code was to lead to, in the browser that waits for it.
    pub(super) fn by_code(code: &MailedCode) -> Self {
        let (return_to, handover) = (&code.details.return_to, handover_of(code));
        match code.purpose {
            Purpose::LogIn => Self::log_in_or_linking(code.details.linking.is_some(), return_to, handover),
            Purpose::Register => Self::account(return_to, handover),
            Purpose::Comment | Purpose::Reset => Self::code(),
        }
    }
}

/// The challenge of the frame that waits for this log-in.
pub(super) fn handover_of(code: &MailedCode) -> Option<Vec<u8>> {
    code.details.handover.as_deref().and_then(unhex)
}

#[derive(Template)]
#[template(path = "web/login/refused.html")]
struct Refused<'a> {
    heading: &'static str,
    here: &'a Here,
    message: String,
    /// Whether another try begins at the log-in page, not where it should have led.
    is_log_in: bool,
    return_to: &'a str,
    handover: &'a str,
}

/// The page. Another try is for the frame that still waits, if this one was begun for one: its challenge is in a form of
/// this page, as it was in the form that began the log-in in this browser, and never in an address (`web/login`).
pub(super) fn refused(here: &Here, error: Error, tried: &Tried) -> Result<Response> {
    if matches!(error, Error::Internal(_)) {
        return Err(error);
    }
    error.log();
    let Tried { what, return_to, handover } = tried;
    let return_to = if return_to.is_empty() { String::new() } else { landing(here, return_to) };
    let handover = handover.as_ref().map(|challenge| URL_SAFE_NO_PAD.encode(challenge)).unwrap_or_default();
    let template = Refused {
        heading: what.heading(),
        here,
        message: error.to_string(),
        is_log_in: *what != What::Linking,
        return_to: &return_to,
        handover: &handover,
    };
    let mut response = page(here, Some(&error), &template)?;
    // Not "no-referrer": browsers would then send `Origin: null` with the form. The code goes to ourselves only.
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}
