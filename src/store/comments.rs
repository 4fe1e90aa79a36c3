//! Comments and linkbacks under posts.

pub mod search;

use crate::error::{Error, Result};
use crate::model::comment::{Comment, CommentType, Status};
use crate::model::ids::{AccountId, CommentId, PostId, SiteId};
use crate::model::moderation::{Verdict, Verdicts};
use crate::model::text::fold::fold;
use crate::model::time::Timestamp;
use crate::store::db::{Arg, Change, Db, Row, Sql, Tx, args};
use crate::store::posts::{json_list, like_pattern};
use crate::store::sites::take_turn;

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
        content: row.get("content")?,
        created_at: row.get("created_at")?,
        reason: row.get("reason")?,
    })
}

fn status(row: &Row) -> Result<Status> {
    let text: String = row.get("status")?;
    Status::parse(&text).ok_or_else(|| Error::internal(format!("the stored status {text}")))
}

/// The columns of a [`Comment`], as every statement here selects them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT site_id, id, post_id, parent_id, type, status, author_name, author_email, author_url, author_ip, agent, account_id, content, created_at, reason FROM comments ",
            $rest
        )
    };
}

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

/// What the intake asks of the stored comments before it judges a new one.
#[derive(Clone, Debug)]
pub struct Question {
    /// The site.
    pub site: SiteId,
    /// The client's key of this request, if it sent one.
    pub idempotency_key: Option<String>,
    /// See [`duplicate_key`].
    pub duplicate_key: i64,
    /// Name, folded.
    pub author_key: String,
    /// E-mail, folded.
    pub email_key: String,
    /// The client's address; empty where it is not asked about.
    pub ip: String,
    /// The account, if one is logged in.
    pub account_id: Option<AccountId>,
    /// Comments from then on count for the flood check.
    pub flood_since: Timestamp,
}

impl Question {
    /// What there is to ask about a comment that is filtered already.
    pub fn about(comment: &Comment, flood_since: Timestamp) -> Self {
        let author_key = fold(&comment.author_name);
        Self {
            site: comment.site_id,
            idempotency_key: None,
            duplicate_key: duplicate_key(comment.post_id, comment.parent_id, &author_key, &comment.content),
            author_key,
            email_key: fold(&comment.author_email),
            // Who is logged in is known by their account's e-mail, not by an address that others share (WP 7.1 §2.7).
            ip: if comment.account_id.is_some() { String::new() } else { comment.author_ip.clone() },
            account_id: comment.account_id,
            flood_since,
        }
    }
}

/// What the stored comments answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The comment that this very request made before.
    pub answered: Option<CommentId>,
    /// The same words from the same author stand there already (WP 7.1 §2.6).
    pub is_duplicate: bool,
    /// When this author last wrote, within the time asked for (WP 7.1 §2.7).
    pub last_at: Option<Timestamp>,
    /// The author has an approved comment (WP 7.1 §3.2 rule 5).
    pub previously_approved: bool,
}

/// Asks the stored comments about a new one. In the writing transaction and one after the other, so that
/// two at the same instant see each other. An empty e-mail matches no other: WordPress lets strangers throttle each other there
/// (register §14 #4).
pub async fn ask(tx: &mut Tx, question: &Question) -> Result<Answer> {
    const ASK: &str = "SELECT \
        (SELECT id FROM comments WHERE site_id = $1 AND idempotency_key = $2) AS answered, \
        EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND duplicate_key = $3 AND status <> 'trash' AND ($5 = '' OR email_key = $5)) AS is_duplicate, \
        (SELECT MAX(created_at) FROM comments WHERE site_id = $1 AND author_ip = $6 AND created_at > $8 AND type = 'comment') AS ip_at, \
        (SELECT MAX(created_at) FROM comments WHERE site_id = $1 AND email_key = $5 AND $5 <> '' AND created_at > $8) AS email_at, \
        EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND email_key = $5 AND $5 <> '' AND status = 'approved' AND (author_key = $4 OR account_id = $7)) AS previously_approved";
    let args = args![
        question.site,
        question.idempotency_key.clone(),
        question.duplicate_key,
        question.author_key.as_str(),
        question.email_key.as_str(),
        question.ip.as_str(),
        question.account_id,
        question.flood_since
    ];
    take_turn(tx, question.site).await?;
    tx.fetch_one(ASK, args, |row| {
        let (ip_at, email_at): (Option<Timestamp>, Option<Timestamp>) = (row.get("ip_at")?, row.get("email_at")?);
        Ok(Answer {
            answered: row.get("answered")?,
            is_duplicate: row.get("is_duplicate")?,
            last_at: ip_at.max(email_at),
            previously_approved: row.get("previously_approved")?,
        })
    })
    .await
}

