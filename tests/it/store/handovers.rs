//! `store/handovers.rs`.

use rejoinder::model::ids::{AccountId, IdentityId, SiteId};
use rejoinder::store::handovers::{self, Handover};

use super::{Kept, at, insert_site};
use crate::harness::Engine;

crate::on_both_engines! {
    a_handover_is_taken_once_by_cookie_and_once_for_good
    handovers_end_with_their_time_their_account_and_their_place
}

const CHALLENGE: &[u8] = b"\0challenge\xff";

fn handover(account_id: AccountId) -> Handover {
    Handover { account_id, identity_id: Some(IdentityId(3)), lasting: true, session_hash: None }
}

async fn insert(kept: &Kept, challenge: &'static [u8], new: Handover, ends: i64) {
    let site = kept.site;
    let write = kept.db().write(async move |tx| handovers::insert(tx, site, challenge, &new, (at(0), at(ends))).await);
    write.await.unwrap();
}

async fn find(kept: &Kept, site: SiteId, challenge: &[u8], now: i64) -> Option<Handover> {
    handovers::find(kept.db(), site, challenge, at(now)).await.unwrap()
}

async fn a_handover_is_taken_once_by_cookie_and_once_for_good(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob, site) = (kept.account("ann").await, kept.account("bob").await, kept.site);
    insert(&kept, CHALLENGE, handover(ann), 1000).await;
    let by_cookie = async |hash: &'static [u8], now| {
        let take = async move |tx: &mut _| handovers::take_for_session(tx, site, CHALLENGE, hash, at(now)).await;
        kept.db().write(take).await.unwrap()
    };
    let first = Handover { session_hash: Some(b"one".to_vec()), ..handover(ann) };
    assert_eq!(by_cookie(b"late", 1000).await, None);
    assert_eq!(by_cookie(b"one", 999).await, Some(first.clone()));
    assert_eq!(by_cookie(b"two", 999).await, None, "once");
    let take = async |now| kept.db().write(async move |tx| handovers::take(tx, site, CHALLENGE, at(now)).await).await;
    assert_eq!(take(1000).await.unwrap(), None);
    assert_eq!(take(999).await.unwrap(), Some(first));
    assert_eq!(take(999).await.unwrap(), None);
    insert(&kept, CHALLENGE, handover(ann), 1000).await;
    by_cookie(b"one", 1).await;
    insert(&kept, CHALLENGE, handover(bob), 2000).await;
    assert_eq!(find(&kept, site, CHALLENGE, 1999).await, Some(handover(bob)), "a second log-in in the same window");
}

async fn handovers_end_with_their_time_their_account_and_their_place(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    let other = insert_site(kept.db(), "other").await;
    for (challenge, account, ends) in [(b"a" as &[u8], ann, 1000), (b"b", bob, 1000), (b"c", bob, 2000)] {
        insert(&kept, challenge, handover(account), ends).await;
    }
    assert_eq!(find(&kept, kept.site, b"a", 999).await, Some(handover(ann)));
    for (site, challenge, now) in [(kept.site, b"a", 1000), (other, b"a", 999), (kept.site, b"x", 999)] {
        assert_eq!(find(&kept, site, challenge, now).await, None);
    }
    assert_eq!(kept.db().write(async move |tx| handovers::delete_of_account(tx, ann).await).await.unwrap(), 1);
    assert_eq!(find(&kept, kept.site, b"a", 1).await, None);
    assert_eq!(kept.db().write(async |tx| handovers::delete_expired(tx, at(1000)).await).await.unwrap(), 1);
    assert_eq!(find(&kept, kept.site, b"c", 1000).await, Some(handover(bob)));
}
