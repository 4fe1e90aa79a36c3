//! Passwords that accounts gave to programs. A password is found by a keyed number, so that one hash is
//! checked however many there are.

use crate::error::Result;
use crate::model::application_password::ApplicationPassword;
use crate::model::ids::AccountId;
use crate::model::time::Timestamp;
use crate::store::db::{Change, Db, Row, Tx, args};

fn application_password(row: &Row) -> Result<ApplicationPassword> {
    Ok(ApplicationPassword {
        uuid: row.get("uuid")?,
        app_id: row.get("app_id")?,
        name: row.get("name")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        last_ip: row.get("last_ip")?,
    })
}

/// The application passwords of an account, oldest first.
pub async fn list(db: &Db, account: AccountId) -> Result<Vec<ApplicationPassword>> {
    const LIST: &str = "SELECT uuid, app_id, name, created_at, last_used_at, last_ip FROM application_passwords \
        WHERE account_id = $1 ORDER BY created_at, uuid";
    db.fetch_all(LIST, args![account], application_password).await
}

/// The application password of this UUID.
pub async fn find(db: &Db, account: AccountId, uuid: &str) -> Result<Option<ApplicationPassword>> {
    const FIND: &str = "SELECT uuid, app_id, name, created_at, last_used_at, last_ip FROM application_passwords \
        WHERE account_id = $1 AND uuid = $2";
    db.fetch_optional(FIND, args![account, uuid], application_password).await
}

/// The one that a password with this number is to be checked against, and its hash.
pub async fn find_by_key(db: &Db, account: AccountId, find_key: i64) -> Result<Option<(ApplicationPassword, String)>> {
    const FIND: &str = "SELECT uuid, app_id, name, created_at, last_used_at, last_ip, hash FROM application_passwords \
        WHERE account_id = $1 AND find_key = $2";
    db.fetch_optional(FIND, args![account, find_key], |row| Ok((application_password(row)?, row.get("hash")?))).await
}

/// How many an account has.
pub async fn count_in(tx: &mut Tx, account: AccountId) -> Result<i64> {
    const COUNT: &str = "SELECT COUNT(*) AS passwords FROM application_passwords WHERE account_id = $1";
    tx.fetch_one(COUNT, args![account], |row| row.get("passwords")).await
}

/// An application password about to be kept.
#[derive(Clone, Debug)]
pub struct NewApplicationPassword {
    /// By which it will be named.
    pub uuid: String,
    /// The UUID that the program gave itself, may be empty.
    pub app_id: String,
    /// What its owner calls it.
    pub name: String,
    /// The number by which the password is found.
    pub find_key: i64,
    /// argon2id in PHC form.
    pub hash: String,
}

/// Keeps a new one.
pub async fn insert(tx: &mut Tx, account: AccountId, new: &NewApplicationPassword, now: Timestamp) -> Result<()> {
    const INSERT: &str = "INSERT INTO application_passwords (account_id, uuid, app_id, name, find_key, hash, created_at, last_used_at, last_ip) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL)";
    let args =
        args![account, new.uuid.as_str(), new.app_id.as_str(), new.name.as_str(), new.find_key, new.hash.as_str(), now];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// Notes that it was used, and from where.
pub async fn touch(tx: &mut Tx, account: AccountId, uuid: &str, now: Timestamp, ip: &str) -> Result<()> {
    const TOUCH: &str =
        "UPDATE application_passwords SET last_used_at = $3, last_ip = $4 WHERE account_id = $1 AND uuid = $2";
    tx.execute(TOUCH, args![account, uuid, now, ip]).await.map(|_| ())
}

/// Gives it another name; says whether it is there.
pub async fn set_name(tx: &mut Tx, account: AccountId, uuid: &str, name: &str) -> Result<bool> {
    const SET: &str = "UPDATE application_passwords SET name = $3 WHERE account_id = $1 AND uuid = $2";
    Ok(tx.execute(SET, args![account, uuid, name]).await? == 1)
}

/// Revokes one; answers with its name, if it was there.
pub async fn delete(tx: &mut Tx, account: AccountId, uuid: &str) -> Result<Option<String>> {
    const DELETE: &str = "DELETE FROM application_passwords WHERE account_id = $1 AND uuid = $2 RETURNING name";
    tx.changed(Change::Accounts);
    tx.fetch_optional(DELETE, args![account, uuid], |row| row.get("name")).await
}

/// Revokes all of an account; says how many there were.
pub async fn delete_all(tx: &mut Tx, account: AccountId) -> Result<u64> {
    tx.changed(Change::Accounts);
    tx.execute("DELETE FROM application_passwords WHERE account_id = $1", args![account]).await
}
