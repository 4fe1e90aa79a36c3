//! SQLite: one writing connection and a few read-only ones over a file in WAL mode.
//!
//! One writer, because SQLite has one lock and equal connections fight for it; readers never write,
//! are short and time out, so that the log can always be checkpointed.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::Semaphore;

use super::postgres::refused;
use super::value::{Arg, Row, for_sqlite};
use crate::error::{Error, Result};
use crate::store::migrate;

/// SQLite below this can corrupt a WAL database when two connections write and checkpoint at the same
/// instant (the WAL-reset bug, 3.7.0 to 3.51.2).
const VERSION_MIN: [u32; 3] = [3, 51, 3];
/// How long a statement of ours waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long until a file that another is just making is tried again.
const BUSY_PAUSE: Duration = Duration::from_millis(10);
/// How long one reading statement may run.
const READ_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a reader waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Read-only connections: each is a thread, so a few more than the cores of a small machine.
const READERS_MAX: usize = 4;
/// Virtual machine steps between two looks at a reader's deadline.
const PROGRESS_STEPS: i32 = 10_000;

/// An opened database: the connection that writes, and those that read.
pub(super) struct Opened {
    pub(super) writer: SqliteConnection,
    pub(super) readers: Readers,
}

pub(super) async fn open(path: &Path) -> Result<Opened> {
    let base = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .disable_statement_logging()
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("mmap_size", "0");
    let writing = base
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-4000")
        .pragma("wal_autocheckpoint", "2000")
        .pragma("journal_size_limit", "67108864")
        .thread_name(|_| "sqlite-writer".into());
    let mut writer = connect(&writing)
        .await
        .map_err(|e| Error::unavailable(format!("the database {} cannot be opened: {e}", path.display())))?;
    check_version(&mut writer).await?;
    migrate::sqlite(&mut writer, path).await?;
    let reading = base
        .read_only(true)
        .pragma("query_only", "ON")
        .pragma("cache_size", "-2000")
        .thread_name(|_| "sqlite-reader".into());
    Ok(Opened { writer, readers: Readers::new(reading) })
}

/// Opens the connection that writes. Several may make the file at once, and each switches it to WAL: while one does,
/// SQLite refuses the others at once, whatever time to wait they gave it.
async fn connect(options: &SqliteConnectOptions) -> sqlx::Result<SqliteConnection> {
    let began = Instant::now();
    loop {
        match options.connect().await {
            Err(error) if is_busy(&error) && began.elapsed() < BUSY_TIMEOUT => tokio::time::sleep(BUSY_PAUSE).await,
            opened => return opened,
        }
    }
}

/// Whether another connection has the lock: `SQLITE_BUSY`, the low byte of a code.
fn is_busy(error: &sqlx::Error) -> bool {
    let code =
        error.as_database_error().and_then(sqlx::error::DatabaseError::code).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

/// Whether a file is a whole database of ours, of a schema this program knows.
pub(super) async fn check_file(path: &Path) -> Result<()> {
    const CHECK: &str = "PRAGMA integrity_check";
    let refuse = |why: String| Error::invalid("FILE", format!("{} is no backup of Rejoinder: {why}", path.display()));
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .connect()
        .await
        .map_err(|e| refuse(e.to_string()))?;
    let found: Vec<String> =
        sqlx::query_scalar(CHECK).fetch_all(&mut connection).await.map_err(|e| refuse(e.to_string()))?;
    if found != ["ok"] {
        return Err(refuse(found.join("; ")));
    }
    migrate::check(&mut connection).await.map_err(|e| refuse(e.to_string()))?;
    connection.close().await.map_err(|e| refused(CHECK, e))
}

async fn check_version(connection: &mut SqliteConnection) -> Result<()> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await
        .map_err(|e| refused("SELECT sqlite_version()", e))?;
    if is_sound(&version) {
        return Ok(());
    }
    Err(Error::internal(format!(
        "SQLite {version} can corrupt a database in WAL mode; 3.51.3 or newer is needed: build with the bundled SQLite"
    )))
}

