//! Wakes the job runner when work was written down, and tells those who wait for a linkback's end. What
//! is lost with the process here is only the waiting: claim and job are on disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Notify, oneshot};

use crate::model::ids::{LinkbackId, SiteId};
use crate::model::job::Lane;
use crate::model::linkback::LinkbackRefusal;

/// How a linkback's verification ended: registered, or refused.
pub type Outcome = Result<(), LinkbackRefusal>;

/// Callers that may wait at once; one more is answered at once, and its linkback goes on all the same.
const WAITING_MAX: usize = 4_096;

/// Who waits for which linkback.
type Waiting = HashMap<(SiteId, LinkbackId), Vec<oneshot::Sender<Outcome>>>;

/// See the module.
#[derive(Debug, Default)]
pub struct Bell {
    work: Notify,
    mail: Notify,
    waiting: Mutex<Waiting>,
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

    /// Waits for the end of a linkback. `None` when too many wait already.
    pub fn wait_for(&self, site: SiteId, linkback: LinkbackId) -> Option<oneshot::Receiver<Outcome>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= WAITING_MAX {
            waiting.retain(|_, senders| senders.iter().any(|s| !s.is_closed()));
            if waiting.len() >= WAITING_MAX {
                return None;
            }
        }
        let (tell, end) = oneshot::channel();
        waiting.entry((site, linkback)).or_default().push(tell);
        Some(end)
    }

    /// Whether anybody still waits for a linkback.
    pub fn is_waited_for(&self, site: SiteId, linkback: LinkbackId) -> bool {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.get(&(site, linkback)).is_some_and(|senders| senders.iter().any(|s| !s.is_closed()))
    }

    /// Tells those who wait how a linkback ended.
    pub fn tell(&self, site: SiteId, linkback: LinkbackId, outcome: Outcome) {
        let senders = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&(site, linkback));
        for sender in senders.into_iter().flatten() {
            // Who stopped waiting need not be told.
            let _gone = sender.send(outcome);
        }
    }
}