/// The number by which the duplicate check finds the same words of the same author in the same place:
/// the start of a hash, so that the index stays small. Folded name and filtered text go in, as
/// WordPress's collation compares them (WP 7.1 §1.1, §2.6; register §14 #3).
pub fn duplicate_key(post: PostId, parent: Option<CommentId>, author_key: &str, content: &str) -> i64 {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    hash.update(post.0.to_be_bytes());
    hash.update(parent.map_or(0, |p| p.0).to_be_bytes());
    hash.update(author_key.len().to_be_bytes());
    hash.update(author_key);
    hash.update(fold(content));
    let digest = hash.finalize();
    digest.iter().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte))
}

// What is answered may have been deleted since the check; then the new comment stands by itself, as answers there
// do. PostgreSQL keeps it from going meanwhile, before it touches the post: in the order in which deleting has it.
macro_rules! parent {
    () => {
        "SELECT p.id FROM comments p WHERE p.site_id = $1 AND p.id = $3"
    };
}
/// The conditions are those of [`ask`].
macro_rules! asked {
    ($parent:expr) => {
        concat!("asked AS MATERIALIZED (SELECT next_comment_id AS id, (", $parent, ") AS parent, \
            EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND email_key = $14 AND $14 <> '' AND status = 'approved' AND (author_key = $13 OR account_id = $10)) AS is_known \
            FROM sites WHERE id = $1 \
            AND NOT EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND idempotency_key = $16) \
            AND NOT EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND duplicate_key = $15 AND status <> 'trash' AND ($14 = '' OR email_key = $14)) \
            AND NOT EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND author_ip = $22 AND created_at > $17 AND type = 'comment') \
            AND NOT EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND email_key = $14 AND $14 <> '' AND created_at > $17))")
    };
}
macro_rules! insert_asked {
    ($from:literal) => {
        concat!(
            "INSERT INTO comments (site_id, id, post_id, parent_id, type, author_name, author_email, author_url, author_ip, agent, account_id, content, created_at, \
                author_key, email_key, duplicate_key, idempotency_key, status, reason) \
            SELECT $1, id, $2, parent, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
                CASE WHEN is_known THEN $18 ELSE $20 END, CASE WHEN is_known THEN $19 ELSE $21 END FROM ",
            $from,
            " RETURNING id, status, reason"
        )
    };
}
/// What [`insert_if_new`] runs.
const INSERT_IF_NEW: Sql = Sql::Each {
    // changes(): rows of the statement before, so nothing is counted where nothing was inserted.
    sqlite: concat!(
        "WITH ",
        asked!(parent!()),
        insert_asked!("asked"),
        "; UPDATE sites SET next_comment_id = next_comment_id + 1 WHERE id = $1 AND changes() = 1; \
        UPDATE posts SET comment_count = comment_count + 1, version = version + 1, changed_at = CASE WHEN $12 > changed_at THEN $12 ELSE changed_at END WHERE site_id = $1 AND id = $2 AND changes() = 1 \
            AND EXISTS (SELECT 1 FROM sites s JOIN comments c ON c.site_id = s.id AND c.id = s.next_comment_id - 1 WHERE s.id = $1 AND c.status = 'approved')"
    ),
    postgres: concat!(
        "WITH ",
        asked!(concat!(parent!(), " FOR KEY SHARE")),
        ", numbered AS (UPDATE sites SET next_comment_id = next_comment_id + 1 WHERE id = $1 AND EXISTS (SELECT 1 FROM asked)), \
        counted AS (UPDATE posts SET comment_count = comment_count + 1, version = version + 1, changed_at = CASE WHEN $12 > changed_at THEN $12 ELSE changed_at END FROM asked \
            WHERE posts.site_id = $1 AND posts.id = $2 AND CASE WHEN is_known THEN $18 ELSE $20 END = 'approved') ",
        insert_asked!("asked")
    ),
};

