//! The names and addresses of who may moderate, as they stand in memory ([`InMemory`]), so that a comment under
//! somebody's look-alike name is known as one without a query (identity-providers §5.3). Called by
//! `actions/submit_comment`, and by `actions/avatars`, which gives nobody the picture of such an address who has not
//! proven to be them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::error::Result;
use crate::in_memory::InMemory;
use crate::model::ids::{AccountId, SiteId};
use crate::model::look_alike;
use crate::model::text::fold::fold;
use crate::store::accounts::{self, Moderator};
use crate::store::db::{Change, Db};

/// Most names that are protected, over all sites; those of who has been there longest.
pub const MODERATORS_MAX: i64 = 10_000;

/// See the module. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Moderators(InMemory<Known>);

/// Who may moderate, by what is looked for. The site is `None` for who administers every one.
#[derive(Debug, Default)]
struct Known {
    names: HashMap<String, Vec<(Option<SiteId>, AccountId)>>,
    emails: HashMap<Option<SiteId>, Arc<HashSet<String>>>,
}

/// The addresses of who may moderate on a site.
#[derive(Clone, Debug, Default)]
pub struct Addresses([Option<Arc<HashSet<String>>>; 2]);

impl Addresses {
    /// Whether it is one of theirs.
    pub fn has(&self, email: &str) -> bool {
        let known = self.0.iter().flatten().filter(|addresses| !addresses.is_empty());
        let mut known = known.peekable();
        known.peek().is_some() && {
            let key = fold(email);
            known.any(|addresses| addresses.contains(&key))
        }
    }
}

impl Moderators {
    /// Told of every commit.
    pub fn changed(&self, changes: &[Change]) {
        if changes.iter().any(|c| matches!(c, Change::Accounts | Change::Everything)) {
            self.0.forget();
        }
    }

    /// Whether a name looks like that of somebody who may moderate on the site, other than this account's.
    pub async fn has_name(&self, db: &Db, site: SiteId, name: &str, own: Option<AccountId>) -> Result<bool> {
        let known = self.known(db).await?;
        if known.names.is_empty() {
            return Ok(false);
        }
        let is_here =
            |(of, account): &(Option<SiteId>, AccountId)| of.is_none_or(|of| of == site) && Some(*account) != own;
        let keys = look_alike::keys(name);
        Ok(keys.iter().filter_map(|key| known.names.get(key)).any(|holders| holders.iter().any(is_here)))
    }

    /// The addresses of who may moderate on the site.
    pub async fn addresses(&self, db: &Db, site: SiteId) -> Result<Addresses> {
        let known = self.known(db).await?;
        Ok(Addresses([None, Some(site)].map(|of| known.emails.get(&of).cloned())))
    }

    async fn known(&self, db: &Db) -> Result<Arc<Known>> {
        let read = async { Ok(vec![Known::of(accounts::list_moderators(db, MODERATORS_MAX).await?)]) };
        Ok(self.0.rows(read).await?.first().cloned().unwrap_or_default())
    }
}

impl Known {
    fn of(moderators: Vec<Moderator>) -> Self {
        let mut names: HashMap<_, Vec<_>> = HashMap::new();
        let mut emails: HashMap<_, HashSet<String>> = HashMap::new();
        for moderator in moderators {
            let Moderator { site, account, login, display_name, email } = moderator;
            for key in [login, display_name].iter().flat_map(|name| look_alike::keys(name)) {
                let holders = names.entry(key).or_default();
                if !holders.contains(&(site, account)) {
                    holders.push((site, account));
                }
            }
            if !email.is_empty() {
                emails.entry(site).or_default().insert(fold(&email));
            }
        }
        names.remove("");
        Self { names, emails: emails.into_iter().map(|(site, addresses)| (site, Arc::new(addresses))).collect() }
    }
}
