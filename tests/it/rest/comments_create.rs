//! `POST wp/v2/comments` (WP 7.1 comments §8.5).

use axum::body::Body;
use http::Request;
use rejoinder::actions::set_post_status::{Switch, set_post_status};
use rejoinder::model::account::Actor;
use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::ids::{AccountId, CommentId};
use rejoinder::model::role::Role;
use serde_json::{Value, json};

use super::{Api, COMMENTS, NOBODY, Sender, comment, expect, expect_invalid};
use crate::harness::{Answer, Engine, Setup};

crate::on_both_engines! {
    who_is_logged_in_writes_under_their_account
    a_moderator_says_of_a_comment_what_others_may_not
}

impl Api {
    /// Makes a comment of these fields under the post of nobody.
    async fn create(&self, who: &Sender, fields: Value) -> Answer {
        let mut body = json!({ "post": self.post, "content": "Well said." });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post(COMMENTS, who, body).await
    }

    async fn created(&self, who: &Sender, fields: Value) -> Comment {
        let answer = self.create(who, fields).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        self.kept(answer.json()["id"].as_i64().unwrap()).await.unwrap()
    }
}

async fn who_is_logged_in_writes_under_their_account(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let (editor, reader) = (api.member("editor", Role::Editor).await, api.member("reader", Role::Subscriber).await);
    let answer = api.create(&editor, json!({})).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let body = answer.json();
    let id = body["id"].as_i64().unwrap();
    assert_eq!(answer.header("location"), format!("http://comments.test/wp-json/wp/v2/comments/{id}"));
    assert_eq!((&body["author_name"], &body["author"]), (&json!("The editor"), &json!(editor.id)));
    assert_eq!(
        (&body["status"], &body["author_email"]),
        (&json!("approved"), &json!("editor@example.org")),
        "context edit"
    );
    assert_eq!(api.count(api.post).await.0, 1);

    let answer = api.create(&reader, json!({ "content": "So it is." })).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let body = answer.json();
    assert_eq!((&body["status"], body.get("author_email")), (&json!("hold"), None), "context view");
    let kept = api.kept(body["id"].as_i64().unwrap()).await.unwrap();
    assert_eq!((kept.account_id, kept.author_ip.as_str()), (Some(AccountId(reader.id)), "127.0.0.1"));
    assert_eq!(api.count(api.post).await.0, 1);
}

#[tokio::test]
async fn nobody_comments_unless_the_site_lets_them() {
    let api = Api::open().await;
    let guest = json!({ "author_name": "Ann", "author_email": "ann@example.org", "author_url": "ann.example" });
    let message = "Sorry, you must be logged in to comment.";
    expect(&api.create(&NOBODY, guest.clone()).await, 401, "rest_comment_login_required", message);
    api.option("rest_allow_anonymous_comments", "1").await;
    let kept = api.created(&NOBODY, guest.clone()).await;
    assert_eq!((kept.author_name.as_str(), kept.author_url.as_str()), ("Ann", "http://ann.example"));
    assert_eq!((kept.status, kept.account_id), (Status::Hold, None));
    // Nobody is number 0, who is no user.
    let zero = json!({ "author": 0, "author_name": "Ann", "author_email": "ann@example.org", "content": "Zero" });
    let no_author = "Invalid comment author ID.";
    expect(&api.create(&NOBODY, zero).await, 400, "rest_comment_author_invalid", no_author);
    api.option("comment_registration", "1").await;
    expect(&api.create(&NOBODY, guest).await, 401, "rest_comment_login_required", message);
}

#[tokio::test]
async fn a_robot_learns_nothing_of_its_verdict() {
    let api = Api::open().await;
    api.option("rest_allow_anonymous_comments", "1").await;
    api.option("disallowed_keys", "casino").await;
    let guest = json!({ "author_name": "Ann", "author_email": "ann@example.org", "content": "casino" });
    let answer = api.create(&NOBODY, guest).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["status"]), (201, &json!("hold")));
    assert_eq!(api.kept(1).await.unwrap().status, Status::Trash);
}

