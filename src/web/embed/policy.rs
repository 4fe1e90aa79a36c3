//! What the section's own documents may load, where they may be framed, and where their forms may lead
//! (CSP 3; S-CSRF "Framing"). No inline script or style anywhere.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::error::{Error, Result};
use crate::web::site::Here;

/// The origins that a site's documents may know: the one they are served from, by whatever name it was
/// reached, the one that the server knows as its own, and the blog's.
struct Origins {
    base: String,
    blog: String,
}

impl Origins {
    fn of(here: &Here) -> Self {
        let base = Url::parse(&here.base).map_or_else(|_| String::new(), |u| u.origin().ascii_serialization());
        Self { base, blog: here.site.origin() }
    }
}

/// A page of its own, which nobody may frame.
pub(in crate::web) fn page(here: &Here) -> String {
    let Origins { base, blog } = Origins::of(here);
    format!(
        "default-src 'none'; script-src 'self' {base}; style-src 'self' {base}; img-src 'self' {base}; form-action 'self' {base} {blog}; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The page where people log in. Browsers hold the redirects after a form to its page's policy, so its forms may lead to
/// any provider; no script but ours can send one.
pub(in crate::web) fn log_in(here: &Here) -> String {
    let Origins { base, blog } = Origins::of(here);
    // A provider without TLS is one of a test, or of a private network.
    let anywhere = if base.starts_with("https:") { "https:" } else { "https: http:" };
    format!(
        "default-src 'none'; script-src 'self' {base}; style-src 'self' {base}; img-src 'self' {base}; \
         form-action 'self' {base} {blog} {anywhere}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The frame in the blog's pages: its script posts to this server, and the blog alone may frame it.
pub(super) fn frame(here: &Here) -> String {
    let Origins { base, blog } = Origins::of(here);
    format!(
        "default-src 'none'; script-src 'self' {base}; style-src 'self' {base}; img-src 'self' {base}; \
         connect-src 'self' {base}; form-action 'self' {base} {blog}; base-uri 'none'; frame-ancestors 'self' {base} {blog}"
    )
}

/// A page that embeds the section, as a blog would.
pub(super) fn host(here: &Here) -> String {
    let Origins { base, .. } = Origins::of(here);
    format!(
        "default-src 'none'; script-src {base}; style-src {base}; img-src {base}; connect-src {base}; frame-src {base}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// Header fields of an HTML document, with these for all and whatever is made for the site.
pub(super) fn document(fixed: &[(HeaderName, &'static str)], made: &[(HeaderName, String)]) -> Result<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(16);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    for (name, value) in fixed {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
    for (name, value) in made {
        let value = HeaderValue::from_str(value).map_err(|e| Error::internal(format!("the header {name}: {e}")))?;
        headers.insert(name.clone(), value);
    }
    Ok(headers)
}
