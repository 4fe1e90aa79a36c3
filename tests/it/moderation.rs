//! The rules of moderation through the door, each on both sides of its limit, with the reason that the
//! moderator reads (WP 7.1 comments §3).

use rejoinder::model::comment::{Comment, Status};

use crate::form::Door;

/// The comment that this form becomes.
async fn judged(door: &Door, fields: &[(&str, &str)]) -> Comment {
    let answer = door.send(fields, &[("user-agent", "Browser/1")]).await;
    assert_eq!(answer.status, 302, "{fields:?}: {}", answer.text());
    door.kept().await.into_iter().max_by_key(|comment| comment.id).unwrap()
}

async fn expect(door: &Door, fields: &[(&str, &str)], status: Status, reason: &str) {
    let comment = judged(door, fields).await;
    assert_eq!((comment.status, comment.reason.as_str()), (status, reason), "{fields:?}: {}", comment.content);
}

const NOTHING: &str = "approved: nothing held it";

#[tokio::test]
async fn every_comment_is_held_where_the_site_wants_it() {
    let door = Door::without_moderation().await;
    expect(&door, &[("comment", "1")], Status::Approved, NOTHING).await;
    door.option("comment_moderation", "1").await;
    expect(&door, &[("comment", "2")], Status::Hold, "held: every comment is moderated").await;
}

#[tokio::test]
async fn as_many_links_as_the_limit_are_held() {
    let door = Door::without_moderation().await;
    for (limit, content, reason) in [
        ("2", "one https://a.example/", None),
        ("2", "two https://a.example/ https://b.example/", Some("held: 2 links, limit 2")),
        ("2", "a <a href=\"https://a.example\">link</a> and https://b.example/", Some("held: 2 links, limit 2")),
        ("2", "<code>https://a.example/ https://b.example/</code>", None),
        ("2", "www.a.example or me@a.example", Some("held: 2 links, limit 2")),
        ("2", "me@a.example, but <code>www.a.example</code>", None),
        ("2", "<a>no</a> <abbr title=\"href\">links</abbr>", None),
        ("3", "again two https://a.example/ https://b.example/", None),
        ("3", "three https://a.example/ https://b.example/ https://c.example/", Some("held: 3 links, limit 3")),
        ("1", "now one https://a.example/", Some("held: 1 link, limit 1")),
        ("0", "many https://a.example/ https://b.example/ https://c.example/", None),
    ] {
        door.option("comment_max_links", limit).await;
        let (status, reason) = reason.map_or((Status::Approved, NOTHING), |reason| (Status::Hold, reason));
        expect(&door, &[("comment", content)], status, reason).await;
    }
}

/// The fields that keys are looked for in, each with a text that has the key and one that has not.
#[tokio::test]
async fn a_moderation_key_anywhere_holds() {
    let door = Door::without_moderation().await;
    for (at, (key, field, value, place)) in [
        ("Ann", "author", "Joanna", Some("author")),
        ("ann", "author", "ÄNN", Some("author")),
        ("evil.example", "email", "a@evil.example", Some("e-mail")),
        ("spam.example", "url", "https://spam.example/", Some("URL")),
        ("déjà", "comment", "DEJA vu", Some("content")),
        ("don't", "comment", "I don't know", Some("content")),
        ("half", "comment", "<b>ha</b>lf", Some("content")),
        ("127.0.0", "comment", "by address", Some("IP address")),
        ("browser/", "comment", "by agent", Some("user agent")),
        ("a.*b", "comment", "axxb", None),
        ("“quoted” words", "comment", "\"quoted\" words", Some("content")),
        ("\"straight\" words", "comment", "\"straight\" words", Some("content")),
        ("nofollow", "comment", "a link https://a.example/", None),
        ("casino", "comment", "cas ino", None),
        ("0", "comment", "10", None),
    ]
    .into_iter()
    .enumerate()
    {
        door.option("moderation_keys", &format!("unheard of\n{key}")).await;
        let words = format!("number {}", ["one", "two", "three", "four"].get(at).unwrap_or(&"more"));
        let mut fields = vec![("comment", words.as_str()), (field, value)];
        if field == "comment" {
            fields.remove(0);
        }
        if field != "author" {
            fields.push(("author", "Bob"));
        }
        let reason = place.map(|place| format!("held: moderation key “{key}” in the {place}"));
        let (status, reason) = reason.as_deref().map_or((Status::Approved, NOTHING), |r| (Status::Hold, r));
        expect(&door, &fields, status, reason).await;
    }
}

