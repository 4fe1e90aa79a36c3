//! Passwords that an account gives to programs (WP 7.1 comments §8.10): 24 letters and digits, shown once, in
//! groups of four. Whatever else is typed between them does not count.

use std::fmt;

use url::{Host, Url};

use crate::model::time::Timestamp;

/// Letters and digits of an application password: 142 bits, beyond guessing.
pub const LETTERS: usize = 24;
/// Letters in a group, as it is shown.
const GROUP_LETTERS: usize = 4;
/// Hexadecimal digits in each part of a UUID.
const UUID_PARTS: [usize; 5] = [8, 4, 4, 4, 12];

/// Bytes of an address that an application wants its user sent to.
pub const REDIRECT_BYTES_MAX: usize = 2_000;
/// Schemes that no application has: a browser runs or reads what stands behind them.
const SCHEMES_REFUSED: [&str; 9] =
    ["javascript", "data", "vbscript", "file", "blob", "filesystem", "about", "view-source", "ftp"];

/// An application password, as far as anybody may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationPassword {
    /// By which it is named and revoked.
    pub uuid: String,
    /// The UUID that the program gave itself, may be empty.
    pub app_id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to a few minutes.
    pub last_used_at: Option<Timestamp>,
    /// From which address.
    pub last_ip: Option<String>,
}

/// What counts of a typed password: its letters and digits, where there are as many as there must be.
pub fn typed(text: &str) -> Option<String> {
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    (letters.len() == LETTERS).then_some(letters)
}

/// A password in groups of four, as people copy it.
pub fn in_groups(password: &str) -> String {
    let letters: Vec<char> = password.chars().collect();
    letters.chunks(GROUP_LETTERS).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// Whether a text is a UUID, in the lower case that WordPress wants of an `app_id`.
pub fn is_uuid(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq(UUID_PARTS) && parts.iter().all(|p| is_hex(p))
}

/// A random UUID of these bytes (RFC 9562 §5.4).
pub fn uuid_v4(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut digits = format!("{:032x}", u128::from_be_bytes(bytes));
    for at in [20, 16, 12, 8] {
        digits.insert(at, '-');
    }
    digits
}

/// Where an application wants its user sent, with a password of its own: `https`, a scheme of its own, or
/// `http` on the user's own machine (WP 7.1 comments §8.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUrl(Url);

impl RedirectUrl {
    /// Reads an address, or says why it is not followed.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "The address is not of the form https://host or scheme://host.";
        if text.len() > REDIRECT_BYTES_MAX {
            return Err("The address is too long.");
        }
        if text.chars().any(char::is_control) {
            return Err(FORM);
        }
        let url = Url::parse(text).map_err(|_| FORM)?;
        if SCHEMES_REFUSED.contains(&url.scheme()) {
            return Err("Addresses of this scheme are not followed.");
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(FORM);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("The address must not hold a username.");
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err("The address must be served over a secure connection.");
        }
        Ok(Self(url))
    }

    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The address with these in its query, in place of what had their names.
    pub fn with(&self, given: &[(&str, &str)]) -> String {
        let mut url = self.0.clone();
        let kept: Vec<(String, String)> =
            url.query_pairs().into_owned().filter(|(name, _)| given.iter().all(|(n, _)| n != name)).collect();
        url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(given);
        url.into()
    }

    /// Scheme and host, for the person who shall say yes.
    pub fn shown(&self) -> String {
        let port = self.0.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }
}

impl fmt::Display for RedirectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_go_where_only_the_application_listens() {
        let longest = format!("https://app.example/{}", "x".repeat(REDIRECT_BYTES_MAX - 20));
        for good in [
            "https://app.example/back?a=b",
            "https://app.example:8443",
            "myapp://callback",
            "wordpress://authorize/x?y=z",
            "http://127.0.0.1:5000/",
            "http://127.9.9.9/",
            "http://[::1]:5000/",
            "http://localhost/",
            "HTTP://LOCALHOST/",
            &longest,
        ] {
            assert!(RedirectUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "app.example/back",
            "/desk",
            "//app.example/",
            "https://",
            "myapp:callback",
            "myapp://",
            "myapp:///path",
            "http://app.example/",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example/",
            "http://10.0.0.1/",
            "javascript://app.example/%0aalert(1)",
            "JavaScript://app.example/",
            " javascript://app.example/",
            "java\tscript://app.example/",
            "data://app.example/text",
            "file://host/etc/passwd",
            "vbscript://x",
            "https://bank.example@evil.example/",
            "https://app.example/\r\nSet-Cookie: a=b",
            &format!("{longest}x"),
        ] {
            assert!(RedirectUrl::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_given_takes_its_place_in_the_query() {
        let with = |url: &str| RedirectUrl::parse(url).unwrap().with(&[("password", "p&q r"), ("user_login", "ö")]);
        assert_eq!(with("https://app.example"), "https://app.example/?password=p%26q+r&user_login=%C3%B6");
        assert_eq!(with("myapp://cb/x?a=1&password=old#f"), "myapp://cb/x?a=1&password=p%26q+r&user_login=%C3%B6#f");
        assert_eq!(RedirectUrl::parse("https://App.example:8443/x?y").unwrap().shown(), "https://app.example:8443");
    }

    #[test]
    fn only_letters_and_digits_count() {
        let plain = "abcdEFGH1234ijklMNOP5678";
        for given in [
            plain,
            "abcd EFGH 1234 ijkl MNOP 5678",
            " abcd-EFGH-1234-ijkl-MNOP-5678\n",
            "abcd\u{a0}EFGH 1234 ijkl MNOP 5678",
        ] {
            assert_eq!(typed(given).as_deref(), Some(plain), "{given:?}");
        }
        for given in ["", &plain[1..], &format!("{plain}x"), "correct horse battery staple", "äbcdEFGH1234ijklMNOP5678"]
        {
            assert_eq!(typed(given), None, "{given:?}");
        }
        assert_eq!(in_groups(plain), "abcd EFGH 1234 ijkl MNOP 5678");
    }

    #[test]
    fn uuids_have_their_shape() {
        let made = uuid_v4([0xff; 16]);
        assert_eq!(made, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid_v4([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert!(is_uuid(&made));
        for bad in [
            "",
            "ffffffffffff4fffbfffffffffffffff",
            "FFFFFFFF-ffff-4fff-bfff-ffffffffffff",
            "ffffffff-ffff-4fff-bfff-fffffffffff",
            "ffffffff-ffff-4fff-bfff-ffffffffffff-",
            "gfffffff-ffff-4fff-bfff-ffffffffffff",
            "fffffff-fffff-4fff-bfff-ffffffffffff",
        ] {
            assert!(!is_uuid(bad), "{bad}");
        }
    }
}
