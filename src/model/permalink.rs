//! One post, many spellings of its URL: the key by which they are known to be the same, the post's
//! number where the URL carries one, and whether a URL is on a blog at all. Called by everything that
//! finds a post by its address (embed, feeds, pingback targets) and by what adds posts.

use url::Url;

use crate::model::ids::CommentId;

/// Query parameters that say how the reader came, never which page: those of campaigns and click
/// counters, and the four that WordPress adds to a post's own URL (WP 7.1 §2.9, §6.4, §6.7).
/// A name that ends in `*` is a prefix. Compared without regard to case.
const IGNORED_PARAMETERS: &[&str] = &[
    "utm_*",
    "mtm_*",
    "pk_*",
    "fbclid",
    "gclid",
    "gclsrc",
    "gbraid",
    "wbraid",
    "dclid",
    "msclkid",
    "yclid",
    "ttclid",
    "twclid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "igshid",
    "igsh",
    "ref_src",
    "_ga",
    "_gl",
    "wt_mc",
    "replytocom",
    "cpage",
    "unapproved",
    "moderation-hash",
];

/// The query keys under which WordPress puts a post's number (XML-RPC spec §2.6.1, step 2).
const ID_PARAMETERS: &[&str] = &["p", "page_id", "attachment_id"];

/// What the last segment of a post's comment pages begins with (WP 7.1 §6.4).
const COMMENT_PAGE: &str = "comment-page-";

/// The key of the page that `url` means: equal for all spellings of one post, and itself a spelling,
/// that is `https://` before a key has the same key.
///
/// Dropped are the scheme, user and password, leading `www.`, the ports 80 and 443, trailing slashes,
/// a `/comment-page-N`, the fragment and [`IGNORED_PARAMETERS`]; percent-encoding is normalised
/// (RFC 3986 §6.2.2). What is left of the query stays in its order. A URL without a host is its own key.
pub fn key(url: &Url) -> String {
    let Some(host) = url.host_str() else { return url.as_str().to_owned() };
    let mut key = String::with_capacity(url.as_str().len());
    key.push_str(bare_host(host));
    key.make_ascii_lowercase();
    if let Some(port) = explicit_port(url) {
        key.push(':');
        key.push_str(&port.to_string());
    }
    let path_start = key.len();
    push_normalised(&mut key, url.path());
    cut_comment_page(&mut key, path_start);
    if let Some(query) = url.query() {
        push_query(&mut key, query);
    }
    key
}

/// The post's number when the query carries one, as WordPress's plain permalinks do (`?p=12`).
pub fn post_id_in_query(url: &Url) -> Option<i64> {
    url.query_pairs().find_map(|(name, value)| {
        let is_number = ID_PARAMETERS.contains(&name.as_ref()) && value.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| value.parse().ok()).flatten().filter(|id| *id > 0)
    })
}

/// The public link of a comment under the post at this address. It names no page of comments, as the post's own
/// page may show them all.
pub fn of_comment(post_url: &str, comment: CommentId) -> String {
    format!("{post_url}#comment-{comment}")
}

/// Whether `url` is on the blog whose front page is `home`: same host but for `www.`, same port but for
/// 80 and 443, which are one, and a path at or under home's.
pub fn is_on(home: &Url, url: &Url) -> bool {
    let (Some(home_host), Some(host)) = (home.host_str(), url.host_str()) else { return false };
    if !matches!(url.scheme(), "http" | "https")
        || !bare_host(home_host).eq_ignore_ascii_case(bare_host(host))
        || explicit_port(home) != explicit_port(url)
    {
        return false;
    }
    let under = home.path().trim_end_matches('/');
    if under.is_empty() {
        return true;
    }
    let path = normalised(url.path());
    path.strip_prefix(normalised(under).as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The host without its `www.`, however often, so that a key is its own key.
fn bare_host(host: &str) -> &str {
    match host.trim_start_matches("www.") {
        "" => host,
        bare => bare,
    }
}

/// The port that tells two sites apart. 80 and 443 do not: a key has no scheme, so neither is "default".
fn explicit_port(url: &Url) -> Option<u16> {
    url.port().filter(|port| !matches!(port, 80 | 443))
}

fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_normalised(&mut out, text);
    out
}

/// Percent-encoding in its one form: unreserved characters plain, reserved ones as they came, all others
/// encoded with capital digits. A `%` that begins no escape is an encoded `%`.
fn push_normalised(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%').then(|| escaped_byte(bytes.get(at + 1..at + 3))).flatten();
        match escaped {
            Some(plain) if is_unreserved(plain) => out.push(char::from(plain)),
            Some(other) => push_escape(out, other),
            None if is_unreserved(byte) || is_reserved(byte) => out.push(char::from(byte)),
            None => push_escape(out, byte),
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
}

fn escaped_byte(digits: Option<&[u8]>) -> Option<u8> {
    let &[high, low] = digits? else { return None };
    let (high, low) = (char::from(high).to_digit(16)?, char::from(low).to_digit(16)?);
    u8::try_from(high * 16 + low).ok()
}

fn push_escape(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 15)]));
}

/// RFC 3986 §2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// RFC 3986 §2.2.
fn is_reserved(byte: u8) -> bool {
    b":/?#[]@!$&'()*+,;=".contains(&byte)
}

/// Cuts trailing slashes and comment pages off the path that begins at `path_start`.
fn cut_comment_page(key: &mut String, path_start: usize) {
    loop {
        let path = key[path_start..].trim_end_matches('/');
        let length = path_start + path.len();
        key.truncate(length);
        let Some(slash) = key[path_start..].rfind('/') else { return };
        let number = key[path_start + slash + 1..].strip_prefix(COMMENT_PAGE);
        if !number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
            return;
        }
        key.truncate(path_start + slash);
    }
}

/// Appends the parameters that are kept, `?` before the first. Each is judged after it is normalised,
/// so that no spelling of its name escapes.
fn push_query(key: &mut String, query: &str) {
    let mut separator = '?';
    for parameter in query.split('&').filter(|p| !p.is_empty()) {
        let before = key.len();
        key.push(separator);
        let start = key.len();
        push_normalised(key, parameter);
        let name = key[start..].split('=').next().unwrap_or_default();
        if is_ignored(name) {
            key.truncate(before);
        } else {
            separator = '&';
        }
    }
}

fn is_ignored(name: &str) -> bool {
    IGNORED_PARAMETERS.iter().any(|ignored| match ignored.strip_suffix('*') {
        Some(prefix) => name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)),
        None => name.eq_ignore_ascii_case(ignored),
    })
}

#[cfg(test)]
mod tests;
