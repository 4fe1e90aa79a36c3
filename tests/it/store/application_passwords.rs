//! `store/application_passwords.rs`.

use rejoinder::error::Error;
use rejoinder::model::application_password::ApplicationPassword;
use rejoinder::model::ids::AccountId;
use rejoinder::store::application_passwords::{self, NewApplicationPassword};

use super::{Kept, NOW, at};
use crate::harness::Engine;

crate::on_both_engines! {
    an_application_password_is_found_by_uuid_and_by_its_number
    its_use_and_its_name_are_noted
    one_is_revoked_or_all_of_an_account
}

fn new(uuid: &str, find_key: i64) -> NewApplicationPassword {
    let name = format!("The {uuid}");
    NewApplicationPassword {
        uuid: uuid.into(),
        app_id: "an app".into(),
        name,
        find_key,
        hash: format!("hash of {uuid}"),
    }
}

async fn insert(kept: &Kept, account: AccountId, uuid: &'static str, find_key: i64, after_millis: i64) {
    let insert = async move |tx: &mut rejoinder::store::Tx| {
        application_passwords::insert(tx, account, &new(uuid, find_key), at(after_millis)).await
    };
    kept.db().write(insert).await.unwrap();
}

async fn uuids(kept: &Kept, account: AccountId) -> Vec<String> {
    let list = application_passwords::list(kept.db(), account).await.unwrap();
    list.into_iter().map(|p| p.uuid).collect()
}

async fn an_application_password_is_found_by_uuid_and_by_its_number(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    insert(&kept, ann, "b", i64::MIN, 2).await;
    insert(&kept, ann, "a", i64::MAX, 1).await;
    insert(&kept, bob, "a", 0, 0).await;
    assert_eq!(uuids(&kept, ann).await, ["a", "b"], "oldest first");
    let found = application_passwords::find(kept.db(), ann, "b").await.unwrap().unwrap();
    let expected = ApplicationPassword {
        uuid: "b".into(),
        app_id: "an app".into(),
        name: "The b".into(),
        created_at: at(2),
        last_used_at: None,
        last_ip: None,
    };
    assert_eq!(found, expected);
    let by_key = async |account, key| application_passwords::find_by_key(kept.db(), account, key).await.unwrap();
    assert_eq!(by_key(ann, i64::MIN).await, Some((expected, "hash of b".into())));
    assert_eq!(by_key(bob, i64::MIN).await, None, "another's");
    assert_eq!(by_key(ann, 0).await, None);
    assert_eq!(application_passwords::find(kept.db(), bob, "b").await.unwrap(), None);
    assert_eq!(kept.db().write(async move |tx| application_passwords::count_in(tx, ann).await).await.unwrap(), 2);
    let again = kept.db().write(async move |tx| application_passwords::insert(tx, ann, &new("a", 1), NOW).await).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
}

async fn its_use_and_its_name_are_noted(engine: Engine) {
    let kept = Kept::on(engine).await;
    let ann = kept.account("ann").await;
    insert(&kept, ann, "a", 1, 0).await;
    insert(&kept, ann, "b", 2, 0).await;
    let renamed = kept.db().write(async move |tx| {
        application_passwords::touch(tx, ann, "a", at(7), "192.0.2.7").await?;
        Ok((
            application_passwords::set_name(tx, ann, "a", "Phone").await?,
            application_passwords::set_name(tx, ann, "c", "Phone").await?,
        ))
    });
    assert_eq!(renamed.await.unwrap(), (true, false));
    let found = application_passwords::find(kept.db(), ann, "a").await.unwrap().unwrap();
    assert_eq!(
        (found.name.as_str(), found.last_used_at, found.last_ip.as_deref()),
        ("Phone", Some(at(7)), Some("192.0.2.7"))
    );
    let other = application_passwords::find(kept.db(), ann, "b").await.unwrap().unwrap();
    assert_eq!((other.name.as_str(), other.last_used_at), ("The b", None));
}

async fn one_is_revoked_or_all_of_an_account(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    for (account, uuid) in [(ann, "a"), (ann, "b"), (ann, "c"), (bob, "a")] {
        insert(&kept, account, uuid, 1, 0).await;
    }
    let deleted = kept.db().write(async move |tx| {
        Ok((application_passwords::delete(tx, ann, "a").await?, application_passwords::delete(tx, ann, "a").await?))
    });
    assert_eq!(deleted.await.unwrap(), (Some("The a".into()), None));
    assert_eq!((uuids(&kept, ann).await, uuids(&kept, bob).await), (vec!["b".into(), "c".into()], vec!["a".into()]));
    assert_eq!(kept.db().write(async move |tx| application_passwords::delete_all(tx, ann).await).await.unwrap(), 2);
    assert_eq!((uuids(&kept, ann).await.len(), uuids(&kept, bob).await.len()), (0, 1));
}