#[tokio::test]
async fn an_author_needs_an_approved_comment() {
    let door = crate::form::Door::open().await;
    let held = "held: the author has no approved comment yet";
    let known = "approved: previously approved author";
    expect(&door, &[("comment", "first")], Status::Hold, held).await;
    expect(&door, &[("comment", "second")], Status::Hold, held).await;
    door.set_status(&door.kept().await[0], Status::Approved).await;
    expect(&door, &[("comment", "third")], Status::Approved, known).await;
    expect(&door, &[("comment", "fourth"), ("author", "ÁNN"), ("email", "ANN@example.org")], Status::Approved, known)
        .await;
    expect(&door, &[("comment", "fifth"), ("author", "Anna")], Status::Hold, held).await;
    expect(&door, &[("comment", "sixth"), ("email", "b@example.org")], Status::Hold, held).await;
    door.option("require_name_email", "0").await;
    expect(&door, &[("comment", "seventh"), ("email", "")], Status::Hold, held).await;
    door.option("comment_previously_approved", "0").await;
    expect(&door, &[("comment", "eighth"), ("email", "b@example.org")], Status::Approved, NOTHING).await;
}

#[tokio::test]
async fn a_disallowed_key_is_trash_or_spam_where_there_is_no_trash() {
    let door = Door::without_moderation().await;
    door.option("disallowed_keys", "casino\nhalf").await;
    expect(&door, &[("comment", "CASINO")], Status::Trash, "trash: disallowed key “casino” in the content").await;
    expect(&door, &[("comment", "<b>ha</b>lf")], Status::Trash, "trash: disallowed key “half” in the content").await;
    expect(&door, &[("author", "Casino")], Status::Trash, "trash: disallowed key “casino” in the author").await;
    expect(&door, &[("comment", "cas ino")], Status::Approved, NOTHING).await;
    door.option("empty_trash_days", "0").await;
    expect(&door, &[("comment", "casino again")], Status::Spam, "spam: disallowed key “casino” in the content").await;
    // To the sender it looks like any other: a 302 to the post.
    let answer = door.send(&[("comment", "casino once more")], &[]).await;
    assert!(
        answer.header("location").starts_with("https://blog.example/a-post/#comment-"),
        "{}",
        answer.header("location")
    );
}

/// The disallowed list goes before all, then the form's own signals, then the rules in WordPress's order.
#[tokio::test]
async fn the_first_rule_that_fits_decides() {
    let door = crate::form::Door::open().await;
    door.option("disallowed_keys", "casino").await;
    door.option("moderation_keys", "poker").await;
    door.option("comment_moderation", "1").await;
    let honeypot = (rejoinder::model::form_fields::HONEYPOT, "x");
    let words = "casino poker https://a.example/ https://b.example/";
    expect(&door, &[honeypot, ("comment", words)], Status::Trash, "trash: disallowed key “casino” in the content")
        .await;
    let words = "poker https://a.example/ https://b.example/";
    expect(&door, &[honeypot, ("comment", words)], Status::Spam, "spam: the hidden field was filled").await;
    expect(&door, &[("comment", &format!("1 {words}"))], Status::Hold, "held: every comment is moderated").await;
    door.option("comment_moderation", "0").await;
    expect(&door, &[("comment", &format!("2 {words}"))], Status::Hold, "held: 2 links, limit 2").await;
    expect(&door, &[("comment", "3 poker")], Status::Hold, "held: moderation key “poker” in the content").await;
    expect(&door, &[("comment", "4")], Status::Hold, "held: the author has no approved comment yet").await;
}
