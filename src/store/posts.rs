//! Posts, and every spelling by which each is known.

pub mod search;

use crate::error::Result;
use crate::model::ids::{AccountId, PostId, SiteId};
use crate::model::post::Post;
use crate::model::time::Timestamp;
use crate::store::db::{Change, Db, Row, Sql, Tx, args};

fn post(row: &Row) -> Result<Post> {
    Ok(Post {
        site_id: row.get("site_id")?,
        id: row.get("id")?,
        url: row.get("url")?,
        title: row.get("title")?,
        kind: row.get("type")?,
        account_id: row.get("account_id")?,
        comments_open: row.get::<String>("comment_status")? == "open",
        pings_open: row.get::<String>("ping_status")? == "open",
        published_at: row.get("published_at")?,
        created_at: row.get("created_at")?,
        comment_count: row.get("comment_count")?,
        version: row.get("version")?,
        changed_at: row.get("changed_at")?,
    })
}

/// The columns of a [`Post`], as [`post`] reads them.
macro_rules! columns {
    () => {
        "site_id, id, url, title, type, account_id, comment_status, ping_status, published_at, created_at, comment_count, version, changed_at"
    };
}
use columns;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM posts ", $rest)
    };
}

/// The post of this id.
pub async fn find(db: &Db, site: SiteId, id: PostId) -> Result<Option<Post>> {
    const FIND: &str = select!("WHERE site_id = $1 AND id = $2");
    db.fetch_optional(FIND, args![site, id], post).await
}

/// The posts of these ids, in no order.
pub async fn find_many(db: &Db, site: SiteId, ids: &[PostId]) -> Result<Vec<Post>> {
    const FIND: Sql = Sql::Each {
        sqlite: select!("WHERE site_id = $1 AND id IN (SELECT CAST(value AS INTEGER) FROM json_each($2))"),
        postgres: select!(
            "WHERE site_id = $1 AND id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($2 AS JSON)))"
        ),
    };
    db.fetch_all(FIND, args![site, json_list(ids)], post).await
}

/// Who wrote a post, when that is a member here.
pub async fn author_in(tx: &mut Tx, site: SiteId, id: PostId) -> Result<Option<AccountId>> {
    const FIND: &str = "SELECT account_id FROM posts WHERE site_id = $1 AND id = $2";
    Ok(tx.fetch_optional(FIND, args![site, id], |row| row.get("account_id")).await?.flatten())
}

/// Names a post's author, who may then moderate under it; says whether the post is there.
pub async fn set_author(tx: &mut Tx, site: SiteId, id: PostId, author: Option<AccountId>) -> Result<bool> {
    const SET: &str = "UPDATE posts SET account_id = $3 WHERE site_id = $1 AND id = $2";
    tx.changed(Change::Thread(site, id));
    Ok(tx.execute(SET, args![site, id, author]).await? == 1)
}

/// The post known by this key (model/permalink).
pub async fn find_by_key(db: &Db, site: SiteId, url_key: &str) -> Result<Option<Post>> {
    const FIND: &str = "SELECT p.site_id, p.id, p.url, p.title, p.type, p.account_id, p.comment_status, p.ping_status, p.published_at, p.created_at, p.comment_count, p.version, p.changed_at \
        FROM post_urls u JOIN posts p ON p.site_id = u.site_id AND p.id = u.post_id WHERE u.site_id = $1 AND u.url_key = $2";
    db.fetch_optional(FIND, args![site, url_key], post).await
}

/// The number of the post known by this key, seen from inside a transaction.
pub async fn find_by_key_in(tx: &mut Tx, site: SiteId, url_key: &str) -> Result<Option<PostId>> {
    const FIND: &str = "SELECT post_id FROM post_urls WHERE site_id = $1 AND url_key = $2";
    tx.fetch_optional(FIND, args![site, url_key], |row| row.get("post_id")).await
}

/// Every key a post is known by.
pub async fn keys(db: &Db, site: SiteId, id: PostId) -> Result<Vec<String>> {
    const KEYS: &str = "SELECT url_key FROM post_urls WHERE site_id = $1 AND post_id = $2 ORDER BY url_key";
    db.fetch_all(KEYS, args![site, id], |row| row.get("url_key")).await
}

/// The posts of a site, newest first; `search` looks in title and address.
pub async fn list(db: &Db, site: SiteId, search: Option<&str>, limit: i64, offset: i64) -> Result<Vec<Post>> {
    const LIST: &str = select!(
        "WHERE site_id = $1 AND (CAST($2 AS TEXT) IS NULL OR lower(title) LIKE $2 ESCAPE '\\' OR lower(url) LIKE $2 ESCAPE '\\') ORDER BY id DESC LIMIT $3 OFFSET $4"
    );
    db.fetch_all(LIST, args![site, search.map(like_pattern), limit, offset], post).await
}

