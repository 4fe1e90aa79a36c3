//! Every changing route refuses what its own pages did not send.

use http::{Method, Request};
use rejoinder::model::comment::Status;

use super::bench::Bench;

/// Every changing route that wants a session; `comment.id` is 1.
pub(crate) const ROUTES: [&str; 19] = [
    "/desk/logout",
    "/desk/comments",
    "/desk/comments/undo",
    "/desk/comments/empty",
    "/desk/comments/1/edit",
    "/desk/comments/1/reply",
    "/desk/posts/1",
    "/desk/settings",
    "/desk/members",
    "/desk/members/1",
    "/desk/jobs/1",
    "/desk/log-in",
    "/desk/log-in/github",
    "/desk/profile",
    "/desk/profile/password",
    "/desk/profile/sessions",
    "/desk/profile/application-passwords",
    "/desk/profile/application-passwords/all",
    "/desk/authorize-application",
];

/// Fields that would change something on any of them.
fn fields(csrf: &str) -> Vec<(&str, &str)> {
    vec![
        ("csrf", csrf),
        ("action", "approve"),
        ("delete_comments[]", "1"),
        ("content", "changed"),
        ("switch", "comment_status"),
        ("value", "closed"),
        ("display_name", "changed"),
        ("email", "changed@example.org"),
        ("name", "changed"),
        ("app_name", "changed"),
        ("approve", "1"),
    ]
}

#[tokio::test]
async fn a_change_wants_the_session_s_token_and_our_own_page() {
    let bench = Bench::new().await;
    let browser = bench.super_admin().await;
    let other = bench.super_admin().await;
    bench.comment(bench.other_post, Status::Hold).await;
    let own = [("sec-fetch-site", "same-origin")];
    for path in ROUTES {
        for (what, csrf, headers) in [
            ("no token", "", &own[..]),
            ("another session's token", &*other.csrf, &own),
            ("a token too long", &*format!("{}0", browser.csrf), &own),
            ("cross-site", &*browser.csrf, &[("sec-fetch-site", "cross-site")]),
            ("same-site", &*browser.csrf, &[("sec-fetch-site", "same-site")]),
            (
                "cross-site with our origin",
                &*browser.csrf,
                &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")],
            ),
            ("a foreign origin", &*browser.csrf, &[("origin", "https://evil.example")]),
            ("an opaque origin", &*browser.csrf, &[("origin", "null")]),
            ("no origin at all", &*browser.csrf, &[]),
            ("a method override", &*browser.csrf, &[("x-http-method-override", "POST")]),
        ] {
            let answer = browser.post_as(path, &fields(csrf), headers).await;
            assert_eq!(answer.status, 403, "{path}: {what}");
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
            let request =
                Request::builder().method(method.clone()).uri(path).header("cookie", browser.cookie.clone().unwrap());
            let answer = bench.send(request.body(axum::body::Body::empty()).unwrap()).await;
            assert!(matches!(answer.status.as_u16(), 403 | 405), "{path} {method}: {}", answer.status);
        }
    }
    assert_eq!(bench.status(rejoinder::model::ids::CommentId(1)).await, Some(Status::Hold));
    assert_eq!(bench.log().await, Vec::<String>::new());
    assert_eq!(browser.get("/desk/comments").await.status, 200, "still logged in");
    assert_eq!(browser.get("/desk/profile").await.text.matches("changed").count(), 0);
}

#[tokio::test]
async fn our_origin_is_enough_where_a_browser_has_no_fetch_metadata() {
    let bench = Bench::new().await;
    let browser = bench.super_admin().await;
    let id = bench.comment(bench.other_post, Status::Hold).await;
    let answer =
        browser.post_as("/desk/comments", &fields(&browser.csrf), &[("origin", "http://127.0.0.1:8080")]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(bench.status(id).await, Some(Status::Approved));
}

#[tokio::test]
async fn log_in_and_set_up_refuse_foreign_pages_too() {
    let bench = Bench::new().await;
    for path in ["/desk/login", "/desk/setup"] {
        for headers in [&[("sec-fetch-site", "cross-site")][..], &[("origin", "https://evil.example")], &[]] {
            assert_eq!(bench.anonymous().post_as(path, &[("log", "root")], headers).await.status, 403, "{path}");
        }
    }
}

#[tokio::test]
async fn only_a_form_of_bounded_size_is_read() {
    let bench = Bench::new().await;
    let browser = bench.super_admin().await;
    let send = async |kind: &str, body: String| {
        let request = Request::post("/desk/comments")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", kind)
            .header("cookie", browser.cookie.clone().unwrap());
        bench.send(request.body(body.into()).unwrap()).await.status.as_u16()
    };
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json", ""] {
        assert_eq!(send(kind, format!("csrf={}", browser.csrf)).await, 415, "{kind}");
    }
    let form = |bytes: usize| {
        let start = format!("csrf={}&x=", browser.csrf);
        format!("{start}{}", "x".repeat(bytes - start.len()))
    };
    assert_eq!(send("application/x-www-form-urlencoded; charset=UTF-8", form(256 * 1024)).await, 303);
    assert_eq!(send("application/x-www-form-urlencoded", form(256 * 1024 + 1)).await, 413);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let bench = Bench::new().await;
    let browser = bench.super_admin().await;
    for path in [
        "/desk/login",
        "/desk/comments",
        "/desk/comments/9/edit",
        "/desk",
        "/wp-admin/edit-comments.php",
        "/desk/setup",
    ] {
        let answer = browser.get(path).await;
        let header = |name: &str| answer.headers.get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             frame-ancestors 'none'; connect-src 'self'; base-uri 'none'; form-action 'self'",
            "{path}"
        );
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(!answer.text.contains("style=") && !answer.text.contains("onclick="), "{path}");
    }
}
