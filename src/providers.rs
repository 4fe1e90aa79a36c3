//! The providers of every site as they stand in memory ([`InMemory`]), so that a page that offers log-ins costs no
//! query. Called by `actions/offered_providers`.

use std::sync::Arc;

use crate::error::Result;
use crate::in_memory::InMemory;
use crate::model::ids::SiteId;
use crate::model::provider::Provider;
use crate::store::db::{Change, Db};
use crate::store::providers;

/// See the module. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Providers(InMemory<Provider>);

impl Providers {
    /// Told of every commit.
    pub fn changed(&self, changes: &[Change]) {
        if changes.iter().any(|c| matches!(c, Change::Providers | Change::Everything)) {
            self.0.forget();
        }
    }

    /// The providers that a site's owner switched on, in their order.
    pub async fn enabled(&self, db: &Db, site: SiteId) -> Result<Vec<Arc<Provider>>> {
        let all = self.0.rows(providers::list(db)).await?;
        Ok(all.iter().filter(|p| p.site_id == site && p.enabled).cloned().collect())
    }
}
