//! `wp/v2/users/{id}/application-passwords` (WP 7.1 comments §8.10).

use http::Method;
use rejoinder::model::role::Role;
use serde_json::json;

use super::{Api, NOBODY, expect, expect_invalid, sender};

const OF_ME: &str = "/wp-json/wp/v2/users/me/application-passwords";

#[tokio::test]
async fn one_is_made_used_renamed_and_revoked() {
    let api = Api::open().await;
    let reader = api.member("reader", Role::Subscriber).await;
    let app_id = "c8f7b0de-0e9a-4a1b-8a3c-7d4f3f0e5a11";
    let answer = api.post(OF_ME, &reader, json!({ "name": " My  phone ", "app_id": app_id })).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let made = answer.json();
    let names: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(names, ["uuid", "app_id", "name", "created", "last_used", "last_ip", "password", "_links"]);
    assert_eq!(
        (&made["name"], &made["app_id"], &made["last_used"]),
        (&json!("My phone"), &json!(app_id), &json!(null))
    );
    assert_eq!(made["created"], "2026-01-05T09:00:00");
    let (uuid, password) = (made["uuid"].as_str().unwrap(), made["password"].as_str().unwrap());
    let own = format!("/wp-json/wp/v2/users/{}/application-passwords/{uuid}", reader.id);
    assert_eq!(answer.header("location"), format!("http://comments.test{own}"));
    assert_eq!(password.len(), 29, "in groups of four");

    let account = rejoinder::store::accounts::find_by_login(&api.test.app.db, "reader").await.unwrap().unwrap();
    let phone = sender(&account, password);
    let answer = api.get(&format!("{OF_ME}/introspect"), &phone).await;
    assert_eq!((&answer.json()["uuid"], &answer.json()["last_ip"]), (&json!(uuid), &json!("127.0.0.1")));
    assert_eq!(answer.json().get("password"), None);
    let answer = api.get(OF_ME, &phone).await;
    assert_eq!(answer.json().as_array().unwrap().len(), 2);
    let answer = api.put(&own, &phone, json!({ "name": "Old phone" })).await;
    assert_eq!(answer.json()["name"], "Old phone");
    assert_eq!(api.get(&own, &reader).await.json()["name"], "Old phone");
    assert_eq!(api.put(&own, &phone, json!({})).await.json()["name"], "Old phone", "nothing is to be changed");

    let answer = api.delete(&own, &reader).await;
    assert_eq!((&answer.json()["deleted"], &answer.json()["previous"]["uuid"]), (&json!(true), &json!(uuid)));
    assert_eq!(answer.json()["previous"].get("_links"), None);
    let wrong = "The provided password is an invalid application password.";
    expect(&api.get(OF_ME, &phone).await, 401, "incorrect_password", wrong);
    let missing = "Application password not found.";
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let body = Some(json!({ "name": "x" }));
        let answer = api.send(method, &own, &reader, body, &[]).await;
        expect(&answer, 404, "rest_application_password_not_found", missing);
    }
    let answer = api.delete(OF_ME, &reader).await;
    assert_eq!(answer.json(), json!({ "deleted": true, "count": 1 }));
    expect(&api.get(OF_ME, &reader).await, 401, "incorrect_password", wrong);
}

#[tokio::test]
async fn names_and_app_ids_are_checked() {
    let api = Api::open().await;
    let reader = api.member("reader", Role::Subscriber).await;
    let answer = api.post(OF_ME, &reader, json!({})).await;
    expect(&answer, 400, "rest_missing_callback_param", "Missing parameter(s): name");
    assert_eq!(answer.json()["data"]["params"], json!(["name"]));
    let answer = api.post(OF_ME, &reader, json!({ "name": "" })).await;
    expect_invalid(&answer, "name", "rest_too_short", "name must be at least 1 character long.");
    let answer = api.post(OF_ME, &reader, json!({ "name": " \t" })).await;
    expect_invalid(&answer, "name", "rest_invalid_pattern", "name does not match pattern .*\\S.*.");
    let answer = api.post(OF_ME, &reader, json!({ "name": "\u{0}" })).await;
    let message = "An application name is required to create an application password.";
    expect(&answer, 400, "application_password_empty_name", message);
    let answer = api.post(OF_ME, &reader, json!({ "name": "x", "app_id": "zz" })).await;
    expect_invalid(&answer, "app_id", "rest_invalid_uuid", "app_id is not a valid UUID.");
    assert_eq!(api.post(OF_ME, &reader, json!({ "name": "x", "app_id": "" })).await.status, 201);
}

#[tokio::test]
async fn those_of_others_are_nobody_s_business() {
    let api = Api::open().await;
    let (admin, reader) =
        (api.member("admin", Role::Administrator).await, api.member("reader", Role::Subscriber).await);
    let of_reader = format!("/wp-json/wp/v2/users/{}/application-passwords", reader.id);
    let uuid = api.get(&of_reader, &reader).await.json()[0]["uuid"].as_str().unwrap().to_owned();
    for (who, status) in [(&NOBODY, 401), (&admin, 403)] {
        for (method, path, code, message) in [
            (
                Method::GET,
                of_reader.clone(),
                "rest_cannot_list_application_passwords",
                "Sorry, you are not allowed to list application passwords for this user.",
            ),
            (
                Method::POST,
                of_reader.clone(),
                "rest_cannot_create_application_passwords",
                "Sorry, you are not allowed to create application passwords for this user.",
            ),
            (
                Method::DELETE,
                of_reader.clone(),
                "rest_cannot_delete_application_passwords",
                "Sorry, you are not allowed to delete application passwords for this user.",
            ),
            (
                Method::GET,
                format!("{of_reader}/{uuid}"),
                "rest_cannot_read_application_password",
                "Sorry, you are not allowed to read this application password.",
            ),
            (
                Method::PUT,
                format!("{of_reader}/{uuid}"),
                "rest_cannot_edit_application_password",
                "Sorry, you are not allowed to edit this application password.",
            ),
            (
                Method::DELETE,
                format!("{of_reader}/{uuid}"),
                "rest_cannot_delete_application_password",
                "Sorry, you are not allowed to delete this application password.",
            ),
            (
                Method::GET,
                format!("{of_reader}/introspect"),
                "rest_cannot_introspect_app_password_for_non_authenticated_user",
                "The authenticated application password can only be introspected for the current user.",
            ),
        ] {
            let answer = api.send(method, &path, who, Some(json!({ "name": "x" })), &[]).await;
            expect(&answer, status, code, message);
        }
    }
    expect(&api.get(OF_ME, &NOBODY).await, 401, "rest_not_logged_in", "You are not currently logged in.");
    let nobody_s = api.get("/wp-json/wp/v2/users/99/application-passwords", &admin).await;
    expect(&nobody_s, 404, "rest_user_invalid_id", "Invalid user ID.");
    assert_eq!(api.get(&of_reader, &reader).await.json().as_array().unwrap().len(), 1);
}
