//! Stored things as a person reads them: dates, addresses, names and text, safe to stand in a page.

use crate::model::date;
use crate::model::text::escape;
use crate::model::time::Timestamp;

/// Characters of an address that are shown (WP 7.1 §10.2).
const URL_CHARS_SHOWN: usize = 50;

/// A time for people and for machines.
pub(super) struct When {
    /// `2026/08/14 at 3:04 pm`, in the site's time zone.
    pub(super) text: String,
    /// RFC 3339.
    pub(super) machine: String,
}

/// A time in a zone of the IANA database; in UTC when the zone is not known.
pub(super) fn when(at: Timestamp, zone: &str) -> When {
    When { text: date::display(at, "Y/m/d \\a\\t g:i a", zone), machine: date::machine(at, zone) }
}

/// A stored name or address as plain text: they are kept with `&`, `<`, `>` and quotes escaped. Templates
/// escape again what comes out of here, so that a row that never was escaped does no harm either.
pub(super) fn plain(stored: &str) -> String {
    escape::unescape(stored).into_owned()
}

/// An address that may stand in a link, and how it is shown.
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
}

/// A stored address as a link; `None` when a browser must not follow it.
pub(super) fn link(stored: &str) -> Option<Link> {
    let href = plain(stored);
    let url = url::Url::parse(&href).ok().filter(|u| matches!(u.scheme(), "http" | "https"))?;
    let shown = url.as_str().trim_start_matches("https://").trim_start_matches("http://");
    let shown = shown.trim_start_matches("www.").trim_end_matches('/');
    let text = if shown.chars().count() > URL_CHARS_SHOWN {
        shown.chars().take(URL_CHARS_SHOWN - 1).chain(['…']).collect()
    } else {
        shown.to_owned()
    };
    Some(Link { href: url.into(), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_the_sites_zone() {
        let at = Timestamp(1_786_720_000_000);
        for (zone, text) in [
            ("UTC", "2026/08/14 at 3:06 pm"),
            ("Europe/Berlin", "2026/08/14 at 5:06 pm"),
            ("Nowhere/Land", "2026/08/14 at 3:06 pm"),
        ] {
            assert_eq!(when(at, zone).text, text, "{zone}");
        }
        assert_eq!(when(at, "Asia/Tokyo").machine, "2026-08-15T00:06:40+09:00");
    }

    #[test]
    fn a_name_survives_its_escaping_once() {
        assert_eq!(plain("Tom &amp; Jerry&#039;s &lt;b&gt;"), "Tom & Jerry's <b>");
        assert_eq!(plain("&amp;lt;"), "&lt;");
    }

    #[test]
    fn only_web_addresses_become_links() {
        let shown = |stored| link(stored).map(|l| (l.href, l.text));
        assert_eq!(
            shown("https://www.blog.example/?a=1&amp;b=2"),
            Some(("https://www.blog.example/?a=1&b=2".into(), "blog.example/?a=1&b=2".into()))
        );
        for bad in ["", "javascript:alert(1)", "data:text/html,x", "//evil.example", "nonsense"] {
            assert!(link(bad).is_none(), "{bad}");
        }
        let long = format!("https://blog.example/{}", "x".repeat(80));
        assert_eq!(link(&long).unwrap().text.chars().count(), URL_CHARS_SHOWN);
    }
}
