//! Smilies as emoji (WP 7.1 §5.8), when the site's `use_smilies` is on.
//!
//! Characters, not pictures: every reader's device draws them, in mails, feeds and search too, nothing
//! is loaded for them, and a comment's HTML stays within the allow-list. WordPress writes characters
//! itself but for `:mrgreen:`, for which it has a picture; it is the beaming face here.

use super::pieces::with_text;
use super::spaces::words;

/// Each emoji and the texts that stand for it.
const SMILIES: [(&str, &[&str]); 22] = [
    ("😐", &[":neutral:", ":-|", ":|"]),
    ("😈", &[":twisted:"]),
    ("➡", &[":arrow:"]),
    ("😯", &[":shock:", "8-O", "8O"]),
    ("🙂", &[":smile:", ":-)", ":)"]),
    ("😕", &[":???:", ":-?", ":?"]),
    ("😎", &[":cool:", "8-)"]),
    ("👿", &[":evil:"]),
    ("😀", &[":grin:", ":-D", ":D"]),
    ("💡", &[":idea:"]),
    ("😳", &[":oops:"]),
    ("😛", &[":razz:", ":-P", ":P"]),
    ("🙄", &[":roll:"]),
    ("😉", &[":wink:", ";-)", ";)"]),
    ("😥", &[":cry:"]),
    ("😮", &[":eek:", ":-o", ":o"]),
    ("😆", &[":lol:"]),
    ("😡", &[":mad:", ":-x", ":x"]),
    ("🙁", &[":sad:", ":-(", ":("]),
    ("❗", &[":!:"]),
    ("❓", &[":?:"]),
    ("😁", &[":mrgreen:"]),
];

/// Writes the emoji for every smiley that stands alone, between white space, outside of code.
pub(super) fn convert_smilies(html: &str) -> String {
    if !may_hold_one(html) {
        return html.to_owned();
    }
    with_text(html, |out, text, _| {
        for (is_word, part) in words(text) {
            out.push_str(emoji(part).filter(|_| is_word).unwrap_or(part));
        }
    })
}

/// Whether a character with which smilies begin stands where a word may begin: after white space, a tag or a
/// reference.
fn may_hold_one(html: &str) -> bool {
    let mut before = b' ';
    html.bytes().any(|byte| {
        let begins = matches!(before, b'>' | b';' | 0x80..) || before.is_ascii_whitespace();
        before = byte;
        begins && matches!(byte, b':' | b';' | b'8')
    })
}

fn emoji(word: &str) -> Option<&'static str> {
    if !word.starts_with([':', ';', '8']) {
        return None;
    }
    SMILIES.iter().find(|(_, texts)| texts.contains(&word)).map(|(emoji, _)| *emoji)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_becomes_its_emoji_once() {
        for (emoji, texts) in SMILIES {
            for text in texts {
                assert_eq!(convert_smilies(text), emoji, "{text}");
            }
        }
        assert_eq!(SMILIES.iter().map(|(_, texts)| texts.len()).sum::<usize>(), 43);
    }

    #[test]
    fn a_smiley_stands_alone() {
        for (html, shown) in [
            (":) :-)\n:)&nbsp;:)", "🙂 🙂\n🙂&nbsp;🙂"),
            ("<b>:)</b> :)", "<b>🙂</b> 🙂"),
            ("a:) :). (:) :-):-) 8) x8-)", "a:) :). (:) :-):-) 8) x8-)"),
            ("&gt;:) :P :p :MAD:", "&gt;:) 😛 :p :MAD:"),
            ("<code>:)</code> <a href=\"u\">:)</a>", "<code>:)</code> <a href=\"u\">🙂</a>"),
        ] {
            assert_eq!(convert_smilies(html), shown, "{html}");
        }
    }
}
