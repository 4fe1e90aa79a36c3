//! The one fetcher: every outgoing HTTP request of the program is a [`Fetcher::get`]. It reaches
//! admitted addresses only, looks a name up once for each hop and connects to what it was told, follows
//! redirects by hand, and has a budget for everything (`security-reliability-performance.md` A1).
//! Called by `actions` (linkbacks, new posts), by `net::identity` (log-ins by a provider) and by the commands that
//! look at a blog.
//!
//! One hop: [`admission`](super::admission) → courtesy (rates, turns) → look-up → admission of all the
//! addresses → connection → header → a redirect, or the body.

mod body;
mod budgets;
mod connection;
mod courtesy;
mod decode;
mod error;
mod redirect;
mod request;
mod turns;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use rustls::ClientConfig;
use tokio::time::Instant;
use url::Url;

pub use budgets::{Budgets, ENCODED_BYTES_MAX, HEADER_BYTES_MAX, HEADER_FIELDS_MAX};
pub use courtesy::{
    CALLERS_MAX, FAILURE_WINDOW, FAILURES_MAX, FETCHES_AT_ONCE_MAX, GLOBAL_FETCHES_MAX, GLOBAL_WINDOW,
    HOST_FETCHES_AT_ONCE_MAX, HOST_FETCHES_MAX, HOST_WINDOW, HOSTS_MAX, OPEN_FOR,
};
pub use decode::{RATIO_FREE_BYTES, RATIO_MAX};
pub use error::{BUSY_TEXT, BadRedirect, FetchError, Phase, UNREACHABLE_TEXT};
pub use request::{
    DATA_BYTES_MAX, DATA_TYPES, FetchRequest, PAGE_TYPES, REDIRECTS_DEFAULT, REDIRECTS_MAX, SENT_BYTES_MAX,
    SOURCE_BYTES_MAX, Sent,
};

use self::budgets::Deadline;
use self::connection::Answer;
use self::courtesy::{Courtesy, HopTurns};
use self::decode::Decoder;
use super::admission::{AdmissionRules, AdmittedUrl, Destination, Refusal};
use super::dialer::{Dial, SystemDialer};
use super::resolver::Resolve;
use crate::model::permalink;
use crate::model::time::Clock;

/// How a fetcher is set up.
#[derive(Clone, Debug, Default)]
pub struct FetcherConfig {
    /// Which URLs and addresses it may reach.
    pub rules: AdmissionRules,
    /// Its budgets of time.
    pub budgets: Budgets,
    /// Switches rates, turns and the circuit breaker off, for tests and benchmarks. The rules of
    /// addresses, and the budgets, stay.
    pub no_limits: bool,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Where the answer came from, after redirects.
    pub url: Url,
    /// The status code, not necessarily a success.
    pub status: u16,
    /// The Content-Type, as sent.
    pub content_type: Option<String>,
    /// The answer's header.
    pub headers: HeaderMap,
    /// The decoded body, cut at the request's `body_bytes_max`.
    pub body: Bytes,
    /// Whether the body was longer than what is here.
    pub is_truncated: bool,
}

impl Fetched {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// How a fetch ended, for those who answer the stranger that caused it.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What [`Fetcher::get`] would have given.
    pub outcome: Result<Fetched, FetchError>,
    /// Whatever speaks against the stranger's URL is told from this moment on and not before: else the time
    /// would tell a refused address from a closed port, and both from a silent one. Counted from the last
    /// hop's beginning, which a server that redirects, and takes its time over it, cannot change.
    pub tell_from: Instant,
}

/// The one way out. Cheap to clone; clones share all limits.
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("rules", &self.0.rules).finish_non_exhaustive()
    }
}

struct Inner {
    rules: AdmissionRules,
    budgets: Budgets,
    resolver: Arc<dyn Resolve>,
    dialer: Arc<dyn Dial>,
    tls: Arc<ClientConfig>,
    courtesy: Option<Courtesy>,
}

impl Fetcher {
    /// A fetcher; a program has one, or its limits would not be limits.
    pub fn new(config: FetcherConfig, resolver: Arc<dyn Resolve>, clock: Clock) -> Self {
        Self::with_dialer(config, resolver, Arc::new(SystemDialer), clock)
    }

