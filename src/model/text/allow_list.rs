//! The one HTML sanitiser: what of a comment's HTML is stored (WP 7.1 §5.1 to §5.3). Called by the
//! intake for what arrives, and first thing by the display filters.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::characters::{is_control, turns_direction, without_controls};
use super::escape::{esc_text, is_slow_to_escape, unescape};
use super::lengths::STORED_CONTENT_BYTES_MAX;
use super::pieces::{Piece, attribute, pieces};
use super::tidy::{ELEMENTS, tidy};

/// URL schemes that WordPress lets through in `href` and `cite` (WP 7.1 §5.2).
pub(super) const SCHEMES: [&str; 22] = [
    "http", "https", "ftp", "ftps", "mailto", "news", "irc", "irc6", "ircs", "gopher", "nntp", "feed", "telnet", "mms",
    "rtsp", "sms", "svn", "tel", "fax", "xmpp", "webcal", "urn",
];

/// Characters of one text node that are slow to escape. More are put into another node.
pub(super) const NODE_SLOW_CHARS_MAX: usize = 64;

/// The stored form of a comment's HTML: allow-listed elements only, balanced, no control characters,
/// every `a` with its `rel`. A URL with another scheme, or a relative one (it would point into the page
/// that embeds us), loses its attribute. `home_host` is the host of the site's home URL, without port.
/// Saving what was saved changes nothing. A text whose stored form cannot be short enough
/// ([`STORED_CONTENT_BYTES_MAX`]) comes back without mark-up, still too long: the parser's time is saved.
pub fn save_content(raw: &str, home_host: &str) -> String {
    let raw = without_controls(raw);
    if !raw.contains(['<', '>', '&', '\u{A0}']) {
        return raw.into_owned(); // HTML reads and writes such text as it stands, so most comments need no parser.
    }
    let tidied = tidy(&raw);
    if escaped_bytes(&tidied) > STORED_CONTENT_BYTES_MAX {
        return esc_text(&raw);
    }
    let mut html = sanitise(&tidied);
    // A character reference can write what a bare byte may not.
    if html.contains(|c| is_control(c) || turns_direction(c)) {
        html = sanitise(&tidy(&without_controls(&html)));
    }
    with_rel(&html, home_host)
}

/// Bytes of a text's references to `&` and `<`: its stored form will have them too.
fn escaped_bytes(tidied: &str) -> usize {
    let of_text = |text: &str| ["&amp;", "&lt;"].map(|r| r.len() * text.matches(r).count()).iter().sum::<usize>();
    pieces(tidied).map(|piece| if let Piece::Text(text) = piece { of_text(text) } else { 0 }).sum()
}

fn sanitise(tidied: &str) -> String {
    static SANITISER: OnceLock<Builder<'static>> = OnceLock::new();
    SANITISER.get_or_init(builder).clean(&in_short_nodes(tidied)).to_string()
}

/// The HTML with its texts cut by comments, which the sanitiser takes out again. For each `&` and the like
/// html5ever's serialiser looks through the rest of the text node, so one of 65 kB would take 0.1 s.
pub(super) fn in_short_nodes(html: &str) -> Cow<'_, str> {
    if html.matches(is_slow_to_escape).nth(NODE_SLOW_CHARS_MAX).is_none() {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut in_node = 0;
    for piece in pieces(html) {
        let mut text = match piece {
            Piece::Text(text) => text,
            Piece::Tag(tag) => {
                in_node = 0;
                out.push_str(tag);
                continue;
            }
        };
        // No such character stands inside of a reference, so none is cut in two.
        while let Some((at, _)) = text.match_indices(is_slow_to_escape).nth(NODE_SLOW_CHARS_MAX - in_node) {
            out.push_str(&text[..at]);
            out.push_str("<!---->");
            text = &text[at..];
            in_node = 0;
        }
        in_node += text.matches(is_slow_to_escape).count();
        out.push_str(text);
    }
    Cow::Owned(out)
}

/// ammonia with WordPress's lists instead of its own.
pub(super) fn builder() -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.iter().map(|(name, _)| *name).collect())
        .tag_attributes(
            ELEMENTS
                .iter()
                .filter(|(_, attributes)| !attributes.is_empty())
                .map(|(name, attributes)| (*name, attributes.iter().copied().collect::<HashSet<_>>()))
                .collect::<HashMap<_, _>>(),
        )
        // `rel` depends on the site: see `with_rel`.
        .link_rel(None)
        .url_schemes(SCHEMES.into_iter().collect())
        .url_relative(UrlRelative::Deny)
        .attribute_filter(|_, attribute, value| match attribute {
            "href" => Some(with_lower_scheme(value)),
            // ammonia looks at the scheme of what a click opens only.
            "cite" => Some(with_lower_scheme(value)).filter(|url| has_known_scheme(url)),
            _ => Some(value.into()),
        });
    builder
}

/// The URL as WordPress writes it: without white space around it, its scheme in lower case.
fn with_lower_scheme(url: &str) -> Cow<'_, str> {
    let url = url.trim();
    match url.split_once(':') {
        Some((scheme, rest)) if scheme.bytes().any(|b| b.is_ascii_uppercase()) => {
            format!("{}:{rest}", scheme.to_ascii_lowercase()).into()
        }
        _ => url.into(),
    }
}

fn has_known_scheme(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| SCHEMES.contains(&url.scheme()))
}

/// `rel` for every `a` that has an attribute (WP 7.1 §5.3). Working on parsed and rewritten HTML, a line
/// break inside a tag cannot hide a link from it as it can from WordPress (§14 #25).
fn with_rel(html: &str, home_host: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Tag(tag) if tag.starts_with("<a ") => {
                let href = attribute(tag, "href").map(unescape);
                out.push_str(&tag[..tag.len() - 1]);
                out.push_str(" rel=\"");
                out.push_str(rel(href.as_deref().unwrap_or_default(), home_host));
                out.push_str("\">");
            }
            Piece::Tag(text) | Piece::Text(text) => out.push_str(text),
        }
    }
    out
}

/// The `rel` of a link in a comment: links to the site itself are not `nofollow` (WP 7.1 §5.3, §5.13
/// "Internal link").
pub fn rel(href: &str, home_host: &str) -> &'static str {
    if is_internal(href, home_host) { "ugc" } else { "nofollow ugc" }
}

/// Whether an absolute URL's host, without port, is the home's (WP 7.1 §5.13).
pub fn is_internal(href: &str, home_host: &str) -> bool {
    Url::parse(href).is_ok_and(|url| {
        SCHEMES.contains(&url.scheme()) && url.host_str().is_some_and(|host| host.eq_ignore_ascii_case(home_host))
    })
}
