//! A code and a link that are mailed to an address, so that whoever reads it can prove that: to log in without a
//! provider, to make an account, to set a lost password, to stand to a comment. Made and taken by
//! `actions/mailed_codes`, kept by `store/mailed_codes`, worded by `model/mail/codes`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::comment::Status;
use crate::model::identity::EMAIL_BYTES_MAX;
use crate::model::ids::{AccountId, CommentId, MailedCodeId, SiteId};
use crate::model::text::names::is_email;
use crate::model::time::Timestamp;

/// Digits of a code.
pub const CODE_DIGITS: usize = 6;
/// Tries of a code; after the last one it is void.
pub const CODE_TRIES_MAX: i64 = 5;
/// Mails with a code that an address gets in [`CODES_SPAN`], whoever asks for them.
pub const CODES_OF_ADDRESS_MAX: i64 = 20;
/// See [`CODES_OF_ADDRESS_MAX`].
pub const CODES_SPAN: Duration = Duration::from_hours(24);

/// What a code proves an address for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Logging in.
    LogIn,
    /// Making an account with a password.
    Register,
    /// A new password for an account.
    Reset,
    /// Standing to a guest's comment.
    Comment,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::LogIn, Self::Register, Self::Reset, Self::Comment];

    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::Register => "register",
            Self::Reset => "reset",
            Self::Comment => "comment",
        }
    }

    /// Reads the stored name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }

    /// How long code and link work.
    pub fn lasts(self) -> Duration {
        match self {
            Self::LogIn | Self::Register => Duration::from_mins(15),
            Self::Reset => Duration::from_hours(1),
            Self::Comment => Duration::from_hours(7 * 24),
        }
    }
}

/// What happens when a code is proven, as far as its purpose does not say it. Kept as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// The provider of the site that was chosen.
    pub provider: String,
    /// Where it leads.
    pub return_to: String,
    /// The challenge of the frame that waits for the log-in, in hexadecimal.
    pub handover: Option<String>,
    /// The account that the address is to be added to as a way to log in.
    pub linking: Option<AccountId>,
    /// The account whose password is lost.
    pub account: Option<AccountId>,
    /// By which it is known whether that password is still the one that was lost.
    pub password_mark: Option<String>,
    /// The verdict on a comment whose author has an approved one.
    pub known: Option<Judged>,
    /// The same where there is none.
    pub unknown: Option<Judged>,
}

/// A verdict that waits for its comment's confirmation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The status.
    pub status: Status,
    /// The rule that decided.
    pub reason: String,
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedCode {
    /// Site and id are the key.
    pub site_id: SiteId,
    /// Counted per site.
    pub id: MailedCodeId,
    /// What for.
    pub purpose: Purpose,
    /// Where it was mailed to.
    pub email: String,
    /// By which the window that waits for the code names it. No secret.
    pub handle: String,
    /// Hash of the cookie of the browser that waits; none where any browser will do.
    pub browser_hash: Option<Vec<u8>>,
    /// Keyed hash of the code.
    pub code_hash: Vec<u8>,
    /// Hash of what stands in the link; none once the link was used.
    pub token_hash: Option<Vec<u8>>,
    /// Tries of the code so far.
    pub tries: i64,
    /// The comment that waits for it.
    pub comment_id: Option<CommentId>,
    /// What happens when it is proven.
    pub details: Details,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it is too late.
    pub expires_at: Timestamp,
    /// When code or link were right.
    pub proven_at: Option<Timestamp>,
}

/// The one spelling of an address by which it is a person's: of ASCII only, small letters, the domain as the name
/// system has it. None for what is no address. Letters that only look alike, or that some programs take for others,
/// must not lead to somebody else's account, so nothing is folded but case.
pub fn address(typed: &str) -> Option<String> {
    let (local, domain) = typed.trim().rsplit_once('@')?;
    let Ok(url::Host::Domain(domain)) = url::Host::parse(domain) else { return None };
    let address = format!("{}@{domain}", local.to_ascii_lowercase());
    (address.is_ascii() && is_email(&address) && address.len() <= EMAIL_BYTES_MAX).then_some(address)
}

/// By what mails to an address are counted: what follows a plus leads to the same mailbox in many places.
pub fn address_key(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let local = local.split('+').next().filter(|local| !local.is_empty()).unwrap_or(local);
    format!("{local}@{domain}")
}

/// A code as it was typed: the digits alone. None for anything else.
pub fn typed_code(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    (code.len() == CODE_DIGITS && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling_and_no_second_reading() {
        for (typed, one) in [
            (" Ann@Example.ORG ", Some("ann@example.org")),
            ("a.b+c@example.org", Some("a.b+c@example.org")),
            ("ann@bücher.example", Some("ann@xn--bcher-kva.example")),
            ("ann@ＥＸＡＭＰＬＥ.org", Some("ann@example.org")),
            // Letters that case folding or a look takes for others.
            ("\u{212A}ate@example.org", None),
            ("änn@example.org", None),
            ("ann\u{0131}@example.org", None),
            ("ann@example.org\r\nBcc: eve@example.org", None),
            ("ann@example.org, eve@example.org", None),
            ("\"ann eve\"@example.org", None),
            ("ann@[127.0.0.1]", None),
            ("ann@127.0.0.1", None),
            ("ann@localhost", None),
            ("ann", None),
            ("@example.org", None),
            ("", None),
            (&format!("{}@example.org", "x".repeat(EMAIL_BYTES_MAX - 11)), None),
        ] {
            assert_eq!(address(typed).as_deref(), one, "{typed:?}");
        }
        assert!(address(&format!("{}@example.org", "x".repeat(EMAIL_BYTES_MAX - 12))).is_some());
    }

    #[test]
    fn mails_are_counted_by_mailbox() {
        for (address, key) in [
            ("ann@example.org", "ann@example.org"),
            ("ann+1@example.org", "ann@example.org"),
            ("ann+1+2@example.org", "ann@example.org"),
            ("+ann@example.org", "+ann@example.org"),
        ] {
            assert_eq!(address_key(address), key);
        }
    }

    #[test]
    fn a_code_is_six_digits_however_they_are_parted() {
        for (text, code) in [
            ("123456", Some("123456")),
            (" 123 456\n", Some("123456")),
            ("123-456", Some("123456")),
            ("12345", None),
            ("1234567", None),
            ("12345a", None),
            ("١٢٣٤٥٦", None),
            ("", None),
        ] {
            assert_eq!(typed_code(text).as_deref(), code, "{text:?}");
        }
    }

    #[test]
    fn every_purpose_survives_its_storage() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(Purpose::parse("else"), None);
    }
}