async fn a_moderator_says_of_a_comment_what_others_may_not(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let (editor, reader) = (api.member("editor", Role::Editor).await, api.member("reader", Role::Subscriber).await);
    let guest = json!({
        "author_name": "Gus <b>T</b>", "author_email": "gus@example.org", "author_url": "https://gus.example/?a=1&b=2",
        "author_ip": "203.0.113.9", "author_user_agent": "Other/1", "date": "2020-01-02T03:04:05", "status": "approved",
    });
    let kept = api.created(&editor, guest.clone()).await;
    assert_eq!((kept.author_name.as_str(), kept.account_id), ("Gus T", None));
    assert_eq!((kept.author_ip.as_str(), kept.agent.as_str()), ("203.0.113.9", "Other/1"));
    assert_eq!((kept.created_at.seconds(), kept.status), (1_577_934_245, Status::Approved));
    assert_eq!(kept.author_url, "https://gus.example/?a=1&amp;b=2");
    // Without a status a guest's comment is judged as any guest's.
    let mut held = guest;
    held["status"] = Value::Null;
    held["author_email"] = json!("eve@example.org");
    assert_eq!(api.created(&editor, held).await.status, Status::Hold);

    let kept = api.created(&editor, json!({ "author": reader.id, "content": "For the reader." })).await;
    assert_eq!((kept.account_id, kept.author_name.as_str()), (Some(AccountId(reader.id)), "The reader"));
    let date_gmt = json!({ "date_gmt": "2020-01-02T03:04:05+01:00", "content": "Dated." });
    assert_eq!(api.created(&editor, date_gmt).await.created_at.seconds(), 1_577_930_645);

    for (fields, field, code) in [
        (json!({ "author": editor.id }), "author", "rest_comment_invalid_author"),
        (json!({ "author_ip": "203.0.113.9" }), "author_ip", "rest_comment_invalid_author_ip"),
        (json!({ "status": "approved" }), "status", "rest_comment_invalid_status"),
        (json!({ "date": "2020-01-02T03:04:05" }), "date", "rest_comment_invalid_date"),
        (json!({ "date_gmt": "2020-01-02T03:04:05" }), "date", "rest_comment_invalid_date"),
    ] {
        let message = format!("Sorry, you are not allowed to edit '{field}' for comments.");
        expect(&api.create(&reader, fields).await, 403, code, &message);
    }
    let own =
        json!({ "author": reader.id, "author_ip": "127.0.0.1", "content": "Mine.", "author_user_agent": "Own/1" });
    assert_eq!(api.created(&reader, own).await.agent, "Own/1");
}

#[tokio::test]
async fn every_status_can_be_given_and_leads_back() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    for (given, status) in [
        ("approved", Status::Approved),
        ("approve", Status::Approved),
        ("1", Status::Approved),
        ("hold", Status::Hold),
        ("0", Status::Hold),
        ("spam", Status::Spam),
        ("trash", Status::Trash),
        ("unspam", Status::Hold),
        ("untrash", Status::Hold),
        ("nonsense", Status::Approved),
    ] {
        let kept = api.created(&editor, json!({ "status": given, "content": format!("As {given}.") })).await;
        assert_eq!(kept.status, status, "{given}");
        for back in ["unspam", "untrash"] {
            api.put(&format!("{COMMENTS}/{}", kept.id), &editor, json!({ "status": back })).await;
        }
        let back = if matches!(status, Status::Spam | Status::Trash) { Status::Approved } else { status };
        assert_eq!(api.kept(kept.id.0).await.unwrap().status, back, "{given}");
    }
}

#[tokio::test]
async fn identities_are_the_account_s_unless_another_is_named() {
    let api = Api::open().await;
    let reader = api.member("reader", Role::Subscriber).await;
    let required = "Creating a comment requires valid author name and email values.";
    for incomplete in [
        json!({ "author_name": "Other" }),
        json!({ "author_email": "other@example.org" }),
        json!({ "author_name": "Other", "author_email": "" }),
        json!({ "author_url": "https://other.example" }),
    ] {
        expect(&api.create(&reader, incomplete).await, 400, "rest_comment_author_data_required", required);
    }
    let other = json!({ "author_name": "Other", "author_email": "other@example.org" });
    assert_eq!(api.created(&reader, other).await.account_id, None);
    let named = json!({ "author": reader.id, "author_name": "Pen name", "content": "Under a pen name." });
    let kept = api.created(&reader, named).await;
    assert_eq!((kept.account_id, kept.author_name.as_str()), (Some(AccountId(reader.id)), "Pen name"));
    assert_eq!(kept.author_email, "reader@example.org");
    let empty = json!({ "author_name": "", "author_email": "", "author_url": "", "content": "Nothing said." });
    expect(&api.create(&reader, empty).await, 400, "rest_comment_author_data_required", required);
    api.option("require_name_email", "0").await;
    let kept = api.created(&reader, json!({ "author_name": "Only a name", "content": "Freely." })).await;
    assert_eq!((kept.author_name.as_str(), kept.author_email.as_str()), ("Only a name", ""));
}

