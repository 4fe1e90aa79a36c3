//! `POST`, `PUT` and `PATCH wp/v2/comments/{id}` (WP 7.1 comments §8.6).

use http::Method;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{AccountId, CommentId};
use rejoinder::model::role::Role;
use rejoinder::store::audit;
use serde_json::{Value, json};

use super::{Api, COMMENTS, NOBODY, Sender, comment, expect, expect_invalid};
use crate::harness::{Engine, Setup};

crate::on_both_engines! {
    each_field_is_changed_and_the_others_stay
    a_comment_moves_to_another_post_and_its_answers_stay
    statuses_change_as_wordpress_s_do
}

impl Api {
    async fn change(&self, id: CommentId, who: &Sender, body: Value) -> Comment {
        let answer = self.put(&format!("{COMMENTS}/{id}"), who, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.json().get("author_email").is_some(), "context edit");
        self.kept(id.0).await.unwrap()
    }
}

/// What a change does to a comment.
type Change = fn(&mut Comment);

async fn each_field_is_changed_and_the_others_stay(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let (editor, reader) = (api.member("editor", Role::Editor).await, api.member("reader", Role::Subscriber).await);
    let parent = api.comment(Status::Approved).await;
    let id = api.comment(Status::Approved).await;
    let mut before = api.kept(id.0).await.unwrap();
    let changes: [(Value, Change); 13] = [
        (json!({}), |_| {}),
        (json!({ "content": "<i onclick=x>New</i> <b>words</b>" }), |c| c.content = "<i>New</i> <b>words</b>".into()),
        (json!({ "content": { "raw": "As an object" } }), |c| c.content = "As an object".into()),
        (json!({ "author_name": "B & C" }), |c| c.author_name = "B &amp; C".into()),
        (json!({ "author_name": "" }), |c| c.author_name = String::new()),
        (json!({ "author_email": "new@example.org" }), |c| c.author_email = "new@example.org".into()),
        (json!({ "author_email": "" }), |c| c.author_email = String::new()),
        (json!({ "author_url": "https://new.example/?a&b" }), |c| c.author_url = "https://new.example/?a&amp;b".into()),
        (json!({ "author_url": "javascript:alert(1)" }), |c| c.author_url = String::new()),
        (json!({ "author_ip": "2001:db8::1", "author_user_agent": "New/1" }), |c| {
            c.author_ip = "2001:db8::1".into();
            c.agent = "New/1".into();
        }),
        (json!({ "date": "2020-01-02T03:04:05" }), |c| c.created_at.0 = 1_577_934_245_000),
        (json!({ "date_gmt": "2020-01-02T03:04:06Z" }), |c| c.created_at.0 = 1_577_934_246_000),
        (json!({ "date": null, "post": null, "content": null }), |_| {}),
    ];
    for (body, change) in changes {
        change(&mut before);
        assert_eq!(api.change(id, &editor, body.clone()).await, before, "{body}");
    }
    before.parent_id = Some(parent);
    assert_eq!(api.change(id, &editor, json!({ "parent": parent })).await, before);
    before.parent_id = None;
    assert_eq!(api.change(id, &editor, json!({ "parent": 0 })).await, before);
    let after = api.change(id, &editor, json!({ "author": reader.id })).await;
    assert_eq!((after.account_id, after.author_name.as_str()), (Some(AccountId(reader.id)), "The reader"));
    assert_eq!(after.author_email, "reader@example.org");
    let after = api.change(id, &editor, json!({ "author": editor.id, "author_name": "Pen" })).await;
    assert_eq!((after.author_name.as_str(), after.author_email.as_str()), ("Pen", "editor@example.org"));

    let log = audit::list(&api.test.app.db, api.site.id, true, 3, 0).await.unwrap();
    assert_eq!(log[0].detail, "author, email, account");
    assert_eq!(log[0].actor, "editor");
}

/// Register §14 #12: WordPress writes the moderator's address and program over the author's.
#[tokio::test]
async fn where_it_came_from_stays_with_it() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let id = api.comment(Status::Hold).await;
    let after = api.change(id, &editor, json!({ "status": "approved", "content": "Other words" })).await;
    assert_eq!((after.author_ip.as_str(), after.agent.as_str()), ("192.0.2.7", "Agent/1"));
}

