//! Where WordPress has feeds of comments (WP 7.1 §7.1), and where it has none.

use super::{ATOM, RSS2, feed};
use crate::embed::World;

const RSS_TYPE: &str = "application/rss+xml; charset=UTF-8";
const ATOM_TYPE: &str = "application/atom+xml; charset=UTF-8";

#[tokio::test]
async fn every_address_of_a_site_s_feed_leads_to_it() {
    let world = World::new().await;
    world.comment("A thought.", &[]).await;
    for (kind, paths) in [
        (
            RSS_TYPE,
            &[
                RSS2,
                "/comments/feed",
                "/comments/feed/feed/",
                "/comments/feed/rss2/",
                "/comments/feed/rss2",
                "/comments/rss2/",
                "/?feed=comments-rss2",
                "/?feed=rss2&withcomments=1",
                "/?withcomments=1&feed=feed",
                "/sites/blog-example/comments/feed/",
                "/sites/blog-example/?feed=comments-rss2",
            ][..],
        ),
        (
            ATOM_TYPE,
            &[ATOM, "/comments/feed/atom", "/comments/atom/", "/?feed=comments-atom", "/?feed=atom&withcomments=1"],
        ),
    ] {
        let expected = world.test.get(paths[0]).await;
        for path in paths {
            let answer = world.test.get(path).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, kind), "{path}");
            assert_eq!(answer.text(), expected.text(), "{path}");
        }
    }
}

#[tokio::test]
async fn every_address_of_a_post_s_feed_leads_to_it() {
    let world = World::new().await;
    world.comment("A thought.", &[]).await;
    for (kind, paths) in [
        (
            RSS_TYPE,
            [
                "/?feed=rss2&p=1",
                "/?p=1&feed=feed",
                "/?feed=rss2&page_id=1",
                "/?attachment_id=1&feed=rss2",
                "/?feed=comments-rss2&p=1",
                "/?url=https%3A%2F%2Fblog.example%2Fa-post&feed=rss2",
                "/?feed=rss2&p=1&withoutcomments=0",
            ],
        ),
        (
            ATOM_TYPE,
            [
                "/?feed=atom&p=1",
                "/?p=1&feed=atom",
                "/?feed=comments-atom&p=1",
                "/?feed=atom&page_id=1",
                "/?feed=atom&url=https%3A%2F%2Fblog.example%2F%3Fp%3D1",
                "/sites/blog-example/?feed=atom&p=1",
                "/?p=1&feed=atom&cpage=3",
            ],
        ),
    ] {
        let expected = world.test.get(paths[0]).await;
        assert_eq!(expected.header("x-pingback"), "http://comments.test/xmlrpc.php");
        for path in paths {
            let answer = world.test.get(path).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, kind), "{path}");
            assert_eq!(answer.text(), expected.text(), "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_no_feed_of_comments_is_said_to_be_none() {
    let world = World::new().await;
    for (path, said) in [
        ("/?feed=nonsense", "not a valid feed template"),
        ("/?feed=rdf&p=1", "not a valid feed template"),
        ("/?feed=comments-rss", "not a valid feed template"),
        ("/?feed=rss2", "The feed of the posts is the blog"),
        ("/?feed=atom", "http://comments.test/comments/feed/"),
        ("/?feed=rss2&withcomments=0", "The feed of the posts"),
        ("/?feed=rss2&p=1&withoutcomments=1", "The feed of the posts"),
        ("/?s=words&feed=rss2&withcomments=1", "The feed of the posts"),
        ("/?feed=rss2&p=99", "no such post"),
        ("/?feed=rss2&p=x", "The feed of the posts"),
        ("/comments/feed/rdf/", "nothing at this address"),
        ("/comments/", "nothing at this address"),
    ] {
        let answer = world.test.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains(said), "{path}: {}", answer.text());
    }
    assert_eq!(world.page("&feed=").await.status, 200, "an empty name asks for no feed");
    assert_eq!(world.test.form(RSS2, &[], &[]).await.status, 405);
}

#[tokio::test]
async fn our_pages_say_where_the_feeds_are() {
    let world = World::titled("A <post> & “more”").await;
    let page = world.page("").await.text();
    let site = r#"<link rel="alternate" type="application/rss+xml" title="The blog » Comments Feed" href="http://comments.test/comments/feed/">"#;
    assert!(page.contains(site), "{page}");
    assert!(page.contains("“more” Comments Feed\" href=\"http://comments.test/?feed=rss2&amp;p=1\">"), "{page}");
    assert!(world.test.get("/").await.text().contains(site));

    let (site_id, post) = (world.site.id, world.post);
    let close = async move |tx: &mut rejoinder::store::Tx| {
        let now = crate::harness::START;
        rejoinder::store::posts::set_ping_status(tx, site_id, post, false, now).await?;
        rejoinder::store::posts::set_comment_status(tx, site_id, post, false, now).await
    };
    world.test.app.db.write(close).await.unwrap();
    let page = world.page("").await.text();
    assert!(page.contains(site) && !page.contains("feed=rss2"), "closed, and nothing there: {page}");
    assert_eq!(feed(&world, "/?feed=rss2&p=1").await.one("rss/channel/title"), "Comments on: A <post> & “more”");
    assert_eq!(world.test.get("/?feed=rss2&p=1").await.header("x-pingback"), "");
}
