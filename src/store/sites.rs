//! Sites, their options and their members.

use std::collections::BTreeMap;

use url::Url;

use crate::error::{Error, Result};
use crate::model::ids::{AccountId, SiteId};
use crate::model::options::SiteOptions;
use crate::model::role::Role;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::store::db::{Change, Db, Row, Tx, args};

const ALL: &str = "SELECT id, slug, home, siteurl, title, demo, changed_at FROM sites ORDER BY id";
const OPTIONS: &str = "SELECT site_id, name, value FROM site_options ORDER BY site_id, name";

fn site(row: &Row) -> Result<Site> {
    let address =
        |text: String| Url::parse(&text).map_err(|e| Error::internal(format!("the stored site address {text}: {e}")));
    Ok(Site {
        id: row.get("id")?,
        slug: row.get("slug")?,
        home: address(row.get("home")?)?,
        siteurl: row.get::<Option<String>>("siteurl")?.map(address).transpose()?,
        title: row.get("title")?,
        demo: row.get("demo")?,
        changed_at: row.get("changed_at")?,
        options: SiteOptions::default(),
        stored_options: BTreeMap::new(),
    })
}

/// Every site with its options, in the order they were added.
pub async fn list(db: &Db) -> Result<Vec<Site>> {
    let mut sites = db.fetch_all(ALL, args![], site).await?;
    let options = db
        .fetch_all(OPTIONS, args![], |row| Ok((row.get::<SiteId>("site_id")?, row.get("name")?, row.get("value")?)))
        .await?;
    for (id, name, value) in options {
        if let Some(site) = sites.iter_mut().find(|s| s.id == id) {
            site.stored_options.insert(name, value);
        }
    }
    for site in &mut sites {
        site.options = SiteOptions::from_stored(&site.stored_options);
    }
    Ok(sites)
}

/// A site about to be added.
#[derive(Clone, Debug)]
pub struct NewSite {
    /// Its name in paths, unique.
    pub slug: String,
    /// The blog's address.
    pub home: Url,
    /// The blog's title.
    pub title: String,
    /// Whether it is the demo.
    pub demo: bool,
}

/// Adds a site; `Conflict` when the slug is taken.
pub async fn insert(tx: &mut Tx, new: &NewSite, now: Timestamp) -> Result<SiteId> {
    const INSERT: &str = "INSERT INTO sites (id, slug, home, siteurl, title, demo, next_post_id, next_comment_id, next_linkback_id, created_at, changed_at) \
        SELECT COALESCE(MAX(id), 0) + 1, $1, $2, NULL, $3, $4, 1, 1, 1, $5, $5 FROM sites WHERE TRUE RETURNING id";
    tx.changed(Change::Sites);
    tx.fetch_one(INSERT, args![new.slug.as_str(), new.home.as_str(), new.title.as_str(), new.demo, now], |row| {
        row.get("id")
    })
    .await
}

/// Waits for the other writes to this site that asked before they write, so that each sees what the one
/// before it has written. New comments and claims queue for the site's next number anyway.
pub(super) async fn take_turn(tx: &mut Tx, site: SiteId) -> Result<()> {
    tx.execute_on_postgres("SELECT id FROM sites WHERE id = $1 FOR NO KEY UPDATE", args![site]).await
}

/// Changes the blog's address.
pub async fn set_home(tx: &mut Tx, site: SiteId, home: &Url) -> Result<()> {
    tx.changed(Change::Sites);
    tx.execute("UPDATE sites SET home = $2 WHERE id = $1", args![site, home.as_str()]).await.map(|_| ())
}

/// Changes where the site's doors are.
pub async fn set_siteurl(tx: &mut Tx, site: SiteId, siteurl: Option<&Url>) -> Result<()> {
    tx.changed(Change::Sites);
    tx.execute("UPDATE sites SET siteurl = $2 WHERE id = $1", args![site, siteurl.map(Url::to_string)])
        .await
        .map(|_| ())
}

/// Changes the blog's title.
pub async fn set_title(tx: &mut Tx, site: SiteId, title: &str) -> Result<()> {
    tx.changed(Change::Sites);
    tx.execute("UPDATE sites SET title = $2 WHERE id = $1", args![site, title]).await.map(|_| ())
}

