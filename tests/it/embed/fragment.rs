//! `GET B/embed/thread`: what stands in it.

use super::{FRAGMENT, POST, World, field, ids};
use crate::harness::TestApp;

#[tokio::test]
async fn the_heading_counts_the_responses() {
    let world = World::new().await;
    let html = world.fragment().await;
    assert!(!html.contains("comments-title") && !html.contains("<ol"), "{html}");
    assert!(html.contains("rejoinder-place") && html.contains("/?p=1#respond"), "{html}");

    world.comment("The first.", &[]).await;
    assert!(world.fragment().await.contains("One response to “A post”"));
    world.comment("The second.", &[]).await;
    let html = world.fragment().await;
    assert!(html.contains("2 responses to “A post”"), "{html}");
    assert!(html.contains("<p>The first.</p>") && html.contains("<b class=\"fn\"><bdi>Ada Berg</bdi></b>"), "{html}");
    assert!(html.contains(r#"<time datetime="2026-01-05T09:00:01+00:00">January 5, 2026 at 9:00 am</time>"#), "{html}");
    assert!(html.contains("https://blog.example/a-post/#comment-1"), "{html}");
}

#[tokio::test]
async fn texts_are_shown_with_links_typography_and_smilies() {
    let world = World::new().await;
    world.option("comment_max_links", "3").await;
    world.comment("\"It's\" on www.e.com -- or <code>\"here\"</code> :)\n\nme@e.com", &[]).await;
    let link = r#"<a href="http://www.e.com" rel="nofollow ugc">http://www.e.com</a>"#;
    let mail = r#"<p><a href="mailto:me@e.com">me@e.com</a></p>"#;
    let shown = |smiley: &str| format!("<p>“It’s” on {link} — or <code>\"here\"</code> {smiley}</p>\n{mail}");
    let html = world.fragment().await;
    assert!(html.contains(&shown("🙂")), "{html}");
    world.option("use_smilies", "0").await;
    let html = world.fragment().await;
    assert!(html.contains(&shown(":)")), "{html}");
}

#[tokio::test]
async fn replies_nest_to_the_depth_of_the_site_and_no_deeper() {
    let world = World::new().await;
    world.option("thread_comments_depth", "2").await;
    world.comment("One", &[]).await;
    world.comment("Two", &[("comment_parent", "1")]).await;
    world.comment("Three", &[("comment_parent", "2")]).await;
    let html = world.fragment().await;
    assert_eq!(ids(&html), [1, 2, 3]);
    assert_eq!(html.matches("<ol class=\"children\">").count(), 1, "{html}");
    assert!(html.contains(r#"<li id="comment-1" class="comment even thread-even depth-1 parent">"#), "{html}");
    assert!(html.contains(r#"<li id="comment-2" class="comment odd alt depth-2 parent">"#), "{html}");
    assert!(html.contains(r#"<li id="comment-3" class="comment even depth-2">"#), "{html}");
    assert_eq!(html.matches("comment-reply-link").count(), 1, "only the first can be answered: {html}");

    world.option("thread_comments_depth", "3").await;
    assert_eq!(world.fragment().await.matches("<ol class=\"children\">").count(), 2);
    world.option("thread_comments", "0").await;
    let html = world.fragment().await;
    assert_eq!(
        (ids(&html), html.contains("children"), html.contains("comment-reply-link")),
        (vec![1, 2, 3], false, false)
    );
}

#[tokio::test]
async fn pages_and_their_order_follow_the_options() {
    let world = World::new().await;
    for text in ["One", "Two", "Three"] {
        world.comment(text, &[]).await;
    }
    world.option("page_comments", "1").await;
    world.option("comments_per_page", "2").await;
    let html = world.fragment().await;
    assert_eq!(ids(&html), [3], "the newest page is shown first");
    assert!(html.contains("data-pages=\"2\""));
    assert!(html.contains("cpage=1#comments\">Older Comments") && !html.contains("Newer Comments"), "{html}");

    let of = async |more: &str| world.test.get(&format!("{FRAGMENT}{more}")).await.text();
    let html = of("&cpage=1").await;
    assert_eq!(ids(&html), [1, 2]);
    assert!(html.contains("cpage=2#comments\">Newer Comments") && !html.contains("Older Comments"), "{html}");
    assert_eq!(ids(&of("&comment=2").await), [1, 2], "the page of a comment");
    assert_eq!(ids(&of("&cpage=9").await), [] as [i64; 0], "beyond the last page is nothing, as in WordPress");
    assert_eq!(ids(&of("&cpage=-1").await), [3]);

    world.option("comment_order", "desc").await;
    assert_eq!(ids(&of("&cpage=1").await), [2, 1]);
    world.option("default_comments_page", "oldest").await;
    assert_eq!(ids(&world.fragment().await), [2, 1]);
    world.option("page_comments", "0").await;
    assert_eq!(ids(&of("&cpage=2").await), [3, 2, 1]);
}

#[tokio::test]
async fn a_post_that_is_closed_or_for_members_says_so() {
    let world = World::new().await;
    world.comment("One", &[]).await;
    world.option("comment_registration", "1").await;
    let html = world.fragment().await;
    assert!(html.contains("Log in to Reply") && html.contains("rejoinder-place-short"), "{html}");
    world.option("comment_registration", "0").await;

    // A post made long ago closes by the clock alone.
    world.option("close_comments_for_old_posts", "1").await;
    world.option("close_comments_days_old", "14").await;
    assert!(world.fragment().await.contains("comment-reply-link"), "it is not known when this post was published");
}

#[tokio::test]
async fn a_post_closes_with_age_though_nothing_was_written() {
    let test = TestApp::start().await;
    rejoinder::actions::first_start::first_start(&test.app).await.unwrap();
    let demo = test.app.sites.find_slug(&test.app.db, "demo").await.unwrap().unwrap();
    test.option(demo.id, "close_comments_for_old_posts", "1").await;
    let path = "/embed/thread?url=http%3A%2F%2Fcomments.test%2Fdemo%2Fhello-world%2F";
    test.advance(14 * 86_400);
    assert!(test.get(path).await.text().contains("comment-reply-link"));
    test.advance(1);
    let html = test.get(path).await.text();
    assert!(html.contains("Comments are closed.") && !html.contains("comment-reply-link"), "{html}");
}

#[tokio::test]
async fn whatever_strangers_write_stays_text() {
    const EVIL: &str = r#""><script>alert(1)</script>'onload=x &amp; <img src=x onerror=y>"#;
    let world = World::titled(EVIL).await;
    world.comment(&format!("Body {EVIL}"), &[("author", EVIL), ("url", "javascript:alert(1)")]).await;
    world
        .comment(
            "<a href=\"javascript:alert(2)\">x</a> and <b onclick=x>b</b>",
            &[("url", "https://peer.example/\"onclick=x")],
        )
        .await;
    let page = world.page("&replytocom=1").await.text();
    for html in [world.fragment().await, page] {
        let lower = html.to_lowercase();
        for bad in ["<script>", "<img src=x", "javascript:", "\"onclick", "<b onclick", "onerror=y>"] {
            let count = lower.matches(bad).count();
            assert_eq!(count, 0, "{bad}: {html}");
        }
    }
}

#[tokio::test]
async fn every_spelling_of_the_address_means_the_post() {
    let world = World::new().await;
    world.comment("Here.", &[]).await;
    for url in [
        "http://www.blog.example/a-post",
        "https://blog.example/a-post/?utm_source=x#comments",
        "https://blog.example/?p=1",
        "http://comments.test/?p=1",
    ] {
        let url: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
        let answer = world.test.get(&format!("/embed/thread?url={url}&title=Another")).await;
        assert!(answer.text().contains("One response to “A post”"), "{url}: {}", answer.text());
    }
}

#[tokio::test]
async fn an_address_that_is_none_or_not_of_this_blog_is_refused_with_what_to_do() {
    let world = World::new().await;
    for (query, status, words) in [
        ("", 400, "Say of which page"),
        ("?url=a-post", 400, "is no address"),
        ("?url=javascript%3Aalert(1)", 400, "is no address of a page"),
        ("?url=https%3A%2F%2Fother.example%2F%3Cb%3E", 404, "rejoinder site add"),
        ("?url=https%3A%2F%2Fblog.example.other.example%2Fa-post%2F", 404, "rejoinder site add"),
    ] {
        let answer = world.test.get(&format!("/embed/thread{query}")).await;
        assert_eq!(answer.status, status, "{query}");
        assert!(answer.text().contains(words) && !answer.text().contains("<b>"), "{query}: {}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.header("cache-control").contains("no-store"));
    }
}

#[tokio::test]
async fn a_page_that_is_no_post_yet_has_an_empty_thread_that_is_not_kept() {
    let world = World::new().await;
    world.option("discover_posts", "0").await;
    let answer = world.test.get("/embed/thread?url=https%3A%2F%2Fblog.example%2Fnew%2F").await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    assert!(
        answer.text().contains("<section class=\"rejoinder\"")
            && answer.text().contains("Comments are not open here yet.")
    );
    world.test.post(&world.site, "https://blog.example/new/", "New").await;
    let answer = world.test.get("/embed/thread?url=https%3A%2F%2Fblog.example%2Fnew%2F").await;
    assert!(answer.text().contains("rejoinder-place"), "{}", answer.text());
}

#[tokio::test]
async fn a_page_that_becomes_a_post_while_its_first_view_waits_is_shown() {
    let world = World::new().await;
    let db = &world.test.app.db;
    // Of a busy machine's pages one is made before its view, which waits two seconds, has given up.
    for n in 1..=20 {
        let path = format!("/embed/thread?url=https%3A%2F%2Fblog.example%2Fnew{n}%2F");
        let made = async {
            // The view has asked for the discovery once its job is there; this stands in for the job.
            let is_asked = |states: Vec<(String, i64)>| states.iter().any(|(s, jobs)| s == "waiting" && *jobs == n);
            while !is_asked(rejoinder::store::jobs::count_by_state(db).await.unwrap()) {
                tokio::task::yield_now().await;
            }
            world.test.post(&world.site, &format!("https://blog.example/new{n}/"), "New").await;
        };
        let (answer, ()) = tokio::join!(world.test.get(&path), made);
        if answer.text().contains("rejoinder-place") {
            return;
        }
    }
    panic!("no view waited for its page");
}

#[tokio::test]
async fn a_site_beside_others_has_its_doors_under_its_name() {
    let world = World::new().await;
    world.comment("Here.", &[]).await;
    world.test.site("https://other.example").await;
    let path = format!("/sites/{}", world.site.slug);
    let answer = world.test.get(&format!("{path}{FRAGMENT}")).await;
    assert!(answer.text().contains(&format!("http://comments.test{path}/?p=1#respond")), "{}", answer.text());
    assert_eq!(world.test.get(FRAGMENT).await.status, 404, "two sites: none is at the root");
    let answer = world.test.get(&format!("{path}/?p=1")).await;
    assert_eq!(field(&answer.text(), "redirect_to"), format!("http://comments.test{path}/?p=1"));
    assert_eq!(world.test.get(&format!("{path}/embed/form?p=1")).await.status, 200);
    assert_eq!(world.test.get(&format!("{path}/embed.js")).await.status, 200);
    assert_eq!(world.test.get(&format!("/sites/nobody{FRAGMENT}")).await.status, 404);
    assert!(POST.starts_with("https://blog.example/"));
}
