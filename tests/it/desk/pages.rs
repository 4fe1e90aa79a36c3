//! What pages show: lists, search, paging, hostile words, settings, notices.

use axum::body::Body;
use http::Request;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{CommentId, SiteId};
use rejoinder::model::role::Role;
use rejoinder::store::sites::{self, NewSite};

use super::bench::{Bench, comment};
use super::permissions::settings;

fn ids(page: &str) -> Vec<i64> {
    page.split("id=\"comment-").skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn views_filters_and_counts_show_what_they_say() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let mut made = Vec::new();
    for status in [Status::Hold, Status::Approved, Status::Spam, Status::Trash] {
        made.push(bench.comment(bench.own_post, status).await.0);
    }
    let ping = Comment { post_id: bench.other_post, kind: CommentType::Pingback, ..comment(bench.site) };
    made.push(bench.insert(ping).await.0);
    let [held, shown, spam, trash, ping] = made[..] else { unreachable!() };
    for (query, expected) in [
        ("", vec![ping, shown, held]),
        ("?comment_status=all", vec![ping, shown, held]),
        ("?comment_status=moderated", vec![ping, held]),
        ("?comment_status=approved", vec![shown]),
        ("?comment_status=spam", vec![spam]),
        ("?comment_status=trash", vec![trash]),
        ("?comment_status=nonsense", vec![ping, shown, held]),
        ("?comment_type=pings", vec![ping]),
        ("?comment_type=comment", vec![shown, held]),
        ("?p=2", vec![ping]),
        ("?p=99", vec![]),
        ("?paged=99", vec![ping, shown, held]),
    ] {
        let page = browser.get(&format!("/desk/comments{query}")).await.text;
        assert_eq!(ids(&page), expected, "{query}");
    }
    let page = browser.get("/desk/comments").await.text;
    for count in
        ["All <span class=\"count\">(3)", "Pending <span class=\"count\">(2)", "Spam <span class=\"count\">(1)"]
    {
        assert!(page.contains(count), "{count}");
    }
    for shown in
        ["ada@example.org", "198.51.100.7", "Mozilla/5.0", "held: 3 links, limit 2", "Source:", "2026/08/14 at 3:06 pm"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    for (view, words) in [
        ("spam&p=2", "No comments found."),
        ("moderated&s=zzz", "No comments awaiting moderation."),
        ("trash&s=zzz", "No comments found in Trash."),
    ] {
        assert!(browser.get(&format!("/desk/comments?comment_status={view}")).await.text.contains(words), "{view}");
    }
}

/// In Spam and Trash, and of what was put back: what the rules said at first, and who moved it there.
#[tokio::test]
async fn a_moved_comment_says_what_first_held_it_and_who_moved_it() {
    let bench = Bench::new().await;
    let (ann, bob) = (bench.browser("ann", Role::Editor).await, bench.browser("bob", Role::Editor).await);
    let id = bench.comment(bench.other_post, Status::Hold).await;
    let judged = bench
        .insert(Comment {
            status: Status::Spam,
            proven_by: String::new(),
            reason: "spam: the hidden field was filled".into(),
            ..comment(bench.site)
        })
        .await;
    let seen = async |browser: &super::bench::Browser<'_>, view: &str| {
        browser.get(&format!("/desk/comments?comment_status={view}")).await.text
    };

    let page = seen(&ann, "moderated").await;
    assert!(page.contains(">held: 3 links, limit 2<") && !page.contains("moved note"), "{page}");
    ann.act("spam", &[id]).await;
    let page = seen(&ann, "spam").await;
    assert!(page.contains(">First held: 3 links, limit 2<"), "{page}");
    assert!(page.contains("Marked as spam by you on 2026/08/14 at 3:06 pm"), "{page}");
    assert!(
        page.contains(">spam: the hidden field was filled<") && page.matches("Marked as spam by").count() == 1,
        "{page}"
    );
    assert!(seen(&bob, "spam").await.contains("Marked as spam by ann on"));
    bob.act("trash", &[id, judged]).await;
    let page = seen(&ann, "trash").await;
    assert_eq!(page.matches("Moved to the Trash by bob on").count(), 2, "{page}");
    assert!(page.contains(">First spam: the hidden field was filled<"), "{page}");
    bob.act("untrash", &[id]).await;
    ann.act("unspam", &[id]).await;
    let page = seen(&bob, "moderated").await;
    assert!(page.contains("Put back into the queue by ann on") && page.contains(">First held:"), "{page}");
    bob.act("approve", &[id]).await;
    let page = seen(&ann, "approved").await;
    assert!(!page.contains("held:") && !page.contains("moved note"), "{page}");
    let edit = ann.get(&format!("/desk/comments/{judged}/edit")).await.text;
    assert!(edit.contains("Moved to the Trash by bob on"), "on the page about one comment too: {edit}");
}

