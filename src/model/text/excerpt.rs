//! The first words of a comment, for lists, mails and feeds (WP 7.1 §5.12).

use super::escape::strip_tags;

/// Words of an excerpt.
const EXCERPT_WORDS_MAX: usize = 20;

/// The first [`EXCERPT_WORDS_MAX`] words of a stored comment as HTML text, with `&hellip;` if it goes on.
pub fn excerpt(stored: &str) -> String {
    let text = strip_tags(&stored.replace('\n', " "));
    let mut words = text.split_ascii_whitespace();
    let mut out = words.by_ref().take(EXCERPT_WORDS_MAX).collect::<Vec<_>>().join(" ");
    if words.next().is_some() {
        out.push_str("&hellip;");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_words_are_whole_and_the_twenty_first_is_cut() {
        let words = |n: usize| vec!["w"; n].join(" ");
        assert_eq!(excerpt(&words(20)), words(20));
        assert_eq!(excerpt(&words(21)), format!("{}&hellip;", words(20)));
        assert_eq!(excerpt(" <b>a</b>\nb &amp; c "), "a b &amp; c");
        assert_eq!(excerpt(""), "");
    }
}
