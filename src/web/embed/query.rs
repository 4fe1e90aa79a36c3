//! The parameters of the section's requests, read without a copy where none is needed.

use std::borrow::Cow;

use url::Url;
use url::form_urlencoded;

use crate::error::{Error, Result};

/// Bytes of an address of a post at most, here and wherever browsers and proxies are counted on.
pub(super) const URL_BYTES_MAX: usize = 2_048;

/// The query of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    pub(super) fn of(uri: &'a http::Uri) -> Self {
        Self(uri.query().unwrap_or_default())
    }

    /// Every value of this name.
    pub(super) fn all(self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        form_urlencoded::parse(self.0.as_bytes()).filter(move |(n, _)| n == name).map(|(_, value)| value)
    }

    /// The value of this name; the last, as PHP has it.
    pub(super) fn text(self, name: &str) -> Option<Cow<'a, str>> {
        self.all(name).last()
    }

    /// A number from 1; `None` for anything else.
    pub(super) fn number(self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten().filter(|n| *n > 0)
    }

    /// The number that a value begins with, as PHP reads one: `1/` is 1, and what begins with none is 0.
    /// `None` when the name is not there.
    pub(super) fn leading_number(self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let sign = if text.starts_with('-') { "-" } else { "" };
        Some(format!("{sign}{}", &digits[..end]).parse().unwrap_or(if end == 0 { 0 } else { i64::MAX }))
    }

    /// Whether the name is there at all.
    pub(super) fn has(self, name: &str) -> bool {
        self.all(name).next().is_some()
    }
}

/// Reads the address of a page.
pub(super) fn page_address(text: &str) -> Result<Url> {
    if text.len() > URL_BYTES_MAX {
        return Err(Error::invalid("url", format!("An address has at most {URL_BYTES_MAX} bytes.")));
    }
    let url = Url::parse(text).map_err(|e| Error::invalid("url", format!("“{text}” is no address: {e}.")))?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(url)
    } else {
        Err(Error::invalid(
            "url",
            format!("“{text}” is no address of a page; give one that begins with http or https."),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_from_one_and_nothing_else() {
        for (query, number) in [
            ("p=7", Some(7)),
            ("p=1&p=2", Some(2)),
            ("p=0", None),
            ("p=-1", None),
            ("p=%2B1", None),
            ("p=1a", None),
            ("p=", None),
            ("p=9223372036854775807", Some(i64::MAX)),
            ("p=9223372036854775808", None),
            ("", None),
        ] {
            assert_eq!(Query(query).number("p"), number, "{query}");
        }
    }

    #[test]
    fn a_number_may_have_more_behind_it() {
        for (query, number) in [
            ("p=7", Some(7)),
            ("p=7/", Some(7)),
            ("p=1&p=2x", Some(2)),
            ("p=%20+3", Some(3)),
            ("p=%2B4", Some(4)),
            ("p=-5", Some(-5)),
            ("p=1.9e3", Some(1)),
            ("p=0", Some(0)),
            ("p=x7", Some(0)),
            ("p=-", Some(0)),
            ("p=", Some(0)),
            ("p=99999999999999999999", Some(i64::MAX)),
            ("q=7", None),
        ] {
            assert_eq!(Query(query).leading_number("p"), number, "{query}");
        }
    }

    #[test]
    fn an_address_may_have_so_many_bytes_and_no_more() {
        let long = |bytes: usize| format!("https://blog.example/{}", "x".repeat(bytes - 21));
        assert!(page_address(&long(URL_BYTES_MAX)).is_ok());
        assert!(page_address(&long(URL_BYTES_MAX + 1)).is_err());
        for bad in ["", "/a/", "javascript:alert(1)", "data:text/html,x", "ftp://blog.example/"] {
            assert!(page_address(bad).is_err(), "{bad}");
        }
    }
}
