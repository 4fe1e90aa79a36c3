//! How stored comments change: their status, their words and place, and their end. Called by the actions that
//! moderate, edit and empty.

use super::{columns, comment, duplicate_key, select};
use crate::error::Result;
use crate::model::comment::{Comment, Status};
use crate::model::ids::{CommentId, SiteId};
use crate::model::text::fold::fold;
use crate::model::time::Timestamp;
use crate::store::db::{Sql, Tx, args};

/// Changes a comment's status; `before` is kept for its way back out of spam or trash.
pub async fn set_status(
    tx: &mut Tx,
    site: SiteId,
    id: CommentId,
    status: Status,
    before: Option<Status>,
    now: Timestamp,
) -> Result<()> {
    const SET: &str =
        "UPDATE comments SET status = $3, status_before = $4, status_changed_at = $5 WHERE site_id = $1 AND id = $2";
    tx.execute(SET, args![site, id, status.as_str(), before.map(Status::as_str), before.map(|_| now)]).await.map(|_| ())
}

/// Changes the words that tell a moderator why a comment has its status.
pub async fn set_reason(tx: &mut Tx, site: SiteId, id: CommentId, reason: &str) -> Result<()> {
    const SET: &str = "UPDATE comments SET reason = $3 WHERE site_id = $1 AND id = $2";
    tx.execute(SET, args![site, id, reason]).await.map(|_| ())
}

/// Held comments with this reason from before `before` that nobody has ever decided about, oldest first.
pub async fn list_undecided(
    tx: &mut Tx,
    site: SiteId,
    reason: &str,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Comment>> {
    const LIST: Sql = Sql::Each {
        sqlite: select!(
            "WHERE site_id = $1 AND status = 'hold' AND reason = $2 AND created_at <= $3 \
            AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.site_id = $1 AND a.comment_id = comments.id) ORDER BY created_at, id LIMIT $4"
        ),
        postgres: select!(
            "WHERE site_id = $1 AND status = 'hold' AND reason = $2 AND created_at <= $3 \
            AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.site_id = $1 AND a.comment_id = comments.id) ORDER BY created_at, id LIMIT $4 FOR UPDATE"
        ),
    };
    tx.fetch_all(LIST, args![site, reason, before, limit], comment).await
}

/// What a spam or trashed comment was before (WordPress's `_wp_trash_meta_status`).
pub async fn status_before(tx: &mut Tx, site: SiteId, id: CommentId) -> Result<Option<Status>> {
    const FIND: &str = "SELECT status_before FROM comments WHERE site_id = $1 AND id = $2";
    let before = tx.fetch_optional(FIND, args![site, id], |row| row.get::<Option<String>>("status_before")).await?;
    Ok(before.flatten().as_deref().and_then(Status::parse))
}

/// Notes that an approved comment's post author and subscribers are being told of it; says whether they were not
/// before. A comment is told of once, however often it is approved.
pub async fn announce(tx: &mut Tx, site: SiteId, id: CommentId, now: Timestamp) -> Result<bool> {
    const ANNOUNCE: &str = "UPDATE comments SET announced_at = $3 WHERE site_id = $1 AND id = $2 AND status = 'approved' AND announced_at IS NULL";
    Ok(tx.execute(ANNOUNCE, args![site, id, now]).await? == 1)
}

/// Changes a comment's place and words: whatever `after` has but its key, type and status. Says nothing of
/// counts; who moves a comment knows which posts it concerns.
pub async fn update(tx: &mut Tx, after: &Comment) -> Result<()> {
    const UPDATE: &str = "UPDATE comments SET post_id = $3, parent_id = $4, author_name = $5, author_email = $6, author_url = $7, author_ip = $8, agent = $9, \
        account_id = $10, content = $11, created_at = $12, author_key = $13, email_key = $14, duplicate_key = $15, edited_at = $16, proven_by = $17 WHERE site_id = $1 AND id = $2";
    let author_key = fold(&after.author_name);
    let duplicate_key = duplicate_key(after.post_id, after.parent_id, &author_key, &after.content);
    let args = args![
        after.site_id,
        after.id,
        after.post_id,
        after.parent_id,
        after.author_name.as_str(),
        after.author_email.as_str(),
        after.author_url.as_str(),
        after.author_ip.as_str(),
        after.agent.as_str(),
        after.account_id,
        after.content.as_str(),
        after.created_at,
        author_key,
        fold(&after.author_email),
        duplicate_key,
        after.edited_at,
        after.proven_by.as_str()
    ];
    tx.execute(UPDATE, args).await.map(|_| ())
}

/// Moves the answers to a comment up to its own parent (WP 7.1 §1.4). Says how many there were.
pub async fn move_answers_up(tx: &mut Tx, from: &Comment) -> Result<u64> {
    const MOVE_UP: &str = "UPDATE comments SET parent_id = $3 WHERE site_id = $1 AND parent_id = $2";
    tx.execute(MOVE_UP, args![from.site_id, from.id, from.parent_id]).await
}

/// Whether `id` is `ancestor`, or an answer to it, or to one of its answers, however deep.
pub async fn stands_under(tx: &mut Tx, site: SiteId, id: CommentId, ancestor: CommentId) -> Result<bool> {
    const ASK: &str = "WITH RECURSIVE up (id, parent_id) AS (SELECT id, parent_id FROM comments WHERE site_id = $1 AND id = $2 \
        UNION SELECT c.id, c.parent_id FROM comments c JOIN up ON c.id = up.parent_id WHERE c.site_id = $1) \
        SELECT EXISTS (SELECT 1 FROM up WHERE id = $3) AS found";
    tx.fetch_one(ASK, args![site, id, ancestor], |row| row.get("found")).await
}

/// Deletes a comment for ever; its answers move up to its own parent (WP 7.1 §1.4). Says how many did.
pub async fn delete(tx: &mut Tx, gone: &Comment) -> Result<u64> {
    let moved = move_answers_up(tx, gone).await?;
    tx.execute("DELETE FROM comments WHERE site_id = $1 AND id = $2", args![gone.site_id, gone.id]).await?;
    Ok(moved)
}

/// Comments of a status that got it before `before`, oldest first: what Empty Spam and Empty Trash delete.
pub async fn list_to_empty(
    tx: &mut Tx,
    site: SiteId,
    status: Status,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Comment>> {
    const LIST: Sql = Sql::Each {
        sqlite: select!(
            "WHERE site_id = $1 AND status = $2 AND COALESCE(status_changed_at, created_at) <= $3 ORDER BY created_at, id LIMIT $4"
        ),
        postgres: select!(
            "WHERE site_id = $1 AND status = $2 AND COALESCE(status_changed_at, created_at) <= $3 ORDER BY created_at, id LIMIT $4 FOR UPDATE"
        ),
    };
    tx.fetch_all(LIST, args![site, status.as_str(), before, limit], comment).await
}
