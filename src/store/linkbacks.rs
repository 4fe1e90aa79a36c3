//! Claims that a page links here.

use crate::error::{Error, Result};
use crate::model::ids::{CommentId, LinkbackId, PostId, SiteId};
use crate::model::linkback::{Linkback, LinkbackRefusal, LinkbackState, Protocol, Said};
use crate::model::time::Timestamp;
use crate::store::db::{Db, Row, Tx, args};
use crate::store::sites::take_turn;

fn linkback(row: &Row) -> Result<Linkback> {
    let (state, protocol): (String, String) = (row.get("state")?, row.get("protocol")?);
    let said: Option<String> = row.get("said")?;
    let unreadable = |e| Error::internal(format!("reading what a linkback says: {e}"));
    Ok(Linkback {
        site_id: row.get("site_id")?,
        id: row.get("id")?,
        protocol: Protocol::parse(&protocol)
            .ok_or_else(|| Error::internal(format!("the stored linkback protocol {protocol}")))?,
        source: row.get("source")?,
        target: row.get("target")?,
        post_id: row.get("post_id")?,
        state: LinkbackState::parse(&state)
            .ok_or_else(|| Error::internal(format!("the stored linkback state {state}")))?,
        refusal: row.get::<Option<String>>("refusal")?.as_deref().and_then(LinkbackRefusal::parse),
        comment_id: row.get("comment_id")?,
        client_ip: row.get("client_ip")?,
        agent: row.get("agent")?,
        said: said.map(|said| serde_json::from_str(&said).map_err(unreadable)).transpose()?,
        created_at: row.get("created_at")?,
    })
}

/// The columns of a [`Linkback`], as [`linkback`] reads them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT site_id, id, protocol, source, target, post_id, state, refusal, comment_id, client_ip, agent, said, created_at FROM linkbacks ",
            $rest
        )
    };
}

/// The claim of this id.
pub async fn find(db: &Db, site: SiteId, id: LinkbackId) -> Result<Option<Linkback>> {
    const FIND: &str = select!("WHERE site_id = $1 AND id = $2");
    db.fetch_optional(FIND, args![site, id], linkback).await
}

/// The claim of this pair, by their keys. Two that ask at the same instant ask one after the other.
pub async fn find_pair(tx: &mut Tx, site: SiteId, source_key: &str, target_key: &str) -> Result<Option<Linkback>> {
    const FIND: &str = select!("WHERE site_id = $1 AND source_key = $2 AND target_key = $3");
    take_turn(tx, site).await?;
    tx.fetch_optional(FIND, args![site, source_key, target_key], linkback).await
}

/// The claim that became this comment.
pub async fn find_by_comment(db: &Db, site: SiteId, comment: CommentId) -> Result<Option<Linkback>> {
    const FIND: &str = select!("WHERE site_id = $1 AND comment_id = $2");
    db.fetch_optional(FIND, args![site, comment], linkback).await
}

/// A claim about to be kept.
#[derive(Clone, Debug)]
pub struct NewLinkback {
    /// How it arrived.
    pub protocol: Protocol,
    /// The page that links, as claimed.
    pub source: String,
    /// Its key.
    pub source_key: String,
    /// The page it links to, as claimed.
    pub target: String,
    /// Its key: the post's, when it is known.
    pub target_key: String,
    /// The post, when it is known.
    pub post_id: Option<PostId>,
    /// Who told us.
    pub client_ip: String,
    /// With what program.
    pub agent: String,
    /// What it says of itself.
    pub said: Option<Said>,
}

/// Keeps a claim. A refused claim of the same pair is taken up again under its old number.
pub async fn upsert(tx: &mut Tx, site: SiteId, new: &NewLinkback, now: Timestamp) -> Result<LinkbackId> {
    const NEXT: &str =
        "UPDATE sites SET next_linkback_id = next_linkback_id + 1 WHERE id = $1 RETURNING next_linkback_id - 1 AS id";
    const UPSERT: &str = "INSERT INTO linkbacks (site_id, id, protocol, source, source_key, target, target_key, post_id, state, client_ip, agent, created_at, said) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'claimed', $9, $10, $11, $12) \
        ON CONFLICT (site_id, source_key, target_key) DO UPDATE SET state = 'claimed', refusal = NULL, finished_at = NULL, protocol = excluded.protocol, \
            source = excluded.source, target = excluded.target, post_id = excluded.post_id, client_ip = excluded.client_ip, agent = excluded.agent, created_at = excluded.created_at, said = excluded.said \
        RETURNING id";
    let said = new.said.as_ref().map(serde_json::to_string).transpose();
    let said = said.map_err(|e| Error::internal(format!("writing what a linkback says: {e}")))?;
    let id: LinkbackId = tx.fetch_one(NEXT, args![site], |row| row.get("id")).await?;
    let args = args![
        site,
        id,
        new.protocol.as_str(),
        new.source.as_str(),
        new.source_key.as_str(),
        new.target.as_str(),
        new.target_key.as_str(),
        new.post_id,
        new.client_ip.as_str(),
        new.agent.as_str(),
        now,
        said
    ];
    tx.fetch_one(UPSERT, args, |row| row.get("id")).await
}

/// The claim was found true and became a comment.
pub async fn set_registered(
    tx: &mut Tx,
    site: SiteId,
    id: LinkbackId,
    post: PostId,
    comment: CommentId,
    now: Timestamp,
) -> Result<()> {
    const SET: &str = "UPDATE linkbacks SET state = 'registered', refusal = NULL, post_id = $3, comment_id = $4, finished_at = $5 WHERE site_id = $1 AND id = $2";
    tx.execute(SET, args![site, id, post, comment, now]).await.map(|_| ())
}

/// The claim was found wrong.
pub async fn set_refused(
    tx: &mut Tx,
    site: SiteId,
    id: LinkbackId,
    refusal: LinkbackRefusal,
    now: Timestamp,
) -> Result<()> {
    const SET: &str =
        "UPDATE linkbacks SET state = 'refused', refusal = $3, finished_at = $4 WHERE site_id = $1 AND id = $2";
    tx.execute(SET, args![site, id, refusal.as_str(), now]).await.map(|_| ())
}

/// Forgets refused claims that ended before `before`, at most `limit`; says how many.
pub async fn delete_refused_before(tx: &mut Tx, site: SiteId, before: Timestamp, limit: i64) -> Result<u64> {
    const DELETE: &str = "DELETE FROM linkbacks WHERE site_id = $1 AND id IN \
        (SELECT id FROM linkbacks WHERE site_id = $1 AND state = 'refused' AND finished_at < $2 ORDER BY finished_at LIMIT $3)";
    tx.execute(DELETE, args![site, before, limit]).await
}

/// The sources of a post's approved pingbacks, in the order they came.
pub async fn approved_sources(db: &Db, site: SiteId, post: PostId) -> Result<Vec<String>> {
    const LIST: &str = "SELECT author_url FROM comments WHERE site_id = $1 AND post_id = $2 AND type = 'pingback' AND status = 'approved' ORDER BY created_at, id";
    db.fetch_all(LIST, args![site, post], |row| row.get("author_url")).await
}

/// Forgets the claim behind a comment that is deleted for ever, so that its source may ping again.
pub async fn delete_of_comment(tx: &mut Tx, site: SiteId, comment: CommentId) -> Result<()> {
    tx.execute("DELETE FROM linkbacks WHERE site_id = $1 AND comment_id = $2", args![site, comment]).await.map(|_| ())
}
