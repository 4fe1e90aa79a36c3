//! WordPress's cleaning of URLs (WP 7.1 §5.13 "URL cleaner"). The intake calls [`author_url`] for the URL of
//! a comment's author (§5.1), and the filter that makes links of addresses calls [`cleaned`].

use super::characters::is_control;
use super::escape::{esc_ampersands, strip_tags};

/// Schemes of which WordPress stores an author's URL; only http and https are ever shown.
const SCHEMES: [&str; 6] = ["http", "https", "ftp", "ftps", "mailto", "feed"];

/// The stored form: cleaned, with `&amp;` for `&`, and empty if the scheme is not one of the allowed.
/// Cleaning what was cleaned changes nothing.
pub fn author_url(raw: &str) -> String {
    cleaned(strip_tags(raw).trim(), &SCHEMES).map_or_else(String::new, |url| esc_ampersands(&url))
}

/// A URL without the characters that no URL has and with `&` for `&amp;`; none if it has another scheme than
/// `schemes`.
pub(super) fn cleaned(plain: &str, schemes: &[&str]) -> Option<String> {
    let mut url: String = plain.replace(' ', "%20").chars().filter(|&c| is_kept(c)).collect();
    url = simplified(&url, !starts_with_scheme(&url, "mailto"));
    url = url.replace(";//", "://");
    if url.is_empty() {
        return None;
    }
    if !url.contains(':') && !url.starts_with(['/', '#', '?']) && !is_script_name(&url) {
        url.insert_str(0, "http://");
    }
    with_known_scheme(&url, schemes).map(|url| with_brackets_encoded(&url))
}

fn is_kept(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || "-~+_.?#=!&;,/:%@$|*'()[]".contains(c)
        || (!c.is_ascii() && !c.is_whitespace() && !is_control(c) && !super::characters::turns_direction(c))
}

/// Writes `&` for `&amp;` and deletes encoded line ends, which split headers, until there is none, not even
/// one that a deletion made.
fn simplified(url: &str, deletes_line_ends: bool) -> String {
    let mut out = String::with_capacity(url.len());
    let ends_with = |out: &str, end: &str| {
        out.len() >= end.len() && out.as_bytes()[out.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
    };
    for c in url.chars() {
        out.push(c);
        loop {
            if deletes_line_ends && (ends_with(&out, "%0d") || ends_with(&out, "%0a")) {
                out.truncate(out.len() - "%0d".len());
            } else if out.ends_with("&amp;") {
                out.truncate(out.len() - "amp;".len());
            } else {
                break;
            }
        }
    }
    out
}

fn starts_with_scheme(url: &str, scheme: &str) -> bool {
    url.split_once(':').is_some_and(|(before, _)| before.eq_ignore_ascii_case(scheme))
}

/// `name.php…` is a page beside this one, not a host.
fn is_script_name(url: &str) -> bool {
    url.split_once(".php")
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
}

/// The URL with its scheme in lower case; none if it has one that is not allowed. What stands before a
/// `:` is a scheme unless a path, query or fragment has begun.
fn with_known_scheme(url: &str, schemes: &[&str]) -> Option<String> {
    let Some((scheme, rest)) = url.split_once(':').filter(|(before, _)| !before.contains(['/', '?', '#'])) else {
        return Some(url.to_owned());
    };
    let scheme = scheme.to_ascii_lowercase();
    schemes.contains(&scheme.as_str()).then(|| format!("{scheme}:{rest}"))
}

/// Brackets mean something in a host only.
fn with_brackets_encoded(url: &str) -> String {
    let host = url.find("//").map_or(0, |at| at + 2);
    let path = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| at + host);
    let path = if host == 0 { 0 } else { path };
    format!("{}{}", &url[..path], url[path..].replace('[', "%5B").replace(']', "%5D"))
}
