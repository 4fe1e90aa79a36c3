//! What a feed tells, and in which words (WP 7.1 §7.3, §7.4).

use rejoinder::actions::edit_comment::{Changes, edit_comment};
use rejoinder::actions::moderate_comments::{Verb, moderate};
use rejoinder::model::account::Actor;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{CommentId, PostId};
use rejoinder::store::comments::{self, Question};

use super::{ATOM, RSS2, feed};
use crate::embed::World;
use crate::harness::START;

const ITEM: &str = "rss/channel/item";

#[tokio::test]
async fn an_rss_feed_says_what_wordpress_s_says() {
    let world = World::titled("A <post> & more").await;
    world.option("blogdescription", "Words & things").await;
    let first = world.comment("First & <strong>foremost</strong>", &[("url", "https://ada.example/?a=1&b=2")]).await;
    world.comment("An answer", &[("comment_parent", &first.to_string()), ("author", "Bo <3")]).await;
    let rss = feed(&world, RSS2).await;
    let channel = |name: &str| rss.one(&format!("rss/channel/{name}")).to_owned();
    assert_eq!(rss.one("rss@version"), "2.0");
    assert_eq!((channel("title"), channel("description")), ("Comments for The blog".into(), "Words & things".into()));
    assert_eq!(channel("link"), "https://blog.example");
    assert_eq!(channel("atom:link@href"), "http://comments.test/comments/feed/");
    assert_eq!((channel("atom:link@rel"), channel("atom:link@type")), ("self".into(), "application/rss+xml".into()));
    assert_eq!((channel("sy:updatePeriod"), channel("sy:updateFrequency")), ("hourly".into(), "1".into()));
    assert_eq!(channel("lastBuildDate"), "Mon, 05 Jan 2026 09:00:02 +0000");
    assert_eq!(channel("generator"), format!("Rejoinder/{}", env!("CARGO_PKG_VERSION")));
    let items = |name: &str| rss.all(&format!("{ITEM}/{name}")).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let by = |name: &str| format!("Comment on A <post> & more by {name}");
    assert_eq!(items("title"), [by("Bo <3"), by("Ada Berg")]);
    let link = |id: i64| format!("https://blog.example/a-post/#comment-{id}");
    assert_eq!(items("link"), [link(2), link(1)]);
    assert_eq!(items("dc:creator"), ["Bo <3", "Ada Berg"]);
    assert_eq!(items("pubDate"), ["Mon, 05 Jan 2026 09:00:02 +0000", "Mon, 05 Jan 2026 09:00:01 +0000"]);
    let guid = |id: i64| format!("https://blog.example/?p=1#comment-{id}");
    assert_eq!(items("guid"), [guid(2), guid(1)]);
    assert_eq!(items("guid@isPermaLink"), ["false", "false"]);
    assert_eq!(items("description")[1], "First &#038; &lt;strong&gt;foremost&lt;/strong&gt;");
    assert_eq!(items("content:encoded")[1], "<p>First &amp; <strong>foremost</strong></p>\n");
    assert!(items("content:encoded")[0].contains(">Ada Berg</a>.</p>\n<p>An answer</p>"), "{:?}", rss.0);
    assert!(items("description")[0].ends_with("Ada Berg&lt;/a&gt;.\n\nAn answer"), "{:?}", rss.0);

    let own = feed(&world, "/?p=1&feed=rss2").await;
    assert_eq!(own.one("rss/channel/title"), "Comments on: A <post> & more");
    assert_eq!(own.one("rss/channel/link"), "https://blog.example/a-post/");
    assert_eq!(own.one("rss/channel/atom:link@href"), "http://comments.test/?feed=rss2&p=1");
    assert_eq!(own.all(&format!("{ITEM}/title")), ["By: Bo <3", "By: Ada Berg"]);
}

#[tokio::test]
async fn an_atom_feed_says_what_wordpress_s_says() {
    let world = World::titled("A post").await;
    let first = world.comment("First", &[("url", "https://ada.example/?a=1&b=2")]).await;
    world.comment("An answer", &[("comment_parent", &first.to_string()), ("author", "Bo")]).await;
    let atom = feed(&world, ATOM).await;
    assert_eq!((atom.one("feed/title"), atom.one("feed/subtitle")), ("Comments for The blog", ""));
    assert_eq!(atom.one("feed/id"), "http://comments.test/comments/feed/atom/");
    assert_eq!(atom.all("feed/link@href"), ["https://blog.example", "http://comments.test/comments/feed/atom/"]);
    assert_eq!(atom.all("feed/link@rel"), ["alternate", "self"]);
    assert_eq!(atom.one("feed/updated"), "2026-01-05T09:00:02Z");
    assert_eq!(atom.all("feed/entry/title"), ["Comment on A post by Bo", "Comment on A post by Ada Berg"]);
    assert_eq!(atom.all("feed/entry/author/name"), ["Bo", "Ada Berg"]);
    assert_eq!(atom.one("feed/entry/author/uri"), "https://ada.example/?a=1&b=2");
    assert_eq!(atom.all("feed/entry/published"), ["2026-01-05T09:00:02Z", "2026-01-05T09:00:01Z"]);
    assert_eq!(atom.all("feed/entry/updated"), atom.all("feed/entry/published"));
    let (guid, link) = ("https://blog.example/?p=1", "https://blog.example/a-post/");
    assert_eq!(atom.all("feed/entry/id"), [format!("{guid}#comment-2"), format!("{guid}#comment-1")]);
    assert_eq!(atom.all("feed/entry/thr:in-reply-to@ref"), [&format!("{guid}#comment-1"), guid]);
    assert_eq!(atom.all("feed/entry/thr:in-reply-to@href"), [&format!("{link}#comment-1"), link]);
    assert_eq!(atom.all("feed/entry/content@xml:base"), [format!("{link}#comment-2"), format!("{link}#comment-1")]);
    assert_eq!(atom.all("feed/entry/content@type"), ["html", "html"]);
    assert_eq!(atom.all("feed/entry/content")[1], "<p>First</p>\n");
    let own = feed(&world, "/?p=1&feed=atom").await;
    assert_eq!((own.one("feed/title"), own.all("feed/entry/title")[0]), ("Comments on A post", "By: Bo"));
    assert_eq!(own.one("feed/id"), "http://comments.test/?feed=atom&p=1");
}