#[tokio::test]
async fn a_search_finds_its_words_and_no_pattern() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let mut made = Vec::new();
    for content in ["100% sure", "100 sure", "under_score", "underXscore", "back\\slash", "O'Brien"] {
        let new = Comment {
            post_id: bench.own_post,
            content: content.into(),
            author_ip: format!("192.0.2.{}", made.len() + 10),
            ..comment(bench.site)
        };
        made.push(bench.insert(new).await.0);
    }
    for (words, expected) in [
        ("100%", vec![made[0]]),
        ("under_", vec![made[2]]),
        ("UNDER_S", vec![made[2]]),
        ("\\", vec![made[4]]),
        ("o'brien", vec![made[5]]),
        ("192.0.2.11", vec![made[1]]),
        ("%", vec![made[0]]),
        ("' OR 1=1 --", vec![]),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("s", words).finish();
        assert_eq!(ids(&browser.get(&format!("/desk/comments?{query}")).await.text), expected, "{words}");
    }
}

#[tokio::test]
async fn twenty_on_a_page() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    for _ in 0..41 {
        bench.comment(bench.own_post, Status::Hold).await;
    }
    for (page, n) in [(1, 20), (2, 20), (3, 1), (4, 1)] {
        let text = browser.get(&format!("/desk/comments?comment_status=moderated&paged={page}")).await.text;
        assert_eq!(ids(&text).len(), n, "{page}");
        assert!(text.contains("41 items") && text.contains(" of 3"), "{page}");
    }
    let list = |paged: &str| format!("/desk/comments?comment_status=moderated{paged}");
    let text = browser.get(&list("&paged=2")).await.text;
    assert!(text.contains("paged=3") && text.contains(&format!("data-back=\"{}", list("&#38;paged=2"))), "{text}");
    for paged in ["0", "-1", "x", "99999999999999999999"] {
        assert_eq!(browser.get(&list(&format!("&paged={paged}"))).await.status, 200, "{paged}");
    }
}

#[tokio::test]
async fn hostile_words_are_only_words_on_every_page() {
    const EVIL: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
    let bench = Bench::new().await;
    let browser = bench.super_admin().await;
    let evil = Comment {
        post_id: bench.own_post,
        author_name: EVIL.into(),
        author_email: EVIL.into(),
        author_url: format!("javascript:alert(1)//{EVIL}"),
        author_ip: EVIL.into(),
        agent: EVIL.into(),
        content: format!("{EVIL}<a href=\"javascript:alert(1)\" onclick=\"x\">y</a>"),
        reason: EVIL.into(),
        ..comment(bench.site)
    };
    let parent = bench.insert(evil.clone()).await;
    let child = bench.insert(Comment { parent_id: Some(parent), kind: CommentType::Pingback, ..evil }).await;
    let (site, post, now) = (bench.site, bench.own_post, bench.clock.now());
    bench
        .app
        .db
        .write(async move |tx| {
            rejoinder::store::posts::set_title(tx, site, post, EVIL, crate::harness::START).await?;
            sites::set_title(tx, site, EVIL).await?;
            sites::set_option(tx, site, "moderation_keys", EVIL).await?;
            let actor = rejoinder::model::account::Actor::command(EVIL);
            rejoinder::store::audit::insert(tx, site, &actor, EVIL, rejoinder::store::audit::Subject::Site, EVIL, now)
                .await
        })
        .await
        .unwrap();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("s", EVIL)
        .append_pair("redirect_to", EVIL)
        .finish();
    let mut paths =
        vec![format!("/desk/comments?{query}"), format!("/desk/login?{query}"), format!("/desk/posts?{query}")];
    for path in [
        "/desk/comments",
        "/desk/comments?p=1",
        "/desk/posts",
        "/desk/settings",
        "/desk/members",
        "/desk/audit",
        "/desk/jobs",
        "/desk/profile",
    ] {
        paths.push(path.into());
    }
    for id in [parent, child] {
        for page in ["edit", "edit?quick=1", "reply", "delete", "approve"] {
            paths.push(format!("/desk/comments/{id}/{page}"));
        }
    }
    for path in paths {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        for bad in ["<script>alert", "onerror=alert(1)>", "<img src=x", "href=\"javascript:", "onclick=\"x\""] {
            assert!(!answer.text.contains(bad), "{path}: {bad}");
        }
    }
    let answer = browser.post("/desk/login", &[("log", EVIL), ("pwd", "x"), ("redirect_to", EVIL)]).await;
    assert!(!answer.text.contains("<script>alert"));
}

