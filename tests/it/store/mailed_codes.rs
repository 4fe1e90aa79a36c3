//! `store/mailed_codes.rs`.

use rejoinder::model::ids::{CommentId, MailedCodeId, SiteId};
use rejoinder::model::mailed_code::{CODE_TRIES_MAX, Details, MailedCode, Purpose};
use rejoinder::store::{Tx, mailed_codes};

use super::{Kept, at, insert_site};
use crate::harness::Engine;

crate::on_both_engines! {
    a_code_is_kept_found_proven_and_taken_once
    tries_are_counted_up_to_the_last
    a_link_is_taken_once
    the_code_of_a_comment_is_found_by_it
    those_of_an_address_are_counted_and_old_ones_go
}

fn code(site: SiteId, handle: &str, created: i64) -> MailedCode {
    MailedCode {
        site_id: site,
        id: MailedCodeId(0),
        purpose: Purpose::LogIn,
        email: "ann@example.org".into(),
        handle: handle.into(),
        browser_hash: Some(b"\0b".to_vec()),
        code_hash: b"\0c".to_vec(),
        token_hash: Some(format!("token {handle}").into_bytes()),
        tries: 0,
        comment_id: None,
        details: Details { provider: "email".into(), handover: Some("00ff".into()), ..Details::default() },
        created_at: at(created),
        expires_at: at(created + 100),
        proven_at: None,
    }
}

async fn insert(kept: &Kept, new: MailedCode) -> MailedCodeId {
    kept.db().write(async move |tx| mailed_codes::insert(tx, &new, "ann@example.org").await).await.unwrap()
}

async fn a_code_is_kept_found_proven_and_taken_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, other) = (kept.site, insert_site(kept.db(), "other").await);
    let id = insert(&kept, code(site, "one", 0)).await;
    let stored = MailedCode { id, ..code(site, "one", 0) };
    assert_eq!(mailed_codes::find(kept.db(), site, id).await.unwrap(), Some(stored.clone()));
    assert_eq!(mailed_codes::find(kept.db(), other, id).await.unwrap(), None);
    let by_handle = async |site, now| mailed_codes::find_by_handle(kept.db(), site, "one", at(now)).await.unwrap();
    assert_eq!(by_handle(site, 99).await, Some(stored.clone()));
    assert_eq!((by_handle(site, 100).await, by_handle(other, 0).await), (None, None));
    let take = async |now| {
        let take = async move |tx: &mut Tx| mailed_codes::take_proven(tx, site, "one", at(now)).await;
        kept.db().write(take).await.unwrap()
    };
    assert!(!take(1).await, "it is not proven yet");
    let prove = async move |tx: &mut Tx| mailed_codes::set_proven(tx, site, id, at(2), at(200)).await;
    kept.db().write(prove).await.unwrap();
    let proven = MailedCode { proven_at: Some(at(2)), token_hash: None, expires_at: at(200), ..stored };
    assert_eq!(by_handle(site, 199).await, Some(proven));
    let count = async move |tx: &mut Tx| mailed_codes::count_try(tx, site, "one", at(3)).await;
    assert_eq!(kept.db().write(count).await.unwrap(), None, "what is proven is not guessed");
    assert!(!take(200).await && take(199).await && !take(199).await);
    assert_eq!(by_handle(site, 3).await, None);
    let used = mailed_codes::find(kept.db(), site, id).await.unwrap().unwrap();
    assert_eq!(used.details, Details::default(), "where it led is forgotten");
}

async fn the_code_of_a_comment_is_found_by_it(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, comment) = (kept.site, CommentId(7));
    let id = insert(&kept, MailedCode { comment_id: Some(comment), ..code(site, "one", 0) }).await;
    let find = async |comment, now| mailed_codes::find_of_comment(kept.db(), site, comment, at(now)).await.unwrap();
    assert_eq!(find(comment, 99).await.map(|code| code.id), Some(id));
    assert_eq!((find(comment, 100).await, find(CommentId(8), 0).await), (None, None));
}

async fn tries_are_counted_up_to_the_last(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    insert(&kept, code(site, "one", 0)).await;
    let count = async |now| {
        let count = async move |tx: &mut Tx| mailed_codes::count_try(tx, site, "one", at(now)).await;
        kept.db().write(count).await.unwrap().map(|code| code.tries)
    };
    assert_eq!(count(100).await, None, "too late");
    for n in 1..=CODE_TRIES_MAX {
        assert_eq!(count(1).await, Some(n));
    }
    assert_eq!(count(1).await, None);
}

async fn a_link_is_taken_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    let id = insert(&kept, code(site, "one", 0)).await;
    let find = async |now| mailed_codes::find_by_link(kept.db(), site, b"token one", at(now)).await.unwrap();
    assert_eq!(find(99).await.map(|code| code.id), Some(id));
    assert_eq!(find(100).await, None);
    let take = async |now| {
        let take = async move |tx: &mut Tx| mailed_codes::take_link(tx, site, b"token one", at(now)).await;
        kept.db().write(take).await.unwrap()
    };
    assert!(!take(100).await && take(99).await && !take(99).await);
    assert_eq!(find(1).await, None);
    assert!(
        mailed_codes::find_by_handle(kept.db(), site, "one", at(1)).await.unwrap().is_some(),
        "the code works still"
    );
}

async fn those_of_an_address_are_counted_and_old_ones_go(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    for (handle, created) in [("a", 0), ("b", 10), ("c", 20)] {
        insert(&kept, code(site, handle, created)).await;
    }
    let count = async |key: &'static str, since| {
        let count = async move |tx: &mut Tx| mailed_codes::of_address(tx, key, at(since)).await;
        kept.db().write(count).await.unwrap()
    };
    assert_eq!(count("ann@example.org", -1).await, (3, Some(at(20))));
    assert_eq!(count("ann@example.org", 0).await, (2, Some(at(20))));
    assert_eq!(count("bob@example.org", -1).await, (0, None));
    let delete = async |now, counted, limit| {
        let delete = async move |tx: &mut Tx| mailed_codes::delete_expired(tx, at(now), at(counted), limit).await;
        kept.db().write(delete).await.unwrap()
    };
    assert_eq!(delete(99, 99, 9).await, 0);
    assert_eq!(delete(1_000, -1, 9).await, 0, "they are counted still");
    assert_eq!((delete(110, 1_000, 1).await, delete(110, 1_000, 9).await), (1, 1));
    assert_eq!(count("ann@example.org", -1).await, (1, Some(at(20))));
}
