//! What every route has (WP 7.1 comments §8.1): methods in disguise, `_fields`, `_envelope`, `_pretty`, `HEAD`,
//! CORS, header fields, sizes, errors of the door itself.

use axum::body::Body;
use http::{Method, Request};
use rejoinder::model::comment::Status;
use rejoinder::model::role::Role;
use serde_json::json;

use super::{Api, COMMENTS, NOBODY, expect};
use crate::harness::{Engine, Setup};

#[tokio::test]
async fn routes_have_no_case() {
    let api = Api::open().await;
    let id = api.comment(Status::Approved).await;
    let answer = api.get(&format!("/wp-json/WP/v2/Comments/{id}?_fields=id"), &NOBODY).await;
    assert_eq!(answer.json(), json!({ "id": id }), "{}", answer.text());
}

#[tokio::test]
async fn an_unknown_route_and_an_unknown_method_are_one_error() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    for (method, path) in [
        (Method::GET, "/wp-json/wp/v2/nope"),
        (Method::GET, "/wp-json/oembed/1.0/embed"),
        (Method::GET, "/?rest_route=/nope"),
        (Method::PUT, COMMENTS),
        (Method::DELETE, COMMENTS),
        (Method::POST, "/wp-json/wp/v2"),
        (Method::TRACE, COMMENTS),
    ] {
        let answer = api.send(method, path, &editor, None, &[]).await;
        expect(&answer, 404, "rest_no_route", "No route was found matching the URL and request method.");
    }
}

#[tokio::test]
async fn the_method_may_be_named_in_query_or_header() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    for (query, headers) in [
        ("?_method=DELETE", &[][..]),
        ("?_method=delete&force=true", &[]),
        ("", &[("x-http-method-override", "DELETE")]),
    ] {
        let id = api.comment(Status::Approved).await;
        let path = format!("{COMMENTS}/{id}{query}");
        let answer = api.send(Method::POST, &path, &editor, Some(json!({ "content": "unused" })), headers).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_ne!(api.kept(id.0).await.map(|c| c.status), Some(Status::Approved), "{path}");
    }
}

