//! `store/subscriptions.rs`.

use rejoinder::model::ids::{CommentId, PostId, SubscriptionId};
use rejoinder::model::time::Timestamp;
use rejoinder::store::subscriptions::{self, OfAddress};

use super::{Kept, NOW, at};
use crate::harness::Engine;

crate::on_both_engines! {
    a_wish_is_kept_found_confirmed_and_ended
    what_an_address_has_asked_for_is_counted
    who_is_to_be_told_is_listed_once_and_in_order
    wishes_end_by_address_by_comment_and_by_age
    of_many_at_once_each_has_a_number
    wishes_for_answers_go_with_their_comment
}

type About = (PostId, Option<CommentId>);

async fn insert(kept: &Kept, email: &'static str, about: About, now: Timestamp) -> SubscriptionId {
    let site = kept.site;
    let write = async move |tx: &mut rejoinder::store::Tx| {
        subscriptions::of_address(tx, site, email, about, now).await?;
        subscriptions::insert(tx, site, email, about, now).await
    };
    kept.db().write(write).await.unwrap()
}

async fn confirmed(kept: &Kept, email: &'static str, about: About) -> SubscriptionId {
    let (site, id) = (kept.site, insert(kept, email, about, NOW).await);
    assert!(kept.db().write(async move |tx| subscriptions::confirm(tx, site, id, at(5)).await).await.unwrap());
    id
}

async fn a_wish_is_kept_found_confirmed_and_ended(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, site) = (kept.post("a").await, kept.site);
    let id = insert(&kept, "Ann@Example.org", (post, Some(CommentId(7))), at(1)).await;
    let find = async || subscriptions::find(kept.db(), site, id).await.unwrap();
    let found = find().await.unwrap();
    assert_eq!((found.id, found.post_id, found.comment_id), (id, post, Some(CommentId(7))));
    assert_eq!((found.email.as_str(), found.created_at, found.confirmed_at), ("Ann@Example.org", at(1), None));
    for now in [at(5), at(9)] {
        assert!(kept.db().write(async move |tx| subscriptions::confirm(tx, site, id, now).await).await.unwrap());
        assert_eq!(find().await.unwrap().confirmed_at, Some(at(5)), "the first answer stands");
    }
    let delete = async || kept.db().write(async move |tx| subscriptions::delete(tx, site, id).await).await.unwrap();
    assert!(delete().await);
    assert!(!delete().await);
    assert_eq!(find().await, None);
    assert!(!kept.db().write(async move |tx| subscriptions::confirm(tx, site, id, NOW).await).await.unwrap());
}

async fn what_an_address_has_asked_for_is_counted(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, site) = (kept.post("a").await, kept.site);
    insert(&kept, "ann@example.org", (post, None), at(10)).await;
    insert(&kept, "ann@example.org", (post, Some(CommentId(1))), at(20)).await;
    confirmed(&kept, "ann@example.org", (post, Some(CommentId(2)))).await;
    insert(&kept, "bob@example.org", (post, None), at(20)).await;
    for (about, since, is_there, unconfirmed) in [
        ((post, None), at(9), true, 2),
        ((post, None), at(10), true, 1),
        ((post, Some(CommentId(2))), at(20), true, 0),
        ((post, Some(CommentId(3))), at(20), false, 0),
    ] {
        let ask = async move |tx: &mut rejoinder::store::Tx| {
            subscriptions::of_address(tx, site, "ANN@example.org", about, since).await
        };
        let asked = kept.db().write(ask).await.unwrap();
        assert_eq!(asked, OfAddress { is_there, unconfirmed, all: 3 }, "{about:?} {since:?}");
    }
}

