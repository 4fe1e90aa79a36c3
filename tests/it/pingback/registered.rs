//! Pingbacks that hold: what is kept of them, and what their source sees.

use rejoinder::model::comment::Status;
use rejoinder::model::linkback::LinkbackState;
use rejoinder::store::linkbacks;

use super::{Pinged, TARGET, linking, page, web};
use crate::harness::Engine;

crate::on_both_engines! {
    a_claim_that_holds_becomes_a_comment
}

async fn a_claim_that_holds_becomes_a_comment(engine: Engine) {
    let pinged = Pinged::start_on(engine).await;
    let paragraph = format!("Before it, <a href='{TARGET}#more'>the &amp; post</a> after it.");
    let source = web([("/?p=7&x=1", page("Zoë’s  “blog” &amp; &lt;more>", &paragraph))]).await;
    let address = source.url("/?p=7&x=1");
    let said = pinged.ping(&address, TARGET).await.unwrap();
    assert_eq!(said, format!("Pingback from {address} to {TARGET} registered. Keep the web talking! :-)"));
    let kept = pinged.kept().await.remove(0);
    assert_eq!((kept.status, kept.reason.as_str()), (Status::Hold, "held: linkbacks are moderated"));
    assert_eq!((kept.post_id, kept.parent_id, kept.account_id), (pinged.post, None, None));
    assert_eq!(kept.author_name, "Zoë’s “blog” &amp; &lt;more&gt;");
    assert_eq!((kept.author_email.as_str(), kept.author_url.as_str()), ("", &*address.replace('&', "&amp;")));
    assert_eq!((kept.author_ip.as_str(), kept.agent.as_str()), ("127.0.0.1", "WordPress/7.1; https://sender.example"));
    assert_eq!(kept.content, "[…] it, the &amp; post after […]");
    assert_eq!(kept.created_at, pinged.test.clock.now());
    let claim = linkbacks::find_by_comment(&pinged.test.app.db, pinged.site.id, kept.id).await.unwrap().unwrap();
    assert_eq!(
        (claim.state, claim.source.as_str(), claim.target.as_str()),
        (LinkbackState::Registered, &*address, TARGET)
    );
    assert_eq!((claim.post_id, claim.refusal), (Some(pinged.post), None));
    pinged.end().await;
}

#[tokio::test]
async fn the_source_learns_who_asks_and_for_whom() {
    let pinged = Pinged::start().await;
    let source = web([("/a", linking("A", TARGET))]).await;
    pinged.ping(&source.url("/a"), TARGET).await.unwrap();
    let requests = source.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    let request = requests[0].to_ascii_lowercase();
    assert!(request.starts_with("get /a http/1.1\r\n"), "{request}");
    assert!(request.contains("x-pingback-forwarded-for: 127.0.0.1\r\n"), "{request}");
    let agent = format!(
        "user-agent: rejoinder/{}; http://comments.test; verifying pingback from 127.0.0.1\r\n",
        env!("CARGO_PKG_VERSION")
    );
    assert!(request.contains(&agent), "{request}");
    pinged.end().await;
}

#[tokio::test]
async fn linkbacks_are_approved_where_nothing_is_held() {
    let pinged = Pinged::start().await;
    pinged.option("comment_previously_approved", "0").await;
    // A pingback is a link by nature: its links are not counted. Keys count.
    pinged.option("comment_max_links", "1").await;
    pinged.option("moderation_keys", "poker").await;
    let source = web([("/a", linking("A", TARGET)), ("/b", linking("Poker", TARGET))]).await;
    for path in ["/a", "/b"] {
        pinged.ping(&source.url(path), TARGET).await.unwrap();
    }
    let kept = pinged.kept().await;
    assert_eq!((kept[0].status, kept[0].reason.as_str()), (Status::Approved, "approved: nothing held it"));
    assert_eq!((kept[1].status, kept[1].reason.as_str()), (Status::Hold, "held: moderation key “poker” in the author"));
    pinged.option("disallowed_keys", "casino").await;
    let casino = web([("/c", linking("Casino", TARGET))]).await;
    pinged.ping(&casino.url("/c"), TARGET).await.unwrap();
    assert_eq!(pinged.kept().await[2].status, Status::Trash, "a key in the title is found when it was read");
    let post = rejoinder::store::posts::find(&pinged.test.app.db, pinged.site.id, pinged.post).await.unwrap().unwrap();
    assert_eq!(post.comment_count, 1);
    pinged.end().await;
}

/// WP 7.1: a link from another post of the same site is approved.
#[tokio::test]
async fn a_link_from_another_post_of_the_blog_is_approved() {
    let mut pinged = Pinged::without_runner(Engine::Sqlite, super::setup()).await;
    let blog = web([("/source/", linking("Own", "/target/")), ("/stranger/", linking("Stranger", "/target/"))]).await;
    pinged.option("home", &blog.url("")).await;
    pinged.option("discover_posts", "0").await;
    let site = pinged.test.app.sites.find(&pinged.test.app.db, pinged.site.id).await.unwrap().unwrap();
    for path in ["/source/", "/target/"] {
        pinged.test.post(&site, &blog.url(path), path).await;
    }
    pinged.run();
    for path in ["/source/", "/stranger/"] {
        pinged.ping(&blog.url(path), &blog.url("/target/")).await.unwrap();
    }
    let kept = pinged.kept().await;
    assert_eq!((kept[0].status, kept[0].reason.as_str()), (Status::Approved, "approved: link from this site"));
    assert_eq!(kept[1].status, Status::Hold, "a page of the blog that is no post");
    pinged.end().await;
}
