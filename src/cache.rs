//! What readers get, kept ready: answers as bytes, and the posts they are about. A hit costs a look-up
//! and no query. Every entry carries the stamp of what it was built from; a commit raises the stamp
//! before its writer is answered, so a writer reads its own write. One builder at a time for each key.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

use crate::error::Result;
use crate::model::feed::Format;
use crate::model::ids::{PostId, SiteId};
use crate::model::post::Post;
use crate::store::avatars::Avatar;
use crate::store::db::Change;

/// Bytes of answers kept; the least used go first.
const ANSWERS_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// About how many bytes the header fields of one encoding take.
const HEADERS_BYTES: usize = 2_048;
/// Bytes of fetched pictures kept.
const AVATARS_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// About how many bytes a picture takes beside itself.
const AVATAR_BYTES: usize = 256;
/// Posts, and addresses of posts, kept.
const POSTS_MAX: u64 = 10_000;
/// Stamps: two posts that share one only rebuild each other's answers needlessly.
const STAMPS: usize = 4_096;
/// Stands for every thread of a site where its stamp is looked up.
const ALL_THREADS: &str = "threads";
/// Stands for every fetched picture of a site.
const ALL_AVATARS: &str = "avatars";

/// A request whose answer is known without looking at it further.
#[derive(Clone, Debug)]
struct Known {
    host: String,
    target: String,
    key: AnswerKey,
    /// Of the site and its addresses when the request was looked at.
    stamp: u64,
}

/// Requests that are known by sight.
const REQUESTS_MAX: u64 = 4_096;
/// Bytes of host and target of a request that is known by sight.
const REQUEST_BYTES_MAX: usize = 1_024;
/// How long a request is known by sight: a post that closes with age does so without a commit.
const REQUEST_SECONDS: u64 = 30;

/// One of the answers that are the same for every reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AnswerKey {
    /// The site.
    pub site: SiteId,
    /// The post it is about; none where it is about all of the site's.
    pub post: Option<PostId>,
    /// Which of its answers.
    pub view: View,
    /// The page of comments asked for; `None` is the one shown by default.
    pub page: Option<i64>,
}

/// The answers that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// The thread as a fragment for the host page.
    Fragment {
        /// Whether comments are taken: a post closes with age, and no commit tells of that.
        comments_open: bool,
    },
    /// The thread's own page.
    Page {
        /// Whether comments are taken.
        comments_open: bool,
        /// Whether linkbacks are taken.
        pings_open: bool,
    },
    /// The newest comments as a feed.
    Feed {
        /// In which form.
        format: Format,
        /// Whether the post takes linkbacks, and so says where.
        pings_open: bool,
    },
}

/// An answer, ready to send in any encoding (`web/prepared` makes and sends it).
#[derive(Clone, Debug)]
pub struct Answer {
    /// As it is.
    pub plain: Encoded,
    /// In Brotli.
    pub brotli: Encoded,
    /// In gzip.
    pub gzip: Encoded,
}

/// An answer in one encoding.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The body.
    pub body: Bytes,
    /// Its strong validator: RFC 9110 §8.8.1 wants another for each encoding.
    pub etag: HeaderValue,
    /// Its header fields, the validator among them.
    pub headers: HeaderMap,
}

impl Answer {
    /// About as many bytes as it holds in memory.
    fn weight(&self) -> usize {
        [&self.plain, &self.brotli, &self.gzip].iter().map(|e| e.body.len() + HEADERS_BYTES).sum()
    }
}

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Cache {
    stamps: Arc<Stamps>,
    answers: Versioned<AnswerKey, Arc<Answer>>,
    posts: Versioned<(SiteId, PostId), Option<Arc<Post>>>,
    addresses: Versioned<(SiteId, String), Option<PostId>>,
    avatars: Versioned<(SiteId, String), Option<Arc<Avatar>>>,
    requests: moka::sync::Cache<u64, Arc<Known>>,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").field("answers", &self.answers.kept.entry_count()).finish_non_exhaustive()
    }
}

impl Default for Cache {
    fn default() -> Self {
        let weigh_avatar = |key: &(SiteId, String), kept: &Kept<Option<Arc<Avatar>>>| {
            let image = kept.value.as_ref().and_then(|avatar| Some(avatar.image.as_ref()?.bytes.len()));
            u32::try_from(image.unwrap_or(0) + key.1.len() + AVATAR_BYTES).unwrap_or(u32::MAX)
        };
        let weigh = |key: &AnswerKey, kept: &Kept<Arc<Answer>>| {
            u32::try_from(kept.value.weight() + size_of_val(key)).unwrap_or(u32::MAX)
        };
        Self {
            stamps: Arc::default(),
            answers: Versioned::new(
                moka::sync::Cache::builder().max_capacity(ANSWERS_BYTES_MAX).weigher(weigh).build(),
            ),
            posts: Versioned::new(moka::sync::Cache::new(POSTS_MAX)),
            addresses: Versioned::new(moka::sync::Cache::new(POSTS_MAX)),
            avatars: Versioned::new(
                moka::sync::Cache::builder().max_capacity(AVATARS_BYTES_MAX).weigher(weigh_avatar).build(),
            ),
            requests: moka::sync::Cache::builder()
                .max_capacity(REQUESTS_MAX)
                .time_to_live(Duration::from_secs(REQUEST_SECONDS))
                .build(),
        }
    }
}

