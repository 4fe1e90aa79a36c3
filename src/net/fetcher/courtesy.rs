//! Courtesy towards the servers we fetch from, so that nobody can turn this program against one (A1.5):
//! so many fetches a minute for a host, so many a second in all, few at once, one at a time for a path,
//! and a host that keeps failing is left alone. All of it counts every hop of a redirect chain.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use super::error::FetchError;
use super::turns::{Turn, Turns};
use crate::model::time::{Clock, Timestamp};
use crate::net::admission::AdmittedUrl;

/// Most fetches in the program at once.
pub const FETCHES_AT_ONCE_MAX: usize = 32;
/// Most fetches from one host, and from one address, at once.
pub const HOST_FETCHES_AT_ONCE_MAX: usize = 2;
/// Most callers fetching or waiting; one more is told to come back.
pub const CALLERS_MAX: usize = 1024;
/// Most fetches from one host in [`HOST_WINDOW`].
pub const HOST_FETCHES_MAX: usize = 30;
/// The span in which a host's fetches are counted.
pub const HOST_WINDOW: Duration = Duration::from_mins(1);
/// Most fetches from all hosts in [`GLOBAL_WINDOW`].
pub const GLOBAL_FETCHES_MAX: usize = 5;
/// The span in which all fetches are counted.
pub const GLOBAL_WINDOW: Duration = Duration::from_secs(1);
/// So many failures within [`FAILURE_WINDOW`] open a host's circuit.
pub const FAILURES_MAX: usize = 5;
/// The span in which a host's failures are counted.
pub const FAILURE_WINDOW: Duration = Duration::from_mins(10);
/// How long a host is left alone when its circuit has opened.
pub const OPEN_FOR: Duration = Duration::from_mins(30);
/// Most hosts that are remembered; the one used least recently is forgotten for one more.
pub const HOSTS_MAX: usize = 10_000;

/// When to come back if no turn came up in time.
const TURN_RETRY_AFTER: Duration = Duration::from_secs(5);

/// The state of all limits; one in a program.
pub(super) struct Courtesy {
    clock: Clock,
    callers: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
    host_turns: Arc<Turns<String>>,
    path_turns: Arc<Turns<(String, String)>>,
    address_turns: Arc<Turns<IpAddr>>,
    rates: Mutex<Rates>,
}

/// A caller's turns for one hop.
pub(super) struct HopTurns {
    _path: Turn<(String, String)>,
    _host: Turn<String>,
    /// Since when.
    address: Option<(Turn<IpAddr>, Instant)>,
    global: Option<OwnedSemaphorePermit>,
}

impl HopTurns {
    /// From when the hop's failure may be told that may be told at `tell_from` or, if it waited for its turn at
    /// the address, as long after that.
    pub(super) fn tell_from(&self, tell_from: Instant, hold: Duration) -> Instant {
        self.address.as_ref().map_or(tell_from, |(_, since)| tell_from.max(*since + hold))
    }

    /// Keeps the turns at path, host and address until `end`; the place among all fetches is free at once.
    pub(super) fn keep_until(mut self, end: Instant) {
        self.global = None;
        if end > Instant::now() {
            tokio::spawn(async move {
                sleep_until(end).await;
                drop(self);
            });
        }
    }
}

impl Courtesy {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            callers: Arc::new(Semaphore::new(CALLERS_MAX)),
            at_once: Arc::new(Semaphore::new(FETCHES_AT_ONCE_MAX)),
            host_turns: Turns::new(HOST_FETCHES_AT_ONCE_MAX),
            path_turns: Turns::new(1),
            address_turns: Turns::new(HOST_FETCHES_AT_ONCE_MAX),
            rates: Mutex::default(),
        }
    }

    /// A place among the callers, held for the whole chain.
    pub(super) fn enter(&self) -> Result<OwnedSemaphorePermit, FetchError> {
        Arc::clone(&self.callers).try_acquire_owned().map_err(|_| FetchError::Busy { retry_after: TURN_RETRY_AFTER })
    }

    /// Waits at most `wait` for the turns of one hop, then counts it against the rates. The path comes
    /// first: of a hundred pings for one page, one holds a turn and the others stand in its queue only.
    pub(super) async fn start_hop(&self, url: &AdmittedUrl, wait: Duration) -> Result<HopTurns, FetchError> {
        let host = url.host();
        // Refused at once rather than after a wait; asked again below, because time has passed.
        self.rates().check(&host, self.clock.now())?;
        let turns = within(wait, async {
            HopTurns {
                _path: self.path_turns.take((host.clone(), url.url().path().to_owned())).await,
                _host: self.host_turns.take(host.clone()).await,
                address: None,
                global: Arc::clone(&self.at_once).acquire_owned().await.ok(),
            }
        })
        .await?;
        self.rates().count(&host, self.clock.now())?;
        Ok(turns)
    }

    /// Waits at most `wait` for a turn at an address as well.
    pub(super) async fn start_address(
        &self,
        turns: &mut HopTurns,
        address: IpAddr,
        wait: Duration,
    ) -> Result<(), FetchError> {
        let turn = within(wait, self.address_turns.take(address)).await?;
        turns.address = Some((turn, Instant::now()));
        Ok(())
    }

    /// Remembers that the host failed.
    pub(super) fn note_failure(&self, url: &AdmittedUrl) {
        self.rates().note_failure(&url.host(), self.clock.now());
    }

    fn rates(&self) -> MutexGuard<'_, Rates> {
        self.rates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn within<T>(wait: Duration, turn: impl Future<Output = T>) -> Result<T, FetchError> {
    tokio::time::timeout(wait, turn).await.map_err(|_| FetchError::NoTurn { retry_after: TURN_RETRY_AFTER })
}

