//! Where a redirect leads. Only the URL is made here; whether it may be reached is asked anew.

use http::{HeaderValue, StatusCode};
use url::Url;

use super::error::BadRedirect;
use crate::net::admission::AdmittedUrl;

/// Whether a status sends a GET elsewhere (RFC 9110 §15.4; 300 and 304 do not).
pub(super) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The URL that `location` names, seen from `current`. From https only to https, except on the same
/// host, where a site may know no better.
pub(super) fn target(current: &AdmittedUrl, location: Option<&HeaderValue>) -> Result<Url, BadRedirect> {
    let location = location.ok_or(BadRedirect::NoLocation)?;
    let location = std::str::from_utf8(location.as_bytes()).map_err(|_| BadRedirect::Unparsable)?;
    let next = current.url().join(location.trim()).map_err(|_| BadRedirect::Unparsable)?;
    if current.is_https() && next.scheme() == "http" && next.host() != current.url().host() {
        return Err(BadRedirect::Downgrade);
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::admission::AdmissionRules;

    #[test]
    fn locations_resolve_against_the_hop_and_never_leave_https() {
        let table: &[(&str, &str, Result<&str, BadRedirect>)] = &[
            ("http://a.test/x/y", "/z", Ok("http://a.test/z")),
            ("http://a.test/x/y", "z", Ok("http://a.test/x/z")),
            ("http://a.test/x/y", "?q", Ok("http://a.test/x/y?q")),
            ("https://a.test/", "//b.test/", Ok("https://b.test/")),
            ("http://a.test/", "https://b.test/", Ok("https://b.test/")),
            ("https://a.test/", "http://a.test/", Ok("http://a.test/")),
            ("https://a.test/", "http://b.test/", Err(BadRedirect::Downgrade)),
            ("http://a.test/", "file:///etc/passwd", Ok("file:///etc/passwd")),
            ("http://a.test/", "http://", Err(BadRedirect::Unparsable)),
            ("http://a.test/", "http://[::1", Err(BadRedirect::Unparsable)),
            ("http://a.test/", "/é", Ok("http://a.test/%C3%A9")),
        ];
        for (current, location, expected) in table {
            let current = AdmissionRules::default().admit(current).expect(current);
            let value = HeaderValue::from_bytes(location.as_bytes()).expect(location);
            let found = target(&current, Some(&value)).map(String::from);
            assert_eq!(found, expected.clone().map(str::to_owned), "{location}");
        }
        let current = AdmissionRules::default().admit("http://a.test/").expect("admitted");
        assert_eq!(target(&current, None), Err(BadRedirect::NoLocation));
        let binary = HeaderValue::from_bytes(b"/\xff").expect("opaque bytes");
        assert_eq!(target(&current, Some(&binary)), Err(BadRedirect::Unparsable));
    }
}
