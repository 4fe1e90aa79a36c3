//! `B/embed/own…`: one's own comments, changed and deleted by the frame beside them. What an edit may be is the same as on
//! the account's page (`comments`); here is what only this door has: a frame's session, JSON, and an end.

use http::{Method, Request};
use rejoinder::actions::begin_session::begin_session;
use rejoinder::actions::edit_comment::{Changes, edit_comment};
use rejoinder::actions::moderate_comments::Verb;
use rejoinder::actions::own_comments::OPEN_COMMENTS_MAX;
use rejoinder::model::account::Actor;
use rejoinder::model::client::Client;
use rejoinder::model::comment::Status;
use rejoinder::model::ids::CommentId;
use rejoinder::model::session::Scope;
use serde_json::{Value, json};

use super::{Bench, OWN, OWN_ORIGIN, field};
use crate::harness::{Answer, LoggedIn};

const WINDOW: u64 = 15 * 60;
const OVER: &str = "The time in which this comment could be changed is over.";
const MISSING: &str = "You have no such comment here. It may have been deleted.";
const LOGGED_OUT: &str =
    "You are not logged in any more as you were when this form was shown. Log in again, and send it once more.";

/// The frame of somebody whose session is one for writing comments.
struct Frame<'a> {
    bench: &'a Bench,
    session: (&'static str, String),
    csrf: String,
}

impl<'a> Frame<'a> {
    async fn of(bench: &'a Bench, who: &LoggedIn) -> Self {
        let client = Client { ip: "192.0.2.9".parse().unwrap(), agent: "Agent".into() };
        let token = begin_session(&bench.test.app, who.account, None, Scope::Reader, None, &client).await.unwrap();
        let session = ("cookie", format!("rejoinder_frame={token}"));
        let document = bench.test.get_with("/embed/form?p=1", &[(session.0, &session.1)]).await.text();
        Self { bench, session, csrf: field(&document, "csrf").to_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        let answer = self.bench.test.get_with(path, &[(self.session.0, &self.session.1), OWN]).await;
        assert_eq!(answer.header("cache-control"), "no-cache, must-revalidate, max-age=0, no-store, private", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        answer
    }

    /// The numbers that the host is told, with the seconds that are left.
    async fn open(&self) -> Vec<(i64, u64)> {
        let told = self.get("/embed/own?p=1").await.json();
        let read = |c: &Value| (c["id"].as_i64().unwrap(), c["seconds"].as_u64().unwrap());
        told["comments"].as_array().unwrap().iter().map(read).collect()
    }

    async fn text(&self, id: CommentId) -> Answer {
        self.get(&format!("/embed/own/{id}")).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend(fields);
        self.bench.test.form(path, &all, &[(self.session.0, &self.session.1), OWN, OWN_ORIGIN]).await
    }

    async fn save(&self, id: CommentId, seen: &str, text: &str) -> Answer {
        self.post(&format!("/embed/own/{id}"), &[("seen", seen), ("comment", text)]).await
    }

    async fn delete(&self, id: CommentId) -> Answer {
        self.post(&format!("/embed/own/{id}/delete"), &[]).await
    }

    /// By which the text is known that stands there.
    async fn seen(&self, id: CommentId) -> String {
        self.text(id).await.json()["seen"].as_str().unwrap().to_owned()
    }
}

#[track_caller]
fn refused(answer: &Answer, status: u16, message: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()["message"].as_str()),
        (status, Some(message)),
        "{}",
        answer.text()
    );
}

async fn begin() -> (Bench, LoggedIn) {
    let bench = Bench::new().await;
    bench.option("comment_flood_seconds", "0").await;
    let ann = bench.reader("ann").await;
    (bench, ann)
}

#[tokio::test]
async fn the_frame_learns_which_comments_are_open_and_until_when() {
    let (bench, ann) = begin().await;
    let bob = bench.reader("bob").await;
    let frame = Frame::of(&bench, &ann).await;
    assert_eq!(frame.open().await, []);
    let first = bench.write(&ann, "My <b>first</b>").await;
    bench.write(&bob, "Bob’s").await;
    bench.guest("A guest’s", CommentId(0)).await;
    bench.test.advance(60);
    bench.option("comment_moderation", "1").await;
    let held = bench.write(&ann, "Mine, waiting").await;
    bench.option("comment_moderation", "0").await;
    for (verb, text) in [(Verb::Spam, "Mine, spam"), (Verb::Trash, "Mine, trash")] {
        let id = bench.write(&ann, text).await;
        bench.moderate(verb, id).await;
    }
    assert_eq!(frame.open().await, [(held.0, 900), (first.0, 840)]);
    assert_eq!(frame.get("/embed/own?p=2").await.json(), json!({ "comments": [] }), "under another post");
    // Answered, its words stay; it can still be deleted.
    bench.guest("An answer", first).await;
    assert_eq!(frame.open().await, [(held.0, 900), (first.0, 840)]);
    bench.test.advance(WINDOW - 60);
    assert_eq!(frame.open().await, [(held.0, 60), (first.0, 0)], "to the second");
    bench.test.advance(1);
    assert_eq!(frame.open().await, [(held.0, 59)]);
    bench.option("comment_edit_minutes", "0").await;
    assert_eq!(frame.open().await, []);
}

