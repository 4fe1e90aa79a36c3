//! What one reader gets and others do not: an answer begun, the own held comment, the remembered name.

use super::{World, field, ids};

#[tokio::test]
async fn the_link_after_posting_shows_the_held_comment_for_ten_minutes() {
    let world = World::new().await;
    world.option("comment_moderation", "1").await;
    let answer = world.post_comment("Held words.", &[("redirect_to", "http://comments.test/?p=1")]).await;
    let link = answer.header("location").to_owned();
    let path = link.strip_prefix("http://comments.test").unwrap().split('#').next().unwrap();
    assert!(path.contains("unapproved=1&moderation-hash="), "{path}");

    let page = world.test.get(path).await;
    assert!(page.text().contains("Held words.") && page.text().contains("This is a preview;"), "{}", page.text());
    assert!(page.text().contains(r#"content="noindex, follow""#) && !page.text().contains("comments-title"));
    assert!(page.header("cache-control").contains("no-store"));
    assert!(!world.page("").await.text().contains("Held words."));

    world.held("Of somebody else.").await;
    let other = path.replace("unapproved=1", "unapproved=2");
    assert!(!world.test.get(&other).await.text().contains("Of somebody else."));
    let broken = path.replace("hash=", "hash=0");
    assert!(!world.test.get(&broken).await.text().contains("Held words."));

    world.test.advance(10 * 60 - 2);
    assert!(world.test.get(path).await.text().contains("Held words."));
    world.test.advance(1);
    assert!(!world.test.get(path).await.text().contains("Held words."));
}

/// The link may be passed on, and a held comment must not be worth it (WP 7.1 §6.8).
#[tokio::test]
async fn the_link_shows_words_and_the_cookie_shows_links() {
    let world = World::new().await;
    world.option("comment_moderation", "1").await;
    let words = r#"Read <a href="https://shop.example/">this</a> & that."#;
    let fields = [
        ("redirect_to", "http://comments.test/?p=1"),
        ("wp-comment-cookies-consent", "yes"),
        ("url", "https://shop.example/"),
    ];
    let answer = world.post_comment(words, &fields).await;
    let link = answer.header("location").split('#').next().unwrap().to_owned();
    let path = link.strip_prefix("http://comments.test").unwrap();
    let stranger = world.test.get(path).await.text();
    assert!(stranger.contains("Read this &amp; that.") && !stranger.contains("shop.example"), "{stranger}");

    let cookies = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().split(';').next().unwrap());
    let cookie = cookies.collect::<Vec<_>>().join("; ");
    let author = world.test.get_with(path, &[("cookie", &cookie)]).await.text();
    assert_eq!(author.matches(r#"<a href="https://shop.example/""#).count(), 2, "{author}");
}

#[tokio::test]
async fn an_answer_is_begun_by_its_link() {
    let world = World::new().await;
    world.comment("Answer me.", &[]).await;
    let held = world.held("Not me.").await;
    let page = world.page("&replytocom=1").await;
    let html = page.text();
    assert!(html.contains("Leave a Reply to <a href=\"#comment-1\"><bdi>Ada Berg</bdi></a>"), "{html}");
    assert_eq!(field(&html, "comment_parent"), "1");
    assert!(html.contains("id=\"cancel-comment-reply-link\" href=\"http://comments.test/?p=1#respond\">"), "{html}");
    assert!(!field(&html, "rejoinder_token").is_empty());
    assert!(page.header("cache-control").contains("no-store"));

    for other in ["99".to_owned(), held.to_string(), "x".to_owned()] {
        let html = world.page(&format!("&replytocom={other}")).await.text();
        assert_eq!(field(&html, "comment_parent"), "0", "{other}");
        assert!(!html.contains("Leave a Reply to"), "{other}");
    }
}

#[tokio::test]
async fn an_answer_is_begun_on_the_page_of_what_it_answers() {
    let world = World::new().await;
    for text in ["One", "Two"] {
        world.comment(text, &[]).await;
    }
    world.option("page_comments", "1").await;
    world.option("comments_per_page", "1").await;
    assert_eq!(ids(&world.page("").await.text()), [2]);
    assert_eq!(ids(&world.page("&replytocom=1").await.text()), [1]);
}

#[tokio::test]
async fn a_name_that_the_browser_remembers_is_filled_in_and_opens_nothing() {
    let world = World::new().await;
    world.option("comment_moderation", "1").await;
    let redirect = ("redirect_to", "http://comments.test/?p=1");
    let answer = world
        .post_comment("Held words.", &[redirect, ("wp-comment-cookies-consent", "yes"), ("author", "Ada \"<b>")])
        .await;
    let cookies: Vec<&str> =
        answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().split(';').next().unwrap()).collect();
    let cookie = cookies.join("; ");
    let link = answer.header("location").split('#').next().unwrap().to_owned();

    let path = format!("/?p={}", world.post);
    let page = world.test.get_with(&path, &[("cookie", &cookie)]).await;
    assert_eq!(field(&page.text(), "email"), "ada@peer.example");
    assert!(page.text().contains("value=\"yes\" checked"), "{}", page.text());
    assert!(!page.text().contains("Held words.") && page.header("cache-control").contains("no-store"));
    assert_eq!(field(&world.page("").await.text(), "email"), "", "nobody else's form");

    let page = world.test.get_with(link.strip_prefix("http://comments.test").unwrap(), &[("cookie", &cookie)]).await;
    assert!(
        page.text().contains("Held words.") && page.text().contains("Your comment is awaiting moderation.</em>"),
        "{}",
        page.text()
    );
}
