//! The page of a refused comment, for who has no scripts: why, the way back, and what was typed, ready to be sent
//! again (WP 7.1 comments §2.3).

use rejoinder::model::form_fields::TOKEN;

use super::{Door, POST_URL};

/// What stands in a field of the page, as text.
fn value<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('>').next().unwrap().split("value=\"").nth(1).and_then(|v| v.split('"').next()).unwrap_or_default()
}

#[tokio::test]
async fn a_mended_form_is_sent_again_with_all_that_was_typed() {
    let door = Door::without_moderation().await;
    door.send(&[], &[]).await;
    let parent = door.only().await.id.to_string();
    let fields = [
        ("comment", "Two\nlines & <b>more</b> </textarea>"),
        ("email", "ann@wrong"),
        ("url", "https://ann.example/?a=1&b=\"2"),
        ("comment_parent", &parent),
        ("redirect_to", "https://blog.example/thanks"),
        ("wp-comment-cookies-consent", "yes"),
    ];
    let page = door.send(&fields, &[("origin", "http://comments.test")]).await;
    assert_eq!(page.status, 200);
    let html = page.text();
    assert!(html.contains("Please enter a valid email address.") && html.contains("Nothing is lost"), "{html}");
    assert!(html.contains("Two\nlines &#38; &#60;b&#62;more&#60;/b&#62; &#60;/textarea&#62;</textarea>"), "{html}");
    assert!(
        html.contains("Leave a Reply to <a href=\"http://comments.test/?p=1#comment-1\">")
            && html.contains("value=\"yes\" checked"),
        "{html}"
    );
    for (name, expected) in [
        ("author", "Ann"),
        ("email", "ann@wrong"),
        ("url", "https://ann.example/?a=1&#38;b=&#34;2"),
        ("comment_parent", parent.as_str()),
        ("redirect_to", "https://blog.example/thanks"),
    ] {
        assert_eq!(value(&html, name), expected, "{name}");
    }
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("form-action 'self' http://comments.test") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(!html.contains("style=") && !html.contains("<script"), "{html}");

    door.test.advance(5);
    let token = value(&html, TOKEN).to_owned();
    let mended = [&fields[..1], &fields[3..], &[("email", "ann@example.org"), (TOKEN, token.as_str())]].concat();
    assert_eq!(door.send(&mended, &[]).await.status, 302);
    assert_eq!(door.kept().await.len(), 2);
}

/// A form that a person mends in a second was open for as long as they looked at it before.
#[tokio::test]
async fn the_time_a_form_was_open_goes_on() {
    let door = Door::without_moderation().await;
    let first = value(&door.test.get("/embed/form?p=1").await.text(), TOKEN).to_owned();
    door.test.advance(60);
    let html = door.send(&[("email", "x"), (TOKEN, &first)], &[]).await.text();
    assert_eq!(value(&html, TOKEN), first);
    let html = door.send(&[("email", "x"), (TOKEN, "forged.00")], &[]).await.text();
    assert!(!value(&html, TOKEN).is_empty() && value(&html, TOKEN) != "forged.00", "{html}");
}

#[tokio::test]
async fn the_way_back_is_where_the_form_came_from() {
    let door = Door::open().await;
    for (origin, back) in [
        ("https://blog.example", format!("{POST_URL}#respond")),
        ("http://comments.test", "http://comments.test/?p=1#respond".to_owned()),
    ] {
        let html = door.send(&[("email", "")], &[("origin", origin)]).await.text();
        assert!(html.contains(&format!("<a href=\"{back}\">« Back to “<bdi>A post</bdi>”</a>")), "{origin}: {html}");
    }
    let foreign = door.send(&[], &[("origin", "https://evil.example")]).await;
    assert!(
        foreign.status == 403 && foreign.text().contains("<a href=\"https://blog.example/\">"),
        "{}",
        foreign.text()
    );
    assert!(!foreign.text().contains("id=\"commentform\""), "a foreign page's words are not made ready to be sent");
}

/// A page that is not ours may have its words refused, but not made ready to be sent in a member's name.
#[tokio::test]
async fn only_our_own_page_gets_a_member_s_form_again() {
    let door = Door::open().await;
    let ada = door.test.logged_in(door.site.id, "ada", Some(rejoinder::model::role::Role::Subscriber)).await;
    for (origin, is_member) in [
        (Some("http://comments.test"), true),
        (Some("https://blog.example"), false),
        (Some("null"), false),
        (None, false),
    ] {
        let mut headers = vec![("cookie", ada.cookie.as_str())];
        headers.extend(origin.map(|origin| ("origin", origin)));
        let html = door.send(&[("email", "x")], &headers).await.text();
        assert_eq!(html.contains("Logged in as <bdi>ada the member</bdi>"), is_member, "{origin:?}: {html}");
        assert_eq!(html.contains(&ada.csrf), is_member, "{origin:?}");
        assert!(html.contains("Well said."), "{origin:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_again_can_be_copied() {
    let door = Door::open().await;
    let (site, post) = (door.site.id, door.post);
    let close = async move |tx: &mut rejoinder::store::Tx| {
        rejoinder::store::posts::set_comment_status(tx, site, post, false, crate::harness::START).await
    };
    door.test.app.db.write(close).await.unwrap();
    let html = door.send(&[("comment", "Too <late>")], &[]).await.text();
    assert!(html.contains("readonly dir=\"auto\">\nToo &#60;late&#62;</textarea>"), "{html}");
    assert!(!html.contains("id=\"commentform\"") && !html.contains("Comments are closed.</p>"), "said once: {html}");
    let html = door.send(&[("comment", " ")], &[]).await.text();
    assert!(!html.contains("<textarea"), "nothing was typed: {html}");
}

#[tokio::test]
async fn over_a_limit_nothing_is_lost_either() {
    let setup = crate::harness::Setup { limited: true, ..Default::default() };
    let door = Door::with(crate::harness::Engine::Sqlite, setup).await;
    let mut last = door.send(&[("comment", "0")], &[]).await;
    for n in 1..=20 {
        last = door.send(&[("comment", &n.to_string())], &[]).await;
    }
    assert_eq!(last.status, 429, "the network's limit");
    assert!(last.text().contains("Too many requests.") && last.headers.contains_key("retry-after"), "{}", last.text());
    assert!(last.text().contains("readonly dir=\"auto\">\n20</textarea>"), "{}", last.text());
}
