//! The REST API through the real router, mirrored by route (WP 7.1 comments §8): each parameter, role and error.

mod application_passwords;
mod authentication;
mod batch;
mod comments_create;
mod comments_delete;
mod comments_list;
mod comments_read;
mod comments_update;
mod described;
mod discovery;
mod embedding;
mod kinds;
mod posts;
mod settings;
mod transport;
mod users;

use std::sync::Arc;

use axum::body::Body;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{Method, Request};
use rejoinder::actions::application_passwords::{Manager, create};
use rejoinder::actions::set_post_status::set_post_author;
use rejoinder::model::account::{Account, Actor};
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{AccountId, CommentId, PostId, SiteId};
use rejoinder::model::role::Role;
use rejoinder::model::site::Site;
use rejoinder::store::accounts::NewAccount;
use rejoinder::store::comments::Question;
use rejoinder::store::posts::NewPost;
use rejoinder::store::{accounts, comments, posts as kept_posts, sites};
use serde_json::{Value, json};

use crate::harness::{Answer, Engine, START, Setup, TestApp, new_post};

pub(crate) const COMMENTS: &str = "/wp-json/wp/v2/comments";

/// Somebody who sends requests: nobody, or an account by its application password.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sender {
    pub(crate) id: i64,
    pub(crate) authorization: Option<String>,
}

pub(crate) const NOBODY: Sender = Sender { id: 0, authorization: None };

/// A program with a site, a post of an author's and one of nobody's.
pub(crate) struct Api {
    pub(crate) test: TestApp,
    pub(crate) site: Arc<Site>,
    /// Of nobody here.
    pub(crate) post: PostId,
}

impl Api {
    pub(crate) async fn open() -> Self {
        Self::on(Engine::Sqlite, Setup::default()).await
    }

    pub(crate) async fn on(engine: Engine, setup: Setup) -> Self {
        let test = TestApp::start_on(engine, setup).await;
        let site = test.site("https://blog.example").await;
        let post = test.post(&site, "https://blog.example/a-post/", "A post").await;
        Self { test, site, post }
    }

    pub(crate) async fn option(&self, name: &str, value: &str) {
        self.test.option(self.site.id, name, value).await;
    }

    /// A member, who sends with an application password.
    pub(crate) async fn member(&self, login: &str, role: Role) -> Sender {
        let account = self.account(login, role).await;
        let made = create(&self.test.app, &Manager::account(&account), &account, "test", "").await.unwrap();
        sender(&account, &made.password)
    }

    /// An account with a role, whose own password is nobody's.
    pub(crate) async fn account(&self, login: &str, role: Role) -> Account {
        let new = NewAccount {
            login: login.into(),
            email: format!("{login}@example.org"),
            display_name: format!("The {login}"),
            password_hash: "none".into(),
            super_admin: false,
        };
        let site = self.site.id;
        let db = &self.test.app.db;
        let id = db
            .write(async move |tx| {
                let id = accounts::insert(tx, &new, START).await?;
                sites::set_member(tx, site, id, role).await?;
                Ok(id)
            })
            .await
            .unwrap();
        accounts::find(db, id).await.unwrap().unwrap()
    }

    /// A post of this member's.
    pub(crate) async fn post_of(&self, author: &Sender, slug: &str) -> PostId {
        let url = format!("https://blog.example/{slug}/");
        let post = self.test.post(&self.site, &url, &format!("Title of {slug}")).await;
        let (app, actor) = (&self.test.app, Actor::command("test"));
        set_post_author(app, &self.site, &actor, post, Some(AccountId(author.id))).await.unwrap();
        post
    }

    /// A page of nobody's.
    pub(crate) async fn page(&self, slug: &str) -> PostId {
        let new = NewPost { kind: "page".into(), ..new_post(slug) };
        let site = self.site.id;
        self.test.app.db.write(async move |tx| kept_posts::insert(tx, site, &new, START).await).await.unwrap()
    }

