//! The comments that a client of the REST API asks for: any combination of filters, seven orders, a page of
//! them and how many there are in all (WP 7.1 comments §8.3, §6.1). What the asking account may not see is
//! left out here, so that pages are full and totals right (register §14 #16).
//!
//! A statement for each way in ([`Access`]) and each order, so that each can use its index: the newest
//! comments of a site, those of a post, the answers to a comment, and comments by number are found without
//! a look at the others. Every other filter is a condition that is true when it is not asked for.

use super::{columns, comment};
use crate::error::Result;
use crate::model::comment::{Comment, CommentType, Status};
use crate::model::ids::{CommentId, PostId, SiteId};
use crate::model::reader::Scope;
use crate::model::text::fold::fold;
use crate::model::time::Timestamp;
use crate::store::db::{Arg, Db, Sql, args};
use crate::store::posts::{json_list, like_pattern};

/// What is asked for. `None` and empty lists mean "any".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// In one of these statuses.
    pub statuses: Option<Vec<Status>>,
    /// Of one of these types.
    pub kinds: Option<Vec<CommentType>>,
    /// Under one of these posts.
    pub posts: Vec<i64>,
    /// Answering one of these; 0 is for those that answer none.
    pub parents: Vec<i64>,
    /// Answering none of these.
    pub parents_not: Vec<i64>,
    /// Written by one of these accounts; 0 is for guests.
    pub authors: Vec<i64>,
    /// Written by none of these.
    pub authors_not: Vec<i64>,
    /// Written under this e-mail.
    pub email: Option<String>,
    /// One of these.
    pub include: Vec<i64>,
    /// None of these.
    pub exclude: Vec<i64>,
    /// Received then or later.
    pub since: Option<Timestamp>,
    /// Received before.
    pub before: Option<Timestamp>,
    /// With these words in name, URL or text.
    pub words: Option<String>,
    /// Whether the words are looked for in e-mail and address too (register §14 #15).
    pub words_in_private: bool,
    /// What the asking account may see.
    pub scope: Scope,
}

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By time.
    Date(Direction),
    /// By number.
    Id(Direction),
    /// By post.
    Post(Direction),
    /// By what they answer.
    Parent(Direction),
    /// By type.
    Type(Direction),
    /// As [`Search::include`] names them.
    Include,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    Asc,
    /// The greatest first.
    Desc,
}

/// The way into the table. `$2` is its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Any,
    Status,
    Post,
    Posts,
    Parents,
    Include,
}

impl Search {
    fn access(&self) -> (Access, String) {
        let one = |ids: &[i64]| ids.first().filter(|_| ids.len() == 1).map(i64::to_string);
        if !self.include.is_empty() {
            (Access::Include, json_list(&self.include))
        } else if !self.parents.is_empty() && !self.parents.contains(&0) {
            (Access::Parents, json_list(&self.parents))
        } else if let Some(post) = one(&self.posts) {
            (Access::Post, post)
        } else if !self.posts.is_empty() {
            (Access::Posts, json_list(&self.posts))
        } else if let Some([status]) = self.statuses.as_deref() {
            (Access::Status, status.as_str().to_owned())
        } else {
            (Access::Any, String::new())
        }
    }

    /// The status and the type, where nothing else is asked for.
    fn plain(&self) -> Option<(Status, CommentType)> {
        let (Some([status]), Some([kind])) = (self.statuses.as_deref(), self.kinds.as_deref()) else { return None };
        let bare = Self { statuses: self.statuses.clone(), kinds: self.kinds.clone(), ..Self::default() };
        let is_all = *self == Self { scope: self.scope, words_in_private: self.words_in_private, ..bare };
        let is_seen = *status == Status::Approved || self.scope == Scope::All;
        (is_all && is_seen).then_some((*status, *kind))
    }

    /// What `$1` to `$19` are.
    fn args(&self, site: SiteId, access: String) -> Vec<Arg> {
        let names = |list: Option<Vec<&str>>| list.map_or_else(String::new, |l| format!(",{},", l.join(",")));
        let statuses = names(self.statuses.as_ref().map(|l| l.iter().map(|s| s.as_str()).collect()));
        let kinds = names(self.kinds.as_ref().map(|l| l.iter().map(|k| k.as_str()).collect()));
        let (sees_all, account, own_posts_of) = match self.scope {
            Scope::All => (true, None, None),
            Scope::Some { account, own_posts } => (false, account, account.filter(|_| own_posts)),
        };
        args![
            site,
            access,
            statuses,
            kinds,
            between_commas(&self.posts),
            between_commas(&self.parents),
            between_commas(&self.parents_not),
            between_commas(&self.authors),
            between_commas(&self.authors_not),
            self.email.as_deref().map(fold),
            between_commas(&self.include),
            json_list(&self.exclude),
            self.since,
            self.before,
            self.words.as_deref().map(like_pattern),
            self.words_in_private,
            sees_all,
            account,
            own_posts_of
        ]
    }
}

