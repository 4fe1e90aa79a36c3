//! Comments by the account that wrote them: what their author is shown, gets as an export, and what is anonymised
//! when the account goes. Called by `actions/own_comments`, `export_account` and `delete_account`.

use super::{columns, comment, select};
use crate::error::Result;
use crate::model::comment::Comment;
use crate::model::ids::{AccountId, CommentId, PostId, SiteId};
use crate::model::time::Timestamp;
use crate::store::db::{Db, Row, Sql, Tx, args};

/// One's own comment, and whether somebody else has answered it where readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The comment.
    pub comment: Comment,
    /// Whether it has an approved answer of somebody else.
    pub is_answered: bool,
}

/// An approved answer of somebody else to the comment of the statement around it.
macro_rules! answered {
    () => {
        "EXISTS (SELECT 1 FROM comments a WHERE a.site_id = comments.site_id AND a.parent_id = comments.id \
            AND a.status = 'approved' AND (a.account_id IS NULL OR a.account_id <> comments.account_id))"
    };
}

macro_rules! select_own {
    () => {
        concat!("SELECT ", columns!(), ", ", answered!(), " AS is_answered FROM comments ")
    };
}

fn own(row: &Row) -> Result<Own> {
    Ok(Own { comment: comment(row)?, is_answered: row.get("is_answered")? })
}

/// What an account wrote on a site and what is not in the Trash, the newest first, from before number `before` on.
pub async fn list_of_account(
    db: &Db,
    site: SiteId,
    account: AccountId,
    before: CommentId,
    limit: i64,
) -> Result<Vec<Own>> {
    const LIST: &str = concat!(
        select_own!(),
        "WHERE site_id = $1 AND account_id = $2 AND id < $3 AND status <> 'trash' AND type = 'comment' ORDER BY id DESC LIMIT $4"
    );
    db.fetch_all(LIST, args![site, account, before, limit], own).await
}

/// What an account wrote under a post since a moment, approved and waiting ones, the newest first.
pub async fn list_under_post(
    db: &Db,
    (site, post): (SiteId, PostId),
    account: AccountId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Own>> {
    const LIST: &str = concat!(
        select_own!(),
        "WHERE site_id = $1 AND account_id = $2 AND post_id = $3 AND created_at >= $4 AND status IN ('approved', 'hold') \
            AND type = 'comment' ORDER BY id DESC LIMIT $5"
    );
    db.fetch_all(LIST, args![site, account, post, since, limit], own).await
}

/// Whether a comment has an approved answer of somebody else than its author's account.
pub async fn is_answered(tx: &mut Tx, site: SiteId, id: CommentId) -> Result<bool> {
    const ASK: &str = concat!("SELECT ", answered!(), " AS is_answered FROM comments WHERE site_id = $1 AND id = $2");
    let found = tx.fetch_optional(ASK, args![site, id], |row| row.get("is_answered")).await?;
    Ok(found.unwrap_or(false))
}

/// What WordPress's exporter takes of an account's comments on a site, approved and waiting ones (WP 7.1 §11.4), in
/// the order of their numbers, from after `after`.
pub async fn list_to_export(
    db: &Db,
    site: SiteId,
    account: AccountId,
    after: CommentId,
    limit: i64,
) -> Result<Vec<Comment>> {
    const LIST: &str = select!(
        "WHERE site_id = $1 AND account_id = $2 AND id > $3 AND status IN ('approved', 'hold') ORDER BY id LIMIT $4"
    );
    db.fetch_all(LIST, args![site, account, after, limit], comment).await
}

/// Every comment of an account on a site, whatever its status, in the order of their numbers, from after `after`;
/// nobody else may change them until the transaction ends.
pub async fn list_to_anonymise(
    tx: &mut Tx,
    site: SiteId,
    account: AccountId,
    after: CommentId,
    limit: i64,
) -> Result<Vec<Comment>> {
    const LIST: Sql = Sql::Each {
        sqlite: select!("WHERE site_id = $1 AND account_id = $2 AND id > $3 ORDER BY id LIMIT $4"),
        postgres: select!("WHERE site_id = $1 AND account_id = $2 AND id > $3 ORDER BY id LIMIT $4 FOR UPDATE"),
    };
    tx.fetch_all(LIST, args![site, account, after, limit], comment).await
}

const SITES: &str = "SELECT s.id FROM sites s \
    WHERE EXISTS (SELECT 1 FROM comments c WHERE c.site_id = s.id AND c.account_id = $1) ORDER BY s.id";

/// The sites on which an account has written, in the order in which they were added.
pub async fn sites_of_account(db: &Db, account: AccountId) -> Result<Vec<SiteId>> {
    db.fetch_all(SITES, args![account], |row| row.get("id")).await
}

/// The same, seen from inside a transaction.
pub async fn sites_of_account_in(tx: &mut Tx, account: AccountId) -> Result<Vec<SiteId>> {
    tx.fetch_all(SITES, args![account], |row| row.get("id")).await
}
