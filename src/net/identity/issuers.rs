//! What issuers say of themselves, asked for when it is first needed and remembered: where their endpoints are, and
//! with which keys they sign. An issuer that is down stops nobody but those who want to log in with it (ID-13): what
//! was known is used for a while, and it is asked again later and later.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use openidconnect::core::CoreJsonWebKeySet;
use serde::{Deserialize, Serialize};

use super::{Caller, ProviderError};
use crate::model::time::Timestamp;

/// Most issuers that are remembered.
pub const ISSUERS_MAX: u64 = 1_000;
/// How long what was discovered is taken as it is.
pub const DISCOVERED_FOR: Duration = Duration::from_hours(1);
/// How long it is used when the issuer does not answer any more.
pub const STALE_FOR: Duration = Duration::from_hours(24);
/// How soon after a failure an issuer is asked again; twice as long after each further one.
pub const BACK_OFF_FIRST: Duration = Duration::from_secs(10);
/// How long at most.
pub const BACK_OFF_MAX: Duration = Duration::from_mins(10);
/// How soon its keys are asked for again because of a key that is not among them (ID-8).
pub const KEYS_ASKED_AGAIN_AFTER: Duration = Duration::from_mins(3);

/// What an issuer says of itself (OpenID Connect Discovery §3, RFC 8414 §2), as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Who it says it is.
    pub issuer: String,
    /// Where visitors are sent.
    pub authorization_endpoint: String,
    /// Where codes are redeemed.
    #[serde(default)]
    pub token_endpoint: Option<String>,
    /// Where profiles are.
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    /// Where its keys are.
    #[serde(default)]
    pub jwks_uri: Option<String>,
    /// Where one registers (RFC 7591).
    #[serde(default)]
    pub registration_endpoint: Option<String>,
    /// How it wants clients to prove who they are.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether it takes requests only that were sent to it before (RFC 9126 §5).
    #[serde(default)]
    pub require_pushed_authorization_requests: Option<bool>,
    /// What can be asked for.
    #[serde(default)]
    pub scopes_supported: Option<Vec<String>>,
    /// Whether its answers name it (RFC 9207 §3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: Option<bool>,
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Issuers {
    metadata: Memory<Metadata>,
    keys: Memory<CoreJsonWebKeySet>,
}

impl Default for Issuers {
    fn default() -> Self {
        Self { metadata: Memory::new(), keys: Memory::new() }
    }
}

impl std::fmt::Debug for Issuers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuers").finish_non_exhaustive()
    }
}

impl Issuers {
    /// What the issuer says at this address. Whether it is who it should be, the caller asks.
    pub async fn metadata(&self, caller: &Caller, url: &str, now: Timestamp) -> Result<Arc<Metadata>, ProviderError> {
        const WHAT: &str = "discovery";
        self.metadata
            .get(url, now, DISCOVERED_FOR, async {
                let said = caller.get(WHAT, url, None).await?;
                serde_json::from_value(said).map_err(|e| ProviderError::Unusable(format!("{WHAT}: {e}")))
            })
            .await
    }

    /// The keys at this address: as they are remembered, or, where one is looked for that is not among them, asked
    /// for again if that was not done just now.
    pub async fn keys(
        &self,
        caller: &Caller,
        url: &str,
        is_one_missing: bool,
        now: Timestamp,
    ) -> Result<Arc<CoreJsonWebKeySet>, ProviderError> {
        const WHAT: &str = "the key set";
        let age = if is_one_missing { KEYS_ASKED_AGAIN_AFTER } else { DISCOVERED_FOR };
        self.keys
            .get(url, now, age, async {
                let said = caller.get(WHAT, url, None).await?;
                serde_json::from_value(said).map_err(|e| ProviderError::Unusable(format!("{WHAT}: {e}")))
            })
            .await
    }

    /// Whether the issuer at this address failed lately and nothing is known of it, so that nobody can log in.
    pub fn is_down(&self, url: &str, now: Timestamp) -> bool {
        self.metadata.0.get(url).is_some_and(|entry| entry.known(now).is_none() && entry.left_alone(now).is_some())
    }
}

/// What was fetched, by address.
struct Memory<T>(Cache<String, Arc<Entry<T>>>);

impl<T> Clone for Memory<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Entry<T> {
    value: Option<(Arc<T>, Timestamp)>,
    failures: u32,
    failed_at: Timestamp,
}

impl<T> Entry<T> {
    /// What is known, if it is not too old for anything.
    fn known(&self, now: Timestamp) -> Option<Arc<T>> {
        self.value.as_ref().filter(|(_, at)| now.since(*at) < STALE_FOR).map(|(value, _)| value.clone())
    }