/// Which posts a program asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// `post` or `page`.
    pub kind: &'a str,
    /// Of this author; `None` means anybody's.
    pub author: Option<AccountId>,
    /// These words, in title or address.
    pub search: Option<&'a str>,
}

/// The posts of a site that are wanted, newest first.
pub async fn list_wanted(db: &Db, site: SiteId, wanted: Wanted<'_>, limit: i64, offset: i64) -> Result<Vec<Post>> {
    const LIST: &str = select!(
        "WHERE site_id = $1 AND type = $2 AND (CAST($3 AS BIGINT) IS NULL OR account_id = $3) \
        AND (CAST($4 AS TEXT) IS NULL OR lower(title) LIKE $4 ESCAPE '\\' OR lower(url) LIKE $4 ESCAPE '\\') \
        ORDER BY COALESCE(published_at, created_at) DESC, id DESC LIMIT $5 OFFSET $6"
    );
    let args = args![site, wanted.kind, wanted.author, wanted.search.map(like_pattern), limit, offset];
    db.fetch_all(LIST, args, post).await
}

/// How many posts `list` would find.
pub async fn count(db: &Db, site: SiteId, search: Option<&str>) -> Result<i64> {
    const COUNT: &str = "SELECT COUNT(*) AS posts FROM posts \
        WHERE site_id = $1 AND (CAST($2 AS TEXT) IS NULL OR lower(title) LIKE $2 ESCAPE '\\' OR lower(url) LIKE $2 ESCAPE '\\')";
    db.fetch_one(COUNT, args![site, search.map(like_pattern)], |row| row.get("posts")).await
}

/// When readers of a site last saw something else under one of its posts.
pub async fn last_change(db: &Db, site: SiteId) -> Result<Option<Timestamp>> {
    const LAST: &str = "SELECT MAX(changed_at) AS last FROM posts WHERE site_id = $1";
    db.fetch_one(LAST, args![site], |row| row.get("last")).await
}

/// The comment counts of many addresses at once; a key that no post has is left out.
pub async fn comment_counts(db: &Db, site: SiteId, url_keys: &[String]) -> Result<Vec<(String, i64)>> {
    const COUNTS: Sql = Sql::Each {
        sqlite: "SELECT u.url_key, p.comment_count FROM json_each($2) k JOIN post_urls u ON u.site_id = $1 AND u.url_key = k.value \
            JOIN posts p ON p.site_id = u.site_id AND p.id = u.post_id",
        postgres: "SELECT u.url_key, p.comment_count FROM json_array_elements_text(CAST($2 AS JSON)) k JOIN post_urls u ON u.site_id = $1 AND u.url_key = k.value \
            JOIN posts p ON p.site_id = u.site_id AND p.id = u.post_id",
    };
    db.fetch_all(COUNTS, args![site, json_list(url_keys)], |row| Ok((row.get("url_key")?, row.get("comment_count")?)))
        .await
}

/// A post about to be made.
#[derive(Clone, Debug)]
pub struct NewPost {
    /// A number to keep, as an import gives; counted when not given.
    pub id: Option<PostId>,
    /// Its address.
    pub url: String,
    /// The keys it is known by, its own first.
    pub url_keys: Vec<String>,
    /// Its title.
    pub title: String,
    /// `post` or `page`.
    pub kind: String,
    /// Whether comments are taken.
    pub comments_open: bool,
    /// Whether linkbacks are taken.
    pub pings_open: bool,
    /// When it was published, if known.
    pub published_at: Option<Timestamp>,
}

