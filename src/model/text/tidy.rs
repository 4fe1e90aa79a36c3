//! The first half of the save filter: reads what a person typed as WordPress's filter reads it (WP 7.1
//! §5.2) and writes well-formed, balanced HTML of allow-listed tags only. It decides what *becomes* a
//! tag; [`super::allow_list`] then proves with a real HTML parser that nothing else got through.
//!
//! Balancing here, before the parser, also takes away the parser's repairs: it never sees the
//! mis-nested formatting from which HTML's rules build output many times the size of the input.

use super::escape::{esc_bare_ampersands, is_slow_to_escape};

/// The comment allow-list of WordPress: element and attributes (WP 7.1 §5.2). `span`, which 7.1 added
/// for editorial notes, is left out: Rejoinder has none.
pub(super) const ELEMENTS: [(&str, &[&str]); 14] = [
    ("a", &["href", "title"]),
    ("abbr", &["title"]),
    ("acronym", &["title"]),
    ("b", &[]),
    ("blockquote", &["cite"]),
    ("cite", &[]),
    ("code", &[]),
    ("del", &["datetime"]),
    ("em", &[]),
    ("i", &[]),
    ("q", &["cite"]),
    ("s", &[]),
    ("strike", &[]),
    ("strong", &[]),
];

/// Elements open at one time; deeper tags vanish, their text stays. Nobody writes so; it bounds the work.
const NESTING_DEPTH_MAX: usize = 64;

/// Characters of an attribute that are slow to escape; an attribute with more vanishes. The longest query
/// has some dozens of `&`.
pub(super) const ATTRIBUTE_SLOW_CHARS_MAX: usize = 256;

/// Well-formed HTML of allow-listed elements from anything.
pub(super) fn tidy(raw: &str) -> String {
    let mut out = Balancer::default();
    let mut rest = raw;
    // One search tells for all of the text, else a text of `<!--` alone would take quadratic time.
    let last_end = raw.rfind("-->").map_or(usize::MAX, |at| raw.len() - at);
    while let Some(at) = rest.find('<') {
        esc_bare_ampersands(&mut out.html, &rest[..at]);
        rest = &rest[at..];
        if rest.len() >= last_end
            && let Some(after) = after_comment(rest)
        {
            rest = after;
            continue;
        }
        let Some(tag) = Tag::read(rest) else {
            // WordPress loses the words between `<` and `>` in "1 < 2 and 3 > 2"; ours stay text (§14 #24).
            out.html.push_str("&lt;");
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.length..];
        out.take(&tag);
    }
    esc_bare_ampersands(&mut out.html, rest);
    out.finish()
}

/// What follows an HTML comment. WordPress keeps comments; nobody sees them, so ours vanish. One that
/// nothing closes is text.
fn after_comment(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("<!--")?;
    inside.find("-->").map(|end| &inside[end + 3..])
}

/// What looks like a tag, from `<` to the next `>`.
struct Tag<'a> {
    /// Bytes from `<` to `>` inclusive.
    length: usize,
    /// Its row in [`ELEMENTS`]; a tag without one vanishes and its text stays.
    element: Option<usize>,
    closing: bool,
    /// What stands between the name and `>`.
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag at the beginning of `text`. None if the `<` is no tag's: nothing closes it before the
    /// next `<`, or no name follows, or the name goes on as no element's does (`<me@example.com>`).
    fn read(text: &'a str) -> Option<Self> {
        let inner = &text[1..];
        let end = inner.find(['<', '>']).filter(|&end| inner.as_bytes()[end] == b'>')?;
        let inner = &inner[..end];
        let (closing, named) = inner.strip_prefix('/').map_or((false, inner), |named| (true, named));
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let name_end = named.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(named.len());
        let (name, attributes) = named.split_at(name_end);
        if !attributes.is_empty() && !attributes.starts_with(|c: char| c.is_ascii_whitespace() || c == '/') {
            return None;
        }
        let element = ELEMENTS.iter().position(|(known, _)| known.eq_ignore_ascii_case(name));
        Some(Self { length: end + 2, element, closing, attributes })
    }
}

/// Writes tags so that they nest, by the rules of WordPress's force-balance filter (WP 7.1 §5.9).
#[derive(Default)]
struct Balancer {
    html: String,
    open: Vec<usize>,
    /// How often each element is open, so that a stray closing tag costs no search.
    count: [usize; ELEMENTS.len()],
}

impl Balancer {
    fn take(&mut self, tag: &Tag<'_>) {
        let Some(element) = tag.element else { return };
        if tag.closing {
            self.close_through(element);
        } else {
            self.open(element, tag.attributes);
        }
    }

    fn open(&mut self, element: usize, attributes: &str) {
        let (name, allowed) = ELEMENTS[element];
        let nestable = matches!(name, "blockquote" | "q");
        if name == "a" || (!nestable && self.open.last() == Some(&element)) {
            self.close_through(element);
        }
        if self.open.len() >= NESTING_DEPTH_MAX {
            return;
        }
        self.html.push('<');
        self.html.push_str(name);
        let self_closing = write_attributes(&mut self.html, attributes, allowed);
        self.html.push('>');
        self.open.push(element);
        self.count[element] += 1;
        if self_closing {
            self.close_through(element);
        }
    }

    /// Closes what is open down to and including the innermost `element`; nothing if none is open.
    fn close_through(&mut self, element: usize) {
        if self.count[element] == 0 {
            return;
        }
        while let Some(top) = self.open.pop() {
            self.count[top] -= 1;
            self.html.push_str("</");
            self.html.push_str(ELEMENTS[top].0);
            self.html.push('>');
            if top == element {
                return;
            }
        }
    }

    fn finish(mut self) -> String {
        while let Some(&top) = self.open.last() {
            self.close_through(top);
        }
        self.html
    }
}

/// Writes the allowed ones of a tag's attributes, read by HTML's rules: names lower-case, the first of
/// two wins, values quoted. Tells whether the tag closes itself.
fn write_attributes(html: &mut String, text: &str, allowed: &[&str]) -> bool {
    let mut written: Vec<&str> = Vec::new();
    let mut rest = text;
    loop {
        let slash_last = rest.trim_ascii_end().ends_with('/');
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return slash_last;
        }
        let (name, value, after) = read_attribute(rest);
        rest = after;
        let Some(&name) = allowed.iter().find(|known| known.eq_ignore_ascii_case(name)) else { continue };
        if written.contains(&name) {
            continue;
        }
        if value.matches(is_slow_to_escape).nth(ATTRIBUTE_SLOW_CHARS_MAX).is_some() {
            continue;
        }
        written.push(name);
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        esc_bare_ampersands(html, &value.replace('"', "&quot;"));
        html.push('"');
    }
}

/// Name, value and what follows, of an attribute at the beginning of `text`. A quote that nothing
/// closes ends with the tag.
fn read_attribute(text: &str) -> (&str, &str, &str) {
    let first = text.chars().next().map_or(0, char::len_utf8);
    let name_end = text[first..]
        .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '='))
        .map_or(text.len(), |at| at + first);
    let (name, after) = text.split_at(name_end);
    let Some(value) = after.trim_ascii_start().strip_prefix('=').map(str::trim_ascii_start) else {
        return (name, "", after);
    };
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            let (value, after) = quoted.split_once(quote).unwrap_or((quoted, ""));
            return (name, value, after);
        }
    }
    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
    (name, &value[..end], &value[end..])
}
