//! Nobody is taken for a moderator: not by a name that looks like theirs, nor by their e-mail address.

use rejoinder::model::comment::Status;
use rejoinder::model::role::Role;

use super::{FRAGMENT, github, logged_in, newest, offer, written_by};
use crate::form::Door;

const HELD: &str = "held: uses the name of a moderator";

async fn judged(door: &Door, name: &str, text: &str) -> (Status, String) {
    door.test.advance(60);
    let answer = door.send(&[("author", name), ("comment", text)], &[]).await;
    assert_eq!(answer.status, 302, "{name}: {}", answer.text());
    let comment = newest(door).await;
    (comment.status, comment.reason)
}

#[tokio::test]
async fn a_guest_under_a_look_alike_of_a_moderators_name_waits() {
    let door = Door::without_moderation().await;
    let (free, held) = ((Status::Approved, "approved: nothing held it".into()), (Status::Hold, HELD.into()));
    assert_eq!(judged(&door, "Ada the Member", "before there is an editor").await, free);
    door.member("ada", Role::Editor).await;
    for (at, (name, expected)) in [
        ("ada the member", &held),
        ("ADA THE MEMBER", &held),
        ("Ada the Member ✓", &held),
        ("\u{410}da th\u{435} M\u{435}mber", &held),
        ("Adá thé Mémbér", &held),
        ("ada-the-member", &held),
        ("ada", &held),
        ("Ad\u{430}", &held),
        ("Ada B", &free),
        ("Adam", &free),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(judged(&door, name, &format!("number {at}")).await, *expected, "{name}");
    }
    door.member("cy", Role::Subscriber).await;
    assert_eq!(judged(&door, "cy the member", "a subscriber moderates nothing").await, free);
}

#[tokio::test]
async fn what_is_worse_than_a_name_stays_worse() {
    let door = Door::without_moderation().await;
    door.member("ada", Role::Administrator).await;
    door.option("disallowed_keys", "casino").await;
    assert_eq!(judged(&door, "Ada", "casino").await.0, Status::Trash);
}

#[tokio::test]
async fn a_moderator_may_use_their_own_name_and_another_account_may_not() {
    let door = Door::without_moderation().await;
    offer(&door, "github", "github", "always").await;
    let ada = door.member("ada", Role::Author).await;
    let own = written_by(&door, &ada, "an author under somebody's post").await;
    assert_eq!((own.status, own.reason.as_str()), (Status::Approved, "approved: nothing held it"));
    let twin = logged_in(&door, &github("1", "Ada the member")).await;
    let twin = written_by(&door, &twin, "by GitHub").await;
    assert_eq!((twin.status, twin.reason.as_str()), (Status::Hold, HELD), "however much the log-in is trusted");
}

#[tokio::test]
async fn a_guest_with_a_moderators_address_has_neither_their_picture_nor_their_classes() {
    let door = Door::without_moderation().await;
    door.option("avatar_server", "https://pictures.example/avatar/").await;
    let ada = door.member("ada", Role::Editor).await;
    written_by(&door, &ada, "by Ada").await;
    door.test.advance(60);
    let picture = |page: &str| page.split("src=\"").nth(1).unwrap().split('?').next().unwrap().to_owned();
    let page = door.test.get(FRAGMENT).await.text();
    assert!(page.contains("byuser"), "{page}");
    let hers = picture(&page);
    let guest = Door::without_moderation().await;
    guest.option("avatar_server", "https://pictures.example/avatar/").await;
    guest.member("ada", Role::Editor).await;
    for email in ["ada@members.example", "ADA@members.example"] {
        guest.test.advance(60);
        guest.send(&[("author", "Someone"), ("email", email), ("comment", email)], &[]).await;
    }
    let page = guest.test.get(FRAGMENT).await.text();
    assert!(!page.contains("byuser") && !page.contains("bypostauthor"), "{page}");
    let (token, of_guest) = (hers.rsplit('/').next().unwrap().len(), picture(&page));
    assert_ne!(of_guest.rsplit('/').next().unwrap().len(), token, "no hash for the picture server is sealed in it");
    guest.test.advance(60);
    guest.send(&[("author", "Bob"), ("email", "bob@example.org"), ("comment", "by Bob")], &[]).await;
    let page = guest.test.get(FRAGMENT).await.text();
    let of_bob = picture(page.split("by Bob").next().unwrap().rsplit("<article").next().unwrap());
    assert_eq!(of_bob.rsplit('/').next().unwrap().len(), token, "others are asked for");
}
