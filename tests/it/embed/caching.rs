//! What is kept is sent without work, and never older than what the writer knows.

use std::io::Read as _;

use super::{FRAGMENT, World};

#[tokio::test]
async fn each_encoding_has_its_body_and_validator_and_304_when_it_is_known() {
    let world = World::new().await;
    world.comment("A thought.", &[]).await;
    let page = format!("/?p={}", world.post);
    for path in [FRAGMENT, &page] {
        let plain = world.test.get(path).await;
        assert_eq!((plain.header("content-encoding"), plain.header("content-type")), ("", "text/html; charset=utf-8"));
        let mut etags = vec![plain.header("etag").to_owned()];
        for (accept, encoding) in [("gzip, deflate, br", "br"), ("gzip", "gzip")] {
            let answer = world.test.get_with(path, &[("accept-encoding", accept)]).await;
            assert_eq!(answer.header("content-encoding"), encoding);
            assert!(answer.headers.get_all("vary").iter().any(|v| v == "Accept-Encoding"));
            assert_eq!(answer.header("cache-control"), "public, max-age=0, must-revalidate");
            assert_eq!(decoded(encoding, &answer.body), plain.body);
            etags.push(answer.header("etag").to_owned());
        }
        etags.dedup();
        assert_eq!(etags.len(), 3, "{etags:?}");

        let listed = format!("\"x\", W/{}", etags[1]);
        let known = [("accept-encoding", "br"), ("if-none-match", listed.as_str())];
        let answer = world.test.get_with(path, &known).await;
        assert_eq!((answer.status.as_u16(), answer.body.len(), answer.header("etag")), (304, 0, etags[1].as_str()));
        let other = [("accept-encoding", "br"), ("if-none-match", etags[0].as_str())];
        assert_eq!(world.test.get_with(path, &other).await.status, 200, "another encoding's validator");

        world.comment(&format!("Another below {path}."), &[]).await;
        assert_eq!(world.test.get_with(path, &known).await.status, 200);
    }
}

fn decoded(encoding: &str, body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "br" => brotli::Decompressor::new(body, 4_096).read_to_end(&mut plain),
        _ => flate2::read::GzDecoder::new(body).read_to_end(&mut plain),
    }
    .unwrap();
    plain
}

#[tokio::test]
async fn the_fragment_is_for_every_page_and_for_no_search_engine() {
    let world = World::new().await;
    let answer = world.test.get(FRAGMENT).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("x-robots-tag"), "noindex");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("set-cookie"), "");
    let head = http::Request::head(FRAGMENT).body(axum::body::Body::empty()).unwrap();
    let head = world.test.send(head).await;
    assert_eq!((head.status.as_u16(), head.body.len(), head.header("etag")), (200, 0, answer.header("etag")));
}

#[tokio::test]
async fn a_hit_needs_no_database() {
    let world = World::new().await;
    world.comment("A thought.", &[]).await;
    let page = format!("/?p={}", world.post);
    let before = [world.test.get(FRAGMENT).await.body, world.test.get(&page).await.body];
    world.test.app.db.close().await;
    let after = [world.test.get(FRAGMENT).await.body, world.test.get(&page).await.body];
    assert_eq!(before, after);
    assert_eq!(world.test.get("/?p=999").await.status, 503, "the database is closed indeed");
}

#[tokio::test]
async fn a_writer_reads_their_own_write_and_nobody_reads_what_is_held() {
    let world = World::new().await;
    let id = world.held("Held words.").await;
    for html in [world.fragment().await, world.page("").await.text()] {
        assert!(!html.contains("Held words.") && !html.contains("comments-title"), "{html}");
    }
    world.approve(id).await;
    for html in [world.fragment().await, world.page("").await.text()] {
        assert!(html.contains("Held words.") && html.contains("One response to"), "{html}");
    }
}

#[tokio::test]
async fn a_changed_option_shows_at_once() {
    let world = World::new().await;
    world.comment("A thought.", &[]).await;
    assert!(world.fragment().await.contains("January 5, 2026"));
    world.option("date_format", "Y").await;
    assert!(world.fragment().await.contains(">2026 at "));
}
