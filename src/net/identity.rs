//! The calls to identity providers: discovery and keys, the code redeemed, the ID token verified, the profile asked
//! for. OAuth and OpenID Connect are the libraries' (`oauth2`, `openidconnect`), which get the one fetcher as their
//! HTTP client; what real providers do otherwise than the standards is put right here and nowhere else. Called by
//! `actions/begin_log_in` and `actions/complete_log_in`.

pub mod apple;
mod calls;
pub mod id_token;
mod issuers;
mod redeem;
pub mod sso_token;

use std::time::Duration;

use crate::net::fetcher::FetchError;

pub use calls::Caller;
pub use issuers::{
    BACK_OFF_FIRST, BACK_OFF_MAX, DISCOVERED_FOR, ISSUERS_MAX, Issuers, KEYS_ASKED_AGAIN_AFTER, Metadata, STALE_FOR,
};
pub use redeem::{Asked, Auth, Client, Tokens, authorization_url, redeem};

/// Why a provider could not be asked, or what it said could not be used. In detail: for the log and the provider's
/// owner, never for the visitor (ID-9).
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProviderError {
    /// It did not answer.
    #[error("{what}: {error}")]
    Fetch {
        /// What was asked for.
        what: &'static str,
        /// Why not.
        error: FetchError,
    },
    /// It answered that it would not.
    #[error("{what}: answered with status {status}")]
    Status {
        /// What was asked for.
        what: &'static str,
        /// How it answered.
        status: u16,
        /// When it may work again, if it said.
        retry_after: Option<Duration>,
    },
    /// It refused in the words of OAuth.
    #[error("it refused: {code}")]
    Refused {
        /// Its code, made harmless.
        code: String,
    },
    /// What it said makes no sense, or is not to be believed.
    #[error("{0}")]
    Unusable(String),
    /// It failed lately, and is not asked again yet.
    #[error("it failed lately and is not asked again for {} s", retry_after.as_secs().max(1))]
    LeftAlone {
        /// When it is.
        retry_after: Duration,
    },
}

impl ProviderError {
    fn unusable(detail: impl std::fmt::Display) -> Self {
        Self::Unusable(detail.to_string())
    }

    /// How long to wait before it makes sense to try again, where that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Fetch { error, .. } => error.retry_after(),
            Self::Status { retry_after, .. } => *retry_after,
            Self::LeftAlone { retry_after } => Some(*retry_after),
            Self::Refused { .. } | Self::Unusable(_) => None,
        }
    }

    /// Whether it no longer knows the number that it gave us (RFC 6749 §5.2).
    pub fn is_invalid_client(&self) -> bool {
        matches!(self, Self::Refused { code } if code == "invalid_client")
    }
}

/// A provider's code of an error, safe to show to its owner and to log.
pub fn harmless_code(given: &str) -> String {
    const CODE_CHARS_MAX: usize = 64;
    let harmless: String = given
        .chars()
        .take(CODE_CHARS_MAX)
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ') { c } else { '?' })
        .collect();
    if harmless.is_empty() { "no code".to_owned() } else { harmless }
}
