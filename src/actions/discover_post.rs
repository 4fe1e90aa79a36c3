//! A page of the blog that is not known yet becomes a post, once the page itself was fetched and found:
//! when somebody pings it, or when it shows the comment section for the first time.

use std::sync::Arc;

use http::HeaderValue;
use url::Url;

use crate::actions::{add_post, find_post};
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::ids::SiteId;
use crate::model::job::Job;
use crate::model::permalink;
use crate::model::post::Post;
use crate::model::site::Site;
use crate::net::fetcher::{BadRedirect, FetchError, FetchRequest};
use crate::net::page::{Page, read_apart};
use crate::store::{jobs, posts};

/// Why a page does not become a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPost {
    /// The site does not make posts by itself, or the page is not on its blog.
    NotAllowed,
    /// The blog says that there is no such page.
    Missing,
    /// The blog's server did not answer well just now.
    Unreachable,
}

/// Makes a post of a page of the blog. A page known by its canonical address gets this address too.
pub async fn discover_post(app: &App, site: &Arc<Site>, base: &str, url: &Url) -> Result<Result<Arc<Post>, NoPost>> {
    if !site.options.discover_posts
        || !permalink::is_on(&site.home, url)
        || permalink::key(url) == permalink::key(&site.home)
    {
        return Ok(Err(NoPost::NotAllowed));
    }
    if app.limits.check(Limit::Discoveries, &site.slug).is_err() {
        return Ok(Err(NoPost::Unreachable));
    }
    let mut request = FetchRequest::page(url.clone(), user_agent(base, "; looking for a post"));
    // A blog that redirects anywhere it is told to shall not have us look around for strangers.
    request.within = Some(site.home.clone());
    let fetched = match app.fetcher.get(request).await {
        Ok(fetched) => fetched,
        Err(FetchError::BadRedirect(BadRedirect::Away)) => return Ok(Err(NoPost::Missing)),
        Err(error) => {
            tracing::info!(%url, %error, "a page of the blog could not be fetched");
            return Ok(Err(NoPost::Unreachable));
        }
    };
    match fetched.status {
        200..=299 => {}
        500..=599 => return Ok(Err(NoPost::Unreachable)),
        _ => return Ok(Err(NoPost::Missing)),
    }
    let found = read_apart(move || {
        let page = Page::parse(&fetched.body, fetched.content_type.as_deref(), &fetched.url);
        (page.canonical().cloned(), page.title().map(str::to_owned), fetched.url)
    });
    let (canonical, title, last) = found.await?;
    let address = canonical
        .filter(|c| permalink::is_on(&site.home, c) && permalink::key(c) != permalink::key(&site.home))
        .unwrap_or(last.clone());
    let keys = [&address, &last, url].map(permalink::key);
    let title = title.map(|title| without_blog(&title, &site.title));
    keep(app, site, &address, title.as_deref(), keys).await.map(Ok)
}

/// A page's title without the blog's, which most blogs put behind it.
fn without_blog(title: &str, blog: &str) -> String {
    let bare = title.strip_suffix(blog).filter(|_| !blog.is_empty()).map(str::trim_end);
    let bare = bare.and_then(|t| t.strip_suffix(['|', '–', '—', '-', '·', '«', '»', ':'])).map(str::trim_end);
    bare.filter(|t| !t.is_empty()).unwrap_or(title).to_owned()
}

async fn keep(app: &App, site: &Arc<Site>, address: &Url, title: Option<&str>, keys: [String; 3]) -> Result<Arc<Post>> {
    let mut new = add_post::new_post(site, address, title.unwrap_or(address.as_str()), None);
    new.url_keys = keys.to_vec();
    let (site_id, now) = (site.id, app.clock.now());
    let id = app
        .db
        .write(async move |tx| {
            if let Some(known) = posts::find_by_key_in(tx, site_id, &new.url_keys[0]).await? {
                for key in &new.url_keys[1..] {
                    posts::add_key(tx, site_id, known, key).await?;
                }
                return Ok(known);
            }
            posts::insert(tx, site_id, &new, now).await
        })
        .await?;
    find_post::by_id(app, site.id, id).await?.ok_or_else(|| Error::internal("a post just made is not there"))
}

/// Who fetches, and for whom: an honest name with an address, and what the fetch is for.
pub(super) fn user_agent(base: &str, purpose: &str) -> HeaderValue {
    let name = format!("Rejoinder/{}; {base}{purpose}", env!("CARGO_PKG_VERSION"));
    HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("Rejoinder"))
}

/// The job that `request_discovery` writes down. A page that is not there ends it; a server that does not answer does not.
pub async fn discover_later(app: &App, job: &Job, site: SiteId, url: &str) -> Result<()> {
    if let (Some(site), Ok(url)) = (app.sites.find(&app.db, site).await?, Url::parse(url)) {
        let base = app.sites.base(&app.db, &app.config, &site).await?;
        if discover_post(app, &site, &base, &url).await? == Err(NoPost::Unreachable) {
            return Err(Error::unavailable(format!("{url} could not be fetched")));
        }
    }
    let id = job.id;
    app.db.write(async move |tx| jobs::delete(tx, id).await).await
}
