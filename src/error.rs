//! What can go wrong, as one closed set of kinds, and the one table from kind to HTTP status and exit
//! code. Every ring returns these; each door words them in one place. A message is for the person who
//! meets it and says what to do; internal detail is logged once and never sent.

use std::time::Duration;

use http::StatusCode;

/// What a fallible function of ours returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The kinds of failure a caller may have to tell apart.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A value that was given does not fit.
    #[error("{message}")]
    Invalid {
        /// Which value.
        field: &'static str,
        /// What is wrong with it and what would fit.
        message: String,
    },
    /// Nobody is logged in, or not with what is needed.
    #[error("{0}")]
    Unauthenticated(String),
    /// Who is logged in may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(String),
    /// It would contradict what is there.
    #[error("{0}")]
    Conflict(String),
    /// Too often; worth trying again after the wait.
    #[error("Too many requests. Try again in {} seconds.", retry_after.as_secs().max(1))]
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// More bytes than are taken here.
    #[error("{0}")]
    TooLarge(String),
    /// Right, but not now: the disk is full, the queue is full, the server stops.
    #[error("The server cannot do this just now. Try again in a moment.")]
    Unavailable {
        /// For the log.
        detail: String,
    },
    /// A fault of ours.
    #[error("Something went wrong on the server. It was noted.")]
    Internal(anyhow::Error),
}

impl Error {
    /// A value that does not fit, and what would.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }

    /// Right, but not now; `detail` is for the log.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::Unavailable { detail: detail.into() }
    }

    /// A fault of ours; `detail` is for the log.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::Internal(anyhow::Error::msg(detail.into()))
    }

    /// Something is not there; `what` names it.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound(what.into())
    }

    /// What turns an input or output error into ours; `doing` says what was tried.
    pub fn from_io(doing: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::Internal(anyhow::Error::new(error).context(doing))
    }

    /// The HTTP status of this kind.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Invalid { .. } => StatusCode::BAD_REQUEST,
            Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The exit code of a command that failed so: 2 for what the caller can mend in the call, as getopt
    /// programs do, 75 (EX_TEMPFAIL of sysexits) for what passes, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Invalid { .. } => 2,
            Self::Unavailable { .. } | Self::TooMany { .. } => 75,
            _ => 1,
        }
    }

    /// How long a client should wait, where waiting helps.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after } => Some(*retry_after),
            Self::Unavailable { .. } => Some(Duration::from_secs(5)),
            _ => None,
        }
    }

    /// Logs what the client is not told. Called once, where an error becomes an answer.
    pub fn log(&self) {
        match self {
            Self::Internal(error) => tracing::error!(error = format!("{error:#}"), "internal error"),
            Self::Unavailable { detail } => tracing::warn!(detail, "unavailable"),
            _ => {}
        }
    }
}