impl Cache {
    /// Told of every commit, before it is answered.
    pub fn changed(&self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Thread(site, post) => {
                    self.stamps.raise(&(site, post));
                    self.stamps.raise(&(site, ALL_THREADS));
                }
                Change::Posts(site) => self.stamps.raise(site),
                Change::Avatars(site) => self.stamps.raise(&(site, ALL_AVATARS)),
                Change::Sites | Change::Everything => self.stamps.raise_all(),
                // Readers see a comment's own name, as it was when it was written.
                Change::Accounts | Change::Providers => {}
            }
        }
    }

    /// The answer to a request that was looked at before: by host and target as they were sent, while
    /// neither the site, nor its addresses, nor the thread has changed since. What nearly every reader gets.
    pub fn answer_by_sight(&self, host: &str, target: &str) -> Option<Arc<Answer>> {
        let known = self.requests.get(&self.stamps.hasher.hash_one((host, target)))?;
        let is_same = known.host == host && known.target == target && known.stamp == self.stamps.of(&known.key.site);
        if is_same { self.answer(&known.key) } else { None }
    }

    /// What [`Cache::answer_by_sight`] compares: to be read before the request is looked at.
    pub fn sight_stamp(&self, site: SiteId) -> u64 {
        self.stamps.of(&site)
    }

    /// From now on the request is known by sight. `stamp` is from before it was looked at.
    pub fn know_by_sight(&self, host: &str, target: &str, key: AnswerKey, stamp: u64) {
        if host.len() + target.len() <= REQUEST_BYTES_MAX {
            let known = Known { host: host.to_owned(), target: target.to_owned(), key, stamp };
            self.requests.insert(self.stamps.hasher.hash_one((host, target)), Arc::new(known));
        }
    }

    /// The answer if it is kept and still true.
    pub fn answer(&self, key: &AnswerKey) -> Option<Arc<Answer>> {
        self.answers.get(key, self.answer_stamp(key))
    }

    /// The answer, built when it is not kept.
    pub async fn answer_or<F>(&self, key: AnswerKey, build: F) -> Result<Arc<Answer>>
    where
        F: Future<Output = Result<Arc<Answer>>>,
    {
        self.answers.get_or(key, || self.answer_stamp(&key), build).await
    }

    /// Of the thread, or of all threads of the site, that an answer was built from.
    fn answer_stamp(&self, key: &AnswerKey) -> u64 {
        match key.post {
            Some(post) => self.stamps.of(&(key.site, post)),
            None => self.stamps.of(&(key.site, ALL_THREADS)),
        }
    }

    /// The post of this id, read when it is not kept.
    pub async fn post_or<F>(&self, site: SiteId, post: PostId, read: F) -> Result<Option<Arc<Post>>>
    where
        F: Future<Output = Result<Option<Arc<Post>>>>,
    {
        self.posts
            .get_or((site, post), || self.stamps.of(&(site, post)).wrapping_add(self.stamps.of(&site)), read)
            .await
    }

    /// What is known of the picture of this token, read when it is not kept.
    pub async fn avatar_or<F>(&self, site: SiteId, token: String, read: F) -> Result<Option<Arc<Avatar>>>
    where
        F: Future<Output = Result<Option<Arc<Avatar>>>>,
    {
        self.avatars.get_or((site, token), || self.stamps.of(&(site, ALL_AVATARS)), read).await
    }

    /// The post that is known by this key (model/permalink), read when it is not kept.
    pub async fn address_or<F>(&self, site: SiteId, url_key: String, read: F) -> Result<Option<PostId>>
    where
        F: Future<Output = Result<Option<PostId>>>,
    {
        self.addresses.get_or((site, url_key), || self.stamps.of(&site), read).await
    }
}

/// Counters that commits raise. A sum of two counters that only grow changes when either does.
#[derive(Debug)]
struct Stamps {
    slots: Vec<AtomicU64>,
    all: AtomicU64,
    hasher: RandomState,
}