async fn a_comment_moves_to_another_post_and_its_answers_stay(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let editor = api.member("editor", Role::Editor).await;
    let other = api.test.post(&api.site, "https://blog.example/b/", "B").await;
    let editor_makes = async |parent: Option<CommentId>| {
        let body = json!({ "post": api.post, "parent": parent, "content": format!("To {parent:?}.") });
        let answer = api.post(COMMENTS, &editor, body).await;
        CommentId(answer.json()["id"].as_i64().unwrap())
    };
    let top = editor_makes(None).await;
    let moved = editor_makes(Some(top)).await;
    let answer = editor_makes(Some(moved)).await;
    assert_eq!((api.count(api.post).await.0, api.count(other).await.0), (3, 0));
    let versions = (api.count(api.post).await.1, api.count(other).await.1);
    let after = api.change(moved, &editor, json!({ "post": other })).await;
    assert_eq!((after.post_id, after.parent_id), (other, None));
    assert_eq!(api.kept(answer.0).await.unwrap().parent_id, Some(top), "one level up");
    assert_eq!((api.count(api.post).await.0, api.count(other).await.0), (2, 1));
    assert!(api.count(api.post).await.1 > versions.0 && api.count(other).await.1 > versions.1, "readers see it");
    // Back again, as an answer to what it answered.
    let after = api.change(moved, &editor, json!({ "post": api.post, "parent": top })).await;
    assert_eq!((after.post_id, after.parent_id), (api.post, Some(top)));
    assert_eq!((api.count(api.post).await.0, api.count(other).await.0), (3, 0));
}

async fn statuses_change_as_wordpress_s_do(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let editor = api.member("editor", Role::Editor).await;
    let id = api.comment(Status::Hold).await;
    for (given, status) in [
        ("approved", Status::Approved),
        ("hold", Status::Hold),
        ("1", Status::Approved),
        ("0", Status::Hold),
        ("approve", Status::Approved),
        ("approve", Status::Approved),
        ("nonsense", Status::Approved),
        ("unspam", Status::Approved),
        ("spam", Status::Spam),
        ("unspam", Status::Approved),
        ("trash", Status::Trash),
        ("trash", Status::Trash),
        ("untrash", Status::Approved),
    ] {
        assert_eq!(api.change(id, &editor, json!({ "status": given })).await.status, status, "{given}");
        let shown = i64::from(status == Status::Approved);
        assert_eq!(api.count(api.post).await.0, shown, "{given}");
    }
    api.option("empty_trash_days", "0").await;
    let answer = api.put(&format!("{COMMENTS}/{id}"), &editor, json!({ "status": "trash" })).await;
    let message = "The comment does not support trashing. Set 'force=true' to delete.";
    expect(&answer, 501, "rest_trash_not_supported", message);
}

#[tokio::test]
async fn a_trashed_comment_may_be_edited_here() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let id = api.comment(Status::Trash).await;
    let after = api.change(id, &editor, json!({ "content": "Mended" })).await;
    assert_eq!((after.content.as_str(), after.status), ("Mended", Status::Trash));
}

#[tokio::test]
async fn who_may_not_moderate_a_comment_may_not_edit_it() {
    let api = Api::open().await;
    let (author, reader) = (api.member("author", Role::Author).await, api.member("reader", Role::Subscriber).await);
    let contributor = api.member("contributor", Role::Contributor).await;
    let own = api.post_of(&author, "own").await;
    let mine = Comment { account_id: Some(AccountId(reader.id)), ..comment(api.post) };
    let (mine, under_own) = (api.keep(mine).await, api.keep(comment(own)).await);
    let message = "Sorry, you are not allowed to edit this comment.";
    for (who, id, status) in
        [(&NOBODY, under_own, 401), (&reader, mine, 403), (&contributor, mine, 403), (&author, mine, 403)]
    {
        let answer = api.put(&format!("{COMMENTS}/{id}"), who, json!({ "content": "Mine now" })).await;
        expect(&answer, status, "rest_cannot_edit", message);
        assert_eq!(api.kept(id.0).await.unwrap().content, "Well <em>said</em>.");
    }
    assert_eq!(api.change(under_own, &author, json!({ "content": "Edited" })).await.content, "Edited");
    // Nor may it be moved to where one may not moderate.
    let answer = api.put(&format!("{COMMENTS}/{under_own}"), &author, json!({ "post": api.post })).await;
    expect(&answer, 403, "rest_cannot_edit", message);
}

