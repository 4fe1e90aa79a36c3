//! White space as WordPress's display filters see it (WP 7.1 §5.6, `SP`): also a no-break space, and the
//! reference that stands for one in HTML. Used by the filters that look at what stands beside a word.

const NO_BREAK: &str = "&nbsp;";

/// Whether white space, or nothing, comes before what follows `before`.
pub(super) fn is_open_before(before: &str) -> bool {
    before.is_empty() || ends_with_space(before)
}

/// Whether white space, or nothing, comes after what precedes `after`.
pub(super) fn is_open_after(after: &str) -> bool {
    after.is_empty() || starts_with_space(after)
}

/// Whether the text ends with white space.
pub(super) fn ends_with_space(before: &str) -> bool {
    before.ends_with(is_space) || before.ends_with(NO_BREAK)
}

/// Whether the text begins with white space.
pub(super) fn starts_with_space(after: &str) -> bool {
    after.starts_with(is_space) || after.starts_with(NO_BREAK)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{A0}')
}

/// The words of a text and the white space between them in turn; together they are the text. The flag
/// tells the words.
pub(super) fn words(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = !starts_with_space(rest);
        let length = if is_word { word_length(rest) } else { space_length(rest) };
        let (part, after) = rest.split_at_checked(length).filter(|(part, _)| !part.is_empty())?;
        rest = after;
        Some((is_word, part))
    })
}

fn word_length(text: &str) -> usize {
    text.char_indices()
        .find(|&(at, c)| is_space(c) || (c == '&' && text[at..].starts_with(NO_BREAK)))
        .map_or(text.len(), |(at, _)| at)
}

fn space_length(text: &str) -> usize {
    let mut rest = text;
    while starts_with_space(rest) {
        rest = rest.strip_prefix(NO_BREAK).or_else(|| rest.strip_prefix(is_space)).unwrap_or(rest);
    }
    text.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_spaces_alternate() {
        for (text, parts) in [
            ("", vec![]),
            (" ", vec![" "]),
            ("a", vec!["a"]),
            ("a&nbsp;\u{a0}\n\u{e9} &amp;", vec!["a", "&nbsp;\u{a0}\n", "\u{e9}", " ", "&amp;"]),
        ] {
            assert_eq!(words(text).map(|(_, part)| part).collect::<Vec<_>>(), parts, "{text:?}");
        }
        assert_eq!(words(" a ").map(|(is_word, _)| is_word).collect::<Vec<_>>(), [false, true, false]);
    }
}
