//! The one way to write. A thread of its own takes what is waiting, runs each command in a savepoint of
//! one transaction, commits once, tells the caches, and only then answers all of them: the cost of a
//! flush is shared without weakening the promise that an answered write is on disk.
//!
//! On PostgreSQL, which has its own group commit, each command is a transaction of its own, retried on a
//! serialisation failure. Commands run on this thread on both engines, so that they need not be `Send`
//! while they run, and a caller that goes away cancels nothing.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, PgPool, Postgres};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::LocalSet;

use super::postgres::refused;
use super::sqlite::Opened;
use super::value::{Arg, Row, for_postgres, for_sqlite};
use super::{Change, OnCommit, Sql};
use crate::error::{Error, Result};

/// Writes that may wait; one more is answered "unavailable", so that a flood costs no memory.
const QUEUE_MAX: usize = 1_024;
/// Commands that share one transaction at most: bounds how long the first of them waits.
const BATCH_MAX: usize = 256;
/// How often an idle writer looks whether another process wrote.
const WATCH_INTERVAL: Duration = Duration::from_millis(250);
/// Tries of a PostgreSQL transaction that failed to serialise or met a deadlock.
const TRIES_MAX: usize = 5;
/// PostgreSQL transactions under way at once.
const POSTGRES_WRITES_MAX: usize = 8;

/// A transaction that is under way. Only [`super::Db::write`] makes one.
pub struct Tx {
    connection: TxConnection,
    changes: Vec<Change>,
}

enum TxConnection {
    Sqlite(SqliteConnection),
    Postgres(PoolConnection<Postgres>),
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("changes", &self.changes).finish_non_exhaustive()
    }
}

impl Tx {
    /// All rows of a statement, which may write and return.
    pub async fn fetch_all<T>(
        &mut self,
        sql: impl Into<Sql>,
        args: Vec<Arg>,
        read: fn(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows: Vec<Row> = match (&mut self.connection, sql.into()) {
            (TxConnection::Sqlite(c), Sql::Same(text) | Sql::Each { sqlite: text, .. }) => {
                let rows =
                    sqlx::query_with(text, for_sqlite(args)?).fetch_all(c).await.map_err(|e| refused(text, e))?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            (TxConnection::Postgres(c), Sql::Same(text) | Sql::Each { postgres: text, .. }) => {
                let rows = sqlx::query_with(text, for_postgres(args)?)
                    .fetch_all(&mut **c)
                    .await
                    .map_err(|e| refused(text, e))?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        };
        rows.iter().map(read).collect()
    }

    /// The first row, if there is one.
    pub async fn fetch_optional<T>(
        &mut self,
        sql: impl Into<Sql>,
        args: Vec<Arg>,
        read: fn(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.fetch_all(sql, args, read).await?.into_iter().next())
    }

    /// The one row of a statement that always has one.
    pub async fn fetch_one<T>(
        &mut self,
        sql: impl Into<Sql>,
        args: Vec<Arg>,
        read: fn(&Row) -> Result<T>,
    ) -> Result<T> {
        self.fetch_optional(sql, args, read)
            .await?
            .ok_or_else(|| Error::internal("a statement that always has a row had none"))
    }

    /// Runs a statement and says how many rows it touched.
    pub async fn execute(&mut self, sql: impl Into<Sql>, args: Vec<Arg>) -> Result<u64> {
        Ok(match (&mut self.connection, sql.into()) {
            (TxConnection::Sqlite(c), Sql::Same(text) | Sql::Each { sqlite: text, .. }) => {
                sqlx::query_with(text, for_sqlite(args)?)
                    .execute(c)
                    .await
                    .map_err(|e| refused(text, e))?
                    .rows_affected()
            }
            (TxConnection::Postgres(c), Sql::Same(text) | Sql::Each { postgres: text, .. }) => {
                sqlx::query_with(text, for_postgres(args)?)
                    .execute(&mut **c)
                    .await
                    .map_err(|e| refused(text, e))?
                    .rows_affected()
            }
        })
    }

    /// Runs a statement that PostgreSQL alone needs, such as a lock: SQLite has one writer at a time.
    pub async fn execute_on_postgres(&mut self, text: &'static str, args: Vec<Arg>) -> Result<()> {
        match self.connection {
            TxConnection::Sqlite(_) => Ok(()),
            TxConnection::Postgres(_) => self.execute(text, args).await.map(|_| ()),
        }
    }

    /// Notes what this command changes, for the caches, which learn of it once it is committed.
    pub fn changed(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    async fn control(&mut self, text: &'static str) -> Result<()> {
        self.execute(text, Vec::new()).await.map(|_| ())
    }
}

/// What the thread writes to.
pub(super) enum Backend {
    Sqlite(Opened),
    Postgres(PgPool),
}

/// The sending side. Cheap to clone.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    thread: Arc<Mutex<Option<std::thread::JoinHandle<()>>>>,
}

enum Message {
    Run(Box<dyn Command>),
    Stop(oneshot::Sender<()>),
}

/// What a command came to.
type Outcome = Result<Box<dyn Any>>;

/// A waiting write: it can be run (again), and it knows whom to answer.
trait Command: Send {
    fn run<'a>(&'a self, tx: &'a mut Tx) -> LocalBoxFuture<'a, Outcome>;
    fn answer(self: Box<Self>, result: Outcome);
}

struct Write<T, F> {
    command: F,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Command for Write<T, F>
where
    T: Send + 'static,
    F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
{
    fn run<'a>(&'a self, tx: &'a mut Tx) -> LocalBoxFuture<'a, Outcome> {
        Box::pin(async move { (self.command)(tx).await.map(|value| Box::new(value) as Box<dyn Any>) })
    }

    fn answer(self: Box<Self>, result: Outcome) {
        let result = result.and_then(|value| {
            value.downcast::<T>().map(|v| *v).map_err(|_| Error::internal("a write answered another's type"))
        });
        // The caller may have gone away; its write stands all the same.
        let _gone = self.reply.send(result);
    }
}

impl Writer {
    pub(super) fn start(backend: Backend, on_commit: OnCommit) -> Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE_MAX);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::from_io("starting the writer"))?;
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || match backend {
                Backend::Sqlite(opened) => runtime.block_on(SqliteWriter::new(opened, on_commit).run(waiting)),
                Backend::Postgres(pool) => LocalSet::new().block_on(&runtime, run_postgres(pool, on_commit, waiting)),
            })
            .map_err(Error::from_io("starting the writer"))?;
        Ok(Self { queue, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    pub(super) async fn run<T, F>(&self, command: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Message::Run(Box::new(Write { command, reply }))).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => Error::unavailable("too many writes are waiting"),
            mpsc::error::TrySendError::Closed(_) => Error::unavailable("the server is stopping"),
        })?;
        answer.await.map_err(|_| Error::unavailable("the server is stopping"))?
    }