#[tokio::test]
async fn errors_are_wordpress_s() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let elsewhere = api.test.post(&api.site, "https://blog.example/b/", "B").await;
    let id = api.comment(Status::Approved).await;
    let below = api.keep(Comment { parent_id: Some(id), ..comment(api.post) }).await;
    let deepest = api.keep(Comment { parent_id: Some(below), ..comment(api.post) }).await;
    let other = api.keep(comment(elsewhere)).await;
    let path = format!("{COMMENTS}/{id}");
    for missing in [99, 0] {
        let answer = api.put(&format!("{COMMENTS}/{missing}"), &editor, json!({})).await;
        expect(&answer, 404, "rest_comment_invalid_id", "Invalid comment ID.");
    }
    let type_says = "Sorry, you are not allowed to change the comment type.";
    for (body, status, code, message) in [
        (json!({ "type": "pingback" }), 404, "rest_comment_invalid_type", type_says),
        (json!({ "post": 99 }), 403, "rest_comment_invalid_post_id", "Invalid post ID."),
        (json!({ "author": 99 }), 400, "rest_comment_author_invalid", "Invalid comment author ID."),
        (json!({ "author": 0 }), 400, "rest_comment_author_invalid", "Invalid comment author ID."),
        (json!({ "content": "" }), 400, "rest_comment_content_invalid", "Invalid comment content."),
        (json!({ "content": "x".repeat(65_526) }), 400, "comment_content_column_length", TOO_LONG),
        (json!({ "author_name": "n".repeat(246) }), 400, "comment_author_column_length", TOO_LONG),
        (json!({ "author_url": "u".repeat(201) }), 400, "comment_author_url_column_length", TOO_LONG),
        (
            json!({ "meta": { "_wp_note_status": "resolved" } }),
            403,
            "rest_cannot_update",
            "Sorry, you are not allowed to edit the _wp_note_status custom field.",
        ),
    ] {
        expect(&api.put(&path, &editor, body).await, status, code, message);
    }
    // Neither itself, nor what answers it, nor what stands elsewhere.
    for parent in [id, below, deepest, other, CommentId(99)] {
        let answer = api.put(&path, &editor, json!({ "parent": parent })).await;
        expect_invalid(&answer, "parent", "rest_invalid_parent", "parent is not a comment on the same post.");
    }
    expect_invalid(
        &api.put(&path, &editor, json!({ "author_email": "bad" })).await,
        "author_email",
        "rest_invalid_email",
        "Invalid email address.",
    );
    // What is no text says nothing of it.
    for content in [json!(5), json!(["x"]), json!({ "rendered": "x" })] {
        assert_eq!(api.put(&path, &editor, json!({ "content": content })).await.status, 200, "{content}");
        let answer = api.post(COMMENTS, &editor, json!({ "post": api.post, "content": content })).await;
        expect(&answer, 400, "rest_comment_content_invalid", "Invalid comment content.");
    }
    assert_eq!(api.kept(id.0).await.unwrap(), Comment { id, site_id: api.site.id, ..comment(api.post) });
    let answer = api.put(&path, &editor, json!({ "type": "comment", "id": 99 })).await;
    assert_eq!(answer.json()["id"], id.0, "the number in the address counts");
}

const TOO_LONG: &str = "Comment field exceeds maximum length allowed.";

#[tokio::test]
async fn all_methods_of_writing_are_one() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let id = api.keep(Comment { kind: CommentType::Webmention, ..comment(api.post) }).await;
    for method in [Method::POST, Method::PUT, Method::PATCH] {
        let words = format!("By {method}");
        let body = Some(json!({ "content": words, "type": "webmention" }));
        let answer = api.send(method, &format!("{COMMENTS}/{id}"), &editor, body, &[]).await;
        assert_eq!(answer.json()["content"]["raw"], words);
    }
}
