//! PostgreSQL: a pool, its limits, and how its answers become ours.

use std::rc::Rc;
use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};

use super::value::{Arg, Row, for_postgres};
use super::{Change, OnCommit};
use crate::error::{Error, Result};
use crate::store::migrate;

/// Connections that read, and as many that write or listen: PostgreSQL's own default limit is 100 for all.
const CONNECTIONS_MAX: u32 = 10;
/// How long a request waits for a connection before it is answered "unavailable".
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one reading statement may run, in milliseconds.
const READ_TIMEOUT_MS: &str = "2000";
/// How long one writing statement may run, in milliseconds: it holds locks that others wait for.
const WRITE_TIMEOUT_MS: &str = "10000";
/// How long a writing statement waits for a lock, in milliseconds.
const LOCK_TIMEOUT_MS: &str = "5000";

/// An opened database: the connections that write, and those that read and cannot write.
pub(super) struct Opened {
    pub(super) writers: PgPool,
    pub(super) readers: PgPool,
}

pub(super) async fn open(url: &str) -> Result<Opened> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|e| Error::invalid("database-url", format!("not a PostgreSQL address: {e}")))?
        .application_name("rejoinder");
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(ACQUIRE_TIMEOUT);
    let writing = options.clone().options([("statement_timeout", WRITE_TIMEOUT_MS), ("lock_timeout", LOCK_TIMEOUT_MS)]);
    let reading = options.options([("statement_timeout", READ_TIMEOUT_MS), ("default_transaction_read_only", "on")]);
    let writers = pool.clone().connect_with(writing).await.map_err(|e| {
        Error::unavailable(format!("PostgreSQL cannot be reached: {e}; check --database-url and that the server runs"))
    })?;
    migrate::postgres(&writers).await?;
    Ok(Opened { writers, readers: pool.connect_lazy_with(reading) })
}

pub(super) async fn fetch_all(pool: &PgPool, text: &'static str, args: Vec<Arg>) -> Result<Vec<Row>> {
    let rows = sqlx::query_with(text, for_postgres(args)?).fetch_all(pool).await.map_err(|e| refused(text, e))?;
    Ok(rows.into_iter().map(Row::Postgres).collect())
}

/// Tells every other process on this database that something changed, when the transaction commits.
pub(super) const NOTIFY: &str = "SELECT CAST(pg_notify('rejoinder', $1) AS TEXT)";

/// A name for this process's own notifications, which it need not listen to.
pub(super) fn origin() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Tells the caches when another process wrote, or when that could have been missed.
pub(super) async fn listen(pool: PgPool, origin: Rc<str>, on_commit: OnCommit) {
    const RETRY: Duration = Duration::from_secs(1);
    loop {
        if let Err(error) = hear(&pool, &origin, &on_commit).await {
            tracing::warn!(%error, "other processes' changes are not heard of; trying again");
        }
        on_commit(&[Change::Everything]);
        tokio::time::sleep(RETRY).await;
    }
}

async fn hear(pool: &PgPool, origin: &str, on_commit: &OnCommit) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen("rejoinder").await?;
    loop {
        // None: the connection was lost and made again; what was said in between is unknown.
        let heard = listener.try_recv().await?;
        if heard.is_none_or(|n| n.payload() != origin) {
            on_commit(&[Change::Everything]);
        }
    }
}

/// Serialisation failures and deadlocks: nothing was done, and trying again may well succeed.
pub(super) fn may_be_retried(error: &Error) -> bool {
    let Error::Internal(error) = error else { return false };
    let Some(sqlx::Error::Database(error)) = error.downcast_ref::<sqlx::Error>() else { return false };
    error.code().is_some_and(|code| code == "40001" || code == "40P01")
}

/// A database error as ours: what a caller must tell apart, and "unavailable" for what passes by itself.
pub(super) fn refused(text: &'static str, error: sqlx::Error) -> Error {
    match error {
        sqlx::Error::Database(ref d) if d.is_unique_violation() => Error::Conflict("this already exists".into()),
        sqlx::Error::Database(ref d) if d.code().is_some_and(|c| is_full_or_busy(&c)) => {
            Error::unavailable(format!("{error}"))
        }
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
            Error::unavailable(format!("{error}"))
        }
        error => Error::Internal(anyhow::Error::new(error).context(format!("running: {text}"))),
    }
}

/// SQLite's SQLITE_BUSY (5), _LOCKED (6), _READONLY (8), _INTERRUPT (9), _IOERR (10), _FULL (13), _CANTOPEN (14)
/// with their extended forms (low byte), and PostgreSQL's classes 53 (insufficient resources), 57 (operator
/// intervention) and 55P03 (lock not available): the statement was right, the moment was wrong.
fn is_full_or_busy(code: &str) -> bool {
    const SQLSTATE_CHARS: usize = 5;
    if code.len() == SQLSTATE_CHARS {
        return code.starts_with("53") || code.starts_with("57") || code == "55P03";
    }
    code.parse::<u32>().is_ok_and(|n| matches!(n & 0xff, 5 | 6 | 8 | 9 | 10 | 13 | 14))
}