/// Keeps a new comment as [`insert`] does, with the verdict that fits its author, unless [`ask`] would find
/// an answer to this very request, a duplicate, or a comment of this author that is too recent: then nothing
/// is done. Says under which number, and with which verdict.
///
/// To ask and to keep is one statement for PostgreSQL and one trip for SQLite: this is the write that there
/// are most of.
pub async fn insert_if_new(
    tx: &mut Tx,
    new: &Comment,
    verdicts: &Verdicts,
    question: &Question,
) -> Result<Option<(CommentId, Verdict)>> {
    let args: Vec<Arg> = args![
        new.site_id,
        new.post_id,
        new.parent_id,
        new.kind.as_str(),
        new.author_name.as_str(),
        new.author_email.as_str(),
        new.author_url.as_str(),
        new.author_ip.as_str(),
        new.agent.as_str(),
        new.account_id,
        new.content.as_str(),
        new.created_at,
        question.author_key.as_str(),
        question.email_key.as_str(),
        question.duplicate_key,
        question.idempotency_key.clone(),
        question.flood_since,
        verdicts.known.status.as_str(),
        verdicts.known.reason.as_str(),
        verdicts.unknown.status.as_str(),
        verdicts.unknown.reason.as_str(),
        question.ip.as_str()
    ];
    take_turn(tx, new.site_id).await?;
    let kept =
        tx.fetch_optional(INSERT_IF_NEW, args, |row| Ok((row.get("id")?, status(row)?, row.get("reason")?))).await?;
    Ok(kept.map(|(id, status, reason)| {
        if status == Status::Approved {
            tx.changed(Change::Thread(new.site_id, new.post_id));
        }
        (id, Verdict { status, reason })
    }))
}

/// Keeps a new comment under the site's next number, whatever is there already; an approved one is counted,
/// and its thread has changed.
pub async fn insert(tx: &mut Tx, new: &Comment, question: &Question) -> Result<CommentId> {
    const INSERT: Sql = Sql::Each {
        sqlite: "UPDATE sites SET next_comment_id = next_comment_id + 1 WHERE id = $1; \
            UPDATE posts SET comment_count = comment_count + 1, version = version + 1, \
                changed_at = CASE WHEN $13 > changed_at THEN $13 ELSE changed_at END WHERE site_id = $1 AND id = $2 AND $5 = 'approved'; \
            INSERT INTO comments (site_id, id, post_id, parent_id, type, status, author_name, author_email, author_url, author_ip, agent, account_id, content, \
                created_at, reason, author_key, email_key, duplicate_key, idempotency_key) \
            SELECT $1, next_comment_id - 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18 FROM sites WHERE id = $1 RETURNING id",
        postgres: "WITH numbered AS (UPDATE sites SET next_comment_id = next_comment_id + 1 WHERE id = $1 RETURNING next_comment_id - 1 AS id), \
            counted AS (UPDATE posts SET comment_count = comment_count + 1, version = version + 1, \
                changed_at = CASE WHEN $13 > changed_at THEN $13 ELSE changed_at END WHERE site_id = $1 AND id = $2 AND $5 = 'approved') \
            INSERT INTO comments (site_id, id, post_id, parent_id, type, status, author_name, author_email, author_url, author_ip, agent, account_id, content, \
                created_at, reason, author_key, email_key, duplicate_key, idempotency_key) \
            SELECT $1, id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18 FROM numbered RETURNING id",
    };
    let args: Vec<Arg> = args![
        new.site_id,
        new.post_id,
        new.parent_id,
        new.kind.as_str(),
        new.status.as_str(),
        new.author_name.as_str(),
        new.author_email.as_str(),
        new.author_url.as_str(),
        new.author_ip.as_str(),
        new.agent.as_str(),
        new.account_id,
        new.content.as_str(),
        new.created_at,
        new.reason.as_str(),
        question.author_key.as_str(),
        question.email_key.as_str(),
        question.duplicate_key,
        question.idempotency_key.clone()
    ];
    if new.status == Status::Approved {
        tx.changed(Change::Thread(new.site_id, new.post_id));
    }
    tx.fetch_one(INSERT, args, |row| row.get("id")).await
}

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
        account_id = $10, content = $11, created_at = $12, author_key = $13, email_key = $14, duplicate_key = $15 WHERE site_id = $1 AND id = $2";
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
        duplicate_key
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

/// Which comments the desk asks for. Empty lists and `None` mean "any".
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One of these statuses.
    pub statuses: Vec<Status>,
    /// Under this post.
    pub post: Option<PostId>,
    /// `Some(true)`: linkbacks; `Some(false)`: comments.
    pub linkbacks: Option<bool>,
    /// These words, in name, e-mail, URL, address or text.
    pub search: Option<String>,
    /// Under a post of this author: what a member without `moderate_comments` may see.
    pub post_author: Option<AccountId>,
    /// Under a `post`, or under a `page`.
    pub post_kind: Option<&'static str>,
}

