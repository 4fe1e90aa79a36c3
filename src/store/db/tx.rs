//! A transaction that is under way, on either engine: what a write's command is handed. Made by `writer`.

use sqlx::Postgres;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqliteConnection;

use super::postgres::refused;
use super::value::{Arg, Row, for_postgres, for_sqlite};
use super::{Change, Sql};
use crate::error::{Error, Result};

/// A transaction that is under way. Only [`super::Db::write`] makes one.
pub struct Tx {
    pub(super) connection: TxConnection,
    /// What its commands changed so far.
    pub(super) changes: Vec<Change>,
}

pub(super) enum TxConnection {
    Sqlite(SqliteConnection),
    Postgres(PoolConnection<Postgres>),
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("changes", &self.changes).finish_non_exhaustive()
    }
}

impl Tx {
    pub(super) fn new(connection: TxConnection) -> Self {
        Self { connection, changes: Vec::new() }
    }

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

    /// Runs a statement without arguments and rows: `BEGIN`, `COMMIT` and their like.
    pub(super) async fn control(&mut self, text: &'static str) -> Result<()> {
        self.execute(text, Vec::new()).await.map(|_| ())
    }
}
