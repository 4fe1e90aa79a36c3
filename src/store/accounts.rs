//! Local accounts. One that its owner deleted is a number and nothing more, and is found by nothing here.

use crate::error::Result;
use crate::model::account::Account;
use crate::model::ids::{AccountId, SiteId};
use crate::model::role::Role;
use crate::model::text::fold::fold;
use crate::model::time::Timestamp;
use crate::store::db::{Change, Db, Row, Sql, Tx, args};

pub(super) fn account(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.get("id")?,
        login: row.get("login")?,
        email: row.get("email")?,
        display_name: row.get("display_name")?,
        url: row.get("url")?,
        password_hash: row.get("password_hash")?,
        super_admin: row.get("super_admin")?,
        comment_shortcuts: row.get("comment_shortcuts")?,
        created_at: row.get("created_at")?,
    })
}

/// The account of this id.
pub async fn find(db: &Db, id: AccountId) -> Result<Option<Account>> {
    const FIND: &str = "SELECT id, login, email, display_name, url, password_hash, super_admin, comment_shortcuts, created_at FROM accounts WHERE id = $1 AND deleted_at IS NULL";
    db.fetch_optional(FIND, args![id], account).await
}

/// The account of this id, seen from inside a transaction, which alone may change it until it ends.
pub async fn lock(tx: &mut Tx, id: AccountId) -> Result<Option<Account>> {
    const LOCK: Sql = Sql::Each {
        sqlite: "SELECT id, login, email, display_name, url, password_hash, super_admin, comment_shortcuts, created_at FROM accounts WHERE id = $1 AND deleted_at IS NULL",
        postgres: "SELECT id, login, email, display_name, url, password_hash, super_admin, comment_shortcuts, created_at FROM accounts WHERE id = $1 AND deleted_at IS NULL FOR UPDATE",
    };
    tx.fetch_optional(LOCK, args![id], account).await
}

/// The account with this login name or, as WordPress allows, this e-mail. One without a password, which came by a
/// provider, is not found: neither does its e-mail let anybody in, nor does it stand in the way of who has one.
pub async fn find_by_login(db: &Db, login: &str) -> Result<Option<Account>> {
    const FIND: &str = "SELECT id, login, email, display_name, url, password_hash, super_admin, comment_shortcuts, created_at FROM accounts \
        WHERE (login = $1 OR email_key = $2) AND password_hash <> '' ORDER BY CASE WHEN login = $1 THEN 0 ELSE 1 END, id LIMIT 1";
    db.fetch_optional(FIND, args![login, fold(login)], account).await
}

/// The accounts with a password that have this login name or e-mail, the one of that name first.
pub async fn list_by_login(db: &Db, login: &str, limit: i64) -> Result<Vec<Account>> {
    const LIST: &str = "SELECT id, login, email, display_name, url, password_hash, super_admin, comment_shortcuts, created_at FROM accounts \
        WHERE (login = $1 OR email_key = $2) AND password_hash <> '' ORDER BY CASE WHEN login = $1 THEN 0 ELSE 1 END, id LIMIT $3";
    db.fetch_all(LIST, args![login, fold(login), limit], account).await
}

/// Whether an account has this login name, in whatever case. Names are ASCII.
pub async fn is_login_taken(tx: &mut Tx, login: &str) -> Result<bool> {
    const ASK: &str = "SELECT EXISTS (SELECT 1 FROM accounts WHERE lower(login) = lower($1)) AS found";
    tx.fetch_one(ASK, args![login], |row| row.get("found")).await
}

/// Whether somebody logs in with this e-mail and a password.
pub async fn has_password(db: &Db, email: &str) -> Result<bool> {
    const ASK: &str = "SELECT EXISTS (SELECT 1 FROM accounts WHERE email_key = $1 AND password_hash <> '') AS found";
    db.fetch_one(ASK, args![fold(email)], |row| row.get("found")).await
}

/// The same, seen from inside a transaction.
pub async fn has_password_in(tx: &mut Tx, email: &str) -> Result<bool> {
    const ASK: &str = "SELECT EXISTS (SELECT 1 FROM accounts WHERE email_key = $1 AND password_hash <> '') AS found";
    tx.fetch_one(ASK, args![fold(email)], |row| row.get("found")).await
}

/// Whether anybody can log in with a password: until then the set-up link works.
pub async fn any(db: &Db) -> Result<bool> {
    db.fetch_one("SELECT EXISTS (SELECT 1 FROM accounts WHERE password_hash <> '') AS found", args![], |row| {
        row.get("found")
    })
    .await
}

/// The same, asked in the transaction that makes the first account.
pub async fn any_in(tx: &mut Tx) -> Result<bool> {
    tx.fetch_one("SELECT EXISTS (SELECT 1 FROM accounts WHERE password_hash <> '') AS found", args![], |row| {
        row.get("found")
    })
    .await
}

/// The accounts with a role on a site, super administrators first.
pub async fn list_members(db: &Db, site: SiteId) -> Result<Vec<(Account, Role)>> {
    const LIST: &str = "SELECT a.id, a.login, a.email, a.display_name, a.url, a.password_hash, a.super_admin, a.comment_shortcuts, a.created_at, m.role \
        FROM accounts a LEFT JOIN members m ON m.account_id = a.id AND m.site_id = $1 \
        WHERE (a.super_admin OR m.role IS NOT NULL) AND a.deleted_at IS NULL ORDER BY CASE WHEN a.super_admin THEN 0 ELSE 1 END, a.login";
    db.fetch_all(LIST, args![site], |row| {
        let role = row.get::<Option<String>>("role")?.as_deref().and_then(Role::parse);
        let account = account(row)?;
        let role = if account.super_admin { Role::Administrator } else { role.unwrap_or(Role::Subscriber) };
        Ok((account, role))
    })
    .await
}

