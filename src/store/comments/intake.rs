//! What the intake asks of the stored comments, and how it keeps a new one. Called by `actions::submit_comment`.

use super::status;
use crate::error::Result;
use crate::model::comment::{Comment, Status};
use crate::model::ids::{AccountId, CommentId, PostId, SiteId};
use crate::model::moderation::{Verdict, Verdicts};
use crate::model::text::fold::fold;
use crate::model::time::Timestamp;
use crate::store::db::{Arg, Change, Sql, Tx, args};
use crate::store::sites::take_turn;

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

/// Asks the stored comments about a new one. Who is logged in is known by their account, and by nothing else: an
/// e-mail address proves nothing, and neither do accounts lend their good name to guests who give the same one
/// (identity-providers §5.3; WordPress does both, WP 7.1 §3.2 rule 5). In the writing transaction and one after the other, so that
/// two at the same instant see each other. An empty e-mail matches no other: WordPress lets strangers throttle each other there
/// (register §14 #4).
pub async fn ask(tx: &mut Tx, question: &Question) -> Result<Answer> {
    const ASK: &str = "SELECT \
        (SELECT id FROM comments WHERE site_id = $1 AND idempotency_key = $2) AS answered, \
        EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND duplicate_key = $3 AND status <> 'trash' AND ($5 = '' OR email_key = $5)) AS is_duplicate, \
        (SELECT MAX(created_at) FROM comments WHERE site_id = $1 AND author_ip = $6 AND created_at > $8 AND type = 'comment') AS ip_at, \
        (SELECT MAX(created_at) FROM comments WHERE site_id = $1 AND email_key = $5 AND $5 <> '' AND created_at > $8) AS email_at, \
        (SELECT MAX(created_at) FROM comments WHERE site_id = $1 AND account_id = $7 AND created_at > $8) AS account_at, \
        (EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND account_id = $7 AND status = 'approved') \
            OR EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND $7 IS NULL AND email_key = $5 AND $5 <> '' AND author_key = $4 AND account_id IS NULL AND status = 'approved')) AS previously_approved";
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
        let at = |name: &'static str| row.get::<Option<Timestamp>>(name);
        Ok(Answer {
            answered: row.get("answered")?,
            is_duplicate: row.get("is_duplicate")?,
            last_at: at("ip_at")?.max(at("email_at")?).max(at("account_at")?),
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
        concat!("asked AS (SELECT next_comment_id AS id, (", $parent, ") AS parent, \
            (EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND account_id = $10 AND status = 'approved') \
                OR EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND $10 IS NULL AND email_key = $14 AND $14 <> '' AND author_key = $13 AND account_id IS NULL AND status = 'approved')) AS is_known \
            FROM sites WHERE id = $1 \
            AND NOT EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND idempotency_key = $16) \
            AND NOT EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND duplicate_key = $15 AND status <> 'trash' AND ($14 = '' OR email_key = $14)) \
            AND NOT EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND author_ip = $22 AND created_at > $17 AND type = 'comment') \
            AND NOT EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND email_key = $14 AND $14 <> '' AND created_at > $17) \
            AND NOT EXISTS (SELECT 1 FROM comments WHERE site_id = $1 AND account_id = $10 AND created_at > $17))")
    };
}
macro_rules! insert_asked {
    ($from:literal) => {
        concat!(
            "INSERT INTO comments (site_id, id, post_id, parent_id, type, author_name, author_email, author_url, author_ip, agent, account_id, content, created_at, \
                author_key, email_key, duplicate_key, idempotency_key, proven_by, status, reason) \
            SELECT $1, id, $2, parent, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $23, \
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

/// The first sixteen of both statements that keep a comment: what it is, and by what it is found again.
fn args_of(new: &Comment, question: &Question) -> Vec<Arg> {
    args![
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
        question.idempotency_key.clone()
    ]
}

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
    let mut args = args_of(new, question);
    args.extend(args![
        question.flood_since,
        verdicts.known.status.as_str(),
        verdicts.known.reason.as_str(),
        verdicts.unknown.status.as_str(),
        verdicts.unknown.reason.as_str(),
        question.ip.as_str(),
        new.proven_by.as_str()
    ]);
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
                changed_at = CASE WHEN $12 > changed_at THEN $12 ELSE changed_at END WHERE site_id = $1 AND id = $2 AND $17 = 'approved'; \
            INSERT INTO comments (site_id, id, post_id, parent_id, type, author_name, author_email, author_url, author_ip, agent, account_id, content, created_at, \
                author_key, email_key, duplicate_key, idempotency_key, status, reason, proven_by) \
            SELECT $1, next_comment_id - 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19 FROM sites WHERE id = $1 RETURNING id",
        postgres: "WITH numbered AS (UPDATE sites SET next_comment_id = next_comment_id + 1 WHERE id = $1 RETURNING next_comment_id - 1 AS id), \
            counted AS (UPDATE posts SET comment_count = comment_count + 1, version = version + 1, \
                changed_at = CASE WHEN $12 > changed_at THEN $12 ELSE changed_at END WHERE site_id = $1 AND id = $2 AND $17 = 'approved') \
            INSERT INTO comments (site_id, id, post_id, parent_id, type, author_name, author_email, author_url, author_ip, agent, account_id, content, created_at, \
                author_key, email_key, duplicate_key, idempotency_key, status, reason, proven_by) \
            SELECT $1, id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19 FROM numbered RETURNING id",
    };
    let mut args = args_of(new, question);
    args.extend(args![new.status.as_str(), new.reason.as_str(), new.proven_by.as_str()]);
    if new.status == Status::Approved {
        tx.changed(Change::Thread(new.site_id, new.post_id));
    }
    tx.fetch_one(INSERT, args, |row| row.get("id")).await
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
