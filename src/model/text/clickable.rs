//! Makes bare `http` and `https` URLs in a comment's text into links. A plain form of WordPress's filter
//! (WP 7.1 §5.5, substitution 1); `www.` names and e-mail addresses are not linked.

use url::Url;

use super::allow_list::rel;
use super::escape::unescape;
use super::pieces::{Piece, pieces, tag_name};

/// Bytes of the longest text that is made a link; a longer one stays text.
const LINK_BYTES_MAX: usize = 2_000;

/// Links the bare URLs of sanitised HTML, but not inside `a` and `code`.
pub(super) fn make_clickable(html: &str, home_host: &str) -> String {
    if !html.contains("://") {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len() + 128);
    let mut inside = 0_usize;
    for piece in pieces(html) {
        match piece {
            Piece::Tag(tag) => {
                if matches!(tag_name(tag), "a" | "code") {
                    inside = if tag.starts_with("</") { inside.saturating_sub(1) } else { inside + 1 };
                }
                out.push_str(tag);
            }
            Piece::Text(text) if inside > 0 => out.push_str(text),
            Piece::Text(text) => link_text(&mut out, text, home_host),
        }
    }
    out
}

fn link_text(out: &mut String, text: &str, home_host: &str) {
    let mut copied = 0;
    let mut from = 0;
    while let Some(at) = text[from..].find("://").map(|at| at + from) {
        from = at + 3;
        let Some(start) = scheme_start(&text[copied..at]).map(|start| start + copied) else { continue };
        let url = &text[start..url_end(text, start, from)];
        if url.len() <= from - start || url.len() > LINK_BYTES_MAX || Url::parse(&unescape(url)).is_err() {
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

/// Where the URL that begins at `start` ends. `from` is the end of its `://`.
fn url_end(text: &str, start: usize, from: usize) -> usize {
    let rest = &text[from..];
    let rest = &rest[..rest.find(|c| !is_url_character(c)).unwrap_or(rest.len())];
    let end = ["&lt;", "&gt;", "&nbsp;"].into_iter().filter_map(|stop| rest.find(stop)).min().unwrap_or(rest.len());
    start + trim_end(&text[start..from + end])
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
