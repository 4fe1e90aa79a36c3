//! Wakes the job runner when work was written down, and tells those who wait for a linkback's end. What
//! is lost with the process here is only the waiting: claim and job are on disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::model::ids::{LinkbackId, SiteId};
use crate::model::job::Lane;
use crate::model::linkback::LinkbackRefusal;

/// How a linkback's verification ended: registered, or refused.
pub type Outcome = Result<(), LinkbackRefusal>;

/// Callers that may wait at once; one more is answered at once, and its linkback goes on all the same.
const WAITING_MAX: usize = 4_096;

/// When an end may be told.
#[derive(Clone, Copy, Debug)]
pub struct TellAt {
    from: Instant,
    after: Duration,
}

impl TellAt {
    /// At once.
    pub fn now() -> Self {
        Self { from: Instant::now(), after: Duration::ZERO }
    }

    /// From `from` on, of work that began at `began`. Who joined the wait later is told as much later: it takes as
    /// long for them as if the work had been done again, as it is when it ended before they came.
    pub fn held(began: Instant, from: Instant) -> Self {
        Self { from, after: from.saturating_duration_since(began) }
    }

    fn to_one_who_waits_since(self, since: Instant) -> Instant {
        self.from.max(since + self.after)
    }
}

/// An end, and from when the waiter may be told of it.
#[derive(Clone, Copy, Debug)]
struct End {
    outcome: Outcome,
    tell_from: Instant,
}

/// Somebody who waits for an end.
#[derive(Debug)]
struct Waiter {
    tell: oneshot::Sender<End>,
    since: Instant,
    until: Instant,
}

/// Who waits for which linkback.
type Waiting = HashMap<(SiteId, LinkbackId), Vec<Waiter>>;

/// See the module.
#[derive(Debug)]
pub struct Bell {
    work: Notify,
    mail: Notify,
    waiting: Mutex<Waiting>,
    places: Arc<Semaphore>,
}

impl Default for Bell {
    fn default() -> Self {
        Self {
            work: Notify::new(),
            mail: Notify::new(),
            waiting: Mutex::default(),
            places: Arc::new(Semaphore::new(WAITING_MAX)),
        }
    }
}

/// A caller's place among those who wait.
#[derive(Debug)]
pub struct Wait {
    end: oneshot::Receiver<End>,
    until: Instant,
    _place: OwnedSemaphorePermit,
}

impl Wait {
    /// The end, as soon as it is there and may be told. `None` when the time to wait is over before; then the
    /// answer is the same and comes at the same moment, whether there is an end or not.
    pub async fn end(self) -> Option<Outcome> {
        let end = timeout_at(self.until, self.end).await.ok()?.ok()?;
        let tell_from = end.tell_from.min(self.until);
        // tokio's timers go by whole milliseconds: one for a moment that has passed may take up to one more.
        if tell_from > Instant::now() {
            sleep_until(tell_from).await;
        }
        (end.tell_from <= self.until).then_some(end.outcome)
    }
}

impl Bell {
    /// There is work: called after the commit that wrote a job.
    pub fn ring(&self) {
        self.ring_in(Lane::Work);
    }

    /// The same for the jobs of a lane.
    pub fn ring_in(&self, lane: Lane) {
        self.of(lane).notify_one();
    }

    /// Waits for the bell; one that rang before is heard too. Each lane has one runner that listens.
    pub async fn heard(&self, lane: Lane) {
        self.of(lane).notified().await;
    }

    fn of(&self, lane: Lane) -> &Notify {
        match lane {
            Lane::Work => &self.work,
            Lane::Mail => &self.mail,
        }
    }

