//! Splits sanitised HTML into tags and the text between them, for the filters that work on one or the
//! other. Right only for what [`super::allow_list`] let through: there `<` always begins a tag, and
//! attribute values hold neither `<` nor `>`.

/// Elements whose text means what its characters are: no filter changes it. The allow-list lets only
/// `code` through; the others are those that WordPress's filters leave alone (WP 7.1 §5.5, §5.6, §5.8).
const VERBATIM: [&str; 7] = ["code", "kbd", "pre", "script", "style", "textarea", "tt"];

/// A part of sanitised HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// `<name …>` or `</name>`, with its brackets.
    Tag(&'a str),
    /// What stands between tags, with its character references.
    Text(&'a str),
}

/// The parts of `html` in order; together they are `html`. A `<` that nothing closes is text.
pub(crate) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let tag_end = if rest.starts_with('<') { rest.find('>').map(|at| at + 1) } else { None };
        let (piece, after) = if let Some(end) = tag_end {
            (Piece::Tag(&rest[..end]), end)
        } else {
            // The first character is text whatever it is, else an unclosed `<` would stand still.
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let end = rest[first..].find('<').map_or(rest.len(), |at| at + first);
            (Piece::Text(&rest[..end]), end)
        };
        rest = &rest[after..];
        Some(piece)
    })
}

/// What a text between two tags stands beside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Beside {
    /// It is a link's, or a part of it.
    pub(super) in_link: bool,
    /// The character before it, as it was written, if nothing but inline tags is between.
    pub(super) before: Option<char>,
    /// The character after it likewise, as it was read.
    pub(super) after: Option<char>,
}

impl Beside {
    /// Whether the text is a link's that shows an address: then its letters stay, as who copies it needs them.
    pub(super) fn is_address(self, text: &str) -> bool {
        self.in_link && (text.contains("://") || text.contains('@')) && !text.contains(char::is_whitespace)
    }
}

/// The HTML with its text as `change` writes it; what stands in a [`VERBATIM`] element stays.
pub(super) fn with_text(html: &str, mut change: impl FnMut(&mut String, &str, Beside)) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8 + 64);
    let (mut verbatim, mut links) = (0_usize, 0_usize);
    let mut before = None;
    let all: Vec<Piece<'_>> = pieces(html).collect();
    for (at, piece) in all.iter().enumerate() {
        match *piece {
            Piece::Tag(tag) => {
                let name = tag_name(tag);
                let open = match name {
                    "a" => Some(&mut links),
                    _ if VERBATIM.contains(&name) => Some(&mut verbatim),
                    _ => None,
                };
                if let Some(open) = open {
                    *open = if tag.starts_with("</") { open.saturating_sub(1) } else { *open + 1 };
                }
                before = before.filter(|_| is_inline(name));
                out.push_str(tag);
            }
            Piece::Text(text) => {
                let after = if verbatim > 0 { None } else { next_character(&all[at + 1..]) };
                if verbatim > 0 {
                    out.push_str(text);
                } else {
                    change(&mut out, text, Beside { in_link: links > 0, before, after });
                }
                before = last_character(&out);
            }
        }
    }
    out
}

/// The last character, of which the sanitiser writes four as references.
fn last_character(html: &str) -> Option<char> {
    let references = [("&nbsp;", '\u{A0}'), ("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')];
    let reference = references.into_iter().find(|(reference, _)| html.ends_with(reference));
    reference.map(|(_, character)| character).or_else(|| html.chars().next_back())
}

fn next_character(pieces: &[Piece<'_>]) -> Option<char> {
    pieces.iter().find_map(|piece| match piece {
        Piece::Text(text) => Some(text.chars().next()),
        Piece::Tag(tag) => (!is_inline(tag_name(tag))).then_some(None),
    })?
}

/// Whether words on both sides of the tag stand on one line.
fn is_inline(name: &str) -> bool {
    !matches!(name, "blockquote" | "p" | "br" | "pre")
}

/// The element's name, lower-case in sanitised HTML; for `</b>` it is `b`.
pub(crate) fn tag_name(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<').trim_start_matches('/');
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    &inner[..end]
}

/// The still encoded value of an attribute of a sanitised tag. A value cannot hold a bare `"`, so the
/// name with its `="` can only be the attribute itself.
pub(crate) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[start..];
    Some(&value[..value.find('"')?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_text_alternate_and_nothing_is_lost() {
        let html = "é<b>x</b> &lt; <a href=\"u\" title=\"href=\">y";
        let got: Vec<_> = pieces(html).collect();
        assert_eq!(
            got,
            [
                Piece::Text("é"),
                Piece::Tag("<b>"),
                Piece::Text("x"),
                Piece::Tag("</b>"),
                Piece::Text(" &lt; "),
                Piece::Tag("<a href=\"u\" title=\"href=\">"),
                Piece::Text("y"),
            ]
        );
        assert_eq!(pieces("a < b").collect::<Vec<_>>(), [Piece::Text("a "), Piece::Text("< b")]);
        assert_eq!(pieces("").count(), 0);
    }

    #[test]
    fn text_is_changed_but_for_code() {
        let html = "a<code>b<b>c</b></code>d<a href=\"e\">f</a></pre>g";
        let changed = with_text(html, |out, text, beside| {
            out.push_str(&text.to_uppercase());
            out.push_str(if beside.in_link { "!" } else { "" });
        });
        assert_eq!(changed, "A<code>b<b>c</b></code>D<a href=\"e\">F!</a></pre>G");
    }

    #[test]
    fn a_text_knows_what_it_stands_beside() {
        let mut seen = Vec::new();
        with_text("ab<b>c</b><i></i>d<blockquote>e<code>f</code>g</blockquote>h&nbsp;<b>i</b>", |out, text, beside| {
            out.push_str(text);
            seen.push((text.to_owned(), beside.before, beside.after));
        });
        let seen: Vec<_> = seen.iter().map(|(text, before, after)| (text.as_str(), *before, *after)).collect();
        assert_eq!(
            seen,
            [
                ("ab", None, Some('c')),
                ("c", Some('b'), Some('d')),
                ("d", Some('c'), None),
                ("e", None, Some('f')),
                ("g", Some('f'), None),
                ("h&nbsp;", None, Some('i')),
                ("i", Some('\u{A0}'), None),
            ]
        );
    }

    #[test]
    fn names_and_attributes_are_read() {
        assert_eq!(tag_name("</blockquote>"), "blockquote");
        assert_eq!(tag_name("<a href=\"x\">"), "a");
        assert_eq!(attribute("<a title=\" href=x\" href=\"u&amp;v\">", "href"), Some("u&amp;v"));
        assert_eq!(attribute("<a title=\"t\">", "href"), None);
    }
}
