//! The pages of plain errors: in our style, in plain words, with what to do and a way on.

use axum::body::Body;
use http::Request;

use crate::harness::{Answer, TestApp};

/// Holds of every such page.
fn expect(answer: &Answer, status: u16, title: &str, way: Option<&str>) {
    let html = answer.text();
    assert_eq!(answer.status, status, "{html}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(html.contains(&format!("<h1>{title}</h1>")), "{title}: {html}");
    assert!(html.contains("<link rel=\"stylesheet\" href=\"/bare.css?v="), "{html}");
    assert!(!html.contains("style=") && !html.contains("<style") && !html.contains("<script"), "{html}");
    assert_eq!(
        html.matches("<p").count(),
        if way.is_some() { 3 } else { 2 },
        "why, what to do, and the way on: {html}"
    );
    if let Some(way) = way {
        assert!(html.contains(&format!("<p class=\"way\"><a href=\"{way}\">")), "{way}: {html}");
    }
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    assert!(answer.header("cache-control").contains("no-store"));
}

#[tokio::test]
async fn an_error_says_what_to_do_and_leads_to_the_blog_it_is_about() {
    let test = TestApp::start().await;
    let site = test.site("https://blog.example").await;
    for path in ["/nothing", "/?p=99", "/embed/form?p=99", "/sites/blog-example/?p=99"] {
        let answer = test.get(path).await;
        expect(&answer, 404, "Not here", Some("https://blog.example/"));
        assert!(answer.text().contains("<bdi>Back to The blog</bdi>"), "{path}: {}", answer.text());
    }
    expect(&test.get("/?url=nonsense").await, 400, "This cannot be taken", Some("https://blog.example/"));
    expect(&test.get("/desk/nothing").await, 404, "Not here", Some("/desk"));

    // With two blogs the root is nobody's; each has its own.
    let second = test.site("https://second.example").await;
    expect(&test.get("/").await, 404, "Not here", None);
    expect(&test.get("/nothing").await, 404, "Not here", None);
    expect(&test.get("/sites/nobody/").await, 404, "Not here", None);
    for (site, home) in [(&site, "https://blog.example/"), (&second, "https://second.example/")] {
        expect(&test.get(&format!("/sites/{}/?p=99", site.slug)).await, 404, "Not here", Some(home));
    }
    let style = test.get("/bare.css").await;
    assert_eq!((style.status.as_u16(), style.header("content-type")), (200, "text/css; charset=utf-8"));
}

#[tokio::test]
async fn a_refusal_of_the_router_s_own_gets_a_page_where_a_person_asked() {
    let test = TestApp::start().await;
    test.site("https://blog.example").await;
    let post = async |accept: Option<&str>| {
        let mut request = Request::post("/embed/thread");
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        test.send(request.body(Body::empty()).unwrap()).await
    };
    let answer = post(Some("text/html,application/xhtml+xml")).await;
    expect(&answer, 405, "Not possible at this address", Some("https://blog.example/"));
    assert_eq!(answer.header("allow"), "GET,HEAD");
    for accept in [None, Some("*/*"), Some("application/json")] {
        let answer = post(accept).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (405, 0), "{accept:?}");
    }
    let form = Request::get("/wp-comments-post.php").header("accept", "text/html").body(Body::empty()).unwrap();
    let answer = test.send(form).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (405, 0), "WordPress's answer stays what it is");
    let head = Request::head("/nothing").body(Body::empty()).unwrap();
    assert_eq!(test.send(head).await.status, 404);
}

/// Names of blogs are strangers' words too.
#[tokio::test]
async fn a_title_stays_text() {
    let test = TestApp::start().await;
    let site = test.site("https://blog.example").await;
    test.option(site.id, "blogname", "<script>alert(1)</script>").await;
    let html = test.get("/nothing").await.text();
    assert!(html.contains("Back to &#60;script&#62;") && !html.contains("<script>"), "{html}");
}
