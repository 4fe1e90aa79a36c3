//! Identities by the word of a provider, found by (issuer, subject) and by nothing else, and what is left of
//! deleted ones.

use crate::error::Result;
use crate::model::identity::{Identity, ProvenIdentity};
use crate::model::ids::{AccountId, IdentityId};
use crate::model::time::Timestamp;
use crate::store::db::{Db, Row, Sql, Tx, args};

fn identity(row: &Row) -> Result<Identity> {
    let proven = ProvenIdentity {
        provider: row.get("provider")?,
        provider_name: row.get("provider_name")?,
        issuer: row.get("issuer")?,
        subject: row.get("subject")?,
        name: row.get("name")?,
        url: row.get("url")?,
        picture: row.get("picture")?,
        email: row.get("email")?,
        email_verified: row.get("email_verified")?,
    };
    Ok(Identity {
        id: row.get("id")?,
        account_id: row.get("account_id")?,
        proven,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

/// The identity of this number.
pub async fn find(db: &Db, id: IdentityId) -> Result<Option<Identity>> {
    const FIND: &str = "SELECT id, account_id, provider, provider_name, issuer, subject, name, url, picture, email, email_verified, created_at, last_used_at \
        FROM identities WHERE id = $1";
    db.fetch_optional(FIND, args![id], identity).await
}

/// The identity of this key.
pub async fn find_by_key(db: &Db, issuer: &str, subject: &str) -> Result<Option<Identity>> {
    const FIND: &str = "SELECT id, account_id, provider, provider_name, issuer, subject, name, url, picture, email, email_verified, created_at, last_used_at \
        FROM identities WHERE issuer = $1 AND subject = $2";
    db.fetch_optional(FIND, args![issuer, subject], identity).await
}

/// The identity of this key, seen from inside a transaction, which alone may change it until it ends.
pub async fn lock(tx: &mut Tx, issuer: &str, subject: &str) -> Result<Option<Identity>> {
    const LOCK: Sql = Sql::Each {
        sqlite: "SELECT id, account_id, provider, provider_name, issuer, subject, name, url, picture, email, email_verified, created_at, last_used_at \
            FROM identities WHERE issuer = $1 AND subject = $2",
        postgres: "SELECT id, account_id, provider, provider_name, issuer, subject, name, url, picture, email, email_verified, created_at, last_used_at \
            FROM identities WHERE issuer = $1 AND subject = $2 FOR UPDATE",
    };
    tx.fetch_optional(LOCK, args![issuer, subject], identity).await
}

/// The identities of an account, oldest first.
pub async fn list_of_account(db: &Db, account: AccountId) -> Result<Vec<Identity>> {
    const LIST: &str = "SELECT id, account_id, provider, provider_name, issuer, subject, name, url, picture, email, email_verified, created_at, last_used_at \
        FROM identities WHERE account_id = $1 ORDER BY id";
    db.fetch_all(LIST, args![account], identity).await
}

/// The same, seen from inside a transaction.
pub async fn list_of_account_in(tx: &mut Tx, account: AccountId) -> Result<Vec<Identity>> {
    const LIST: &str = "SELECT id, account_id, provider, provider_name, issuer, subject, name, url, picture, email, email_verified, created_at, last_used_at \
        FROM identities WHERE account_id = $1 ORDER BY id";
    tx.fetch_all(LIST, args![account], identity).await
}

/// Keeps an identity; `Conflict` when its key is taken.
pub async fn insert(tx: &mut Tx, account: AccountId, new: &ProvenIdentity, now: Timestamp) -> Result<IdentityId> {
    const INSERT: &str = "INSERT INTO identities (id, account_id, provider, provider_name, issuer, subject, name, url, picture, email, email_verified, created_at, last_used_at) \
        SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11 FROM identities WHERE TRUE RETURNING id";
    let args = args![
        account,
        new.provider.as_str(),
        new.provider_name.as_str(),
        new.issuer.as_str(),
        new.subject.as_str(),
        new.name.as_str(),
        new.url.as_str(),
        new.picture.as_str(),
        new.email.as_str(),
        new.email_verified,
        now
    ];
    tx.fetch_one(INSERT, args, |row| row.get("id")).await
}

/// Notes what its provider says now; the key stays.
pub async fn update(tx: &mut Tx, id: IdentityId, said: &ProvenIdentity, now: Timestamp) -> Result<()> {
    const UPDATE: &str = "UPDATE identities SET provider = $2, provider_name = $3, name = $4, url = $5, picture = $6, email = $7, \
        email_verified = $8, last_used_at = $9 WHERE id = $1";
    let args = args![
        id,
        said.provider.as_str(),
        said.provider_name.as_str(),
        said.name.as_str(),
        said.url.as_str(),
        said.picture.as_str(),
        said.email.as_str(),
        said.email_verified,
        now
    ];
    tx.execute(UPDATE, args).await.map(|_| ())
}

/// Forgets an identity.
pub async fn delete(tx: &mut Tx, id: IdentityId) -> Result<()> {
    tx.execute("DELETE FROM identities WHERE id = $1", args![id]).await.map(|_| ())
}

/// Forgets every identity of an account.
pub async fn delete_of_account(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.execute("DELETE FROM identities WHERE account_id = $1", args![account]).await
}

/// Keeps the keyed hash of an identity that goes.
pub async fn insert_tombstone(tx: &mut Tx, hash: &[u8], now: Timestamp) -> Result<()> {
    const INSERT: &str = "INSERT INTO identity_tombstones (hash, deleted_at) VALUES ($1, $2) \
        ON CONFLICT (hash) DO UPDATE SET deleted_at = excluded.deleted_at";
    tx.execute(INSERT, args![hash.to_vec(), now]).await.map(|_| ())
}

/// When the identity of this keyed hash was last deleted, if it was.
pub async fn find_tombstone(db: &Db, hash: &[u8]) -> Result<Option<Timestamp>> {
    const FIND: &str = "SELECT deleted_at FROM identity_tombstones WHERE hash = $1";
    db.fetch_optional(FIND, args![hash.to_vec()], |row| row.get("deleted_at")).await
}
