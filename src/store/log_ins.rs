//! Log-ins under way at a provider, by a hash of their state. Each is taken once.

use crate::error::Result;
use crate::model::ids::{AccountId, SiteId};
use crate::model::time::Timestamp;
use crate::store::db::{Tx, args};

/// A log-in under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogIn {
    /// On which site.
    pub site_id: SiteId,
    /// By which of its providers.
    pub provider_id: String,
    /// Whose answer is awaited.
    pub issuer: String,
    /// Hash of the cookie of the browser that began it.
    pub browser_hash: Vec<u8>,
    /// What the ID token must repeat.
    pub nonce: String,
    /// Of PKCE.
    pub verifier: String,
    /// JSON: where and as whom the answer is redeemed.
    pub details: String,
    /// Where it leads.
    pub return_to: String,
    /// The challenge of the frame that waits for it.
    pub handover: Option<Vec<u8>>,
    /// The account that the identity is to be linked to, whose session began this.
    pub linking_account_id: Option<AccountId>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it is too late.
    pub expires_at: Timestamp,
}

/// Begins one.
pub async fn insert(tx: &mut Tx, state_hash: &[u8], new: &LogIn) -> Result<()> {
    const INSERT: &str = "INSERT INTO log_ins (state_hash, site_id, provider_id, issuer, browser_hash, nonce, verifier, details, return_to, handover, linking_account_id, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let args = args![
        state_hash.to_vec(),
        new.site_id,
        new.provider_id.as_str(),
        new.issuer.as_str(),
        new.browser_hash.clone(),
        new.nonce.as_str(),
        new.verifier.as_str(),
        new.details.as_str(),
        new.return_to.as_str(),
        new.handover.clone(),
        new.linking_account_id,
        new.created_at,
        new.expires_at
    ];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Takes the one of this state: nobody finds it again.
pub async fn take(tx: &mut Tx, state_hash: &[u8]) -> Result<Option<LogIn>> {
    const TAKE: &str = "DELETE FROM log_ins WHERE state_hash = $1 \
        RETURNING site_id, provider_id, issuer, browser_hash, nonce, verifier, details, return_to, handover, linking_account_id, created_at, expires_at";
    tx.fetch_optional(TAKE, args![state_hash.to_vec()], |row| {
        Ok(LogIn {
            site_id: row.get("site_id")?,
            provider_id: row.get("provider_id")?,
            issuer: row.get("issuer")?,
            browser_hash: row.get("browser_hash")?,
            nonce: row.get("nonce")?,
            verifier: row.get("verifier")?,
            details: row.get("details")?,
            return_to: row.get("return_to")?,
            handover: row.get("handover")?,
            linking_account_id: row.get("linking_account_id")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        })
    })
    .await
}

/// Forgets those that would add an identity to an account.
pub async fn delete_of_account(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.execute("DELETE FROM log_ins WHERE linking_account_id = $1", args![account]).await
}

/// Forgets those that are over.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM log_ins WHERE expires_at <= $1", args![now]).await
}
