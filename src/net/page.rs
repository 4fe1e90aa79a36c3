//! What is read from a fetched page, and from exactly the bytes that were fetched: its title, its links,
//! the mention of a target with the words around it (WP pingbacks §2.9 to §2.11), and how it advertises
//! a pingback server. Reading takes processor time and memory, so servers use [`read_apart`]; the result
//! is plain data. Called by `actions` that verify linkbacks, and by commands that check a blog.
//!
//! The outside is WordPress's, the inside a real HTML parser (§9, "harden"). What comes out as in
//! WordPress: the excerpt's words, the loss of a paragraph's first and last word when the link stands
//! between them, the whole paragraph when there is no blank on one side, the cut of long link texts.
//! Deliberately different from the measured vectors of §2.9 to §2.11:
//!
//! - lengths count characters, not bytes: nothing is cut inside a character (Q11), and an uncut
//!   paragraph is still bounded, by [`UNCUT_CHARS_MAX`] either side (Q10);
//! - every HTML block separates paragraphs, `div` included, and `br` is a blank (Q12, Q13);
//! - blanks are collapsed across tags, as a browser shows them;
//! - entities are decoded, so `&copy;` comes out as `©`; backslashes stay; a link text is cut with `…`
//!   itself rather than with its entity;
//! - upper-case tags, image-only links (their `alt` is the text), relative links, links with `>` in
//!   their text and links around blocks are found (Q6, Q8);
//! - a target in another attribute than `href`, or as the beginning of a longer URL, is no link;
//! - a title may have attributes, and may hold `<` or be `0` (Q7); without one, `og:title` and the first
//!   `h1` stand in.

mod charset;
mod excerpt;
mod extract;
mod parse;
mod pingback;
mod rels;
#[cfg(test)]
mod tests;

use std::ops::Range;

use tokio::sync::Semaphore;
use url::Url;

use crate::error::{Error, Result};

pub use excerpt::{CONTEXT_CHARS_MAX, LINK_TEXT_CHARS_MAX, Mention, UNCUT_CHARS_MAX, excerpt_content};
pub use parse::{DEPTH_MAX, NODES_MAX, TAG_BLANKS_MAX};
pub use pingback::{FoundBy, PingbackEndpoint, pingback_endpoints};
pub use rels::first_of_rel;

/// Most links that are read from a page; later ones do not count.
pub const LINKS_MAX: usize = 10_000;
/// Longest title kept, in characters.
pub const TITLE_CHARS_MAX: usize = 500;

/// Pages that are read at once. A page of 1 MiB takes many times that while it is read, and more readers than
/// processors read nothing sooner.
const READ_AT_ONCE_MAX: usize = 2;

static READ_AT_ONCE: Semaphore = Semaphore::const_new(READ_AT_ONCE_MAX);

/// Does what reads pages on a thread beside those that answer, as its turn comes.
pub async fn read_apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let turn = READ_AT_ONCE.acquire().await.map_err(|e| Error::internal(format!("waiting to read a page: {e}")))?;
    let done = tokio::task::spawn_blocking(work).await;
    drop(turn);
    done.map_err(|e| Error::internal(format!("reading a page: {e}")))
}

/// A page as read.
#[derive(Clone, Debug)]
pub struct Page {
    base: Url,
    title: Option<String>,
    canonical: Option<Url>,
    paragraphs: Vec<Paragraph>,
    pingback: pingback::PingbackLinks,
    is_cut: bool,
}

/// The text of a block with the links in it; blanks are single and inside only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Paragraph {
    text: String,
    links: Vec<Link>,
}

/// An `a` element with an address, or the part of one that lies in one paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Link {
    href: Url,
    /// Where its text stands in the paragraph, in bytes.
    text: Range<usize>,
}

impl Page {
    /// Reads `bytes`, fetched from `url` with this Content-Type. Never fails: what cannot be read is
    /// not there. Text that is no markup (`text/plain`) has neither title nor links, so that a URL
    /// written in it is no mention (§2.10).
    pub fn parse(bytes: &[u8], content_type: Option<&str>, url: &Url) -> Self {
        let text = charset::decode(bytes, content_type);
        if is_plain_text(content_type) {
            return Self {
                base: url.clone(),
                title: None,
                canonical: None,
                paragraphs: Vec::new(),
                pingback: pingback::PingbackLinks::default(),
                is_cut: false,
            };
        }
        let (html, is_cut) = parse::parse(&text);
        let mut page = extract::extract(&html, url);
        page.is_cut = is_cut;
        page.pingback.strict = pingback::strict_links(&text);
        page
    }

    /// What the page is called: its `title`, else `og:title`, else its first `h1`; blanks collapsed,
    /// never empty, at most [`TITLE_CHARS_MAX`] characters. Plain text, to be escaped by whoever shows it.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The address that the page calls its own (`link rel=canonical`).
    pub fn canonical(&self) -> Option<&Url> {
        self.canonical.as_ref()
    }

    /// What relative addresses are relative to.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Whether reading stopped at a bound ([`NODES_MAX`], [`DEPTH_MAX`], [`TAG_BLANKS_MAX`]).
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The addresses of the page's links, resolved, in order, doubles included.
    pub fn links(&self) -> impl Iterator<Item = &Url> {
        self.paragraphs.iter().flat_map(|paragraph| &paragraph.links).map(|link| &link.href)
    }

    /// The first link whose address `is_target`, with the words around it.
    pub fn mention(&self, is_target: impl Fn(&Url) -> bool) -> Option<Mention> {
        self.paragraphs.iter().find_map(|paragraph| {
            let link = paragraph.links.iter().find(|link| is_target(&link.href))?;
            Some(excerpt::mention(paragraph, link))
        })
    }
}

fn is_plain_text(content_type: Option<&str>) -> bool {
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("text/plain")
}
