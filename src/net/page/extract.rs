//! A parsed tree to a [`Page`]: one walk, without recursion, that joins the text of each block into a
//! paragraph and notes the links in it.

use scraper::{ElementRef, Html, Node};
use url::Url;

use super::pingback::PingbackLinks;
use super::{LINKS_MAX, Link, Page, Paragraph, TITLE_CHARS_MAX};
use crate::net::admission::URL_BYTES_MAX;

const HTML_NAMESPACE: &str = "http://www.w3.org/1999/xhtml";

/// Elements whose text a reader does not see as part of the page, and whose links are none.
const SKIPPED: &[&str] = &[
    "iframe", "noembed", "noframes", "noscript", "object", "script", "select", "style", "svg", "template", "textarea",
    "title",
];

/// Elements that begin and end a paragraph (the blocks of HTML's rendering section, and table cells).
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Reads a tree that was fetched from `url`.
pub(super) fn extract(html: &Html, url: &Url) -> Page {
    let mut reader = Reader::new(base(html, url));
    let mut skipped = None;
    for edge in html.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) if skipped.is_none() => match node.value() {
                Node::Text(text) => reader.text(text),
                Node::Element(element) => {
                    if let Some(element) = ElementRef::wrap(node) {
                        reader.head(element);
                    }
                    if SKIPPED.contains(&element.name()) {
                        skipped = Some(node.id());
                    } else {
                        reader.open(element);
                    }
                }
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) if skipped == Some(node.id()) => skipped = None,
            ego_tree::iter::Edge::Close(node) if skipped.is_none() => {
                if let Node::Element(element) = node.value() {
                    reader.close(element);
                }
            }
            _ => {}
        }
    }
    reader.finish()
}

/// What the page's relative addresses are relative to: its first `base`, else its own URL.
fn base(html: &Html, url: &Url) -> Url {
    html.tree
        .values()
        .filter_map(Node::as_element)
        .find_map(|element| if is_html(element, "base") { element.attr("href") } else { None })
        .and_then(|href| join(url, href))
        .unwrap_or_else(|| url.clone())
}

fn join(base: &Url, href: &str) -> Option<Url> {
    if href.len() > URL_BYTES_MAX {
        return None;
    }
    base.join(href).ok()
}

fn is_html(element: &scraper::node::Element, name: &str) -> bool {
    element.name() == name && &*element.name.ns == HTML_NAMESPACE
}

/// A link that has begun and not ended.
struct OpenLink {
    href: Url,
    /// Where its text in the present paragraph begins, in bytes.
    start: usize,
    /// Whether an earlier paragraph has a part of it.
    is_noted: bool,
    /// The first image's `alt`, for a link without text.
    alt: Option<String>,
}

struct Reader {
    base: Url,
    title: Option<String>,
    og_title: Option<String>,
    heading: Option<String>,
    canonical: Option<Url>,
    pingback: Vec<String>,
    paragraphs: Vec<Paragraph>,
    paragraph: Paragraph,
    /// The `a` elements around the present place; `None` for one that is no link.
    links: Vec<Option<OpenLink>>,
    links_left: usize,
}

impl Reader {
    fn new(base: Url) -> Self {
        Self {
            base,
            title: None,
            og_title: None,
            heading: None,
            canonical: None,
            pingback: Vec::new(),
            paragraphs: Vec::new(),
            paragraph: Paragraph::default(),
            links: Vec::new(),
            links_left: LINKS_MAX,
        }
    }

    /// What an element says about the whole page, wherever it stands.
    fn head(&mut self, node: ElementRef<'_>) {
        let element = node.value();
        if &*element.name.ns != HTML_NAMESPACE {
            return;
        }
        match element.name() {
            // The first title decides, even an empty one (WP §2.9).
            "title" if self.title.is_none() => self.title = Some(line(node.text())),
            "meta" if self.og_title.is_none() && element.attr("property") == Some("og:title") => {
                self.og_title = element.attr("content").map(|content| line(std::iter::once(content)));
            }
            "h1" if self.heading.as_deref().unwrap_or_default().is_empty() => self.heading = Some(line(node.text())),
            "link" => self.link_element(element),
            _ => {}
        }
    }

