//! Asks for a page of the blog to become a post, in the background: when it shows the comment section for
//! the first time.

use url::Url;

use crate::app::App;
use crate::error::Result;
use crate::limits::Limit;
use crate::model::job::{SITE_JOBS_WAITING_MAX, Work};
use crate::model::permalink;
use crate::model::site::Site;
use crate::store::jobs;

/// Writes the job down; says whether one will be done, now or soon. The site may not want posts made by
/// themselves, and strangers may not fill its queue with addresses.
pub async fn request_discovery(app: &App, site: &Site, url: &Url) -> Result<bool> {
    let is_page = permalink::is_on(&site.home, url) && permalink::key(url) != permalink::key(&site.home);
    if !site.options.discover_posts || !is_page {
        return Ok(false);
    }
    if app.limits.check(Limit::Discoveries, &format!("asked {}", site.slug)).is_err() {
        return Ok(false);
    }
    let mut bare = url.clone();
    bare.set_fragment(None);
    let (work, now) = (Work::DiscoverPost { site: site.id, url: bare.into() }, app.clock.now());
    let is_queued = app
        .db
        .write(async move |tx| {
            if jobs::count_waiting(tx, work.site(), SITE_JOBS_WAITING_MAX).await? >= SITE_JOBS_WAITING_MAX {
                return Ok(false);
            }
            jobs::insert(tx, &work, now).await.map(|()| true)
        })
        .await?;
    app.bell.ring();
    Ok(is_queued)
}
