//! The text filters, on any text: what is saved, what is shown, and the fields beside it.

#![no_main]

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use libfuzzer_sys::fuzz_target;
use rejoinder::model::text::excerpt::excerpt;
use rejoinder::model::text::fold::fold;
use rejoinder::model::text::{DISPLAY, DisplayContext, display_content, names, save_content, url_clean};

const SITE: DisplayContext<'_> = DisplayContext { home_host: "blog.example", use_smilies: true };

/// All that may stand in what readers see.
const ELEMENTS: [&str; 16] = [
    "a", "abbr", "acronym", "b", "blockquote", "br", "cite", "code", "del", "em", "i", "p", "q", "s", "strike", "strong",
];
const ATTRIBUTES: [&str; 5] = ["cite", "datetime", "href", "rel", "title"];
const SCHEMES: [&str; 22] = [
    "http", "https", "ftp", "ftps", "mailto", "news", "irc", "irc6", "ircs", "gopher", "nntp", "feed", "telnet", "mms",
    "rtsp", "sms", "svn", "tel", "fax", "xmpp", "webcal", "urn",
];

/// An HTML parser that lets through what may be shown, and writes what it read.
static READER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut reader = Builder::empty();
    reader
        .tags(HashSet::from(ELEMENTS))
        .generic_attributes(HashSet::from(ATTRIBUTES))
        .link_rel(None)
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny);
    reader
});

fuzz_target!(|raw: &str| {
    let saved = save_content(raw, SITE.home_host);
    assert_eq!(save_content(&saved, SITE.home_host), saved, "saving twice is saving once");

    let mut html = saved;
    for filter in DISPLAY {
        html = (filter.apply)(&html, SITE);
        let read = READER.clean(&html).to_string();
        assert_eq!(read, html.replace("<br />", "<br>"), "a browser reads it as it is written, after {}", filter.name);
    }
    assert_eq!(display_content(raw, SITE), html, "a row that nobody filtered is filtered when it is shown");

    for filter in DISPLAY {
        let _no_panic = (filter.apply)(raw, SITE);
    }
    for clean in [names::author, names::email, names::agent, names::ip, url_clean::author_url, fold] {
        let once = clean(raw);
        assert_eq!(clean(&once), once, "cleaning twice is cleaning once");
    }
    let _no_panic = excerpt(raw);
});
