//! Whether what is kept twice agrees: counts and their comments, next numbers and those given, references
//! and what they refer to. A sound program keeps it so; a hand in the database, or a restored part of one,
//! may not. Read a site and a range of numbers at a time, so that no statement runs long. Called by `actions/repair`.

use crate::error::Result;
use crate::model::ids::{CommentId, LinkbackId, PostId, SiteId};
use crate::model::time::Timestamp;
use crate::store::db::{Change, Db, Sql, Tx, args};

/// A post with its count as it is kept, and as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The post.
    pub post: PostId,
    /// Its `comment_count`.
    pub kept: i64,
    /// Its approved comments and linkbacks.
    pub counted: i64,
}

/// The posts of a site after this one, each with its count and a recount.
pub async fn counts(db: &Db, site: SiteId, after: PostId, limit: i64) -> Result<Vec<Counted>> {
    const COUNTS: &str = "SELECT id, comment_count, \
        (SELECT COUNT(*) FROM comments c WHERE c.site_id = posts.site_id AND c.post_id = posts.id AND c.status = 'approved') AS counted \
        FROM posts WHERE site_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    db.fetch_all(COUNTS, args![site, after, limit], |row| {
        Ok(Counted { post: row.get("id")?, kept: row.get("comment_count")?, counted: row.get("counted")? })
    })
    .await
}

/// Counts a post's approved comments anew. Whoever is about to add to the count waits, and adds after.
pub async fn recount(tx: &mut Tx, site: SiteId, post: PostId, now: Timestamp) -> Result<()> {
    const RECOUNT: &str = "UPDATE posts SET version = version + 1, changed_at = $3, comment_count = \
        (SELECT COUNT(*) FROM comments c WHERE c.site_id = posts.site_id AND c.post_id = posts.id AND c.status = 'approved') \
        WHERE site_id = $1 AND id = $2";
    tx.execute_on_postgres("SELECT id FROM posts WHERE site_id = $1 AND id = $2 FOR UPDATE", args![site, post]).await?;
    tx.changed(Change::Thread(site, post));
    tx.execute(RECOUNT, args![site, post, now]).await.map(|_| ())
}

/// How many of a site's next numbers (of posts, comments and linkbacks) are taken already.
pub async fn taken_numbers(db: &Db, site: SiteId) -> Result<i64> {
    const TAKEN: &str = "SELECT CAST( \
        CASE WHEN next_post_id <= (SELECT COALESCE(MAX(id), 0) FROM posts WHERE site_id = $1) THEN 1 ELSE 0 END \
        + CASE WHEN next_comment_id <= (SELECT COALESCE(MAX(id), 0) FROM comments WHERE site_id = $1) THEN 1 ELSE 0 END \
        + CASE WHEN next_linkback_id <= (SELECT COALESCE(MAX(id), 0) FROM linkbacks WHERE site_id = $1) THEN 1 ELSE 0 END AS BIGINT) AS taken \
        FROM sites WHERE id = $1";
    let taken = db.fetch_optional(TAKEN, args![site], |row| row.get("taken")).await?;
    Ok(taken.unwrap_or(0))
}

/// Moves a site's next numbers beyond those that are taken.
pub async fn advance_numbers(tx: &mut Tx, site: SiteId) -> Result<()> {
    const ADVANCE: Sql = Sql::Each {
        sqlite: "UPDATE sites SET \
            next_post_id = MAX(next_post_id, (SELECT COALESCE(MAX(id), 0) + 1 FROM posts WHERE site_id = $1)), \
            next_comment_id = MAX(next_comment_id, (SELECT COALESCE(MAX(id), 0) + 1 FROM comments WHERE site_id = $1)), \
            next_linkback_id = MAX(next_linkback_id, (SELECT COALESCE(MAX(id), 0) + 1 FROM linkbacks WHERE site_id = $1)) WHERE id = $1",
        postgres: "UPDATE sites SET \
            next_post_id = GREATEST(next_post_id, (SELECT COALESCE(MAX(id), 0) + 1 FROM posts WHERE site_id = $1)), \
            next_comment_id = GREATEST(next_comment_id, (SELECT COALESCE(MAX(id), 0) + 1 FROM comments WHERE site_id = $1)), \
            next_linkback_id = GREATEST(next_linkback_id, (SELECT COALESCE(MAX(id), 0) + 1 FROM linkbacks WHERE site_id = $1)) WHERE id = $1",
    };
    super::sites::take_turn(tx, site).await?;
    tx.execute(ADVANCE, args![site]).await.map(|_| ())
}

