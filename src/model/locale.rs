//! In which language a blog is written: WordPress's option `WPLANG`, `de_DE` as WordPress spells it, and `de-DE` as
//! documents do (BCP 47). What people write under its posts is taken to be in the same; our own words are English.
//! Read by [`crate::model::options`], told by the pages, the feeds and the settings.

use std::fmt::Write as _;

/// The language of WordPress, and of our own words.
const ENGLISH: &str = "en_US";
/// WordPress's variants that are no variants of BCP 47: how readers are addressed, and an orthography by another name.
const OWN_VARIANTS: [&str; 3] = ["formal", "informal", "ao90"];

/// A locale as WordPress spells it; English of the United States unless somebody says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locale {
    language: String,
    script: String,
    region: String,
    variant: String,
}

impl Locale {
    /// Reads `de_DE`, and what people write for it, `de-de`; nothing is English. `None` for what has not the shape of a
    /// locale: language, and perhaps script, region and variant. Whether there is such a language nobody here can tell.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let mut parts = text.split(['_', '-']).peekable();
        let mut next = |fits: fn(&str) -> bool| parts.next_if(|part| fits(part)).unwrap_or_default();
        let (language, script, region, variant) =
            (next(is_language), next(is_script), next(is_region), next(is_variant));
        if parts.next().is_some() || language.is_empty() {
            return None;
        }
        let title = script.get(..1).unwrap_or_default().to_ascii_uppercase()
            + &script.get(1..).unwrap_or_default().to_ascii_lowercase();
        let locale = Self {
            language: language.to_ascii_lowercase(),
            script: title,
            region: region.to_ascii_uppercase(),
            variant: variant.to_ascii_lowercase(),
        };
        Some(if locale.joined("_") == ENGLISH { Self::default() } else { locale })
    }

    /// As the option is stored: WordPress's spelling, empty for its own English.
    pub fn stored(&self) -> String {
        self.joined("_")
    }

    /// WordPress's spelling, also of its own English.
    pub fn name(&self) -> String {
        if self.language.is_empty() { ENGLISH.to_owned() } else { self.stored() }
    }

    /// As documents spell it (BCP 47): `de-DE`, also of `de_DE_formal`.
    pub fn tag(&self) -> String {
        if self.language.is_empty() {
            return ENGLISH.replace('_', "-");
        }
        let own = OWN_VARIANTS.contains(&self.variant.as_str());
        Self { variant: if own { String::new() } else { self.variant.clone() }, ..self.clone() }.joined("-")
    }

    /// Whether it is the language of our own words, so that a page in it has one language only.
    pub fn is_english(&self) -> bool {
        matches!(self.language.as_str(), "" | "en")
    }

    fn joined(&self, separator: &str) -> String {
        let more = [&self.script, &self.region, &self.variant].into_iter().filter(|part| !part.is_empty());
        more.fold(self.language.clone(), |mut text, part| {
            let _never_fails = write!(text, "{separator}{part}");
            text
        })
    }
}

fn is_alphabetic(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_language(part: &str) -> bool {
    (2..=3).contains(&part.len()) && is_alphabetic(part)
}

fn is_script(part: &str) -> bool {
    part.len() == 4 && is_alphabetic(part)
}

fn is_region(part: &str) -> bool {
    (part.len() == 2 && is_alphabetic(part)) || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Of BCP 47, or one of WordPress's own.
fn is_variant(part: &str) -> bool {
    let fits =
        (5..=8).contains(&part.len()) || (part.len() == 4 && part.starts_with(|first: char| first.is_ascii_digit()));
    OWN_VARIANTS.contains(&part.to_ascii_lowercase().as_str())
        || (fits && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_are_spelt_as_wordpress_and_as_documents_spell_them() {
        for (given, stored, tag, is_english) in [
            ("", "", "en-US", true),
            ("en_US", "", "en-US", true),
            ("en-us", "", "en-US", true),
            ("en_GB", "en_GB", "en-GB", true),
            ("de_DE", "de_DE", "de-DE", false),
            ("DE-de", "de_DE", "de-DE", false),
            ("de_DE_formal", "de_DE_formal", "de-DE", false),
            ("de_CH_informal", "de_CH_informal", "de-CH", false),
            ("pt_PT_ao90", "pt_PT_ao90", "pt-PT", false),
            ("ca_valencia", "ca_valencia", "ca-valencia", false),
            ("ar", "ar", "ar", false),
            ("ckb", "ckb", "ckb", false),
            ("es_419", "es_419", "es-419", false),
            ("uz_latn_uz", "uz_Latn_UZ", "uz-Latn-UZ", false),
            ("de_1996", "de_1996", "de-1996", false),
        ] {
            let locale = Locale::parse(given).unwrap();
            assert_eq!((locale.stored().as_str(), locale.tag().as_str()), (stored, tag), "{given}");
            assert_eq!(locale.is_english(), is_english, "{given}");
            assert_eq!(Locale::parse(stored), Some(locale), "{given}");
        }
        assert_eq!(Locale::default().name(), "en_US");
    }

    #[test]
    fn what_has_not_the_shape_of_a_locale_is_none() {
        for wrong in [
            "d",
            "german",
            "German (Germany)",
            "de_",
            "_DE",
            "de__DE",
            "de_DE ",
            "de DE",
            "de_GER",
            "de_DE.UTF-8",
            "de_DE_ninechars",
            "de_DE_formal_more",
            "_",
            "dé",
            "d\"",
            "de_\"",
            "de\n",
            "12",
            "x-klingon",
            "de_DE_DE",
        ] {
            assert_eq!(Locale::parse(wrong), None, "{wrong}");
        }
    }
}