    fn link_element(&mut self, element: &scraper::node::Element) {
        let (Some(rel), Some(href)) = (element.attr("rel"), element.attr("href")) else { return };
        let has = |name: &str| rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case(name));
        if has("canonical") && self.canonical.is_none() {
            self.canonical = join(&self.base, href);
        }
        if has("pingback") && self.pingback.len() < super::pingback::ENDPOINTS_MAX && href.len() <= URL_BYTES_MAX {
            self.pingback.push(href.to_owned());
        }
    }

    fn open(&mut self, element: &scraper::node::Element) {
        match element.name() {
            "a" => {
                let link = self.new_link(element);
                self.links.push(link);
            }
            "br" => self.text(" "),
            "img" => {
                if let (Some(Some(link)), Some(alt)) = (self.links.last_mut(), element.attr("alt")) {
                    link.alt.get_or_insert_with(|| alt.to_owned());
                }
            }
            name if BLOCKS.contains(&name) => self.end_paragraph(),
            _ => {}
        }
    }

    fn new_link(&mut self, element: &scraper::node::Element) -> Option<OpenLink> {
        if !is_html(element, "a") || self.links_left == 0 {
            return None;
        }
        let href = join(&self.base, element.attr("href")?)?;
        self.links_left -= 1;
        Some(OpenLink { href, start: self.paragraph.text.len(), is_noted: false, alt: None })
    }

    fn close(&mut self, element: &scraper::node::Element) {
        match element.name() {
            "a" => self.close_link(),
            name if BLOCKS.contains(&name) => self.end_paragraph(),
            _ => {}
        }
    }

    fn close_link(&mut self) {
        let Some(Some(link)) = self.links.pop() else { return };
        let is_empty = self.paragraph.text.get(link.start..).is_none_or(|text| text.trim_ascii().is_empty());
        if is_empty && link.is_noted {
            return;
        }
        if let (true, Some(alt)) = (is_empty, &link.alt) {
            self.text(alt);
        }
        let text = link.start..self.paragraph.text.len();
        self.paragraph.links.push(Link { href: link.href, text });
    }

    /// Adds text, every run of blanks as one (a no-break space is none, as in WordPress).
    fn text(&mut self, text: &str) {
        let joined = &mut self.paragraph.text;
        for (index, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            if index > 0 && !joined.is_empty() && !joined.ends_with(' ') {
                joined.push(' ');
            }
            joined.push_str(word);
        }
    }

    /// Ends the present paragraph; a link around it goes on in the next.
    fn end_paragraph(&mut self) {
        let mut paragraph = std::mem::take(&mut self.paragraph);
        paragraph.text.truncate(paragraph.text.trim_ascii_end().len());
        let end = paragraph.text.len();
        for link in self.links.iter_mut().flatten() {
            if link.start < end {
                paragraph.links.push(Link { href: link.href.clone(), text: link.start..end });
                link.is_noted = true;
            }
            link.start = 0;
        }
        for link in &mut paragraph.links {
            link.text = link.text.start.min(end)..link.text.end.min(end);
        }
        if !paragraph.text.is_empty() || !paragraph.links.is_empty() {
            self.paragraphs.push(paragraph);
        }
    }

    fn finish(mut self) -> Page {
        self.end_paragraph();
        let title = [self.title, self.og_title, self.heading].into_iter().flatten().find(|title| !title.is_empty());
        Page {
            base: self.base,
            title,
            canonical: self.canonical,
            paragraphs: self.paragraphs,
            pingback: PingbackLinks { strict: Vec::new(), tolerant: self.pingback },
            is_cut: false,
        }
    }
}

/// Text as one line: blanks collapsed and trimmed, at most [`TITLE_CHARS_MAX`] characters.
fn line<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut line = String::new();
    let mut chars_left = TITLE_CHARS_MAX;
    for c in texts.flat_map(str::chars) {
        let c = if c.is_whitespace() { ' ' } else { c };
        if c == ' ' && (line.is_empty() || line.ends_with(' ')) {
            continue;
        }
        if chars_left == 0 {
            break;
        }
        chars_left -= 1;
        line.push(c);
    }
    line.truncate(line.trim_end().len());
    line
}
