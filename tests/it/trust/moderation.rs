//! Who posts without moderation, by the way they are logged in; and who is known by what was approved before.

use rejoinder::model::comment::Status;
use rejoinder::model::identity::ProvenIdentity;
use rejoinder::model::role::Role;

use super::{github, logged_in, newest, offer, written_by};
use crate::form::Door;
use crate::harness::{Engine, Setup};

const ALL_HELD: &str = "held: every comment is moderated";
const UNKNOWN: &str = "held: the author has no approved comment yet";
const TRUSTED: &str = "approved: logged in by a trusted way";

async fn moderated() -> Door {
    let door = Door::open().await;
    door.option("comment_moderation", "1").await;
    door
}

#[tokio::test]
async fn a_provider_lifts_what_its_owner_said_and_nothing_else() {
    for (trust, at_first, once_approved) in [
        ("guests", ALL_HELD, ALL_HELD),
        ("approved", ALL_HELD, TRUSTED),
        ("verified-email", ALL_HELD, ALL_HELD),
        ("always", TRUSTED, TRUSTED),
    ] {
        let door = moderated().await;
        offer(&door, "github", "github", trust).await;
        let ann = logged_in(&door, &github("1", "Ann")).await;
        let first = written_by(&door, &ann, "first").await;
        assert_eq!(first.reason, at_first, "{trust}");
        door.set_status(&first, Status::Approved).await;
        assert_eq!(written_by(&door, &ann, "second").await.reason, once_approved, "{trust}");
        let links = "https://a.example/ https://b.example/";
        let expected = if once_approved == TRUSTED { "held: 2 links, limit 2" } else { ALL_HELD };
        assert_eq!(written_by(&door, &ann, links).await.reason, expected, "{trust}: links");
        door.option("moderation_keys", "casino").await;
        assert_ne!(written_by(&door, &ann, "casino").await.status, Status::Approved, "{trust}: words");
        door.option("disallowed_keys", "poker").await;
        assert_eq!(written_by(&door, &ann, "poker").await.status, Status::Trash, "{trust}: disallowed words");
        let bob = logged_in(&door, &github("2", "Bob")).await;
        let expected = if trust == "always" { TRUSTED } else { ALL_HELD };
        assert_eq!(written_by(&door, &bob, "another account").await.reason, expected, "{trust}");
    }
}

#[tokio::test]
async fn a_verified_address_is_one_that_the_provider_vouches_for() {
    let door = moderated().await;
    offer(&door, "github", "github", "verified-email").await;
    for (subject, email, email_verified, reason) in
        [("1", "ann@example.org", true, TRUSTED), ("2", "bob@example.org", false, ALL_HELD), ("3", "", false, ALL_HELD)]
    {
        let who = ProvenIdentity { email: email.into(), email_verified, ..github(subject, subject) };
        let who = logged_in(&door, &who).await;
        assert_eq!(written_by(&door, &who, subject).await.reason, reason, "{email}");
    }
}

#[tokio::test]
async fn only_a_provider_of_this_issuer_that_is_switched_on_counts_and_the_strictest_decides() {
    let door = moderated().await;
    let ann = logged_in(&door, &github("1", "Ann")).await;
    assert_eq!(written_by(&door, &ann, "none is offered").await.reason, ALL_HELD);
    offer(&door, "gitlab", "gitlab", "always").await;
    assert_eq!(written_by(&door, &ann, "another is").await.reason, ALL_HELD);
    let elsewhere = ProvenIdentity { issuer: "https://github.evil.example".into(), ..github("1", "Eve") };
    offer(&door, "github", "github", "always").await;
    let eve = logged_in(&door, &elsewhere).await;
    assert_eq!(written_by(&door, &eve, "of another issuer").await.reason, ALL_HELD);
    assert_eq!(written_by(&door, &ann, "this one").await.reason, TRUSTED);
    offer(&door, "github", "github-2", "guests").await;
    assert_eq!(written_by(&door, &ann, "two of them").await.reason, ALL_HELD);
}

#[tokio::test]
async fn local_accounts_have_a_choice_of_their_own() {
    let door = moderated().await;
    let ada = door.member("ada", Role::Subscriber).await;
    assert_eq!(written_by(&door, &ada, "as guests").await.reason, ALL_HELD);
    door.option("trust_accounts", "always").await;
    assert_eq!(written_by(&door, &ada, "always").await.reason, TRUSTED);
    door.option("trust_accounts", "verified-email").await;
    assert_eq!(written_by(&door, &ada, "a password proves no address").await.reason, ALL_HELD);
    door.test.advance(60);
    door.send(&[("comment", "a guest")], &[]).await;
    assert_eq!(newest(&door).await.reason, ALL_HELD);
}

/// Isso's hole, and WordPress's: equal addresses that nobody verified make strangers one author.
#[tokio::test]
async fn attack_by_the_address_of_an_approved_author() {
    let door = Door::open().await;
    let ada = door.member("ada", Role::Subscriber).await;
    let first = written_by(&door, &ada, "first").await;
    assert_eq!(first.reason, UNKNOWN);
    door.set_status(&first, Status::Approved).await;
    assert_eq!(written_by(&door, &ada, "known by her account").await.status, Status::Approved);
    // A guest with the account's name and address.
    door.test.advance(60);
    let guest = [("author", first.author_name.as_str()), ("email", first.author_email.as_str()), ("comment", "as Ada")];
    door.send(&guest, &[]).await;
    assert_eq!(newest(&door).await.reason, UNKNOWN, "a guest does not profit from an account");
    // An account with the name and address of an approved guest.
    door.test.advance(60);
    door.send(&[("comment", "a guest")], &[]).await;
    let ann = newest(&door).await;
    door.set_status(&ann, Status::Approved).await;
    let who = ProvenIdentity { email: ann.author_email.clone(), email_verified: true, ..github("1", &ann.author_name) };
    let who = logged_in(&door, &who).await;
    let twin = written_by(&door, &who, "as Ann").await;
    assert_eq!((twin.author_email, twin.reason.as_str()), (ann.author_email, UNKNOWN));
    // Guests stay as WordPress has them.
    door.test.advance(60);
    door.send(&[("comment", "the guest again")], &[]).await;
    assert_eq!(newest(&door).await.reason, "approved: previously approved author");
}

#[tokio::test]
async fn an_account_without_an_address_is_known_and_is_not_too_fast() {
    let door = Door::with(Engine::Sqlite, Setup { limited: true, ..Setup::default() }).await;
    let ann = logged_in(&door, &github("1", "Ann")).await;
    let first = written_by(&door, &ann, "first").await;
    assert_eq!(first.author_email, "");
    door.set_status(&first, Status::Approved).await;
    door.test.advance(60);
    assert_eq!(written_by(&door, &ann, "second").await.reason, "approved: previously approved author");
    let flood = door.send_as(&ann, &[("comment", "third")]).await;
    assert_eq!(flood.status, 429, "{}", flood.text());
}
