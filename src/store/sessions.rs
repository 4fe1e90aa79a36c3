//! Log-ins that are under way. Only a hash of each token is kept: who reads the database cannot use it.

use crate::error::Result;
use crate::model::ids::{AccountId, IdentityId};
use crate::model::session::Scope;
use crate::model::time::Timestamp;
use crate::store::db::{Db, Tx, args};

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub account_id: AccountId,
    /// What it lets into.
    pub scope: Scope,
    /// By which identity it began; without one, by a password.
    pub identity_id: Option<IdentityId>,
    /// What every form of this session carries.
    pub csrf_token: String,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends, used or not.
    pub expires_at: Timestamp,
}

/// The session with this token's hash that has not ended.
pub async fn find(db: &Db, token_hash: &[u8], now: Timestamp) -> Result<Option<Session>> {
    const FIND: &str = "SELECT account_id, scope, identity_id, csrf_token, seen_at, expires_at FROM sessions \
        WHERE token_hash = $1 AND expires_at > $2";
    db.fetch_optional(FIND, args![token_hash.to_vec(), now], |row| {
        Ok(Session {
            account_id: row.get("account_id")?,
            scope: Scope::parse(&row.get::<String>("scope")?),
            identity_id: row.get("identity_id")?,
            csrf_token: row.get("csrf_token")?,
            seen_at: row.get("seen_at")?,
            expires_at: row.get("expires_at")?,
        })
    })
    .await
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// By which it is found.
    pub token_hash: Vec<u8>,
    /// What it lets into.
    pub scope: Scope,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// From where it began.
    pub ip: String,
    /// With which program.
    pub agent: String,
}

/// The sessions of an account that have not ended and were used since `seen_since`, the last used first.
pub async fn list_of_account(
    db: &Db,
    account: AccountId,
    now: Timestamp,
    seen_since: Timestamp,
    limit: i64,
) -> Result<Vec<Listed>> {
    const LIST: &str = "SELECT token_hash, scope, created_at, seen_at, ip, agent FROM sessions \
        WHERE account_id = $1 AND expires_at > $2 AND seen_at >= $3 ORDER BY seen_at DESC, created_at DESC, token_hash LIMIT $4";
    db.fetch_all(LIST, args![account, now, seen_since, limit], |row| {
        Ok(Listed {
            token_hash: row.get("token_hash")?,
            scope: Scope::parse(&row.get::<String>("scope")?),
            created_at: row.get("created_at")?,
            seen_at: row.get("seen_at")?,
            ip: row.get("ip")?,
            agent: row.get("agent")?,
        })
    })
    .await
}

/// Begins a session.
pub async fn insert(tx: &mut Tx, token_hash: &[u8], session: &Session, ip: &str, agent: &str) -> Result<()> {
    const INSERT: &str = "INSERT INTO sessions (token_hash, account_id, scope, identity_id, csrf_token, created_at, seen_at, expires_at, ip, agent) \
        VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)";
    let args = args![
        token_hash.to_vec(),
        session.account_id,
        session.scope.as_str(),
        session.identity_id,
        session.csrf_token.as_str(),
        session.seen_at,
        session.expires_at,
        ip,
        agent
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Notes that it was used. One that nobody used since `desk_since` is a reader's from now on: what was idle for too
/// long for the desk does not come back to it by being used elsewhere.
pub async fn touch(tx: &mut Tx, token_hash: &[u8], now: Timestamp, desk_since: Timestamp) -> Result<()> {
    const TOUCH: &str = "UPDATE sessions SET seen_at = $2, scope = CASE WHEN seen_at < $3 THEN 'reader' ELSE scope END \
        WHERE token_hash = $1";
    tx.execute(TOUCH, args![token_hash.to_vec(), now, desk_since]).await.map(|_| ())
}

/// Ends a session.
pub async fn delete(tx: &mut Tx, token_hash: &[u8]) -> Result<()> {
    tx.execute("DELETE FROM sessions WHERE token_hash = $1", args![token_hash.to_vec()]).await.map(|_| ())
}

/// When a session began: how old the proof is that whoever has it is its account's owner.
pub async fn began_at(db: &Db, token_hash: &[u8]) -> Result<Option<Timestamp>> {
    const FIND: &str = "SELECT created_at FROM sessions WHERE token_hash = $1";
    db.fetch_optional(FIND, args![token_hash.to_vec()], |row| row.get("created_at")).await
}

/// Ends every session of an account that began by an identity, which lets nobody in any more.
pub async fn delete_of_identity(tx: &mut Tx, account: AccountId, identity: IdentityId) -> Result<u64> {
    const DELETE: &str = "DELETE FROM sessions WHERE account_id = $1 AND identity_id = $2";
    tx.execute(DELETE, args![account, identity]).await
}

/// Ends every session of an account, as a new password must.
pub async fn delete_of_account(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE account_id = $1", args![account]).await
}

/// Ends every session of an account but the one with this token's hash. Says how many ended.
pub async fn delete_others(tx: &mut Tx, account: AccountId, kept: &[u8]) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE account_id = $1 AND token_hash <> $2", args![account, kept.to_vec()]).await
}

/// Forgets the sessions that have ended.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM sessions WHERE expires_at <= $1", args![now]).await
}
