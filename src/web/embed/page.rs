//! `GET B/?p=ID`: the thread as a page of its own, which works without scripts. The plain view is the
//! same for every reader and is kept; a view with a reply begun, a held comment of one's own, a remembered
//! name or somebody who is logged in is made for its reader (WP 7.1 §2.10, §2.11, §6.7, §6.9). `GET B/` says what stands here.

use std::sync::Arc;

use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};

use super::build::{self, Material, Replies};
use super::respond::{self, Back, Begun, Reader, desk_link, log_in_to_thread_page};
use super::view::{FrontPage, Guest, Notice, ReplyTo, Respond, ThreadPage, TrackbackDoor};
use super::{policy, render};
use crate::actions::avatars::Avatars;
use crate::actions::first_start;
use crate::app::App;
use crate::cache::{Answer, AnswerKey, View};
use crate::error::{Error, Result};
use crate::model::comment::Comment;
use crate::model::ids::CommentId;
use crate::model::linkback::Protocol;
use crate::model::post::Post;
use crate::model::thread::page_of;
use crate::store::comments;
use crate::web::form::cookies::{self, Commenter};
use crate::web::form::preview;
use crate::web::prepared::{self, Effort, count_reading, kept_or, prepare};
use crate::web::query::{Asked, Query, no_post};
use crate::web::respond::{NO_CACHE, X_PINGBACK};
use crate::web::rest;
use crate::web::session::{self, Who};
use crate::web::site::Here;

/// The parameters of views that are for one reader.
const PERSONAL: [&str; 3] = ["replytocom", "unapproved", "moderation-hash"];

/// Shows a thread's page, or what stands at `B/`.
pub(in crate::web) async fn show(
    app: &App,
    here: Here,
    asked: Asked,
    query: Query<'_>,
    request: &Parts,
) -> Result<Response> {
    let post = match asked {
        Asked::Post(post) => post,
        Asked::Missing => return Err(no_post()),
        Asked::Nothing => return front(app, &here),
    };
    let open = Open::of(app, &here, &post);
    let commenter = cookies::read(&here, &request.headers);
    let is_asked_for = PERSONAL.iter().any(|name| query.has(name));
    if is_asked_for || commenter.is_some() || session::is_named(&app.config, &request.headers) {
        count_reading(app, &request.extensions)?;
        let who = Who::of(app, &here.site, &request.headers).await?;
        // The cookie of a session that is over makes nobody of its reader.
        if is_asked_for || commenter.is_some() || who.writer().is_some() {
            let is_known = commenter.is_some() || who.writer().is_some();
            let reader = Reader { who, guest: commenter.map(guest).unwrap_or_default() };
            return personal(app, here, post, open, query, reader, is_known).await;
        }
    }
    let page = if here.site.options.page_comments { query.number("cpage") } else { None };
    let view = View::Page { comments_open: open.comments, pings_open: open.pings };
    let key = AnswerKey { site: here.site.id, post: Some(post.id), view, page };
    let answer = kept_or(app, key, &request.extensions, for_all(app, here, post, open, page)).await?;
    Ok(prepared::respond(&answer, &request.headers))
}

/// What the post takes now.
#[derive(Clone, Copy, Debug)]
struct Open {
    comments: bool,
    pings: bool,
}

impl Open {
    fn of(app: &App, here: &Here, post: &Post) -> Self {
        let (options, now) = (&here.site.options, app.clock.now());
        Self { comments: post.takes_comments(options, now), pings: post.takes_pings(options, now) }
    }
}

/// The plain view, ready for every reader. Its form has no token, which would soon be of no use.
async fn for_all(app: &App, here: Here, post: Arc<Post>, open: Open, page: Option<i64>) -> Result<Arc<Answer>> {
    let comments = comments::approved_of_post(&app.db, post.site_id, post.id).await?;
    let nobody = Reader { who: Who::Guest, guest: Guest::default() };
    let begun = Begun { token: Some(String::new()), ..Begun::default() };
    let form = respond::respond(app, &here, &post, &nobody, begun, Back::to_thread_page(&here, &post)).await?;
    let headers = headers(
        &here,
        &post,
        open,
        &[(header::CACHE_CONTROL, "public, max-age=0, must-revalidate"), (header::VARY, "Cookie")],
    )?;
    let log_in = log_in_to_thread_page(&here, &post);
    let avatars = Avatars::of_comments(app, &here.site, &here.base).await?;
    let replies = Replies::for_one(&form);
    let material = Material { here, log_in, avatars, post, comments, page, replies, notice: Notice::Preview };
    // Hundreds of comments take milliseconds to filter and to compress.
    let built = tokio::task::spawn_blocking(move || {
        let html = document(&material, form, open, false)?;
        Ok(Arc::new(prepare(html.into_bytes(), headers, Effort::Quick)))
    });
    built.await.map_err(|e| Error::internal(format!("building a page: {e}")))?
}

