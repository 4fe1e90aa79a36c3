//! What the templates of the comment section are filled with: plain structs, made by the handlers of
//! this folder from rows of the store, turned into bytes here and nowhere else.
//!
//! Every `String` below is plain text and is escaped by the template; the store keeps names and URLs
//! escaped (WP 7.1 §5.1), so the handler decodes them once. Only [`SafeHtml`] goes out as it is, and
//! only a [`WebUrl`] becomes a link to a place that a stranger chose. A template that holds another
//! (a thread its items, an item its children) prints it in place, without a string between.
//!
//! Here are the pages and what they share; `thread` is what is read, `respond` what is written in.

mod respond;
mod thread;

pub use respond::{Boxes, CommentForm, Guest, LoggedIn, ReplyTo, Respond, Room};
pub use thread::{Entry, Item, Notice, ReplyLink, Thread, linkback_label, number};

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::model::ids::PostId;
use crate::model::text::escape::{esc_text, visible_text};
use crate::web::content_lang::ContentLang;

/// HTML that was filtered for display already, and is printed as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes what the display filters (`model::text`) made of a stored comment, and nothing else.
    pub fn filtered(html: String) -> Self {
        Self(html)
    }

    /// Its words alone.
    #[must_use]
    pub fn without_tags(&self) -> Self {
        Self(esc_text(&visible_text(&self.0)))
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for SafeHtml {}

/// How a trackback's sender finds the door: RDF in a comment of the page (TrackBack 1.2, WP 7.1 XML-RPC §4.5).
#[derive(Clone, Debug)]
pub struct TrackbackDoor {
    /// The door.
    pub ping: String,
    title: SafeHtml,
}

impl TrackbackDoor {
    /// The door of the post of this title.
    pub fn new(ping: String, title: &str) -> Self {
        // Two hyphens would end the comment for readers of XML.
        let title = esc_text(title).replace('"', "&quot;").replace("--", "&#x2d;&#x2d;");
        Self { ping, title: SafeHtml(title) }
    }
}

/// An absolute `http` or `https` URL: the only kind that may become a link (S-XSS, rule "URLs").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebUrl(String);

impl WebUrl {
    /// The URL as it was written, if it is of the web; `None` for any other scheme and for no URL.
    pub fn parse(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| Self(url.into()))
    }

    /// Its host, as it is known in the name system.
    pub fn host(&self) -> String {
        url::Url::parse(&self.0).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A colour scheme that the host page asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark text on a light page.
    Light,
    /// Light text on a dark page.
    Dark,
}

impl Scheme {
    /// Reads the query parameter `scheme`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    /// The value of the CSS property `color-scheme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The site as its pages show it.
#[derive(Clone, Debug, Default)]
pub struct SiteView {
    /// `B`: the site's base URL on this server, without a slash at its end. It holds no `&` and no
    /// quotes, so that the pingback link keeps the exact form that clients search for (PB-D6, PB-D7).
    pub base: String,
    /// The blog's title; may be empty.
    pub title: String,
    /// The blog's own address.
    pub url: String,
    /// The language of what is written on it.
    pub lang: ContentLang,
    /// Names the version of the scripts and styles, which may be kept for ever under it.
    pub assets: String,
}

/// The post as its thread shows it.
#[derive(Clone, Debug)]
pub struct PostView {
    /// Its number on the site.
    pub id: PostId,
    /// Where it stands on the blog.
    pub url: String,
    /// Its title; may be empty.
    pub title: String,
}

impl PostView {
    /// The title, or the URL of a post that has none: what a link to it says.
    pub fn title_or_url(&self) -> &str {
        if self.title.is_empty() { &self.url } else { &self.title }
    }
}

/// A moment, for machines and for readers without scripts; `embed.js` words it anew for the reader's
/// own language and zone.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// RFC 3339 with the site's offset.
    pub machine: String,
    /// Date and time in the site's formats, `November 22, 2026 at 6:02 pm`.
    pub words: String,
}

/// The document in the frame, `B/embed/form`.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/form.html")]
pub struct FormFrame {
    /// The site.
    pub site: SiteView,
    /// The one origin that the frame speaks with: one of the site's own, never just what was asked for.
    pub host_origin: String,
    /// Colour scheme of the host page, so that the first picture has it already.
    pub scheme: Option<Scheme>,
    /// Where a log-in leads from a window that has no way to the frame.
    pub logged_in: String,
    /// The form, or why there is none.
    pub respond: Respond,
}

/// The thread as a page of its own, `B/?p=ID`: works without scripts.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/page.html")]
pub struct ThreadPage {
    /// The site.
    pub site: SiteView,
    /// The thread, with the visitor's own held comments among it and the form below.
    pub thread: Thread,
    /// Whether search engines are asked to leave it alone: views of a reply or of a held comment
    /// (WP 7.1 §2.11).
    pub noindex: bool,
    /// Whether the post takes linkbacks, and so says where.
    pub pings_open: bool,
    /// Where trackbacks go, where they are taken.
    pub trackback: Option<TrackbackDoor>,
    /// Whether the post's feed is named: it takes responses, or has some (WP 7.1 §7.1).
    pub has_feed: bool,
}

/// The page of the demo site, `B/` on a fresh data folder.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/demo.html")]
pub struct DemoPage {
    /// The demo site.
    pub site: SiteView,
    /// The demo post, which this page is.
    pub post: PostView,
    /// Address of the moderators' desk.
    pub desk: String,
    /// Whether the post takes linkbacks, and so says where.
    pub pings_open: bool,
}

/// The page at `B/` itself.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/front.html")]
pub struct FrontPage {
    /// The site.
    pub site: SiteView,
    /// Address of the moderators' desk.
    pub desk: String,
}

#[cfg(test)]
mod tests;