/// `,1,2,` for a condition that looks for `,1,` in it.
fn between_commas(ids: &[i64]) -> String {
    let list: Vec<String> = ids.iter().map(i64::to_string).collect();
    if list.is_empty() { String::new() } else { format!(",{},", list.join(",")) }
}

/// The conditions that [`Search::args`] fills.
macro_rules! conditions {
    (sqlite) => {
        concat!(
            conditions!(),
            " AND ($12 = '[]' OR id NOT IN (SELECT CAST(value AS INTEGER) FROM json_each($12)))"
        )
    };
    (postgres) => {
        concat!(
            conditions!(),
            " AND ($12 = '[]' OR id NOT IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($12 AS JSON))))"
        )
    };
    () => {
        " AND ($3 = '' OR $3 LIKE '%,' || status || ',%') AND ($4 = '' OR $4 LIKE '%,' || type || ',%') \
          AND ($5 = '' OR $5 LIKE '%,' || post_id || ',%') \
          AND ($6 = '' OR $6 LIKE '%,' || COALESCE(parent_id, 0) || ',%') AND ($7 = '' OR $7 NOT LIKE '%,' || COALESCE(parent_id, 0) || ',%') \
          AND ($8 = '' OR $8 LIKE '%,' || COALESCE(account_id, 0) || ',%') AND ($9 = '' OR $9 NOT LIKE '%,' || COALESCE(account_id, 0) || ',%') \
          AND (CAST($10 AS TEXT) IS NULL OR email_key = $10) \
          AND ($11 = '' OR $11 LIKE '%,' || id || ',%') \
          AND (CAST($13 AS BIGINT) IS NULL OR created_at >= $13) AND (CAST($14 AS BIGINT) IS NULL OR created_at < $14) \
          AND (CAST($15 AS TEXT) IS NULL OR lower(author_name) LIKE $15 ESCAPE '\\' OR lower(author_url) LIKE $15 ESCAPE '\\' OR lower(content) LIKE $15 ESCAPE '\\' \
              OR ($16 AND (lower(author_email) LIKE $15 ESCAPE '\\' OR lower(author_ip) LIKE $15 ESCAPE '\\'))) \
          AND ($17 OR status = 'approved' OR account_id = $18 \
              OR EXISTS (SELECT 1 FROM posts p WHERE p.site_id = comments.site_id AND p.id = comments.post_id AND p.account_id = $19))"
    };
}

/// A page in this order. The rows are picked first and read after, so that an index alone can pick them.
macro_rules! page {
    ($engine:ident, $access:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM comments WHERE site_id = $1 AND id IN (SELECT id FROM comments WHERE site_id = $1 AND ",
            $access,
            conditions!($engine),
            " ORDER BY ",
            $order,
            " LIMIT $20 OFFSET $21) ORDER BY ",
            $order
        )
    };
}

/// A statement for each order. `$22` names the orders that have no index of their own.
macro_rules! in_order {
    ($order:expr, $sqlite:literal, $postgres:literal) => {
        match $order {
            Order::Date(Direction::Desc) => both!($sqlite, $postgres, "created_at DESC, id DESC"),
            Order::Date(Direction::Asc) => both!($sqlite, $postgres, "created_at, id"),
            Order::Id(Direction::Desc) => both!($sqlite, $postgres, "id DESC"),
            Order::Id(Direction::Asc) => both!($sqlite, $postgres, "id"),
            _ => Sql::Each {
                sqlite: page!(
                    sqlite,
                    $sqlite,
                    "CASE $22 WHEN 'post' THEN post_id WHEN '-post' THEN -post_id WHEN 'parent' THEN COALESCE(parent_id, 0) \
                        WHEN '-parent' THEN -COALESCE(parent_id, 0) WHEN 'include' THEN instr($11, ',' || id || ',') END, \
                     CASE $22 WHEN 'type' THEN type END, CASE $22 WHEN '-type' THEN type END DESC, id DESC"
                ),
                postgres: page!(
                    postgres,
                    $postgres,
                    "CASE $22 WHEN 'post' THEN post_id WHEN '-post' THEN -post_id WHEN 'parent' THEN COALESCE(parent_id, 0) \
                        WHEN '-parent' THEN -COALESCE(parent_id, 0) WHEN 'include' THEN strpos($11, ',' || id || ',') END, \
                     CASE $22 WHEN 'type' THEN type END, CASE $22 WHEN '-type' THEN type END DESC, id DESC"
                ),
            },
        }
    };
}

macro_rules! both {
    ($sqlite:literal, $postgres:literal, $order:literal) => {
        Sql::Each { sqlite: page!(sqlite, $sqlite, $order), postgres: page!(postgres, $postgres, $order) }
    };
}

