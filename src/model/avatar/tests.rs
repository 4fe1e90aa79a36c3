//! Pictures as they are drawn and asked for.

use proptest::prelude::*;

use super::*;

/// WCAG 2.2, "relative luminance" and "contrast ratio".
fn contrast(a: Color, b: Color) -> f32 {
    let luminance = |color: Color| {
        let linear = |channel: u8| {
            let c = f32::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.0) + 0.7152 * linear(color.1) + 0.0722 * linear(color.2)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn letters_and_patterns_can_be_seen_in_every_colour() {
    for step in 0..1_000_u16 {
        let hue = f32::from(step) / 1_000.0;
        let white = Color(255, 255, 255);
        assert!(contrast(dark(hue), white) >= 4.5, "{hue} {} {}", dark(hue), contrast(dark(hue), white));
        assert!(contrast(dark(hue), pale(hue)) >= 3.0, "{hue} {}", contrast(dark(hue), pale(hue)));
        assert!(contrast(dark(hue), pale(hue + 0.5)) >= 3.0, "{hue}");
    }
}

#[test]
fn initials_are_wordpress_s() {
    for (name, expected) in [
        ("Ada Berg", "AB"),
        ("ada maria van der berg", "AB"),
        ("Ada", "AD"),
        ("a", "A"),
        ("José", "JO"),
        ("émile zola", "ÉZ"),
        ("山田 太郎", "山田"),
        ("김철수", "김철"),
        ("<3 (x)", "3X"),
        ("“Bo” & co.", "BC"),
        ("ßeta ßeta", "ßß"),
        ("!!!", ""),
        ("", ""),
    ] {
        assert_eq!(initials(name), expected, "{name}");
    }
    assert_eq!(letters("a<b>&\"c"), "AB");
}

#[test]
fn styles_have_wordpress_s_names() {
    for (style, name) in Style::ALL {
        assert_eq!((Style::parse(name), style.as_str()), (Some(style), name));
    }
    for name in ["mm", "mysteryman"] {
        assert_eq!(Style::parse(name), Some(Style::Mystery));
    }
    assert_eq!(Style::parse("404"), None);
}

#[test]
fn a_picture_server_is_asked_only_where_there_is_one() {
    let options = SiteOptions::default();
    assert_eq!(picture_url(&options, "abc"), None);
    let asked = |server: &str, default: &str, rating: &str| {
        let options = SiteOptions {
            avatar_server: server.into(),
            avatar_default: default.into(),
            avatar_rating: rating.into(),
            ..SiteOptions::default()
        };
        picture_url(&options, "abc").map(String::from).unwrap()
    };
    let server = "https://secure.gravatar.com/avatar/";
    assert_eq!(asked(server, "initials", "G"), format!("{server}abc?s=96&d=404&r=g"));
    assert_eq!(
        asked("https://secure.gravatar.com/avatar", "monsterid", "PG"),
        format!("{server}abc?s=96&d=monsterid&r=pg")
    );
    assert_eq!(asked(server, "gravatar_default", "X"), format!("{server}abc?s=96&r=x"));
}

proptest! {
    #[test]
    fn a_drawing_is_the_same_for_the_same_seed_and_mirrored(seed in any::<[u8; 32]>(), at in 0..Style::ALL.len(), name in "\\PC{0,20}") {
        let style = Style::ALL[at].0;
        let letters = initials(&name);
        prop_assert!(letters.chars().count() <= INITIALS_MAX && letters.chars().all(char::is_alphanumeric));
        let drawing = draw(style, &seed, &letters);
        prop_assert_eq!(&drawing, &draw(style, &seed, &letters));
        if let Drawing::Cells { side, filled, .. } = drawing {
            for (column, row) in &filled {
                prop_assert!(*column < side && *row < side);
                prop_assert!(filled.contains(&(side - 1 - column, *row)));
            }
        }
    }

    #[test]
    fn one_bit_of_the_seed_makes_another_picture(seed in any::<[u8; 32]>(), bit in 16_usize..31) {
        let mut other = seed;
        other[bit / 8] ^= 1 << (bit % 8);
        prop_assert_ne!(draw(Style::Identicon, &seed, ""), draw(Style::Identicon, &other, ""));
    }
}