#[tokio::test]
async fn the_first_check_that_fails_is_told() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let closed = api.test.post(&api.site, "https://blog.example/closed/", "Closed").await;
    set_post_status(&api.test.app, &api.site, &Actor::command("test"), closed, Switch::Comments, false).await.unwrap();
    let without = "Sorry, you are not allowed to create this comment without a post.";
    for post in [json!(null), json!(0), json!(99), json!(-1)] {
        let answer = api.create(&editor, json!({ "post": post })).await;
        expect(&answer, 403, "rest_comment_invalid_post_id", without);
    }
    let closed_says = "Sorry, comments are closed for this item.";
    for (fields, status, code, message) in [
        (json!({ "post": closed, "id": 1, "content": "" }), 403, "rest_comment_closed", closed_says),
        (json!({ "id": 1, "type": "note" }), 400, "rest_comment_exists", "Cannot create existing comment."),
        (
            json!({ "type": "pingback", "author": 99 }),
            400,
            "rest_invalid_comment_type",
            "Cannot create a comment with that type.",
        ),
        (json!({ "author": 99, "content": "" }), 400, "rest_comment_author_invalid", "Invalid comment author ID."),
        (json!({ "author": 0 }), 400, "rest_comment_author_invalid", "Invalid comment author ID."),
        (json!({ "content": " \n" }), 400, "rest_comment_content_invalid", "Invalid comment content."),
        (json!({ "content": { "rendered": "x" } }), 400, "rest_comment_content_invalid", "Invalid comment content."),
        (json!({ "content": 5 }), 400, "rest_comment_content_invalid", "Invalid comment content."),
        (json!({ "content": "x".repeat(65_526) }), 400, "comment_content_column_length", TOO_LONG),
        (
            json!({ "author_name": "n".repeat(246), "author_email": "a@example.org" }),
            400,
            "comment_author_column_length",
            TOO_LONG,
        ),
        (
            json!({ "author_name": "n", "author_email": format!("{}@example.org", "a".repeat(89)) }),
            400,
            "comment_author_email_column_length",
            TOO_LONG,
        ),
        (
            json!({ "author_name": "n", "author_email": "a@example.org", "author_url": "u".repeat(201) }),
            400,
            "comment_author_url_column_length",
            TOO_LONG,
        ),
        (
            json!({ "meta": { "_wp_note_status": "resolved" } }),
            403,
            "rest_cannot_update",
            "Sorry, you are not allowed to edit the _wp_note_status custom field.",
        ),
    ] {
        expect(&api.create(&editor, fields).await, status, code, message);
    }
    assert!(api.kept(1).await.is_none(), "nothing was kept of all that");
    for fits in [
        json!({ "content": "0" }),
        json!({ "content": { "raw": "As an object." } }),
        json!({ "type": "comment", "content": "Typed." }),
        json!({ "type": "", "content": "Untyped." }),
        json!({ "meta": { "unknown": 1, "_wp_note_status": null }, "content": "With meta." }),
        json!({ "content": "x".repeat(65_525) }),
    ] {
        assert_eq!(api.create(&editor, fits.clone()).await.status, 201, "{fits:.100}");
    }
}

const TOO_LONG: &str = "Comment field exceeds maximum length allowed.";

#[tokio::test]
async fn values_that_do_not_fit_are_named() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    for (name, value, code, message) in [
        ("author", json!("x"), "rest_invalid_type", "author is not of type integer."),
        ("post", json!(true), "rest_invalid_type", "post is not of type integer."),
        ("parent", json!("x"), "rest_invalid_type", "parent is not of type integer."),
        ("author_email", json!("bad"), "rest_invalid_email", "Invalid email address."),
        ("author_ip", json!("300.1.1.1"), "rest_invalid_ip", "author_ip is not a valid IP address."),
        ("author_name", json!(7), "rest_invalid_type", "author_name is not of type string."),
        ("date", json!("yesterday"), "rest_invalid_date", "Invalid date."),
        ("date_gmt", json!("2020-02-30T00:00:00"), "rest_invalid_date", "Invalid date."),
        ("status", json!(1), "rest_invalid_type", "status is not of type string."),
        ("meta", json!("a"), "rest_invalid_type", "meta is not of type object."),
    ] {
        expect_invalid(&api.create(&editor, json!({ name: value })).await, name, code, message);
    }
}

