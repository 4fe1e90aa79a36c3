//! Which post an address or a number means, from memory when nothing has changed. Every door asks here.

use std::sync::Arc;

use url::Url;

use crate::app::App;
use crate::error::Result;
use crate::model::ids::{PostId, SiteId};
use crate::model::permalink;
use crate::model::post::Post;
use crate::model::site::Site;
use crate::store::posts;

/// The post of this number.
pub async fn by_id(app: &App, site: SiteId, id: PostId) -> Result<Option<Arc<Post>>> {
    app.cache.post_or(site, id, async { Ok(posts::find(&app.db, site, id).await?.map(Arc::new)) }).await
}

/// The post that an address means, in any of its spellings, on the blog or among our own pages; `None`
/// when it is no post that is known. `base` is where the site's doors are.
pub async fn by_url(app: &App, site: &Site, base: &str, url: &Url) -> Result<Option<Arc<Post>>> {
    let is_here = permalink::is_on(&site.home, url) || Url::parse(base).is_ok_and(|base| permalink::is_on(&base, url));
    if !is_here {
        return Ok(None);
    }
    let key = permalink::key(url);
    let id = app
        .cache
        .address_or(site.id, key.clone(), async { Ok(posts::find_by_key(&app.db, site.id, &key).await?.map(|p| p.id)) })
        .await?;
    match id.or_else(|| permalink::post_id_in_query(url).map(PostId)) {
        Some(id) => by_id(app, site.id, id).await,
        None => Ok(None),
    }
}
