//! The mark beside the name of who was logged in, and that nobody else has one.

use rejoinder::actions::edit_comment::{Changes, edit_comment};
use rejoinder::model::account::Actor;
use rejoinder::model::comment::Status;
use rejoinder::model::identity::ProvenIdentity;
use rejoinder::model::role::Role;
use serde_json::Value;

use super::{FRAGMENT, github, logged_in, newest, offer_as, written_by};
use crate::form::Door;

const MARK: &str = "class=\"proven\"";

#[tokio::test]
async fn who_is_logged_in_has_a_mark_with_words_and_a_guest_has_none() {
    let door = Door::without_moderation().await;
    door.send(&[("comment", "by a guest")], &[]).await;
    let bare = door.test.get(FRAGMENT).await.text();
    assert!(!bare.contains("proven") && !bare.contains("ogged in with"), "{bare}");
    let ann = logged_in(&door, &github("1", "Ann")).await;
    let comment = written_by(&door, &ann, "by Ann").await;
    assert_eq!(comment.proven_by, "GitHub");
    let mark =
        "</b><span class=\"proven\" title=\"Logged in with GitHub\"><span>, logged in with GitHub,</span></span> ";
    for path in [FRAGMENT.to_owned(), format!("/?p={}", door.post)] {
        let page = door.test.get(&path).await.text();
        assert_eq!(page.matches(MARK).count(), 1, "{path}: {page}");
        assert!(page.contains(mark), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_member_with_a_password_is_proven_by_the_site_and_keeps_what_was_true_then() {
    let door = Door::without_moderation().await;
    let ada = door.member("ada", Role::Subscriber).await;
    assert_eq!(written_by(&door, &ada, "as a member").await.proven_by, door.site.name());
    let ann = logged_in(&door, &github("1", "Ann")).await;
    written_by(&door, &ann, "first").await;
    offer_as(&door, "github", "Another Hub", "guests").await;
    written_by(&door, &ann, "second").await;
    let mut by: Vec<_> = door.kept().await.into_iter().map(|c| (c.id, c.proven_by)).collect();
    by.sort();
    let by: Vec<_> = by.iter().map(|(_, by)| by.as_str()).collect();
    assert_eq!(by, [door.site.name(), "GitHub", "Another Hub"]);
}

#[tokio::test]
async fn under_another_name_nothing_is_proven_any_more() {
    let door = Door::without_moderation().await;
    let ann = logged_in(&door, &github("1", "Ann")).await;
    let id = written_by(&door, &ann, "by Ann").await.id;
    let moderator = Actor { role: Role::Administrator, ..Actor::command("test") };
    for (changes, proven_by) in [
        (Changes { content: Some("other words".into()), ..Changes::default() }, "GitHub"),
        (Changes { author: Some("Ann".into()), ..Changes::default() }, "GitHub"),
        (Changes { author: Some("Ada".into()), ..Changes::default() }, ""),
        (Changes { author: Some("Ann".into()), ..Changes::default() }, ""),
    ] {
        edit_comment(&door.test.app, &door.site, &moderator, id, changes).await.unwrap();
        assert_eq!(newest(&door).await.proven_by, proven_by);
    }
}

#[tokio::test]
async fn no_name_and_no_text_of_a_guest_passes_for_the_mark() {
    let door = Door::without_moderation().await;
    for (at, name) in ["Bob ✓", "Bob ✔\u{FE0F}", "☑Bob", "Bob 🗹", "Bob ✅", "Bob √ ✓"].into_iter().enumerate()
    {
        let text = format!("<span class=\"proven\" title=\"Logged in with GitHub\">x</span> {at}");
        door.test.advance(60);
        let answer = door.send(&[("author", name), ("comment", &text)], &[]).await;
        assert_eq!(answer.status, 302, "{name}");
        assert_eq!(newest(&door).await.author_name, name, "it is kept as WordPress keeps it");
        let page = door.test.get(FRAGMENT).await.text();
        assert!(!page.contains("proven") && !page.contains("ogged in with"), "{page}");
        assert_eq!(page.matches("<bdi>Bob</bdi>").count(), at + 1, "{name}: {page}");
    }
    door.test.advance(60);
    door.send(&[("author", "✓"), ("comment", "a mark alone")], &[]).await;
    assert!(door.test.get(FRAGMENT).await.text().contains("<bdi>Anonymous</bdi>"));
}

#[tokio::test]
async fn a_providers_name_is_text_where_it_is_shown() {
    let door = Door::without_moderation().await;
    offer_as(&door, "github", "\"><script>alert(1)</script>", "guests").await;
    let eve = logged_in(&door, &github("1", "Eve")).await;
    written_by(&door, &eve, "hello").await;
    for path in [FRAGMENT.to_owned(), format!("/?p={}", door.post)] {
        let page = door.test.get(&path).await.text();
        assert!(!page.contains("<script>alert") && page.contains(MARK), "{page}");
    }
}

#[tokio::test]
async fn the_rest_api_says_by_whom_and_says_nothing_more_of_guests() {
    let door = Door::without_moderation().await;
    door.send(&[("comment", "by a guest")], &[]).await;
    let ann = logged_in(&door, &github("1", "Ann")).await;
    written_by(&door, &ann, "by Ann").await;
    let shown = door.test.get("/wp-json/wp/v2/comments?order=asc&orderby=id").await.json();
    let meta: Vec<&Value> = shown.as_array().unwrap().iter().map(|c| &c["meta"]).collect();
    let (guest, proven) = (serde_json::json!({"_wp_note_status": null}), "GitHub");
    assert_eq!((meta[0], meta[1]["rejoinder_proven_by"].as_str()), (&guest, Some(proven)));
    let schema = door.test.get("/openapi.json").await.text();
    assert!(schema.contains("rejoinder_proven_by"), "it is described");
}

#[tokio::test]
async fn a_name_that_is_not_the_accounts_has_no_mark() {
    let door = Door::without_moderation().await;
    let ann = logged_in(&door, &github("1", "Ann")).await;
    let comment = written_by(&door, &ann, "held").await;
    door.set_status(&comment, Status::Hold).await;
    assert_eq!(newest(&door).await.proven_by, "GitHub", "moderation changes nothing of it");
    assert!(!door.test.get(FRAGMENT).await.text().contains(MARK));
}

#[tokio::test]
async fn what_the_owner_of_another_site_calls_a_provider_is_not_shown_here() {
    let door = Door::without_moderation().await;
    let named = |provider: &str, provider_name: &str, issuer: &str| ProvenIdentity {
        provider: provider.into(),
        provider_name: provider_name.into(),
        issuer: issuer.into(),
        ..github("1", issuer)
    };
    for (who, shown) in [
        // An OpenID provider of another site's owner, by a famous name.
        (named("oidc", "GitHub", "https://login.evil.example/realm"), "login.evil.example"),
        (named("gitlab", "GitHub", "https://git.evil.example"), "git.evil.example"),
        (named("sso", "GitHub", "sso:7:https://github.com"), "Single sign-on"),
        // Whoever they are, and whatever they called it there.
        (named("github", "The good one", "https://github.com"), "GitHub"),
        (named("mastodon", "m.example", "https://m.example"), "m.example"),
    ] {
        let who_logged_in = logged_in(&door, &who).await;
        let comment = written_by(&door, &who_logged_in, &format!("by {}", who.issuer)).await;
        assert_eq!(comment.proven_by, shown, "{who:?}");
    }
    // What this site's owner calls it is.
    offer_as(&door, "github", "Our GitHub", "guests").await;
    let ann = logged_in(&door, &github("2", "Ann")).await;
    assert_eq!(written_by(&door, &ann, "by ours").await.proven_by, "Our GitHub");
}
