//! What is kept is sent without work, and what a reader has already is not sent again.

use super::{ATOM, RSS2};
use crate::embed::World;

const PATHS: [&str; 4] = [RSS2, ATOM, "/?p=1&feed=rss2", "/?p=1&feed=atom"];

#[tokio::test]
async fn what_a_reader_has_already_is_not_sent_again() {
    let world = World::new().await;
    for path in PATHS {
        world.comment(&format!("Before {path}"), &[]).await;
        let first = world.test.get_with(path, &[("accept-encoding", "gzip")]).await;
        let (etag, modified) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
        assert!(modified.ends_with(" GMT") && first.header("cache-control") == "public, max-age=0, must-revalidate");
        let ask = async |more: &[(&str, &str)]| {
            let mut headers = vec![("accept-encoding", "gzip")];
            headers.extend(more);
            let answer = world.test.get_with(path, &headers).await;
            (answer.status.as_u16(), answer.body.is_empty(), answer.header("etag") == etag)
        };
        let known = (304, true, true);
        assert_eq!(ask(&[("if-none-match", &etag)]).await, known, "{path}");
        assert_eq!(ask(&[("if-modified-since", &modified)]).await, known, "{path}");
        assert_eq!(ask(&[("if-none-match", &etag), ("if-modified-since", &modified)]).await, known, "{path}");
        assert_eq!(ask(&[("if-modified-since", "Mon, 05 Jan 2026 08:59:59 GMT")]).await.0, 200, "{path}");
        assert_eq!(ask(&[("if-none-match", "\"x\""), ("if-modified-since", &modified)]).await.0, 200, "{path}");

        world.comment(&format!("After {path}"), &[]).await;
        assert_eq!(ask(&[("if-none-match", &etag)]).await, (200, false, false), "{path}");
        assert_eq!(ask(&[("if-modified-since", &modified)]).await, (200, false, false), "{path}");
    }
}

#[tokio::test]
async fn a_hit_needs_no_database() {
    let world = World::new().await;
    world.comment("A thought.", &[]).await;
    let mut before = Vec::new();
    for path in PATHS {
        before.push(world.test.get(path).await.body);
    }
    world.test.app.db.close().await;
    for (path, before) in PATHS.into_iter().zip(before) {
        assert_eq!(world.test.get(path).await.body, before, "{path}");
    }
    assert_eq!(world.test.get("/?p=99&feed=atom").await.status, 503, "the database is closed indeed");
}

/// A comment makes the site's feed anew, and leaves those of other posts as they were.
#[tokio::test]
async fn a_comment_is_told_at_once_where_it_belongs() {
    let world = World::new().await;
    let other = world.test.post(&world.site, "https://blog.example/b/", "Another").await;
    world.option("moderation_keys", "wait").await;
    world.comment("A thought.", &[]).await;
    let etags = async || {
        let mut etags = Vec::new();
        for path in [RSS2, "/?p=1&feed=rss2", "/?p=2&feed=rss2"] {
            etags.push(world.test.get(path).await.header("etag").to_owned());
        }
        etags
    };
    let before = etags().await;
    let held = world.comment("This has to wait.", &[]).await;
    assert_eq!(etags().await, before, "what is held changes nothing");
    world.approve(held).await;
    let after = etags().await;
    assert_eq!(after.iter().zip(&before).map(|(a, b)| a == b).collect::<Vec<_>>(), [false, false, true]);
    world.comment("There.", &[("comment_post_ID", &other.to_string())]).await;
    let last = etags().await;
    assert_eq!(last.iter().zip(&after).map(|(a, b)| a == b).collect::<Vec<_>>(), [false, true, false]);
}