#[tokio::test]
async fn the_route_stands_in_the_path_or_in_the_query() {
    let api = Api::open().await;
    api.comment(Status::Approved).await;
    let direct = api.get(COMMENTS, &NOBODY).await;
    for path in [
        "/wp-json/wp/v2/comments/",
        "/wp-json/wp%2Fv2/comments",
        "/?rest_route=/wp/v2/comments",
        "/?rest_route=%2Fwp%2Fv2%2Fcomments%2F",
        "/index.php?rest_route=/wp/v2/comments",
    ] {
        assert_eq!(api.get(path, &NOBODY).await.text(), direct.text(), "{path}");
    }
    let editor = api.member("editor", Role::Editor).await;
    let body = json!({ "post": api.post, "content": "By plain address." });
    assert_eq!(api.post("/?rest_route=/wp/v2/comments", &editor, body).await.status, 201);
    // Without a route it is the page that stands there, which only reads.
    assert!(api.get("/?p=1", &NOBODY).await.header("content-type").starts_with("text/html"));
    let answer = api.post("/", &NOBODY, json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, HEAD"));
}

#[tokio::test]
async fn each_site_has_an_api_of_its_own() {
    let api = Api::open().await;
    let other = api.test.site("https://other.example").await;
    let path = |slug: &str| format!("/sites/{slug}/wp-json/wp/v2/posts");
    assert_eq!(api.get(&path(&api.site.slug), &NOBODY).await.json()[0]["id"], json!(1));
    assert_eq!(api.get(&path(&other.slug), &NOBODY).await.json(), json!([]));
    let answer = api.get(&format!("/sites/{}/?rest_route=/", other.slug), &NOBODY).await;
    assert_eq!(answer.json()["home"], "https://other.example");
    let link = format!("<http://comments.test/sites/{}/wp-json/>; rel=\"https://api.w.org/\"", other.slug);
    assert_eq!(answer.header("link"), link);
    // A member of one site is nobody special on another.
    let editor = api.member("editor", Role::Editor).await;
    let answer = api.get(&format!("/sites/{}/wp-json/wp/v2/comments?status=hold", other.slug), &editor).await;
    expect(&answer, 403, "rest_forbidden_param", "Query parameter not permitted: status");
    let nowhere = api.get("/sites/nowhere/wp-json/", &NOBODY).await;
    assert_eq!((nowhere.status.as_u16(), &nowhere.json()["code"]), (404, &json!("rest_not_found")));
}

#[tokio::test]
async fn only_the_fields_that_are_asked_for_are_sent() {
    let api = Api::open().await;
    let id = api.comment(Status::Approved).await;
    let rendered = "<p>Well <em>said</em>.</p>\n";
    for (fields, expected) in [
        ("id", json!({ "id": id })),
        ("id,status", json!({ "id": id, "status": "approved" })),
        ("content.rendered", json!({ "content": { "rendered": rendered } })),
        ("id,content.raw", json!({ "id": id })),
        ("nothing", json!({})),
    ] {
        let one = api.get(&format!("{COMMENTS}/{id}?_fields={fields}"), &NOBODY).await;
        assert_eq!(one.json(), expected, "{fields}");
        let list = api.get(&format!("{COMMENTS}?_fields={fields}"), &NOBODY).await;
        assert_eq!(list.json(), json!([expected]), "{fields}");
    }
    let listed = api.get(&format!("{COMMENTS}/{id}?_fields[]=id&_fields[]=type"), &NOBODY).await;
    assert_eq!(listed.text(), format!("{{\"id\":{id},\"type\":\"comment\"}}"));
    let all = api.get(&format!("{COMMENTS}/{id}?_fields="), &NOBODY).await;
    assert!(all.json().get("_links").is_some());
    let error = api.get(&format!("{COMMENTS}/99?_fields=id"), &NOBODY).await;
    expect(&error, 404, "rest_comment_invalid_id", "Invalid comment ID.");
}

#[tokio::test]
async fn an_envelope_holds_status_and_header_fields() {
    let api = Api::open().await;
    api.comment(Status::Approved).await;
    api.comment(Status::Approved).await;
    let answer = api.get(&format!("{COMMENTS}?_envelope&per_page=1&_fields=id"), &NOBODY).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-wp-total")), (200, ""));
    insta::assert_snapshot!(answer.text(), @r#"
    {"body":[{"id":2}],"status":200,"headers":{"X-WP-Total":2,"X-WP-TotalPages":2,"Link":"<http:\/\/comments.test\/wp-json\/wp\/v2\/comments?_envelope=&per_page=1&_fields=id&page=2>; rel=\"next\"","Allow":"GET"}}
    "#);
    let answer = api.get(&format!("{COMMENTS}/99?_envelope=1"), &NOBODY).await;
    assert_eq!(answer.status, 200);
    insta::assert_snapshot!(answer.text(), @r#"
    {"body":{"code":"rest_comment_invalid_id","message":"Invalid comment ID.","data":{"status":404}},"status":404,"headers":{}}
    "#);
}

#[tokio::test]
async fn json_is_written_as_php_writes_it() {
    let api = Api::open().await;
    let id = api.comment(Status::Approved).await;
    let editor = api.member("editor", Role::Editor).await;
    api.put(&format!("{COMMENTS}/{id}"), &editor, json!({ "content": "Déjà 👍 vu" })).await;
    let answer = api.get(&format!("{COMMENTS}/{id}?_fields=content,link"), &NOBODY).await;
    assert_eq!(
        answer.text(),
        "{\"content\":{\"rendered\":\"<p>D\\u00e9j\\u00e0 \\ud83d\\udc4d vu<\\/p>\\n\"},\
         \"link\":\"https:\\/\\/blog.example\\/a-post\\/#comment-1\"}"
    );
    let pretty = api.get(&format!("{COMMENTS}/{id}?_fields=id&_pretty"), &NOBODY).await;
    assert_eq!(pretty.text(), "{\n    \"id\": 1\n}");
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let api = Api::open().await;
    api.comment(Status::Approved).await;
    let answer = api.send(Method::HEAD, COMMENTS, &NOBODY, None, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-wp-total"), answer.text().as_str()), (200, "1", ""));
}

#[tokio::test]
async fn header_fields_are_wordpress_s() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let answer = api.get(COMMENTS, &NOBODY).await;
    for (name, value) in [
        ("content-type", "application/json; charset=UTF-8"),
        ("x-robots-tag", "noindex"),
        ("link", "<http://comments.test/wp-json/>; rel=\"https://api.w.org/\""),
        ("x-content-type-options", "nosniff"),
        ("access-control-expose-headers", "X-WP-Total, X-WP-TotalPages, Link"),
        ("access-control-allow-headers", "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type"),
        ("allow", "GET"),
        ("vary", "Origin"),
        ("cache-control", ""),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let answer = api.get(COMMENTS, &editor).await;
    assert_eq!(answer.header("cache-control"), "no-cache, must-revalidate, max-age=0, no-store, private");
    assert_eq!(answer.header("expires"), "Wed, 11 Jan 1984 05:00:00 GMT");
    assert_eq!(answer.header("allow"), "GET, POST");
}

#[tokio::test]
async fn any_origin_may_ask() {
    let api = Api::open().await;
    let id = api.comment(Status::Approved).await;
    for origin in ["https://anywhere.example", "null"] {
        for (method, path) in [
            (Method::GET, COMMENTS.to_owned()),
            (Method::OPTIONS, COMMENTS.to_owned()),
            (Method::OPTIONS, format!("{COMMENTS}/{id}")),
            (Method::GET, "/wp-json/nope".to_owned()),
        ] {
            let answer = api.send(method, &path, &NOBODY, None, &[("origin", origin)]).await;
            assert_eq!(answer.header("access-control-allow-origin"), origin, "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "true");
            assert_eq!(answer.header("access-control-allow-methods"), "OPTIONS, GET, POST, PUT, PATCH, DELETE");
            assert_eq!(answer.header("vary"), "Origin");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let send = async |kind: &str, body: String| {
        let request = Request::post(COMMENTS)
            .header("content-type", kind)
            .header("authorization", editor.authorization.as_deref().unwrap());
        api.test.send(request.body(Body::from(body)).unwrap()).await
    };
    for body in ["{bad", "{\"a\":1", &"[".repeat(200)] {
        let answer = send("application/json", body.to_owned()).await;
        expect(&answer, 400, "rest_invalid_json", "Invalid JSON body passed.");
        assert_eq!(answer.json()["data"]["json_error_code"], 4);
        assert!(answer.json()["data"]["json_error_message"].is_string());
    }
    let without_post = "Sorry, you are not allowed to create this comment without a post.";
    for (kind, body) in
        [("application/json", ""), ("application/json", "[1]"), ("application/json", "null"), ("text/plain", "post=1")]
    {
        expect(&send(kind, body.into()).await, 403, "rest_comment_invalid_post_id", without_post);
    }
    let fits = format!("{{\"content\":\"{}\"}}", "x".repeat(256 * 1024 - 14));
    assert_eq!(send("application/json", fits.clone()).await.status, 403);
    let answer = send("application/json", format!("{fits} ")).await;
    expect(&answer, 413, "rest_content_too_large", "The body of a request has at most 262144 bytes.");
    let many = |n: usize| (0..n).map(|i| format!("a{i}=1")).collect::<Vec<_>>().join("&");
    assert_eq!(send("application/x-www-form-urlencoded", many(1_000)).await.status, 403);
    assert_eq!(send("application/x-www-form-urlencoded", many(1_001)).await.status, 400);
    assert_eq!(send("multipart/form-data", "no boundary".into()).await.status, 400);
}

#[tokio::test]
async fn jsonp_is_off() {
    let api = Api::open().await;
    let answer = api.get(&format!("{COMMENTS}?_jsonp=alert"), &NOBODY).await;
    expect(&answer, 400, "rest_callback_disabled", "JSONP support is disabled on this site.");
}

#[tokio::test]
async fn a_network_may_ask_so_often() {
    let api = Api::on(Engine::Sqlite, Setup { limited: true, ..Setup::default() }).await;
    let ask = || api.get("/wp-json/wp/v2/types", &NOBODY);
    for n in 0..300 {
        assert_eq!(ask().await.status, 200, "{n}");
    }
    let answer = ask().await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (429, &json!("rest_too_many_requests")));
    assert_eq!(answer.header("retry-after"), "1");
}
