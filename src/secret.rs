//! The instance's key: made once, kept in the database, used for everything this server signs and later
//! recognises (form tokens, preview hashes, commenter cookies).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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
/// Bytes by which a sealed text is known to be ours.
const SEAL_BYTES: usize = 16;

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

    /// Seals a hash: the same one the same way each time, so that it can stand for somebody in an address
    /// (the idea of RFC 5297, for a text of one block: a keyed hash of the text is its seal, and a keyed hash
    /// of the seal hides it). A seal for one purpose cannot be opened for another.
    pub fn seal(&self, purpose: &str, hash: &[u8; 32]) -> String {
        let seal = &self.digest(purpose, &["seal", &hex(hash)])[..SEAL_BYTES];
        let hidden = self.hidden(purpose, seal, hash);
        URL_SAFE_NO_PAD.encode([seal, &hidden].concat())
    }

    /// What was sealed; none for a text that this instance did not seal for this purpose.
    pub fn unseal(&self, purpose: &str, sealed: &str) -> Option<[u8; 32]> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (seal, hidden) = bytes.split_at_checked(SEAL_BYTES)?;
        let hash = self.hidden(purpose, seal, hidden.try_into().ok()?);
        let right = self.digest(purpose, &["seal", &hex(&hash)]);
        bool::from(right[..SEAL_BYTES].ct_eq(seal)).then_some(hash)
    }

    /// Hides a hash, or shows it again.
    fn hidden(&self, purpose: &str, seal: &[u8], hash: &[u8; 32]) -> [u8; 32] {
        let mask = self.digest(purpose, &["mask", &hex(seal)]);
        std::array::from_fn(|at| hash[at] ^ mask[at])
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

/// What [`hex`] was made of; none for what is no hexadecimal.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
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
    fn what_is_sealed_is_opened_for_its_purpose_only() {
        let (secret, other) = (secret(), Secret(SecretBox::new(Box::new([8; KEY_BYTES]))));
        let hash = [3; 32];
        let sealed = secret.seal("avatar", &hash);
        assert_eq!((sealed.len(), sealed.as_str()), (64, secret.seal("avatar", &hash).as_str()));
        assert_eq!(secret.unseal("avatar", &sealed), Some(hash));
        assert_eq!((secret.unseal("form", &sealed), other.unseal("avatar", &sealed)), (None, None));
        assert_ne!(sealed, secret.seal("avatar", &[4; 32]));
        for at in 0..sealed.len() {
            let mut changed: Vec<u8> = sealed.bytes().collect();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(secret.unseal("avatar", &changed), None, "{at}");
        }
        for text in ["", "A", "=", &sealed[..63], &format!("{sealed}A"), &"A".repeat(64)] {
            assert_eq!(secret.unseal("avatar", text), None, "{text}");
        }
    }

    #[test]
    fn bytes_survive_hexadecimal() {
        assert_eq!(unhex(&hex(&[0, 1, 254, 255])), Some(vec![0, 1, 254, 255]));
        assert_eq!(unhex("0g"), None);
    }
}
