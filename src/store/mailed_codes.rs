//! Codes and links that were mailed to addresses. A code is counted before it is compared, a link and a proof are
//! taken by the statement that finds them: two requests at the same instant are one after the other.

use crate::error::{Error, Result};
use crate::model::ids::{CommentId, MailedCodeId, SiteId};
use crate::model::mailed_code::{CODE_TRIES_MAX, MailedCode, Purpose};
use crate::model::time::Timestamp;
use crate::store::db::{Db, Row, Tx, args};
use crate::store::sites::take_turn;

fn mailed_code(row: &Row) -> Result<MailedCode> {
    let purpose: String = row.get("purpose")?;
    let details: String = row.get("details")?;
    Ok(MailedCode {
        site_id: row.get("site_id")?,
        id: row.get("id")?,
        purpose: Purpose::parse(&purpose).ok_or_else(|| Error::internal(format!("a code for “{purpose}”")))?,
        email: row.get("email")?,
        handle: row.get("handle")?,
        browser_hash: row.get("browser_hash")?,
        code_hash: row.get("code_hash")?,
        token_hash: row.get("token_hash")?,
        tries: row.get("tries")?,
        comment_id: row.get("comment_id")?,
        details: serde_json::from_str(&details).map_err(|e| Error::internal(format!("a code's details: {e}")))?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        proven_at: row.get("proven_at")?,
    })
}

/// The columns of a [`MailedCode`], as every statement here has them.
macro_rules! columns {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " site_id, id, purpose, email, handle, browser_hash, code_hash, token_hash, tries, comment_id, details, created_at, expires_at, proven_at ",
            $after
        )
    };
}

/// How many were asked for by this key since, and when the last one was; on every site.
pub async fn of_address(tx: &mut Tx, address_key: &str, since: Timestamp) -> Result<(i64, Option<Timestamp>)> {
    const COUNT: &str = "SELECT COUNT(*) AS codes, MAX(created_at) AS last FROM mailed_codes WHERE address_key = $1 AND created_at > $2";
    tx.fetch_one(COUNT, args![address_key, since], |row| Ok((row.get("codes")?, row.get("last")?))).await
}

/// Keeps a new one, whatever number it has, under the site's next.
pub async fn insert(tx: &mut Tx, new: &MailedCode, address_key: &str) -> Result<MailedCodeId> {
    const INSERT: &str = "INSERT INTO mailed_codes (site_id, id, purpose, email, address_key, handle, browser_hash, code_hash, token_hash, tries, comment_id, details, created_at, expires_at) \
        SELECT $1, COALESCE(MAX(id), 0) + 1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $12 FROM mailed_codes WHERE site_id = $1 RETURNING id";
    let details = serde_json::to_string(&new.details).map_err(|e| Error::internal(format!("a code's details: {e}")))?;
    let args = args![
        new.site_id,
        new.purpose.as_str(),
        new.email.as_str(),
        address_key,
        new.handle.as_str(),
        new.browser_hash.clone(),
        new.code_hash.clone(),
        new.token_hash.clone(),
        new.comment_id,
        details,
        new.created_at,
        new.expires_at
    ];
    take_turn(tx, new.site_id).await?;
    tx.fetch_one(INSERT, args, |row| row.get("id")).await
}

/// The one of this number, whatever became of it.
pub async fn find(db: &Db, site: SiteId, id: MailedCodeId) -> Result<Option<MailedCode>> {
    const FIND: &str = columns!("SELECT", "FROM mailed_codes WHERE site_id = $1 AND id = $2");
    db.fetch_optional(FIND, args![site, id], mailed_code).await
}

/// The one with this handle that can still lead to something.
pub async fn find_by_handle(db: &Db, site: SiteId, handle: &str, now: Timestamp) -> Result<Option<MailedCode>> {
    const FIND: &str = columns!(
        "SELECT",
        "FROM mailed_codes WHERE site_id = $1 AND handle = $2 AND expires_at > $3 AND used_at IS NULL"
    );
    db.fetch_optional(FIND, args![site, handle, now], mailed_code).await
}

/// The one with this link, as long as that was not used.
pub async fn find_by_link(db: &Db, site: SiteId, token_hash: &[u8], now: Timestamp) -> Result<Option<MailedCode>> {
    const FIND: &str = columns!(
        "SELECT",
        "FROM mailed_codes WHERE site_id = $1 AND token_hash = $2 AND expires_at > $3 AND used_at IS NULL"
    );
    db.fetch_optional(FIND, args![site, token_hash.to_vec(), now], mailed_code).await
}

/// The one that a comment waits for.
pub async fn find_of_comment(db: &Db, site: SiteId, comment: CommentId, now: Timestamp) -> Result<Option<MailedCode>> {
    const FIND: &str = columns!(
        "SELECT",
        "FROM mailed_codes WHERE site_id = $1 AND comment_id = $2 AND expires_at > $3 AND used_at IS NULL"
    );
    db.fetch_optional(FIND, args![site, comment, now], mailed_code).await
}

/// Counts a try of the code and says of which one; none where all tries are used up, or nothing is to be proven.
pub async fn count_try(tx: &mut Tx, site: SiteId, handle: &str, now: Timestamp) -> Result<Option<MailedCode>> {
    const COUNT: &str = columns!(
        "UPDATE mailed_codes SET tries = tries + 1 WHERE site_id = $1 AND handle = $2 AND expires_at > $3 \
            AND tries < $4 AND proven_at IS NULL AND used_at IS NULL RETURNING",
        ""
    );
    tx.fetch_optional(COUNT, args![site, handle, now, CODE_TRIES_MAX], mailed_code).await
}

/// Notes that code or link were right: neither works again. It may lead to something until `expires_at`.
pub async fn set_proven(
    tx: &mut Tx,
    site: SiteId,
    id: MailedCodeId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    const SET: &str =
        "UPDATE mailed_codes SET proven_at = $3, token_hash = NULL, expires_at = $4 WHERE site_id = $1 AND id = $2";
    tx.execute(SET, args![site, id, now, expires_at]).await.map(|_| ())
}

/// Takes a link: nobody finds it again.
pub async fn take_link(tx: &mut Tx, site: SiteId, token_hash: &[u8], now: Timestamp) -> Result<bool> {
    const TAKE: &str = "UPDATE mailed_codes SET token_hash = NULL \
        WHERE site_id = $1 AND token_hash = $2 AND expires_at > $3 AND used_at IS NULL";
    Ok(tx.execute(TAKE, args![site, token_hash.to_vec(), now]).await? == 1)
}

/// Takes what is proven, once; says whether it was there to be taken.
pub async fn take_proven(tx: &mut Tx, site: SiteId, handle: &str, now: Timestamp) -> Result<bool> {
    const TAKE: &str = "UPDATE mailed_codes SET used_at = $3, token_hash = NULL, details = '{}' \
        WHERE site_id = $1 AND handle = $2 AND expires_at > $3 AND proven_at IS NOT NULL AND used_at IS NULL";
    Ok(tx.execute(TAKE, args![site, handle, now]).await? == 1)
}

/// Forgets those that are over and that no count needs any more, a few at a time.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp, counted_since: Timestamp, limit: i64) -> Result<u64> {
    const DELETE: &str = "DELETE FROM mailed_codes WHERE (site_id, id) IN \
        (SELECT site_id, id FROM mailed_codes WHERE expires_at <= $1 AND created_at <= $2 LIMIT $3)";
    tx.execute(DELETE, args![now, counted_since, limit]).await
}
