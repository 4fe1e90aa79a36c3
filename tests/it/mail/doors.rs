//! Comments that programs make and decide about, by REST and by XML-RPC: the same mails as by form and desk, each
//! once.

use axum::body::Body;
use http::{Method, Request};
use rejoinder::actions::application_passwords::{Manager, create};
use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::ids::{AccountId, CommentId, PostId};
use rejoinder::model::role::Role;
use rejoinder::store::{accounts, subscriptions};
use serde_json::{Value, json};

use super::Post;
use super::moderators::{MODERATE, NEW, told};
use crate::harness::{Answer, Engine, START, Setup};
use crate::rest::{COMMENTS, NOBODY, Sender, sender};

crate::on_both_engines! {
    what_nobody_sends_by_rest_is_told_when_it_comes_and_when_it_is_approved
    what_xml_rpc_makes_and_approves_is_told_too
}

/// What a reader hears.
const NEWS: &str = "[New comment] A post";

fn to_reader() -> (String, String) {
    ("reader@reader.example".to_owned(), NEWS.to_owned())
}

/// A member who sends with an application password.
struct Program {
    id: AccountId,
    login: &'static str,
    password: String,
    rest: Sender,
}

impl Post {
    /// A post of an author's, with a reader who wants to be told; programs of the author and of an editor.
    async fn with_programs(engine: Engine) -> (Self, Program, Program) {
        let post = Self::with(engine, Setup::default()).await;
        post.door.option("rest_allow_anonymous_comments", "1").await;
        let author = post.program("author", Role::Author).await;
        let editor = post.program("editor", Role::Editor).await;
        post.wrote(author.id).await;
        post.subscribe("reader@reader.example", None).await;
        (post, author, editor)
    }

    async fn program(&self, login: &'static str, role: Role) -> Program {
        let id = self.member(login, role).await;
        let app = &self.door.test.app;
        let account = accounts::find(&app.db, id).await.unwrap().unwrap();
        let made = create(app, &Manager::account(&account), &account, "test", "").await.unwrap();
        let rest = sender(&account, &made.password);
        Program { id, login, password: made.password, rest }
    }

    /// A reader who has confirmed already.
    async fn subscribe(&self, email: &'static str, replies_to: Option<CommentId>) {
        let (site, about) = (self.door.site.id, (self.door.post, replies_to));
        let write = async move |tx: &mut rejoinder::store::Tx| {
            let id = subscriptions::insert(tx, site, email, about, START).await?;
            subscriptions::confirm(tx, site, id, START).await
        };
        assert!(self.door.test.app.db.write(write).await.unwrap());
    }

