//! Client numbers that this server registered by itself, one for each issuer and address of return.

use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Result;
use crate::model::ids::SiteId;
use crate::model::time::Timestamp;
use crate::store::db::{Db, Tx, args};

/// By what a registration is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Whose.
    pub site_id: SiteId,
    /// For which provider of the site.
    pub provider_id: String,
    /// At which issuer.
    pub issuer: String,
    /// For which address of return: the issuer sends people nowhere else.
    pub redirect_uri: String,
}

/// A registration.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The number.
    pub client_id: String,
    /// The secret that goes with it, may be empty.
    pub client_secret: SecretString,
    /// Since when.
    pub registered_at: Timestamp,
}

/// The registration of this key.
pub async fn find(db: &Db, key: &Key) -> Result<Option<Registration>> {
    const FIND: &str = "SELECT client_id, client_secret, registered_at FROM client_registrations \
        WHERE site_id = $1 AND provider_id = $2 AND issuer = $3 AND redirect_uri = $4";
    let args = args![key.site_id, key.provider_id.as_str(), key.issuer.as_str(), key.redirect_uri.as_str()];
    db.fetch_optional(FIND, args, |row| {
        Ok(Registration {
            client_id: row.get("client_id")?,
            client_secret: row.get::<String>("client_secret")?.into(),
            registered_at: row.get("registered_at")?,
        })
    })
    .await
}

/// Keeps a registration in place of the one that there may be.
pub async fn save(tx: &mut Tx, key: &Key, registration: &Registration) -> Result<()> {
    const SAVE: &str = "INSERT INTO client_registrations (site_id, provider_id, issuer, redirect_uri, client_id, client_secret, registered_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (site_id, provider_id, issuer, redirect_uri) DO UPDATE \
            SET client_id = excluded.client_id, client_secret = excluded.client_secret, registered_at = excluded.registered_at";
    let args = args![
        key.site_id,
        key.provider_id.as_str(),
        key.issuer.as_str(),
        key.redirect_uri.as_str(),
        registration.client_id.as_str(),
        registration.client_secret.expose_secret(),
        registration.registered_at
    ];
    tx.execute(SAVE, args).await.map(|_| ())
}

/// Forgets a registration, if it is still this one: its issuer no longer knows it.
pub async fn delete(tx: &mut Tx, key: &Key, client_id: &str) -> Result<()> {
    const DELETE: &str = "DELETE FROM client_registrations \
        WHERE site_id = $1 AND provider_id = $2 AND issuer = $3 AND redirect_uri = $4 AND client_id = $5";
    let args = args![key.site_id, key.provider_id.as_str(), key.issuer.as_str(), key.redirect_uri.as_str(), client_id];
    tx.execute(DELETE, args).await.map(|_| ())
}

/// How many a provider of a site registered since then: strangers make us register at hosts of their choice.
pub async fn count_since(db: &Db, site: SiteId, provider: &str, since: Timestamp) -> Result<i64> {
    const COUNT: &str = "SELECT COUNT(*) AS registrations FROM client_registrations \
        WHERE site_id = $1 AND provider_id = $2 AND registered_at > $3";
    db.fetch_one(COUNT, args![site, provider, since], |row| row.get("registrations")).await
}
