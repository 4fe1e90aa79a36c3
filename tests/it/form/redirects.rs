//! Where a guest is sent after a comment was taken (WP 7.1 comments §2.9).

use rejoinder::model::comment::Status;
use rejoinder::model::form_fields::HONEYPOT;
use rejoinder::web::form::preview;
use url::Url;

use super::{Door, JSON, POST_URL};

#[tokio::test]
async fn an_approved_comment_leads_to_itself_or_where_the_form_wants() {
    let door = Door::without_moderation().await;
    for (at, (redirect_to, target)) in [
        (None, POST_URL),
        (Some(""), POST_URL),
        (Some("https://blog.example/thanks?x=1"), "https://blog.example/thanks?x=1"),
        (Some("https://blog.example/thanks#there"), "https://blog.example/thanks"),
        (Some("/thanks"), "http://comments.test/thanks"),
        (Some("http://comments.test/?p=1"), "http://comments.test/?p=1"),
        (Some("https://evil.example/"), POST_URL),
        (Some("//evil.example/"), POST_URL),
        (Some("/\\evil.example/"), POST_URL),
        (Some("javascript:alert(1)"), POST_URL),
        (Some("https://blog.example@evil.example/"), POST_URL),
        (Some("https://blog.example.evil.example/"), POST_URL),
        (Some("http://blog.example/"), POST_URL),
    ]
    .into_iter()
    .enumerate()
    {
        let words = at.to_string();
        let mut fields = vec![("comment", words.as_str())];
        fields.extend(redirect_to.map(|to| ("redirect_to", to)));
        let answer = door.send(&fields, &[]).await;
        let id = door.kept().await.iter().map(|c| c.id.0).max().unwrap();
        assert_eq!(answer.status, 302, "{redirect_to:?}");
        assert_eq!(answer.header("location"), format!("{target}#comment-{id}"), "{redirect_to:?}");
    }
}

#[tokio::test]
async fn a_held_comment_leads_to_the_thread_page_with_its_preview() {
    let door = Door::open().await;
    for (at, redirect_to, before) in [
        (0, "", "http://comments.test/?p=1&"),
        (1, "https://blog.example/thanks?x=1", "https://blog.example/thanks?x=1&"),
    ] {
        let answer = door.send(&[("comment", &*at.to_string()), ("redirect_to", redirect_to)], &[]).await;
        let comment = door.kept().await.into_iter().max_by_key(|c| c.id).unwrap();
        let hash = preview::hash(&door.test.app.secret, &comment);
        assert_eq!(hash.len(), 32);
        let expected = format!("{before}unapproved={0}&moderation-hash={hash}#comment-{0}", comment.id);
        assert_eq!(answer.header("location"), expected);
    }
}

/// On the blog WordPress's rule: with consent a cookie is there, and without an e-mail nobody is known. On
/// our own pages, where cookies prove nothing, the link is always given. Spam learns nothing anywhere.
#[tokio::test]
async fn the_preview_is_for_held_comments_only() {
    let door = Door::open().await;
    door.option("require_name_email", "0").await;
    door.option("disallowed_keys", "casino").await;
    let (blog, own) = (("redirect_to", "https://blog.example/thanks"), ("redirect_to", ""));
    for (words, fields, has_preview) in [
        ("e-mail, on the blog", vec![blog], true),
        ("consent, on the blog", vec![blog, ("wp-comment-cookies-consent", "yes")], false),
        ("no e-mail, on the blog", vec![blog, ("email", "")], false),
        ("consent, on our page", vec![own, ("wp-comment-cookies-consent", "yes")], true),
        ("no e-mail, on our page", vec![own, ("email", "")], true),
        ("casino", vec![own], false),
        ("hidden field", vec![own, (HONEYPOT, "555")], false),
    ] {
        let answer = door.send(&[&fields[..], &[("comment", words)]].concat(), &[]).await;
        assert_eq!(answer.status, 302, "{words}");
        let location = answer.header("location");
        assert_eq!(location.contains("moderation-hash"), has_preview, "{words}: {location}");
    }
}

#[tokio::test]
async fn a_preview_opens_one_held_comment_for_ten_minutes() {
    let door = Door::open().await;
    door.send(&[("comment", "1")], &[]).await;
    let location = Url::parse(door.send(&[("comment", "2")], &[]).await.header("location")).unwrap();
    let given = location.query_pairs().find(|(name, _)| name == "moderation-hash").unwrap().1.into_owned();
    let kept = door.kept().await;
    let (second, first) = (&kept[0], &kept[1]);
    let opens = |comment, given: &str| preview::opens(&door.test.app.secret, comment, given, door.test.clock.now());
    assert!(opens(second, &given));
    assert!(!opens(first, &given), "WordPress's hash would open every comment of that second");
    assert!(!opens(second, &given[..31]));
    assert!(!opens(second, &format!("{given}0")));
    door.test.advance(599);
    assert!(opens(second, &given));
    door.test.advance(1);
    assert!(!opens(second, &given));
    door.set_status(second, Status::Approved).await;
    assert!(!opens(&door.kept().await[0], &given));
}

#[tokio::test]
async fn in_json_the_comment_is_answered() {
    let door = Door::without_moderation().await;
    let answer = door.send(&[("author", "A & B"), ("comment", "one\n\ntwo https://x.example/")], &[JSON]).await;
    assert_eq!(answer.status, 201);
    assert!(answer.header("content-type").starts_with("application/json"));
    let body = answer.json();
    assert_eq!((body["status"].as_str(), body["author_name"].as_str()), (Some("approved"), Some("A & B")));
    assert_eq!((&body["unapproved"], &body["moderation_hash"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    let html = body["content_html"].as_str().unwrap();
    assert!(html.starts_with("<p>one</p>\n<p>two <a href=\"https://x.example/\" rel=\""), "{html}");
}
