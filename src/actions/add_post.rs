//! Adds a page of a blog that can be responded to.

use std::sync::Arc;

use url::Url;

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::ids::PostId;
use crate::model::permalink;
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::store::audit::{self, Subject};
use crate::store::posts::{self, NewPost};

/// Bytes of a title at most.
pub const TITLE_BYTES_MAX: usize = 500;

/// Adds a post by hand.
pub async fn add_post(
    app: &App,
    actor: &Actor,
    site: &Arc<Site>,
    url: &str,
    title: Option<&str>,
    id: Option<i64>,
) -> Result<PostId> {
    if !actor.can(Capability::EditOthersPosts) {
        return Err(Error::Forbidden("Sorry, you are not allowed to add posts.".into()));
    }
    let url = Url::parse(url.trim()).map_err(|e| Error::invalid("URL", format!("“{url}” is no address: {e}")))?;
    if !permalink::is_on(&site.home, &url) {
        return Err(Error::invalid(
            "URL",
            format!("{url} is not on {}; name its site with --site, or add it with `rejoinder site add`", site.home),
        ));
    }
    if id.is_some_and(|id| id < 1) {
        return Err(Error::invalid("id", "a post’s number is 1 or more"));
    }
    let title = title.map_or_else(|| title_of(&url), str::to_owned);
    let new = NewPost { id: id.map(PostId), ..new_post(site, &url, &title, None) };
    let (actor, site, now) = (actor.clone(), site.id, app.clock.now());
    app.db
        .write(async move |tx| {
            let id = posts::insert(tx, site, &new, now).await.map_err(|e| match e {
                Error::Conflict(_) => Error::Conflict(format!(
                    "{} or its number is a post already; `rejoinder post list` lists the posts",
                    new.url
                )),
                other => other,
            })?;
            audit::insert(tx, site, &actor, "add post", Subject::Post(id), &new.url, now).await?;
            Ok(id)
        })
        .await
}

/// A post as it begins: open or closed as the site's options say (WP 7.1 §4.1).
pub(super) fn new_post(site: &Site, url: &Url, title: &str, published_at: Option<Timestamp>) -> NewPost {
    let mut bare = url.clone();
    bare.set_fragment(None);
    let mut title: String = title.split_whitespace().collect::<Vec<_>>().join(" ");
    title.truncate(title.floor_char_boundary(TITLE_BYTES_MAX));
    NewPost {
        id: None,
        url_keys: vec![permalink::key(&bare)],
        url: bare.into(),
        title,
        kind: "post".into(),
        comments_open: site.options.default_comment_status == "open",
        pings_open: site.options.default_ping_status == "open",
        published_at,
    }
}

/// A title for a page whose own is not known: the last part of its path, as words.
fn title_of(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut s| s.rfind(|p| !p.is_empty())).unwrap_or_default();
    let words = percent_encoding::percent_decode_str(last).decode_utf8_lossy().replace(['-', '_'], " ");
    if words.trim().is_empty() { url.host_str().unwrap_or_default().to_owned() } else { words }
}