#[tokio::test]
async fn the_list_is_bounded() {
    let (bench, ann) = begin().await;
    let frame = Frame::of(&bench, &ann).await;
    for n in 0..=OPEN_COMMENTS_MAX {
        bench.write(&ann, &format!("Number {n}")).await;
    }
    let open = frame.open().await;
    assert_eq!((open.len(), open.last().map(|own| own.0)), (usize::try_from(OPEN_COMMENTS_MAX).unwrap(), Some(2)));
}

#[tokio::test]
async fn a_comment_is_changed_beside_itself_as_it_was_typed() {
    let (bench, ann) = begin().await;
    let frame = Frame::of(&bench, &ann).await;
    let id = bench.write(&ann, "My <em>frist</em> words & more").await;
    let told = frame.text(id).await.json();
    assert_eq!(
        (&told["id"], &told["content"], &told["seconds"], &told["closed"], &told["trash_days"]),
        (&json!(id.0), &json!("My <em>frist</em> words & more"), &json!(900), &Value::Null, &json!(30))
    );
    let seen = told["seen"].as_str().unwrap();
    let text = "My <em>first</em> words\r\n<script>x</script>";
    let saved = frame.save(id, seen, text).await;
    assert_eq!(saved.status, 200, "{}", saved.text());
    assert_eq!((&saved.json()["id"], &saved.json()["status"]), (&json!(id.0), &json!("approved")));
    assert!(bench.thread().await.contains("My <em>first</em> words<br />\nx"), "readers see it at once");
    // The answer did not arrive, and the same is sent once more.
    let again = frame.save(id, seen, text).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, saved.json()));
    assert_eq!(bench.trail().await.len(), 1, "and is no second edit");
    bench.is_consistent().await;
}

#[tokio::test]
async fn what_would_have_been_held_waits_and_its_author_still_sees_it() {
    let (bench, ann) = begin().await;
    let frame = Frame::of(&bench, &ann).await;
    bench.option("disallowed_keys", "casino").await;
    for (text, status) in [("https://a.example/ https://b.example/", Status::Hold), ("To the casino", Status::Trash)] {
        let id = bench.write(&ann, &format!("Before {}", text.len())).await;
        let saved = frame.save(id, &frame.seen(id).await, text).await;
        assert_eq!(
            (saved.status.as_u16(), &saved.json()["status"]),
            (200, &json!("hold")),
            "what was judged is not told"
        );
        let html = saved.json()["content_html"].as_str().unwrap().to_owned();
        assert!(
            html.contains(if status == Status::Hold { "<a href=\"https://a.example/\"" } else { "casino" }),
            "{html}"
        );
        assert_eq!(bench.status(id).await, Some(status));
        assert!(!bench.thread().await.contains(&format!("id=\"comment-{id}\"")));
    }
    bench.is_consistent().await;
}

#[tokio::test]
async fn a_text_that_cannot_be_taken_is_refused_at_its_field_and_changes_nothing() {
    let (bench, ann) = begin().await;
    let frame = Frame::of(&bench, &ann).await;
    let id = bench.write(&ann, "Words").await;
    let seen = frame.seen(id).await;
    for (text, words) in
        [(" \n ", "Please type your comment text."), (&"x".repeat(65_526), "Your comment is too long.")]
    {
        let answer = frame.save(id, &seen, text).await;
        assert!(answer.json()["message"].as_str().unwrap().ends_with(words), "{}", answer.text());
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!("comment")));
        assert_eq!(answer.json()["now"]["content"], "Words");
    }
    assert_eq!(frame.save(id, &seen, &"x".repeat(65_525)).await.status, 200);
    assert_eq!(frame.save(id, &seen, &"x".repeat(300 * 1024)).await.status, 413);
}