/// Keeps an option's cleaned text.
pub async fn set_option(tx: &mut Tx, site: SiteId, name: &str, value: &str) -> Result<()> {
    const SET: &str = "INSERT INTO site_options (site_id, name, value) VALUES ($1, $2, $3) ON CONFLICT (site_id, name) DO UPDATE SET value = excluded.value";
    tx.changed(Change::Sites);
    tx.execute(SET, args![site, name, value]).await.map(|_| ())
}

/// Notes when the site or one of its options was changed.
pub async fn set_changed(tx: &mut Tx, site: SiteId, now: Timestamp) -> Result<()> {
    tx.changed(Change::Sites);
    tx.execute("UPDATE sites SET changed_at = $2 WHERE id = $1", args![site, now]).await.map(|_| ())
}

/// The role of an account on a site.
pub async fn member_role(db: &Db, site: SiteId, account: AccountId) -> Result<Option<Role>> {
    const FIND: &str = "SELECT role FROM members WHERE site_id = $1 AND account_id = $2";
    let role = db.fetch_optional(FIND, args![site, account], |row| row.get::<String>("role")).await?;
    Ok(role.as_deref().and_then(Role::parse))
}

/// Every site on which an account has a role, in the order the sites were added.
pub async fn roles_of(db: &Db, account: AccountId) -> Result<Vec<(SiteId, Role)>> {
    const LIST: &str = "SELECT site_id, role FROM members WHERE account_id = $1 ORDER BY site_id";
    let found = db
        .fetch_all(LIST, args![account], |row| Ok((row.get::<SiteId>("site_id")?, row.get::<String>("role")?)))
        .await?;
    Ok(found.into_iter().filter_map(|(site, role)| Role::parse(&role).map(|r| (site, r))).collect())
}

/// Gives an account a role on a site, in place of the one it had.
pub async fn set_member(tx: &mut Tx, site: SiteId, account: AccountId, role: Role) -> Result<()> {
    const SET: &str = "INSERT INTO members (site_id, account_id, role) VALUES ($1, $2, $3) ON CONFLICT (site_id, account_id) DO UPDATE SET role = excluded.role";
    tx.changed(Change::Accounts);
    tx.execute(SET, args![site, account, role.as_str()]).await.map(|_| ())
}

/// Lets those who administer a site, or every site, be changed by nobody else until the transaction ends: two of them
/// who leave at once leave one after the other.
pub async fn lock_administrators(tx: &mut Tx) -> Result<()> {
    const LOCK: &str = "SELECT a.id FROM accounts a WHERE a.super_admin \
        OR EXISTS (SELECT 1 FROM members m WHERE m.account_id = a.id AND m.role = 'administrator') ORDER BY a.id FOR UPDATE";
    tx.execute_on_postgres(LOCK, args![]).await
}

/// The titles of the sites that would have no administrator without this account.
pub async fn without_other_administrator(tx: &mut Tx, account: AccountId) -> Result<Vec<String>> {
    const LIST: &str = "SELECT s.title, s.home FROM sites s \
        WHERE (EXISTS (SELECT 1 FROM members m WHERE m.site_id = s.id AND m.account_id = $1 AND m.role = 'administrator') \
            OR EXISTS (SELECT 1 FROM accounts a WHERE a.id = $1 AND a.super_admin)) \
        AND NOT EXISTS (SELECT 1 FROM members m WHERE m.site_id = s.id AND m.account_id <> $1 AND m.role = 'administrator') \
        AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id <> $1 AND a.super_admin) ORDER BY s.id";
    let read = |row: &Row| Ok((row.get::<String>("title")?, row.get::<String>("home")?));
    let found = tx.fetch_all(LIST, args![account], read).await?;
    Ok(found.into_iter().map(|(title, home)| if title.is_empty() { home } else { title }).collect())
}

/// Takes every role of an account away.
pub async fn delete_memberships(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.changed(Change::Accounts);
    tx.execute("DELETE FROM members WHERE account_id = $1", args![account]).await
}

/// Takes an account's role on a site away; says whether it had one.
pub async fn delete_member(tx: &mut Tx, site: SiteId, account: AccountId) -> Result<bool> {
    tx.changed(Change::Accounts);
    Ok(tx.execute("DELETE FROM members WHERE site_id = $1 AND account_id = $2", args![site, account]).await? == 1)
}
