//! `POST batch/v1` (WP 7.1 comments §8.8): no route of comments takes part, as in WordPress.

use rejoinder::model::role::Role;
use serde_json::{Value, json};

use super::{Api, NOBODY, expect, expect_invalid};

const BATCH: &str = "/wp-json/batch/v1";

#[tokio::test]
async fn each_request_is_answered_by_itself() {
    let api = Api::open().await;
    let refused = |code: &str, message: &str, status: u16, headers: Value| json!({ "body": { "code": code, "message": message, "data": { "status": status } }, "status": status, "headers": headers });
    let says = "The requested route does not support batch requests.";
    let not_allowed = |headers| refused("rest_batch_not_allowed", says, 400, headers);
    let by_nobody = not_allowed(json!({ "Allow": "GET" }));
    let no_route = refused("rest_no_route", "No route was found matching the URL and request method.", 404, json!({}));
    let requests = json!([
        { "path": "/wp/v2/comments", "body": { "content": "x" }, "headers": { "X-Y": ["z"] } },
        { "path": "/wp/v2/comments/1?force=true", "method": "DELETE" },
        { "path": "/wp/v2/comments", "method": "PUT" },
        { "path": "/nope" },
        { "path": "///x" },
        { "path": "http://elsewhere.example/" },
    ]);
    let answer = api.post(BATCH, &NOBODY, json!({ "requests": requests })).await;
    assert_eq!(answer.status, 207);
    let all = [&by_nobody, &by_nobody, &no_route, &no_route, &no_route, &no_route];
    assert_eq!(answer.json(), json!({ "responses": all }));
    let body = json!({ "validation": "require-all-validate", "requests": [{ "path": "/wp/v2/comments" }] });
    let answer = api.post(BATCH, &NOBODY, body).await;
    assert_eq!(answer.json(), json!({ "failed": "validation", "responses": [not_allowed(json!({}))] }));
    let editor = api.member("editor", Role::Editor).await;
    let requests = json!([{ "path": "/wp/v2/comments" }, { "path": "/wp/v2/comments/1", "method": "PUT" }]);
    let answer = api.post(BATCH, &editor, json!({ "requests": requests })).await;
    let allowed = |methods: &str| not_allowed(json!({ "Allow": methods }));
    let all = [allowed("GET, POST"), allowed("GET, POST, PUT, PATCH, DELETE")];
    assert_eq!(answer.json(), json!({ "responses": all }));
    assert_eq!(api.post(BATCH, &NOBODY, json!({ "requests": [] })).await.json(), json!({ "responses": [] }));
}

#[tokio::test]
async fn requests_that_do_not_fit_are_named() {
    let api = Api::open().await;
    let answer = api.post(BATCH, &NOBODY, json!({})).await;
    expect(&answer, 400, "rest_missing_callback_param", "Missing parameter(s): requests");
    let many = |n: usize| Value::from(vec![json!({ "path": "/" }); n]);
    assert_eq!(api.post(BATCH, &NOBODY, json!({ "requests": many(25) })).await.status, 207);
    for (requests, code, message) in [
        (many(26), "rest_too_many_items", "requests must contain at most 25 items."),
        (json!("x"), "rest_invalid_type", "requests[0] is not of type object."),
        (json!({ "a": 1 }), "rest_invalid_type", "requests is not of type array."),
        (json!(["x"]), "rest_invalid_type", "requests[0] is not of type object."),
        (json!([{ "method": "POST" }]), "rest_property_required", "path is a required property of requests[0]."),
        (json!([{ "path": 1 }]), "rest_invalid_type", "requests[0][path] is not of type string."),
        (
            json!([{ "path": "/", "method": "GET" }]),
            "rest_not_in_enum",
            "requests[0][method] is not one of POST, PUT, PATCH, and DELETE.",
        ),
        (json!([{ "path": "/", "method": 1 }]), "rest_invalid_type", "requests[0][method] is not of type string."),
        (json!([{ "path": "/", "body": "x" }]), "rest_invalid_type", "requests[0][body] is not of type object."),
    ] {
        expect_invalid(&api.post(BATCH, &NOBODY, json!({ "requests": requests })).await, "requests", code, message);
    }
    let answer = api.post(BATCH, &NOBODY, json!({ "requests": [], "validation": "x" })).await;
    let message = "validation is not one of require-all-validate and normal.";
    expect_invalid(&answer, "validation", "rest_not_in_enum", message);
}
