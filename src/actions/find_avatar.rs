//! The picture that an address names, where the site has a picture server and that had one: from memory
//! when nothing has changed. One that is not known yet, or was asked for long ago, is asked for in the
//! background; nobody waits for another server. Called for `B/avatar/…`.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::actions::avatars::hash_of;
use crate::app::App;
use crate::error::Result;
use crate::limits::Limit;
use crate::model::avatar;
use crate::model::job::Work;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::store::avatars::{self, Avatar};
use crate::store::jobs;

/// How long a picture is shown before it is asked for again.
const PICTURE_FRESH: Duration = Duration::from_hours(7 * 24);
/// How long it is believed that somebody has none.
const NONE_FRESH: Duration = Duration::from_hours(24);

/// What is known of a picture.
#[derive(Clone, Debug)]
pub enum Found {
    /// The picture server had this one.
    Picture(Arc<Avatar>),
    /// The picture server has none of this person.
    None,
    /// It is being asked, or cannot be just now.
    NotYet,
    /// There is nobody to ask: the site has no picture server, or the address is of no person it could know.
    Nobody,
}

/// The picture of this token. Counts a look into the database as a reading of the client's.
pub async fn find_avatar(app: &App, site: &Site, token: &str, client: IpAddr) -> Result<Found> {
    let Some(variant) = avatar::picture_url(&site.options, "") else { return Ok(Found::Nobody) };
    if hash_of(app, site.id, token).is_none() {
        return Ok(Found::Nobody);
    }
    let read = async {
        app.limits.check_client(Limit::Readings, client)?;
        Ok(avatars::find(&app.db, site.id, token).await?.map(Arc::new))
    };
    let known = app.cache.avatar_or(site.id, token.to_owned(), read).await?;
    let known = known.filter(|avatar| avatar.variant == variant.as_str());
    let is_fresh = known.as_ref().is_some_and(|avatar| is_fresh(avatar, app.clock.now()));
    if !is_fresh {
        ask(app, site, token, variant.into()).await?;
    }
    Ok(match known {
        Some(avatar) if avatar.image.is_some() => Found::Picture(avatar),
        Some(avatar) if avatar.answered_at.is_some() => Found::None,
        Some(_) | None => Found::NotYet,
    })
}

fn is_fresh(avatar: &Avatar, now: Timestamp) -> bool {
    let fresh = if avatar.image.is_some() { PICTURE_FRESH } else { NONE_FRESH };
    now.since(avatar.asked_at) < fresh
}

async fn ask(app: &App, site: &Site, token: &str, variant: String) -> Result<()> {
    let (site, token, now) = (site.id, token.to_owned(), app.clock.now());
    app.db
        .write(async move |tx| {
            avatars::set_asked(tx, site, &token, &variant, now).await?;
            jobs::insert(tx, &Work::FetchAvatar { site, token: token.clone() }, now).await
        })
        .await?;
    app.bell.ring();
    Ok(())
}
