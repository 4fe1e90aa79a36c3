//! The words around a link, cut as WordPress cuts them (§2.11), in characters.

use std::ops::Range;

use url::Url;

use super::{Link, Paragraph};

/// Most characters of context before the link, and after it.
pub const CONTEXT_CHARS_MAX: usize = 100;
/// Longest link text, in characters; a longer one is cut and gets `…`.
pub const LINK_TEXT_CHARS_MAX: usize = 100;
/// Most characters either side of the link where WordPress keeps the whole paragraph.
pub const UNCUT_CHARS_MAX: usize = 500;

/// A link to the target, as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Plain text around the link, the link's own included; may be empty for an image without `alt`
    /// that stands alone.
    pub excerpt: String,
    /// The link's address, resolved.
    pub href: Url,
}

/// A comment's content as WordPress makes it of an excerpt (§2.11 steps 6 and 7): HTML, escaped, between
/// ellipses that are stored as this entity text.
pub fn excerpt_content(excerpt: &str) -> String {
    let mut content = String::with_capacity(excerpt.len() + 24);
    content.push_str("[&#8230;] ");
    for c in excerpt.chars() {
        match c {
            '&' => content.push_str("&amp;"),
            '<' => content.push_str("&lt;"),
            '>' => content.push_str("&gt;"),
            '"' => content.push_str("&quot;"),
            '\'' => content.push_str("&#039;"),
            c => content.push(c),
        }
    }
    content.push_str(" [&#8230;]");
    content
}

/// The mention of `link`, which stands in `paragraph`.
pub(super) fn mention(paragraph: &Paragraph, link: &Link) -> Mention {
    let (chars, markers) = mark(paragraph, link);
    let cut = placement(&chars, &markers).unwrap_or_else(|| uncut(&chars, &markers));
    let excerpt = chars.get(cut).unwrap_or_default().iter().collect();
    Mention { excerpt, href: link.href.clone() }
}

/// The paragraph's characters with the link's text cut to length, wherever the same link stands, and
/// where those link texts are (§2.11 steps 2 and 3).
fn mark(paragraph: &Paragraph, link: &Link) -> (Vec<char>, Vec<Range<usize>>) {
    let text_of = |link: &Link| paragraph.text.get(link.text.clone()).unwrap_or_default();
    let mut chars: Vec<char> = Vec::with_capacity(paragraph.text.len());
    let mut markers = Vec::new();
    let mut done = 0;
    for same in paragraph.links.iter().filter(|other| other.href == link.href && text_of(other) == text_of(link)) {
        if same.text.start < done {
            continue; // a link inside a link
        }
        chars.extend(paragraph.text.get(done..same.text.start).unwrap_or_default().chars());
        let start = chars.len();
        chars.extend(text_of(same).chars());
        if chars.len() - start > LINK_TEXT_CHARS_MAX {
            chars.truncate(start + LINK_TEXT_CHARS_MAX);
            chars.push('…');
        }
        markers.push(start..chars.len());
        done = same.text.end;
    }
    chars.extend(paragraph.text.get(done..).unwrap_or_default().chars());
    (chars, markers)
}

/// Step 4: from right after the first blank that has a marker within reach, to the last blank within
/// reach after that marker; the farthest marker of several. None when there is no such blank.
fn placement(chars: &[char], markers: &[Range<usize>]) -> Option<Range<usize>> {
    let ends: Vec<Option<usize>> = markers.iter().map(|marker| last_blank_within_reach(chars, marker.end)).collect();
    let first_reach = markers.first()?.start.saturating_sub(CONTEXT_CHARS_MAX + 1);
    let last = markers.last()?.start;
    (first_reach..last).filter(|&at| chars.get(at) == Some(&' ')).map(|blank| blank + 1).find_map(|start| {
        let nearest = markers.partition_point(|marker| marker.start < start);
        let farthest = markers.partition_point(|marker| marker.start <= start + CONTEXT_CHARS_MAX);
        let end = ends.get(nearest..farthest)?.iter().rev().find_map(|end| *end)?;
        Some(start..end)
    })
}

fn last_blank_within_reach(chars: &[char], from: usize) -> Option<usize> {
    (from..=from + CONTEXT_CHARS_MAX).rev().find(|&at| chars.get(at) == Some(&' '))
}

/// The whole paragraph, within [`UNCUT_CHARS_MAX`] of the link.
fn uncut(chars: &[char], markers: &[Range<usize>]) -> Range<usize> {
    let marker = markers.first().cloned().unwrap_or_default();
    marker.start.saturating_sub(UNCUT_CHARS_MAX)..chars.len().min(marker.end + UNCUT_CHARS_MAX)
}
