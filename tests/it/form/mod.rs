//! `B/wp-comments-post.php` through the real router: WordPress's checks in its order, and our twin in JSON.

mod checks;
mod cookies;
mod fields;
mod guards;
mod idempotency;
mod members;
mod redirects;
mod refused_pages;
mod repeats;
mod signals;

use std::sync::Arc;

use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::ids::PostId;
use rejoinder::model::site::Site;
use rejoinder::store::comments::{self, Filter};

use crate::harness::{Answer, Engine, Setup, TestApp};

pub(crate) const PATH: &str = "/wp-comments-post.php";
pub(crate) const JSON: (&str, &str) = ("accept", "application/json");
const POST_URL: &str = "https://blog.example/a-post/";

/// A program with one site and one post, and its form.
pub(crate) struct Door {
    pub(crate) test: TestApp,
    pub(crate) site: Arc<Site>,
    pub(crate) post: PostId,
}

/// What a guest types, over which a test lays its own fields.
pub(crate) const GUEST: [(&str, &str); 4] =
    [("author", "Ann"), ("email", "ann@example.org"), ("url", "https://ann.example/"), ("comment", "Well said.")];

impl Door {
    pub(crate) async fn open() -> Self {
        Self::with(Engine::Sqlite, Setup::default()).await
    }

    pub(crate) async fn with(engine: Engine, setup: Setup) -> Self {
        let test = TestApp::start_on(engine, setup).await;
        let site = test.site("https://blog.example").await;
        let post = test.post(&site, POST_URL, "A post").await;
        Self { test, site, post }
    }

    /// The same, where nothing is held.
    pub(crate) async fn without_moderation() -> Self {
        let door = Self::open().await;
        door.option("comment_previously_approved", "0").await;
        door
    }

    pub(crate) async fn option(&self, name: &str, value: &str) {
        self.test.option(self.site.id, name, value).await;
    }

    /// Sends the form of [`GUEST`] with these fields in place of its own.
    pub(crate) async fn send(&self, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let post = self.post.to_string();
        let mut all = vec![("comment_post_ID", post.as_str())];
        all.extend(GUEST);
        all.retain(|(name, _)| !fields.iter().any(|(other, _)| name == other));
        all.extend(fields);
        self.test.form(PATH, &all, headers).await
    }

    /// Every comment, newest first.
    pub(crate) async fn kept(&self) -> Vec<Comment> {
        comments::list(&self.test.app.db, self.site.id, &Filter::default(), 1_000, 0).await.unwrap()
    }

    pub(crate) async fn only(&self) -> Comment {
        let mut kept = self.kept().await;
        assert_eq!(kept.len(), 1, "{kept:?}");
        kept.remove(0)
    }

    /// Moderates a comment as its moderator would.
    pub(crate) async fn set_status(&self, comment: &Comment, status: Status) {
        let (site, id, now) = (comment.site_id, comment.id, self.test.clock.now());
        self.test
            .app
            .db
            .write(async move |tx| comments::set_status(tx, site, id, status, None, now).await)
            .await
            .unwrap();
    }
}
