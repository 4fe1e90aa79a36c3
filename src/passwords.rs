//! Passwords: argon2id with OWASP's parameters, a few at a time, on threads of their own, so that a flood
//! of log-ins takes neither the memory nor the cores that readers need.

use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{Error, Result};

/// OWASP's minimum of 2026: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at once: bounds memory at twice 19 MiB.
const HASHES_MAX: usize = 2;
/// How long a log-in waits for its turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of a password.
pub const PASSWORD_BYTES_MIN: usize = 8;
/// Bytes of a password at most: hashing longer ones would be a way to keep us busy.
pub const PASSWORD_BYTES_MAX: usize = 1_024;

/// See the module.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(HASHES_MAX)))
    }
}

/// What checking a password said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It is not the password.
    Wrong,
    /// It is.
    Right,
    /// It is, and its hash was made with older parameters: keep this one instead.
    RightUpgrade(String),
}

impl Passwords {
    /// Hashes a new password; refuses one that is too short or too long.
    pub async fn hash(&self, password: String) -> Result<String> {
        if !(PASSWORD_BYTES_MIN..=PASSWORD_BYTES_MAX).contains(&password.len()) {
            return Err(Error::invalid(
                "password",
                format!(
                    "A password has {PASSWORD_BYTES_MIN} to {PASSWORD_BYTES_MAX} bytes; this one has {}.",
                    password.len()
                ),
            ));
        }
        self.run(move || hash(&composed(&password))).await
    }

    /// Checks a password against a stored hash. Without one (no such account) it takes as long and says no.
    pub async fn check(&self, password: String, stored: Option<String>) -> Result<Checked> {
        if password.len() > PASSWORD_BYTES_MAX {
            return Ok(Checked::Wrong);
        }
        self.run(move || check(&composed(&password), stored.as_deref())).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let turn = tokio::time::timeout(TURN_TIMEOUT, self.0.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Error::unavailable("too many passwords are being checked")) };
        let result = tokio::task::spawn_blocking(work).await;
        drop(turn);
        result.map_err(|e| Error::internal(format!("checking a password: {e}")))?
    }
}

/// The password in NFC: keyboards differ in how they write an accent, people do not know it.
fn composed(password: &str) -> String {
    password.nfc().collect()
}

fn argon2() -> Result<Argon2<'static>> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| Error::internal(format!("argon2 parameters: {e}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String> {
    let hash = argon2()?
        .hash_password(password.as_bytes())
        .map_err(|e| Error::internal(format!("hashing a password: {e}")))?;
    Ok(hash.to_string())
}

fn check(password: &str, stored: Option<&str>) -> Result<Checked> {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    if NOBODYS.get().is_none() {
        let _first = NOBODYS.set(hash("nobody's password")?);
    }
    let text = stored.or(NOBODYS.get().map(String::as_str)).unwrap_or_default();
    let parsed = PasswordHash::new(text).map_err(|e| Error::internal(format!("a stored password hash: {e}")))?;
    let right = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok();
    Ok(match (right && stored.is_some(), is_current(&parsed)) {
        (false, _) => Checked::Wrong,
        (true, true) => Checked::Right,
        (true, false) => Checked::RightUpgrade(hash(password)?),
    })
}

fn is_current(stored: &PasswordHash) -> bool {
    stored.to_string().contains(&format!("$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_accent_is_the_same_however_the_keyboard_writes_it() {
        let passwords = Passwords::default();
        let stored = passwords.hash("pass e\u{301}te\u{301}".into()).await.unwrap();
        for (typed, checked) in [
            ("pass \u{e9}t\u{e9}", Checked::Right),
            ("pass e\u{301}te\u{301}", Checked::Right),
            ("pass ete", Checked::Wrong),
        ] {
            assert_eq!(passwords.check(typed.into(), Some(stored.clone())).await.unwrap(), checked, "{typed}");
        }
    }
}
