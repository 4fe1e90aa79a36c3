//! Checks 13 and 14: the same words again, and too soon.

use rejoinder::model::comment::Status;

use super::{Door, JSON};
use crate::harness::{Engine, Setup};

#[tokio::test]
async fn the_same_words_again_are_refused() {
    let door = Door::open().await;
    let first = [("author", "José"), ("comment", "Déjà vu & <b>more</b> https://x.example/")];
    assert_eq!(door.send(&first, &[]).await.status, 302);
    for (name, fields, status) in [
        ("same", first.to_vec(), 409),
        ("case and accents", vec![("author", "JOSE"), ("comment", "deja VU & <b>MORE</b> https://x.example/")], 409),
        ("filtered alike", vec![first[0], ("comment", "Déjà vu &amp; <b>more</b> https://x.example/")], 409),
        ("without an e-mail", vec![first[0], first[1], ("email", "")], 200),
        ("another name", vec![("author", "Ann"), first[1]], 201),
        ("another e-mail", vec![first[0], first[1], ("email", "b@example.org")], 201),
        ("other words", vec![first[0], ("comment", "Déjà vu")], 201),
    ] {
        let answer = door.send(&fields, &[JSON]).await;
        // Without an e-mail the form is incomplete before it is a repetition.
        let expected = if status == 200 { 422 } else { status };
        assert_eq!(answer.status.as_u16(), expected, "{name}: {}", answer.text());
        if status == 409 {
            assert_eq!(
                (answer.json()["code"].as_str(), answer.json()["field"].as_str()),
                (Some("comment_duplicate"), Some("comment"))
            );
        }
    }
    let page = door.send(&first, &[]).await;
    assert_eq!(page.status, 409);
    assert!(page.text().contains("<p>Duplicate comment detected; it looks as though you’ve already said that!</p>"));
}

#[tokio::test]
async fn the_same_words_elsewhere_or_after_the_trash_are_taken() {
    let door = Door::without_moderation().await;
    door.send(&[], &[]).await;
    let first = door.only().await;
    let other = door.test.post(&door.site, "https://blog.example/other/", "Other").await.to_string();
    let parent = first.id.to_string();
    for fields in [vec![("comment_post_ID", other.as_str())], vec![("comment_parent", parent.as_str())]] {
        assert_eq!(door.send(&fields, &[]).await.status, 302, "{fields:?}");
    }
    for (status, code) in [(Status::Spam, 409), (Status::Hold, 409), (Status::Trash, 302)] {
        door.set_status(&first, status).await;
        assert_eq!(door.send(&[], &[]).await.status, code, "{status:?}");
    }
}

/// A program with limits behind a proxy, so that a test has many addresses.
async fn limited() -> Door {
    let proxies = vec!["127.0.0.1/32".parse().unwrap()];
    Door::with(Engine::Sqlite, Setup { limited: true, trusted_proxies: proxies, ..Setup::default() }).await
}

#[tokio::test]
async fn fifteen_seconds_lie_between_two_comments_of_an_address_or_an_e_mail() {
    let door = limited().await;
    let send = async |words: &str, email: &str, ip: &str| {
        door.send(&[("comment", words), ("email", email)], &[JSON, ("x-forwarded-for", ip)]).await
    };
    assert_eq!(send("1", "a@example.org", "192.0.2.1").await.status, 201);
    let too_soon = send("2", "b@example.org", "192.0.2.1").await;
    assert_eq!((too_soon.status.as_u16(), too_soon.header("retry-after")), (429, "15"));
    assert_eq!(too_soon.json()["code"], "comment_flood");
    assert_eq!(too_soon.json()["message"], "You are posting comments too quickly. Slow down.");
    assert_eq!(send("3", "A@EXAMPLE.org", "192.0.2.2").await.status, 429, "the same e-mail from elsewhere");
    assert_eq!(send("4", "b@example.org", "192.0.2.2").await.status, 201, "neither");
    door.test.advance(14);
    assert_eq!(send("5", "a@example.org", "192.0.2.1").await.status, 429);
    door.test.advance(1);
    assert_eq!(send("6", "a@example.org", "192.0.2.1").await.status, 201);
    door.option("comment_flood_seconds", "0").await;
    assert_eq!(send("7", "a@example.org", "192.0.2.1").await.status, 201);
    let page = {
        door.option("comment_flood_seconds", "60").await;
        door.send(&[("comment", "8"), ("email", "a@example.org")], &[("x-forwarded-for", "192.0.2.1")]).await
    };
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "60"));
    assert!(page.text().contains("<p>You are posting comments too quickly. Slow down.</p>"));
}

#[tokio::test]
async fn a_repetition_is_told_before_a_flood() {
    let door = limited().await;
    assert_eq!(door.send(&[], &[]).await.status, 302);
    assert_eq!(door.send(&[], &[]).await.status, 409);
    assert_eq!(door.send(&[("comment", "more")], &[]).await.status, 429);
}

#[tokio::test]
async fn without_limits_there_is_no_flood() {
    let door = Door::open().await;
    for n in 0..30 {
        assert_eq!(door.send(&[("comment", &n.to_string())], &[]).await.status, 302, "{n}");
    }
}

/// 20 at once, then one in 6 s: the flood check slows a person, this stops a robot with many e-mails.
#[tokio::test]
async fn a_network_has_a_limit_of_comments() {
    let door = limited().await;
    door.option("comment_flood_seconds", "0").await;
    for n in 0..20 {
        let answer = door.send(&[("comment", &n.to_string())], &[JSON]).await;
        assert_eq!(answer.status, 201, "{n}: {}", answer.text());
    }
    let answer = door.send(&[("comment", "one more")], &[JSON]).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), "6");
    assert_eq!(door.kept().await.len(), 20);
    let elsewhere = door.send(&[("comment", "from elsewhere")], &[("x-forwarded-for", "192.0.2.9")]).await;
    assert_eq!(elsewhere.status, 302);
    door.test.advance(6);
    assert_eq!(door.send(&[("comment", "one more")], &[JSON]).await.status, 201, "when it said");
}

/// Sixteen times as many as an IPv6 /64: who owns a /48 owns 65,536 of the narrow ones, and would be without a limit.
#[tokio::test]
async fn a_wide_network_has_a_limit_of_comments_too() {
    const WIDE: usize = 320;
    let door = limited().await;
    door.option("comment_flood_seconds", "0").await;
    let from = async |network: &str, n: usize| {
        let (text, address) = (format!("{network} {n}"), format!("{network}:{n:x}::1"));
        door.send(&[("comment", text.as_str())], &[("x-forwarded-for", address.as_str()), JSON]).await
    };
    for n in 0..WIDE {
        let answer = from("2001:db8:7", n).await;
        assert_eq!(answer.status, 201, "{n}: {}", answer.text());
    }
    let refused = from("2001:db8:7", WIDE).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "1"), "{}", refused.text());
    assert_eq!(from("2001:db8:8", 0).await.status, 201, "another /48");
}
