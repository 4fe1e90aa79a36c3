//! The server that a visitor names. A stranger's text becomes a request of ours, so every address passes the rules of the
//! fetcher (ID-11). Called by what asks an instance, a site or a WordPress.

use url::{Host, Url};

use crate::net::identity::Caller;

/// Bytes of what a visitor types.
const TYPED_BYTES_MAX: usize = 300;
/// What a visitor is told whose text names no server.
pub(super) const NOT_A_SERVER: &str = "this is not the address of a public server";

/// An instance as people type it: its name, its address, or a handle on it.
pub(super) fn instance(caller: &Caller, typed: &str) -> Option<Url> {
    let typed = typed.trim();
    let (scheme, rest) = typed.split_once("://").map_or(("", typed), |(scheme, rest)| (scheme, rest));
    let name = rest.split('/').next().and_then(|handle| handle.rsplit('@').next()).unwrap_or_default();
    let named = if scheme.is_empty() { name.to_owned() } else { format!("{scheme}://{name}") };
    site(caller, &named).and_then(|url| url.join("/").ok())
}

/// A site's address as people type it (IndieAuth §3.2, §3.4): without a port or an address in numbers, unless it is
/// in a network that the operator opened.
pub(super) fn site(caller: &Caller, typed: &str) -> Option<Url> {
    let typed = typed.trim();
    if typed.is_empty() || typed.len() > TYPED_BYTES_MAX {
        return None;
    }
    let has_scheme = typed.contains("://");
    let texts =
        if has_scheme { vec![typed.to_owned()] } else { vec![format!("https://{typed}"), format!("http://{typed}")] };
    let is_dotted = typed.split(['/', '\\']).any(|segment| matches!(segment, "." | ".."));
    let is_fine = |url: &Url| {
        let Ok(admitted) = caller.fetcher.admit(url.as_str()) else { return false };
        let is_plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none() && !is_dotted;
        let is_public = url.scheme() == "https" && url.port().is_none() && matches!(url.host(), Some(Host::Domain(_)));
        is_plain && (is_public && !admitted.is_of_the_house() || admitted.is_of_the_house() && !admitted.is_https())
    };
    texts.iter().filter_map(|text| Url::parse(text).ok()).find(is_fine)
}
