//! `store/users.rs`. The REST API's own tests go through each filter and order.

use rejoinder::model::ids::AccountId;
use rejoinder::model::role::Role;
use rejoinder::store::users::{self, Order, Search};
use rejoinder::store::{posts, sites};

use super::{Kept, NOW, insert_site};
use crate::harness::Engine;

crate::on_both_engines! {
    users_are_the_members_of_their_site
}

async fn users_are_the_members_of_their_site(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, other) = (kept.site, insert_site(kept.db(), "other").await);
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    let stranger = kept.account("stranger").await;
    let post = kept.post("a").await;
    kept.db()
        .write(async move |tx| {
            sites::set_member(tx, site, ann, Role::Author).await?;
            sites::set_member(tx, site, bob, Role::Subscriber).await?;
            sites::set_member(tx, other, stranger, Role::Editor).await?;
            posts::set_author(tx, site, post, Some(ann)).await
        })
        .await
        .unwrap();
    let all = [ann.0, bob.0, stranger.0, 99];
    let found = users::find_many(kept.db(), site, &all).await.unwrap();
    let told: Vec<_> = found.iter().map(|u| (u.account.id, u.role, u.has_posts, u.account.created_at)).collect();
    assert_eq!(told, [(ann, Role::Author, true, NOW), (bob, Role::Subscriber, false, NOW)]);
    assert_eq!(users::find_many(kept.db(), site, &[]).await.unwrap(), []);
    let elsewhere = users::find_many(kept.db(), other, &all).await.unwrap();
    assert_eq!(elsewhere.iter().map(|u| u.account.id).collect::<Vec<AccountId>>(), [stranger]);
    for (search, expected) in [
        (Search::default(), vec![bob, ann]),
        (Search { with_posts: true, ..Search::default() }, vec![ann]),
        (Search { roles: vec![Role::Subscriber, Role::Editor], ..Search::default() }, vec![bob]),
        (Search { words: Some("ANN@".into()), ..Search::default() }, vec![]),
        (Search { words: Some("ANN@".into()), words_in_private: true, ..Search::default() }, vec![ann]),
        (Search { exclude: vec![ann.0], ..Search::default() }, vec![bob]),
    ] {
        let found = users::page(kept.db(), site, &search, (Order::Name, true), 10, 0).await.unwrap();
        assert_eq!(found.iter().map(|u| u.account.id).collect::<Vec<_>>(), expected, "{search:?}");
        let count = users::count(kept.db(), site, &search).await.unwrap();
        assert_eq!(count, i64::try_from(expected.len()).unwrap(), "{search:?}");
    }
}
