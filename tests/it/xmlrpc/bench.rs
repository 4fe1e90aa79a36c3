//! A blog with its people, posts and comments, and calls of the door as a program makes them.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use http::Request;
use rejoinder::actions::add_account::{NewMember, add_account};
use rejoinder::model::account::Actor;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{AccountId, CommentId, PostId};
use rejoinder::model::role::Role;
use rejoinder::model::site::Site;
use rejoinder::store::comments::{self, Question};
use rejoinder::store::posts::{self, NewPost};
use rejoinder::xmlrpc::codec::{Value, decode};

use crate::harness::{Engine, START, Setup, TestApp};

/// A fault's code and text.
pub(super) type Fault = (i64, String);

/// See the module. Everybody's name is their role's, their password `a password`.
pub(super) struct Bench {
    pub(super) test: TestApp,
    pub(super) site: Arc<Site>,
    /// A post of the author.
    pub(super) own: PostId,
    /// A post of nobody here.
    pub(super) other: PostId,
    /// A page, closed.
    pub(super) page: PostId,
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    pub(super) async fn with(setup: Setup) -> Self {
        let test = TestApp::start_on(Engine::Sqlite, setup).await;
        let site = test.site("https://blog.example").await;
        let mut author = None;
        for role in Role::ALL {
            let id = account(&test, &site, role.as_str(), role).await;
            author = author.or((role == Role::Author).then_some(id));
        }
        let own = post(&test, &site, "own", "post", true, author).await;
        let other = post(&test, &site, "other", "post", true, None).await;
        let page = post(&test, &site, "page", "page", false, None).await;
        Self { test, site, own, other, page }
    }

    /// Calls a method.
    pub(super) async fn call(&self, method: &str, params: &[Value]) -> Result<Value, Fault> {
        read(&self.send(method, params).await)
    }

    /// Calls a method whose parameters begin with the blog's number, name and password.
    pub(super) async fn by(&self, role: &str, method: &str, more: &[Value]) -> Result<Value, Fault> {
        let mut params = vec![Value::Int(1), role.into(), "a password".into()];
        params.extend_from_slice(more);
        self.call(method, &params).await
    }

    /// The answer, as it is on the wire.
    pub(super) async fn send(&self, method: &str, params: &[Value]) -> String {
        let params = params.iter().map(|v| format!("<param><value>{}</value></param>", xml(v)));
        let params = params.collect::<Vec<_>>().concat();
        let body = format!("<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>");
        let request = Request::post("/xmlrpc.php").header("user-agent", "An app/1").body(Body::from(body)).unwrap();
        let answer = self.test.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/xml; charset=UTF-8"));
        answer.text()
    }

    /// Keeps a comment, a second after the one before it.
    pub(super) async fn comment(&self, post: PostId, status: Status, words: &str) -> CommentId {
        self.test.advance(1);
        let new = Comment {
            site_id: self.site.id,
            id: CommentId(0),
            post_id: post,
            parent_id: None,
            kind: CommentType::Comment,
            status,
            author_name: "Ada &amp; Co".into(),
            author_email: "ada@example.org".into(),
            author_url: "https://ada.example/?a=1&amp;b=2".into(),
            author_ip: "198.51.100.7".into(),
            agent: "Agent/1".into(),
            account_id: None,
            content: words.into(),
            created_at: self.test.clock.now(),
            proven_by: String::new(),
            edited_at: None,
            reason: String::new(),
        };
        self.insert(new).await
    }

    pub(super) async fn insert(&self, new: Comment) -> CommentId {
        let insert =
            async move |tx: &mut rejoinder::store::Tx| comments::insert(tx, &new, &Question::about(&new, START)).await;
        self.test.app.db.write(insert).await.unwrap()
    }

    pub(super) async fn find(&self, id: CommentId) -> Option<Comment> {
        comments::find(&self.test.app.db, self.site.id, id).await.unwrap()
    }

    pub(super) async fn status(&self, id: CommentId) -> Option<Status> {
        self.find(id).await.map(|c| c.status)
    }
}

async fn account(test: &TestApp, site: &Site, login: &str, role: Role) -> AccountId {
    let email = format!("{login}@example.org");
    let new = NewMember { login: login.into(), email, password: "a password".into(), role };
    add_account(&test.app, site, &Actor::command("test"), new).await.unwrap()
}

async fn post(test: &TestApp, site: &Site, path: &str, kind: &str, open: bool, author: Option<AccountId>) -> PostId {
    let new = NewPost {
        id: None,
        url: format!("https://blog.example/2026/{path}/"),
        url_keys: vec![format!("blog.example/2026/{path}")],
        title: format!("Title & {path}"),
        kind: kind.into(),
        comments_open: open,
        pings_open: open,
        published_at: Some(START),
    };
    let site = site.id;
    let insert = async move |tx: &mut rejoinder::store::Tx| {
        let id = posts::insert(tx, site, &new, START).await?;
        posts::set_author(tx, site, id, author).await?;
        Ok(id)
    };
    test.app.db.write(insert).await.unwrap()
}

/// A comment's number as a parameter.
pub(super) fn number(id: CommentId) -> Value {
    Value::Int(id.0)
}

/// A member of an answer's struct, as text.
pub(super) fn member(value: &Value, name: &str) -> String {
    value.member(name).unwrap_or_else(|| panic!("{name}: {value:?}")).to_text()
}

/// The names of a struct's members, in their order.
pub(super) fn names(value: &Value) -> Vec<&str> {
    match value {
        Value::Struct(members) => members.iter().map(|(name, _)| name.as_str()).collect(),
        other => panic!("{other:?}"),
    }
}

/// The items of an array.
pub(super) fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        other => panic!("{other:?}"),
    }
}

/// The document of an answer as its value or fault: by the door's own reader of calls, since one is built
/// like the other.
pub(super) fn read(document: &str) -> Result<Value, Fault> {
    let (open, close) = ("<methodCall><methodName>x</methodName>", "</methodCall>");
    let call = document.replace("<methodResponse>", open).replace("</methodResponse>", close);
    let call = call.replace("<fault>", "<params><param>").replace("</fault>", "</param></params>");
    let value = decode(call.as_bytes()).unwrap_or_else(|e| panic!("{e:?}: {document}")).params.remove(0);
    if document.contains("<fault>") {
        return Err((value.member("faultCode").unwrap().to_int(), member(&value, "faultString")));
    }
    Ok(value)
}

fn xml(value: &Value) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    match value {
        Value::Int(number) => format!("<int>{number}</int>"),
        Value::Bool(truth) => format!("<boolean>{}</boolean>", i32::from(*truth)),
        Value::String(text) => format!("<string>{}</string>", escaped(text)),
        Value::DateTime(date) => format!("<dateTime.iso8601>{}</dateTime.iso8601>", date.as_str()),
        Value::Array(items) => {
            let items = items.iter().map(|v| format!("<value>{}</value>", xml(v))).collect::<Vec<_>>().concat();
            format!("<array><data>{items}</data></array>")
        }
        Value::Struct(members) => {
            members.iter().fold(String::from("<struct>"), |mut text, (name, value)| {
                write!(text, "<member><name>{}</name><value>{}</value></member>", escaped(name), xml(value)).unwrap();
                text
            }) + "</struct>"
        }
        Value::Double(_) | Value::Base64(_) => unreachable!("no test sends these"),
    }
}
