//! The checks of WP 7.1 comments §2.4 in their order: each input fails one check, and those of the checks
//! after it too, and is told of the first.

use rejoinder::model::comment::Status;
use rejoinder::model::ids::PostId;

use super::{Door, JSON};

/// What a check answers: status of the page, status in JSON, code, field, words.
struct Told {
    page: u16,
    json: u16,
    code: &'static str,
    field: Option<&'static str>,
    words: &'static str,
}

const fn told(page: u16, json: u16, code: &'static str, field: Option<&'static str>, words: &'static str) -> Told {
    Told { page, json, code, field, words }
}

const ERROR: &str = "<strong>Error:</strong> ";

async fn expect(door: &Door, fields: &[(&str, &str)], told: &Told) {
    let before = door.kept().await.len();
    let page = door.send(fields, &[]).await;
    assert_eq!(page.status, told.page, "{fields:?}: {}", page.text());
    assert!(page.header("content-type").starts_with("text/html"), "{fields:?}");
    let prefix = if told.page == 200 { ERROR } else { "" };
    let message = format!("<div class=\"wp-die-message\"><p>{prefix}{}</p></div>", told.words);
    assert!(page.text().contains(&message), "{fields:?}: {}", page.text());
    assert!(page.text().contains("<title>Comment Submission Failure</title>"));
    for header in [JSON, ("content-type", "application/json")] {
        let json = door.send(fields, &[header]).await;
        assert_eq!(json.status, told.json, "{fields:?}: {}", json.text());
        let body = json.json();
        assert_eq!(body["code"], told.code, "{fields:?}");
        assert_eq!(body["message"], told.words, "{fields:?}");
        assert_eq!(body["field"].as_str(), told.field, "{fields:?}");
        assert_eq!(body["data"]["status"], told.json);
    }
    assert_eq!(door.kept().await.len(), before, "{fields:?} left something behind");
}

const REPLY: Told = told(
    403,
    403,
    "comment_reply_to_unapproved_comment",
    None,
    "Sorry, replies to unapproved comments are not allowed.",
);
const CLOSED: Told = told(403, 403, "comment_closed", None, "Sorry, comments are closed for this item.");
const LOG_IN: Told = told(403, 403, "not_logged_in", None, "Sorry, you must be logged in to comment.");
const NAME: Told = told(200, 422, "require_name_email", Some("author"), "Please fill the required fields.");
const EMAIL: Told = told(200, 422, "require_name_email", Some("email"), "Please fill the required fields.");
const VALID_EMAIL: Told = told(200, 422, "require_valid_email", Some("email"), "Please enter a valid email address.");
const TEXT: Told = told(200, 422, "require_valid_comment", Some("comment"), "Please type your comment text.");
const URL_LENGTH: Told = told(200, 422, "comment_author_url_column_length", Some("url"), "Your URL is too long.");

#[tokio::test]
async fn the_first_check_that_fails_is_told() {
    let door = Door::without_moderation().await;
    assert_eq!(door.send(&[("comment", "held")], &[]).await.status, 302);
    let parent = door.only().await;
    let long = format!("https://ann.example/{}", "x".repeat(200));
    // Laid one over the other: what is wrong last stays wrong, so that the order of the checks shows.
    let mut fields = vec![("url", long.as_str())];
    expect(&door, &fields, &URL_LENGTH).await;
    fields.push(("comment", " \t\n"));
    expect(&door, &fields, &TEXT).await;
    for email in ["ann", "ann@example", "@example.org", "ann@@example.org", "a b@example.org"] {
        fields.push(("email", email));
        expect(&door, &fields, &VALID_EMAIL).await;
        fields.pop();
    }
    fields.push(("email", " "));
    expect(&door, &fields, &EMAIL).await;
    fields.push(("author", " "));
    expect(&door, &fields, &NAME).await;
    door.option("comment_registration", "1").await;
    expect(&door, &fields, &LOG_IN).await;
    let (site, post) = (door.site.id, door.post);
    let close = async |open| {
        let write = door.test.app.db.write(async move |tx| {
            rejoinder::store::posts::set_comment_status(tx, site, post, open, crate::harness::START).await
        });
        assert!(write.await.unwrap());
    };
    close(false).await;
    expect(&door, &fields, &CLOSED).await;
    let no_post: Vec<(&str, &str)> = [&fields[..], &[("comment_post_ID", "99")]].concat();
    let parent_id = parent.id.to_string();
    for status in [Status::Hold, Status::Spam, Status::Trash] {
        door.set_status(&parent, status).await;
        expect(&door, &[&no_post[..], &[("comment_parent", &parent_id)]].concat(), &REPLY).await;
    }
    for parent in ["77", "-77", "99999999999999999999"] {
        expect(&door, &[&no_post[..], &[("comment_parent", parent)]].concat(), &REPLY).await;
    }
}

/// Check 2: WordPress answers 200 without a body.
#[tokio::test]
async fn a_post_that_is_not_there_is_answered_with_an_empty_page() {
    let door = Door::open().await;
    for id in ["0", "99", "-1", "abc", "", "99999999999999999999"] {
        let page = door.send(&[("comment_post_ID", id)], &[]).await;
        assert_eq!((page.status.as_u16(), page.body.len()), (200, 0), "{id:?}");
        assert!(page.header("cache-control").contains("no-store"));
        let json = door.send(&[("comment_post_ID", id)], &[JSON]).await;
        assert_eq!((json.status.as_u16(), json.json()["code"].as_str()), (404, Some("comment_id_not_found")), "{id:?}");
    }
    assert_eq!(door.kept().await, []);
}

/// Without `require_name_email` anything goes, and what is no e-mail is dropped.
#[tokio::test]
async fn name_and_e_mail_may_be_left_out_where_the_site_says_so() {
    let door = Door::open().await;
    door.option("require_name_email", "0").await;
    let answer = door.send(&[("author", ""), ("email", "nobody"), ("url", "")], &[]).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    let kept = door.only().await;
    assert_eq!((kept.author_name.as_str(), kept.author_email.as_str(), kept.author_url.as_str()), ("", "", ""));
}

/// A reply stands under its parent; a parent under another post is none here.
#[tokio::test]
async fn a_reply_stands_under_its_parent_of_the_same_post() {
    let door = Door::without_moderation().await;
    door.send(&[], &[]).await;
    let parent = door.only().await;
    let other = door.test.post(&door.site, "https://blog.example/other/", "Other").await;
    assert_ne!(other, door.post);
    for (post, parent_id, stands_under) in [
        (door.post, parent.id.to_string(), Some(parent.id)),
        (door.post, format!("-{}", parent.id), Some(parent.id)),
        (other, parent.id.to_string(), None),
    ] {
        let words = format!("to {parent_id} on {post}");
        let fields = [("comment_post_ID", &*post.to_string()), ("comment_parent", &*parent_id), ("comment", &*words)];
        assert_eq!(door.send(&fields, &[]).await.status, 302, "{words}");
        let kept = &door.kept().await[0];
        assert_eq!((kept.post_id, kept.parent_id), (post, stands_under), "{words}");
    }
    assert_ne!(other, PostId(0));
}
