//! An identity: who somebody is by the word of a provider. The key is (issuer, subject) and nothing else; what a
//! profile says beside it is a stranger's text and is cleaned here before anybody sees it (ID-14).
//! Made by `actions/complete_log_in`, kept by `store/identities`.

use url::Url;

use crate::model::ids::{AccountId, IdentityId};
use crate::model::session::Scope;
use crate::model::text::characters::cut_at_bytes;
use crate::model::text::escape::unescape;
use crate::model::text::names;
use crate::model::time::Timestamp;

/// Bytes of a name, as of a comment's author (WP 7.1 §1.7).
pub const NAME_BYTES_MAX: usize = 245;
/// Bytes of a website, as of a comment's author (WP 7.1 §1.7).
pub const URL_BYTES_MAX: usize = 200;
/// Bytes of an e-mail address, as of a comment's author (WP 7.1 §1.7).
pub const EMAIL_BYTES_MAX: usize = 100;
/// Bytes of a picture's address.
pub const PICTURE_BYTES_MAX: usize = 1024;
/// Bytes of a subject. OpenID Connect Core §2 has 255; an actor's URI is longer.
pub const SUBJECT_BYTES_MAX: usize = 1024;
/// Bytes of a provider's name as shown.
pub const PROVIDER_NAME_BYTES_MAX: usize = 100;

/// What a provider proved just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenIdentity {
    /// The provider's kind (`model/provider`).
    pub provider: String,
    /// The provider as shown: GitHub, mastodon.social.
    pub provider_name: String,
    /// Whose word it is.
    pub issuer: String,
    /// Who it is to them: never changes, is never given to another.
    pub subject: String,
    /// The name shown.
    pub name: String,
    /// A website, or empty.
    pub url: String,
    /// A picture's address, or empty.
    pub picture: String,
    /// An e-mail address, or empty.
    pub email: String,
    /// Whether the provider vouches for the address, and can be believed.
    pub email_verified: bool,
}

/// An identity as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Counted over the instance.
    pub id: IdentityId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the provider said last.
    pub proven: ProvenIdentity,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When somebody last logged in with it.
    pub last_used_at: Timestamp,
}

impl ProvenIdentity {
    /// Whether issuer and subject can be a key: there, bounded, of visible characters.
    pub fn has_key(&self) -> bool {
        let is_key = |text: &str| {
            (1..=SUBJECT_BYTES_MAX).contains(&text.len()) && !text.chars().any(|c| c.is_control() || c.is_whitespace())
        };
        is_key(&self.issuer) && is_key(&self.subject)
    }

    /// The same with everything that is shown made harmless: names without control, direction and invisible
    /// characters and of bounded length, addresses of the web only, an e-mail address that is one.
    #[must_use]
    pub fn cleaned(self) -> Self {
        let email = clean_email(&self.email);
        Self {
            provider_name: cut(&clean_name(&self.provider_name), PROVIDER_NAME_BYTES_MAX),
            name: clean_name(&self.name),
            url: clean_url(&self.url, URL_BYTES_MAX),
            picture: clean_url(&self.picture, PICTURE_BYTES_MAX),
            email_verified: self.email_verified && !email.is_empty(),
            email,
            ..self
        }
    }

    /// The same with the name that is known already, if it says none: Apple tells one the first time only.
    #[must_use]
    pub fn or_named(self, known: &str) -> Self {
        if self.name.is_empty() { Self { name: known.to_owned(), ..self } } else { self }
    }

    /// What a session lets into that begins with it. A site that says who its visitors are says it for their comments:
    /// its word alone opens no desk.
    pub fn scope(&self) -> Scope {
        if self.provider == "sso" { Scope::Reader } else { Scope::Desk }
    }

    /// The address that an account may have of this identity: a proven one, or none.
    pub fn account_email(&self) -> &str {
        if self.email_verified { &self.email } else { "" }
    }
}

/// A name as text: what the intake keeps of an author's name, without its escaping.
pub fn clean_name(given: &str) -> String {
    // Bounded first: what follows looks at each character.
    let bounded = cut_at_bytes(given, 4 * NAME_BYTES_MAX);
    cut(&unescape(&names::author(bounded)), NAME_BYTES_MAX)
}

