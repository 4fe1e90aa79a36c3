//! Tokens of single sign-on that were used, by a hash of their own number, until nobody would believe them any more.

use crate::error::Result;
use crate::model::ids::SiteId;
use crate::model::time::Timestamp;
use crate::store::db::{Db, Tx, args};

/// Notes that a token is used. Says whether it was not before.
pub async fn insert(tx: &mut Tx, site: SiteId, provider: &str, jti_hash: &[u8], expires_at: Timestamp) -> Result<bool> {
    const INSERT: &str = "INSERT INTO sso_tokens (site_id, provider_id, jti_hash, expires_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (site_id, provider_id, jti_hash) DO NOTHING";
    Ok(tx.execute(INSERT, args![site, provider, jti_hash.to_vec(), expires_at]).await? == 1)
}

/// Whether a token was used.
pub async fn is_used(db: &Db, site: SiteId, provider: &str, jti_hash: &[u8]) -> Result<bool> {
    const FIND: &str =
        "SELECT EXISTS (SELECT 1 FROM sso_tokens WHERE site_id = $1 AND provider_id = $2 AND jti_hash = $3) AS found";
    db.fetch_one(FIND, args![site, provider, jti_hash.to_vec()], |row| row.get("found")).await
}

/// Forgets those that are over anyway.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM sso_tokens WHERE expires_at <= $1", args![now]).await
}
