//! `Db::fetch_…`: readers of SQLite cannot write and are not let run for ever.

use rejoinder::store::instance;

use super::Kept;
use crate::harness::Engine;

#[tokio::test]
async fn a_reader_of_sqlite_cannot_write() {
    let kept = Kept::on(Engine::Sqlite).await;
    for statement in [
        "DELETE FROM sites RETURNING id",
        "INSERT INTO instance (name, value) VALUES ('a', 'b') RETURNING name",
        "CREATE TABLE more (id INTEGER)",
    ] {
        assert!(kept.db().fetch_all(statement, Vec::new(), |_| Ok(())).await.is_err(), "{statement}");
    }
    assert_eq!(rejoinder::store::sites::list(kept.db()).await.unwrap().len(), 1);
}

/// The time limit is 2 s.
#[tokio::test]
async fn a_reading_statement_that_runs_too_long_is_interrupted_and_the_next_one_runs() {
    const FOR_EVER: &str =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS n FROM n";
    let kept = Kept::on(Engine::Sqlite).await;
    let read = kept.db().fetch_one::<i64>(FOR_EVER, Vec::new(), |row| row.get("n"));
    let read = tokio::time::timeout(std::time::Duration::from_secs(20), read).await.expect("an answer");
    assert!(read.is_err(), "{read:?}");
    assert_eq!(instance::find(kept.db(), "nothing").await.unwrap(), None);
}
