//! The one way to write. A thread of its own takes what is waiting, runs it in one transaction, commits
//! once, tells the caches, and only then answers all of them: the cost of a flush is shared without
//! weakening the promise that an answered write is on disk.
//!
//! Commands hardly ever fail (a refusal is an answer, not a failure), and each trip to the thread that
//! the driver keeps for the connection costs more than most statements. So a batch begins without
//! savepoints; when a command fails, all is rolled back, and the batch runs again with one for each.
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
use sqlx::{Connection as _, PgPool};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::LocalSet;

use super::postgres::refused;
use super::sqlite::Opened;
use super::tx::{Tx, TxConnection};
use super::{Change, OnCommit};
use crate::error::{Error, Result};

/// Writes that may wait; one more is answered "unavailable", so that a flood costs no memory.
const QUEUE_MAX: usize = 1_024;
/// Commands that share one transaction at most: bounds how long the first of them waits.
const BATCH_MAX: usize = 256;
/// How often an idle writer looks whether another process wrote.
pub const WATCH_INTERVAL: Duration = Duration::from_millis(100);
/// Tries of a PostgreSQL transaction that failed to serialise or met a deadlock.
const TRIES_MAX: usize = 5;
/// PostgreSQL transactions under way at once.
const POSTGRES_WRITES_MAX: usize = 8;

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
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        match &backend {
            // Without the driver for sockets a thread is woken by a futex alone, half of what a trip costs otherwise.
            Backend::Sqlite(_) => runtime.enable_time(),
            Backend::Postgres(_) => runtime.enable_all(),
        };
        let runtime = runtime.build().map_err(Error::from_io("starting the writer"))?;
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || match backend {
                Backend::Sqlite(opened) => runtime.block_on(SqliteWriter::new(opened, on_commit).run(waiting)),
                Backend::Postgres(pool) => {
                    // A connection that a task still holds is dropped with the set, and wants the runtime for that.
                    let _within = runtime.enter();
                    let tasks = LocalSet::new();
                    tasks.block_on(&runtime, run_postgres(pool, on_commit, waiting));
                    drop(tasks);
                }
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

/// Commands that have run, with what they came to.
type Finished = Vec<(Box<dyn Command>, Outcome)>;

fn answer_all(finished: Finished) {
    for (command, outcome) in finished {
        command.answer(outcome);
    }
}

fn refuse_all(finished: Finished, why: &str) {
    for (command, _) in finished {
        command.answer(Err(Error::unavailable(why)));
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
        Self { tx: Tx::new(TxConnection::Sqlite(opened.writer)), on_commit, data_version: None }
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
        match self.tx.fetch_one("PRAGMA data_version", Vec::new(), |row| row.get("data_version")).await {
            Ok(version) => self.saw(version),
            Err(error) => tracing::warn!(%error, "whether another process wrote cannot be told"),
        }
    }

    fn saw(&mut self, data_version: i64) {
        if self.data_version.replace(data_version).is_some_and(|before| before != data_version) {
            (self.on_commit)(&[Change::Everything]);
        }
    }

    async fn begin(&mut self) -> Result<()> {
        const BEGIN: &str = "BEGIN IMMEDIATE; PRAGMA data_version";
        let version = self.tx.fetch_one(BEGIN, Vec::new(), |row| row.get("data_version")).await?;
        self.saw(version);
        Ok(())
    }

    /// Undoes the transaction. SQLite has done so by itself after some errors; then this is refused, harmlessly.
    async fn roll_back(&mut self) {
        self.tx.changes.clear();
        let _already = self.tx.control("ROLLBACK").await;
    }

    /// Runs what is waiting in one transaction. Answers with a request to stop that came in between.
    async fn batch(
        &mut self,
        first: Box<dyn Command>,
        waiting: &mut mpsc::Receiver<Message>,
    ) -> Option<oneshot::Sender<()>> {
        if let Err(error) = self.begin().await {
            first.answer(Err(error));
            return None;
        }
        let (mut finished, mut stop, mut next) = (Finished::new(), None, Some(first));
        while let Some(command) = next.take() {
            let outcome = guarded(&*command, &mut self.tx).await;
            let has_failed = outcome.is_err();
            finished.push((command, outcome));
            if has_failed {
                self.roll_back().await;
                self.apart(finished).await;
                return stop;
            }
            if finished.len() == BATCH_MAX {
                break;
            }
            match waiting.try_recv() {
                Ok(Message::Run(command)) => next = Some(command),
                Ok(Message::Stop(done)) => stop = Some(done),
                Err(_none) => {}
            }
        }
        self.commit(finished).await;
        stop
    }

    /// Runs a batch again after one of its commands, the last, has failed: each in a savepoint, so that a
    /// failed one leaves nothing behind and the others stand.
    async fn apart(&mut self, mut batch: Finished) {
        if batch.len() == 1 {
            return answer_all(batch);
        }
        if let Err(error) = self.begin().await {
            return refuse_all(batch, &format!("the database could not begin: {error}"));
        }
        for (command, outcome) in &mut batch {
            *outcome = self.alone(&**command).await;
        }
        self.commit(batch).await;
    }

    async fn alone(&mut self, command: &dyn Command) -> Outcome {
        let changes = self.tx.changes.len();
        self.tx.control("SAVEPOINT command").await?;
        let outcome = guarded(command, &mut self.tx).await;
        if outcome.is_err() {
            self.tx.changes.truncate(changes);
            self.tx.control("ROLLBACK TO command; RELEASE command").await?;
        } else {
            self.tx.control("RELEASE command").await?;
        }
        outcome
    }

    async fn commit(&mut self, finished: Finished) {
        metrics::histogram!("rejoinder_write_batch").record(u32::try_from(finished.len()).unwrap_or(u32::MAX));
        match self.tx.control("COMMIT").await {
            Ok(()) => {
                let changes = std::mem::take(&mut self.tx.changes);
                if !changes.is_empty() {
                    (self.on_commit)(&changes);
                }
                answer_all(finished);
            }
            Err(error) => {
                tracing::error!(%error, "a commit failed; its writes are refused");
                self.roll_back().await;
                refuse_all(finished, &format!("the database could not commit: {error}"));
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
    pool.close().await;
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
        let mut tx = Tx::new(TxConnection::Postgres(connection));
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
