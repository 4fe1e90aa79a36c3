//! Makes bare `http` and `https` URLs in a comment's text into links. A plain form of WordPress's filter
//! (WP 7.1 §5.5, substitution 1); `www.` names and e-mail addresses are not linked.

use url::Url;

use super::allow_list::rel;
use super::escape::unescape;
use super::pieces::{Piece, pieces, tag_name};

/// Bytes of the longest text that is made a link, with the punctuation behind it; a longer one stays text.
const LINK_BYTES_MAX: usize = 2_000;

/// Bytes of a comment that are looked at for the ends of URLs: each text once and once again. One URL in
/// another, again and again, would else take quadratic time; the rest of such a comment gets no links.
const SEARCHED_BYTES_MAX: usize = 128 * 1024;

/// Links the bare URLs of sanitised HTML, but not inside `a` and `code`.
pub(super) fn make_clickable(html: &str, home_host: &str) -> String {
    if !html.contains("://") {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len() + 128);
    let mut inside = 0_usize;
    let mut bytes_left = SEARCHED_BYTES_MAX;
    for piece in pieces(html) {
        match piece {
            Piece::Tag(tag) => {
                if matches!(tag_name(tag), "a" | "code") {
                    inside = if tag.starts_with("</") { inside.saturating_sub(1) } else { inside + 1 };
                }
                out.push_str(tag);
            }
            Piece::Text(text) if inside > 0 => out.push_str(text),
            Piece::Text(text) => link_text(&mut out, text, home_host, &mut bytes_left),
        }
    }
    out
}

fn link_text(out: &mut String, text: &str, home_host: &str, bytes_left: &mut usize) {
    let mut copied = 0;
    let mut from = 0;
    while let Some(at) = text[from..].find("://").map(|at| at + from) {
        from = at + 3;
        let Some(start) = scheme_start(&text[copied..at]).map(|start| start + copied) else { continue };
        let run = url_characters(&text[start..], from - start);
        let Some(left) = bytes_left.checked_sub(run.len()) else { break };
        *bytes_left = left;
        let url = &run[..trim_end(run)];
        if url.len() <= from - start || run.len() > LINK_BYTES_MAX || Url::parse(&unescape(url)).is_err() {
            continue;
        }
        out.push_str(&text[copied..start]);
        let url = url.replace('"', "&quot;");
        let rel = rel(&unescape(&url), home_host);
        for part in ["<a href=\"", &url, "\" rel=\"", rel, "\">", &url, "</a>"] {
            out.push_str(part);
        }
        copied = start + url.len();
        from = from.max(copied);
    }
    out.push_str(&text[copied..]);
}

/// Where `http` or `https` begins at the end of `before`, if it stands at the start, after white space
/// or after one of `( . , ; : ! ?` (WP 7.1 §5.5).
fn scheme_start(before: &str) -> Option<usize> {
    let scheme = ["https", "http"].into_iter().find(|scheme| {
        before.len() >= scheme.len()
            && before.as_bytes()[before.len() - scheme.len()..].eq_ignore_ascii_case(scheme.as_bytes())
    })?;
    let start = before.len() - scheme.len();
    let free = before[..start].chars().next_back().is_none_or(|c| c.is_whitespace() || "(.,;:!?".contains(c));
    free.then_some(start)
}

/// The beginning of `text` that can be a URL, whose `://` ends at `after_scheme`, with the punctuation behind
/// it. No more of it than shows whether it is too long.
fn url_characters(text: &str, after_scheme: usize) -> &str {
    let text = &text[..text.floor_char_boundary(LINK_BYTES_MAX + "&nbsp;".len())];
    let rest = &text[after_scheme..];
    let rest = &rest[..rest.find(|c| !is_url_character(c)).unwrap_or(rest.len())];
    let end = ["&lt;", "&gt;", "&nbsp;"].into_iter().filter_map(|stop| rest.find(stop)).min().unwrap_or(rest.len());
    &text[..after_scheme + end]
}

fn is_url_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_#%~/@[]*(+=&$-'.,;:!?)".contains(c) || (!c.is_ascii() && !c.is_whitespace())
}

/// Length of the URL without the punctuation of the sentence around it, and without a closing bracket
/// that opens outside of it.
fn trim_end(url: &str) -> usize {
    let mut kept = url;
    let mut unopened = kept.matches(')').count().saturating_sub(kept.matches('(').count());
    loop {
        if let Some(rest) = kept.strip_suffix("&amp;") {
            kept = rest;
        } else if kept.ends_with("&amp") || (kept.ends_with(')') && unopened == 0) {
            return kept.len();
        } else if let Some(rest) = kept.strip_suffix(['\'', '.', ',', ';', ':', '!', '?', ')']) {
            unopened -= usize::from(kept.ends_with(')'));
            kept = rest;
        } else {
            return kept.len();
        }
    }
}
