//! `store/sessions.rs`.

use rejoinder::model::ids::{AccountId, IdentityId};
use rejoinder::model::session::Scope;
use rejoinder::store::sessions::{self, Session};

use super::{Kept, NOW, at};
use crate::harness::Engine;

crate::on_both_engines! {
    a_session_is_found_until_it_ends
    sessions_are_ended_one_by_one_by_account_and_by_age
    the_sessions_of_an_account_are_listed_the_last_used_first
}

async fn the_sessions_of_an_account_are_listed_the_last_used_first(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    for (token, account, ends) in [(b"a" as &[u8], ann, 1000), (b"b", ann, 1000), (b"c", bob, 1000), (b"d", ann, 500)] {
        begin(&kept, token, session(account, ends)).await;
    }
    kept.db().write(async |tx| sessions::touch(tx, b"b", at(60), NOW).await).await.unwrap();
    let list = async |now, seen_since, limit| {
        let listed = sessions::list_of_account(kept.db(), ann, at(now), at(seen_since), limit).await.unwrap();
        listed.into_iter().map(|s| String::from_utf8(s.token_hash).unwrap()).collect::<String>()
    };
    assert_eq!(list(499, 0, 9).await, "bad");
    assert_eq!(list(500, 0, 9).await, "ba", "one has ended");
    assert_eq!(list(500, 1, 9).await, "b", "one was not used since");
    assert_eq!(list(500, 0, 1).await, "b");
    let first = sessions::list_of_account(kept.db(), ann, NOW, NOW, 1).await.unwrap().remove(0);
    let told = (first.created_at, first.seen_at, first.ip.as_str(), first.agent.as_str());
    assert_eq!(told, (NOW, at(60), "192.0.2.1", "Agent"));
}

fn session(account: AccountId, ends_in_millis: i64) -> Session {
    let (scope, identity_id, csrf_token) = (Scope::Desk, Some(IdentityId(7)), "csrf".into());
    Session { account_id: account, scope, identity_id, csrf_token, seen_at: NOW, expires_at: at(ends_in_millis) }
}

async fn begin(kept: &Kept, token: &'static [u8], session: Session) {
    kept.db().write(async move |tx| sessions::insert(tx, token, &session, "192.0.2.1", "Agent").await).await.unwrap();
}

async fn there(kept: &Kept) -> Vec<&'static str> {
    let mut found = Vec::new();
    for token in ["a", "b", "c"] {
        if sessions::find(kept.db(), token.as_bytes(), NOW).await.unwrap().is_some() {
            found.push(token);
        }
    }
    found
}

async fn a_session_is_found_until_it_ends(engine: Engine) {
    let kept = Kept::on(engine).await;
    let ann = kept.account("ann").await;
    begin(&kept, b"\0\xff", session(ann, 1000)).await;
    let find = async |now| sessions::find(kept.db(), b"\0\xff", now).await.unwrap();
    assert_eq!(find(at(999)).await, Some(session(ann, 1000)));
    assert_eq!(find(at(1000)).await, None);
    kept.db().write(async |tx| sessions::touch(tx, b"\0\xff", at(60), NOW).await).await.unwrap();
    assert_eq!(find(at(61)).await.unwrap().seen_at, at(60));
    assert_eq!(sessions::find(kept.db(), b"\0", NOW).await.unwrap(), None);
}

async fn sessions_are_ended_one_by_one_by_account_and_by_age(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    for (token, account) in [(b"a" as &[u8], ann), (b"b", ann), (b"c", bob)] {
        begin(&kept, token, session(account, 1000)).await;
    }
    assert_eq!(kept.db().write(async move |tx| sessions::delete_others(tx, ann, b"b").await).await.unwrap(), 1);
    assert_eq!(there(&kept).await, ["b", "c"]);
    kept.db().write(async |tx| sessions::delete(tx, b"c").await).await.unwrap();
    assert_eq!(there(&kept).await, ["b"]);
    assert_eq!(kept.db().write(async move |tx| sessions::delete_of_account(tx, ann).await).await.unwrap(), 1);
    assert_eq!(there(&kept).await, [""; 0]);
    for (token, ends) in [(b"a" as &[u8], 999), (b"b", 1000), (b"c", 1001)] {
        begin(&kept, token, session(bob, ends)).await;
    }
    assert_eq!(kept.db().write(async |tx| sessions::delete_expired(tx, at(1000)).await).await.unwrap(), 2);
    assert_eq!(there(&kept).await, ["c"]);
}
