//! Readers who asked to be told of new comments by mail.

use crate::error::Result;
use crate::model::ids::{CommentId, PostId, SiteId, SubscriptionId};
use crate::model::subscription::Subscription;
use crate::model::text::fold::fold;
use crate::model::time::Timestamp;
use crate::store::db::{Db, Row, Tx, args};
use crate::store::sites::take_turn;

fn subscription(row: &Row) -> Result<Subscription> {
    let comment: CommentId = row.get("comment_id")?;
    Ok(Subscription {
        site_id: row.get("site_id")?,
        id: row.get("id")?,
        post_id: row.get("post_id")?,
        comment_id: Some(comment).filter(|c| c.0 != 0),
        email: row.get("email")?,
        created_at: row.get("created_at")?,
        confirmed_at: row.get("confirmed_at")?,
    })
}

/// The columns of a [`Subscription`], as every statement here selects them.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT site_id, id, post_id, comment_id, email, created_at, confirmed_at FROM subscriptions s ", $rest)
    };
}

/// How the column names the comment whose answers are wanted: none is 0, so that the index sees two such.
fn column(comment: Option<CommentId>) -> i64 {
    comment.map_or(0, |c| c.0)
}

/// What an address has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfAddress {
    /// The very same wish stands there.
    pub is_there: bool,
    /// Questions that it was sent lately and has not answered.
    pub unconfirmed: i64,
    /// All that it asked for on this site.
    pub all: i64,
}

/// What an address has asked for, before it asks for more. Two that ask at the same instant ask one after
/// the other.
pub async fn of_address(
    tx: &mut Tx,
    site: SiteId,
    email: &str,
    wish: (PostId, Option<CommentId>),
    since: Timestamp,
) -> Result<OfAddress> {
    const COUNT: &str = "SELECT COUNT(*) AS subscriptions, \
        COUNT(CASE WHEN confirmed_at IS NULL AND created_at > $5 THEN 1 END) AS unconfirmed, \
        COUNT(CASE WHEN post_id = $3 AND comment_id = $4 THEN 1 END) AS same \
        FROM subscriptions WHERE site_id = $1 AND email_key = $2";
    take_turn(tx, site).await?;
    tx.fetch_one(COUNT, args![site, fold(email), wish.0, column(wish.1), since], |row| {
        Ok(OfAddress {
            is_there: row.get::<i64>("same")? > 0,
            unconfirmed: row.get("unconfirmed")?,
            all: row.get("subscriptions")?,
        })
    })
    .await
}

/// Keeps a wish, unconfirmed. After [`of_address`] in the same transaction.
pub async fn insert(
    tx: &mut Tx,
    site: SiteId,
    email: &str,
    wish: (PostId, Option<CommentId>),
    now: Timestamp,
) -> Result<SubscriptionId> {
    const INSERT: &str = "INSERT INTO subscriptions (site_id, id, post_id, comment_id, email, email_key, created_at) \
        SELECT $1, COALESCE(MAX(id), 0) + 1, $2, $3, $4, $5, $6 FROM subscriptions WHERE site_id = $1 RETURNING id";
    let args = args![site, wish.0, column(wish.1), email, fold(email), now];
    tx.fetch_one(INSERT, args, |row| row.get("id")).await
}

/// The wish of this number.
pub async fn find(db: &Db, site: SiteId, id: SubscriptionId) -> Result<Option<Subscription>> {
    db.fetch_optional(select!("WHERE site_id = $1 AND id = $2"), args![site, id], subscription).await
}

/// All that an address asked for on a site, the newest first.
pub async fn list_of_address(db: &Db, site: SiteId, email: &str, limit: i64) -> Result<Vec<Subscription>> {
    db.fetch_all(
        select!("WHERE site_id = $1 AND email_key = $2 ORDER BY id DESC LIMIT $3"),
        args![site, fold(email), limit],
        subscription,
    )
    .await
}

/// Confirms a wish; says whether it is there.
pub async fn confirm(tx: &mut Tx, site: SiteId, id: SubscriptionId, now: Timestamp) -> Result<bool> {
    const CONFIRM: &str =
        "UPDATE subscriptions SET confirmed_at = COALESCE(confirmed_at, $3) WHERE site_id = $1 AND id = $2";
    Ok(tx.execute(CONFIRM, args![site, id, now]).await? == 1)
}

/// Some of those who are to be told of a comment under this post: who asked for all of them, or for answers to
/// `parent`; each address once, none of the comment's own author. In the order of their numbers, from after
/// `after`.
pub async fn list_to_tell(
    db: &Db,
    site: SiteId,
    about: (PostId, Option<CommentId>),
    author_email: &str,
    after: SubscriptionId,
    limit: i64,
) -> Result<Vec<SubscriptionId>> {
    const LIST: &str = "SELECT id FROM subscriptions s WHERE site_id = $1 AND post_id = $2 AND id > $5 AND confirmed_at IS NOT NULL \
        AND (comment_id = 0 OR comment_id = $3) AND email_key <> $4 \
        AND NOT EXISTS (SELECT 1 FROM subscriptions o WHERE o.site_id = $1 AND o.email_key = s.email_key AND o.post_id = $2 \
            AND o.confirmed_at IS NOT NULL AND (o.comment_id = 0 OR o.comment_id = $3) AND o.id < s.id) \
        ORDER BY id LIMIT $6";
    let args = args![site, about.0, column(about.1), fold(author_email), after, limit];
    db.fetch_all(LIST, args, |row| row.get("id")).await
}

/// Ends one wish; says whether it was there.
pub async fn delete(tx: &mut Tx, site: SiteId, id: SubscriptionId) -> Result<bool> {
    Ok(tx.execute("DELETE FROM subscriptions WHERE site_id = $1 AND id = $2", args![site, id]).await? == 1)
}

/// Ends all that an address asked for on a site; says how much that was.
pub async fn delete_of_address(tx: &mut Tx, site: SiteId, email: &str) -> Result<u64> {
    tx.execute("DELETE FROM subscriptions WHERE site_id = $1 AND email_key = $2", args![site, fold(email)]).await
}

/// Ends the wishes for answers to a comment that is gone.
pub async fn delete_of_comment(tx: &mut Tx, site: SiteId, post: PostId, comment: CommentId) -> Result<u64> {
    const DELETE: &str = "DELETE FROM subscriptions WHERE site_id = $1 AND post_id = $2 AND comment_id = $3";
    tx.execute(DELETE, args![site, post, comment]).await
}

/// The wishes for answers to a comment go with it to another post.
pub async fn move_with_comment(tx: &mut Tx, site: SiteId, from: PostId, to: PostId, comment: CommentId) -> Result<u64> {
    const MOVE: &str = "UPDATE subscriptions SET post_id = $4 WHERE site_id = $1 AND post_id = $2 AND comment_id = $3";
    tx.execute(MOVE, args![site, from, comment, to]).await
}

/// Forgets what was asked for before `before` and never confirmed, on every site.
pub async fn delete_unconfirmed(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM subscriptions WHERE confirmed_at IS NULL AND created_at < $1", args![before]).await
}