async fn who_is_to_be_told_is_listed_once_and_in_order(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, other, site) = (kept.post("a").await, kept.post("b").await, kept.site);
    let all = confirmed(&kept, "all@example.org", (post, None)).await;
    let replies = confirmed(&kept, "replies@example.org", (post, Some(CommentId(7)))).await;
    let both = confirmed(&kept, "both@example.org", (post, Some(CommentId(7)))).await;
    confirmed(&kept, "both@example.org", (post, None)).await;
    confirmed(&kept, "other@example.org", (other, None)).await;
    insert(&kept, "unconfirmed@example.org", (post, None), NOW).await;
    let both_all = SubscriptionId(both.0 + 1);
    let list = async |parent, author: &str, after, limit| {
        subscriptions::list_to_tell(kept.db(), site, (post, parent), author, SubscriptionId(after), limit)
            .await
            .unwrap()
    };
    assert_eq!(list(Some(CommentId(7)), "", 0, 10).await, [all, replies, both]);
    assert_eq!(list(Some(CommentId(8)), "", 0, 10).await, [all, both_all]);
    assert_eq!(list(None, "", 0, 10).await, [all, both_all]);
    assert_eq!(list(None, "ALL@example.org", 0, 10).await, [both_all], "not who wrote it");
    assert_eq!(list(Some(CommentId(7)), "", 0, 2).await, [all, replies]);
    assert_eq!(list(Some(CommentId(7)), "", replies.0, 2).await, [both]);
}

async fn wishes_end_by_address_by_comment_and_by_age(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, site) = (kept.post("a").await, kept.site);
    confirmed(&kept, "ann@example.org", (post, None)).await;
    insert(&kept, "ann@example.org", (post, Some(CommentId(1))), at(10)).await;
    insert(&kept, "bob@example.org", (post, Some(CommentId(1))), at(11)).await;
    let of = async |email: &str| {
        let found = subscriptions::list_of_address(kept.db(), site, email, 10).await.unwrap();
        found.into_iter().map(|s| s.comment_id.map_or(0, |c| c.0)).collect::<Vec<_>>()
    };
    assert_eq!(of("ANN@example.org").await, [1, 0], "newest first");
    assert_eq!(subscriptions::list_of_address(kept.db(), site, "ann@example.org", 1).await.unwrap().len(), 1);
    let old = async |before| {
        kept.db().write(async move |tx| subscriptions::delete_unconfirmed(tx, before).await).await.unwrap()
    };
    assert_eq!((old(at(10)).await, old(at(11)).await), (0, 1));
    assert_eq!(of("ann@example.org").await, [0], "what is confirmed does not age");
    let of_comment = async |comment| {
        let write = async move |tx: &mut rejoinder::store::Tx| {
            subscriptions::delete_of_comment(tx, site, post, CommentId(comment)).await
        };
        kept.db().write(write).await.unwrap()
    };
    assert_eq!((of_comment(2).await, of_comment(1).await), (0, 1));
    assert_eq!(of("bob@example.org").await, [0; 0]);
    let of_address = async || {
        kept.db()
            .write(async move |tx| subscriptions::delete_of_address(tx, site, "Ann@example.org").await)
            .await
            .unwrap()
    };
    assert_eq!((of_address().await, of_address().await), (1, 0));
}

async fn wishes_for_answers_go_with_their_comment(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, other, site) = (kept.post("a").await, kept.post("b").await, kept.site);
    for (email, about) in [
        ("ann@example.org", (post, Some(CommentId(1)))),
        ("bob@example.org", (post, Some(CommentId(2)))),
        ("cyd@example.org", (post, None)),
    ] {
        confirmed(&kept, email, about).await;
    }
    let moving = async move |tx: &mut rejoinder::store::Tx| {
        subscriptions::move_with_comment(tx, site, post, other, CommentId(1)).await
    };
    assert_eq!((kept.db().write(moving).await.unwrap(), kept.db().write(moving).await.unwrap()), (1, 0));
    for (email, of) in [("ann@example.org", other), ("bob@example.org", post), ("cyd@example.org", post)] {
        let found = subscriptions::list_of_address(kept.db(), site, email, 10).await.unwrap();
        assert_eq!(found.iter().map(|s| s.post_id).collect::<Vec<_>>(), [of], "{email}");
    }
}

async fn of_many_at_once_each_has_a_number(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    let emails = ["a@b.example", "b@b.example", "c@b.example", "d@b.example", "e@b.example", "f@b.example"];
    let inserting = emails.map(|email| insert(&kept, email, (post, None), NOW));
    let mut ids = futures_util::future::join_all(inserting).await;
    ids.sort_unstable();
    assert_eq!(ids, (1..=6).map(SubscriptionId).collect::<Vec<_>>());
}