    /// How long it is still left alone after it failed.
    fn left_alone(&self, now: Timestamp) -> Option<Duration> {
        let wait = BACK_OFF_FIRST.saturating_mul(1 << self.failures.saturating_sub(1).min(16)).min(BACK_OFF_MAX);
        let again = self.failed_at.plus(wait);
        (self.failures > 0 && again > now).then(|| again.since(now))
    }
}

impl<T: Send + Sync + 'static> Memory<T> {
    fn new() -> Self {
        Self(Cache::new(ISSUERS_MAX))
    }

    /// What is remembered and not older than `age`; else what `fetch` brings; else, while that fails, what is
    /// remembered at all.
    async fn get(
        &self,
        url: &str,
        now: Timestamp,
        age: Duration,
        fetch: impl Future<Output = Result<T, ProviderError>> + Send,
    ) -> Result<Arc<T>, ProviderError> {
        let entry = self.0.get(url);
        let fresh = entry.as_ref().and_then(|e| e.value.as_ref()).filter(|(_, at)| now.since(*at) < age);
        if let Some((value, _)) = fresh {
            return Ok(value.clone());
        }
        let known = entry.as_ref().and_then(|entry| entry.known(now));
        if let Some(retry_after) = entry.as_ref().and_then(|entry| entry.left_alone(now)) {
            return known.ok_or(ProviderError::LeftAlone { retry_after });
        }
        match fetch.await {
            Ok(value) => {
                let value = Arc::new(value);
                let entry = Entry { value: Some((value.clone(), now)), failures: 0, failed_at: now };
                self.0.insert(url.to_owned(), Arc::new(entry));
                Ok(value)
            }
            Err(error) => {
                let (value, failures) = entry.map_or((None, 0), |e| (e.value.clone(), e.failures));
                let entry = Entry { value, failures: failures.saturating_add(1), failed_at: now };
                self.0.insert(url.to_owned(), Arc::new(entry));
                known.ok_or(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: Timestamp = Timestamp(1_000_000_000);

    fn after(duration: Duration) -> Timestamp {
        BEGIN.plus(duration)
    }

    async fn get(memory: &Memory<u8>, now: Timestamp, answer: Result<u8, ()>) -> (Result<u8, ProviderError>, bool) {
        let mut is_asked = false;
        let got = memory.get("x", now, DISCOVERED_FOR, async {
            is_asked = true;
            answer.map_err(|()| ProviderError::Unusable("down".into()))
        });
        let got = got.await.map(|value| *value);
        (got, is_asked)
    }

    #[tokio::test]
    async fn what_is_known_is_kept_for_an_hour_and_used_for_a_day_when_the_issuer_is_down() {
        let (memory, moment) = (Memory::new(), Duration::from_millis(1));
        assert!(matches!(get(&memory, BEGIN, Ok(1)).await, (Ok(1), true)));
        assert!(matches!(get(&memory, after(DISCOVERED_FOR.saturating_sub(moment)), Ok(2)).await, (Ok(1), false)));
        assert!(
            matches!(get(&memory, after(DISCOVERED_FOR), Err(())).await, (Ok(1), true)),
            "stale is better than none"
        );
        assert!(matches!(get(&memory, after(DISCOVERED_FOR + moment), Ok(2)).await, (Ok(1), false)), "left alone");
        let last = after(STALE_FOR.saturating_sub(moment));
        assert!(matches!(get(&memory, last, Err(())).await, (Ok(1), true)));
        assert!(matches!(get(&memory, after(STALE_FOR), Ok(2)).await, (Err(ProviderError::LeftAlone { .. }), false)));
        assert!(matches!(get(&memory, after(STALE_FOR + BACK_OFF_MAX), Ok(2)).await, (Ok(2), true)));
    }

    #[tokio::test]
    async fn an_issuer_that_fails_is_asked_later_and_later() {
        let (memory, moment) = (Memory::new(), Duration::from_millis(1));
        let mut now = BEGIN;
        let mut wait = BACK_OFF_FIRST;
        for failure in 0..40 {
            assert!(matches!(get(&memory, now, Err(())).await, (Err(ProviderError::Unusable(_)), true)), "{failure}");
            let early = get(&memory, now.plus(wait.saturating_sub(moment)), Ok(1)).await;
            assert!(matches!(early, (Err(ProviderError::LeftAlone { .. }), false)), "{failure}");
            now = now.plus(wait);
            wait = (wait * 2).min(BACK_OFF_MAX);
        }
        assert!(matches!(get(&memory, now, Ok(1)).await, (Ok(1), true)));
        assert!(matches!(get(&memory, now.plus(DISCOVERED_FOR), Err(())).await, (Ok(1), true)), "the count began anew");
        assert!(matches!(get(&memory, now.plus(DISCOVERED_FOR + BACK_OFF_FIRST), Ok(2)).await, (Ok(2), true)));
    }
}
