//! What a page links to by a relation: by its header (RFC 8288), then by `link` and `a` elements.

use http::{HeaderMap, header};
use scraper::Selector;
use url::Url;

use super::{charset, parse};
use crate::net::fetcher::Fetched;

/// Most links of a header that are looked at.
const LINKS_MAX: usize = 64;

/// The first address of this relation, the header's before the page's.
pub fn first_of_rel(fetched: &Fetched, rel: &str) -> Option<Url> {
    let by_header = of_header(&fetched.headers, rel).and_then(|address| fetched.url.join(&address).ok());
    by_header.or_else(|| of_page(fetched, rel))
}

fn of_header(headers: &HeaderMap, rel: &str) -> Option<String> {
    let fields = headers.get_all(header::LINK).into_iter().filter_map(|value| value.to_str().ok());
    // A comma inside an address would stand between angle brackets.
    let links = fields.flat_map(|field| field.split(',').map(str::trim)).take(LINKS_MAX);
    links
        .filter_map(|link| link.strip_prefix('<')?.split_once('>'))
        .find(|(_, parameters)| has_rel(parameters, rel))
        .map(|(address, _)| address.trim().to_owned())
}

fn has_rel(parameters: &str, rel: &str) -> bool {
    parameters.split(';').filter_map(|parameter| parameter.trim().split_once('=')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("rel")
            && value.trim().trim_matches('"').split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(rel))
    })
}

fn of_page(fetched: &Fetched, rel: &str) -> Option<Url> {
    let (html, _is_cut) = parse::parse(&charset::decode(&fetched.body, fetched.content_type.as_deref()));
    let selector = Selector::parse("link[rel][href], a[rel][href]").ok()?;
    let element = html.select(&selector).find(|element| {
        element.attr("rel").unwrap_or_default().split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(rel))
    })?;
    fetched.url.join(element.attr("href")?).ok()
}
