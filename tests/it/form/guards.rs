//! What is decided before a form is read: method, origin, size, address; and headers of every answer.

use axum::body::Body;
use http::{Method, Request};
use rejoinder::web::router::BODY_BYTES_MAX;

use super::{Door, JSON, PATH};

#[tokio::test]
async fn only_post_is_taken() {
    let door = Door::open().await;
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "post"] {
        let request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(PATH);
        let answer = door.test.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{method}");
        assert_eq!((answer.header("content-type"), answer.body.len()), ("text/plain", 0), "{method}");
    }
}

#[tokio::test]
async fn every_answer_forbids_keeping_it() {
    let door = Door::open().await;
    door.send(&[], &[]).await;
    for (name, fields, headers, status) in [
        ("taken", vec![("comment", "1")], vec![], 302),
        ("taken in JSON", vec![("comment", "2")], vec![JSON], 201),
        ("refused", vec![("comment", "")], vec![], 200),
        ("refused in JSON", vec![("comment", "")], vec![JSON], 422),
        ("duplicate", vec![], vec![], 409),
        ("no post", vec![("comment_post_ID", "9")], vec![], 200),
        ("foreign", vec![], vec![("origin", "https://evil.example")], 403),
        ("foreign in JSON", vec![], vec![("origin", "https://evil.example"), JSON], 403),
    ] {
        let answer = door.send(&fields, &headers).await;
        assert_eq!(answer.status, status, "{name}");
        assert_eq!(answer.header("expires"), "Wed, 11 Jan 1984 05:00:00 GMT", "{name}");
        assert_eq!(answer.header("cache-control"), "no-cache, must-revalidate, max-age=0, no-store, private", "{name}");
    }
}

#[tokio::test]
async fn forms_of_the_blog_and_of_this_server_are_taken_and_those_of_others_are_not() {
    let door = Door::open().await;
    for (at, (origin, is_taken)) in [
        ("https://blog.example", true),
        ("http://comments.test", true),
        ("null", true),
        ("https://comments.test", false),
        ("http://blog.example", false),
        ("https://blog.example:8443", false),
        ("https://blog.example.evil.example", false),
        ("https://evil.example", false),
        ("", false),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = door.send(&[("comment", &at.to_string())], &[("origin", origin)]).await;
        assert_eq!(answer.status, if is_taken { 302 } else { 403 }, "{origin}: {}", answer.text());
    }
    assert_eq!(door.kept().await.len(), 3);
}

#[tokio::test]
async fn a_body_may_be_so_large_and_no_larger() {
    let door = Door::open().await;
    let send = async |bytes: usize, kind: &'static str| {
        let post = door.post;
        let mut body = if kind.starts_with("multipart") {
            let part = |name: &str, value: &str| {
                format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            part("comment_post_ID", &post.to_string())
                + &part("author", "B")
                + &part("email", "b@example.org")
                + &part("comment", &format!("of {bytes}"))
                + "--B--\r\n"
        } else {
            format!("comment_post_ID={post}&author=A&email=a%40example.org&comment=of+{bytes}&padding=")
        };
        body.push_str(&"x".repeat(bytes - body.len()));
        let request = Request::post(PATH).header("content-type", kind).header(JSON.0, JSON.1);
        door.test.send(request.body(Body::from(body)).unwrap()).await
    };
    for kind in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=B"] {
        let answer = send(BODY_BYTES_MAX, kind).await;
        assert_eq!(answer.status, 201, "{kind}: {}", answer.text());
    }
    let answer = send(BODY_BYTES_MAX + 1, "application/x-www-form-urlencoded").await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert_eq!(door.kept().await.len(), 2);
}

#[tokio::test]
async fn a_multipart_form_that_is_too_large_is_refused() {
    let door = Door::open().await;
    let body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"comment\"\r\n\r\n{}\r\n--B--\r\n",
        "x".repeat(BODY_BYTES_MAX)
    );
    let request = Request::post(PATH).header("content-type", "multipart/form-data; boundary=B");
    assert_eq!(door.test.send(request.body(Body::from(body)).unwrap()).await.status, 413);
}

#[tokio::test]
async fn a_form_of_too_many_fields_is_refused() {
    let door = Door::open().await;
    let names: Vec<String> = (0..70).map(|n| format!("f{n}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let answer = door.send(&fields, &[JSON]).await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(door.kept().await, []);
}

#[tokio::test]
async fn each_site_has_its_own_door() {
    let door = Door::open().await;
    let second = door.test.site("https://second.example").await;
    door.test.post(&second, "https://second.example/a/", "Second").await;
    let fields = [("comment_post_ID", "1"), ("author", "A"), ("email", "a@example.org"), ("comment", "for the second")];
    let path = |slug: &str| format!("/sites/{slug}/wp-comments-post.php");
    assert_eq!(door.test.form(&path(&second.slug), &fields, &[]).await.status, 302);
    assert_eq!(door.kept().await, [], "the first got nothing");
    assert_eq!(door.test.form(&path(&door.site.slug), &fields, &[]).await.status, 302);
    assert_eq!(door.kept().await.len(), 1);
    for nowhere in [path("none"), PATH.to_owned()] {
        let answer = door.test.form(&nowhere, &fields, &[JSON]).await;
        assert_eq!(answer.status, 404, "{nowhere}: {}", answer.text());
    }
}
