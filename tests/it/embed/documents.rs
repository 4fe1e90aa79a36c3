//! Frame, pages, files: what they may do, and where they lead.

use super::World;
use crate::harness::TestApp;

#[tokio::test]
async fn the_frame_is_for_the_blog_alone() {
    let world = World::new().await;
    for (origin, host) in [
        ("https%3A%2F%2Fblog.example", "https://blog.example"),
        ("http%3A%2F%2Fcomments.test", "http://comments.test"),
        ("https%3A%2F%2Fevil.example", "https://blog.example"),
        ("*", "https://blog.example"),
        ("", "https://blog.example"),
    ] {
        let answer = world.test.get(&format!("/embed/form?p=1&origin={origin}&scheme=dark")).await;
        assert!(answer.text().contains(&format!("data-host=\"{host}\"")), "{origin}: {}", answer.text());
        assert!(answer.text().contains("data-scheme=\"dark\""));
        let policy = answer.header("content-security-policy");
        assert!(policy.ends_with("frame-ancestors 'self' http://comments.test https://blog.example"), "{policy}");
        assert!(
            policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe") && !policy.contains('*'),
            "{policy}"
        );
        assert!(answer.header("cache-control").contains("no-store"));
    }
}

#[tokio::test]
async fn the_frame_holds_the_form_or_why_there_is_none() {
    let world = World::new().await;
    let html = world.test.get("/embed/form?p=1").await.text();
    assert!(html.contains("id=\"commentform\"") && !super::field(&html, "rejoinder_token").is_empty(), "{html}");
    world.option("comment_registration", "1").await;
    let html = world.test.get("/embed/form?p=1").await.text();
    assert!(html.contains("http://comments.test/login?p=1") && !html.contains("<form"), "{html}");
    assert_eq!(world.test.get("/embed/form?p=2").await.status, 404);
    assert_eq!(world.test.get("/embed/form").await.status, 404);
}

#[tokio::test]
async fn the_forms_token_tells_how_long_it_was_open() {
    let world = World::new().await;
    world.option("form_min_seconds", "5").await;
    let token = super::field(&world.test.get("/embed/form?p=1").await.text(), "rejoinder_token");
    world.comment("Too fast.", &[("rejoinder_token", &token)]).await;
    assert!(!world.fragment().await.contains("Too fast."));
    world.test.advance(5);
    world.comment("In good time.", &[("rejoinder_token", &token)]).await;
    world.comment("From a robot.", &[("subject", "filled in")]).await;
    let html = world.fragment().await;
    assert!(html.contains("In good time.") && !html.contains("From a robot."), "{html}");
}

#[tokio::test]
async fn the_page_advertises_the_endpoint_only_where_links_are_taken() {
    let world = World::new().await;
    let page = world.page("").await;
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self'")
            && policy.contains("style-src 'self'")
            && policy.contains("frame-ancestors 'none'")
    );
    assert!(policy.contains("form-action 'self' http://comments.test https://blog.example"), "{policy}");
    assert_eq!(page.header("x-pingback"), "http://comments.test/xmlrpc.php");
    assert!(page.text().contains(r#"<link rel="pingback" href="http://comments.test/xmlrpc.php">"#));
    assert!(page.text().contains("rel=\"EditURI\""));

    let db = &world.test.app.db;
    let (site, post) = (world.site.id, world.post);
    db.write(async move |tx| {
        rejoinder::store::posts::set_ping_status(tx, site, post, false, crate::harness::START).await
    })
    .await
    .unwrap();
    for page in [world.page("").await, world.page("&replytocom=1").await] {
        assert_eq!(page.header("x-pingback"), "");
        assert!(!page.text().contains("rel=\"pingback\""));
    }
}

#[tokio::test]
async fn the_page_is_found_by_number_and_by_address() {
    let world = World::new().await;
    let by_address = world.test.get("/?url=https%3A%2F%2Fblog.example%2Fa-post").await;
    assert_eq!(by_address.body, world.page("").await.body);
    for missing in ["/?p=99", "/?p=-1", "/?url=https%3A%2F%2Fblog.example%2Fno", "/?url=https%3A%2F%2Fother.example%2F"]
    {
        assert_eq!(world.test.get(missing).await.status, 404, "{missing}");
    }
    assert_eq!(world.test.get("/?url=x").await.status, 400);
    let front = world.test.get("/").await;
    // The number is what the value begins with, as in WordPress: programs put a slash behind addresses.
    for with_more in ["/?p=1/", "/?p=1x", "/?p=%201"] {
        assert_eq!(world.test.get(with_more).await.body, by_address.body, "{with_more}");
    }
    for no_number in ["/?p=x", "/?p=", "/?p=0"] {
        assert_eq!(world.test.get(no_number).await.body, front.body, "{no_number}");
    }
    assert!(
        front.text().contains("https://blog.example/") && front.text().contains("http://comments.test/desk"),
        "{}",
        front.text()
    );
}

#[tokio::test]
async fn files_are_kept_for_ever_under_their_version_only() {
    let world = World::new().await;
    let html = world.page("").await.text();
    let (_, rest) = html.split_once("/embed.css?v=").unwrap();
    let version = rest.split('"').next().unwrap();
    for (path, kind) in [
        ("/embed.js", "text/javascript; charset=utf-8"),
        ("/embed.css", "text/css; charset=utf-8"),
        ("/embed/form.js", "text/javascript; charset=utf-8"),
        ("/embed/form.css", "text/css; charset=utf-8"),
        ("/embed/page.css", "text/css; charset=utf-8"),
        ("/embed/demo.css", "text/css; charset=utf-8"),
    ] {
        for (query, cache) in [
            (format!("?v={version}"), "public, max-age=31536000, immutable"),
            ("?v=000000000000".into(), "public, max-age=300"),
            (String::new(), "public, max-age=300"),
        ] {
            let answer = world.test.get_with(&format!("{path}{query}"), &[("accept-encoding", "br")]).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("content-type"), answer.header("cache-control")),
                (200, kind, cache),
                "{path}{query}"
            );
            assert_eq!((answer.header("content-encoding"), answer.header("x-content-type-options")), ("br", "nosniff"));
            assert_eq!(
                (answer.header("cross-origin-resource-policy"), answer.header("access-control-allow-origin")),
                ("cross-origin", "*")
            );
            let again = [("accept-encoding", "br"), ("if-none-match", answer.header("etag"))];
            assert_eq!(world.test.get_with(&format!("{path}{query}"), &again).await.status, 304);
        }
    }
}

