//! Pictures that were asked of a site's picture server: who has one, and when it was last asked.

use crate::error::{Error, Result};
use crate::model::avatar::{Image, MediaType};
use crate::model::ids::SiteId;
use crate::model::time::Timestamp;
use crate::store::db::{Change, Db, Row, Tx, args};

/// What is known of somebody's picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar {
    /// How it was asked for: the same person has another picture under other options.
    pub variant: String,
    /// The picture; none while it is being fetched, and for who has none.
    pub image: Option<Image>,
    /// When it was last asked for.
    pub asked_at: Timestamp,
    /// When the server last said what it has.
    pub answered_at: Option<Timestamp>,
}

fn avatar(row: &Row) -> Result<Avatar> {
    let (media_type, bytes): (Option<String>, Option<Vec<u8>>) = (row.get("media_type")?, row.get("image")?);
    let image = match (media_type, bytes) {
        (Some(kind), Some(bytes)) => {
            let media_type = MediaType::parse(&kind);
            let media_type = media_type.ok_or_else(|| Error::internal(format!("the stored media type {kind}")))?;
            Some(Image { media_type, bytes })
        }
        _ => None,
    };
    Ok(Avatar {
        variant: row.get("variant")?,
        image,
        asked_at: row.get("asked_at")?,
        answered_at: row.get("answered_at")?,
    })
}

/// What is known of the picture that this token names.
pub async fn find(db: &Db, site: SiteId, token: &str) -> Result<Option<Avatar>> {
    const FIND: &str =
        "SELECT variant, media_type, image, asked_at, answered_at FROM avatars WHERE site_id = $1 AND token = $2";
    db.fetch_optional(FIND, args![site, token], avatar).await
}

/// Notes that the picture is being asked for. One that was asked for otherwise is forgotten.
pub async fn set_asked(tx: &mut Tx, site: SiteId, token: &str, variant: &str, now: Timestamp) -> Result<()> {
    const SET: &str = "INSERT INTO avatars (site_id, token, variant, asked_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (site_id, token) DO UPDATE SET asked_at = excluded.asked_at, variant = excluded.variant, \
            media_type = CASE WHEN avatars.variant = excluded.variant THEN avatars.media_type END, \
            image = CASE WHEN avatars.variant = excluded.variant THEN avatars.image END, \
            answered_at = CASE WHEN avatars.variant = excluded.variant THEN avatars.answered_at END";
    tx.changed(Change::Avatars(site));
    tx.execute(SET, args![site, token, variant, now]).await.map(|_| ())
}

/// Keeps what the server has, if nobody asked otherwise since.
pub async fn set_image(
    tx: &mut Tx,
    site: SiteId,
    token: &str,
    variant: &str,
    image: Option<&Image>,
    now: Timestamp,
) -> Result<()> {
    const SET: &str = "UPDATE avatars SET media_type = $4, image = $5, answered_at = $6 WHERE site_id = $1 AND token = $2 AND variant = $3";
    tx.changed(Change::Avatars(site));
    let (kind, bytes) = (image.map(|i| i.media_type.as_str()), image.map(|i| i.bytes.clone()));
    tx.execute(SET, args![site, token, variant, kind, bytes, now]).await.map(|_| ())
}

/// Forgets the pictures that nobody has looked at, and so nobody asked for, since `before`.
pub async fn delete_asked_before(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM avatars WHERE asked_at < $1", args![before]).await
}