/// Somebody who may moderate, as far as others must not be taken for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moderator {
    /// Where; `None`: everywhere.
    pub site: Option<SiteId>,
    /// Who.
    pub account: AccountId,
    /// The name to log in with.
    pub login: String,
    /// The name shown.
    pub display_name: String,
    /// Their e-mail.
    pub email: String,
}

/// Who may moderate on which site, at least under own posts; one row a site for who may on several.
pub async fn list_moderators(db: &Db, limit: i64) -> Result<Vec<Moderator>> {
    const LIST: &str = "SELECT CAST(NULL AS BIGINT) AS site_id, id, login, display_name, email FROM accounts WHERE super_admin \
        UNION ALL SELECT m.site_id, a.id, a.login, a.display_name, a.email FROM members m JOIN accounts a ON a.id = m.account_id \
        WHERE m.role IN ('administrator', 'editor', 'author') ORDER BY id, site_id LIMIT $1";
    db.fetch_all(LIST, args![limit], |row| {
        Ok(Moderator {
            site: row.get("site_id")?,
            account: row.get("id")?,
            login: row.get("login")?,
            display_name: row.get("display_name")?,
            email: row.get("email")?,
        })
    })
    .await
}

/// The administrators of a site, or those of every site where it has none of its own.
pub async fn list_administrators(db: &Db, site: SiteId, limit: i64) -> Result<Vec<Account>> {
    const LIST: &str = "SELECT id, login, email, display_name, url, password_hash, super_admin, comment_shortcuts, created_at FROM accounts a \
        WHERE EXISTS (SELECT 1 FROM members m WHERE m.site_id = $1 AND m.account_id = a.id AND m.role = 'administrator') \
            OR (a.super_admin AND NOT EXISTS (SELECT 1 FROM members m WHERE m.site_id = $1 AND m.role = 'administrator')) \
        ORDER BY id LIMIT $2";
    db.fetch_all(LIST, args![site, limit], account).await
}

/// An account about to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name to log in with, unique.
    pub login: String,
    /// Their e-mail.
    pub email: String,
    /// The name shown.
    pub display_name: String,
    /// argon2id in PHC form.
    pub password_hash: String,
    /// Administrator of every site.
    pub super_admin: bool,
}

/// Makes an account; `Conflict` when the login is taken.
pub async fn insert(tx: &mut Tx, new: &NewAccount, now: Timestamp) -> Result<AccountId> {
    const INSERT: &str = "INSERT INTO accounts (id, login, email, email_key, display_name, url, password_hash, super_admin, comment_shortcuts, created_at) \
        SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, '', $5, $6, $7, $8 FROM accounts WHERE TRUE RETURNING id";
    let args = args![
        new.login.as_str(),
        new.email.as_str(),
        fold(&new.email),
        new.display_name.as_str(),
        new.password_hash.as_str(),
        new.super_admin,
        true,
        now
    ];
    tx.changed(Change::Accounts);
    tx.fetch_one(INSERT, args, |row| row.get("id")).await
}

/// Replaces the password's hash.
pub async fn set_password_hash(tx: &mut Tx, id: AccountId, hash: &str) -> Result<()> {
    tx.changed(Change::Accounts);
    tx.execute("UPDATE accounts SET password_hash = $2 WHERE id = $1 AND deleted_at IS NULL", args![id, hash])
        .await
        .map(|_| ())
}

/// Switches the desk's keyboard shortcuts.
pub async fn set_comment_shortcuts(tx: &mut Tx, id: AccountId, on: bool) -> Result<()> {
    tx.changed(Change::Accounts);
    tx.execute("UPDATE accounts SET comment_shortcuts = $2 WHERE id = $1 AND deleted_at IS NULL", args![id, on])
        .await
        .map(|_| ())
}

/// Changes what others see of the account.
pub async fn set_profile(tx: &mut Tx, id: AccountId, display_name: &str, email: &str, url: &str) -> Result<()> {
    const SET: &str = "UPDATE accounts SET display_name = $2, email = $3, email_key = $4, url = $5 WHERE id = $1 AND deleted_at IS NULL";
    tx.changed(Change::Accounts);
    tx.execute(SET, args![id, display_name, email, fold(email), url]).await.map(|_| ())
}

/// Whether an account is there, which then stays until the transaction ends: nobody deletes it while something is
/// written in its name.
pub async fn stays(tx: &mut Tx, id: AccountId) -> Result<bool> {
    const FIND: Sql = Sql::Each {
        sqlite: "SELECT id FROM accounts WHERE id = $1 AND deleted_at IS NULL",
        postgres: "SELECT id FROM accounts WHERE id = $1 AND deleted_at IS NULL FOR SHARE",
    };
    Ok(tx.fetch_optional(FIND, args![id], |row| row.get::<AccountId>("id")).await?.is_some())
}

/// Deletes an account: nothing of it stays but its number, so that nobody else ever gets what has that number.
pub async fn delete(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<()> {
    const DELETE: &str = "UPDATE accounts SET login = 'deleted-' || CAST(id AS TEXT), email = '', email_key = '', display_name = '', \
        url = '', password_hash = '', super_admin = $3, deleted_at = $2 WHERE id = $1";
    tx.changed(Change::Accounts);
    tx.execute(DELETE, args![id, now, false]).await.map(|_| ())
}