/// Register §14 #5: WordPress keeps any number as parent.
#[tokio::test]
async fn what_is_answered_stands_under_the_same_post() {
    let api = Api::open().await;
    let (editor, reader) = (api.member("editor", Role::Editor).await, api.member("reader", Role::Subscriber).await);
    let elsewhere = api.test.post(&api.site, "https://blog.example/b/", "B").await;
    let (approved, held) = (api.comment(Status::Approved).await, api.comment(Status::Hold).await);
    let (spam, other) = (api.comment(Status::Spam).await, api.keep(comment(elsewhere)).await);
    for parent in [other.0, 99, -1] {
        let answer = api.create(&editor, json!({ "parent": parent })).await;
        expect_invalid(&answer, "parent", "rest_invalid_parent", "parent is not a comment on the same post.");
    }
    let unapproved = "Sorry, replies to unapproved comments are not allowed.";
    for (who, parent) in [(&reader, held), (&reader, spam), (&editor, spam)] {
        let answer = api.create(who, json!({ "parent": parent })).await;
        expect(&answer, 403, "comment_reply_to_unapproved_comment", unapproved);
    }
    for (who, parent) in [(&reader, approved), (&editor, held)] {
        let kept = api.created(who, json!({ "parent": parent, "content": format!("To {parent}.") })).await;
        assert_eq!(kept.parent_id, Some(parent));
    }
}

#[tokio::test]
async fn duplicates_and_floods_are_refused() {
    let api = Api::on(Engine::Sqlite, Setup { limited: true, ..Setup::default() }).await;
    let (editor, reader) = (api.member("editor", Role::Editor).await, api.member("reader", Role::Subscriber).await);
    assert_eq!(api.create(&editor, json!({})).await.status, 201);
    let duplicate = "Duplicate comment detected; it looks as though you’ve already said that!";
    expect(&api.create(&editor, json!({})).await, 409, "comment_duplicate", duplicate);
    assert_eq!(api.create(&editor, json!({ "content": "A moderator is not slowed down." })).await.status, 201);
    api.test.advance(60);
    assert_eq!(api.create(&reader, json!({ "content": "One." })).await.status, 201);
    let answer = api.create(&reader, json!({ "content": "Two." })).await;
    expect(&answer, 400, "comment_flood", "You are posting comments too quickly. Slow down.");
    assert_eq!(answer.header("retry-after"), "15");
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_the_first() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let body = json!({ "post": api.post, "content": "Once." });
    let send = || api.send(http::Method::POST, COMMENTS, &editor, Some(body.clone()), &[("idempotency-key", "k")]);
    let (first, second) = (send().await, send().await);
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 200));
    assert_eq!(first.json()["id"], second.json()["id"]);
    let long = "k".repeat(129);
    let answer =
        api.send(http::Method::POST, COMMENTS, &editor, Some(body.clone()), &[("idempotency-key", &long)]).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn forms_are_taken_as_json_is() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let post = api.post.to_string();
    let parts = format!(
        "--x\r\nContent-Disposition: form-data; name=\"post\"\r\n\r\n{post}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\nIn parts.\r\n--x--\r\n"
    );
    for (kind, body, id) in [
        ("application/x-www-form-urlencoded", format!("post={post}&content=As+a+form."), 1),
        ("multipart/form-data; boundary=x", parts, 2),
        ("application/json; charset=utf-8", format!("{{\"post\":\"{post}\",\"content\":\"As JSON.\"}}"), 3),
    ] {
        let request = Request::post(COMMENTS)
            .header("content-type", kind)
            .header("authorization", editor.authorization.as_deref().unwrap());
        let answer = api.test.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, 201, "{kind}: {}", answer.text());
        assert_eq!(api.kept(id).await.unwrap().id, CommentId(id));
    }
    // Parameters of the query count too, and those of the body go before them.
    let path = format!("{COMMENTS}?post={post}&content=Of+the+query.&author_name=unused");
    let kept = api
        .post(
            &path,
            &editor,
            json!({ "content": "Of the body.", "author_name": null, "author_email": "a@example.org" }),
        )
        .await;
    assert_eq!(
        (kept.status.as_u16(), &kept.json()["content"]["raw"]),
        (201, &json!("Of the body.")),
        "{}",
        kept.text()
    );
}
