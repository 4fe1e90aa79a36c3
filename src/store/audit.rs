//! Who decided what, and when.

use crate::error::Result;
use crate::model::account::Actor;
use crate::model::ids::{AccountId, CommentId, PostId, SiteId};
use crate::model::time::Timestamp;
use crate::store::db::{Db, Row, Sql, Tx, args};
use crate::store::posts::json_list;

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// The account, unless a command acted.
    pub account_id: Option<AccountId>,
    /// Login or command.
    pub actor: String,
    /// What was done, e.g. `approve`.
    pub action: String,
    /// To which comment.
    pub comment_id: Option<CommentId>,
    /// Or which post.
    pub post_id: Option<PostId>,
    /// More, e.g. `hold to approved`.
    pub detail: String,
}

/// What a decision was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A comment or linkback.
    Comment(CommentId),
    /// A post.
    Post(PostId),
    /// The site itself, or the instance where no site is named.
    Site,
}

fn entry(row: &Row) -> Result<Entry> {
    Ok(Entry {
        at: row.get("at")?,
        account_id: row.get("account_id")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        comment_id: row.get("comment_id")?,
        post_id: row.get("post_id")?,
        detail: row.get("detail")?,
    })
}

/// The statement of [`latest_changes_of_status`], with the engine's way to read a list of ids.
macro_rules! latest {
    ($ids:literal) => {
        concat!(
            "SELECT at, account_id, actor, action, comment_id, post_id, detail FROM audit WHERE id IN \
             (SELECT MAX(id) FROM audit WHERE site_id = $1 AND comment_id IN (",
            $ids,
            ") AND (detail LIKE '% to hold' OR detail LIKE '% to approved' OR detail LIKE '% to spam' OR detail LIKE '% to trash') \
             GROUP BY comment_id)"
        )
    };
}

/// Writes a decision down, in the transaction that carries it out. Without a site it is about the instance.
pub async fn insert(
    tx: &mut Tx,
    site: impl Into<Option<SiteId>>,
    actor: &Actor,
    action: &str,
    subject: Subject,
    detail: &str,
    now: Timestamp,
) -> Result<()> {
    const INSERT: &str = "INSERT INTO audit (site_id, at, account_id, actor, action, comment_id, post_id, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (comment, post) = match subject {
        Subject::Comment(id) => (Some(id), None),
        Subject::Post(id) => (None, Some(id)),
        Subject::Site => (None, None),
    };
    tx.execute(INSERT, args![site.into(), now, actor.account_id, actor.name.as_str(), action, comment, post, detail])
        .await
        .map(|_| ())
}

/// Forgets decisions from before `before`, of the `limit` oldest; says how many.
pub async fn delete_before(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64> {
    const DELETE: &str = "DELETE FROM audit WHERE id IN \
        (SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT $2) AS oldest WHERE at < $1)";
    tx.execute(DELETE, args![before, limit]).await
}

/// Forgets who an account was, in what it did: at most `limit` entries get the name `left`, and lose what they tell
/// beside it where that is its own (the address of a log-in, the words of a comment). Says how many.
pub async fn forget_account(tx: &mut Tx, account: AccountId, left: &str, limit: i64) -> Result<u64> {
    const FORGET: &str = "UPDATE audit SET account_id = NULL, actor = $2, \
        detail = CASE WHEN site_id IS NULL OR action = 'edit_own' THEN '' ELSE detail END \
        WHERE id IN (SELECT id FROM audit WHERE account_id = $1 LIMIT $3)";
    tx.execute(FORGET, args![account, left, limit]).await
}

/// The latest decisions on a site, newest first; with those about the instance where asked for.
pub async fn list(db: &Db, site: SiteId, with_instance: bool, limit: i64, offset: i64) -> Result<Vec<Entry>> {
    const LIST: &str = "SELECT at, account_id, actor, action, comment_id, post_id, detail FROM audit \
        WHERE site_id = $1 OR ($2 AND site_id IS NULL) ORDER BY id DESC LIMIT $3 OFFSET $4";
    db.fetch_all(LIST, args![site, with_instance, limit, offset], entry).await
}

/// For each of these comments the latest decision that changed its status (its detail is `hold to spam`), if
/// somebody made one; in no order.
pub async fn latest_changes_of_status(db: &Db, site: SiteId, comments: &[CommentId]) -> Result<Vec<Entry>> {
    const LATEST: Sql = Sql::Each {
        sqlite: latest!("SELECT CAST(value AS INTEGER) FROM json_each($2)"),
        postgres: latest!("SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($2 AS JSON))"),
    };
    db.fetch_all(LATEST, args![site, json_list(comments)], entry).await
}
