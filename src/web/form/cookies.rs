//! The commenter cookies: what a guest allowed the browser to remember (WP 7.1 §2.10). Set by the form's
//! answers, read by our own pages to fill the form in. They prove nothing, so they open nothing: a held
//! comment is seen by the link of `preview` only (register §14 #9).

use http::{HeaderMap, header};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::model::comment::Comment;
use crate::model::text::escape;
use crate::secret::hex;
use crate::web::site::Here;

/// How long they live (WP 7.1 §2.10).
pub(super) const AGE_SECONDS: i64 = 31_536_000;
/// Bytes of a field that are read; the longest the form takes has 245 characters.
const FIELD_BYTES_MAX: usize = 1_024;

/// What the browser remembers of a guest, as plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commenter {
    /// Name.
    pub author: String,
    /// E-mail address.
    pub email: String,
    /// Website.
    pub url: String,
}

/// The cookies of an answer: kept with consent, else, and where a field is empty, deleted.
pub(super) fn set(here: &Here, comment: &Comment, consent: bool) -> Vec<String> {
    let base = Url::parse(&here.base).ok();
    let path = base.as_ref().map_or("/", |u| u.path()).trim_end_matches('/').to_owned() + "/";
    let secure = if base.as_ref().is_some_and(|u| u.scheme() == "https") { "; Secure" } else { "" };
    let suffix = suffix(here);
    [
        ("comment_author", &comment.author_name),
        ("comment_author_email", &comment.author_email),
        ("comment_author_url", &comment.author_url),
    ]
    .into_iter()
    .map(|(name, value)| {
        // An empty field forgets what an earlier comment left, as PHP's own cookies do.
        let is_kept = consent && !value.is_empty();
        let (value, age) = if is_kept { (encoded(value), AGE_SECONDS) } else { ("%20".into(), 0) };
        format!("{name}_{suffix}={value}; Max-Age={age}; Path={path}; SameSite=Lax{secure}")
    })
    .collect()
}

/// Who the browser remembers; `None` when it remembers nobody.
pub fn read(here: &Here, headers: &HeaderMap) -> Option<Commenter> {
    let cookies: Vec<&str> = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).collect();
    if cookies.is_empty() {
        return None;
    }
    let suffix = suffix(here);
    let field = |name: &str| {
        let pairs = cookies.iter().flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let name = format!("{name}_{suffix}");
        let value = pairs.filter(|(n, _)| *n == name).map(|(_, value)| value).next()?;
        let text = percent_decode_str(value).decode_utf8().ok()?.trim().to_owned();
        (text.len() <= FIELD_BYTES_MAX && !text.contains(char::is_control)).then_some(text)
    };
    let commenter = Commenter {
        author: field("comment_author").unwrap_or_default(),
        email: field("comment_author_email").unwrap_or_default(),
        url: field("comment_author_url").unwrap_or_default(),
    };
    let is_known = !commenter.author.is_empty() || !commenter.email.is_empty() || !commenter.url.is_empty();
    is_known.then_some(commenter)
}

/// WordPress's COOKIEHASH has 32 hexadecimal characters of the site's address; so has ours.
pub(super) fn suffix(here: &Here) -> String {
    hex(&Sha256::digest(here.base.as_bytes())[..16])
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(&escape::unescape(value), NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn here() -> Here {
        Here::of_a_test("https://comments.example")
    }

    fn headers(author: &str) -> HeaderMap {
        let cookie = format!("a=b; comment_author_{}={author}", suffix(&here()));
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&cookie).unwrap())])
    }

    #[test]
    fn a_remembered_guest_is_read_and_a_forgotten_one_is_nobody() {
        let author = |value: &str| read(&here(), &headers(value)).map(|c| c.author);
        assert_eq!(author("Ren%C3%A9%20%26%20Co").as_deref(), Some("René & Co"));
        for nobody in ["%20", "", "%FF", "a%0Ab", &"x".repeat(FIELD_BYTES_MAX + 1)] {
            assert_eq!(author(nobody), None, "{nobody}");
        }
        assert_eq!(author(&"x".repeat(FIELD_BYTES_MAX)).unwrap().len(), FIELD_BYTES_MAX);
        assert_eq!(read(&here(), &HeaderMap::new()), None);
    }

    #[test]
    fn cookies_of_another_site_are_not_read() {
        let other = Here { base: "https://comments.example/sites/other".into(), ..here() };
        assert_eq!(read(&other, &headers("Ada")), None);
    }
}