    /// Waits for the end of a linkback until then. `None` when too many wait already.
    pub fn wait_for(&self, site: SiteId, linkback: LinkbackId, until: Instant) -> Option<Wait> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= WAITING_MAX {
            waiting.retain(|_, waiters| waiters.iter().any(|w| !w.tell.is_closed()));
        }
        let (tell, end) = oneshot::channel();
        waiting.entry((site, linkback)).or_default().push(Waiter { tell, since: Instant::now(), until });
        Some(Wait { end, until, _place: place })
    }

    /// Whether anybody who waits for a linkback will be told of its end, if that may be told then.
    pub fn is_waited_for(&self, site: SiteId, linkback: LinkbackId, at: TellAt) -> bool {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |w: &Waiter| !w.tell.is_closed() && at.to_one_who_waits_since(w.since) <= w.until;
        waiting.get(&(site, linkback)).is_some_and(|waiters| waiters.iter().any(waits))
    }

    /// Tells those who wait how a linkback ended, when that may be told.
    pub fn tell(&self, site: SiteId, linkback: LinkbackId, outcome: Outcome, at: TellAt) {
        let waiters = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&(site, linkback));
        for waiter in waiters.into_iter().flatten() {
            // Who stopped waiting need not be told.
            let tell_from = at.to_one_who_waits_since(waiter.since);
            let _gone = waiter.tell.send(End { outcome, tell_from });
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const PAIR: (SiteId, LinkbackId) = (SiteId(1), LinkbackId(1));
    const MISSING: Outcome = Err(LinkbackRefusal::SourceMissing);

    /// When the wait ended, and with what.
    async fn end(wait: Wait) -> (Instant, Option<Outcome>) {
        let outcome = wait.end().await;
        (Instant::now(), outcome)
    }

    #[tokio::test]
    async fn who_joins_a_wait_later_is_told_as_much_later() {
        let (bell, hold, later) = (Bell::default(), Duration::from_millis(200), Duration::from_millis(100));
        let until = Instant::now() + Duration::from_mins(1);
        let began = Instant::now();
        let first = bell.wait_for(PAIR.0, PAIR.1, until).expect("a place");
        sleep_until(began + later).await;
        let joined = Instant::now();
        let second = bell.wait_for(PAIR.0, PAIR.1, until).expect("a place");
        bell.tell(PAIR.0, PAIR.1, MISSING, TellAt::held(began, began + hold));
        let ((first_at, first), (second_at, second)) = futures_util::join!(end(first), end(second));
        assert_eq!((first, second), (Some(MISSING), Some(MISSING)));
        assert!(first_at >= began + hold && second_at >= joined + hold, "{:?}", second_at - joined);
    }

    #[tokio::test]
    async fn who_cannot_be_told_in_time_is_not_waiting() {
        let (bell, began) = (Bell::default(), Instant::now());
        let wait = |until| bell.wait_for(PAIR.0, PAIR.1, until).expect("a place");
        let hour = Duration::from_hours(1);
        let is_waited_for = |at| bell.is_waited_for(PAIR.0, PAIR.1, at);
        let held = TellAt::held(began, began + 2 * hour);
        assert!(!is_waited_for(TellAt::now()));
        let (over, short) = (wait(began), wait(began + hour));
        assert!(is_waited_for(TellAt::now()) && !is_waited_for(held));
        let long = wait(began + 5 * hour);
        assert!(is_waited_for(held));
        drop(long);
        assert!(!is_waited_for(held));
        bell.tell(PAIR.0, PAIR.1, MISSING, held);
        assert_eq!(end(over).await.1, None);
        drop(short);
        let good = wait(began + hour);
        bell.tell(PAIR.0, PAIR.1, Ok(()), TellAt::now());
        assert_eq!(end(good).await.1, Some(Ok(())));
    }

    #[tokio::test]
    async fn who_may_be_told_at_once_waits_for_no_timer() {
        let bell = Bell::default();
        for end in [TellAt::now(), TellAt::held(Instant::now(), Instant::now())] {
            let wait = bell.wait_for(PAIR.0, PAIR.1, Instant::now() + Duration::from_mins(1)).expect("a place");
            bell.tell(PAIR.0, PAIR.1, Ok(()), end);
            assert_eq!(wait.end().now_or_never(), Some(Some(Ok(()))));
        }
    }

    #[tokio::test]
    async fn so_many_wait_and_no_more() {
        let bell = Bell::default();
        let until = Instant::now() + Duration::from_mins(1);
        let wait = |n: usize| bell.wait_for(SiteId(1), LinkbackId(i64::try_from(n).unwrap_or(0)), until);
        let mut waits: Vec<_> = (0..WAITING_MAX).map(|n| wait(n).expect("a place")).collect();
        assert!(wait(WAITING_MAX).is_none());
        waits.pop();
        assert!(wait(WAITING_MAX).is_some(), "a place is free again");
        drop(waits);
        assert!(wait(0).is_some() && bell.waiting.lock().expect("no panic").len() <= 1, "who left is forgotten");
    }
}
