//! The commenter cookies (WP 7.1 comments §2.10): kept with consent, else deleted.

use super::Door;
use crate::harness::Answer;

fn cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect()
}

#[tokio::test]
async fn with_consent_name_e_mail_and_url_are_kept_for_a_year() {
    let door = Door::open().await;
    for consent in ["yes", ""] {
        let fields =
            [("author", "Zoë & Co"), ("comment", consent), ("comment", "x"), ("wp-comment-cookies-consent", consent)];
        let answer = door.send(&[&fields[..], &[("comment", &*format!("consent: {consent}"))]].concat(), &[]).await;
        let cookies = cookies(&answer);
        assert_eq!(cookies.len(), 3, "{cookies:?}");
        for (cookie, (name, value)) in cookies.iter().zip([
            ("comment_author_", "Zo%C3%AB%20%26%20Co"),
            ("comment_author_email_", "ann%40example%2Eorg"),
            ("comment_author_url_", "https%3A%2F%2Fann%2Eexample%2F"),
        ]) {
            let (key, rest) = cookie.split_once('=').unwrap();
            let suffix = key.strip_prefix(name).unwrap();
            assert!(suffix.len() == 32 && suffix.bytes().all(|b| b.is_ascii_hexdigit()), "{cookie}");
            assert_eq!(rest, format!("{value}; Max-Age=31536000; Path=/; SameSite=Lax"));
        }
    }
}

#[tokio::test]
async fn with_consent_an_empty_field_is_forgotten() {
    let door = Door::open().await;
    let answer = door.send(&[("url", ""), ("wp-comment-cookies-consent", "yes")], &[]).await;
    let cookies = cookies(&answer);
    assert!(cookies[1].contains("Max-Age=31536000"), "{cookies:?}");
    assert!(cookies[2].starts_with("comment_author_url_") && cookies[2].contains("=%20; Max-Age=0"), "{cookies:?}");
}

#[tokio::test]
async fn without_consent_they_are_deleted() {
    let door = Door::open().await;
    let answer = door.send(&[], &[]).await;
    let cookies = cookies(&answer);
    assert_eq!(cookies.len(), 3);
    for cookie in cookies {
        assert!(cookie.ends_with("=%20; Max-Age=0; Path=/; SameSite=Lax"), "{cookie}");
    }
    let refused = door.send(&[("comment", "")], &[]).await;
    assert_eq!(refused.headers.get("set-cookie"), None, "a refusal changes nothing");
}

/// Cookies of one site are not sent to another on the same server.
#[tokio::test]
async fn cookies_belong_to_the_path_of_their_site_and_to_https_where_it_has_it() {
    let door = Door::open().await;
    door.test.site("https://second.example").await;
    let fields = [("comment_post_ID", "1"), ("author", "A"), ("email", "a@example.org"), ("comment", "x")];
    let path = format!("/sites/{}/wp-comments-post.php", door.site.slug);
    let answer = door.test.form(&path, &fields, &[]).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    let path = format!("Path=/sites/{}/; SameSite=Lax", door.site.slug);
    assert!(cookies(&answer).iter().all(|c| c.ends_with(&path)), "{:?}", cookies(&answer));
    door.option("siteurl", "https://comments.blog.example").await;
    let secure = [("host", "comments.blog.example")];
    let answer = door.test.form(super::PATH, &[&fields[..3], &[("comment", "y")]].concat(), &secure).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    assert!(cookies(&answer).iter().all(|c| c.ends_with("Path=/; SameSite=Lax; Secure")), "{:?}", cookies(&answer));
}
