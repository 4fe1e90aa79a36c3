//! The posts that a client of the REST API asks for: filters, orders, a page of them, and how many there are.

use super::{columns, json_list, like_pattern, post};
use crate::error::Result;
use crate::model::ids::SiteId;
use crate::model::post::{Post, SLUG_ENDINGS};
use crate::model::time::Timestamp;
use crate::store::db::{Arg, Db, Sql, args};

/// What is asked for. `None` and empty lists mean "any".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// `post` or `page`.
    pub kind: String,
    /// One of these.
    pub include: Vec<i64>,
    /// None of these.
    pub exclude: Vec<i64>,
    /// Of one of these authors; 0 is for those of no member.
    pub authors: Vec<i64>,
    /// Of none of these.
    pub authors_not: Vec<i64>,
    /// Whose address ends in one of these.
    pub slugs: Vec<String>,
    /// With these words in title or address.
    pub words: Option<String>,
    /// Dated then or later.
    pub since: Option<Timestamp>,
    /// Dated before.
    pub before: Option<Timestamp>,
}

/// By what posts are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By date.
    Date,
    /// By number.
    Id,
    /// By title.
    Title,
    /// By address, and so by slug.
    Address,
    /// By author.
    Author,
    /// As [`Search::include`] names them.
    Include,
}

impl Order {
    fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Id => "id",
            Self::Title => "title",
            Self::Address => "address",
            Self::Author => "author",
            Self::Include => "include",
        }
    }
}

impl Search {
    /// What `$1` to `$10` are.
    fn args(&self, site: SiteId) -> Vec<Arg> {
        args![
            site,
            self.kind.as_str(),
            json_list(&self.include),
            json_list(&self.exclude),
            between_commas(&self.authors),
            between_commas(&self.authors_not),
            json_list(&self.slugs.iter().flat_map(|slug| address_endings(slug)).collect::<Vec<_>>()),
            self.words.as_deref().map(like_pattern),
            self.since,
            self.before
        ]
    }
}

/// `,1,2,` for a condition that looks for `,1,` in it.
fn between_commas(ids: &[i64]) -> String {
    let list: Vec<String> = ids.iter().map(i64::to_string).collect();
    if list.is_empty() { String::new() } else { format!(",{},", list.join(",")) }
}

/// Patterns of the addresses whose slug it is (see [`Post::slug`]).
fn address_endings(slug: &str) -> Vec<String> {
    let anywhere = like_pattern(slug);
    let literal = anywhere.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')).unwrap_or_default();
    ["", "/"].iter().chain(SLUG_ENDINGS).map(|ending| format!("%/{literal}{ending}")).collect()
}

/// The conditions that [`Search::args`] fills.
macro_rules! posts {
    (sqlite, $head:expr, $tail:literal) => {
        posts!(
            $head,
            "($3 = '[]' OR id IN (SELECT CAST(value AS INTEGER) FROM json_each($3))) \
             AND ($4 = '[]' OR id NOT IN (SELECT CAST(value AS INTEGER) FROM json_each($4))) \
             AND ($7 = '[]' OR EXISTS (SELECT 1 FROM json_each($7) s WHERE lower(url) LIKE s.value ESCAPE '\\'))",
            $tail
        )
    };
    (postgres, $head:expr, $tail:literal) => {
        posts!(
            $head,
            "($3 = '[]' OR id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($3 AS JSON)))) \
             AND ($4 = '[]' OR id NOT IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($4 AS JSON)))) \
             AND ($7 = '[]' OR EXISTS (SELECT 1 FROM json_array_elements_text(CAST($7 AS JSON)) s WHERE lower(url) LIKE s.value ESCAPE '\\'))",
            $tail
        )
    };
    ($head:expr, $lists:literal, $tail:literal) => {
        concat!(
            $head,
            " FROM posts WHERE site_id = $1 AND type = $2 AND ",
            $lists,
            " AND ($5 = '' OR $5 LIKE '%,' || COALESCE(account_id, 0) || ',%') AND ($6 = '' OR $6 NOT LIKE '%,' || COALESCE(account_id, 0) || ',%') \
             AND (CAST($8 AS TEXT) IS NULL OR lower(title) LIKE $8 ESCAPE '\\' OR lower(url) LIKE $8 ESCAPE '\\') \
             AND (CAST($9 AS BIGINT) IS NULL OR COALESCE(published_at, created_at) >= $9) \
             AND (CAST($10 AS BIGINT) IS NULL OR COALESCE(published_at, created_at) < $10)",
            $tail
        )
    };
}

/// A page of the posts. There are few beside their comments: any order is sorted.
pub async fn page(
    db: &Db,
    site: SiteId,
    search: &Search,
    (order, descending): (Order, bool),
    limit: i64,
    offset: i64,
) -> Result<Vec<Post>> {
    const LIST: Sql = Sql::Each {
        sqlite: posts!(
            sqlite,
            concat!("SELECT ", columns!()),
            " ORDER BY CASE $13 WHEN 'date' THEN COALESCE(published_at, created_at) WHEN '-date' THEN -COALESCE(published_at, created_at) WHEN 'id' THEN id \
                WHEN 'author' THEN COALESCE(account_id, 0) WHEN '-author' THEN -COALESCE(account_id, 0) END, \
              CASE $13 WHEN 'title' THEN lower(title) WHEN 'address' THEN url END, CASE $13 WHEN '-title' THEN lower(title) WHEN '-address' THEN url END DESC, \
              CASE WHEN $13 LIKE '%include' THEN instr($14, ',' || id || ',') END, id DESC LIMIT $11 OFFSET $12"
        ),
        postgres: posts!(
            postgres,
            concat!("SELECT ", columns!()),
            " ORDER BY CASE $13 WHEN 'date' THEN COALESCE(published_at, created_at) WHEN '-date' THEN -COALESCE(published_at, created_at) WHEN 'id' THEN id \
                WHEN 'author' THEN COALESCE(account_id, 0) WHEN '-author' THEN -COALESCE(account_id, 0) END, \
              CASE $13 WHEN 'title' THEN lower(title) WHEN 'address' THEN url END, CASE $13 WHEN '-title' THEN lower(title) WHEN '-address' THEN url END DESC, \
              CASE WHEN $13 LIKE '%include' THEN strpos($14, ',' || id || ',') END, id DESC LIMIT $11 OFFSET $12"
        ),
    };
    let mut args = search.args(site);
    let order = format!("{}{}", if descending { "-" } else { "" }, order.name());
    args.extend(args![limit, offset, order, between_commas(&search.include)]);
    db.fetch_all(LIST, args, post).await
}

/// How many there are in all.
pub async fn count(db: &Db, site: SiteId, search: &Search) -> Result<i64> {
    const COUNT: Sql = Sql::Each {
        sqlite: posts!(sqlite, "SELECT COUNT(*) AS posts", ""),
        postgres: posts!(postgres, "SELECT COUNT(*) AS posts", ""),
    };
    db.fetch_one(COUNT, search.args(site), |row| row.get("posts")).await
}
