//! Rows that stand in memory: read from the database once, and again after a commit that changed one, so that a
//! request needs no query for them. Called by `sites` and `providers`, which say what is read and which commits count.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::error::Result;

/// All rows, in the order in which they were read.
pub(crate) type Rows<T> = Arc<Vec<Arc<T>>>;

/// See the module. Cheap to clone.
pub(crate) struct InMemory<T>(Arc<Shared<T>>);

struct Shared<T> {
    /// Raised by every change; what was read under an older number is old.
    generation: AtomicU64,
    known: RwLock<Option<(u64, Rows<T>)>>,
    /// Held by the one that reads; a thousand requests after a change are one query.
    reading: tokio::sync::Mutex<()>,
}

impl<T> InMemory<T> {
    /// Told of every commit that changed a row.
    pub(crate) fn forget(&self) {
        self.0.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// The rows; `read` is awaited only where they are not known.
    pub(crate) async fn rows(&self, read: impl Future<Output = Result<Vec<T>>>) -> Result<Rows<T>> {
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let _alone = self.0.reading.lock().await;
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let generation = self.0.generation.load(Ordering::SeqCst);
        let known: Rows<T> = Arc::new(read.await?.into_iter().map(Arc::new).collect());
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Some((generation, known.clone()));
        Ok(known)
    }

    /// What was read, unless a change came after it.
    fn known(&self) -> Option<Rows<T>> {
        let generation = self.0.generation.load(Ordering::SeqCst);
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(read, _)| *read == generation).map(|(_, known)| known.clone())
    }
}

// Derived, these would ask the same of `T`.
impl<T> Clone for InMemory<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for InMemory<T> {
    fn default() -> Self {
        let (generation, known, reading) = Default::default();
        Self(Arc::new(Shared { generation, known, reading }))
    }
}

impl<T> fmt::Debug for InMemory<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemory").field("is_known", &self.known().is_some()).finish()
    }
}