    async fn rest(&self, method: Method, path: &str, who: &Sender, body: Value, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(authorization) = &who.authorization {
            request = request.header("authorization", authorization);
        }
        self.door.test.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// Makes a comment by REST, which must be taken.
    async fn create(&self, who: &Sender, body: Value) -> Comment {
        let answer = self.rest(Method::POST, COMMENTS, who, with_post(self.door.post, body), &[]).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        self.find(CommentId(answer.json()["id"].as_i64().unwrap())).await.unwrap()
    }

    /// Changes a comment by REST, which must be done.
    async fn change(&self, who: &Sender, id: CommentId, body: Value) {
        let answer = self.rest(Method::POST, &format!("{COMMENTS}/{id}"), who, body, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Calls a method of XML-RPC, which must be done; the answer.
    async fn call(&self, method: &str, who: &Program, params: &str) -> String {
        let Program { login, password, .. } = who;
        let own =
            [login, password.as_str()].map(|text| format!("<param><value><string>{text}</string></value></param>"));
        let body = format!(
            "<methodCall><methodName>{method}</methodName><params><param><value><int>1</int></value></param>{}{params}</params></methodCall>",
            own.concat()
        );
        let answer = self.door.test.send(Request::post("/xmlrpc.php").body(Body::from(body)).unwrap()).await;
        assert!(!answer.text().contains("<fault>"), "{}", answer.text());
        answer.text()
    }

    /// Makes a comment by XML-RPC.
    async fn call_new(&self, who: &Program, words: &str) -> Comment {
        let params = format!("{}{}", number(self.door.post.0), object(&[("content", words)]));
        let answer = self.call("wp.newComment", who, &params).await;
        let id = answer.split("<int>").nth(1).unwrap().split('<').next().unwrap().parse().unwrap();
        self.find(CommentId(id)).await.unwrap()
    }

    async fn call_edit(&self, who: &Program, id: CommentId, members: &[(&str, &str)]) {
        self.call("wp.editComment", who, &format!("{}{}", number(id.0), object(members))).await;
    }
}

fn with_post(post: PostId, mut body: Value) -> Value {
    body["post"] = json!(post.0);
    body
}

fn number(n: i64) -> String {
    format!("<param><value><int>{n}</int></value></param>")
}

fn object(members: &[(&str, &str)]) -> String {
    let members = members
        .iter()
        .map(|(name, text)| format!("<member><name>{name}</name><value><string>{text}</string></value></member>"));
    format!("<param><value><struct>{}</struct></value></param>", members.collect::<String>())
}

fn guest(words: &str) -> Value {
    json!({ "author_name": "Ann", "author_email": "ann@example.org", "content": words })
}

async fn what_nobody_sends_by_rest_is_told_when_it_comes_and_when_it_is_approved(engine: Engine) {
    let (post, _, editor) = Post::with_programs(engine).await;
    let comment = post.create(&NOBODY, guest("Hello.")).await;
    assert_eq!(comment.status, Status::Hold);
    assert_eq!(post.subjects().await, [told("author", MODERATE), told("root", MODERATE)], "no reader hears of it");
    post.change(&editor.rest, comment.id, json!({ "status": "approved" })).await;
    let mails = post.delivered().await;
    let subjects: Vec<_> = mails.iter().map(|mail| (mail.to.clone(), mail.subject.clone())).collect();
    assert_eq!(subjects, [told("author", NEW), to_reader()]);
    assert_eq!(mails[0].from, "Ann <wordpress@blog.example>");
    assert!(mails[0].body.contains("\nHello.\n") && mails[1].body.contains("\nHello.\n"), "{mails:#?}");
    // However often it goes back and forth, by whichever door.
    for status in ["hold", "approved", "trash", "untrash", "spam", "unspam", "approved"] {
        post.change(&editor.rest, comment.id, json!({ "status": status })).await;
    }
    post.call_edit(&editor, comment.id, &[("status", "hold")]).await;
    post.call_edit(&editor, comment.id, &[("status", "approve")]).await;
    assert_eq!(post.subjects().await, []);
    // Their next one is shown at once.
    let next = post.create(&NOBODY, guest("Again.")).await;
    assert_eq!(next.status, Status::Approved);
    assert_eq!(post.subjects().await, [told("author", NEW), to_reader()]);
    for force in ["", "?force=true"] {
        let path = format!("{COMMENTS}/{}{force}", next.id);
        assert_eq!(post.rest(Method::DELETE, &path, &editor.rest, json!({}), &[]).await.status, 200);
    }
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

async fn what_xml_rpc_makes_and_approves_is_told_too(engine: Engine) {
    let (post, author, editor) = Post::with_programs(engine).await;
    let writer = post.program("writer", Role::Subscriber).await;
    let held = post.call_new(&writer, "By an app.").await;
    assert_eq!((held.status, held.account_id), (Status::Hold, Some(writer.id)));
    assert_eq!(post.subjects().await, [told("author", MODERATE), told("root", MODERATE)]);
    // Words alone are no approval.
    post.call_edit(&editor, held.id, &[("content", "By an app!")]).await;
    assert_eq!(post.subjects().await, []);
    post.call_edit(&editor, held.id, &[("status", "approve")]).await;
    let mails = post.delivered().await;
    assert_eq!(mails.len(), 2, "{mails:#?}");
    assert!(mails.iter().all(|mail| mail.body.contains("\nBy an app!\n")), "{mails:#?}");
    assert_eq!((mails[0].to.as_str(), mails[1].to.as_str()), ("author@blog.example", "reader@reader.example"));
    // A moderator's is shown at once, the author's own is told to readers only.
    post.call_new(&editor, "An editor’s.").await;
    assert_eq!(post.subjects().await, [told("author", NEW), to_reader()]);
    post.call_new(&author, "The author’s.").await;
    assert_eq!(post.subjects().await, [to_reader()]);
    post.call("wp.deleteComment", &editor, &number(held.id.0)).await;
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

#[tokio::test]
async fn the_author_who_writes_or_approves_by_rest_is_not_told() {
    let (post, author, editor) = Post::with_programs(Engine::Sqlite).await;
    let own = post.create(&author.rest, json!({ "content": "My own." })).await;
    assert_eq!((own.status, own.account_id), (Status::Approved, Some(author.id)));
    assert_eq!(post.subjects().await, [to_reader()]);
    let held = post.create(&NOBODY, guest("Hello.")).await;
    assert_eq!(post.subjects().await, [told("author", MODERATE), told("root", MODERATE)]);
    post.change(&author.rest, held.id, json!({ "status": "approved" })).await;
    assert_eq!(post.subjects().await, [to_reader()]);
    // In another's name: who sends it knows of it.
    post.wrote(editor.id).await;
    let sent = post.create(&editor.rest, json!({ "author": author.id, "content": "For somebody else." })).await;
    assert_eq!((sent.status, sent.account_id), (Status::Approved, Some(author.id)));
    assert_eq!(post.subjects().await, [to_reader()]);
    post.end().await;
}

#[tokio::test]
async fn a_status_that_a_moderator_gives_by_rest_is_told_as_a_verdict_is() {
    let (post, _, editor) = Post::with_programs(Engine::Sqlite).await;
    let with_status = |status: &str| json!({ "content": format!("As {status}."), "status": status });
    post.create(&editor.rest, with_status("hold")).await;
    assert_eq!(post.subjects().await, [told("author", MODERATE), told("root", MODERATE)]);
    post.create(&editor.rest, with_status("approved")).await;
    assert_eq!(post.subjects().await, [told("author", NEW), to_reader()]);
    for status in ["spam", "trash"] {
        post.create(&editor.rest, with_status(status)).await;
    }
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

/// An import.
#[tokio::test]
async fn what_a_moderator_dates_is_told_to_nobody() {
    let (post, _, editor) = Post::with_programs(Engine::Sqlite).await;
    for (status, date) in
        [("approved", "2015-03-01T12:00:00"), ("hold", "2015-03-01T12:00:01"), ("approved", "2099-01-01T00:00:00")]
    {
        let mut body = guest(&format!("Of {date}"));
        (body["date_gmt"], body["status"]) = (json!(date), json!(status));
        post.create(&editor.rest, body).await;
    }
    assert_eq!(post.subjects().await, []);
    // Its approval is news.
    post.change(&editor.rest, CommentId(2), json!({ "status": "approved" })).await;
    assert_eq!(post.subjects().await, [told("author", NEW), to_reader()]);
    post.end().await;
}

#[tokio::test]
async fn a_request_that_is_repeated_is_told_of_once() {
    let (post, ..) = Post::with_programs(Engine::Sqlite).await;
    let body = with_post(post.door.post, guest("Once."));
    for _ in 0..2 {
        let key = [("idempotency-key", "one")];
        let answer = post.rest(Method::POST, COMMENTS, &NOBODY, body.clone(), &key).await;
        assert_eq!(answer.json()["id"], 1, "{}", answer.text());
    }
    assert_eq!(post.subjects().await, [told("author", MODERATE), told("root", MODERATE)]);
    post.end().await;
}

#[tokio::test]
async fn who_waits_for_answers_is_told_under_the_post_that_their_comment_moved_to() {
    let (post, _, editor) = Post::with_programs(Engine::Sqlite).await;
    post.door.option("comments_notify", "0").await;
    let first = post.create(&editor.rest, json!({ "content": "Answer me." })).await;
    post.subscribe("answers@reader.example", Some(first.id)).await;
    let other = post.door.test.post(&post.door.site, "https://blog.example/other/", "Another").await;
    assert_eq!(post.subjects().await, [to_reader()]);
    post.change(&editor.rest, first.id, json!({ "post": other.0 })).await;
    let answer = json!({ "post": other.0, "parent": first.id.0, "content": "Here." });
    assert_eq!(post.rest(Method::POST, COMMENTS, &editor.rest, answer, &[]).await.status, 201);
    let mail = post.only().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("answers@reader.example", "[New reply] Another"));
    post.end().await;
}
