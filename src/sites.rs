//! The sites as they stand in memory ([`InMemory`]), so that a request finds its site without a query.

use std::sync::Arc;

use url::Url;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::in_memory::{InMemory, Rows};
use crate::model::ids::SiteId;
use crate::model::site::Site;
use crate::store::db::{Change, Db};
use crate::store::sites;

/// See the module. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Sites(InMemory<Site>);

impl Sites {
    /// Told of every commit.
    pub fn changed(&self, changes: &[Change]) {
        if changes.iter().any(|c| matches!(c, Change::Sites | Change::Everything)) {
            self.0.forget();
        }
    }

    /// Every site, in the order they were added.
    pub async fn all(&self, db: &Db) -> Result<Rows<Site>> {
        self.0.rows(sites::list(db)).await
    }

    /// The site of this number.
    pub async fn find(&self, db: &Db, id: SiteId) -> Result<Option<Arc<Site>>> {
        Ok(self.all(db).await?.iter().find(|s| s.id == id).cloned())
    }

    /// The site of this slug.
    pub async fn find_slug(&self, db: &Db, slug: &str) -> Result<Option<Arc<Site>>> {
        Ok(self.all(db).await?.iter().find(|s| s.slug == slug).cloned())
    }

    /// The site at the root of the server for this `Host` (product.md, "Doors"): the one whose `siteurl`
    /// is there, else the only one; the demo does not count once there is another.
    pub async fn at_root(&self, db: &Db, host: &str) -> Result<Option<Arc<Site>>> {
        let all = self.all(db).await?;
        let here = all
            .iter()
            .find(|s| s.siteurl.as_ref().is_some_and(|u| u.path() == "/" && authority(u).eq_ignore_ascii_case(host)));
        Ok(here.or_else(|| only(&all)).cloned())
    }

    /// Where a site's doors are, without a trailing slash: `siteurl`, or the server's own address with
    /// `/sites/{slug}` when the root is not the site's.
    pub async fn base(&self, db: &Db, config: &Config, site: &Site) -> Result<String> {
        let bare = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        if let Some(siteurl) = &site.siteurl {
            return Ok(bare(siteurl));
        }
        let root = bare(&config.public_url);
        let all = self.all(db).await?;
        Ok(if only(&all).is_some_and(|s| s.id == site.id) { root } else { format!("{root}/sites/{}", site.slug) })
    }

    /// The site a command means: by number, slug or address; the only one when none is named.
    pub async fn named(&self, db: &Db, name: Option<&str>) -> Result<Arc<Site>> {
        let all = self.all(db).await?;
        let Some(name) = name else {
            return only(&all).cloned().ok_or_else(|| {
                Error::invalid(
                    "site",
                    if all.is_empty() {
                        "there is no site yet; `rejoinder site add URL` adds one"
                    } else {
                        "there are several sites; name one with --site"
                    },
                )
            });
        };
        let bare = name.trim_end_matches('/');
        all.iter()
            .find(|s| s.slug == name || s.id.to_string() == name || s.home.as_str().trim_end_matches('/') == bare)
            .cloned()
            .ok_or_else(|| {
                Error::invalid("site", format!("there is no site “{name}”; `rejoinder site list` lists them"))
            })
    }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn only(all: &[Arc<Site>]) -> Option<&Arc<Site>> {
    let mut own = all.iter().filter(|s| !s.demo);
    match (own.next(), own.next()) {
        (Some(site), None) => Some(site),
        (None, _) => all.first().filter(|_| all.len() == 1),
        (Some(_), Some(_)) => None,
    }
}
