//! Names and passwords that were right a moment ago. A program sends them with each request, and a hash made
//! to be slow would cost it, and us, tens of milliseconds every time; so what was checked is remembered for
//! a few minutes, as a keyed hash and never as it was sent. `actions/authenticate` asks and tells.
//!
//! Everything is forgotten as soon as any account, role or application password changes, and when another
//! process wrote: a revoked password is worth nothing from the moment its revocation is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};

use crate::error::{Error, Result};
use crate::model::account::Authenticated;
use crate::model::time::Timestamp;
use crate::store::db::Change;

/// How long what was checked is remembered.
pub const REMEMBERED_MAX: Duration = Duration::from_mins(5);
/// Names and passwords that are remembered.
const CREDENTIALS_MAX: u64 = 1_000;
/// Checks that wait for one another: more share a turn with others, by chance.
const TURNS: usize = 256;
/// How long a check waits for another of the same name and password.
const TURN_TIMEOUT: Duration = Duration::from_secs(10);

/// Where from, whose and with what: a keyed hash ([`crate::secret::Secret::digest`]).
pub type CredentialsKey = [u8; 32];

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct RememberedCredentials(Arc<Shared>);

struct Shared {
    /// Raised by every change; what was checked under an older number is forgotten.
    generation: AtomicU64,
    known: moka::sync::Cache<CredentialsKey, Known>,
    turns: Vec<Mutex<()>>,
}

#[derive(Clone)]
struct Known {
    who: Arc<Authenticated>,
    generation: u64,
    since: Timestamp,
}

impl std::fmt::Debug for RememberedCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RememberedCredentials").field("known", &self.0.known.entry_count()).finish_non_exhaustive()
    }
}

impl Default for RememberedCredentials {
    fn default() -> Self {
        Self(Arc::new(Shared {
            generation: AtomicU64::new(0),
            known: moka::sync::Cache::builder().max_capacity(CREDENTIALS_MAX).time_to_live(REMEMBERED_MAX).build(),
            turns: std::iter::repeat_with(Mutex::default).take(TURNS).collect(),
        }))
    }
}

impl RememberedCredentials {
    /// Told of every commit, before it is answered.
    pub fn changed(&self, changes: &[Change]) {
        if changes.iter().any(|c| matches!(c, Change::Accounts | Change::Everything)) {
            self.0.generation.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Who these credentials are, where they were checked a moment ago and nothing has changed since.
    pub fn get(&self, key: &CredentialsKey, now: Timestamp) -> Option<Arc<Authenticated>> {
        let known = self.0.known.get(key)?;
        let is_current = known.generation == self.generation() && now.since(known.since) < REMEMBERED_MAX;
        is_current.then_some(known.who)
    }

    /// What [`RememberedCredentials::remember`] wants: to be read before anything is checked.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::SeqCst)
    }

    /// Remembers whose the credentials are. `generation` is from before they were checked.
    pub fn remember(&self, key: CredentialsKey, who: Arc<Authenticated>, generation: u64, since: Timestamp) {
        self.0.known.insert(key, Known { who, generation, since });
    }

    /// Waits until nobody else checks the same credentials: a program that sends ten requests at once has
    /// its password checked once.
    pub async fn turn(&self, key: &CredentialsKey) -> Result<MutexGuard<'_, ()>> {
        let at = key.iter().take(4).fold(0, |at, byte| at << 8 | usize::from(*byte)) % TURNS;
        tokio::time::timeout(TURN_TIMEOUT, self.0.turns[at].lock())
            .await
            .map_err(|_| Error::unavailable("too many check the same password"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::account::Account;
    use crate::model::ids::{AccountId, PostId, SiteId};

    fn who() -> Arc<Authenticated> {
        let account = Account {
            id: AccountId(1),
            login: "ada".into(),
            email: String::new(),
            display_name: String::new(),
            url: String::new(),
            password_hash: String::new(),
            super_admin: false,
            comment_shortcuts: true,
            created_at: Timestamp(0),
        };
        Arc::new(Authenticated { account, role: None, application_password: None })
    }

    #[test]
    fn what_was_checked_is_remembered_for_its_time_and_not_longer() {
        let remembered = RememberedCredentials::default();
        let key = [7; 32];
        assert_eq!(remembered.get(&key, Timestamp(0)), None);
        remembered.remember(key, who(), remembered.generation(), Timestamp(0));
        let last = Timestamp(0).plus(REMEMBERED_MAX).0 - 1;
        assert_eq!(remembered.get(&key, Timestamp(last)), Some(who()));
        assert_eq!(remembered.get(&key, Timestamp(last + 1)), None);
        assert_eq!(remembered.get(&[8; 32], Timestamp(0)), None);
    }

    #[test]
    fn whatever_changes_accounts_makes_everything_be_forgotten() {
        for (change, is_kept) in [
            (Change::Accounts, false),
            (Change::Everything, false),
            (Change::Sites, true),
            (Change::Posts(SiteId(1)), true),
            (Change::Thread(SiteId(1), PostId(1)), true),
        ] {
            let remembered = RememberedCredentials::default();
            let before = remembered.generation();
            remembered.remember([7; 32], who(), before, Timestamp(0));
            remembered.changed(&[change]);
            assert_eq!(remembered.get(&[7; 32], Timestamp(0)).is_some(), is_kept, "{change:?}");
            // Checked before the change, told after it: no more worth.
            remembered.remember([7; 32], who(), before, Timestamp(0));
            assert_eq!(remembered.get(&[7; 32], Timestamp(0)).is_some(), is_kept, "{change:?}");
        }
    }

    #[test]
    fn so_many_are_remembered_and_no_more() {
        let remembered = RememberedCredentials::default();
        for n in 0..=CREDENTIALS_MAX {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&n.to_be_bytes());
            remembered.remember(key, who(), 0, Timestamp(0));
        }
        remembered.0.known.run_pending_tasks();
        assert_eq!(remembered.0.known.entry_count(), CREDENTIALS_MAX);
    }
}
