//! Taking turns: so many at once for one key (a host, an address, a path), the others wait. A key is
//! remembered only while somebody holds or awaits a turn for it, so the callers' number bounds the map.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// At most so many turns at once for each key.
pub(super) struct Turns<K> {
    at_once: usize,
    keys: Mutex<HashMap<K, Arc<Semaphore>>>,
}

impl<K: Clone + Eq + Hash> Turns<K> {
    pub(super) fn new(at_once: usize) -> Arc<Self> {
        Arc::new(Self { at_once, keys: Mutex::default() })
    }

    /// Waits for a turn for `key`; dropping what it gives ends the turn.
    pub(super) async fn take(self: &Arc<Self>, key: K) -> Turn<K> {
        let semaphore =
            Arc::clone(self.lock().entry(key.clone()).or_insert_with(|| Arc::new(Semaphore::new(self.at_once))));
        // Made before the wait, so that a caller who gives up while waiting tidies up as well.
        let mut turn = Turn { turns: Arc::clone(self), key, semaphore: Some(Arc::clone(&semaphore)), permit: None };
        turn.permit = semaphore.acquire_owned().await.ok();
        turn
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Arc<Semaphore>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A turn, held until dropped.
pub(super) struct Turn<K: Clone + Eq + Hash> {
    turns: Arc<Turns<K>>,
    key: K,
    semaphore: Option<Arc<Semaphore>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl<K: Clone + Eq + Hash> Drop for Turn<K> {
    fn drop(&mut self) {
        // The lock comes first: nobody can join the key between the count and the removal.
        let mut keys = self.turns.lock();
        self.permit = None;
        self.semaphore = None;
        if keys.get(&self.key).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            keys.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn so_many_at_once_for_a_key_and_no_trace_of_it_afterwards() {
        let turns = Turns::new(2);
        let first = turns.take("a").await;
        let second = turns.take("a").await;
        assert!(turns.take("a").now_or_never().is_none(), "one past the bound waits");
        let other = turns.take("b").now_or_never().expect("another key has its own turns");
        drop(first);
        let third = turns.take("a").now_or_never().expect("a turn has ended");
        drop((third, second, other));
        assert!(turns.lock().is_empty());
    }

    #[tokio::test]
    async fn a_caller_who_gives_up_waiting_leaves_no_trace() {
        let turns = Turns::new(1);
        let holder = turns.take("a").await;
        let mut waiter = Box::pin(turns.take("a"));
        assert!((&mut waiter).now_or_never().is_none());
        drop(holder);
        drop(waiter);
        assert!(turns.lock().is_empty());
    }
}
