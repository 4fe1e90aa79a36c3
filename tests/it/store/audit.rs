//! `store/audit.rs`.

use rejoinder::model::account::Actor;
use rejoinder::model::ids::{CommentId, PostId};
use rejoinder::store::audit::{self, Entry, Subject};

use super::{Kept, at, insert_site};
use crate::harness::Engine;

crate::on_both_engines! {
    decisions_are_listed_newest_first_and_per_site
    old_decisions_are_forgotten_a_few_at_a_time
    the_latest_change_of_status_is_found_for_many_comments_at_once
}

async fn the_latest_change_of_status_is_found_for_many_comments_at_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, other) = (kept.site, insert_site(kept.db(), "other").await);
    kept.db()
        .write(async move |tx| {
            for (at_ms, site, name, action, comment, detail) in [
                (1, site, "ann", "spam", 1, "hold to spam"),
                (2, site, "bob", "trash", 2, "approved to trash"),
                (3, site, "bob", "undo", 1, "spam to hold"),
                (4, site, "ann", "edit", 1, "author, content"),
                (5, site, "ann", "edit", 3, "author"),
                (6, other, "eve", "spam", 2, "hold to spam"),
                (7, site, "ann", "spam", 4, "hold to spam"),
            ] {
                let actor = Actor::command(name);
                audit::insert(tx, site, &actor, action, Subject::Comment(CommentId(comment)), detail, at(at_ms))
                    .await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let asked = [CommentId(1), CommentId(2), CommentId(3)];
    let mut found = audit::latest_changes_of_status(kept.db(), site, &asked).await.unwrap();
    found.sort_by_key(|entry| entry.comment_id);
    let told: Vec<_> =
        found.iter().map(|e| (e.comment_id.unwrap().0, e.actor.as_str(), e.detail.as_str(), e.at)).collect();
    assert_eq!(told, [(1, "rejoinder bob", "spam to hold", at(3)), (2, "rejoinder bob", "approved to trash", at(2))]);
    assert_eq!(audit::latest_changes_of_status(kept.db(), site, &[]).await.unwrap(), []);
}

async fn decisions_are_listed_newest_first_and_per_site(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, other) = (kept.site, insert_site(kept.db(), "other").await);
    kept.db()
        .write(async move |tx| {
            let actor = Actor::command("test");
            audit::insert(tx, site, &actor, "approve", Subject::Comment(CommentId(4)), "hold to approved", at(1))
                .await?;
            audit::insert(tx, site, &actor, "close", Subject::Post(PostId(5)), "", at(2)).await?;
            audit::insert(tx, other, &actor, "approve", Subject::Comment(CommentId(4)), "", at(3)).await?;
            audit::insert(tx, None, &actor, "add user", Subject::Site, "ann", at(4)).await
        })
        .await
        .unwrap();
    let entry = |millis, action: &str, comment, post, detail: &str| Entry {
        at: at(millis),
        account_id: None,
        actor: "rejoinder test".into(),
        action: action.into(),
        comment_id: comment,
        post_id: post,
        detail: detail.into(),
    };
    let approved = entry(1, "approve", Some(CommentId(4)), None, "hold to approved");
    let closed = entry(2, "close", None, Some(PostId(5)), "");
    let added = entry(4, "add user", None, None, "ann");
    let list =
        async |with_instance, limit, offset| audit::list(kept.db(), site, with_instance, limit, offset).await.unwrap();
    assert_eq!(list(false, 10, 0).await, [closed.clone(), approved.clone()]);
    assert_eq!(list(true, 10, 0).await, [added, closed, approved.clone()]);
    assert_eq!(list(false, 1, 1).await, [approved]);
}

async fn old_decisions_are_forgotten_a_few_at_a_time(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    kept.db()
        .write(async move |tx| {
            for millis in 1..=4 {
                let of = (millis % 2 == 0).then_some(site);
                audit::insert(tx, of, &Actor::command("test"), "note", Subject::Site, "", at(millis)).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let forget = async |millis, limit| {
        let forget = async move |tx: &mut rejoinder::store::Tx| audit::delete_before(tx, at(millis), limit).await;
        kept.db().write(forget).await.unwrap()
    };
    assert_eq!((forget(1, 9).await, forget(4, 2).await, forget(4, 2).await, forget(4, 2).await), (0, 2, 1, 0));
    let left = audit::list(kept.db(), site, true, 10, 0).await.unwrap();
    assert_eq!(left.iter().map(|entry| entry.at).collect::<Vec<_>>(), [at(4)]);
}
