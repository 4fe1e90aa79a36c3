//! `DELETE wp/v2/comments/{id}` (WP 7.1 comments §8.7).

use http::Method;
use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::ids::AccountId;
use rejoinder::model::role::Role;
use serde_json::json;

use super::{Api, COMMENTS, NOBODY, comment, expect, expect_invalid};
use crate::harness::{Engine, Setup};

crate::on_both_engines! {
    to_the_trash_and_then_for_ever
}

async fn to_the_trash_and_then_for_ever(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let editor = api.member("editor", Role::Editor).await;
    let id = api.comment(Status::Approved).await;
    let path = format!("{COMMENTS}/{id}");
    let answer = api.delete(&path, &editor).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["status"]), (200, &json!("trash")), "{}", answer.text());
    assert_eq!((api.kept(id.0).await.unwrap().status, api.count(api.post).await.0), (Status::Trash, 0));
    let already = "The comment has already been trashed.";
    expect(&api.delete(&path, &editor).await, 410, "rest_already_trashed", already);
    let answer = api.delete(&format!("{path}?force=true"), &editor).await;
    let body = answer.json();
    assert_eq!((answer.status.as_u16(), &body["deleted"]), (200, &json!(true)));
    assert_eq!((&body["previous"]["id"], &body["previous"]["status"]), (&json!(id), &json!("trash")));
    assert_eq!(body["previous"]["author_email"], "ann@example.org", "context edit");
    assert_eq!(body["previous"].get("_links"), None, "what is gone has none");
    assert!(api.kept(id.0).await.is_none());
    expect(&api.delete(&path, &editor).await, 404, "rest_comment_invalid_id", "Invalid comment ID.");
}

#[tokio::test]
async fn by_force_whatever_the_status() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    for status in Status::ALL {
        for force in ["true", "1"] {
            let id = api.comment(status).await;
            let answer = api.delete(&format!("{COMMENTS}/{id}?force={force}"), &editor).await;
            assert_eq!(answer.json()["previous"]["status"], status.as_str());
            assert!(api.kept(id.0).await.is_none(), "{status:?}");
        }
    }
    for (fields, answered) in
        [("deleted", json!({ "deleted": true })), ("previous.status", json!({ "previous": { "status": "approved" } }))]
    {
        let id = api.comment(Status::Approved).await;
        let answer = api.delete(&format!("{COMMENTS}/{id}?force=true&_fields={fields}"), &editor).await;
        assert_eq!(answer.json(), answered);
    }
    let id = api.comment(Status::Approved).await;
    let body = Some(json!({ "force": true }));
    let answer = api.send(Method::DELETE, &format!("{COMMENTS}/{id}"), &editor, body, &[]).await;
    assert_eq!(answer.json()["deleted"], true);
}

#[tokio::test]
async fn without_a_trash_only_by_force() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    api.option("empty_trash_days", "0").await;
    let id = api.comment(Status::Approved).await;
    let message = "The comment does not support trashing. Set 'force=true' to delete.";
    expect(&api.delete(&format!("{COMMENTS}/{id}"), &editor).await, 501, "rest_trash_not_supported", message);
    assert_eq!(api.delete(&format!("{COMMENTS}/{id}?force=true"), &editor).await.status, 200);
}

#[tokio::test]
async fn who_may_not_moderate_a_comment_may_not_delete_it() {
    let api = Api::open().await;
    let (author, reader) = (api.member("author", Role::Author).await, api.member("reader", Role::Subscriber).await);
    let own = api.post_of(&author, "own").await;
    let mine = api.keep(Comment { account_id: Some(AccountId(reader.id)), ..comment(api.post) }).await;
    let under_own = api.keep(comment(own)).await;
    let message = "Sorry, you are not allowed to delete this comment.";
    for (who, id, status) in
        [(&NOBODY, mine, 401), (&reader, mine, 403), (&author, mine, 403), (&reader, under_own, 403)]
    {
        for force in ["", "?force=true"] {
            let answer = api.delete(&format!("{COMMENTS}/{id}{force}"), who).await;
            expect(&answer, status, "rest_cannot_delete", message);
        }
        assert_eq!(api.kept(id.0).await.unwrap().status, Status::Approved);
    }
    assert_eq!(api.delete(&format!("{COMMENTS}/{under_own}"), &author).await.json()["status"], "trash");
    let answer = api.delete(&format!("{COMMENTS}/{mine}?force=x"), &author).await;
    expect_invalid(&answer, "force", "rest_invalid_type", "force is not of type boolean.");
}