/// The host of an address, as what names a provider; empty where there is none.
pub fn host_of(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// At most so many bytes, no character cut in two.
fn cut(text: &str, bytes_max: usize) -> String {
    cut_at_bytes(text, bytes_max).trim_end().to_owned()
}

/// An address of the web without credentials, or nothing.
fn clean_url(given: &str, bytes_max: usize) -> String {
    let url = Url::parse(given.trim()).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.as_str().len() <= bytes_max
    });
    url.map(String::from).unwrap_or_default()
}

fn clean_email(given: &str) -> String {
    let given = given.trim();
    let is_one = given.len() <= EMAIL_BYTES_MAX && names::is_email(given);
    if is_one { given.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, url: &str, email: &str) -> ProvenIdentity {
        ProvenIdentity {
            provider: "github".into(),
            provider_name: "GitHub".into(),
            issuer: "https://github.com".into(),
            subject: "1".into(),
            name: name.into(),
            url: url.into(),
            picture: url.into(),
            email: email.into(),
            email_verified: true,
        }
    }

    #[test]
    fn names_lose_what_deceives_and_keep_what_is_a_name() {
        let long = "x".repeat(10_000);
        for (given, cleaned) in [
            ("Ann", "Ann"),
            ("  Ann \n\t of  Kent ", "Ann of Kent"),
            ("J\u{202E}nimda\u{202C}", "Jnimda"),
            ("A\u{0000}d\u{200B}min", "Admin"),
            ("<b>Ann</b> & Co", "Ann & Co"),
            ("O'Neill \"Ann\"", "O'Neill \"Ann\""),
            ("👩\u{200D}💻 Ann", "👩\u{200D}💻 Ann"),
            ("José", "José"),
            ("", ""),
            ("\u{202E}", ""),
            (&long, &long[..NAME_BYTES_MAX]),
        ] {
            assert_eq!(said(given, "", "").cleaned().name, cleaned, "{given:?}");
        }
        let cut = said(&"é".repeat(200), "", "").cleaned().name;
        assert_eq!((cut.len(), cut.chars().count()), (NAME_BYTES_MAX - 1, 122), "no character is cut in two");
    }

    #[test]
    fn addresses_are_of_the_web_or_nothing() {
        let edge = format!("https://a.example/{}", "x".repeat(URL_BYTES_MAX - 18));
        for (given, cleaned) in [
            ("https://ann.example", "https://ann.example/"),
            (" http://ann.example/x ", "http://ann.example/x"),
            ("javascript:alert(1)", ""),
            ("JaVaScRiPt://ann.example/%0aalert(1)", ""),
            ("data:text/html,x", ""),
            ("//ann.example", ""),
            ("https://ann@evil.example/", ""),
            ("https://", ""),
            (&edge, &edge),
            (&format!("{edge}x"), ""),
        ] {
            assert_eq!(said("Ann", given, "").cleaned().url, cleaned, "{given}");
        }
        assert_eq!(said("Ann", "javascript:alert(1)", "").cleaned().picture, "");
    }

    #[test]
    fn only_an_address_can_be_verified() {
        for (given, cleaned) in [
            ("ann@example.org", "ann@example.org"),
            ("", ""),
            ("ann", ""),
            ("ann@example.org\r\nBcc: eve@example.org", ""),
            (&format!("{}@example.org", "x".repeat(EMAIL_BYTES_MAX - 11)), ""),
        ] {
            let identity = said("Ann", "", given).cleaned();
            assert_eq!((identity.email.as_str(), identity.email_verified), (cleaned, !cleaned.is_empty()), "{given}");
        }
        let unproven = ProvenIdentity { email_verified: false, ..said("Ann", "", "ann@example.org") };
        assert_eq!(unproven.cleaned().account_email(), "");
    }

    #[test]
    fn a_key_is_there_and_visible_and_bounded() {
        for (subject, is_key) in [
            ("1", true),
            ("https://mastodon.test/users/ann", true),
            ("", false),
            ("1 2", false),
            ("1\n", false),
            (&"x".repeat(SUBJECT_BYTES_MAX), true),
            (&"x".repeat(SUBJECT_BYTES_MAX + 1), false),
        ] {
            let identity = ProvenIdentity { subject: subject.into(), ..said("Ann", "", "") };
            assert_eq!(identity.has_key(), is_key, "{subject:?}");
        }
        assert!(!ProvenIdentity { issuer: String::new(), ..said("Ann", "", "") }.has_key());
    }
}