/// `$then!` with the condition of the way in, as each engine has it.
macro_rules! by_access {
    ($access:expr, $then:ident, $with:expr) => {
        match $access {
            Access::Any => $then!($with, "CAST($2 AS TEXT) IS NOT NULL", "CAST($2 AS TEXT) IS NOT NULL"),
            Access::Status => $then!($with, "status = $2", "status = $2"),
            Access::Post => $then!($with, "post_id = CAST($2 AS BIGINT)", "post_id = CAST(CAST($2 AS TEXT) AS BIGINT)"),
            Access::Posts => $then!(
                $with,
                "post_id IN (SELECT CAST(value AS INTEGER) FROM json_each($2))",
                "post_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($2 AS JSON)))"
            ),
            Access::Parents => $then!(
                $with,
                "parent_id IN (SELECT CAST(value AS INTEGER) FROM json_each($2))",
                "parent_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($2 AS JSON)))"
            ),
            Access::Include => $then!(
                $with,
                "id IN (SELECT CAST(value AS INTEGER) FROM json_each($2))",
                "id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($2 AS JSON)))"
            ),
        }
    };
}

macro_rules! counted {
    ($_none:expr, $sqlite:literal, $postgres:literal) => {
        Sql::Each {
            sqlite: concat!(
                "SELECT COUNT(*) AS comments FROM comments WHERE site_id = $1 AND ",
                $sqlite,
                conditions!(sqlite)
            ),
            postgres: concat!(
                "SELECT COUNT(*) AS comments FROM comments WHERE site_id = $1 AND ",
                $postgres,
                conditions!(postgres)
            ),
        }
    };
}

impl Order {
    /// What `$22` is, for an order that has no statement of its own.
    fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Date(_) | Self::Id(_) => return None,
            Self::Post(Direction::Asc) => "post",
            Self::Post(Direction::Desc) => "-post",
            Self::Parent(Direction::Asc) => "parent",
            Self::Parent(Direction::Desc) => "-parent",
            Self::Type(Direction::Asc) => "type",
            Self::Type(Direction::Desc) => "-type",
            Self::Include => "include",
        })
    }
}

/// A page of what is asked for. Equal places are told apart by number, the greatest first, but for times.
pub async fn page(
    db: &Db,
    site: SiteId,
    search: &Search,
    order: Order,
    limit: i64,
    offset: i64,
) -> Result<Vec<Comment>> {
    let (access, value) = search.access();
    let mut args = search.args(site, value);
    args.extend(args![limit, offset]);
    args.extend(order.name().map(Arg::from));
    db.fetch_all(by_access!(access, in_order, order), args, comment).await
}

/// How many there are in all. What is asked most is counted in the index alone, without its conditions.
pub async fn count(db: &Db, site: SiteId, search: &Search) -> Result<i64> {
    const PLAIN: &str = "SELECT COUNT(*) AS comments FROM comments WHERE site_id = $1 AND status = $2 AND type = $3";
    if let Some((status, kind)) = search.plain() {
        return db.fetch_one(PLAIN, args![site, status.as_str(), kind.as_str()], |row| row.get("comments")).await;
    }
    let (access, value) = search.access();
    let args = search.args(site, value);
    db.fetch_one(by_access!(access, counted, ()), args, |row| row.get("comments")).await
}

/// Which of these comments have an answer that is approved or waits (WP 7.1 §8.2, link `children`).
pub async fn with_children(db: &Db, site: SiteId, ids: &[CommentId]) -> Result<Vec<CommentId>> {
    const FIND: Sql = Sql::Each {
        sqlite: "SELECT DISTINCT parent_id FROM comments WHERE site_id = $1 \
            AND parent_id IN (SELECT CAST(value AS INTEGER) FROM json_each($2)) AND status IN ('approved', 'hold')",
        postgres: "SELECT DISTINCT parent_id FROM comments WHERE site_id = $1 \
            AND parent_id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($2 AS JSON))) AND status IN ('approved', 'hold')",
    };
    db.fetch_all(FIND, args![site, json_list(ids)], |row| row.get("parent_id")).await
}

/// The newest approved comments of each of the listed, by the column that lists them.
macro_rules! newest_of_each {
    ($column:literal) => {
        Sql::Each {
            sqlite: newest_of_each!($column, "SELECT CAST(value AS INTEGER) FROM json_each($2)"),
            postgres: newest_of_each!($column, "SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($2 AS JSON))"),
        }
    };
    ($column:literal, $listed:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM (SELECT ",
            columns!(),
            ", ROW_NUMBER() OVER (PARTITION BY ",
            $column,
            " ORDER BY created_at DESC, id DESC) AS place FROM comments WHERE site_id = $1 AND ",
            $column,
            " IN (",
            $listed,
            ") AND status = 'approved' AND type = 'comment') AS placed WHERE place <= $3 ORDER BY created_at DESC, id DESC"
        )
    };
}

/// The newest approved comments under each of these posts, newest first, at most `each` of a post.
pub async fn newest_of_posts(db: &Db, site: SiteId, posts: &[PostId], each: i64) -> Result<Vec<Comment>> {
    const FIND: Sql = newest_of_each!("post_id");
    db.fetch_all(FIND, args![site, json_list(posts), each], comment).await
}

/// The newest approved answers to each of these comments, newest first, at most `each` to a comment.
pub async fn newest_answers(db: &Db, site: SiteId, parents: &[CommentId], each: i64) -> Result<Vec<Comment>> {
    const FIND: Sql = newest_of_each!("parent_id");
    db.fetch_all(FIND, args![site, json_list(parents), each], comment).await
}