    /// A fetcher whose connections somebody else opens, as tests do.
    pub fn with_dialer(config: FetcherConfig, resolver: Arc<dyn Resolve>, dialer: Arc<dyn Dial>, clock: Clock) -> Self {
        let courtesy = (!config.no_limits).then(|| Courtesy::new(clock));
        let (rules, budgets) = (config.rules, config.budgets);
        Self(Arc::new(Inner { rules, budgets, resolver, dialer, tls: connection::tls_config(), courtesy }))
    }

    /// Whether a URL may be fetched as far as can be said without a look-up, so that a caller can
    /// refuse it before storing anything.
    pub fn admit(&self, url: &str) -> Result<AdmittedUrl, Refusal> {
        self.0.rules.admit(url)
    }

    /// Gets the answer to a request, following redirects. Any status is an answer; what is no answer, or may not be
    /// asked for, is an error.
    pub async fn get(&self, request: FetchRequest) -> Result<Fetched, FetchError> {
        self.attempt(request).await.outcome
    }

    /// The same for a stranger: with the moment from which the outcome may be told, if it is a bad one.
    pub async fn attempt(&self, request: FetchRequest) -> Attempt {
        let mut tell_from = Instant::now();
        let outcome = self.0.follow(&request, &mut tell_from).await;
        let label = outcome.as_ref().map_or_else(FetchError::label, |_| "answer");
        metrics::counter!("rejoinder_fetches_total", "outcome" => label).increment(1);
        if let Err(error) = &outcome {
            // Without its query, which may hold what only the host should know.
            tracing::info!(url = &request.url[..url::Position::AfterPath], %error, "fetch failed");
        }
        Attempt { outcome, tell_from }
    }
}

/// What one hop ended with.
enum Hop {
    Page(Fetched),
    Redirect(Url),
}

impl Inner {
    async fn follow(&self, request: &FetchRequest, tell_from: &mut Instant) -> Result<Fetched, FetchError> {
        let deadline = Deadline::after(self.budgets.chain);
        *tell_from = self.budgets.tell_from(&request.url);
        if request.body.as_ref().is_some_and(|body| body.len() > SENT_BYTES_MAX) {
            return Err(FetchError::SentTooLarge);
        }
        let _place = self.courtesy.as_ref().map(Courtesy::enter).transpose()?;
        let mut url = self.rules.admit_url(&request.url)?;
        let mut seen = vec![url.url().clone()];
        loop {
            let next = match self.hop(&url, request, deadline, tell_from).await? {
                Hop::Page(fetched) => return Ok(fetched),
                Hop::Redirect(next) => next,
            };
            *tell_from = self.budgets.tell_from(&next);
            if request.within.as_ref().is_some_and(|home| !permalink::is_on(home, &next)) {
                return Err(BadRedirect::Away.into());
            }
            if seen.len() > request.redirects_allowed() {
                return Err(BadRedirect::TooMany.into());
            }
            url = self.rules.admit_url(&next).map_err(BadRedirect::Refused)?;
            if seen.contains(url.url()) {
                return Err(BadRedirect::Loop.into());
            }
            seen.push(url.url().clone());
        }
    }

    /// One hop with its turns and its effect on the circuit breaker. The turns of a hop that ended badly go on
    /// until that may be told: else who waits for them would learn how long it took.
    async fn hop(
        &self,
        url: &AdmittedUrl,
        request: &FetchRequest,
        deadline: Deadline,
        tell_from: &mut Instant,
    ) -> Result<Hop, FetchError> {
        let courtesy = self.courtesy.as_ref().filter(|_| !request.is_partner);
        let Some(courtesy) = courtesy else { return self.exchange(url, request, deadline, None).await };
        let start = courtesy.start_hop(url, self.budgets.turn);
        let mut turns = deadline.run(Phase::Chain, self.budgets.chain, start).await??;
        *tell_from = self.budgets.tell_from(url.url());
        let outcome = self.exchange(url, request, deadline, Some((courtesy, &mut turns))).await;
        *tell_from = turns.tell_from(*tell_from, self.budgets.hold);
        if outcome.as_ref().is_err_and(FetchError::is_host_failure) {
            courtesy.note_failure(url);
        }
        let is_bad = outcome.as_ref().map_or(true, |hop| matches!(hop, Hop::Page(page) if !page.is_success()));
        if is_bad {
            turns.keep_until(*tell_from);
        }
        outcome
    }

