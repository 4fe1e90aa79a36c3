//! Accounts as a site knows them: its members and who administers every site, with their role there. What
//! the REST API calls users; an account that belongs to other sites only is none of them.

use crate::error::Result;
use crate::model::account::Account;
use crate::model::ids::SiteId;
use crate::model::role::Role;
use crate::store::accounts::account;
use crate::store::db::{Arg, Db, Row, Sql, args};
use crate::store::posts::{json_list, like_pattern};

/// A user of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Who it is.
    pub account: Account,
    /// The role there.
    pub role: Role,
    /// Whether a post there is theirs: then they are no secret (WP 7.1 §8.9).
    pub has_posts: bool,
}

fn user(row: &Row) -> Result<User> {
    let account = account(row)?;
    let role = row.get::<Option<String>>("role")?.as_deref().and_then(Role::parse);
    let role = if account.super_admin { Role::Administrator } else { role.unwrap_or(Role::Subscriber) };
    Ok(User { account, role, has_posts: row.get("has_posts")? })
}

/// Whom is asked for. `None`, `false` and empty lists mean "any".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// One of these.
    pub include: Vec<i64>,
    /// None of these.
    pub exclude: Vec<i64>,
    /// With this in name or URL.
    pub words: Option<String>,
    /// Whether the words are looked for in login and e-mail too.
    pub words_in_private: bool,
    /// With one of these roles.
    pub roles: Vec<Role>,
    /// Whose are posts.
    pub with_posts: bool,
}

impl Search {
    /// What `$1` to `$7` are.
    fn args(&self, site: SiteId) -> Vec<Arg> {
        let roles: Vec<&str> = self.roles.iter().map(|r| r.as_str()).collect();
        args![
            site,
            json_list(&self.include),
            json_list(&self.exclude),
            self.words.as_deref().map(like_pattern),
            self.words_in_private,
            if roles.is_empty() { String::new() } else { format!(",{},", roles.join(",")) },
            self.with_posts
        ]
    }
}

/// The users, and the conditions that [`Search::args`] fills.
macro_rules! users {
    (sqlite, $head:literal, $tail:literal) => {
        users!(
            $head,
            "($2 = '[]' OR a.id IN (SELECT CAST(value AS INTEGER) FROM json_each($2))) \
             AND ($3 = '[]' OR a.id NOT IN (SELECT CAST(value AS INTEGER) FROM json_each($3)))",
            $tail
        )
    };
    (postgres, $head:literal, $tail:literal) => {
        users!(
            $head,
            "($2 = '[]' OR a.id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($2 AS JSON)))) \
             AND ($3 = '[]' OR a.id NOT IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($3 AS JSON))))",
            $tail
        )
    };
    ($head:literal, $lists:literal, $tail:literal) => {
        concat!(
            $head,
            " FROM accounts a LEFT JOIN members m ON m.account_id = a.id AND m.site_id = $1 \
             WHERE (a.super_admin OR m.role IS NOT NULL) AND ",
            $lists,
            " AND (CAST($4 AS TEXT) IS NULL OR lower(a.display_name) LIKE $4 ESCAPE '\\' OR lower(a.url) LIKE $4 ESCAPE '\\' \
                 OR ($5 AND (lower(a.login) LIKE $4 ESCAPE '\\' OR lower(a.email) LIKE $4 ESCAPE '\\'))) \
             AND ($6 = '' OR $6 LIKE '%,' || CASE WHEN a.super_admin THEN 'administrator' ELSE m.role END || ',%') \
             AND (NOT $7 OR EXISTS (SELECT 1 FROM posts p WHERE p.site_id = $1 AND p.account_id = a.id))",
            $tail
        )
    };
}

/// By what users are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By number.
    Id,
    /// By name.
    Name,
    /// By when the account was made.
    Registered,
    /// By e-mail.
    Email,
    /// By website.
    Url,
}

impl Order {
    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Registered => "registered",
            Self::Email => "email",
            Self::Url => "url",
        }
    }
}

/// A page of the users. There are few: any order is sorted.
pub async fn page(
    db: &Db,
    site: SiteId,
    search: &Search,
    (order, descending): (Order, bool),
    limit: i64,
    offset: i64,
) -> Result<Vec<User>> {
    const LIST: Sql = Sql::Each {
        sqlite: users!(
            sqlite,
            "SELECT a.id, a.login, a.email, a.display_name, a.url, a.password_hash, a.super_admin, a.comment_shortcuts, a.created_at, m.role, \
                EXISTS (SELECT 1 FROM posts p WHERE p.site_id = $1 AND p.account_id = a.id) AS has_posts",
            " ORDER BY CASE $10 WHEN 'name' THEN lower(a.display_name) WHEN 'email' THEN a.email_key WHEN 'url' THEN a.url END, \
                CASE $10 WHEN '-name' THEN lower(a.display_name) WHEN '-email' THEN a.email_key WHEN '-url' THEN a.url END DESC, \
                CASE $10 WHEN 'registered' THEN a.created_at WHEN '-registered' THEN -a.created_at WHEN '-id' THEN -a.id END, a.id LIMIT $8 OFFSET $9"
        ),
        postgres: users!(
            postgres,
            "SELECT a.id, a.login, a.email, a.display_name, a.url, a.password_hash, a.super_admin, a.comment_shortcuts, a.created_at, m.role, \
                EXISTS (SELECT 1 FROM posts p WHERE p.site_id = $1 AND p.account_id = a.id) AS has_posts",
            " ORDER BY CASE $10 WHEN 'name' THEN lower(a.display_name) WHEN 'email' THEN a.email_key WHEN 'url' THEN a.url END, \
                CASE $10 WHEN '-name' THEN lower(a.display_name) WHEN '-email' THEN a.email_key WHEN '-url' THEN a.url END DESC, \
                CASE $10 WHEN 'registered' THEN a.created_at WHEN '-registered' THEN -a.created_at WHEN '-id' THEN -a.id END, a.id LIMIT $8 OFFSET $9"
        ),
    };
    let mut args = search.args(site);
    args.extend(args![limit, offset, format!("{}{}", if descending { "-" } else { "" }, order.name())]);
    db.fetch_all(LIST, args, user).await
}

/// How many there are in all.
pub async fn count(db: &Db, site: SiteId, search: &Search) -> Result<i64> {
    const COUNT: Sql = Sql::Each {
        sqlite: users!(sqlite, "SELECT COUNT(*) AS users", ""),
        postgres: users!(postgres, "SELECT COUNT(*) AS users", ""),
    };
    db.fetch_one(COUNT, search.args(site), |row| row.get("users")).await
}

/// The users of these numbers, by number.
pub async fn find_many(db: &Db, site: SiteId, ids: &[i64]) -> Result<Vec<User>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let search = Search { include: ids.to_vec(), ..Search::default() };
    let limit = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    page(db, site, &search, (Order::Id, false), limit, 0).await
}
