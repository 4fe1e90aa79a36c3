//! Splits sanitised HTML into tags and the text between them, for the filters that work on one or the
//! other. Right only for what [`super::allow_list`] let through: there `<` always begins a tag, and
//! attribute values hold neither `<` nor `>`.

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
    fn names_and_attributes_are_read() {
        assert_eq!(tag_name("</blockquote>"), "blockquote");
        assert_eq!(tag_name("<a href=\"x\">"), "a");
        assert_eq!(attribute("<a title=\" href=x\" href=\"u&amp;v\">", "href"), Some("u&amp;v"));
        assert_eq!(attribute("<a title=\"t\">", "href"), None);
    }
}
