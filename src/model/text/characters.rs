//! Which characters never reach a reader: control characters, and those that turn the reading
//! direction of what stands around them. Used for every text a stranger gives us.

use std::borrow::Cow;

/// C0 and C1 controls but tab and line feed (WP 7.1 §5.2 step 1; C1 and the carriage return are ours).
pub fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n')
}

/// Embeddings, overrides and isolates. They let a text show other letters than it holds; the marks
/// U+200E and U+200F do not, and right-to-left writing needs them.
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Zero width and tag characters: invisible, so two names that look the same could differ in them.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

/// Whether XML may hold it: Char of XML 1.0 §2.2.
pub fn is_xml(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// The text without controls and direction characters, its line ends as HTML reads them: line feeds.
pub fn without_controls(text: &str) -> Cow<'_, str> {
    let is_kept = |c: char| !is_control(c) && !turns_direction(c);
    // Nearly every text is like this, and every comment is looked at several times.
    if text.chars().all(is_kept) {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(lines.chars().filter(|&c| is_kept(c)).collect())
}

/// The longest beginning of `text` that has at most `bytes_max` bytes and cuts no character.
pub fn cut_at_bytes(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_go_and_writing_stays() {
        assert_eq!(without_controls("a\0\u{b}\u{7f}\u{85}b\t\r\n\u{202e}c\u{2066}\u{200f}"), "ab\t\nc\u{200f}");
    }

    #[test]
    fn a_cut_falls_between_characters() {
        for (bytes_max, kept) in [(0, ""), (1, "a"), (2, "a"), (3, "aé"), (9, "aé")] {
            assert_eq!(cut_at_bytes("aé", bytes_max), kept, "{bytes_max}");
        }
    }
}
