//! `GET B/?p=ID`: the thread as a page of its own, which works without scripts. The plain view is the
//! same for every reader and is kept; a view with a reply begun, a held comment of one's own or a
//! remembered name is made for its reader (WP 7.1 §2.10, §2.11, §6.7). `GET B/` says what stands here.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderName, header};

use super::build::{self, Material};
use super::view::{CommentForm, FrontPage, Guest, Notice, ReplyTo, Respond, ThreadPage, TrackbackDoor};
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
use crate::web::feeds;
use crate::web::form::cookies::{self, Commenter};
use crate::web::form::{preview, token};
use crate::web::prepared::{Effort, count_reading, kept_or, prepare, respond};
use crate::web::query::{Asked, Query, no_post};
use crate::web::respond::NO_CACHE;
use crate::web::site::Here;

/// Where a client finds the pingback endpoint before it reads the page (Pingback 1.0 §2.1).
pub(in crate::web) const X_PINGBACK: HeaderName = HeaderName::from_static("x-pingback");

/// The parameters of views that are for one reader.
const PERSONAL: [&str; 3] = ["replytocom", "unapproved", "moderation-hash"];

/// Shows a thread's page, or what stands at `B/`.
pub async fn get(State(app): State<App>, here: Here, request: Request) -> Result<Response> {
    let request = request.into_parts().0;
    let query = Query::of(&request.uri);
    let asked = query.post(&app, &here).await?;
    if let Some(name) = query.text("feed").filter(|name| !name.is_empty()) {
        return feeds::by_query(&app, here, asked, &name, query, &request).await;
    }
    let post = match asked {
        Asked::Post(post) => post,
        Asked::Missing => return Err(no_post()),
        Asked::Nothing => return front(&app, &here),
    };
    let open = Open::of(&app, &here, &post);
    let commenter = cookies::read(&here, &request.headers);
    if commenter.is_some() || PERSONAL.iter().any(|name| query.has(name)) {
        count_reading(&app, &request.extensions)?;
        return personal(&app, here, post, open, query, commenter).await;
    }
    let page = if here.site.options.page_comments { query.number("cpage") } else { None };
    let view = View::Page { comments_open: open.comments, pings_open: open.pings };
    let key = AnswerKey { site: here.site.id, post: Some(post.id), view, page };
    let answer = kept_or(&app, key, &request.extensions, for_all(&app, here, post, open, page)).await?;
    Ok(respond(&answer, &request.headers))
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
    let form = form(&here, &post, None, Guest::default(), String::new());
    let headers = headers(
        &here,
        open,
        &[(header::CACHE_CONTROL, "public, max-age=0, must-revalidate"), (header::VARY, "Cookie")],
    )?;
    let log_in = build::log_in_link(app, &here, &post);
    let avatars = Avatars::of_site(app, &here.site, &here.base);
    let (comments_open, notice) = (open.comments, Notice::Preview);
    let material = Material { here, log_in, avatars, post, comments, page, comments_open, notice };
    // Hundreds of comments take milliseconds to filter and to compress.
    let built = tokio::task::spawn_blocking(move || {
        let html = document(&material, form, open, false)?;
        Ok(Arc::new(prepare(html.into_bytes(), headers, Effort::Quick)))
    });
    built.await.map_err(|e| Error::internal(format!("building a page: {e}")))?
}

/// A view for one reader.
async fn personal(
    app: &App,
    here: Here,
    post: Arc<Post>,
    open: Open,
    query: Query<'_>,
    commenter: Option<Commenter>,
) -> Result<Response> {
    let mut comments = comments::approved_of_post(&app.db, post.site_id, post.id).await?;
    let reply_to = query.number("replytocom").and_then(|id| comments.iter().find(|c| c.id.0 == id)).map(reply_to);
    let held = held(app, &post, query).await?;
    let shown = held.as_ref().map(|c| c.id).or(reply_to.as_ref().map(|r| r.id));
    if let Some(held) = held {
        let at = comments.partition_point(|c| (c.created_at, c.id) < (held.created_at, held.id));
        comments.insert(at, held);
    }
    let page = query.number("cpage").or_else(|| shown.map(|id| page_of(&comments, &here.site.options, id)));
    let notice = if commenter.is_some() { Notice::Remembered } else { Notice::Preview };
    let guest = commenter.map(guest).unwrap_or_default();
    let token = token::issue(&app.secret, here.site.id, post.id.0, app.clock.now());
    let form = form(&here, &post, reply_to, guest, token);
    let headers = headers(&here, open, &NO_CACHE)?;
    let noindex = PERSONAL.iter().any(|name| query.has(name));
    let log_in = build::log_in_link(app, &here, &post);
    let avatars = Avatars::of_site(app, &here.site, &here.base);
    let comments_open = open.comments;
    let material = Material { here, log_in, avatars, post, comments, page, comments_open, notice };
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

fn reply_to(comment: &Comment) -> ReplyTo {
    ReplyTo { id: comment.id, name: build::author(comment) }
}

/// What the form begins with for a guest whom the browser remembers.
pub(super) fn guest(commenter: Commenter) -> Guest {
    Guest { author: commenter.author, email: commenter.email, url: commenter.url, remembered: true }
}

/// The form on the thread's page: it leads back there, where a held comment can be seen.
pub(super) fn form(here: &Here, post: &Post, reply_to: Option<ReplyTo>, guest: Guest, token: String) -> Respond {
    let page = format!("{}/?p={}", here.base, post.id);
    Respond::Form(Box::new(CommentForm {
        base: here.base.clone(),
        post_id: post.id,
        reply_to,
        comment: String::new(),
        guest,
        require_name_email: here.site.options.require_name_email,
        cookies_opt_in: here.site.options.show_comments_cookies_opt_in,
        token,
        cancel_href: format!("{page}#respond"),
        redirect_to: page,
    }))
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

fn headers(here: &Here, open: Open, fixed: &[(HeaderName, &'static str)]) -> Result<HeaderMap> {
    let mut made = vec![(header::CONTENT_SECURITY_POLICY, policy::page(here))];
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
    let page = FrontPage { site: build::site_view(here), desk: build::desk_link(app, "") };
    let headers = policy::document(&NO_CACHE, &[(header::CONTENT_SECURITY_POLICY, policy::page(here))])?;
    Ok((headers, render(&page)?).into_response())
}
