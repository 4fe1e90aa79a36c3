//! The text of one typed element to its value, as lenient as PHP's casts (WP 7.1 §1.3). `decode` calls
//! these on closing tags; `prolog` shares [`trim`].

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// What PHP's `trim` takes off: XML's white space, vertical tab and NUL.
pub(super) fn is_trimmed(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\0')
}

/// The text without surrounding white space, as PHP trims.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_trimmed)
}

/// An optional sign and leading digits; the rest is ignored, nothing is 0, too large saturates.
pub(super) fn int(text: &str) -> i64 {
    let text = trim(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = &unsigned[..leading_digits(unsigned)];
    let negative = text.starts_with('-');
    digits.bytes().fold(0, |sum: i64, digit| {
        let digit = i64::from(digit - b'0');
        sum.saturating_mul(10).saturating_add(if negative { -digit } else { digit })
    })
}

/// The longest leading decimal number, with fraction and exponent; nothing is 0.
pub(super) fn double(text: &str) -> f64 {
    let text = trim(text);
    text[..number_length(text)].parse().unwrap_or(0.0)
}

/// Bytes of the decimal number at the start of `text`: sign, digits, fraction, exponent.
fn number_length(text: &str) -> usize {
    let sign = usize::from(text.starts_with(['+', '-']));
    let whole = leading_digits(&text[sign..]);
    let mut end = sign + whole;
    if let Some(rest) = text[end..].strip_prefix('.') {
        let fraction = leading_digits(rest);
        if whole + fraction == 0 {
            return 0;
        }
        end += 1 + fraction;
    }
    if let Some(rest) = text[end..].strip_prefix(['e', 'E']) {
        let sign = usize::from(rest.starts_with(['+', '-']));
        let digits = leading_digits(&rest[sign..]);
        if digits > 0 {
            end += 1 + sign + digits;
        }
    }
    end
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Everything is true but nothing, `0` and, other than in WordPress, `false` in any case.
pub(super) fn boolean(text: &str) -> bool {
    let text = trim(text);
    !(text.is_empty() || text == "0" || text.eq_ignore_ascii_case("false"))
}

/// The bytes that the base64 letters in `text` spell. Other characters are skipped, padding may be
/// missing, and a last lone letter, which spells nothing, is dropped.
pub(super) fn base64(text: &str) -> Vec<u8> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let mut letters: Vec<u8> = text.bytes().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).collect();
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    LENIENT.decode(letters).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints_as_php_casts_them() {
        for (text, expected) in [
            ("12abc", 12),
            (" -7 ", -7),
            ("+8", 8),
            ("", 0),
            ("1.9", 1),
            ("x", 0),
            ("-", 0),
            ("--1", 0),
            ("9223372036854775807", i64::MAX),
            ("9223372036854775808", i64::MAX),
            ("99999999999999999999999", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("-9223372036854775809", i64::MIN),
        ] {
            assert_eq!(int(text), expected, "{text:?}");
        }
    }

    #[test]
    fn doubles_as_php_casts_them() {
        for (text, expected) in [
            ("1e3", 1000.0),
            (".5", 0.5),
            ("abc", 0.0),
            ("", 0.0),
            (".", 0.0),
            ("-.5x", -0.5),
            ("5.", 5.0),
            (" 1.5 ", 1.5),
            ("1e", 1.0),
            ("1e+", 1.0),
            ("2E-1", 0.2),
            ("inf", 0.0),
            ("nan", 0.0),
        ] {
            assert!((double(text) - expected).abs() < 1e-12, "{text:?} -> {}", double(text));
        }
    }

    #[test]
    fn booleans_as_wordpress_but_for_the_word_false() {
        for text in ["1", "true", " 1 ", "2", "00", "0.0", "no"] {
            assert!(boolean(text), "{text:?}");
        }
        for text in ["", "0", " 0 ", "\n", "false", "FALSE", " False "] {
            assert!(!boolean(text), "{text:?}");
        }
    }

    #[test]
    fn base64_is_read_leniently() {
        for (text, expected) in [
            ("aGVsbG8=", b"hello".as_slice()),
            ("aGVsbG8", b"hello"),
            ("aGVs\n  bG8=\n", b"hello"),
            ("aG*Vs-bG8", b"hello"),
            ("YQ==YQ==", b"a\x06\x10"),
            ("a", b""),
            ("!!!", b""),
            ("", b""),
        ] {
            assert_eq!(base64(text), expected, "{text:?}");
        }
    }
}
