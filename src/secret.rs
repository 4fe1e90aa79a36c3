//! The instance's key: made once, kept in the database, used for everything this server signs and later
//! recognises (form tokens, preview hashes, commenter cookies).

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::error::{Error, Result};
use crate::model::application_password::LETTERS;
use crate::store::db::Db;
use crate::store::instance;

const KEY_BYTES: usize = 32;
const NAME: &str = "secret_key";

/// The key.
#[derive(Debug)]
pub struct Secret(SecretBox<[u8; KEY_BYTES]>);

impl Secret {
    /// Reads the key, or makes it when the database has none.
    pub async fn load(db: &Db) -> Result<Self> {
        let hex = if let Some(hex) = instance::find(db, NAME).await? {
            hex
        } else {
            let made = hex(&random_bytes::<KEY_BYTES>());
            db.write(async move |tx| instance::insert_once(tx, NAME, &made).await).await?
        };
        let bytes = unhex(&hex)
            .and_then(|b| b.try_into().ok())
            .ok_or_else(|| Error::internal("the instance's secret key is damaged"))?;
        Ok(Self(SecretBox::new(Box::new(bytes))))
    }

    /// The signature of `parts` for `purpose`, in hexadecimal, 64 characters. A signature for one purpose
    /// is none for another; parts are kept apart by their lengths.
    pub fn sign(&self, purpose: &str, parts: &[&str]) -> String {
        hex(&self.digest(purpose, parts))
    }

    /// Whether `signature` is the one of `parts` for `purpose`, in time that tells nothing. A shortened
    /// one of at least 32 characters is taken, since WordPress's hashes have 32.
    pub fn verify(&self, purpose: &str, parts: &[&str], signature: &str) -> bool {
        const CHARS_MIN: usize = 32;
        let right = self.sign(purpose, parts);
        let given = signature.as_bytes();
        given.len() >= CHARS_MIN
            && given.len() <= right.len()
            && bool::from(right.as_bytes()[..given.len()].ct_eq(given))
    }

    /// The same as bytes, for what stays here.
    pub fn digest(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).expect("a key of 32 bytes");
        for part in std::iter::once(&purpose).chain(parts) {
            mac.update(&part.len().to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// Random bytes from the system: the one place that asks for them.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    rand::random()
}

/// A number in 0..1, for waits that should not coincide.
pub fn chance() -> f64 {
    rand::random()
}

/// A new token nobody can guess: 256 bits in hexadecimal.
pub fn new_token() -> String {
    hex(&random_bytes::<32>())
}

/// A new password for a program: 24 letters and digits.
pub fn new_application_password() -> String {
    use rand::distr::{Alphanumeric, SampleString as _};
    Alphanumeric.sample_string(&mut rand::rng(), LETTERS)
}

/// What is kept of a token.
pub fn token_hash(token: &str) -> Vec<u8> {
    use sha2::Digest as _;
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Bytes in hexadecimal, lower-case.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret(SecretBox::new(Box::new([7; KEY_BYTES])))
    }

    #[test]
    fn a_signature_holds_for_its_purpose_and_parts_only() {
        let secret = secret();
        let signature = secret.sign("preview", &["1", "23"]);
        assert!(secret.verify("preview", &["1", "23"], &signature));
        assert!(secret.verify("preview", &["1", "23"], &signature[..32]));
        for (purpose, parts, given) in [
            ("form", &["1", "23"][..], signature.as_str()),
            ("preview", &["12", "3"], &signature),
            ("preview", &["1", "23"], &signature[..31]),
            ("preview", &["1", "23"], ""),
        ] {
            assert!(!secret.verify(purpose, parts, given), "{purpose} {parts:?} {given}");
        }
        let longer = format!("{signature}0");
        assert!(!secret.verify("preview", &["1", "23"], &longer));
    }

    #[test]
    fn an_application_password_is_letters_and_digits_and_never_the_same() {
        let made: std::collections::BTreeSet<String> = (0..100).map(|_| new_application_password()).collect();
        assert_eq!(made.len(), 100);
        assert!(made.iter().all(|p| p.len() == LETTERS && p.bytes().all(|b| b.is_ascii_alphanumeric())), "{made:?}");
    }

    #[test]
    fn bytes_survive_hexadecimal() {
        assert_eq!(unhex(&hex(&[0, 1, 254, 255])), Some(vec![0, 1, 254, 255]));
        assert_eq!(unhex("0g"), None);
    }
}