    pub(super) async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.queue.send(Message::Stop(done)).await.is_ok() {
            let _gone = stopped.await;
        }
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _joined = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// Runs a command; a panic in it is that command's error and nobody else's.
async fn guarded(command: &dyn Command, tx: &mut Tx) -> Outcome {
    AssertUnwindSafe(command.run(tx)).catch_unwind().await.unwrap_or_else(|_| Err(Error::internal("a write panicked")))
}

struct SqliteWriter {
    tx: Tx,
    on_commit: OnCommit,
    /// SQLite's count of other connections' commits, as last seen.
    data_version: Option<i64>,
}

impl SqliteWriter {
    fn new(opened: Opened, on_commit: OnCommit) -> Self {
        Self {
            tx: Tx { connection: TxConnection::Sqlite(opened.writer), changes: Vec::new() },
            on_commit,
            data_version: None,
        }
    }

    async fn run(mut self, mut waiting: mpsc::Receiver<Message>) {
        self.watch().await;
        let stopped = loop {
            match tokio::time::timeout(WATCH_INTERVAL, waiting.recv()).await {
                Err(_idle) => self.watch().await,
                Ok(None) => break None,
                Ok(Some(Message::Stop(done))) => break Some(done),
                Ok(Some(Message::Run(first))) => {
                    if let Some(done) = self.batch(first, &mut waiting).await {
                        break Some(done);
                    }
                }
            }
        };
        drop(waiting);
        if let Err(error) = self.tx.control("PRAGMA wal_checkpoint(TRUNCATE)").await {
            tracing::warn!(%error, "the log was not moved into the database; the next start does it");
        }
        if let TxConnection::Sqlite(connection) = self.tx.connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the writing connection did not close");
        }
        if let Some(done) = stopped {
            let _gone = done.send(());
        }
    }

    /// Tells the caches when another process wrote to the file.
    async fn watch(&mut self) {
        let version = self.tx.fetch_one("PRAGMA data_version", Vec::new(), |row| row.get("data_version")).await;
        match version {
            Ok(version) => {
                if self.data_version.replace(version).is_some_and(|before| before != version) {
                    (self.on_commit)(&[Change::Everything]);
                }
            }
            Err(error) => tracing::warn!(%error, "whether another process wrote cannot be told"),
        }
    }