impl Filter {
    fn args(&self, site: SiteId) -> Vec<Arg> {
        let statuses: Vec<&str> = self.statuses.iter().map(|s| s.as_str()).collect();
        args![
            site,
            json_list(&statuses),
            self.post,
            self.linkbacks,
            self.search.as_deref().map(like_pattern),
            self.post_author,
            self.post_kind
        ]
    }
}

/// The condition that [`Filter::args`] fills.
macro_rules! filtered {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " FROM comments WHERE site_id = $1 \
             AND ($2 = '[]' OR $2 LIKE '%\"' || status || '\"%') \
             AND (CAST($3 AS BIGINT) IS NULL OR post_id = $3) \
             AND (CAST($4 AS BOOLEAN) IS NULL OR (type <> 'comment') = $4) \
             AND (CAST($5 AS TEXT) IS NULL OR lower(author_name) LIKE $5 ESCAPE '\\' OR lower(author_email) LIKE $5 ESCAPE '\\' \
                 OR lower(author_url) LIKE $5 ESCAPE '\\' OR lower(author_ip) LIKE $5 ESCAPE '\\' OR lower(content) LIKE $5 ESCAPE '\\') \
             AND (CAST($6 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM posts p WHERE p.site_id = comments.site_id AND p.id = comments.post_id AND p.account_id = $6)) \
             AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM posts p WHERE p.site_id = comments.site_id AND p.id = comments.post_id AND p.type = $7)) ",
            $tail
        )
    };
}

/// The comments the desk asks for, newest first.
pub async fn list(db: &Db, site: SiteId, filter: &Filter, limit: i64, offset: i64) -> Result<Vec<Comment>> {
    const LIST: &str = filtered!(
        "SELECT site_id, id, post_id, parent_id, type, status, author_name, author_email, author_url, author_ip, agent, account_id, content, created_at, reason",
        "ORDER BY created_at DESC, id DESC LIMIT $8 OFFSET $9"
    );
    let mut args = filter.args(site);
    args.extend(args![limit, offset]);
    db.fetch_all(LIST, args, comment).await
}

/// How many comments of each status there are, whatever statuses the filter names.
pub async fn count_by_status(db: &Db, site: SiteId, filter: &Filter) -> Result<Vec<(Status, i64)>> {
    const COUNT: &str = filtered!("SELECT status, COUNT(*) AS comments", "GROUP BY status");
    let any = Filter { statuses: Vec::new(), ..filter.clone() };
    let counts =
        db.fetch_all(COUNT, any.args(site), |row| Ok((row.get::<String>("status")?, row.get("comments")?))).await?;
    Ok(counts.into_iter().filter_map(|(status, n)| Status::parse(&status).map(|s| (s, n))).collect())
}

/// How many comments wait for moderation, under any post or those of one author.
pub async fn count_pending(db: &Db, site: SiteId, post_author: Option<AccountId>) -> Result<i64> {
    const COUNT: &str = "SELECT COUNT(*) AS comments FROM comments WHERE site_id = $1 AND status = 'hold' \
        AND (CAST($2 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM posts p WHERE p.site_id = comments.site_id AND p.id = comments.post_id AND p.account_id = $2))";
    db.fetch_one(COUNT, args![site, post_author], |row| row.get("comments")).await
}

/// How many comments wait under each of these posts: the desk's bubbles.
pub async fn pending_by_post(db: &Db, site: SiteId) -> Result<Vec<(PostId, i64)>> {
    const COUNT: &str =
        "SELECT post_id, COUNT(*) AS comments FROM comments WHERE site_id = $1 AND status = 'hold' GROUP BY post_id";
    db.fetch_all(COUNT, args![site], |row| Ok((row.get("post_id")?, row.get("comments")?))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_duplicate_key_tells_place_author_and_words_apart_but_not_case_and_accents() {
        let key =
            |post, parent, author: &str, content: &str| duplicate_key(PostId(post), parent, &fold(author), content);
        let one = key(1, None, "José", "Déjà vu");
        assert_eq!(one, key(1, None, "JOSE", "deja VU"));
        for other in [
            key(2, None, "José", "Déjà vu"),
            key(1, Some(CommentId(1)), "José", "Déjà vu"),
            key(1, None, "Jos", "eDéjà vu"),
            key(1, None, "José", "Déjà"),
        ] {
            assert_ne!(one, other);
        }
    }
}
