//! `GET B/embed/thread?url=…[&cpage=N|&comment=N]`: the thread as a fragment, the same for every reader.
//! `embed.js` puts it in the host page, and a static site may put it there when it is built.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use tokio::sync::Semaphore;
use url::Url;

use super::build::{Material, Replies};
use super::respond::log_in_to_thread_page;
use super::view::{Notice, PostView, Respond, Room, Thread};
use super::{picker, readable, render};
use crate::actions::avatars::Avatars;
use crate::actions::{find_post, request_discovery, subscriptions};
use crate::app::App;
use crate::cache::{Answer, AnswerKey, View};
use crate::error::{Error, Result};
use crate::model::ids::{CommentId, PostId};
use crate::model::permalink;
use crate::model::post::Post;
use crate::model::thread::page_of;
use crate::store::comments;
use crate::web::content_lang::ContentLang;
use crate::web::prepared::{Effort, count_reading, kept_or, prepare, respond};
use crate::web::query::{Query, page_address};
use crate::web::site::Here;

/// How long the first view of a page waits for it to become a post.
const DISCOVERY_WAIT: Duration = Duration::from_secs(2);
/// How often it looks, in memory.
const DISCOVERY_LOOK: Duration = Duration::from_millis(50);
/// First views that wait at once; one more is told at once that there is nothing yet.
const DISCOVERY_WAITS_MAX: usize = 64;

static DISCOVERY_WAITS: Semaphore = Semaphore::const_new(DISCOVERY_WAITS_MAX);

/// Shows the thread.
pub async fn get(State(app): State<App>, here: Result<Here>, request: Request) -> Response {
    match show(&app, here, &request.into_parts().0).await {
        Ok(response) => response,
        Err(error) => readable(error),
    }
}

async fn show(app: &App, here: Result<Here>, request: &Parts) -> Result<Response> {
    let here = here?;
    let stamp = app.cache.sight_stamp(here.site.id);
    let query = Query::of(&request.uri);
    let text = query.text("url").ok_or_else(|| Error::invalid("url", "Say of which page: ?url=ADDRESS."))?;
    let url = page_address(&text)?;
    let Some(post) = post_of(app, &here, &url, request).await? else { return not_yet(&here, &url) };
    let page = page_asked_for(app, &here, &post, query, request).await?;
    let comments_open = post.takes_comments(&here.site.options, app.clock.now());
    let key = AnswerKey { site: here.site.id, post: Some(post.id), view: View::Fragment { comments_open }, page };
    let answer = kept_or(app, key, &request.extensions, build(app, here, post, page, comments_open)).await?;
    // A link to a comment is looked at again each time: the page it stands on changes with the thread.
    if query.number("comment").is_none()
        && let Some((host, target)) = sight(request)
    {
        app.cache.know_by_sight(host, target, key, stamp);
    }
    Ok(respond(&answer, &request.headers))
}

/// What a request is known by: host and target as they were sent.
fn sight(request: &Parts) -> Option<(&str, &str)> {
    let uri = request.extensions.get::<axum::extract::OriginalUri>().map_or(&request.uri, |original| &original.0);
    let host = request.headers.get(header::HOST)?.to_str().ok()?;
    Some((host, uri.path_and_query()?.as_str()))
}

/// The answer of a request that was seen before, without a look at anything else. The server asks here
/// before it asks the router.
pub fn by_sight(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    if method != Method::GET {
        return None;
    }
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let answer = app.cache.answer_by_sight(host, uri.path_and_query()?.as_str())?;
    Some(respond(&answer, headers))
}

/// The post that the address means; a page of the blog that is not known yet is given a moment to become
/// one.
async fn post_of(app: &App, here: &Here, url: &Url, request: &Parts) -> Result<Option<Arc<Post>>> {
    let find = || find_post::by_url(app, &here.site, &here.base, url);
    if let Some(post) = find().await? {
        return Ok(Some(post));
    }
    if !permalink::is_on(&here.site.home, url) {
        let message = format!(
            "{url} is not on {}, whose comments are kept here. If it is on another blog of yours, add that with `rejoinder site add URL`.",
            here.site.home
        );
        return Err(Error::NotFound(message));
    }
    count_reading(app, &request.extensions)?;
    if !request_discovery::request_discovery(app, &here.site, url).await? {
        return Ok(None);
    }
    let Ok(_place) = DISCOVERY_WAITS.try_acquire() else { return Ok(None) };
    let mut looks = tokio::time::interval(DISCOVERY_LOOK);
    let found = tokio::time::timeout(DISCOVERY_WAIT, async {
        loop {
            looks.tick().await;
            if let Some(post) = find().await? {
                return Ok(post);
            }
        }
    });
    found.await.ok().transpose()
}

/// The page of comments asked for, by its number or by that of a comment on it. Where the comments stand
/// on one page, every number means that one.
async fn page_asked_for(app: &App, here: &Here, post: &Post, query: Query<'_>, request: &Parts) -> Result<Option<i64>> {
    let options = &here.site.options;
    if !options.page_comments {
        return Ok(None);
    }
    let Some(comment) = query.number("comment") else { return Ok(query.number("cpage")) };
    count_reading(app, &request.extensions)?;
    let approved = comments::approved_of_post(&app.db, post.site_id, post.id).await?;
    Ok(Some(page_of(&approved, options, CommentId(comment))))
}

async fn build(app: &App, here: Here, post: Arc<Post>, page: Option<i64>, comments_open: bool) -> Result<Arc<Answer>> {
    let comments = comments::approved_of_post(&app.db, post.site_id, post.id).await?;
    let href = format!("{}/?p={}#respond", here.base, post.id);
    let is_log_in = here.site.options.comment_registration;
    let room = Room {
        is_log_in,
        has_boxes: !is_log_in && subscriptions::are_offered(app, &here.site),
        icon_rows: picker::rows(app, &here).await?,
    };
    let respond = if comments_open { Respond::Frame { href, room } } else { Respond::Closed };
    let replies = Replies::for_all(&here.site.options, comments_open);
    let log_in = log_in_to_thread_page(&here, &post);
    let avatars = Avatars::of_comments(app, &here.site, &here.base).await?;
    let material = Material { here, log_in, avatars, post, comments, page, replies, notice: Notice::Preview };
    // Hundreds of comments take milliseconds to filter and to compress.
    let built = tokio::task::spawn_blocking(move || {
        let html = render(&material.thread(respond))?;
        Ok(Arc::new(prepare(html.into_bytes(), headers("public, max-age=0, must-revalidate"), Effort::Quick)))
    });
    built.await.map_err(|e| Error::internal(format!("building a thread: {e}")))?
}

fn headers(cache_control: &'static str) -> HeaderMap {
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache_control)),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (super::CORP, HeaderValue::from_static("cross-origin")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
    ])
}

/// The thread of a page that is no post, not to be kept: in a moment it may be one.
fn not_yet(here: &Here, url: &Url) -> Result<Response> {
    let thread = Thread {
        post: PostView { id: PostId(0), url: url.to_string(), title: String::new() },
        lang: ContentLang::of(&here.site),
        count: 0,
        items: Vec::new(),
        pages: 0,
        older: None,
        newer: None,
        respond: Respond::NotYet,
    };
    tracing::debug!(site = here.site.slug, %url, "a section was asked for on a page that is no post yet");
    Ok((headers("no-store"), render(&thread)?).into_response())
}