    /// Runs what is waiting in one transaction. Answers with a request to stop that came in between.
    async fn batch(
        &mut self,
        first: Box<dyn Command>,
        waiting: &mut mpsc::Receiver<Message>,
    ) -> Option<oneshot::Sender<()>> {
        self.watch().await;
        // One trip to SQLite's thread for two statements: with a comment's own two, trips are what writing costs.
        if let Err(error) = self.tx.control("BEGIN IMMEDIATE; SAVEPOINT command").await {
            first.answer(Err(error));
            return None;
        }
        let (mut finished, mut stop, mut next) = (Vec::new(), None, Some(first));
        while let Some(command) = next.take() {
            let result = self.one(&*command).await;
            finished.push((command, result));
            if finished.len() == BATCH_MAX {
                break;
            }
            match waiting.try_recv() {
                Ok(Message::Run(command)) => match self.tx.control("RELEASE command; SAVEPOINT command").await {
                    Ok(()) => next = Some(command),
                    Err(error) => command.answer(Err(error)),
                },
                Ok(Message::Stop(done)) => stop = Some(done),
                Err(_none) => {}
            }
        }
        self.commit(finished).await;
        stop
    }

    /// Runs a command in the savepoint that is open; a failed one leaves nothing behind.
    async fn one(&mut self, command: &dyn Command) -> Outcome {
        let changes = self.tx.changes.len();
        let result = guarded(command, &mut self.tx).await;
        if result.is_err() {
            self.tx.changes.truncate(changes);
            self.tx.control("ROLLBACK TO command").await?;
        }
        result
    }

    async fn commit(&mut self, finished: Vec<(Box<dyn Command>, Outcome)>) {
        metrics::histogram!("rejoinder_write_batch").record(u32::try_from(finished.len()).unwrap_or(u32::MAX));
        match self.tx.control("COMMIT").await {
            Ok(()) => {
                let changes = std::mem::take(&mut self.tx.changes);
                if !changes.is_empty() {
                    (self.on_commit)(&changes);
                }
                for (command, result) in finished {
                    command.answer(result);
                }
            }
            Err(error) => {
                tracing::error!(%error, "a commit failed; its writes are refused");
                self.tx.changes.clear();
                // SQLite has rolled back by itself after most such errors; then this is refused, harmlessly.
                let _already = self.tx.control("ROLLBACK").await;
                for (command, _) in finished {
                    command.answer(Err(Error::unavailable(format!("the database could not commit: {error}"))));
                }
            }
        }
    }
}

async fn run_postgres(pool: PgPool, on_commit: OnCommit, mut waiting: mpsc::Receiver<Message>) {
    let places = Arc::new(Semaphore::new(POSTGRES_WRITES_MAX));
    let origin: Rc<str> = super::postgres::origin().into();
    let listener = tokio::task::spawn_local(super::postgres::listen(pool.clone(), origin.clone(), on_commit.clone()));
    let mut stopped = None;
    while let Some(message) = waiting.recv().await {
        let command = match message {
            Message::Run(command) => command,
            Message::Stop(done) => {
                stopped = Some(done);
                break;
            }
        };
        let Ok(place) = places.clone().acquire_owned().await else { break };
        let (pool, on_commit, origin) = (pool.clone(), on_commit.clone(), origin.clone());
        tokio::task::spawn_local(async move {
            let result = transact(&pool, &*command, &origin, &on_commit).await;
            command.answer(result);
            drop(place);
        });
    }
    // Every place back means every write is answered.
    let _all = places.acquire_many(u32::try_from(POSTGRES_WRITES_MAX).unwrap_or(u32::MAX)).await;
    listener.abort();
    // Its end is waited for: sqlx gives the listening connection back by a task, which wants this runtime.
    let _aborted = listener.await;
    if let Some(done) = stopped {
        let _gone = done.send(());
    }
}

/// One command in one transaction, again when it could not be serialised with the others.
async fn transact(pool: &PgPool, command: &dyn Command, origin: &str, on_commit: &OnCommit) -> Outcome {
    let mut tries = 0;
    loop {
        tries += 1;
        let connection = pool.acquire().await.map_err(|e| refused("BEGIN", e))?;
        let mut tx = Tx { connection: TxConnection::Postgres(connection), changes: Vec::new() };
        match attempt(&mut tx, command, origin).await {
            Ok(value) => {
                if !tx.changes.is_empty() {
                    on_commit(&tx.changes);
                }
                return Ok(value);
            }
            Err(error) => {
                tx.control("ROLLBACK").await?;
                if tries == TRIES_MAX || !super::postgres::may_be_retried(&error) {
                    return Err(error);
                }
            }
        }
    }
}

async fn attempt(tx: &mut Tx, command: &dyn Command, origin: &str) -> Outcome {
    tx.control("BEGIN").await?;
    let value = guarded(command, tx).await?;
    if !tx.changes.is_empty() {
        tx.fetch_all(super::postgres::NOTIFY, vec![origin.into()], |_| Ok(())).await?;
    }
    tx.control("COMMIT").await?;
    Ok(value)
}
