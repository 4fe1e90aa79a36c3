//! `store/identities.rs`.

use rejoinder::error::Error;
use rejoinder::model::identity::ProvenIdentity;
use rejoinder::model::ids::{AccountId, IdentityId};
use rejoinder::store::{Tx, accounts, identities};

use super::{Kept, NOW, at};
use crate::harness::Engine;

crate::on_both_engines! {
    an_identity_is_found_by_issuer_and_subject_and_by_nothing_else
    a_key_is_taken_once
    what_a_provider_says_later_replaces_all_but_the_key
    an_accounts_identities_are_listed_and_go_one_by_one
    a_tombstone_says_when
}

fn proven(issuer: &str, subject: &str) -> ProvenIdentity {
    ProvenIdentity {
        provider: "github".into(),
        provider_name: "GitHub".into(),
        issuer: issuer.into(),
        subject: subject.into(),
        name: "Ann".into(),
        url: "https://ann.example/".into(),
        picture: "https://ann.example/p.png".into(),
        email: "ann@example.org".into(),
        email_verified: true,
    }
}

async fn insert(kept: &Kept, account: AccountId, new: ProvenIdentity) -> rejoinder::error::Result<IdentityId> {
    kept.db().write(async move |tx| identities::insert(tx, account, &new, NOW).await).await
}

async fn lock(kept: &Kept, issuer: &'static str, subject: &'static str) -> Option<IdentityId> {
    let lock = async move |tx: &mut Tx| identities::lock(tx, issuer, subject).await;
    kept.db().write(lock).await.unwrap().map(|identity| identity.id)
}

async fn an_identity_is_found_by_issuer_and_subject_and_by_nothing_else(engine: Engine) {
    let kept = Kept::on(engine).await;
    let ann = kept.account("ann").await;
    let id = insert(&kept, ann, proven("https://a.example", "1")).await.unwrap();
    assert_eq!(lock(&kept, "https://a.example", "1").await, Some(id));
    let by_key = async |subject| identities::find_by_key(kept.db(), "https://a.example", subject).await.unwrap();
    assert_eq!((by_key("1").await.map(|found| found.id), by_key("2").await), (Some(id), None));
    for (issuer, subject) in
        [("https://b.example", "1"), ("https://a.example", "2"), ("https://a.example", "ann@example.org")]
    {
        assert_eq!(lock(&kept, issuer, subject).await, None, "{issuer} {subject}");
    }
    let found = identities::find(kept.db(), id).await.unwrap().unwrap();
    assert_eq!((found.account_id, &found.proven), (ann, &proven("https://a.example", "1")));
    assert_eq!((found.created_at, found.last_used_at), (NOW, NOW));
    assert_eq!(identities::find(kept.db(), IdentityId(99)).await.unwrap(), None);
}

async fn a_key_is_taken_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    insert(&kept, ann, proven("https://a.example", "1")).await.unwrap();
    let refused = insert(&kept, bob, proven("https://a.example", "1")).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    insert(&kept, bob, proven("https://b.example", "1")).await.unwrap();
}

async fn what_a_provider_says_later_replaces_all_but_the_key(engine: Engine) {
    let kept = Kept::on(engine).await;
    let ann = kept.account("ann").await;
    let id = insert(&kept, ann, proven("https://a.example", "1")).await.unwrap();
    let other = insert(&kept, ann, proven("https://a.example", "2")).await.unwrap();
    let said = ProvenIdentity {
        provider: "oidc".into(),
        provider_name: "Issuer".into(),
        issuer: "ignored".into(),
        subject: "ignored".into(),
        name: "Änn".into(),
        url: String::new(),
        picture: String::new(),
        email: "new@example.org".into(),
        email_verified: false,
    };
    let update = said.clone();
    kept.db().write(async move |tx| identities::update(tx, id, &update, at(5)).await).await.unwrap();
    let found = identities::find(kept.db(), id).await.unwrap().unwrap();
    let expected = ProvenIdentity { issuer: "https://a.example".into(), subject: "1".into(), ..said };
    assert_eq!((&found.proven, found.created_at, found.last_used_at), (&expected, NOW, at(5)));
    assert_eq!(identities::find(kept.db(), other).await.unwrap().unwrap().proven.name, "Ann");
}

async fn an_accounts_identities_are_listed_and_go_one_by_one(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    let first = insert(&kept, ann, proven("https://a.example", "1")).await.unwrap();
    let second = insert(&kept, ann, proven("https://a.example", "2")).await.unwrap();
    insert(&kept, bob, proven("https://a.example", "3")).await.unwrap();
    let list = async || {
        let within = kept.db().write(async move |tx| identities::list_of_account_in(tx, ann).await).await.unwrap();
        let listed = identities::list_of_account(kept.db(), ann).await.unwrap();
        assert_eq!(listed, within);
        listed.into_iter().map(|identity| identity.id).collect::<Vec<_>>()
    };
    assert_eq!(list().await, [first, second]);
    kept.db().write(async move |tx| identities::delete(tx, first).await).await.unwrap();
    assert_eq!(list().await, [second]);
    assert_eq!(identities::list_of_account(kept.db(), bob).await.unwrap().len(), 1);
    assert!(accounts::find(kept.db(), ann).await.unwrap().is_some());
    kept.db().write(async move |tx| identities::delete_of_account(tx, ann).await).await.unwrap();
    assert_eq!(list().await, []);
    assert_eq!(identities::list_of_account(kept.db(), bob).await.unwrap().len(), 1);
}

async fn a_tombstone_says_when(engine: Engine) {
    let kept = Kept::on(engine).await;
    let find = async |hash: &[u8]| identities::find_tombstone(kept.db(), hash).await.unwrap();
    for millis in [1, 2] {
        kept.db().write(async move |tx| identities::insert_tombstone(tx, b"\0a", at(millis)).await).await.unwrap();
        assert_eq!(find(b"\0a").await, Some(at(millis)));
    }
    assert_eq!(find(b"\0b").await, None);
}
