//! `store/consistency.rs`: what does not agree is found and mended, and nothing else is touched.

use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::ids::{CommentId, LinkbackId, PostId};
use rejoinder::model::job::Work;
use rejoinder::model::linkback::Protocol;
use rejoinder::store::consistency::{self, Counted};
use rejoinder::store::linkbacks::{self, NewLinkback};
use rejoinder::store::{Tx, jobs, posts};

use super::{Kept, NOW, at, comment};
use crate::harness::Engine;

crate::on_both_engines! {
    a_count_is_counted_anew
    next_numbers_are_moved_beyond_those_that_are_taken
    answers_to_nothing_are_found
    claims_that_nobody_ends_are_found
}

async fn damage(kept: &Kept, statement: &'static str) {
    kept.db().write(async move |tx: &mut Tx| tx.execute(statement, Vec::new()).await).await.unwrap();
}

async fn a_count_is_counted_anew(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, a, b) = (kept.site, kept.post("a").await, kept.post("b").await);
    for (post, status) in
        [(a, Status::Approved), (a, Status::Approved), (a, Status::Hold), (a, Status::Spam), (b, Status::Approved)]
    {
        kept.comment(Comment { status, ..comment(post, "x") }).await;
    }
    let counts = async |after, limit| consistency::counts(kept.db(), site, after, limit).await.unwrap();
    let counted = |post, kept, counted| Counted { post, kept, counted };
    assert_eq!(counts(PostId(0), 10).await, [counted(a, 2, 2), counted(b, 1, 1)]);
    damage(&kept, "UPDATE posts SET comment_count = comment_count + 7 WHERE id = 1").await;
    assert_eq!(counts(PostId(0), 1).await, [counted(a, 9, 2)]);
    assert_eq!(counts(a, 10).await, [counted(b, 1, 1)]);
    let version = posts::find(kept.db(), site, a).await.unwrap().unwrap().version;
    kept.db().write(async move |tx| consistency::recount(tx, site, a, at(5)).await).await.unwrap();
    let mended = posts::find(kept.db(), site, a).await.unwrap().unwrap();
    assert_eq!((mended.comment_count, mended.version, mended.changed_at), (2, version + 1, at(5)));
}

async fn next_numbers_are_moved_beyond_those_that_are_taken(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post) = (kept.site, kept.post("a").await);
    kept.comment(comment(post, "one")).await;
    let taken = async || consistency::taken_numbers(kept.db(), site).await.unwrap();
    assert_eq!(taken().await, 0);
    damage(&kept, "UPDATE sites SET next_post_id = 1, next_comment_id = 1").await;
    assert_eq!(taken().await, 2);
    kept.db().write(async move |tx| consistency::advance_numbers(tx, site).await).await.unwrap();
    assert_eq!(taken().await, 0);
    assert_eq!((kept.post("b").await, kept.comment(comment(post, "two")).await.id), (PostId(2), CommentId(2)));
}

async fn answers_to_nothing_are_found(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, a, b) = (kept.site, kept.post("a").await, kept.post("b").await);
    let first = kept.comment(comment(a, "first")).await.id;
    kept.comment(Comment { parent_id: Some(first), ..comment(a, "answer") }).await;
    let lost = kept.comment(Comment { parent_id: Some(CommentId(77)), ..comment(a, "to nothing") }).await.id;
    let across = kept.comment(Comment { parent_id: Some(first), ..comment(b, "to another post") }).await.id;
    let find = async |after, until| {
        consistency::lost_answers(kept.db(), site, CommentId(after), CommentId(until)).await.unwrap()
    };
    assert_eq!(find(0, 10).await, [(a, lost), (b, across)]);
    assert_eq!((find(0, 3).await, find(3, 4).await), (vec![(a, lost)], vec![(b, across)]));
    let next = async |after, limit| consistency::next_comments(kept.db(), site, after, limit).await.unwrap();
    assert_eq!(
        (next(CommentId(0), 3).await, next(lost, 3).await, next(across, 3).await),
        (Some(lost), Some(across), None)
    );
    kept.db().write(async move |tx| consistency::let_stand_alone(tx, site, lost).await).await.unwrap();
    assert_eq!(find(0, 10).await, [(b, across)]);
    assert_eq!(kept.find(lost).await.unwrap().parent_id, None);
}

async fn claims_that_nobody_ends_are_found(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post) = (kept.site, kept.post("a").await);
    let mut claims = Vec::new();
    for n in 1..=4 {
        let new = NewLinkback {
            protocol: Protocol::Pingback,
            source: format!("https://{n}.example/"),
            source_key: format!("{n}.example"),
            target: "https://blog.example/a/".into(),
            target_key: "?p=1".into(),
            post_id: Some(post),
            client_ip: String::new(),
            agent: String::new(),
            said: None,
        };
        let keep = async move |tx: &mut Tx| linkbacks::upsert(tx, site, &new, NOW).await;
        claims.push(kept.db().write(keep).await.unwrap());
    }
    let [whole, hollow, waiting, stuck] = claims.try_into().unwrap();
    let comment = kept.comment(comment(post, "x")).await.id;
    let end = async move |tx: &mut Tx| {
        linkbacks::set_registered(tx, site, whole, post, comment, NOW).await?;
        linkbacks::set_registered(tx, site, hollow, post, CommentId(77), NOW).await?;
        jobs::insert(tx, &Work::VerifyLinkback { site, linkback: waiting }, NOW).await
    };
    kept.db().write(end).await.unwrap();
    let hollows =
        async || consistency::claims_without_comment(kept.db(), site, LinkbackId(0), LinkbackId(9)).await.unwrap();
    assert_eq!(hollows().await, [hollow]);
    let jobless = async |after, until| consistency::claims_without_job(kept.db(), site, after, until).await.unwrap();
    assert_eq!(jobless(LinkbackId(0), stuck).await, [stuck]);
    assert_eq!(jobless(stuck, LinkbackId(9)).await, []);
    let next = async |after, limit| consistency::next_claims(kept.db(), site, after, limit).await.unwrap();
    assert_eq!(
        (next(LinkbackId(0), 3).await, next(waiting, 3).await, next(stuck, 3).await),
        (Some(waiting), Some(stuck), None)
    );
    kept.db().write(async move |tx| consistency::delete_claim(tx, site, hollow).await).await.unwrap();
    assert_eq!(hollows().await, [LinkbackId(0); 0]);
    assert_eq!(linkbacks::find(kept.db(), site, hollow).await.unwrap(), None);
}
