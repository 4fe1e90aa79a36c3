//! Character references: writing them without doubling, and reading them back where plain text is
//! wanted (mails, feeds' titles, JSON, moderation rules).

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;
use scraper::Html;

/// Bytes of the longest reference without its `&` and `;`; HTML has some longer names that nobody types.
const REFERENCE_BYTES_MAX: usize = 12;

/// Escapes `& < > " '`; an `&` that begins a known character reference stays, so that escaping twice is
/// escaping once (WP 7.1 §5.13 "Attribute/HTML escaping").
pub fn esc_html(text: &str) -> String {
    escape_with(text, |c| match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#039;"),
        _ => None,
    })
}

/// Writes `&amp;` for every `&` that begins no known character reference, and changes nothing else.
pub fn esc_ampersands(text: &str) -> String {
    escape_with(text, |_| None)
}

/// Escapes `& < >` of plain text, in which nothing is a reference. For text between tags; an attribute
/// wants [`esc_html`] or a template's own escaping.
pub fn esc_text(plain: &str) -> String {
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn escape_with(text: &str, other: impl Fn(char) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        if c == '&' && reference_name(&text[at + 1..]).is_none() {
            out.push_str("&amp;");
        } else if let Some(reference) = other(c) {
            out.push_str(reference);
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether html5ever's serialiser takes time in proportion to the rest of the text for this character: an
/// ampersand, and those whose UTF-8 begins as that of the no-break space.
pub(super) fn is_slow_to_escape(c: char) -> bool {
    matches!(c, '&' | '\u{80}'..='\u{BF}')
}

/// Writes `&amp;` for every `&` that begins no known character reference at the end of `out`. Done before an
/// HTML parser, which also reads the beginning of a name as one (`&notit;`), and takes long over bare `&`.
pub(super) fn esc_bare_ampersands(out: &mut String, text: &str) {
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(if reference_name(part).is_some() { "&" } else { "&amp;" });
        out.push_str(part);
    }
}

/// What stands between `&` and `;` if that is a reference that HTML knows (WP 7.1 §5.2 step 2). `text`
/// begins after the `&`.
fn reference_name(text: &str) -> Option<&str> {
    let end = text.bytes().take(REFERENCE_BYTES_MAX + 1).position(|b| b == b';')?;
    let name = &text[..end];
    let (digits, digits_max, is_digit): (&str, usize, fn(&u8) -> bool) = if let Some(hex) = name.strip_prefix("#x") {
        (hex, 6, u8::is_ascii_hexdigit)
    } else if let Some(decimal) = name.strip_prefix('#') {
        (decimal, 7, u8::is_ascii_digit)
    } else {
        (name, REFERENCE_BYTES_MAX, u8::is_ascii_alphanumeric)
    };
    let well_formed = (1..=digits_max).contains(&digits.len()) && digits.as_bytes().iter().all(is_digit);
    let is_known = || name.starts_with('#') || NAMED_ENTITIES.get(&text[..=end]).is_some_and(|(first, _)| *first != 0);
    (well_formed && is_known()).then_some(name)
}

/// The plain text of a text with character references, by HTML's own rules. Tags are left as they stand.
pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let fragment = Html::parse_fragment(&text.replace('<', "&lt;"));
    Cow::Owned(fragment.root_element().text().collect())
}

/// Text without its tags, and without script and style elements and what they hold; trimmed (WP 7.1
/// §5.13 "Strip all tags"). A `<` that begins no tag is kept.
pub fn strip_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = after_tag(rest) {
            rest = after;
        } else {
            out.push('<');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out.trim().to_owned()
}

/// What follows the tag, comment, or whole script or style element at the beginning of `text`.
fn after_tag(text: &str) -> Option<&str> {
    let second = text[1..].chars().next()?;
    if !(second.is_ascii_alphabetic() || matches!(second, '/' | '!' | '?')) {
        return None;
    }
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map(|end| &comment[end + 3..]);
    }
    let after = &text[text.find('>')? + 1..];
    for name in ["script", "style"] {
        if starts_with_ignore_case(&text[1..], name) && !text.as_bytes()[1 + name.len()].is_ascii_alphanumeric() {
            return Some(after_closing(after, name).unwrap_or(after));
        }
    }
    Some(after)
}

/// What follows `</name…>`.
fn after_closing<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = &rest[at + 2..];
        if starts_with_ignore_case(rest, name) {
            return rest.find('>').map(|end| &rest[end + 1..]);
        }
    }
    None
}

fn starts_with_ignore_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start))
}

/// What a reader of this HTML sees, as plain text.
pub fn visible_text(html: &str) -> String {
    unescape(&strip_tags(html)).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escaping_does_not_double() {
        for (text, escaped) in [
            ("a & b", "a &amp; b"),
            ("a &amp; b &#038; &copy; &hellip;", "a &amp; b &#038; &copy; &hellip;"),
            ("&bogus; &ampx; &notit; &;", "&amp;bogus; &amp;ampx; &amp;notit; &amp;;"),
            ("\"<i>'", "&quot;&lt;i&gt;&#039;"),
            ("&copy=1", "&amp;copy=1"),
        ] {
            assert_eq!(esc_html(text), escaped, "{text}");
        }
    }

    #[test]
    fn references_are_read_as_html_reads_them() {
        for (text, plain) in [
            ("a &amp;lt; b", "a &lt; b"),
            ("O&#8217;B &copy; <b>", "O’B © <b>"),
            ("&#150;", "–"),
            ("x", "x"),
            (" &amp; ", " & "),
        ] {
            assert_eq!(unescape(text), plain, "{text}");
        }
    }

    #[test]
    fn tags_are_stripped_with_script_text() {
        for (html, text) in [
            ("<script>x</script>Y", "Y"),
            ("<b>ha</b>lf", "half"),
            ("1 < 2 <STYLE type=x>p{}</style>3", "1 < 2 3"),
            ("a<!-- <b> -->b", "ab"),
            ("a <b", "a <b"),
            ("<scripty>x", "x"),
            ("<script>open", "open"),
        ] {
            assert_eq!(strip_tags(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn escaping_twice_is_escaping_once(text in "[&a-z#0-9;<>\"' é]{0,40}") {
            let once = esc_html(&text);
            prop_assert_eq!(esc_html(&once), once);
        }

        #[test]
        fn plain_text_survives_escaping(text in "[ -~é&;]{0,40}") {
            let escaped = esc_text(&text);
            prop_assert_eq!(unescape(&escaped), text.as_str());
        }
    }
}