/// Makes a post; `Conflict` when its number or its first key is taken.
pub async fn insert(tx: &mut Tx, site: SiteId, new: &NewPost, now: Timestamp) -> Result<PostId> {
    const NEXT: &str = "UPDATE sites SET next_post_id = CASE WHEN $2 >= next_post_id THEN $2 + 1 ELSE next_post_id END WHERE id = $1 RETURNING next_post_id";
    const COUNTED: &str =
        "UPDATE sites SET next_post_id = next_post_id + 1 WHERE id = $1 RETURNING next_post_id - 1 AS id";
    const INSERT: &str = "INSERT INTO posts (site_id, id, url, title, type, comment_status, ping_status, published_at, created_at, comment_count, version, changed_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 1, $9)";
    let id = match new.id {
        Some(id) => {
            tx.execute(NEXT, args![site, id]).await?;
            id
        }
        None => tx.fetch_one(COUNTED, args![site], |row| row.get("id")).await?,
    };
    let status = |open: bool| if open { "open" } else { "closed" };
    let (comments, pings) = (status(new.comments_open), status(new.pings_open));
    tx.execute(
        INSERT,
        args![
            site,
            id,
            new.url.as_str(),
            new.title.as_str(),
            new.kind.as_str(),
            comments,
            pings,
            new.published_at,
            now
        ],
    )
    .await?;
    for (at, key) in new.url_keys.iter().enumerate() {
        if at == 0 {
            tx.execute("INSERT INTO post_urls (site_id, url_key, post_id) VALUES ($1, $2, $3)", args![site, key, id])
                .await?;
        } else {
            add_key(tx, site, id, key).await?;
        }
    }
    tx.changed(Change::Thread(site, id));
    tx.changed(Change::Posts(site));
    Ok(id)
}

/// Makes a post known by one more key, unless another has it.
pub async fn add_key(tx: &mut Tx, site: SiteId, id: PostId, url_key: &str) -> Result<()> {
    const ADD: &str = "INSERT INTO post_urls (site_id, url_key, post_id) VALUES ($1, $2, $3) ON CONFLICT (site_id, url_key) DO NOTHING";
    tx.changed(Change::Posts(site));
    tx.execute(ADD, args![site, url_key, id]).await.map(|_| ())
}

/// Opens or closes a post for comments; says whether the post is there.
pub async fn set_comment_status(tx: &mut Tx, site: SiteId, id: PostId, open: bool, now: Timestamp) -> Result<bool> {
    const SET: &str =
        "UPDATE posts SET comment_status = $3, version = version + 1, changed_at = $4 WHERE site_id = $1 AND id = $2";
    tx.changed(Change::Thread(site, id));
    Ok(tx.execute(SET, args![site, id, if open { "open" } else { "closed" }, now]).await? == 1)
}

/// Opens or closes a post for linkbacks; says whether the post is there.
pub async fn set_ping_status(tx: &mut Tx, site: SiteId, id: PostId, open: bool, now: Timestamp) -> Result<bool> {
    const SET: &str =
        "UPDATE posts SET ping_status = $3, version = version + 1, changed_at = $4 WHERE site_id = $1 AND id = $2";
    tx.changed(Change::Thread(site, id));
    Ok(tx.execute(SET, args![site, id, if open { "open" } else { "closed" }, now]).await? == 1)
}

/// Changes a post's title; says whether the post is there.
pub async fn set_title(tx: &mut Tx, site: SiteId, id: PostId, title: &str, now: Timestamp) -> Result<bool> {
    const SET: &str =
        "UPDATE posts SET title = $3, version = version + 1, changed_at = $4 WHERE site_id = $1 AND id = $2";
    tx.changed(Change::Thread(site, id));
    Ok(tx.execute(SET, args![site, id, title, now]).await? == 1)
}

/// Leaves the posts of an account to nobody.
pub async fn leave_to_nobody(tx: &mut Tx, author: AccountId, now: Timestamp) -> Result<()> {
    const LEAVE: &str = "UPDATE posts SET account_id = NULL, version = version + 1, changed_at = $2 WHERE account_id = $1 RETURNING site_id, id";
    let left = tx.fetch_all(LEAVE, args![author, now], |row| Ok((row.get("site_id")?, row.get("id")?))).await?;
    for (site, post) in left {
        tx.changed(Change::Thread(site, post));
        tx.changed(Change::Posts(site));
    }
    Ok(())
}

/// Adds to a post's count of approved comments and raises its version: readers see something else now.
pub async fn add_to_count(tx: &mut Tx, site: SiteId, id: PostId, by: i64, now: Timestamp) -> Result<()> {
    const ADD: &str = "UPDATE posts SET comment_count = comment_count + $3, version = version + 1, changed_at = $4 WHERE site_id = $1 AND id = $2";
    tx.changed(Change::Thread(site, id));
    tx.execute(ADD, args![site, id, by, now]).await.map(|_| ())
}

/// A pattern for LIKE … ESCAPE '\' that finds `text` anywhere, in lower case.
pub(super) fn like_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// A list as JSON text, for statements that take one.
pub(super) fn json_list<T: serde::Serialize>(items: &[T]) -> String {
    serde_json::to_string(items).unwrap_or_else(|_| "[]".into())
}
