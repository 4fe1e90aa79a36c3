//! Wakes the job runner when work was written down, and tells those who wait for a linkback's end. What
//! is lost with the process here is only the waiting: claim and job are on disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::model::ids::{LinkbackId, SiteId};
use crate::model::linkback::LinkbackRefusal;

/// How a linkback's verification ended: registered, or refused.
pub type Outcome = Result<(), LinkbackRefusal>;

/// Callers that may wait at once; one more is answered at once, and its linkback goes on all the same.
const WAITING_MAX: usize = 4_096;

/// An end, and from when it may be told.
#[derive(Clone, Copy, Debug)]
struct End {
    outcome: Outcome,
    tell_from: Instant,
}

/// Somebody who waits for an end, and how long.
#[derive(Debug)]
struct Waiter {
    tell: oneshot::Sender<End>,
    until: Instant,
}

/// Who waits for which linkback.
type Waiting = HashMap<(SiteId, LinkbackId), Vec<Waiter>>;

/// See the module.
#[derive(Debug)]
pub struct Bell {
    work: Notify,
    waiting: Mutex<Waiting>,
    places: Arc<Semaphore>,
}

impl Default for Bell {
    fn default() -> Self {
        Self { work: Notify::new(), waiting: Mutex::default(), places: Arc::new(Semaphore::new(WAITING_MAX)) }
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
        sleep_until(end.tell_from.min(self.until)).await;
        (end.tell_from <= self.until).then_some(end.outcome)
    }
}

impl Bell {
    /// There is work: called after the commit that wrote a job.
    pub fn ring(&self) {
        self.work.notify_one();
    }

    /// Waits for the bell; one that rang before is heard too.
    pub async fn heard(&self) {
        self.work.notified().await;
    }

    /// Waits for the end of a linkback until then. `None` when too many wait already.
    pub fn wait_for(&self, site: SiteId, linkback: LinkbackId, until: Instant) -> Option<Wait> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= WAITING_MAX {
            waiting.retain(|_, waiters| waiters.iter().any(|w| !w.tell.is_closed()));
        }
        let (tell, end) = oneshot::channel();
        waiting.entry((site, linkback)).or_default().push(Waiter { tell, until });
        Some(Wait { end, until, _place: place })
    }

    /// Whether anybody who waits for a linkback will do so at `at`.
    pub fn is_waited_for(&self, site: SiteId, linkback: LinkbackId, at: Instant) -> bool {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |w: &Waiter| !w.tell.is_closed() && w.until >= at;
        waiting.get(&(site, linkback)).is_some_and(|waiters| waiters.iter().any(waits))
    }

    /// Tells those who wait how a linkback ended, from `tell_from` on.
    pub fn tell(&self, site: SiteId, linkback: LinkbackId, outcome: Outcome, tell_from: Instant) {
        let waiters = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&(site, linkback));
        for waiter in waiters.into_iter().flatten() {
            // Who stopped waiting need not be told.
            let _gone = waiter.tell.send(End { outcome, tell_from });
        }
    }
}
