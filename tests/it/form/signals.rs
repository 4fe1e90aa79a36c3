//! What a form tells about who filled it: the field that people do not see, and the time it took.

use rejoinder::model::comment::Status;
use rejoinder::model::form_fields::{HONEYPOT, TOKEN};
use rejoinder::web::form::token;

use super::{Door, JSON};

#[tokio::test]
async fn a_filled_hidden_field_is_spam_that_looks_held() {
    let door = Door::without_moderation().await;
    let answer = door.send(&[(HONEYPOT, "555-1234")], &[JSON]).await;
    assert_eq!((answer.status.as_u16(), answer.json()["status"].as_str()), (201, Some("hold")));
    let kept = door.only().await;
    assert_eq!((kept.status, kept.reason.as_str()), (Status::Spam, "spam: the hidden field was filled"));
    let person = door.send(&[(HONEYPOT, ""), ("comment", "by hand")], &[JSON]).await;
    assert_eq!(person.json()["status"], "approved");
}

#[tokio::test]
async fn a_form_that_was_filled_too_fast_is_held() {
    let door = Door::without_moderation().await;
    let app = &door.test.app;
    let issue = |site, post, at| token::issue(&app.secret, site, post, at);
    let now = || door.test.clock.now();
    let fresh = issue(door.site.id, door.post.0, now());
    let of_another_post = issue(door.site.id, 99, now());
    let of_another_site = issue(rejoinder::model::ids::SiteId(9), door.post.0, now());
    let send = async |words: &str, token: &str| {
        door.send(&[("comment", words), (TOKEN, token)], &[JSON]).await.json()["status"].as_str().map(str::to_owned)
    };
    let reason = async || door.kept().await.into_iter().max_by_key(|c| c.id).unwrap().reason;
    assert_eq!(send("at once", &fresh).await.as_deref(), Some("hold"));
    assert_eq!(reason().await, "held: written in 0 s, limit 2 s");
    door.test.advance(1);
    assert_eq!(send("after 1 s", &fresh).await.as_deref(), Some("hold"));
    door.test.advance(1);
    assert_eq!(send("after 2 s", &fresh).await.as_deref(), Some("approved"));
    // Forms of WordPress themes have no token, and what is no token of ours tells nothing.
    for (words, token) in [
        ("none", String::new()),
        ("forged", format!("{}.{}", now().0, "0".repeat(64))),
        ("another post's", of_another_post),
        ("another site's", of_another_site),
        ("garbage", "x.y.z".to_owned()),
    ] {
        assert_eq!(send(words, &token).await.as_deref(), Some("approved"), "{words}");
    }
    door.option("form_min_seconds", "0").await;
    let at_once = issue(door.site.id, door.post.0, now());
    assert_eq!(send("no limit", &at_once).await.as_deref(), Some("approved"));
}
