//! The only place that knows which engine keeps the data. Everything else in `store/` writes one SQL
//! text with `$1` placeholders and runs it here, on SQLite or PostgreSQL alike.
//!
//! Columns are of five portable types (64-bit integer, text, boolean, bytes, float); times are
//! milliseconds in integers, JSON is text, "now" is a parameter. Reads use [`Db`]'s `fetch_…`, on
//! read-only connections with a time limit. Writes go through [`Db::write`] and nothing else: a
//! command that is handed a [`Tx`], runs with others in one transaction, and is answered only when
//! that transaction is on disk. Used by `store/` alone but for `Db::write`, which actions call.

mod postgres;
mod sqlite;
mod tx;
mod value;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::model::ids::{PostId, SiteId};

pub use tx::Tx;
pub(crate) use value::args;
pub(super) use value::for_sqlite as bind_for_sqlite;
pub use value::{Arg, FromColumn, Row};
pub use writer::WATCH_INTERVAL;

/// A statement: one text for both engines, or, where the dialects force it, a visible pair.
#[derive(Clone, Copy, Debug)]
pub enum Sql {
    /// The same text on both.
    Same(&'static str),
    /// A text for each.
    Each {
        /// What SQLite runs.
        sqlite: &'static str,
        /// What PostgreSQL runs.
        postgres: &'static str,
    },
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Same(text)
    }
}

/// What a committed write changed, told to caches before the write is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// What readers of one post's thread see.
    Thread(SiteId, PostId),
    /// Which posts a site has, or by which addresses.
    Posts(SiteId),
    /// Pictures of a site's picture server.
    Avatars(SiteId),
    /// A site or its options.
    Sites,
    /// By which providers one can log in.
    Providers,
    /// Who somebody is, what they may do, or with which passwords.
    Accounts,
    /// Another process wrote: whatever is cached may be old.
    Everything,
}

/// Told of every change after its commit and before its writer is answered.
pub type OnCommit = Arc<dyn Fn(&[Change]) + Send + Sync>;

/// Where the data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A SQLite file; its folder is the data folder.
    Sqlite(PathBuf),
    /// A `postgres://` URL.
    Postgres(String),
}

impl Place {
    /// Reads a `--database-url`. The scheme must be exactly `sqlite:` or `postgres:`; guessing has cost
    /// other programs' users their data.
    pub fn parse(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite(path.trim_start_matches("//").into()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(Error::invalid(
            "database-url",
            format!("“{url}” is neither sqlite:PATH nor postgres://…; give one of these"),
        ))
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    writer: writer::Writer,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Readers),
    /// The connections that read; the writer has others.
    Postgres(sqlx::PgPool),
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.engine {
            Engine::Sqlite(_) => "Db(SQLite)",
            Engine::Postgres(_) => "Db(PostgreSQL)",
        })
    }
}

impl Db {
    /// Opens the database, makes it when it is not there, and brings its schema up to date.
    ///
    /// Fails when the SQLite library is older than 3.51.3 (it can corrupt a WAL database), when the
    /// schema is newer than this program, or when the place cannot be reached.
    pub async fn open(place: &Place, on_commit: OnCommit) -> Result<Self> {
        match place {
            Place::Sqlite(path) => {
                let opened = sqlite::open(path).await?;
                let readers = opened.readers.clone();
                let writer = writer::Writer::start(writer::Backend::Sqlite(opened), on_commit)?;
                Ok(Self { engine: Engine::Sqlite(readers), writer })
            }
            Place::Postgres(url) => {
                let postgres::Opened { writers, readers } = postgres::open(url).await?;
                let writer = writer::Writer::start(writer::Backend::Postgres(writers), on_commit)?;
                Ok(Self { engine: Engine::Postgres(readers), writer })
            }
        }
    }

    /// All rows of a reading statement.
    pub async fn fetch_all<T>(
        &self,
        sql: impl Into<Sql>,
        args: Vec<Arg>,
        read: fn(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = match (&self.engine, sql.into()) {
            (Engine::Sqlite(readers), Sql::Same(text) | Sql::Each { sqlite: text, .. }) => {
                readers.fetch_all(text, args).await?
            }
            (Engine::Postgres(readers), Sql::Same(text) | Sql::Each { postgres: text, .. }) => {
                postgres::fetch_all(readers, text, args).await?
            }
        };
        rows.iter().map(read).collect()
    }

    /// The first row of a reading statement, if there is one.
    pub async fn fetch_optional<T>(
        &self,
        sql: impl Into<Sql>,
        args: Vec<Arg>,
        read: fn(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.fetch_all(sql, args, read).await?.into_iter().next())
    }

    /// The one row of a statement that always has one, such as a count.
    pub async fn fetch_one<T>(&self, sql: impl Into<Sql>, args: Vec<Arg>, read: fn(&Row) -> Result<T>) -> Result<T> {
        self.fetch_optional(sql, args, read)
            .await?
            .ok_or_else(|| Error::internal("a statement that always has a row had none"))
    }

    /// Runs `command` in a transaction and answers when it is on disk. A dropped caller neither cancels
    /// nor tears it. An error rolls this command back, and no other.
    ///
    /// On PostgreSQL the command may run again after a serialisation failure, so it only borrows what it
    /// captured. No network, hashing or rendering in here: every other writer waits for it.
    pub async fn write<T, F>(&self, command: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    {
        self.writer.run(command).await
    }

    /// Waits for the writes that are under way, moves the log into the database, and closes.
    pub async fn close(&self) {
        match &self.engine {
            // The writer last: SQLite removes the emptied log with the last connection, unless it only reads.
            Engine::Sqlite(readers) => {
                readers.close().await;
                self.writer.stop().await;
            }
            Engine::Postgres(readers) => {
                self.writer.stop().await;
                readers.close().await;
            }
        }
    }

    /// Writes a consistent copy of a SQLite database to a file that does not exist yet, while serving.
    pub async fn copy_to(&self, file: &std::path::Path) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(readers) => readers.copy_to(file).await,
            Engine::Postgres(_) => {
                Err(Error::invalid("database-url", "a PostgreSQL database is backed up with pg_dump"))
            }
        }
    }
}

/// Checks that a file is a whole Rejoinder database of a schema this program knows.
pub async fn check_file(path: &std::path::Path) -> Result<()> {
    sqlite::check_file(path).await
}