/// The number of the comment that ends the next `limit` after this one; none where there are no more.
pub async fn next_comments(db: &Db, site: SiteId, after: CommentId, limit: i64) -> Result<Option<CommentId>> {
    const NEXT: &str = "SELECT MAX(id) AS last FROM (SELECT id FROM comments WHERE site_id = $1 AND id > $2 ORDER BY id LIMIT $3) AS next";
    db.fetch_one(NEXT, args![site, after, limit], |row| row.get("last")).await
}

/// The number of the claim that ends the next `limit` after this one; none where there are no more.
pub async fn next_claims(db: &Db, site: SiteId, after: LinkbackId, limit: i64) -> Result<Option<LinkbackId>> {
    const NEXT: &str = "SELECT MAX(id) AS last FROM (SELECT id FROM linkbacks WHERE site_id = $1 AND id > $2 ORDER BY id LIMIT $3) AS next";
    db.fetch_one(NEXT, args![site, after, limit], |row| row.get("last")).await
}

/// Comments that answer what is not there, or what stands under another post: nobody ever sees them in a
/// thread. Those after the first number, up to the second.
pub async fn lost_answers(
    db: &Db,
    site: SiteId,
    after: CommentId,
    until: CommentId,
) -> Result<Vec<(PostId, CommentId)>> {
    const LOST: &str = "SELECT c.post_id, c.id FROM comments c WHERE c.site_id = $1 AND c.id > $2 AND c.id <= $3 AND c.parent_id IS NOT NULL AND NOT EXISTS \
        (SELECT 1 FROM comments p WHERE p.site_id = c.site_id AND p.id = c.parent_id AND p.post_id = c.post_id) ORDER BY c.id";
    db.fetch_all(LOST, args![site, after, until], |row| Ok((row.get("post_id")?, row.get("id")?))).await
}

/// Lets a comment stand by itself.
pub async fn let_stand_alone(tx: &mut Tx, site: SiteId, comment: CommentId) -> Result<()> {
    tx.execute("UPDATE comments SET parent_id = NULL WHERE site_id = $1 AND id = $2", args![site, comment])
        .await
        .map(|_| ())
}

/// Claims that are kept as registered and have no comment: their source could never ping again. Those after
/// the first number, up to the second.
pub async fn claims_without_comment(
    db: &Db,
    site: SiteId,
    after: LinkbackId,
    until: LinkbackId,
) -> Result<Vec<LinkbackId>> {
    const CLAIMS: &str = "SELECT l.id FROM linkbacks l WHERE l.site_id = $1 AND l.id > $2 AND l.id <= $3 AND l.state = 'registered' AND NOT EXISTS \
        (SELECT 1 FROM comments c WHERE c.site_id = l.site_id AND c.id = l.comment_id) ORDER BY l.id";
    db.fetch_all(CLAIMS, args![site, after, until], |row| row.get("id")).await
}

/// Claims that wait for their verification without a job that would do it. Those after the first number, up to
/// the second.
pub async fn claims_without_job(
    db: &Db,
    site: SiteId,
    after: LinkbackId,
    until: LinkbackId,
) -> Result<Vec<LinkbackId>> {
    const CLAIMS: &str = "SELECT l.id FROM linkbacks l WHERE l.site_id = $1 AND l.id > $2 AND l.id <= $3 AND l.state = 'claimed' AND NOT EXISTS \
        (SELECT 1 FROM jobs j WHERE j.kind = 'verify_linkback' AND j.unique_key = CAST(l.site_id AS TEXT) || '/' || CAST(l.id AS TEXT)) \
        ORDER BY l.id";
    db.fetch_all(CLAIMS, args![site, after, until], |row| row.get("id")).await
}

/// Forgets a claim.
pub async fn delete_claim(tx: &mut Tx, site: SiteId, linkback: LinkbackId) -> Result<()> {
    tx.execute("DELETE FROM linkbacks WHERE site_id = $1 AND id = $2", args![site, linkback]).await.map(|_| ())
}
