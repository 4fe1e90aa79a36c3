//! Every spelling of a post's address is the post.

use super::{Pinged, linking, web};

#[tokio::test]
async fn a_target_is_known_in_every_spelling() {
    for target in [
        "https://blog.example/a-post/",
        "http://blog.example/a-post",
        "https://BLOG.example:443/a-post/",
        "https://www.blog.example/a-post/",
        "https://blog.example/a-post/?utm_source=feed&utm_medium=rss",
        "https://blog.example/a-post/#comments",
        "https://blog.example/a-post/comment-page-2/#comment-9",
        "https://blog.example/%61-post/",
        "https://blog.example/?p=1",
        "http://comments.test/?p=1",
        " https://blog.example/a-post/\n",
        "https://blog.example/a-post/?utm_source=a&amp;utm_medium=b",
    ] {
        let pinged = Pinged::start().await;
        let source = web([("/a", linking("A", &super::escaped(&target.trim().replace("&amp;", "&"))))]).await;
        let said = pinged.ping(&source.url("/a"), target).await;
        assert!(said.as_ref().is_ok_and(|said| said.contains(" registered. ")), "{target}: {said:?}");
        assert_eq!(pinged.kept().await[0].post_id, pinged.post);
        pinged.end().await;
    }
}

/// The source may spell the post otherwise than the claim does.
#[tokio::test]
async fn a_link_is_known_in_another_spelling_than_the_claim_s() {
    for (target, link) in [
        ("https://blog.example/a-post/", "http://blog.example/a-post?utm_source=x#top"),
        ("https://blog.example/a-post/", "https://blog.example/?p=1"),
        ("https://blog.example/?p=1", "https://blog.example/a-post/"),
        ("http://comments.test/?p=1", "https://blog.example/a-post/"),
    ] {
        let pinged = Pinged::start().await;
        let source = web([("/a", linking("A", link))]).await;
        let said = pinged.ping(&source.url("/a"), target).await;
        assert!(said.is_ok(), "{target} by {link}: {said:?}");
        pinged.end().await;
    }
}
