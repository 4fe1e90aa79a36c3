//! Log-ins on their way from the window where they were made into the frame that opened it. Each is known by a
//! hash of what the frame alone knows, and may be taken once by cookie and once by token.

use crate::error::Result;
use crate::model::ids::{AccountId, IdentityId, SiteId};
use crate::model::time::Timestamp;
use crate::store::db::{Db, Row, Tx, args};

/// A hand-over as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// Who logged in.
    pub account_id: AccountId,
    /// By which identity; without one, by a password.
    pub identity_id: Option<IdentityId>,
    /// Whether the browser is to keep the log-in when it closes.
    pub lasting: bool,
    /// The session that was begun with it already.
    pub session_hash: Option<Vec<u8>>,
}

fn handover(row: &Row) -> Result<Handover> {
    Ok(Handover {
        account_id: row.get("account_id")?,
        identity_id: row.get("identity_id")?,
        lasting: row.get("lasting")?,
        session_hash: row.get("session_hash")?,
    })
}

/// Keeps one until `expires_at`. A second log-in for the same frame takes the place of the first.
pub async fn insert(
    tx: &mut Tx,
    site: SiteId,
    challenge: &[u8],
    new: &Handover,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<()> {
    const INSERT: &str = "INSERT INTO handovers (site_id, challenge, account_id, identity_id, lasting, session_hash, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (site_id, challenge) DO UPDATE SET account_id = excluded.account_id, \
        identity_id = excluded.identity_id, lasting = excluded.lasting, session_hash = excluded.session_hash, \
        created_at = excluded.created_at, expires_at = excluded.expires_at";
    let args = args![
        site,
        challenge.to_vec(),
        new.account_id,
        new.identity_id,
        new.lasting,
        new.session_hash.clone(),
        now,
        expires_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// The one with this challenge, if its time is not over.
pub async fn find(db: &Db, site: SiteId, challenge: &[u8], now: Timestamp) -> Result<Option<Handover>> {
    const FIND: &str = "SELECT account_id, identity_id, lasting, session_hash FROM handovers \
        WHERE site_id = $1 AND challenge = $2 AND expires_at > $3";
    db.fetch_optional(FIND, args![site, challenge.to_vec(), now], handover).await
}

/// Takes it for a session that a cookie names, if none was begun with it before.
pub async fn take_for_session(
    tx: &mut Tx,
    site: SiteId,
    challenge: &[u8],
    session_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Handover>> {
    const TAKE: &str = "UPDATE handovers SET session_hash = $3 \
        WHERE site_id = $1 AND challenge = $2 AND expires_at > $4 AND session_hash IS NULL \
        RETURNING account_id, identity_id, lasting, session_hash";
    let args = args![site, challenge.to_vec(), session_hash.to_vec(), now];
    tx.fetch_optional(TAKE, args, handover).await
}

/// Takes it for good.
pub async fn take(tx: &mut Tx, site: SiteId, challenge: &[u8], now: Timestamp) -> Result<Option<Handover>> {
    const TAKE: &str = "DELETE FROM handovers WHERE site_id = $1 AND challenge = $2 AND expires_at > $3 \
        RETURNING account_id, identity_id, lasting, session_hash";
    tx.fetch_optional(TAKE, args![site, challenge.to_vec(), now], handover).await
}

/// Forgets those of an account, as a new password must.
pub async fn delete_of_account(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.execute("DELETE FROM handovers WHERE account_id = $1", args![account]).await
}

/// Forgets those of an identity of an account, which lets nobody in any more.
pub async fn delete_of_identity(tx: &mut Tx, account: AccountId, identity: IdentityId) -> Result<u64> {
    const DELETE: &str = "DELETE FROM handovers WHERE account_id = $1 AND identity_id = $2";
    tx.execute(DELETE, args![account, identity]).await
}

/// Forgets those whose time is over.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM handovers WHERE expires_at <= $1", args![now]).await
}
