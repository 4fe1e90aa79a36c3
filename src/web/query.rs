//! The parameters of readers' requests, read without a copy where none is needed, and the post that they
//! ask for. Called by the comment section and the feeds.

use std::borrow::Cow;
use std::sync::Arc;

use url::Url;
use url::form_urlencoded;

use crate::actions::find_post;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::ids::PostId;
use crate::model::post::Post;
use crate::web::site::Here;

/// Bytes of an address of a post at most, here and wherever browsers and proxies are counted on.
pub(in crate::web) const URL_BYTES_MAX: usize = 2_048;

/// The query of a request.
#[derive(Clone, Copy, Debug)]
pub(in crate::web) struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    pub(in crate::web) fn of(uri: &'a http::Uri) -> Self {
        Self(uri.query().unwrap_or_default())
    }

    /// Every value of this name.
    pub(in crate::web) fn all(self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        form_urlencoded::parse(self.0.as_bytes()).filter(move |(n, _)| n == name).map(|(_, value)| value)
    }

    /// The value of this name; the last, as PHP has it.
    pub(in crate::web) fn text(self, name: &str) -> Option<Cow<'a, str>> {
        self.all(name).last()
    }

    /// A number from 1; `None` for anything else.
    pub(in crate::web) fn number(self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten().filter(|n| *n > 0)
    }

    /// Whether the name is there at all.
    pub(in crate::web) fn has(self, name: &str) -> bool {
        self.all(name).next().is_some()
    }
}

/// The post that a request asks for.
#[derive(Clone, Debug)]
pub(in crate::web) enum Asked {
    /// It names none.
    Nothing,
    /// It names one that is not here.
    Missing,
    /// This one.
    Post(Arc<Post>),
}

/// The names of a post's number in WordPress's plain permalinks.
const ID_NAMES: [&str; 3] = ["p", "page_id", "attachment_id"];

impl Query<'_> {
    /// The post asked for, by its number or by its address.
    pub(in crate::web) async fn post(self, app: &App, here: &Here) -> Result<Asked> {
        let asked = self.post_by_number(app, here).await?;
        let (Asked::Nothing, Some(url)) = (&asked, self.text("url")) else { return Ok(asked) };
        let found = find_post::by_url(app, &here.site, &here.base, &page_address(&url)?).await?;
        Ok(found.map_or(Asked::Missing, Asked::Post))
    }

    /// The post asked for by its number. As in WordPress, `p=1/` is post 1, for clients put a slash behind
    /// addresses, and what begins with no number names no post.
    pub(in crate::web) async fn post_by_number(self, app: &App, here: &Here) -> Result<Asked> {
        let named = ID_NAMES
            .into_iter()
            .filter_map(|name| self.text(name))
            .map(|text| leading_number(&text))
            .find(|id| *id != 0);
        let Some(id) = named else { return Ok(Asked::Nothing) };
        Ok(find_post::by_id(app, here.site.id, PostId(id)).await?.map_or(Asked::Missing, Asked::Post))
    }
}

/// The number that a text begins with, as PHP reads one: `1/` is 1, and what begins with none is 0.
pub(in crate::web) fn leading_number(text: &str) -> i64 {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let sign = if text.starts_with('-') { "-" } else { "" };
    format!("{sign}{}", &digits[..end]).parse().unwrap_or(if end == 0 { 0 } else { i64::MAX })
}

/// What is said of a post that is not here.
pub(in crate::web) fn no_post() -> Error {
    Error::not_found("There is no such post here. `rejoinder post list` lists the posts.")
}

/// Reads the address of a page.
pub(in crate::web) fn page_address(text: &str) -> Result<Url> {
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
        for (text, number) in [
            ("7", 7),
            ("7/", 7),
            ("2x", 2),
            (" \t+3", 3),
            ("-5", -5),
            ("1.9e3", 1),
            ("0", 0),
            ("x7", 0),
            ("-", 0),
            ("", 0),
            ("99999999999999999999", i64::MAX),
        ] {
            assert_eq!(leading_number(text), number, "{text}");
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