/// A view for one reader; one who is known will see their held comments again.
async fn personal(
    app: &App,
    here: Here,
    post: Arc<Post>,
    open: Open,
    query: Query<'_>,
    reader: Reader,
    is_known: bool,
) -> Result<Response> {
    let mut comments = comments::approved_of_post(&app.db, post.site_id, post.id).await?;
    let reply_to = query.number("replytocom").and_then(|id| comments.iter().find(|c| c.id.0 == id)).map(reply_to);
    let held = held(app, &post, query).await?;
    let shown = held.as_ref().map(|c| c.id).or(reply_to.as_ref().map(|r| r.id));
    let own = match reader.who.writer() {
        Some(writer) => comments::held_of_account(&app.db, post.site_id, post.id, writer.visitor.account.id).await?,
        None => Vec::new(),
    };
    for held in held.into_iter().chain(own) {
        let at = comments.partition_point(|c| (c.created_at, c.id) < (held.created_at, held.id));
        if comments.get(at).is_none_or(|there| there.id != held.id) {
            comments.insert(at, held);
        }
    }
    let page = query.number("cpage").or_else(|| shown.map(|id| page_of(&comments, &here.site.options, id)));
    let notice = if is_known { Notice::Remembered } else { Notice::Preview };
    let begun = Begun { reply_to, ..Begun::default() };
    let form = respond::respond(app, &here, &post, &reader, begun, Back::to_thread_page(&here, &post)).await?;
    let headers = headers(&here, &post, open, &NO_CACHE)?;
    let noindex = PERSONAL.iter().any(|name| query.has(name));
    let log_in = log_in_to_thread_page(&here, &post);
    let avatars = Avatars::of_comments(app, &here.site, &here.base).await?;
    let replies = Replies::for_one(&form);
    let material = Material { here, log_in, avatars, post, comments, page, replies, notice };
    let built = tokio::task::spawn_blocking(move || document(&material, form, open, noindex));
    let html = built.await.map_err(|e| Error::internal(format!("building a page: {e}")))??;
    Ok((headers, html).into_response())
}

/// The reader's own comment that waits, if the link they were given opens it.
async fn held(app: &App, post: &Post, query: Query<'_>) -> Result<Option<Comment>> {
    let (Some(id), Some(hash)) = (query.number("unapproved"), query.text("moderation-hash")) else { return Ok(None) };
    let comment = comments::find(&app.db, post.site_id, CommentId(id)).await?;
    Ok(comment.filter(|c| c.post_id == post.id && preview::opens(&app.secret, c, &hash, app.clock.now())))
}

/// The comment as the one that is answered.
pub(in crate::web) fn reply_to(comment: &Comment) -> ReplyTo {
    ReplyTo { id: comment.id, name: build::author(comment), href: format!("#comment-{}", comment.id) }
}

/// What the form begins with for a guest whom the browser remembers.
pub(super) fn guest(commenter: Commenter) -> Guest {
    Guest { author: commenter.author, email: commenter.email, url: commenter.url, remembered: true }
}

fn document(material: &Material, form: Respond, open: Open, noindex: bool) -> Result<String> {
    let site = build::site_view(&material.here);
    let thread = material.thread(form);
    let has_feed = open.comments || open.pings || thread.count > 0;
    let is_taken = open.pings && Protocol::Trackback.is_taken(&material.here.site.options);
    let trackback = is_taken.then(|| {
        let ping = format!("{}/wp-trackback.php?p={}", material.here.base, thread.post.id);
        TrackbackDoor::new(ping, thread.post.title_or_url())
    });
    render(&ThreadPage { site, thread, noindex, pings_open: open.pings, trackback, has_feed })
}

fn headers(here: &Here, post: &Post, open: Open, fixed: &[(HeaderName, &'static str)]) -> Result<HeaderMap> {
    let mut made = vec![
        (header::CONTENT_SECURITY_POLICY, policy::page(here)),
        (header::LINK, rest::discovery_links(here, Some(post))),
    ];
    if open.pings {
        made.push((X_PINGBACK, format!("{}/xmlrpc.php", here.base)));
    }
    policy::document(fixed, &made)
}

/// `B/` itself: the demo's page as long as there is nothing else, else a signpost.
fn front(app: &App, here: &Here) -> Result<Response> {
    if here.site.demo {
        return Ok(Redirect::to(first_start::demo_page(app)?.as_str()).into_response());
    }
    let page = FrontPage { site: build::site_view(here), desk: desk_link(app, here, "") };
    let made =
        [(header::CONTENT_SECURITY_POLICY, policy::page(here)), (header::LINK, rest::discovery_links(here, None))];
    let headers = policy::document(&NO_CACHE, &made)?;
    Ok((headers, render(&page)?).into_response())
}
