//! How a page advertises its pingback server (Pingback 1.0 §2): by header, by the one strict pattern that
//! all clients agree on, or in a form that only tolerant clients read.

use http::HeaderMap;
use url::Url;

use super::Page;

/// Most endpoints of each kind that are reported.
pub(super) const ENDPOINTS_MAX: usize = 8;

/// What a page's markup says, as written.
#[derive(Clone, Debug, Default)]
pub(super) struct PingbackLinks {
    /// Matches of the pattern of Pingback 1.0 §2.2, its four entities expanded.
    pub(super) strict: Vec<String>,
    /// `link` elements with `pingback` among their relations, as a parser reads them.
    pub(super) tolerant: Vec<String>,
}

/// Which way of advertising was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// The `X-Pingback` header; wins over the rest (PB-D4, PB-D8).
    Header,
    /// The exact pattern (PB-D6, PB-D9), anywhere in the text, comments included.
    StrictLink,
    /// A `link` element that a parser finds and the pattern does not: not all clients will.
    TolerantLink,
}

/// One advertisement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PingbackEndpoint {
    /// How it was found.
    pub found_by: FoundBy,
    /// As written, entities expanded. Must be absolute (PB-D2).
    pub value: String,
    /// Where it points, resolved against the page.
    pub url: Option<Url>,
}

/// All advertisements of a page, the one that a client uses first. More than one of a kind breaks PB-D3.
pub fn pingback_endpoints(headers: &HeaderMap, page: &Page) -> Vec<PingbackEndpoint> {
    let of_header = headers
        .get_all("x-pingback")
        .into_iter()
        .take(ENDPOINTS_MAX)
        .map(|value| (FoundBy::Header, String::from_utf8_lossy(value.as_bytes()).trim().to_owned()));
    let of_pattern = page.pingback.strict.iter().map(|value| (FoundBy::StrictLink, value.clone()));
    let of_parser = page
        .pingback
        .tolerant
        .iter()
        .filter(|value| !page.pingback.strict.contains(value))
        .map(|value| (FoundBy::TolerantLink, value.clone()));
    of_header
        .chain(of_pattern)
        .chain(of_parser)
        .map(|(found_by, value)| PingbackEndpoint { found_by, url: page.base().join(&value).ok(), value })
        .collect()
}

/// Matches of `<link rel="pingback" href="([^"]+)" ?/?>` (PB-D9), entities expanded.
pub(super) fn strict_links(text: &str) -> Vec<String> {
    text.split("<link rel=\"pingback\" href=\"").skip(1).filter_map(strict_value).take(ENDPOINTS_MAX).collect()
}

fn strict_value(after: &str) -> Option<String> {
    let (value, rest) = after.split_once('"')?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    if value.is_empty() || !rest.starts_with('>') {
        return None;
    }
    // PB-D10: exactly these four, the ampersand last so that nothing is expanded twice.
    Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::FoundBy::{Header, StrictLink, TolerantLink};
    use super::*;

    fn found(headers: &[&'static str], html: &str) -> Vec<(FoundBy, String)> {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append("x-pingback", HeaderValue::from_static(value));
        }
        let url = Url::parse("http://blog.test/post/").expect("a URL");
        let page = Page::parse(html.as_bytes(), Some("text/html"), &url);
        let endpoints = pingback_endpoints(&map, &page);
        endpoints.into_iter().map(|e| (e.found_by, e.url.map(String::from).unwrap_or_default())).collect()
    }

    #[test]
    fn headers_come_first_then_the_pattern_then_what_a_parser_finds() {
        let e = "http://blog.test/rpc";
        let table: &[(&str, &[(FoundBy, &str)])] = &[
            (r#"<link rel="pingback" href="http://blog.test/rpc">"#, &[(StrictLink, e)]),
            (r#"<link rel="pingback" href="http://blog.test/rpc" />"#, &[(StrictLink, e)]),
            (r#"<link rel="pingback" href="http://blog.test/rpc"/>"#, &[(StrictLink, e)]),
            (r#"<!-- <link rel="pingback" href="http://blog.test/rpc"> -->"#, &[(StrictLink, e)]),
            (
                r#"<link rel="pingback" href="http://blog.test/rpc?a=1&amp;b=&quot;">"#,
                &[(StrictLink, "http://blog.test/rpc?a=1&b=%22")],
            ),
            (r"<link rel='pingback' href='http://blog.test/rpc'>", &[(TolerantLink, e)]),
            (r#"<link href="http://blog.test/rpc" rel="pingback">"#, &[(TolerantLink, e)]),
            (r"<LINK REL=PINGBACK HREF=/rpc>", &[(TolerantLink, e)]),
            (r#"<link rel="pingback foo" href="/rpc">"#, &[(TolerantLink, e)]),
            (r#"<a rel="pingback" href="http://blog.test/rpc">"#, &[]),
            (r#"<link rel="pingback" href="">"#, &[(TolerantLink, "http://blog.test/post/")]),
            (r#"rel="pingback" then href="http://blog.test/rpc""#, &[]),
        ];
        for (html, expected) in table {
            let expected: Vec<_> = expected.iter().map(|(by, url)| (*by, (*url).to_owned())).collect();
            assert_eq!(found(&[], html), expected, "{html}");
        }
        let both = found(&["http://a.test/rpc", "http://b.test/rpc"], r"<link rel=pingback href=/rpc>");
        let by: Vec<_> = both.iter().map(|(by, _)| *by).collect();
        assert_eq!(by, [Header, Header, TolerantLink]);
    }
}