#[tokio::test]
async fn settings_say_when_no_mail_is_sent() {
    const NO_MAIL: &str = "This server sends no mail";
    let silent = Bench::new().await;
    let page = silent.browser("boss", Role::Administrator).await.get("/desk/settings").await;
    assert!(page.text.contains(NO_MAIL), "{}", page.text);
    let options = rejoinder::config::Options { sendmail: Some("/bin/false".into()), ..Default::default() };
    let sending = Bench::with(options).await;
    let page = sending.browser("boss", Role::Administrator).await.get("/desk/settings").await;
    assert!(page.text.contains("Administration Email Address") && !page.text.contains(NO_MAIL));
}

#[tokio::test]
async fn settings_are_saved_together_or_not_at_all() {
    let bench = Bench::new().await;
    let browser = bench.browser("boss", Role::Administrator).await;
    let changed = [
        ("comment_moderation", "1"),
        ("default_ping_status", "open"),
        ("comment_max_links", "5"),
        ("moderation_keys", " casino\n\ncasino\npoker "),
    ];
    assert_eq!(browser.post("/desk/settings", &settings(&changed)).await.status, 303);
    let options = bench.site().await.options.clone();
    assert!(options.comment_moderation && !options.require_name_email, "a box that is not ticked is off");
    assert_eq!((options.comment_max_links, options.moderation_keys.as_str()), (5, "casino\npoker"));
    assert_eq!((options.default_ping_status.as_str(), options.default_comment_status.as_str()), ("open", "closed"));
    let log = bench.log().await;
    assert!(log.contains(&"boss: set_option comment_max_links: 2 to 5".into()), "{log:?}");
    assert!(log.contains(&"boss: set_option moderation_keys: 0 to 2 keys".into()), "{log:?}");
    let answer =
        browser.post("/desk/settings", &settings(&[("comment_max_links", "9"), ("thread_comments_depth", "11")])).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("thread_comments_depth takes a whole number from 2 to 10"));
    assert!(answer.text.contains("value=\"11\"") && answer.text.contains("aria-invalid=\"true\""));
    assert_eq!(bench.site().await.options.comment_max_links, 5);
}

#[tokio::test]
async fn a_member_of_several_sites_chooses_between_them() {
    let bench = Bench::new().await;
    let id = bench.account("editor", Some(Role::Editor)).await;
    let browser = bench.logged_in(id).await;
    assert!(!browser.get("/desk/comments").await.text.contains("<summary>Sites"));
    let second = NewSite {
        slug: "second".into(),
        home: "https://second.example/".parse().unwrap(),
        title: "Second".into(),
        demo: false,
    };
    let now = bench.clock.now();
    let site: SiteId = bench
        .app
        .db
        .write(async move |tx| {
            let site = sites::insert(tx, &second, now).await?;
            sites::set_member(tx, site, id, Role::Editor).await?;
            Ok(site)
        })
        .await
        .unwrap();
    bench.comment(bench.own_post, Status::Hold).await;
    let page = browser.get("/desk/comments").await.text;
    assert!(
        page.contains("href=\"/desk/comments?site=second\"") && page.contains("action=\"/desk/comments?site=blog\"")
    );
    assert_eq!(ids(&browser.get("/desk/comments?site=second").await.text), Vec::<i64>::new());
    // The same number on the other site is another comment.
    browser.post("/desk/comments?site=second", &[("action", "approve"), ("delete_comments[]", "1")]).await;
    assert_eq!(bench.status(CommentId(1)).await, Some(Status::Hold));
    assert_ne!(site, bench.site);
}

