//! Why a fetch failed: in detail for the log, in one text for everyone else.

use std::time::Duration;

use crate::net::admission::Refusal;

/// The words for every failure that tells something about a network: whether an address is refused, a
/// name exists, a port is open or filtered, or what listens there. One text, so that nobody can use us
/// as a port scanner (A1.3).
pub const UNREACHABLE_TEXT: &str = "The page could not be fetched.";
/// The words for a fetch that our own limits put off; they say nothing about the other server.
pub const BUSY_TEXT: &str = "Too many fetches at the moment. Please try again later.";

/// The budget that ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Looking the name up.
    Resolve,
    /// Opening the TCP connection.
    Connect,
    /// The TLS handshake.
    Tls,
    /// From the request to the end of the answer's header.
    Headers,
    /// The body came slower than the least rate.
    BodyRate,
    /// The whole chain, redirects included.
    Chain,
}

/// What is wrong with a redirect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRedirect {
    /// A redirect status without a Location.
    #[error("no Location")]
    NoLocation,
    /// A Location that is no URL, or whose URL is not text.
    #[error("unusable Location")]
    Unparsable,
    /// From https to http on another host.
    #[error("https to http on another host")]
    Downgrade,
    /// Away from the blog that the request is to stay on.
    #[error("away from the blog")]
    Away,
    /// To a URL that this chain has been at.
    #[error("loop")]
    Loop,
    /// One more than the request allows.
    #[error("too many redirects")]
    TooMany,
    /// To a URL that may not be reached.
    #[error("to a refused URL: {0}")]
    Refused(Refusal),
}

/// Why a fetch failed. `Display` is the detail for the log; [`FetchError::public_text`] is what others
/// may be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The URL, or an address of its name, may not be reached.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// The name could not be looked up.
    #[error("look-up failed: {0}")]
    Resolve(String),
    /// No address of the name took the connection.
    #[error("connection failed: {0}")]
    Connect(String),
    /// The TLS handshake failed, the certificate included.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// A budget of time ran out.
    #[error("too slow: {0:?}")]
    Timeout(Phase),
    /// The answer's header is larger, or has more fields, than allowed.
    #[error("the answer's header is too large")]
    TooLarge,
    /// A redirect that is not followed.
    #[error("bad redirect: {0}")]
    BadRedirect(BadRedirect),
    /// The answer is not HTTP, or ended early.
    #[error("not HTTP: {0}")]
    Protocol(String),
    /// The content encoding is unknown, layered, broken or a bomb.
    #[error("content encoding: {0}")]
    Encoding(String),
    /// A successful answer of a media type that was not asked for.
    #[error("media type {0}")]
    MediaType(String),
    /// What was to be sent is larger than allowed.
    #[error("the body to be sent is too large")]
    SentTooLarge,
    /// Our limits put the fetch off.
    #[error("too many fetches, retry after {retry_after:?}")]
    Busy {
        /// When it may work again.
        retry_after: Duration,
    },
    /// Others are fetching there, and no turn came up in time. Told as what is not there: how long the others
    /// take says what they found.
    #[error("no turn came up, retry after {retry_after:?}")]
    NoTurn {
        /// When it may work again.
        retry_after: Duration,
    },
    /// The host failed too often lately and is left alone for a while.
    #[error("the host failed too often, retry after {retry_after:?}")]
    CircuitOpen {
        /// When it is tried again.
        retry_after: Duration,
    },
}

impl FetchError {
    /// What may be told to whoever caused the fetch.
    pub fn public_text(&self) -> &'static str {
        match self {
            Self::Busy { .. } => BUSY_TEXT,
            _ => UNREACHABLE_TEXT,
        }
    }

    /// Whether the same fetch may work later, so that a job should try again.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Resolve(_)
            | Self::Connect(_)
            | Self::Timeout(_)
            | Self::Protocol(_)
            | Self::Busy { .. }
            | Self::NoTurn { .. }
            | Self::CircuitOpen { .. } => true,
            Self::Refused(_)
            | Self::Tls(_)
            | Self::TooLarge
            | Self::BadRedirect(_)
            | Self::Encoding(_)
            | Self::MediaType(_)
            | Self::SentTooLarge => false,
        }
    }

    /// How long to wait at least before trying again, where our own limits know.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after } | Self::NoTurn { retry_after } | Self::CircuitOpen { retry_after } => {
                Some(*retry_after)
            }
            _ => None,
        }
    }

    /// Whether it speaks against the host, for the circuit breaker: it wasted our time or a connection.
    pub(super) fn is_host_failure(&self) -> bool {
        matches!(
            self,
            Self::Resolve(_) | Self::Connect(_) | Self::Tls(_) | Self::Timeout(_) | Self::Protocol(_) | Self::TooLarge
        )
    }

    /// The label of the metric `rejoinder_fetches_total`.
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Resolve(_) => "resolve",
            Self::Connect(_) => "connect",
            Self::Tls(_) => "tls",
            Self::Timeout(_) => "timeout",
            Self::TooLarge => "too_large",
            Self::BadRedirect(_) => "bad_redirect",
            Self::Protocol(_) => "protocol",
            Self::Encoding(_) => "encoding",
            Self::MediaType(_) => "media_type",
            Self::SentTooLarge => "sent_too_large",
            Self::Busy { .. } => "busy",
            Self::NoTurn { .. } => "no_turn",
            Self::CircuitOpen { .. } => "circuit_open",
        }
    }
}

impl From<Refusal> for FetchError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<BadRedirect> for FetchError {
    fn from(redirect: BadRedirect) -> Self {
        Self::BadRedirect(redirect)
    }
}
