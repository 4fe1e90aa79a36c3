//! Mails in words: what each kind says ([`wordpress`]: to authors and moderators; [`readers`]: to those
//! who asked; [`codes`]: to prove an address), and how a stranger's text becomes the one line that a header holds. Pure; the actions
//! gather what the texts need, and `crate::mail` sends what comes out.

pub mod codes;
pub mod readers;
pub mod wordpress;

use crate::model::text::characters::{is_control, turns_direction};

/// Comments that a digest shows; the rest is counted.
pub const DIGEST_SHOWN_MAX: usize = 20;

/// A mail to one person, in plain words. What encodes it sees to what a header may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The name before the sender's address.
    pub from_name: String,
    /// The one address it goes to.
    pub to: String,
    /// Whom an answer reaches, if not the sender.
    pub reply_to: Option<String>,
    /// Subject and text.
    pub words: Words,
    /// Where the addressee can end such mails with one request (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// Subject and text of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The subject.
    pub subject: String,
    /// The text; its lines end with a line feed.
    pub body: String,
}

/// A text as one line of at most `chars_max` characters, for a header: without control characters and
/// those that turn the reading direction, and with no beginning of an encoded word (RFC 2047 §5), which a
/// reader's program would decode into something else than was written.
pub fn one_line(text: &str, chars_max: usize) -> String {
    let shown: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|&c| !is_control(c) && !turns_direction(c))
        .collect();
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ").replace("=?", "= ?");
    match line.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_gets_one_line_of_visible_characters() {
        for (text, line) in [
            ("x\r\nBcc: a@b.example", "x Bcc: a@b.example"),
            ("a\u{2028}b\u{2029}c\u{85}d\u{b}e", "a b c d e"),
            ("a\0b\u{202e}c\u{7f}", "abc"),
            (" tabs\tand  blanks ", "tabs and blanks"),
            ("=?utf-8?q?x?= =?", "= ?utf-8?q?x?= = ?"),
            ("日本語 👩‍👩‍👧", "日本語 👩‍👩‍👧"),
        ] {
            assert_eq!(one_line(text, 100), line, "{text:?}");
        }
    }

    #[test]
    fn a_line_is_cut_at_its_length_and_not_before() {
        assert_eq!(one_line("é bc", 4), "é bc");
        assert_eq!(one_line("é bcd", 4), "é bc…");
        assert_eq!(one_line("é bc", 2), "é…");
    }
}