    async fn exchange(
        &self,
        url: &AdmittedUrl,
        request: &FetchRequest,
        deadline: Deadline,
        turns: Option<(&Courtesy, &mut HopTurns)>,
    ) -> Result<Hop, FetchError> {
        let sockets = self.sockets(url, deadline).await?;
        if let (Some((courtesy, turns)), Some(socket)) = (turns, sockets.first()) {
            courtesy.start_address(turns, socket.ip(), self.budgets.turn).await?;
        }
        let stream = connection::connect(&sockets, self.dialer.as_ref(), &self.budgets, deadline).await?;
        let answer = connection::exchange(stream, url, request.message(), &self.tls, &self.budgets, deadline).await?;
        self.read(url, answer, request, deadline).await
    }

    /// The checked addresses of one hop: one look-up, or none for an address.
    async fn sockets(&self, url: &AdmittedUrl, deadline: Deadline) -> Result<Vec<SocketAddr>, FetchError> {
        let addresses = match url.destination() {
            Destination::Address(address) => vec![*address],
            Destination::Name(name) => deadline
                .run(Phase::Resolve, self.budgets.resolve, self.resolver.resolve(name))
                .await?
                .map_err(|error| FetchError::Resolve(error.to_string()))?,
        };
        Ok(self.rules.admit_addresses(url, &addresses)?)
    }

    async fn read(
        &self,
        url: &AdmittedUrl,
        answer: Answer,
        request: &FetchRequest,
        deadline: Deadline,
    ) -> Result<Hop, FetchError> {
        let (parts, incoming) = answer.response.into_parts();
        if redirect::is_redirect(parts.status) {
            return Ok(Hop::Redirect(redirect::target(url, parts.headers.get(header::LOCATION))?));
        }
        let content_type =
            parts.headers.get(header::CONTENT_TYPE).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
        check_media_type(parts.status, content_type.as_deref(), request.accept)?;
        let encodings = parts.headers.get_all(header::CONTENT_ENCODING);
        let decoder = Decoder::new(encodings.into_iter(), request.body_bytes_max)?;
        let (body, is_truncated) = body::read(incoming, decoder, &self.budgets, deadline).await?;
        Ok(Hop::Page(Fetched {
            url: url.url().clone(),
            status: parts.status.as_u16(),
            content_type,
            headers: parts.headers,
            body,
            is_truncated,
        }))
    }
}

/// Refuses a success of a type that was not asked for, before its body is read.
fn check_media_type(status: StatusCode, content_type: Option<&str>, accept: &[&str]) -> Result<(), FetchError> {
    let Some(content_type) = content_type.filter(|_| status.is_success() && !accept.is_empty()) else { return Ok(()) };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_wanted = essence.is_empty()
        || accept.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some("*/") => true,
            Some(prefix) => essence.starts_with(prefix),
            None => essence == *wanted,
        });
    if is_wanted { Ok(()) } else { Err(FetchError::MediaType(essence)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_judged_for_successes_only() {
        let table = [
            (200, Some("text/html; charset=utf-8"), true),
            (200, Some("TEXT/plain"), true),
            (200, Some("application/xhtml+xml"), true),
            (200, Some(""), true),
            (200, None, true),
            (404, Some("image/png"), true),
            (200, Some("image/png"), false),
            (200, Some("application/pdf"), false),
            (206, Some("texthtml"), false),
        ];
        for (status, content_type, is_fine) in table {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(check_media_type(status, content_type, PAGE_TYPES).is_ok(), is_fine, "{content_type:?}");
            assert!(check_media_type(status, content_type, &["*/*"]).is_ok());
        }
    }

    #[test]
    fn failures_that_tell_of_a_network_share_one_text() {
        let errors = [
            FetchError::Refused(Refusal::NoAddress),
            FetchError::Resolve("x".into()),
            FetchError::Connect("x".into()),
            FetchError::Tls("x".into()),
            FetchError::Timeout(Phase::Connect),
            FetchError::TooLarge,
            FetchError::BadRedirect(BadRedirect::Loop),
            FetchError::Protocol("x".into()),
            FetchError::Encoding("x".into()),
            FetchError::MediaType("x".into()),
            FetchError::CircuitOpen { retry_after: OPEN_FOR },
        ];
        for error in errors {
            assert_eq!(error.public_text(), UNREACHABLE_TEXT, "{error:?}");
        }
    }
}