    /// A comment as given, kept as it is.
    pub(crate) async fn keep(&self, comment: Comment) -> CommentId {
        let comment = Comment { site_id: self.site.id, ..comment };
        let db = &self.test.app.db;
        db.write(async move |tx| comments::insert(tx, &comment, &Question::about(&comment, START)).await).await.unwrap()
    }

    /// A comment in a status under the post of nobody.
    pub(crate) async fn comment(&self, status: Status) -> CommentId {
        self.keep(Comment { status, ..comment(self.post) }).await
    }

    pub(crate) async fn kept(&self, id: i64) -> Option<Comment> {
        comments::find(&self.test.app.db, self.site.id, CommentId(id)).await.unwrap()
    }

    /// How many comments the post counts, and its version.
    pub(crate) async fn count(&self, post: PostId) -> (i64, i64) {
        let found = kept_posts::find(&self.test.app.db, self.site.id, post).await.unwrap().unwrap();
        (found.comment_count, found.version)
    }

    pub(crate) async fn get(&self, path: &str, who: &Sender) -> Answer {
        self.send(Method::GET, path, who, None, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, who: &Sender, body: Value) -> Answer {
        self.send(Method::POST, path, who, Some(body), &[]).await
    }

    pub(crate) async fn put(&self, path: &str, who: &Sender, body: Value) -> Answer {
        self.send(Method::PUT, path, who, Some(body), &[]).await
    }

    pub(crate) async fn delete(&self, path: &str, who: &Sender) -> Answer {
        self.send(Method::DELETE, path, who, None, &[]).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        who: &Sender,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(authorization) = &who.authorization {
            request = request.header("authorization", authorization);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.test.send(request.body(body).unwrap()).await
    }
}

pub(crate) fn sender(account: &Account, password: &str) -> Sender {
    let encoded = BASE64_STANDARD.encode(format!("{}:{password}", account.login));
    Sender { id: account.id.0, authorization: Some(format!("Basic {encoded}")) }
}

/// An approved comment to change what a test is about.
pub(crate) fn comment(post: PostId) -> Comment {
    Comment {
        site_id: SiteId(0),
        id: CommentId(0),
        post_id: post,
        parent_id: None,
        kind: CommentType::Comment,
        status: Status::Approved,
        author_name: "Ann &amp; Co".into(),
        author_email: "ann@example.org".into(),
        author_url: "https://ann.example/?a=1&amp;b=2".into(),
        author_ip: "192.0.2.7".into(),
        agent: "Agent/1".into(),
        account_id: None,
        content: "Well <em>said</em>.".into(),
        created_at: START,
        proven_by: String::new(),
        edited_at: None,
        reason: String::new(),
    }
}

/// Expects an error in WordPress's form.
#[track_caller]
pub(crate) fn expect(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let body = answer.json();
    assert_eq!((&body["code"], &body["message"]), (&json!(code), &json!(message)));
    assert_eq!(body["data"]["status"], status);
    assert_eq!(answer.header("content-type"), "application/json; charset=UTF-8");
}

/// Expects one wrong parameter.
#[track_caller]
pub(crate) fn expect_invalid(answer: &Answer, name: &str, code: &str, message: &str) {
    expect(answer, 400, "rest_invalid_param", &format!("Invalid parameter(s): {name}"));
    let data = &answer.json()["data"];
    assert_eq!(data["params"], json!({ name: message }));
    assert_eq!((&data["details"][name]["code"], &data["details"][name]["message"]), (&json!(code), &json!(message)));
}

/// The numbers of what a list has.
#[track_caller]
pub(crate) fn ids(answer: &Answer) -> Vec<i64> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json().as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

/// The fields of an object, one a line, in their order.
pub(crate) fn lines(object: &Value) -> String {
    let fields = object.as_object().unwrap();
    fields.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
}
