//! The page of one's own account, `B/account`, over the real router.

mod attacks;
mod beside;
mod comments;
mod export;
mod leave;

use std::sync::Arc;

use rejoinder::actions::moderate_comments::{Verb, moderate};
use rejoinder::model::account::Actor;
use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::form_fields::TOKEN;
use rejoinder::model::ids::{CommentId, PostId};
use rejoinder::model::site::Site;
use rejoinder::store::{audit, comments as comment_store};

use crate::harness::{Answer, Engine, LoggedIn, Setup, TestApp};

/// As a browser marks what one of our own pages sends.
const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");
const OWN_ORIGIN: (&str, &str) = ("origin", "http://comments.test");
const THREAD: &str = "/embed/thread?url=https%3A%2F%2Fblog.example%2Fa-post%2F";

/// A program with a blog that lets every comment through, and a post.
struct Bench {
    test: TestApp,
    site: Arc<Site>,
    post: PostId,
}

impl Bench {
    async fn new() -> Self {
        Self::on(Engine::Sqlite).await
    }

    async fn on(engine: Engine) -> Self {
        let test = TestApp::start_on(engine, Setup::default()).await;
        let site = test.site("https://blog.example").await;
        let post = test.post(&site, "https://blog.example/a-post/", "A post").await;
        test.option(site.id, "comment_previously_approved", "0").await;
        test.option(site.id, "form_min_seconds", "0").await;
        Self { test, site, post }
    }

    async fn option(&self, name: &str, value: &str) {
        self.test.option(self.site.id, name, value).await;
    }

    /// Somebody without a role, who has just logged in.
    async fn reader(&self, login: &str) -> LoggedIn {
        self.test.logged_in(self.site.id, login, None).await
    }

    /// Writes a comment in somebody's name as the thread's page does.
    async fn write(&self, who: &LoggedIn, text: &str) -> CommentId {
        self.write_under(who, text, CommentId(0)).await
    }

    async fn write_under(&self, who: &LoggedIn, text: &str, parent: CommentId) -> CommentId {
        let answer = self.send(who, text, parent).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        CommentId(answer.json()["id"].as_i64().unwrap())
    }

    async fn send(&self, who: &LoggedIn, text: &str, parent: CommentId) -> Answer {
        let token = self.token_of(who).await;
        self.send_with(who, &token, text, parent).await
    }

    /// The token of the form that the thread's page shows to somebody.
    async fn token_of(&self, who: &LoggedIn) -> String {
        let page = self.test.get_with("/?p=1", &[("cookie", &who.cookie)]).await.text();
        field(&page, TOKEN).to_owned()
    }

    async fn send_with(&self, who: &LoggedIn, token: &str, text: &str, parent: CommentId) -> Answer {
        let parent = parent.to_string();
        let fields = [("comment_post_ID", "1"), ("comment", text), ("comment_parent", &parent), (TOKEN, token)];
        let headers = [("cookie", who.cookie.as_str()), OWN, OWN_ORIGIN, ("accept", "application/json")];
        self.test.form("/wp-comments-post.php", &fields, &headers).await
    }

    /// A guest's comment.
    async fn guest(&self, text: &str, parent: CommentId) -> CommentId {
        let parent = parent.to_string();
        let fields = [
            ("comment_post_ID", "1"),
            ("comment", text),
            ("comment_parent", &parent),
            ("author", "Guest"),
            ("email", "guest@peer.example"),
        ];
        let answer = self.test.form("/wp-comments-post.php", &fields, &[("accept", "application/json")]).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        CommentId(answer.json()["id"].as_i64().unwrap())
    }

    async fn get(&self, who: &LoggedIn, path: &str) -> Answer {
        self.test.get_with(path, &[("cookie", &who.cookie)]).await
    }

    /// Sends a form of somebody's own page.
    async fn post(&self, who: &LoggedIn, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", who.csrf.as_str())];
        all.extend(fields);
        self.test.form(path, &all, &[("cookie", &who.cookie), OWN]).await
    }

    /// Opens a comment's form and sends it with another text.
    async fn edit(&self, who: &LoggedIn, id: CommentId, text: &str) -> Answer {
        let path = format!("/account/comments/{id}");
        let page = self.get(who, &path).await.text();
        let seen = if page.contains("name=\"seen\"") { field(&page, "seen").to_owned() } else { String::new() };
        self.post(who, &path, &[("comment", text), ("seen", &seen)]).await
    }

    async fn find(&self, id: CommentId) -> Option<Comment> {
        comment_store::find(&self.test.app.db, self.site.id, id).await.unwrap()
    }

    async fn status(&self, id: CommentId) -> Option<Status> {
        self.find(id).await.map(|comment| comment.status)
    }

    async fn moderate(&self, verb: Verb, id: CommentId) {
        let site = self.test.app.sites.find(&self.test.app.db, self.site.id).await.unwrap().unwrap();
        moderate(&self.test.app, &site, &Actor::command("test"), verb, &[id]).await.unwrap();
    }

    /// What readers see.
    async fn thread(&self) -> String {
        self.test.get(THREAD).await.text()
    }

    /// Actions of the audit trail with their details, the newest first, without those of the test's set-up.
    async fn trail(&self) -> Vec<(String, String, String)> {
        let entries = audit::list(&self.test.app.db, self.site.id, true, 1_000, 0).await.unwrap();
        let own = entries.into_iter().filter(|entry| !entry.actor.starts_with("rejoinder "));
        own.map(|entry| (entry.actor, entry.action, entry.detail)).collect()
    }

    /// The counts that are kept are those that are counted.
    async fn is_consistent(&self) {
        assert_eq!(rejoinder::actions::repair::find_faults(&self.test.app).await.unwrap(), []);
    }
}

/// The value of a field of a page.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap()
}