fn is_sound(version: &str) -> bool {
    let mut parts = version.split('.').map(|p| p.parse::<u32>().unwrap_or(0));
    let found = [parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0)];
    found >= VERSION_MIN
}

/// The read-only connections, opened as they are needed.
#[derive(Clone)]
pub(super) struct Readers(Arc<Shared>);

struct Shared {
    options: SqliteConnectOptions,
    free: Mutex<Vec<Reader>>,
    places: Semaphore,
    started: Instant,
}

struct Reader {
    connection: SqliteConnection,
    /// When the running statement is to be interrupted, in milliseconds after `Shared::started`.
    deadline: Arc<AtomicI64>,
}

impl Readers {
    fn new(options: SqliteConnectOptions) -> Self {
        Self(Arc::new(Shared {
            options,
            free: Mutex::default(),
            places: Semaphore::new(READERS_MAX),
            started: Instant::now(),
        }))
    }

    pub(super) async fn fetch_all(&self, text: &'static str, args: Vec<Arg>) -> Result<Vec<Row>> {
        let _place = self.place().await?;
        let mut reader = self.take().await?;
        reader.deadline.store(millis(self.0.started.elapsed() + READ_TIMEOUT), Ordering::Relaxed);
        let rows = sqlx::query_with(text, for_sqlite(args)?).fetch_all(&mut reader.connection).await;
        reader.deadline.store(i64::MAX, Ordering::Relaxed);
        let rows = rows.map_err(|e| refused(text, e))?;
        self.give_back(reader);
        Ok(rows.into_iter().map(Row::Sqlite).collect())
    }

    pub(super) async fn copy_to(&self, file: &Path) -> Result<()> {
        const COPY: &str = "VACUUM INTO $1";
        // VACUUM INTO counts as a write to the source for `query_only`, though it only reads it.
        let mut connection =
            self.0.options.clone().pragma("query_only", "OFF").connect().await.map_err(|e| refused(COPY, e))?;
        let args = for_sqlite(vec![file.to_string_lossy().as_ref().into()])?;
        sqlx::query_with(COPY, args).execute(&mut connection).await.map_err(|e| refused(COPY, e))?;
        connection.close().await.map_err(|e| refused(COPY, e))
    }

    pub(super) async fn close(&self) {
        self.0.places.close();
        let free = std::mem::take(&mut *self.0.free.lock().unwrap_or_else(PoisonError::into_inner));
        for reader in free {
            if let Err(error) = reader.connection.close().await {
                tracing::warn!(%error, "a reading connection did not close");
            }
        }
    }

    async fn place(&self) -> Result<tokio::sync::SemaphorePermit<'_>> {
        match tokio::time::timeout(ACQUIRE_TIMEOUT, self.0.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) => Err(Error::unavailable("the server is stopping")),
            Err(_) => Err(Error::unavailable("all database readers are busy")),
        }
    }

    async fn take(&self) -> Result<Reader> {
        let free = self.0.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(reader) = free {
            return Ok(reader);
        }
        let mut connection = self.0.options.connect().await.map_err(|e| refused("opening a reader", e))?;
        let deadline = Arc::new(AtomicI64::new(i64::MAX));
        let (watched, started) = (deadline.clone(), self.0.started);
        connection
            .lock_handle()
            .await
            .map_err(|e| refused("opening a reader", e))?
            .set_progress_handler(PROGRESS_STEPS, move || millis(started.elapsed()) < watched.load(Ordering::Relaxed));
        Ok(Reader { connection, deadline })
    }

    fn give_back(&self, reader: Reader) {
        self.0.free.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_without_the_wal_reset_bug_are_sound() {
        for (version, sound) in [
            ("3.51.3", true),
            ("3.52.0", true),
            ("4.0.0", true),
            ("3.51.2", false),
            ("3.40.1", false),
            ("3.9.99", false),
            ("", false),
        ] {
            assert_eq!(is_sound(version), sound, "{version}");
        }
    }
}