#[tokio::test]
async fn a_link_that_moderates_asks_first() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let id = bench.comment(bench.other_post, Status::Hold).await;
    let answer = browser.get(&format!("/wp-admin/comment.php?action=approve&c={id}")).await;
    assert_eq!(answer.location(), format!("/desk/comments/{id}/approve"));
    let page = browser.get(answer.location()).await;
    assert!(page.text.contains("You are about to approve the following comment:"));
    assert_eq!(bench.status(id).await, Some(Status::Hold));
    browser.act("approve", &[id]).await;
    assert!(browser.get(answer.location()).await.text.contains("This comment is already approved."));
    for path in ["/desk/comments/99/approve", "/desk/comments/x/edit", "/desk/comments/1/explode"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    assert_eq!(browser.act("-1", &[id]).await.location(), "/desk/comments?done=nothing");
}

/// `wp.getOptions` names them to programs (WP 7.1 XML-RPC §3.10).
#[tokio::test]
async fn the_addresses_of_wordpress_s_desk_and_log_in_lead_to_ours() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let slug = bench.site().await.slug.clone();
    let queue = format!("/desk?site={slug}");
    for (path, to) in [
        ("/wp-admin", "/desk"),
        ("/wp-admin/", "/desk"),
        (&format!("/sites/{slug}/wp-admin"), &queue),
        (&format!("/sites/{slug}/wp-admin/"), &queue),
        ("/wp-login.php", "/desk/login"),
        (&format!("/sites/{slug}/wp-login.php"), "/desk/login"),
    ] {
        assert_eq!(browser.get(path).await.location(), to, "{path}");
    }
    assert_eq!(browser.get("/sites/nowhere/wp-admin/").await.status, 404);
    // A site with a host of its own: the same number is another comment on another site.
    let (id, siteurl) = (bench.site, "https://comments.blog.example/".parse().unwrap());
    bench.app.db.write(async move |tx| sites::set_siteurl(tx, id, Some(&siteurl)).await).await.unwrap();
    for (path, to) in [
        ("/wp-admin/", format!("/desk?site={slug}")),
        ("/wp-admin/comment.php?action=spam&c=7", format!("/desk/comments/7/spam?site={slug}")),
    ] {
        let request = Request::get(path).header("host", "comments.blog.example").body(Body::empty()).unwrap();
        assert_eq!(bench.send(request).await.location(), to, "{path}");
    }
}

/// From the desk's own host, whatever host the site's doors are at: the desk loads nothing else.
#[tokio::test]
async fn a_row_shows_the_picture_of_its_author() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    bench.comment(bench.own_post, Status::Approved).await;
    let ping = Comment { post_id: bench.other_post, kind: CommentType::Pingback, ..comment(bench.site) };
    bench.insert(ping).await;
    let page = browser.get("/desk/comments").await.text;
    let slug = &bench.site().await.slug;
    assert_eq!(page.matches("<img ").count(), 1, "linkbacks have none: {page}");
    assert!(page.contains(&format!("<img src=\"/sites/{slug}/avatar/")), "{page}");
    let now = rejoinder::model::time::Timestamp(0);
    let site = bench.site;
    let hide = async move |tx: &mut rejoinder::store::Tx| {
        sites::set_option(tx, site, "show_avatars", "0").await?;
        sites::set_changed(tx, site, now).await
    };
    bench.app.db.write(hide).await.unwrap();
    assert!(!browser.get("/desk/comments").await.text.contains("<img "));
}
