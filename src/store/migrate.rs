//! Brings a database's schema up to date: numbered SQL, the same numbers and names in both folders,
//! forward only, each in a transaction, embedded in the program. Called by `store/db` when it opens.

use std::borrow::Cow;
use std::path::Path;

use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, PgPool, SqlSafeStr as _};

use crate::error::{Error, Result};
use crate::store::db::args;

/// Number, name, and the text for each engine. Never edit one that was released: add one.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &[(
    1,
    "initial",
    include_str!("../../migrations/sqlite/0001_initial.sql"),
    include_str!("../../migrations/postgres/0001_initial.sql"),
)];

fn migrator(text: fn(&(i64, &'static str, &'static str, &'static str)) -> &'static str) -> Migrator {
    let migrations = MIGRATIONS
        .iter()
        .map(|m| Migration::new(m.0, Cow::Borrowed(m.1), MigrationType::Simple, text(m).into_sql_str(), false));
    Migrator::with_migrations(migrations.collect())
}

/// Migrates a SQLite database; one that already holds data is copied beside itself first.
pub(super) async fn sqlite(connection: &mut SqliteConnection, path: &Path) -> Result<()> {
    let migrator = migrator(|m| m.2);
    connection.ensure_migrations_table("_sqlx_migrations").await.map_err(failed)?;
    let applied = connection.list_applied_migrations("_sqlx_migrations").await.map_err(failed)?;
    if applied.len() == MIGRATIONS.len()
        && applied.iter().zip(migrator.iter()).all(|(a, m)| a.version == m.version && a.checksum == m.checksum)
    {
        return Ok(());
    }
    if !applied.is_empty() && applied.len() < MIGRATIONS.len() {
        let copy = path.with_extension(format!("before-migration-{}.db", applied.len() + 1));
        tracing::info!(copy = %copy.display(), "copying the database before its schema changes");
        let args = super::db::bind_for_sqlite(args![copy.to_string_lossy().as_ref()])?;
        sqlx::query_with("VACUUM INTO $1", args)
            .execute(&mut *connection)
            .await
            .map_err(|e| Error::Internal(e.into()))?;
    }
    // The lock of one transaction around all: a command may open a new database at the same instant as the server.
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.map_err(|e| failed(e.into()))?;
    migrator.run_direct(None, &mut *tx, false).await.map_err(failed)?;
    tx.commit().await.map_err(|e| failed(e.into()))
}

/// Migrates a PostgreSQL database, under an advisory lock, so that several servers may start at once.
pub(super) async fn postgres(pool: &PgPool) -> Result<()> {
    migrator(|m| m.3).run(pool).await.map_err(failed)
}

/// Whether the database holds a schema of ours that is not newer than this program.
pub(super) async fn check(connection: &mut SqliteConnection) -> Result<()> {
    let applied = connection.list_applied_migrations("_sqlx_migrations").await.map_err(failed)?;
    match applied.iter().map(|m| m.version).max() {
        Some(newest) if newest > MIGRATIONS.last().map_or(0, |m| m.0) => {
            Err(failed(sqlx::migrate::MigrateError::VersionMissing(newest)))
        }
        Some(_) => Ok(()),
        None => Err(Error::invalid("FILE", "it has no schema of ours")),
    }
}

fn failed(error: sqlx::migrate::MigrateError) -> Error {
    match error {
        sqlx::migrate::MigrateError::VersionMissing(version) => Error::unavailable(format!(
            "the database was written by a newer Rejoinder (schema {version}); start that version, or restore an older backup"
        )),
        error => Error::Internal(anyhow::Error::new(error).context("changing the schema")),
    }
}
