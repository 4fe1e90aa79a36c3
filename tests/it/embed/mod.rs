//! The embedded comment section over HTTP: what readers get, from where, and what they never get.

mod caching;
mod counts;
mod documents;
mod fragment;
mod language;
mod own_comments;

use std::sync::Arc;

use rejoinder::actions::moderate_comments::{Verb, moderate};
use rejoinder::model::account::Actor;
use rejoinder::model::ids::{CommentId, PostId};
use rejoinder::model::site::Site;

use crate::harness::{Answer, TestApp};

/// A program with one blog that has one post, and lets every comment through.
pub(crate) struct World {
    pub(crate) test: TestApp,
    pub(crate) site: Arc<Site>,
    pub(crate) post: PostId,
}

const POST: &str = "https://blog.example/a-post/";
const FRAGMENT: &str = "/embed/thread?url=https%3A%2F%2Fblog.example%2Fa-post%2F";

impl World {
    pub(crate) async fn new() -> Self {
        Self::titled("A post").await
    }

    pub(crate) async fn titled(title: &str) -> Self {
        Self::on(TestApp::start().await, title).await
    }

    pub(crate) async fn on(test: TestApp, title: &str) -> Self {
        let site = test.site("https://blog.example").await;
        let post = test.post(&site, POST, title).await;
        let world = Self { test, site, post };
        world.option("comment_previously_approved", "0").await;
        world.option("form_min_seconds", "0").await;
        world
    }

    pub(crate) async fn option(&self, name: &str, value: &str) {
        self.test.option(self.site.id, name, value).await;
    }

    /// Writes a comment by the form; a second passes.
    pub(crate) async fn comment(&self, text: &str, more: &[(&str, &str)]) -> CommentId {
        let location = self.post_comment(text, more).await.header("location").to_owned();
        let id = location.rsplit_once("#comment-").unwrap_or_else(|| panic!("{location}")).1;
        id.parse().unwrap()
    }

    pub(crate) async fn post_comment(&self, text: &str, more: &[(&str, &str)]) -> Answer {
        let post = self.post.to_string();
        let mut fields = vec![
            ("comment_post_ID", post.as_str()),
            ("comment", text),
            ("author", "Ada Berg"),
            ("email", "ada@peer.example"),
        ];
        fields.extend(more);
        self.test.advance(1);
        let answer = self.test.form("/wp-comments-post.php", &fields, &[]).await;
        assert_eq!(answer.status, 302, "{}", answer.text());
        answer
    }

    pub(crate) async fn approve(&self, id: CommentId) {
        moderate(&self.test.app, &self.site, &Actor::command("test"), Verb::Approve, &[id]).await.unwrap();
    }

    /// A comment that is held.
    pub(crate) async fn held(&self, text: &str) -> CommentId {
        self.option("comment_moderation", "1").await;
        let id = self.comment(text, &[]).await;
        self.option("comment_moderation", "0").await;
        id
    }

    async fn fragment(&self) -> String {
        let answer = self.test.get(FRAGMENT).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text()
    }

    pub(crate) async fn page(&self, more: &str) -> Answer {
        self.test.get(&format!("/?p={}{more}", self.post)).await
    }
}

/// The numbers of the comments in a document, in order.
fn ids(html: &str) -> Vec<i64> {
    html.split("<li id=\"comment-").skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
}

/// The value of a field of the form in a document.
fn field(html: &str, name: &str) -> String {
    let at = html.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("{name}: {html}"));
    let tag = html[at..].split('>').next().unwrap();
    tag.split("value=\"").nth(1).and_then(|v| v.split('"').next()).unwrap_or_default().to_owned()
}
