//! `Db::write`: writes that wait together share a commit, fail alone, and are not undone by a caller that
//! goes away.

use std::sync::{Arc, Mutex};
use std::task::Poll;

use futures_util::future::join_all;
use rejoinder::error::{Error, Result};
use rejoinder::model::ids::{PostId, SiteId};
use rejoinder::store::{Change, Db, instance};
use tokio::sync::Semaphore;

use super::Kept;
use crate::harness::{Engine, eventually, place};

crate::on_both_engines! {
    many_writes_at_once_are_all_answered_and_there
    a_write_that_fails_or_panics_leaves_nothing_and_harms_no_other
    a_write_stands_whose_caller_went_away
    changes_are_told_before_the_answer_and_those_of_failed_writes_never
    a_closed_database_refuses_writes_and_keeps_what_it_took
    so_many_writes_wait_and_one_more_is_refused
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

/// 1,024 may wait besides those under way: one on SQLite, eight and the next of them on PostgreSQL.
async fn so_many_writes_wait_and_one_more_is_refused(engine: Engine) {
    const WAITING_MAX: usize = 1_024;
    let kept = Kept::on(engine).await;
    let gate = Arc::new(Semaphore::new(0));
    let mut waiting = Vec::new();
    let refused = loop {
        let (gate, n) = (Arc::clone(&gate), waiting.len());
        let mut write = Box::pin(kept.db().write(async move |tx| {
            let _open = gate.acquire().await;
            instance::set(tx, &format!("n{n}"), "there").await
        }));
        match futures_util::poll!(&mut write) {
            Poll::Pending => waiting.push(write),
            Poll::Ready(answer) => break answer,
        }
        // Until those under way have left the queue, it is full sooner.
        if waiting.len() == 1 || waiting.len() == 16 {
            tokio::task::yield_now().await;
        }
        assert!(waiting.len() < 2 * WAITING_MAX, "the queue has no end");
    };
    assert!(matches!(refused, Err(Error::Unavailable { .. })), "{refused:?}");
    assert!((WAITING_MAX..=WAITING_MAX + 16).contains(&waiting.len()), "{}", waiting.len());
    let accepted = waiting.len();
    gate.close();
    assert!(join_all(waiting).await.into_iter().all(|answer| answer.is_ok()));
    for n in [0, accepted / 2, accepted - 1] {
        assert!(instance::find(kept.db(), &format!("n{n}")).await.unwrap().is_some(), "{n}");
    }
    assert!(instance::find(kept.db(), &format!("n{accepted}")).await.unwrap().is_none());
    kept.db().write(async |tx| instance::set(tx, "after", "there").await).await.unwrap();
}
