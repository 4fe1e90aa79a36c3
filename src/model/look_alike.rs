//! Names that look like one another: whether a reader would take one for the other (identity-providers §5.3). What
//! looks alike is Unicode's table of confusables (UTS #39 §4), by the crate `unicode-security`; case, accents, spaces
//! and signs do not count. Pure; used by `moderators`, which knows whose names nobody else may use unseen.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use crate::model::text::characters::cut_at_bytes;
use crate::model::text::fold::fold;

/// Bytes of a name that are looked at: those that are kept of one (WP 7.1 §1.7).
const NAME_BYTES_MAX: usize = 245;

/// The forms of a name. Two names look alike if they have one in common.
///
/// There are two, because capitals and small letters look like different things: `I` like `l`, and `i` like nothing.
/// One is folded before it is compared by looks, the other after.
pub fn keys(name: &str) -> [String; 2] {
    let name = cut_at_bytes(name, NAME_BYTES_MAX);
    let looks: String = skeleton(name).collect();
    let folded: String = skeleton(&fold(name)).collect();
    [bare(&fold(&looks)), bare(&fold(&folded))]
}

/// The letters and digits alone; of a name that has none, all of it.
fn bare(text: &str) -> String {
    let letters: String = text.nfc().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { text.chars().filter(|c| !c.is_whitespace()).collect() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_alike(a: &str, b: &str) -> bool {
        let keys_of_b = keys(b);
        keys(a).iter().any(|key| !key.is_empty() && keys_of_b.contains(key))
    }

    #[test]
    fn names_that_a_reader_takes_for_one_another_look_alike() {
        for (name, other) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("Ada Lovelace", "ADA LOVELACE"),
            ("Ada Lovelace", "  ada   lovelace "),
            ("Ada Lovelace", "AdaLovelace"),
            ("Ada Lovelace", "Ada_Lovelace."),
            ("Ada Lovelace", "Ada Lovelace ✓"),
            ("Ada Lovelace", "⭐ Ada Lovelace ⭐"),
            ("Ada Lovelace", "Adá Lövelace"),
            // Cyrillic
            ("Ada Lovelace", "\u{410}d\u{430} L\u{43e}v\u{435}lac\u{435}"),
            // Greek capitals, fullwidth, mathematical letters
            ("Ada Lovelace", "\u{391}da Lovelace"),
            ("Ada Lovelace", "Ａｄａ Ｌｏｖｅｌａｃｅ"),
            ("Ada Lovelace", "𝐀𝐝𝐚 𝐋𝐨𝐯𝐞𝐥𝐚𝐜𝐞"),
            ("Ian", "lan"),
            ("Ian", "1an"),
            ("Ian", "IAN"),
            ("Ian", "ian"),
            ("admin", "ad\u{200B}min"),
            ("admin", "adrnin"),
            ("admin", "Αdmin"),
            ("Bob", "B0b"),
            ("Müller", "Muller"),
            ("ада", "АДА"),
            ("明", "明"),
            ("✿", " ✿ "),
        ] {
            assert!(look_alike(name, other), "{name} {other}: {:?} {:?}", keys(name), keys(other));
        }
    }

    #[test]
    fn other_names_do_not() {
        for (name, other) in [
            ("Ada Lovelace", "Ada"),
            ("Ada Lovelace", "Ada Lovelace Jr"),
            ("Ada", "Ida"),
            ("Ian", "Jan"),
            ("Ian", "Dan"),
            ("明", "昍"),
            ("✿", "❀"),
            ("", ""),
            ("Ada", ""),
            (" ", "Ada"),
        ] {
            assert!(!look_alike(name, other), "{name} {other}: {:?} {:?}", keys(name), keys(other));
        }
    }

    #[test]
    fn a_name_is_looked_at_up_to_its_bound() {
        let edge = "a".repeat(NAME_BYTES_MAX);
        assert_eq!(keys(&edge)[0].len(), NAME_BYTES_MAX);
        assert!(look_alike(&edge, &format!("{edge}b")), "no more is kept of a name");
        assert!(!look_alike(&edge, &edge[1..]));
    }
}
