//! The providers of every site as they stand in memory: read from the database once, and again after a commit that
//! changed one, so that a page that offers log-ins costs no query.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::error::Result;
use crate::model::ids::SiteId;
use crate::model::provider::Provider;
use crate::store::db::{Change, Db};
use crate::store::providers;

/// See the module. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Providers(Arc<Shared>);

type Known = Vec<Arc<Provider>>;

#[derive(Debug, Default)]
struct Shared {
    /// Raised by every change; what was read under an older number is old.
    generation: AtomicU64,
    known: RwLock<Option<(u64, Arc<Known>)>>,
    /// Held by the one that reads.
    reading: tokio::sync::Mutex<()>,
}

impl Providers {
    /// Told of every commit.
    pub fn changed(&self, changes: &[Change]) {
        if changes.iter().any(|c| matches!(c, Change::Providers | Change::Everything)) {
            self.0.generation.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// The providers that a site's owner switched on, in their order.
    pub async fn enabled(&self, db: &Db, site: SiteId) -> Result<Vec<Arc<Provider>>> {
        let all = self.all(db).await?;
        Ok(all.iter().filter(|p| p.site_id == site && p.enabled).cloned().collect())
    }

    async fn all(&self, db: &Db) -> Result<Arc<Known>> {
        if let Some(known) = self.in_memory() {
            return Ok(known);
        }
        let _alone = self.0.reading.lock().await;
        if let Some(known) = self.in_memory() {
            return Ok(known);
        }
        let generation = self.0.generation.load(Ordering::SeqCst);
        let known: Arc<Known> = Arc::new(providers::list(db).await?.into_iter().map(Arc::new).collect());
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Some((generation, known.clone()));
        Ok(known)
    }

    /// What was read, unless a change came after it.
    fn in_memory(&self) -> Option<Arc<Known>> {
        let generation = self.0.generation.load(Ordering::SeqCst);
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(read, _)| *read == generation).map(|(_, known)| known.clone())
    }
}
