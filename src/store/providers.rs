//! By which providers one can log in on a site, as its owner set them up.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::model::ids::SiteId;
use crate::model::provider::Provider;
use crate::model::time::Timestamp;
use crate::store::db::{Change, Db, Row, Tx, args};

fn provider(row: &Row) -> Result<Provider> {
    let settings: BTreeMap<String, String> = serde_json::from_str(&row.get::<String>("settings")?)
        .map_err(|e| Error::internal(format!("a provider's settings: {e}")))?;
    Ok(Provider {
        site_id: row.get("site_id")?,
        id: row.get("id")?,
        kind: row.get("kind")?,
        name: row.get("name")?,
        issuer: row.get("issuer")?,
        client_id: row.get("client_id")?,
        client_secret: row.get::<String>("client_secret")?.into(),
        settings,
        enabled: row.get("enabled")?,
        position: row.get("position")?,
        last_error: row.get("last_error")?,
        last_error_at: row.get("last_error_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

/// The providers of every site, in the order in which they are offered.
pub async fn list(db: &Db) -> Result<Vec<Provider>> {
    const LIST: &str = "SELECT site_id, id, kind, name, issuer, client_id, client_secret, settings, enabled, position, last_error, last_error_at, last_used_at \
        FROM providers ORDER BY site_id, position, id";
    db.fetch_all(LIST, args![], provider).await
}

/// A provider of a site.
pub async fn find(db: &Db, site: SiteId, id: &str) -> Result<Option<Provider>> {
    const FIND: &str = "SELECT site_id, id, kind, name, issuer, client_id, client_secret, settings, enabled, position, last_error, last_error_at, last_used_at \
        FROM providers WHERE site_id = $1 AND id = $2";
    db.fetch_optional(FIND, args![site, id], provider).await
}

/// How many providers a site has.
pub async fn count_in(tx: &mut Tx, site: SiteId) -> Result<i64> {
    const COUNT: &str = "SELECT COUNT(*) AS providers FROM providers WHERE site_id = $1";
    tx.fetch_one(COUNT, args![site], |row| row.get("providers")).await
}

/// Keeps a provider, or what changed in it; what it did so far stays.
pub async fn save(tx: &mut Tx, provider: &Provider) -> Result<()> {
    const SAVE: &str = "INSERT INTO providers (site_id, id, kind, name, issuer, client_id, client_secret, settings, enabled, position, last_error) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '') \
        ON CONFLICT (site_id, id) DO UPDATE SET name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id, \
            client_secret = excluded.client_secret, settings = excluded.settings, enabled = excluded.enabled, position = excluded.position";
    let settings = serde_json::to_string(&provider.settings)
        .map_err(|e| Error::internal(format!("a provider's settings: {e}")))?;
    let args = args![
        provider.site_id,
        provider.id.as_str(),
        provider.kind.as_str(),
        provider.name.as_str(),
        provider.issuer.as_str(),
        provider.client_id.as_str(),
        provider.secret(),
        settings,
        provider.enabled,
        provider.position
    ];
    tx.changed(Change::Providers);
    tx.execute(SAVE, args).await.map(|_| ())
}

/// Changes where a provider stands among the others.
pub async fn set_position(tx: &mut Tx, site: SiteId, id: &str, position: i64) -> Result<()> {
    tx.changed(Change::Providers);
    tx.execute("UPDATE providers SET position = $3 WHERE site_id = $1 AND id = $2", args![site, id, position])
        .await
        .map(|_| ())
}

/// Forgets a provider; log-ins under way at it end. Whether there was one.
pub async fn delete(tx: &mut Tx, site: SiteId, id: &str) -> Result<bool> {
    tx.changed(Change::Providers);
    Ok(tx.execute("DELETE FROM providers WHERE site_id = $1 AND id = $2", args![site, id]).await? == 1)
}

/// Notes that somebody logged in with it.
pub async fn note_used(tx: &mut Tx, site: SiteId, id: &str, now: Timestamp) -> Result<()> {
    const NOTE: &str = "UPDATE providers SET last_used_at = $3 WHERE site_id = $1 AND id = $2";
    tx.execute(NOTE, args![site, id, now]).await.map(|_| ())
}

/// Notes what went wrong last, for its owner to see.
pub async fn note_error(tx: &mut Tx, site: SiteId, id: &str, error: &str, now: Timestamp) -> Result<()> {
    const NOTE: &str = "UPDATE providers SET last_error = $3, last_error_at = $4 WHERE site_id = $1 AND id = $2";
    tx.execute(NOTE, args![site, id, error, now]).await.map(|_| ())
}
