//! What moderators are shown: the desk's list with its filters, and its counts. XML-RPC lists and counts with it too.

use super::{columns, comment};
use crate::error::Result;
use crate::model::comment::{Comment, Status};
use crate::model::ids::{AccountId, PostId, SiteId};
use crate::store::db::{Arg, Db, args};
use crate::store::posts::{json_list, like_pattern};

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
    ($head:expr, $tail:literal) => {
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
    const LIST: &str =
        filtered!(concat!("SELECT ", columns!()), "ORDER BY created_at DESC, id DESC LIMIT $8 OFFSET $9");
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