#[tokio::test]
async fn after_the_time_nothing_is_shown_changed_or_deleted_here() {
    let (bench, ann) = begin().await;
    let frame = Frame::of(&bench, &ann).await;
    let id = bench.write(&ann, "Words").await;
    let seen = frame.seen(id).await;
    bench.test.advance(WINDOW);
    assert_eq!(frame.text(id).await.json()["seconds"], 0, "the last moment");
    bench.test.advance(1);
    refused(&frame.text(id).await, 409, OVER);
    let late = frame.save(id, &seen, "Too late").await;
    refused(&late, 409, OVER);
    assert_eq!(late.json()["now"], Value::Null);
    refused(&frame.delete(id).await, 409, OVER);
    assert_eq!(bench.find(id).await.unwrap().content, "Words");
}

#[tokio::test]
async fn an_edit_that_came_between_is_shown_and_not_undone() {
    let (bench, ann) = begin().await;
    let frame = Frame::of(&bench, &ann).await;
    let id = bench.write(&ann, "Words").await;
    let seen = frame.seen(id).await;
    let site = bench.test.app.sites.find(&bench.test.app.db, bench.site.id).await.unwrap().unwrap();
    let changes = Changes { content: Some("A moderator’s words".into()), ..Changes::default() };
    edit_comment(&bench.test.app, &site, &Actor::command("test"), id, changes).await.unwrap();
    let message = "This comment was changed since you opened it. Look at what stands there now, and try again.";
    let answer = frame.save(id, &seen, "Mine").await;
    refused(&answer, 409, message);
    let now = &answer.json()["now"];
    assert_eq!(now["content"], "A moderator’s words");
    assert_eq!(frame.save(id, now["seen"].as_str().unwrap(), "Both").await.status, 200, "knowing of it");

    bench.guest("An answer", id).await;
    let answer = frame.save(id, &frame.seen(id).await, "After an answer").await;
    let closed = "Somebody has answered this comment, so its words stay. You can still delete it.";
    refused(&answer, 409, closed);
    assert_eq!(answer.json()["now"]["closed"], closed);
    assert_eq!(bench.find(id).await.unwrap().content, "Both");
}

#[tokio::test]
async fn a_comment_is_deleted_beside_itself_once() {
    let (bench, ann) = begin().await;
    let frame = Frame::of(&bench, &ann).await;
    let id = bench.write(&ann, "What I regret").await;
    let answer = bench.guest("What others say", id).await;
    let deleted = frame.delete(id).await;
    assert_eq!((deleted.status.as_u16(), deleted.text().as_str()), (204, ""));
    assert_eq!(bench.status(id).await, Some(Status::Trash));
    assert_eq!(bench.find(answer).await.unwrap().parent_id, None, "what others say stays");
    refused(&frame.delete(id).await, 404, MISSING);
    refused(&frame.save(id, "", "Again").await, 404, MISSING);
    refused(&frame.text(id).await, 404, MISSING);
    assert_eq!(bench.trail().await, [("ann".into(), "trash".into(), "approved to trash".into())]);
    bench.is_consistent().await;
}

#[tokio::test]
async fn what_a_moderator_decided_stays_decided() {
    let (bench, ann) = begin().await;
    let frame = Frame::of(&bench, &ann).await;
    let id = bench.write(&ann, "Words").await;
    let seen = frame.seen(id).await;
    bench.moderate(Verb::Spam, id).await;
    let decided = "This comment cannot be changed any more.";
    refused(&frame.text(id).await, 409, decided);
    refused(&frame.save(id, &seen, "Others").await, 409, decided);
    refused(&frame.delete(id).await, 409, decided);
    bench.moderate(Verb::Trash, id).await;
    refused(&frame.text(id).await, 404, MISSING);
    refused(&frame.save(id, &seen, "Others").await, 404, MISSING);
    assert_eq!(bench.find(id).await.unwrap().content, "Words");
}

#[tokio::test]
async fn other_people_s_comments_are_not_there() {
    let (bench, ann) = begin().await;
    let eve = bench.reader("eve").await;
    let own = bench.write(&ann, "Ann’s words").await;
    let guest = bench.guest("A guest’s words", CommentId(0)).await;
    let seen = Frame::of(&bench, &ann).await.seen(own).await;
    let frame = Frame::of(&bench, &eve).await;
    for id in [own, guest, CommentId(99), CommentId(-1), CommentId(0), CommentId(i64::MAX)] {
        refused(&frame.text(id).await, 404, MISSING);
        refused(&frame.save(id, &seen, "Eve’s").await, 404, MISSING);
        refused(&frame.delete(id).await, 404, MISSING);
    }
    for nonsense in ["x", "1x", "99999999999999999999", "1.0"] {
        refused(&frame.get(&format!("/embed/own/{nonsense}")).await, 404, MISSING);
    }
    assert_eq!(bench.find(own).await.unwrap().content, "Ann’s words");
}

