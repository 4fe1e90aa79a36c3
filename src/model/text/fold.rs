//! The equality under which WordPress's database compares names, addresses and texts: without case,
//! without accents, without trailing spaces (WP 7.1 §1.1, collation). The duplicate, flood and
//! "previously approved" checks compare folded texts, the moderation rules search in them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The form in which texts that count as equal are equal. Folding twice is folding once.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.trim_end_matches(' ').to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|&c| !is_accent(c)).flat_map(char::to_lowercase).nfkd().filter(|&c| !is_accent(c)) {
        match c {
            'ß' => out.push_str("ss"),
            'ς' => out.push('σ'),
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// Marks above, below and through letters, and the vowel points of Hebrew and Arabic. Other combining
/// marks spell different words (the vowels of Thai, the voicing of kana), so they stay.
fn is_accent(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..=35 | 200..=240)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_and_trailing_spaces_do_not_count() {
        for (a, b) in [
            ("Held", "held"),
            ("HELD@example.com  ", "held@EXAMPLE.com"),
            ("Café", "CAFE"),
            ("İstanbul", "istanbul"),
            ("STRASSE", "Straße"),
            ("ΣΟΦΌΣ", "σοφος"),
            ("ﬁn", "FIN"),
            ("Ｆｕｌｌ", "full"),
            ("и\u{306}", "И"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn different_letters_stay_different() {
        for (a, b) in [("a b", "ab"), (" a", "a"), ("का", "की"), ("は", "ば"), ("กิ", "กี"), ("o", "0")]
        {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,20}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
