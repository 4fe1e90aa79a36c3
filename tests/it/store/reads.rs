//! `Db::fetch_…`: readers cannot write and are not let run for ever.

use rejoinder::error::Error;
use rejoinder::store::db::Sql;
use rejoinder::store::{instance, sites};

use super::Kept;
use crate::harness::Engine;

crate::on_both_engines! {
    a_reader_cannot_write
    a_reading_statement_that_runs_too_long_is_interrupted_and_the_next_one_runs
}

async fn a_reader_cannot_write(engine: Engine) {
    let kept = Kept::on(engine).await;
    for statement in [
        "DELETE FROM sites RETURNING id",
        "INSERT INTO instance (name, value) VALUES ('a', 'b') RETURNING name",
        "CREATE TABLE more (id INTEGER)",
    ] {
        assert!(kept.db().fetch_all(statement, Vec::new(), |_| Ok(())).await.is_err(), "{statement}");
    }
    assert_eq!(sites::list(kept.db()).await.unwrap().len(), 1);
}

/// The time limit is 2 s.
async fn a_reading_statement_that_runs_too_long_is_interrupted_and_the_next_one_runs(engine: Engine) {
    const FOR_EVER: Sql = Sql::Each {
        sqlite: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS n FROM n",
        postgres: "SELECT COUNT(*) AS n FROM generate_series(1, 1000000000000)",
    };
    let kept = Kept::on(engine).await;
    let read = kept.db().fetch_one::<i64>(FOR_EVER, Vec::new(), |row| row.get("n"));
    let read = tokio::time::timeout(std::time::Duration::from_secs(20), read).await.expect("an answer");
    assert!(matches!(read, Err(Error::Unavailable { .. })), "{read:?}");
    assert_eq!(instance::find(kept.db(), "nothing").await.unwrap(), None);
}
