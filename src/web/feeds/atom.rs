//! A feed as Atom (RFC 4287, WP 7.1 §7.4), with what answers what (RFC 4685).

use std::io::Result;

use crate::model::date::rfc3339;
use crate::model::feed::{Entry, Feed};
use crate::web::xml::{Xml, cdata, document, element, empty, text};

/// The document.
pub(super) fn write(feed: &Feed) -> Result<Vec<u8>> {
    let language = feed.language.tag();
    let root = [
        ("xmlns", "http://www.w3.org/2005/Atom"),
        ("xml:lang", language.as_str()),
        ("xmlns:thr", "http://purl.org/syndication/thread/1.0"),
    ];
    // The words of the titles are ours.
    let of_titles: &[(&str, &str)] = if feed.language.is_english() { &[] } else { &[("xml:lang", "en")] };
    document("feed", &root, |xml| {
        text(xml, "title", &[&[("type", "text")], of_titles].concat(), &feed.title)?;
        text(xml, "subtitle", &[("type", "text")], &feed.description)?;
        text(xml, "updated", &[], &rfc3339(feed.changed_at))?;
        empty(xml, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", feed.link.as_str())])?;
        let itself = [("rel", "self"), ("type", "application/atom+xml"), ("href", feed.self_link.as_str())];
        empty(xml, "link", &itself)?;
        text(xml, "id", &[], &feed.self_link)?;
        text(xml, "generator", &[("version", env!("CARGO_PKG_VERSION"))], "Rejoinder")?;
        feed.entries.iter().try_for_each(|entry| write_entry(xml, entry, of_titles))
    })
}

fn write_entry(xml: &mut Xml, entry: &Entry, of_title: &[(&str, &str)]) -> Result<()> {
    element(xml, "entry", &[], |xml| {
        text(xml, "title", of_title, &entry.title)?;
        empty(xml, "link", &[("rel", "alternate"), ("href", entry.link.as_str()), ("type", "text/html")])?;
        element(xml, "author", &[], |xml| {
            text(xml, "name", &[], &entry.author)?;
            match &entry.author_url {
                Some(url) => text(xml, "uri", &[], url),
                None => Ok(()),
            }
        })?;
        text(xml, "id", &[], &entry.id)?;
        text(xml, "updated", &[], &rfc3339(entry.at))?;
        text(xml, "published", &[], &rfc3339(entry.at))?;
        cdata(xml, "content", &[("type", "html"), ("xml:base", &entry.link)], &entry.content)?;
        let (id, link) = (entry.in_reply_to.id.as_str(), entry.in_reply_to.link.as_str());
        empty(xml, "thr:in-reply-to", &[("ref", id), ("href", link), ("type", "text/html")])
    })
}
