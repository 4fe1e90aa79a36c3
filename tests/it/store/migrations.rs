//! Opening a database: the schema is made once, and one from the future is refused.

use std::sync::Arc;

use rejoinder::error::Error;
use rejoinder::store::db::Place;
use rejoinder::store::{Change, Db, instance, sites};

use super::insert_site;
use crate::harness::{Engine, place};

crate::on_both_engines! {
    opening_again_changes_nothing
    a_schema_of_a_newer_version_is_refused
    several_open_a_new_database_at_once
}

async fn open(place: &Place) -> Result<Db, Error> {
    Db::open(place, Arc::new(|_: &[Change]| ())).await
}

async fn opening_again_changes_nothing(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let place = place(engine, folder.path()).await;
    for n in 0..3 {
        let db = open(&place).await.unwrap();
        assert_eq!(sites::list(&db).await.unwrap().len(), n);
        insert_site(&db, &format!("blog{n}")).await;
        db.close().await;
    }
    let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    let expected = if engine == Engine::Sqlite { vec!["rejoinder.db"] } else { Vec::new() };
    assert_eq!(files, expected, "no copy, no log left behind");
}

async fn a_schema_of_a_newer_version_is_refused(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let place = place(engine, folder.path()).await;
    let db = open(&place).await.unwrap();
    db.write(async |tx| {
        tx.execute("UPDATE _sqlx_migrations SET version = 9999", Vec::new()).await?;
        instance::set(tx, "of", "the future").await
    })
    .await
    .unwrap();
    db.close().await;
    match open(&place).await {
        Err(Error::Unavailable { detail }) => {
            assert!(detail.contains("newer Rejoinder (schema 9999)"), "{detail}");
        }
        other => panic!("{other:?}"),
    }
}

/// Again and again: they have to meet at the moment at which the first switches the new file to WAL.
async fn several_open_a_new_database_at_once(engine: Engine) {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let place = place(engine, folder.path()).await;
        let opened = futures_util::future::join_all((0..4).map(|_| open(&place))).await;
        for db in opened {
            let db = db.unwrap();
            assert_eq!(sites::list(&db).await.unwrap().len(), 0);
            db.close().await;
        }
    }
}