/// What was fetched lately, and what failed.
#[derive(Default)]
struct Rates {
    global: VecDeque<Timestamp>,
    hosts: HashMap<String, HostState>,
}

struct HostState {
    fetches: VecDeque<Timestamp>,
    failures: VecDeque<Timestamp>,
    open_until: Option<Timestamp>,
    used: Timestamp,
}

impl Rates {
    /// Whether the host, and the program, may fetch now.
    fn check(&mut self, host: &str, now: Timestamp) -> Result<(), FetchError> {
        if let Some(state) = self.hosts.get_mut(host) {
            if let Some(open_until) = state.open_until.filter(|&until| until > now) {
                return Err(FetchError::CircuitOpen { retry_after: open_until.since(now) });
            }
            check_window(&mut state.fetches, HOST_FETCHES_MAX, HOST_WINDOW, now)?;
        }
        check_window(&mut self.global, GLOBAL_FETCHES_MAX, GLOBAL_WINDOW, now)
    }

    /// Checks, and counts one fetch.
    fn count(&mut self, host: &str, now: Timestamp) -> Result<(), FetchError> {
        self.check(host, now)?;
        self.global.push_back(now);
        self.host(host, now).fetches.push_back(now);
        Ok(())
    }

    fn note_failure(&mut self, host: &str, now: Timestamp) {
        let state = self.host(host, now);
        forget_before(&mut state.failures, now.minus(FAILURE_WINDOW));
        state.failures.push_back(now);
        if state.failures.len() >= FAILURES_MAX {
            state.failures.clear();
            state.open_until = Some(now.plus(OPEN_FOR));
        }
    }

    fn host(&mut self, host: &str, now: Timestamp) -> &mut HostState {
        if !self.hosts.contains_key(host) && self.hosts.len() >= HOSTS_MAX {
            self.forget_least_recent();
        }
        let state = self.hosts.entry(host.to_owned()).or_insert_with(|| HostState {
            fetches: VecDeque::new(),
            failures: VecDeque::new(),
            open_until: None,
            used: now,
        });
        state.used = now;
        state
    }

    fn forget_least_recent(&mut self) {
        let least = self.hosts.iter().min_by_key(|(_, state)| state.used).map(|(host, _)| host.clone());
        if let Some(host) = least {
            self.hosts.remove(&host);
        }
    }
}

/// Whether fewer than `max` of `times` lie within `window` before `now`.
fn check_window(
    times: &mut VecDeque<Timestamp>,
    max: usize,
    window: Duration,
    now: Timestamp,
) -> Result<(), FetchError> {
    forget_before(times, now.minus(window));
    match times.front() {
        Some(oldest) if times.len() >= max => Err(FetchError::Busy { retry_after: oldest.plus(window).since(now) }),
        _ => Ok(()),
    }
}

