//! How long, how fast and how much: the budgets of one fetch (A1.4), adjustable so that tests of slow
//! servers are quick.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

use super::error::{FetchError, Phase};

/// Most bytes of a body read from the wire, before decoding.
pub const ENCODED_BYTES_MAX: usize = 1024 * 1024;
/// Most bytes of an answer's header.
pub const HEADER_BYTES_MAX: usize = 64 * 1024;
/// Most fields of an answer's header.
pub const HEADER_FIELDS_MAX: usize = 100;

/// Budgets of time of one fetch; sizes are the constants beside it.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    /// From the call to the last byte, waiting for a turn and all redirects included.
    pub chain: Duration,
    /// Waiting for a turn (path, host, address, global), each time.
    pub turn: Duration,
    /// One look-up.
    pub resolve: Duration,
    /// The TCP connection, all addresses together.
    pub connect: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// From the request to the end of the answer's header.
    pub headers: Duration,
    /// The span over which the body's rate is measured.
    pub rate_window: Duration,
    /// Fewest bytes that the body must bring in each `rate_window`.
    pub rate_window_bytes_min: usize,
    /// How long the failure of a hop is kept from whoever caused the fetch, besides the time that its look-up
    /// may take. Longer than each of `connect`, `tls` and `headers`, so that all failures are told after the
    /// same time, whatever was found (A1.3). Zero: they are told at once.
    pub hold: Duration,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            chain: Duration::from_secs(15),
            turn: Duration::from_secs(5),
            resolve: Duration::from_secs(3),
            connect: Duration::from_secs(3),
            tls: Duration::from_secs(3),
            headers: Duration::from_secs(5),
            rate_window: Duration::from_secs(5),
            rate_window_bytes_min: 5 * 1024,
            hold: Duration::from_secs(6),
        }
    }
}

impl Budgets {
    /// These budgets without the hold: a failure is told at once.
    #[must_use]
    pub fn without_hold(self) -> Self {
        Self { hold: Duration::ZERO, ..self }
    }

    /// From when the failure of a hop that begins now may be told: an instant that tells nothing, because
    /// nothing that the hop meets changes it.
    pub(super) fn tell_from(&self, url: &Url) -> Instant {
        let is_looked_up = matches!(url.host(), Some(Host::Domain(_))) && !self.hold.is_zero();
        Instant::now() + self.hold + if is_looked_up { self.resolve } else { Duration::ZERO }
    }
}

/// The moment at which a whole chain must be done; no phase outlives it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Instant);

impl Deadline {
    pub(super) fn after(budget: Duration) -> Self {
        Self(Instant::now() + budget)
    }

    /// Runs `work` for `budget` at most, or until the chain's end if that is sooner.
    pub(super) async fn run<T>(
        self,
        phase: Phase,
        budget: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, FetchError> {
        self.run_until(phase, Instant::now() + budget, work).await
    }

    /// Runs `work` until `end` at most, or until the chain's end if that is sooner.
    pub(super) async fn run_until<T>(
        self,
        phase: Phase,
        end: Instant,
        work: impl Future<Output = T>,
    ) -> Result<T, FetchError> {
        let (end, phase) = if end < self.0 { (end, phase) } else { (self.0, Phase::Chain) };
        timeout_at(end, work).await.map_err(|_| FetchError::Timeout(phase))
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    /// `security-reliability-performance.md` A1.4.
    #[test]
    fn the_budgets_are_those_of_the_table() {
        let Budgets { chain, turn, resolve, connect, tls, headers, rate_window, rate_window_bytes_min, hold } =
            Budgets::default();
        assert_eq!([chain, resolve, connect, tls, headers].map(|budget| budget.as_secs()), [15, 3, 3, 3, 5]);
        assert_eq!((rate_window_bytes_min as u64, rate_window.as_secs()), (1024 * rate_window.as_secs(), 5));
        assert_eq!([turn, hold].map(|budget| budget.as_secs()), [5, 6]);
        assert_eq!((ENCODED_BYTES_MAX, HEADER_BYTES_MAX, HEADER_FIELDS_MAX), (1 << 20, 64 << 10, 100));
    }

    #[tokio::test]
    async fn work_ends_with_its_phase_or_with_the_chain() {
        let (soon, late) = (Duration::from_millis(5), Duration::from_hours(1));
        let ended = Deadline::after(late).run(Phase::Tls, soon, pending::<()>()).await;
        assert_eq!(ended, Err(FetchError::Timeout(Phase::Tls)));
        let ended = Deadline::after(soon).run(Phase::Tls, late, pending::<()>()).await;
        assert_eq!(ended, Err(FetchError::Timeout(Phase::Chain)));
        assert_eq!(Deadline::after(late).run(Phase::Tls, late, ready(1)).await, Ok(1));
    }
}
