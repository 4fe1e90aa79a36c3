//! The feeds of comments (WP 7.1 comments §7): of a site at `B/comments/feed/`, of a post at
//! `B/?p=ID&feed=rss2`, each as RSS and as Atom, under every address that WordPress has for them. What a
//! feed tells is `model/feed`'s; here it is written, kept and sent. Called by the router, and by the page
//! at `B/` when a feed is asked for.
//!
//! The feeds of posts are the blog's own.

mod atom;
mod rss2;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::app::App;
use crate::cache::{Answer, AnswerKey, View};
use crate::error::{Error, Result};
use crate::model::comment::Comment;
use crate::model::date;
use crate::model::feed::{Feed, Format, Material};
use crate::model::ids::{CommentId, PostId};
use crate::model::post::Post;
use crate::store::{comments, posts};
use crate::web::prepared::{Effort, kept_or, prepare, respond};
use crate::web::query::{Asked, Query, no_post};
use crate::web::respond::X_PINGBACK;
use crate::web::site::Here;

/// The addresses of a site's feeds in WordPress's pretty permalinks; each with and without a slash.
const SITE_FEEDS: [(&str, Format); 6] = [
    ("/comments/feed", Format::Rss2),
    ("/comments/feed/feed", Format::Rss2),
    ("/comments/feed/rss2", Format::Rss2),
    ("/comments/rss2", Format::Rss2),
    ("/comments/feed/atom", Format::Atom),
    ("/comments/atom", Format::Atom),
];

/// Every route of a site's feeds.
pub fn routes() -> Router<App> {
    SITE_FEEDS.into_iter().fold(Router::new(), |routes, (path, format)| {
        routes.route(path, door(format)).route(&format!("{path}/"), door(format))
    })
}

fn door(format: Format) -> MethodRouter<App> {
    get(async move |State(app): State<App>, here: Here, request: Request| {
        send(&app, here, None, format, &request.into_parts().0).await
    })
}

/// The feed that `?feed=NAME` asks for at `B/` (WP 7.1 §7.1).
pub(in crate::web) async fn by_query(
    app: &App,
    here: Here,
    asked: Asked,
    name: &str,
    query: Query<'_>,
    request: &Parts,
) -> Result<Response> {
    let comments_only = name.strip_prefix("comments-");
    let format = Format::parse(comments_only.unwrap_or(name))
        .ok_or_else(|| Error::not_found("Error: This is not a valid feed template. There are rss2 and atom."))?;
    let is_set = |name| query.text(name).is_some_and(|value| !matches!(&*value, "" | "0"));
    match asked {
        Asked::Post(post) if !is_set("withoutcomments") => send(app, here, Some(post), format, request).await,
        Asked::Missing => Err(no_post()),
        Asked::Nothing if (comments_only.is_some() || is_set("withcomments")) && !query.has("s") => {
            send(app, here, None, format, request).await
        }
        Asked::Post(_) | Asked::Nothing => Err(Error::not_found(format!(
            "The feed of the posts is the blog’s own. The feed of the comments is {}/comments/feed/.",
            here.base
        ))),
    }
}

/// A feed of the site, or of one post.
async fn send(app: &App, here: Here, post: Option<Arc<Post>>, format: Format, request: &Parts) -> Result<Response> {
    let pings_open = post.as_ref().is_some_and(|p| p.takes_pings(&here.site.options, app.clock.now()));
    let view = View::Feed { format, pings_open };
    let key = AnswerKey { site: here.site.id, post: post.as_ref().map(|p| p.id), view, page: None };
    let answer = kept_or(app, key, &request.extensions, build(app, here, post, format, pings_open)).await?;
    Ok(respond(&answer, &request.headers))
}

async fn build(
    app: &App,
    here: Here,
    post: Option<Arc<Post>>,
    format: Format,
    pings_open: bool,
) -> Result<Arc<Answer>> {
    let site = here.site.id;
    let limit = here.site.options.posts_per_rss;
    let comments = comments::newest_approved(&app.db, site, post.as_ref().map(|p| p.id), limit).await?;
    let parent_ids: Vec<CommentId> = comments.iter().filter_map(|c| c.parent_id).collect();
    let parents: Vec<Comment> = comments::find_many(&app.db, site, &parent_ids).await?;
    let (posts, changed_at) = if let Some(post) = &post {
        (Vec::new(), Some(post.changed_at))
    } else {
        let ids: Vec<PostId> = comments.iter().map(|c| c.post_id).collect();
        (posts::find_many(&app.db, site, &ids).await?, posts::last_change(&app.db, site).await?)
    };
    let changed_at = changed_at.map_or(here.site.changed_at, |at| at.max(here.site.changed_at));
    let built = tokio::task::spawn_blocking(move || {
        let material = Material {
            site: &here.site,
            base: &here.base,
            post: post.as_deref(),
            comments: &comments,
            posts: &posts,
            parents: &parents,
            changed_at,
        };
        let body = write(&material.feed(format), format)?;
        Ok(Arc::new(prepare(body, headers(&here, format, &date::http(changed_at), pings_open)?, Effort::Quick)))
    });
    built.await.map_err(|e| Error::internal(format!("building a feed: {e}")))?
}

fn write(feed: &Feed, format: Format) -> Result<Vec<u8>> {
    let written = match format {
        Format::Rss2 => rss2::write(feed),
        Format::Atom => atom::write(feed),
    };
    written.map_err(|e| Error::internal(format!("writing a feed: {e}")))
}

/// WordPress's, with the date of what the feed is about rather than of the whole site (register §14 #21).
fn headers(here: &Here, format: Format, last_modified: &str, pings_open: bool) -> Result<HeaderMap> {
    let kind = match format {
        Format::Rss2 => "application/rss+xml; charset=UTF-8",
        Format::Atom => "application/atom+xml; charset=UTF-8",
    };
    let mut headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=0, must-revalidate")),
        (header::LAST_MODIFIED, value(&header::LAST_MODIFIED, last_modified)?),
    ]);
    if pings_open {
        headers.insert(X_PINGBACK, value(&X_PINGBACK, &format!("{}/xmlrpc.php", here.base))?);
    }
    Ok(headers)
}

fn value(name: &HeaderName, text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|e| Error::internal(format!("the header {name}: {e}")))
}
