//! Which passwords are too easily guessed, however long they are (ASVS 6.2.4 and 6.2.11): the most common ones,
//! and those that say no more than whose they are and where. Pure; `actions/new_password` asks whenever
//! somebody chooses one.

use crate::model::text::fold::fold;

/// Common passwords of at least the least length, lower-case, one a line; where they come from is said in
/// the LICENSE beside the file.
const COMMON: &str = include_str!("password/common.txt");
/// Characters below which a word says too little to be looked for.
const WORD_CHARS_MIN: usize = 3;

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It is one of the most common.
    Common,
    /// It is made of the login, the e-mail or the site's name, with digits and signs at most.
    Personal,
}

impl Weakness {
    /// What is told to who chose it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Common => {
                "This password is one of the most common ones, which are tried first. A few words in a row are better."
            }
            Self::Personal => {
                "This password says little more than the login, the e-mail or the site’s name. A few other words in a row are better."
            }
        }
    }
}

/// What makes the password easy to guess; `about` is what everybody knows: login, e-mail, names of sites.
pub fn weakness(password: &str, about: &[&str]) -> Option<Weakness> {
    let lower = password.to_lowercase();
    if COMMON.lines().any(|common| common == lower) {
        return Some(Weakness::Common);
    }
    is_made_of(password, about).then_some(Weakness::Personal)
}

/// Whether no letter is left once the words are taken out.
fn is_made_of(password: &str, about: &[&str]) -> bool {
    let bare = |text: &str| fold(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let mut words: Vec<String> =
        about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).map(bare).collect();
    words.extend(about.iter().map(|text| bare(text)));
    words.retain(|word| word.chars().count() >= WORD_CHARS_MIN);
    // The longest first: a shorter one in it would leave its rest behind.
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = bare(password);
    let left = words.iter().fold(whole.clone(), |left, word| left.replace(word.as_str(), ""));
    left.len() < whole.len() && !left.contains(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_more_than_the_three_thousand_most_common_that_are_long_enough() {
        assert!(COMMON.lines().count() >= 3_000);
        let wrong = COMMON.lines().find(|p| p.len() < crate::passwords::PASSWORD_BYTES_MIN || **p != p.to_lowercase());
        assert_eq!(wrong, None, "a password that could not be chosen, or would not be found");
    }

    #[test]
    fn common_passwords_are_found_in_any_case() {
        for password in ["password", "PassWord", "12345678", "qwertyuiop", "sunshine", "football", "Пароль"] {
            assert_eq!(weakness(password, &[]), Some(Weakness::Common), "{password}");
        }
        for password in ["correct horse", "a long enough password", "passwörd 4711", "xkcd-936-battery"] {
            assert_eq!(weakness(password, &[]), None, "{password}");
        }
    }

    #[test]
    fn what_is_known_of_somebody_is_no_password_with_digits_neither() {
        const ABOUT: [&str; 4] = ["Ada.B", "countess@analytical.example", "The Engine Blog", "blog.example"];
        for password in [
            "countess@analytical.example",
            "AnalyticalExample",
            "countess1815!",
            "The Engine Blog",
            "engineblog",
            "Éngine-2026",
            "blogblogblog",
            "ada.b 12345",
            "2026blog.example",
        ] {
            assert_eq!(weakness(password, &ABOUT), Some(Weakness::Personal), "{password}");
        }
        for password in ["engine of difference", "ada loves numbers", "12071815-10121852", "----////----"] {
            assert_eq!(weakness(password, &ABOUT), None, "{password}");
        }
        assert_eq!(weakness("jo-jo-jo-jo", &["jo"]), None, "two letters are in every other word");
        assert_eq!(weakness("", &["", " "]), None);
    }
}