impl Default for Stamps {
    fn default() -> Self {
        Self {
            slots: (0..STAMPS).map(|_| AtomicU64::new(0)).collect(),
            all: AtomicU64::new(0),
            hasher: RandomState::new(),
        }
    }
}

impl Stamps {
    fn slot(&self, of: &impl Hash) -> &AtomicU64 {
        let at = usize::try_from(self.hasher.hash_one(of) % STAMPS as u64).unwrap_or(0);
        &self.slots[at]
    }

    fn of(&self, of: &impl Hash) -> u64 {
        self.slot(of).load(Ordering::SeqCst).wrapping_add(self.all.load(Ordering::SeqCst))
    }

    fn raise(&self, of: &impl Hash) {
        self.slot(of).fetch_add(1, Ordering::SeqCst);
    }

    fn raise_all(&self) {
        self.all.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Debug)]
struct Kept<V> {
    stamp: u64,
    value: V,
}

/// Values with the stamp they were built under, and a lock for each key that is being built.
#[derive(Clone)]
struct Versioned<K, V> {
    kept: moka::sync::Cache<K, Kept<V>>,
    building: Arc<Mutex<HashMap<K, Arc<tokio::sync::Mutex<()>>>>>,
}

impl<K, V> Versioned<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn new(kept: moka::sync::Cache<K, Kept<V>>) -> Self {
        Self { kept, building: Arc::default() }
    }

    fn get(&self, key: &K, stamp: u64) -> Option<V> {
        self.kept.get(key).filter(|kept| kept.stamp == stamp).map(|kept| kept.value)
    }

    async fn get_or(&self, key: K, stamp: impl Fn() -> u64, build: impl Future<Output = Result<V>>) -> Result<V> {
        if let Some(value) = self.get(&key, stamp()) {
            return Ok(value);
        }
        let lock = self.building.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default().clone();
        let _turn = lock.lock().await;
        // The stamp is read before the data: a commit in between makes this entry old, never wrong.
        let before = stamp();
        if let Some(value) = self.get(&key, before) {
            return Ok(value);
        }
        let built = build.await;
        if let Ok(value) = &built {
            self.kept.insert(key.clone(), Kept { stamp: before, value: value.clone() });
        }
        self.building.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        built
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: SiteId = SiteId(1);

    async fn read(cache: &Cache, post: i64, found: Option<PostId>) -> Option<PostId> {
        cache.address_or(SITE, format!("blog.example/{post}"), async { Ok(found) }).await.unwrap()
    }

    #[tokio::test]
    async fn a_value_is_kept_until_a_commit_changes_what_it_was_built_from() {
        let cache = Cache::default();
        assert_eq!(read(&cache, 1, None).await, None);
        assert_eq!(read(&cache, 1, Some(PostId(1))).await, None, "kept, though the database has another by now");
        cache.changed(&[Change::Posts(SITE)]);
        assert_eq!(read(&cache, 1, Some(PostId(1))).await, Some(PostId(1)));
        cache.changed(&[Change::Everything]);
        assert_eq!(read(&cache, 1, None).await, None);
    }

    #[tokio::test]
    async fn a_commit_while_building_makes_the_built_value_old() {
        let cache = Cache::default();
        let during = cache.clone();
        let built = cache.address_or(SITE, "blog.example/1".into(), async move {
            during.changed(&[Change::Posts(SITE)]);
            Ok(None)
        });
        assert_eq!(built.await.unwrap(), None);
        assert_eq!(read(&cache, 1, Some(PostId(1))).await, Some(PostId(1)));
    }

    #[tokio::test]
    async fn a_request_is_known_by_sight_until_its_site_or_thread_changes() {
        let cache = Cache::default();
        let encoded =
            || Encoded { body: Bytes::new(), etag: HeaderValue::from_static("\"1\""), headers: HeaderMap::new() };
        let answer = Arc::new(Answer { plain: encoded(), brotli: encoded(), gzip: encoded() });
        let key =
            AnswerKey { site: SITE, post: Some(PostId(1)), view: View::Fragment { comments_open: true }, page: None };
        let (host, target) = ("blog.example", "/embed/thread?url=1");
        for change in [Change::Posts(SITE), Change::Thread(SITE, PostId(1)), Change::Sites, Change::Everything] {
            let stamp = cache.sight_stamp(SITE);
            cache.answer_or(key, async { Ok(answer.clone()) }).await.unwrap();
            cache.know_by_sight(host, target, key, stamp);
            assert!(cache.answer_by_sight(host, target).is_some());
            assert!(cache.answer_by_sight("other.example", target).is_none());
            assert!(cache.answer_by_sight(host, "/embed/thread?url=2").is_none());
            cache.changed(&[change]);
            assert!(cache.answer_by_sight(host, target).is_none(), "{change:?}");
        }
    }
}
