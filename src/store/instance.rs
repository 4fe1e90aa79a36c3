//! What the instance knows of itself: its secrets and marks, one value a name.

use crate::error::Result;
use crate::store::db::{Db, Tx, args};

/// The value of this name.
pub async fn find(db: &Db, name: &str) -> Result<Option<String>> {
    db.fetch_optional("SELECT value FROM instance WHERE name = $1", args![name], |row| row.get("value")).await
}

/// Keeps a value unless the name has one already; answers with the one that is kept.
pub async fn insert_once(tx: &mut Tx, name: &str, value: &str) -> Result<String> {
    tx.execute("INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", args![name, value])
        .await?;
    tx.fetch_one("SELECT value FROM instance WHERE name = $1", args![name], |row| row.get("value")).await
}

/// Keeps a value in place of an older one.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    const SET: &str =
        "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(SET, args![name, value]).await.map(|_| ())
}

/// Forgets a name; says whether it had a value.
pub async fn delete(tx: &mut Tx, name: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM instance WHERE name = $1", args![name]).await? == 1)
}

/// Takes a value out: of two who ask at once, one gets it.
pub async fn take(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    tx.fetch_optional("DELETE FROM instance WHERE name = $1 RETURNING value", args![name], |row| row.get("value")).await
}
