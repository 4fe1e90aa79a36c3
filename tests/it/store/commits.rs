//! `Db::write`: writes that wait together share a commit, fail alone, and are not undone by a caller that
//! goes away.

use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use rejoinder::error::{Error, Result};
use rejoinder::model::ids::{PostId, SiteId};
use rejoinder::store::{Change, Db, instance};

use super::Kept;
use crate::harness::{Engine, eventually, place};

crate::on_both_engines! {
    many_writes_at_once_are_all_answered_and_there
    a_write_that_fails_or_panics_leaves_nothing_and_harms_no_other
    a_write_stands_whose_caller_went_away
    changes_are_told_before_the_answer_and_those_of_failed_writes_never
    a_closed_database_refuses_writes_and_keeps_what_it_took
}

async fn many_writes_at_once_are_all_answered_and_there(engine: Engine) {
    const MANY: usize = 300;
    let kept = Kept::on(engine).await;
    let writes = (0..MANY).map(|n| {
        kept.db().write(async move |tx| {
            instance::set(tx, &format!("n{n}"), "there").await?;
            Ok(n)
        })
    });
    let answers: Vec<usize> = join_all(writes).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, (0..MANY).collect::<Vec<_>>());
    for n in 0..MANY {
        assert!(instance::find(kept.db(), &format!("n{n}")).await.unwrap().is_some(), "{n}");
    }
}

/// Every third fails after its write, every third panics, every third stands.
async fn a_write_that_fails_or_panics_leaves_nothing_and_harms_no_other(engine: Engine) {
    let kept = Kept::on(engine).await;
    let writes = (0..30).map(|n| {
        kept.db().write(async move |tx| {
            instance::set(tx, &format!("n{n}"), "there").await?;
            match n % 3 {
                0 => Err(Error::Conflict(n.to_string())),
                1 => panic!("a test's own panic"),
                _ => Ok(n),
            }
        })
    });
    for (n, answer) in join_all(writes).await.into_iter().enumerate() {
        let is_kept = instance::find(kept.db(), &format!("n{n}")).await.unwrap().is_some();
        match (n % 3, answer) {
            (0, Err(Error::Conflict(said))) => assert_eq!((said, is_kept), (n.to_string(), false)),
            (1, Err(Error::Internal(_))) => assert!(!is_kept, "{n}"),
            (2, Ok(said)) => assert!(said == n && is_kept, "{n}"),
            (_, other) => panic!("{n}: {other:?}"),
        }
    }
}

async fn a_write_stands_whose_caller_went_away(engine: Engine) {
    let kept = Kept::on(engine).await;
    let mut write = Box::pin(kept.db().write(async |tx| instance::set(tx, "orphan", "there").await));
    assert!(futures_util::poll!(&mut write).is_pending());
    drop(write);
    eventually("the write", async || instance::find(kept.db(), "orphan").await.unwrap()).await;
}

async fn changes_are_told_before_the_answer_and_those_of_failed_writes_never(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let told: Arc<Mutex<Vec<Change>>> = Arc::default();
    let ear = Arc::clone(&told);
    let on_commit = Arc::new(move |changes: &[Change]| ear.lock().unwrap().extend(changes));
    let db = Db::open(&place(engine, folder.path()).await, on_commit).await.unwrap();
    let thread = |n| Change::Thread(SiteId(1), PostId(n));
    let failed: Result<()> = db
        .write(async move |tx| {
            tx.changed(thread(1));
            Err(Error::Conflict(String::new()))
        })
        .await;
    assert!(failed.is_err());
    db.write(async move |tx| {
        tx.changed(thread(2));
        tx.changed(thread(2));
        Ok(())
    })
    .await
    .unwrap();
    let threads: Vec<Change> =
        told.lock().unwrap().iter().filter(|change| matches!(change, Change::Thread(..))).copied().collect();
    assert_eq!(threads, [thread(2)]);
    db.close().await;
}

async fn a_closed_database_refuses_writes_and_keeps_what_it_took(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let place = place(engine, folder.path()).await;
    let db = Db::open(&place, Arc::new(|_: &[Change]| ())).await.unwrap();
    let writes: Vec<_> = (0..50)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move { db.write(async move |tx| instance::set(tx, &format!("n{n}"), "x").await).await })
        })
        .collect();
    tokio::task::yield_now().await;
    db.close().await;
    let mut acknowledged = Vec::new();
    for (n, write) in writes.into_iter().enumerate() {
        match write.await.unwrap() {
            Ok(()) => acknowledged.push(n),
            Err(error) => assert!(matches!(error, Error::Unavailable { .. }), "{error:?}"),
        }
    }
    let late = db.write(async |tx| instance::set(tx, "late", "x").await).await;
    assert!(matches!(late, Err(Error::Unavailable { .. })), "{late:?}");
    let again = Db::open(&place, Arc::new(|_: &[Change]| ())).await.unwrap();
    for n in acknowledged {
        assert!(instance::find(&again, &format!("n{n}")).await.unwrap().is_some(), "{n}");
    }
    assert_eq!(instance::find(&again, "late").await.unwrap(), None);
    again.close().await;
}
