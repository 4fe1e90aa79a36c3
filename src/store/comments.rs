//! Comments and linkbacks under posts: finding them, and what readers see. How they are kept is `intake`, how
//! they change `moderation`, what the desk lists `queue`, what authors have of their own `own`, and what programs ask for `search`.

mod intake;
mod moderation;
mod own;
mod queue;
pub mod search;

pub use intake::{Answer, Question, ask, duplicate_key, insert, insert_if_new};
pub use moderation::{
    announce, delete, list_to_empty, list_undecided, move_answers_up, set_reason, set_status, stands_under,
    status_before, update,
};
pub use own::{
    Own, is_answered, list_of_account, list_to_anonymise, list_to_export, list_under_post, sites_of_account,
    sites_of_account_in,
};
pub use queue::{Filter, count_by_status, count_pending, list, pending_by_post};

use crate::error::{Error, Result};
use crate::model::comment::{Comment, CommentType, Status};
use crate::model::ids::{AccountId, CommentId, PostId, SiteId};
use crate::store::db::{Db, Row, Sql, Tx, args};
use crate::store::posts::json_list;

fn comment(row: &Row) -> Result<Comment> {
    let kind: String = row.get("type")?;
    Ok(Comment {
        site_id: row.get("site_id")?,
        id: row.get("id")?,
        post_id: row.get("post_id")?,
        parent_id: row.get("parent_id")?,
        kind: CommentType::parse(&kind).ok_or_else(|| Error::internal(format!("the stored comment type {kind}")))?,
        status: status(row)?,
        author_name: row.get("author_name")?,
        author_email: row.get("author_email")?,
        author_url: row.get("author_url")?,
        author_ip: row.get("author_ip")?,
        agent: row.get("agent")?,
        account_id: row.get("account_id")?,
        proven_by: row.get("proven_by")?,
        content: row.get("content")?,
        created_at: row.get("created_at")?,
        edited_at: row.get("edited_at")?,
        reason: row.get("reason")?,
    })
}

fn status(row: &Row) -> Result<Status> {
    let text: String = row.get("status")?;
    Status::parse(&text).ok_or_else(|| Error::internal(format!("the stored status {text}")))
}

/// The columns of a [`Comment`], as [`comment`] reads them.
macro_rules! columns {
    () => {
        "site_id, id, post_id, parent_id, type, status, author_name, author_email, author_url, author_ip, agent, account_id, proven_by, content, created_at, edited_at, reason"
    };
}
use columns;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM comments ", $rest)
    };
}
use select;

/// The comment of this id, whatever its status.
pub async fn find(db: &Db, site: SiteId, id: CommentId) -> Result<Option<Comment>> {
    db.fetch_optional(select!("WHERE site_id = $1 AND id = $2"), args![site, id], comment).await
}

/// The same, seen from inside a transaction.
pub async fn find_in(tx: &mut Tx, site: SiteId, id: CommentId) -> Result<Option<Comment>> {
    tx.fetch_optional(select!("WHERE site_id = $1 AND id = $2"), args![site, id], comment).await
}

/// The comment of this id, which nobody else may change until the transaction ends: two moderators who
/// act on it at once act one after the other, and the counts stay right.
pub async fn lock(tx: &mut Tx, site: SiteId, id: CommentId) -> Result<Option<Comment>> {
    const LOCK: Sql = Sql::Each {
        sqlite: select!("WHERE site_id = $1 AND id = $2"),
        postgres: select!("WHERE site_id = $1 AND id = $2 FOR UPDATE"),
    };
    tx.fetch_optional(LOCK, args![site, id], comment).await
}

/// The comments of these ids, in no order.
pub async fn find_many(db: &Db, site: SiteId, ids: &[CommentId]) -> Result<Vec<Comment>> {
    const FIND: Sql = Sql::Each {
        sqlite: select!("WHERE site_id = $1 AND id IN (SELECT CAST(value AS INTEGER) FROM json_each($2))"),
        postgres: select!(
            "WHERE site_id = $1 AND id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($2 AS JSON)))"
        ),
    };
    db.fetch_all(FIND, args![site, json_list(ids)], comment).await
}

/// What readers see under a post: its approved comments, oldest first.
pub async fn approved_of_post(db: &Db, site: SiteId, post: PostId) -> Result<Vec<Comment>> {
    db.fetch_all(
        select!("WHERE site_id = $1 AND post_id = $2 AND status = 'approved' ORDER BY created_at, id"),
        args![site, post],
        comment,
    )
    .await
}

/// The comments of an account that wait under a post, oldest first: their author sees them (WP 7.1 §2.11).
pub async fn held_of_account(db: &Db, site: SiteId, post: PostId, account: AccountId) -> Result<Vec<Comment>> {
    db.fetch_all(
        select!("WHERE site_id = $1 AND post_id = $2 AND status = 'hold' AND account_id = $3 ORDER BY created_at, id"),
        args![site, post, account],
        comment,
    )
    .await
}

/// The newest approved comments of a site, or of one of its posts, newest first: what its feed tells of.
pub async fn newest_approved(db: &Db, site: SiteId, post: Option<PostId>, limit: i64) -> Result<Vec<Comment>> {
    const OF_SITE: &str =
        select!("WHERE site_id = $1 AND status = 'approved' ORDER BY created_at DESC, id DESC LIMIT $2");
    const OF_POST: &str = select!(
        "WHERE site_id = $1 AND post_id = $3 AND status = 'approved' ORDER BY created_at DESC, id DESC LIMIT $2"
    );
    match post {
        None => db.fetch_all(OF_SITE, args![site, limit], comment).await,
        Some(post) => db.fetch_all(OF_POST, args![site, limit, post], comment).await,
    }
}