/// Drops the times at or before `bound`.
fn forget_before(times: &mut VecDeque<Timestamp>, bound: Timestamp) {
    while times.front().is_some_and(|&time| time <= bound) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp(1_000_000).plus(Duration::from_secs(seconds))
    }

    #[test]
    fn a_host_is_fetched_from_so_often_a_minute() {
        let mut rates = Rates::default();
        for second in 0..HOST_FETCHES_MAX as u64 {
            rates.count("a.test", at(second)).expect("within the rate");
        }
        let now = at(HOST_FETCHES_MAX as u64);
        let retry_after = HOST_WINDOW.saturating_sub(Duration::from_secs(HOST_FETCHES_MAX as u64));
        assert_eq!(rates.count("a.test", now), Err(FetchError::Busy { retry_after }));
        rates.count("b.test", now).expect("another host");
        assert!(rates.count("a.test", now.plus(retry_after).minus(Duration::from_millis(1))).is_err());
        rates.count("a.test", now.plus(retry_after)).expect("the first fetch is a minute ago");
    }

    #[test]
    fn all_hosts_together_are_fetched_from_so_often_a_second() {
        let mut rates = Rates::default();
        for host in 0..GLOBAL_FETCHES_MAX {
            rates.count(&format!("{host}.test"), at(0)).expect("within the rate");
        }
        assert_eq!(rates.count("x.test", at(0)), Err(FetchError::Busy { retry_after: GLOBAL_WINDOW }));
        rates.count("x.test", at(1)).expect("a second later");
    }

    fn admitted(url: &str) -> AdmittedUrl {
        crate::net::admission::AdmissionRules::default().admit(url).expect(url)
    }

    /// `security-reliability-performance.md` A1.4 and A1.5.
    #[test]
    fn the_limits_are_those_of_the_table() {
        assert_eq!((FETCHES_AT_ONCE_MAX, HOST_FETCHES_AT_ONCE_MAX), (32, 2));
        assert_eq!((HOST_FETCHES_MAX, HOST_WINDOW.as_secs()), (30, 60));
        assert_eq!((GLOBAL_FETCHES_MAX, GLOBAL_WINDOW.as_secs()), (5, 1));
        assert_eq!((FAILURES_MAX, FAILURE_WINDOW.as_secs(), OPEN_FOR.as_secs()), (5, 600, 1_800));
    }

    #[test]
    fn so_many_callers_have_a_place_and_no_more() {
        let courtesy = Courtesy::new(Clock::manual(at(0)));
        let mut places: Vec<_> = (0..CALLERS_MAX).map(|_| courtesy.enter().expect("a place")).collect();
        let busy = FetchError::Busy { retry_after: TURN_RETRY_AFTER };
        assert_eq!(courtesy.enter().map(|_| ()), Err(busy));
        places.pop();
        courtesy.enter().map(|_| ()).expect("a place is free again");
    }

    #[tokio::test]
    async fn so_many_fetches_are_under_way_in_all_and_no_more() {
        let clock = Clock::manual(at(0));
        let courtesy = Courtesy::new(clock.clone());
        let mut turns = Vec::new();
        let wait = Duration::from_millis(20);
        for host in 0..FETCHES_AT_ONCE_MAX {
            turns.push(courtesy.start_hop(&admitted(&format!("http://{host}.test/")), wait).await.expect("a turn"));
            clock.advance(GLOBAL_WINDOW);
        }
        let more = admitted("http://more.test/");
        let no_turn = FetchError::NoTurn { retry_after: TURN_RETRY_AFTER };
        assert_eq!(courtesy.start_hop(&more, wait).await.map(|_| ()), Err(no_turn));
        turns.pop();
        courtesy.start_hop(&more, wait).await.map(|_| ()).expect("a turn is free again");
    }

    #[tokio::test]
    async fn an_address_has_so_many_turns_whatever_names_it_has() {
        let courtesy = Courtesy::new(Clock::manual(at(0)));
        let wait = Duration::from_millis(20);
        let start = async |host: usize, address: [u8; 4]| {
            let url = admitted(&format!("http://{host}.test/"));
            let mut turns = courtesy.start_hop(&url, wait).await.expect("a turn at the host");
            courtesy.start_address(&mut turns, IpAddr::from(address), wait).await.map(|()| turns)
        };
        let mut turns = Vec::new();
        for host in 0..HOST_FETCHES_AT_ONCE_MAX {
            turns.push(start(host, [192, 0, 2, 1]).await.expect("a turn"));
        }
        assert!(start(7, [192, 0, 2, 1]).await.is_err());
        assert!(start(8, [192, 0, 2, 2]).await.is_ok(), "another address");
        turns.pop();
        assert!(start(9, [192, 0, 2, 1]).await.is_ok());
    }

    #[test]
    fn a_host_that_keeps_failing_is_left_alone() {
        let mut rates = Rates::default();
        for failure in 1..FAILURES_MAX as u64 {
            rates.note_failure("a.test", at(failure));
            rates.check("a.test", at(failure)).expect("not yet");
        }
        rates.note_failure("a.test", at(10));
        assert_eq!(rates.check("a.test", at(10)), Err(FetchError::CircuitOpen { retry_after: OPEN_FOR }));
        rates.check("b.test", at(10)).expect("another host");
        rates.check("a.test", at(10).plus(OPEN_FOR)).expect("closed again");
    }

    #[test]
    fn failures_long_ago_do_not_count() {
        let mut rates = Rates::default();
        for failure in 0..20 {
            let now = at(failure * (FAILURE_WINDOW.as_secs() / (FAILURES_MAX as u64 - 1)));
            rates.note_failure("a.test", now);
            rates.check("a.test", now).expect("never five within the window");
        }
    }

    #[test]
    fn the_host_used_least_recently_is_forgotten() {
        let mut rates = Rates::default();
        for host in 0..HOSTS_MAX as u64 {
            rates.note_failure(&format!("{host}.test"), at(host));
        }
        assert_eq!(rates.hosts.len(), HOSTS_MAX);
        rates.note_failure("one-more.test", at(HOSTS_MAX as u64));
        assert_eq!(rates.hosts.len(), HOSTS_MAX);
        assert!(!rates.hosts.contains_key("0.test"));
    }
}