#[tokio::test]
async fn guests_have_nothing_here_and_are_told_so() {
    let (bench, ann) = begin().await;
    let id = bench.write(&ann, "Words").await;
    let list = bench.test.get_with("/embed/own?p=1", &[OWN]).await;
    assert_eq!((list.status.as_u16(), list.json()), (200, json!({ "comments": [] })));
    refused(&bench.test.get_with(&format!("/embed/own/{id}"), &[OWN]).await, 403, LOGGED_OUT);
    let over = bench.test.get_with("/embed/own?p=1", &[OWN, ("cookie", "rejoinder_frame=gone")]).await;
    assert_eq!(over.json(), json!({ "comments": [] }), "a session that is over is nobody’s");
    let answer = bench.test.form(&format!("/embed/own/{id}/delete"), &[("csrf", "")], &[OWN, OWN_ORIGIN]).await;
    refused(&answer, 403, LOGGED_OUT);
}

#[tokio::test]
async fn no_other_origin_reads_or_changes_anything_and_no_form_without_the_session_s_token() {
    let (bench, ann) = begin().await;
    let bob = bench.reader("bob").await;
    let frame = Frame::of(&bench, &ann).await;
    let others = Frame::of(&bench, &bob).await.csrf;
    let id = bench.write(&ann, "Words").await;
    let seen = frame.seen(id).await;
    let session = (frame.session.0, frame.session.1.as_str());
    for site in ["cross-site", "same-site", "x"] {
        for path in ["/embed/own?p=1".to_owned(), format!("/embed/own/{id}")] {
            let answer = bench.test.get_with(&path, &[session, ("sec-fetch-site", site)]).await;
            assert!(answer.status == 403 && !answer.text().contains("Words"), "{path} {site}");
            assert_eq!(answer.header("access-control-allow-origin"), "");
        }
    }
    for path in [format!("/embed/own/{id}"), format!("/embed/own/{id}/delete")] {
        for (what, csrf, headers) in [
            ("no token", "", &[OWN, OWN_ORIGIN][..]),
            ("another session's token", others.as_str(), &[OWN, OWN_ORIGIN]),
            ("the token of one's own other session", &ann.csrf, &[OWN, OWN_ORIGIN]),
            ("another site", &frame.csrf, &[("sec-fetch-site", "cross-site")]),
            ("the blog", &frame.csrf, &[("sec-fetch-site", "same-site"), ("origin", "https://blog.example")]),
            ("an old browser on the blog", &frame.csrf, &[("origin", "https://blog.example")]),
            ("nothing said", &frame.csrf, &[]),
        ] {
            let fields = [("csrf", csrf), ("seen", &seen), ("comment", "Forged")];
            let headers: Vec<_> = headers.iter().copied().chain([session]).collect();
            assert_eq!(bench.test.form(&path, &fields, &headers).await.status, 403, "{path}: {what}");
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let request = Request::builder().method(method.clone()).uri(&path).header(session.0, session.1);
            let answer = bench.test.send(request.body(axum::body::Body::empty()).unwrap()).await;
            assert_eq!(answer.status, 405, "{path} {method}");
        }
    }
    assert_eq!(bench.find(id).await.unwrap().content, "Words");
    assert_eq!(bench.status(id).await, Some(Status::Approved));
}

/// Each session that writes a comment changes it as well: the first-party cookie, and the script's token.
#[tokio::test]
async fn every_session_that_writes_comments_changes_them() {
    let (bench, ann) = begin().await;
    let id = bench.write(&ann, "Words").await;
    let cookie = Frame { bench: &bench, session: ("cookie", ann.cookie.clone()), csrf: ann.csrf.clone() };
    assert_eq!(cookie.save(id, &cookie.seen(id).await, "By the cookie").await.status, 200);
    let framed = Frame::of(&bench, &ann).await;
    let token = framed.session.1.split_once('=').unwrap().1;
    let script =
        Frame { bench: &bench, session: ("authorization", format!("Bearer {token}")), csrf: framed.csrf.clone() };
    assert_eq!(script.save(id, &script.seen(id).await, "By the token").await.status, 200);
    assert_eq!(bench.find(id).await.unwrap().content, "By the token");
}
