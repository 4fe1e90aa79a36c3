//! A feed as RSS 2.0 (WP 7.1 §7.3).

use std::io::Result;

use crate::model::date::rfc2822;
use crate::model::feed::{Entry, Feed};
use crate::web::xml::{Xml, cdata, document, element, empty, text};

/// The modules that WordPress's feeds use.
const NAMESPACES: [(&str, &str); 5] = [
    ("version", "2.0"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:sy", "http://purl.org/rss/1.0/modules/syndication/"),
];

/// The document.
pub(super) fn write(feed: &Feed) -> Result<Vec<u8>> {
    document("rss", &NAMESPACES, |xml| {
        element(xml, "channel", &[], |xml| {
            text(xml, "title", &[], &feed.title)?;
            let itself = [("href", feed.self_link.as_str()), ("rel", "self"), ("type", "application/rss+xml")];
            empty(xml, "atom:link", &itself)?;
            text(xml, "link", &[], &feed.link)?;
            text(xml, "description", &[], &feed.description)?;
            text(xml, "lastBuildDate", &[], &rfc2822(feed.changed_at))?;
            if !feed.language.is_english() {
                text(xml, "language", &[], &feed.language.tag())?;
            }
            text(xml, "sy:updatePeriod", &[], "hourly")?;
            text(xml, "sy:updateFrequency", &[], "1")?;
            text(xml, "generator", &[], concat!("Rejoinder/", env!("CARGO_PKG_VERSION")))?;
            feed.entries.iter().try_for_each(|entry| item(xml, entry))
        })
    })
}

fn item(xml: &mut Xml, entry: &Entry) -> Result<()> {
    element(xml, "item", &[], |xml| {
        text(xml, "title", &[], &entry.title)?;
        text(xml, "link", &[], &entry.link)?;
        cdata(xml, "dc:creator", &[], &entry.author)?;
        text(xml, "pubDate", &[], &rfc2822(entry.at))?;
        text(xml, "guid", &[("isPermaLink", "false")], &entry.id)?;
        cdata(xml, "description", &[], &entry.summary)?;
        cdata(xml, "content:encoded", &[], &entry.content)
    })
}