#[tokio::test]
async fn a_feed_tells_of_the_newest_that_readers_see() {
    let world = World::new().await;
    world.option("posts_per_rss", "3").await;
    let second_post = world.test.post(&world.site, "https://blog.example/b/", "Another").await.to_string();
    world.comment("One", &[]).await;
    world.held("Held").await;
    world.comment("Two", &[("comment_post_ID", &second_post)]).await;
    let three = world.comment("Three", &[]).await;
    world.comment("Four", &[]).await;
    keep(&world, CommentType::Pingback, Status::Approved, "A linking page").await;
    keep(&world, CommentType::Comment, Status::Spam, "Spam").await;
    let authors = async |path: &str| {
        let told = feed(&world, path).await;
        told.all(&format!("{ITEM}/description")).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(authors(RSS2).await, ["A linking page", "Four", "Three"]);
    assert_eq!(authors("/?p=2&feed=rss2").await, ["Two"]);
    world.option("posts_per_rss", "100").await;
    assert_eq!(authors(RSS2).await, ["A linking page", "Four", "Three", "Two", "One"]);
    assert_eq!(authors("/?p=1&feed=rss2").await, ["A linking page", "Four", "Three", "One"]);
    moderate(&world.test.app, &world.site, &Actor::command("test"), Verb::Trash, &[three]).await.unwrap();
    assert_eq!(authors(RSS2).await, ["A linking page", "Four", "Two", "One"]);
}

async fn keep(world: &World, kind: CommentType, status: Status, content: &str) -> CommentId {
    let comment = Comment {
        site_id: world.site.id,
        id: CommentId(0),
        post_id: PostId(1),
        parent_id: None,
        kind,
        status,
        author_name: "Another blog".into(),
        author_email: String::new(),
        author_url: "https://other.example/a".into(),
        author_ip: "192.0.2.9".into(),
        agent: String::new(),
        account_id: None,
        content: content.into(),
        created_at: START.plus(std::time::Duration::from_mins(1)),
        proven_by: String::new(),
        edited_at: None,
        reason: String::new(),
    };
    let kept = async move |tx: &mut rejoinder::store::Tx| {
        comments::insert(tx, &comment, &Question::about(&comment, START)).await
    };
    world.test.app.db.write(kept).await.unwrap()
}

#[tokio::test]
async fn nothing_that_a_stranger_writes_breaks_a_feed() {
    let evil = "</item>]]><script>alert(1)</script>&bogus; <b>\u{fffe}\u{1}\"'";
    let world = World::titled(evil).await;
    world.comment(evil, &[("author", evil), ("url", "https://evil.example/?\"><x>&y='")]).await;
    // A row that another tool wrote holds anything.
    keep(&world, CommentType::Comment, Status::Approved, "]]>\u{b}<![CDATA[<script>x</script>").await;
    for path in [RSS2, ATOM, "/?p=1&feed=rss2", "/?p=1&feed=atom"] {
        let told = feed(&world, path).await;
        let (entry, content) =
            if path.contains("atom") { ("feed/entry", "content") } else { (ITEM, "content:encoded") };
        assert_eq!(told.all(entry).len(), 2, "{path}");
        for html in told.all(&format!("{entry}/{content}")) {
            assert!(!html.contains("<script") && !html.contains("alert(1)</script>"), "{path}: {html}");
        }
        assert!(told.0.iter().all(|(_, text)| text.chars().all(rejoinder::model::text::characters::is_xml)));
        let text = world.test.get(path).await.text();
        for private in ["ada@peer.example", "192.0.2.9", "127.0.0.1"] {
            assert!(!text.contains(private), "{private} in {path}");
        }
    }
}

#[tokio::test]
async fn a_changed_comment_and_a_changed_site_are_told_anew() {
    let world = World::new().await;
    let id = world.comment("Before", &[]).await;
    assert_eq!(feed(&world, RSS2).await.one(&format!("{ITEM}/description")), "Before");
    world.test.advance(60);
    let changes = Changes { content: Some("After".into()), ..Changes::default() };
    edit_comment(&world.test.app, &world.site, &Actor::command("test"), id, changes).await.unwrap();
    let rss = feed(&world, RSS2).await;
    assert_eq!(rss.one(&format!("{ITEM}/description")), "After");
    assert_eq!(rss.one("rss/channel/lastBuildDate"), "Mon, 05 Jan 2026 09:01:01 +0000");
    world.test.advance(60);
    world.option("blogname", "Renamed").await;
    let rss = feed(&world, RSS2).await;
    assert_eq!(rss.one("rss/channel/title"), "Comments for Renamed");
    assert_eq!(rss.one("rss/channel/lastBuildDate"), "Mon, 05 Jan 2026 09:02:01 +0000");
}
