//! `wp/v2/settings` (WP 7.1 comments §8.9).

use http::Method;
use rejoinder::model::role::Role;
use serde_json::json;

use super::{Api, NOBODY, expect, expect_invalid};

const SETTINGS: &str = "/wp-json/wp/v2/settings";

#[tokio::test]
async fn administrators_read_and_change_them() {
    let api = Api::open().await;
    let admin = api.member("admin", Role::Administrator).await;
    let answer = api.get(SETTINGS, &admin).await;
    insta::assert_snapshot!(answer.text(), @r#"
    {"title":"The blog","description":"","timezone":"UTC","date_format":"F j, Y","time_format":"g:i a","language":"en_US","use_smilies":true,"default_ping_status":"open","default_comment_status":"open","url":"http:\/\/comments.test"}
    "#);
    let body = json!({
        "title": "Another title", "timezone": "Europe/Berlin", "default_comment_status": "closed", "unknown": 1,
        "default_ping_status": null, "description": "What it is about", "use_smilies": false,
    });
    let changed = api.post(SETTINGS, &admin, body).await.json();
    for (name, value) in [
        ("title", "Another title"),
        ("description", "What it is about"),
        ("timezone", "Europe/Berlin"),
        ("default_comment_status", "closed"),
        ("default_ping_status", "open"),
    ] {
        assert_eq!(changed[name], value, "{name}");
    }
    assert_eq!(changed["use_smilies"], false);
    let changed = api.post(SETTINGS, &admin, json!({ "use_smilies": null })).await.json();
    assert_eq!(changed["use_smilies"], false, "null is nothing said");
    for (given, told) in [("de_DE", "de_DE"), ("pt-br", "pt_BR"), ("", "en_US")] {
        let changed = api.post(SETTINGS, &admin, json!({ "language": given })).await.json();
        assert_eq!(changed["language"], told);
    }
    let answer = api.post(SETTINGS, &admin, json!({ "language": "Deutsch", "description": "Anders" })).await;
    let message =
        "language takes a locale as WordPress spells it, such as de_DE, or nothing for English, not “Deutsch”";
    expect_invalid(&answer, "language", "rest_invalid_param", message);
    assert_eq!(api.get(SETTINGS, &admin).await.json()["description"], "What it is about", "all or nothing");
    let site = api.test.app.sites.find(&api.test.app.db, api.site.id).await.unwrap().unwrap();
    assert_eq!((site.title.as_str(), site.options.default_comment_status.as_str()), ("Another title", "closed"));
    let answer = api.send(Method::PATCH, SETTINGS, &admin, Some(json!({ "default_ping_status": "ajar" })), &[]).await;
    let message = "default_ping_status is not one of open and closed.";
    expect_invalid(&answer, "default_ping_status", "rest_not_in_enum", message);
}

#[tokio::test]
async fn others_do_not() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let message = "Sorry, you are not allowed to do that.";
    for (who, status) in [(&NOBODY, 401), (&editor, 403)] {
        expect(&api.get(SETTINGS, who).await, status, "rest_forbidden", message);
        expect(&api.post(SETTINGS, who, json!({ "title": "x" })).await, status, "rest_forbidden", message);
    }
}