#[tokio::test]
async fn the_demo_page_is_there_as_long_as_the_demo_is() {
    let test = TestApp::start().await;
    assert_eq!(test.get("/demo/hello-world/").await.status, 404);
    rejoinder::actions::first_start::first_start(&test.app).await.unwrap();
    for path in ["/", "/demo", "/demo/"] {
        assert_eq!(test.get(path).await.header("location"), "http://comments.test/demo/hello-world/", "{path}");
    }
    let page = test.get("/demo/hello-world/").await;
    assert_eq!(page.header("x-pingback"), "http://comments.test/xmlrpc.php");
    assert!(page.text().contains("<script async src=\"http://comments.test/embed.js\">"), "{}", page.text());
    assert!(page.header("content-security-policy").starts_with("default-src 'none'; script-src http://comments.test;"));
    let thread = test.get("/embed/thread?url=http%3A%2F%2Fcomments.test%2Fdemo%2Fhello-world%2F").await;
    assert!(thread.text().contains("One response to “Hello world!”"), "{}", thread.text());

    test.site("https://blog.example").await;
    let page = test.get("/demo/hello-world/").await;
    assert_eq!(page.header("x-pingback"), "http://comments.test/sites/demo/xmlrpc.php", "the root is the blog's now");
}

/// Answers are kept for all readers: what one of them calls the server gets into none.
#[tokio::test]
async fn the_name_that_a_client_gives_the_server_gets_into_no_link() {
    let world = World::new().await;
    for path in ["/?p=1", "/?p=1&replytocom=1", "/embed/form?p=1", super::FRAGMENT, "/", "/nothing", "/xmlrpc.php?rsd"]
    {
        let answer = world.test.get_with(path, &[("host", "evil.example"), ("x-forwarded-host", "evil.example")]).await;
        assert!(!answer.text().contains("evil.example"), "{path}: {}", answer.text());
        assert!(answer.headers.values().all(|v| !v.to_str().unwrap().contains("evil.example")), "{path}");
    }
}

#[tokio::test]
async fn a_reading_that_touches_the_database_is_limited_and_one_from_memory_is_not() {
    let setup = crate::harness::Setup { limited: true, ..Default::default() };
    let test = TestApp::start_on(crate::harness::Engine::Sqlite, setup).await;
    let site = test.site("https://blog.example").await;
    test.post(&site, super::POST, "A post").await;
    assert_eq!(test.get(super::FRAGMENT).await.status, 200);
    let counts = "/embed/counts?url=https%3A%2F%2Fblog.example%2Fa-post%2F";
    // The first view of the thread was the first of the three hundred.
    for n in 1..300 {
        assert_eq!(test.get(counts).await.status, 200, "{n}");
    }
    assert_eq!(test.get(counts).await.status, 429);
    assert_eq!(test.get(super::FRAGMENT).await.status, 200);
}
