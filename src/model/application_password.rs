//! Passwords that an account gives to programs (WP 7.1 comments §8.10): 24 letters and digits, shown once, in
//! groups of four. Whatever else is typed between them does not count.

use crate::model::time::Timestamp;

/// Letters and digits of an application password: 142 bits, beyond guessing.
pub const LETTERS: usize = 24;
/// Letters in a group, as it is shown.
const GROUP_LETTERS: usize = 4;
/// Hexadecimal digits in each part of a UUID.
const UUID_PARTS: [usize; 5] = [8, 4, 4, 4, 12];

/// An application password, as far as anybody may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationPassword {
    /// By which it is named and revoked.
    pub uuid: String,
    /// The UUID that the program gave itself, may be empty.
    pub app_id: String,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to a few minutes.
    pub last_used_at: Option<Timestamp>,
    /// From which address.
    pub last_ip: Option<String>,
}

/// What counts of a typed password: its letters and digits, where there are as many as there must be.
pub fn typed(text: &str) -> Option<String> {
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    (letters.len() == LETTERS).then_some(letters)
}

/// A password in groups of four, as people copy it.
pub fn in_groups(password: &str) -> String {
    let letters: Vec<char> = password.chars().collect();
    letters.chunks(GROUP_LETTERS).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// Whether a text is a UUID, in the lower case that WordPress wants of an `app_id`.
pub fn is_uuid(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq(UUID_PARTS) && parts.iter().all(|p| is_hex(p))
}

/// A random UUID of these bytes (RFC 9562 §5.4).
pub fn uuid_v4(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut digits = format!("{:032x}", u128::from_be_bytes(bytes));
    for at in [20, 16, 12, 8] {
        digits.insert(at, '-');
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_and_digits_count() {
        let plain = "abcdEFGH1234ijklMNOP5678";
        for given in [
            plain,
            "abcd EFGH 1234 ijkl MNOP 5678",
            " abcd-EFGH-1234-ijkl-MNOP-5678\n",
            "abcd\u{a0}EFGH 1234 ijkl MNOP 5678",
        ] {
            assert_eq!(typed(given).as_deref(), Some(plain), "{given:?}");
        }
        for given in ["", &plain[1..], &format!("{plain}x"), "correct horse battery staple", "äbcdEFGH1234ijklMNOP5678"]
        {
            assert_eq!(typed(given), None, "{given:?}");
        }
        assert_eq!(in_groups(plain), "abcd EFGH 1234 ijkl MNOP 5678");
    }

    #[test]
    fn uuids_have_their_shape() {
        let made = uuid_v4([0xff; 16]);
        assert_eq!(made, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid_v4([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert!(is_uuid(&made));
        for bad in [
            "",
            "ffffffffffff4fffbfffffffffffffff",
            "FFFFFFFF-ffff-4fff-bfff-ffffffffffff",
            "ffffffff-ffff-4fff-bfff-fffffffffff",
            "ffffffff-ffff-4fff-bfff-ffffffffffff-",
            "gfffffff-ffff-4fff-bfff-ffffffffffff",
            "fffffff-fffff-4fff-bfff-ffffffffffff",
        ] {
            assert!(!is_uuid(bad), "{bad}");
        }
    }
}
