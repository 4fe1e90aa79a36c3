//! `GET B/?p=ID`: the thread as a page of its own, which works without scripts. The plain view is the
//! same for every reader and is kept; a view with a reply begun, a held comment of one's own or a
//! remembered name is made for its reader (WP 7.1 §2.10, §2.11, §6.7). `GET B/` says what stands here.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderName, header};

use super::build::{self, Material};
use super::query::{Query, page_address};
use super::view::{CommentForm, FrontPage, Guest, Notice, ReplyTo, Respond, ThreadPage};
use super::{count_reading, kept_or, policy, render};
use crate::actions::{find_post, first_start, subscriptions};
use crate::app::App;
use crate::cache::{Answer, AnswerKey, View};
use crate::error::{Error, Result};
use crate::model::comment::Comment;
use crate::model::ids::{CommentId, PostId};
use crate::model::post::Post;
use crate::model::thread::page_of;
use crate::store::comments;
use crate::web::form::cookies::{self, Commenter};
use crate::web::form::{preview, token};
use crate::web::prepared::{Effort, prepare, respond};
use crate::web::respond::NO_CACHE;
use crate::web::site::Here;

/// Where a client finds the pingback endpoint before it reads the page (Pingback 1.0 §2.1).
pub(super) const X_PINGBACK: HeaderName = HeaderName::from_static("x-pingback");

/// The parameters of views that are for one reader.
const PERSONAL: [&str; 3] = ["replytocom", "unapproved", "moderation-hash"];

/// Shows a thread's page, or what stands at `B/`.
pub async fn get(State(app): State<App>, here: Here, request: Request) -> Result<Response> {
    let query = Query::of(request.uri());
    let post = if query.has("p") {
        let id = query.number("p").unwrap_or_default();
        find_post::by_id(&app, here.site.id, PostId(id)).await?
    } else if let Some(url) = query.text("url") {
        find_post::by_url(&app, &here.site, &here.base, &page_address(&url)?).await?
    } else {
        return front(&app, &here);
    };
    let post =
        post.ok_or_else(|| Error::not_found("There is no such post here. `rejoinder post list` lists the posts."))?;
    let open = Open::of(&app, &here, &post);
    let commenter = cookies::read(&here, request.headers());
    if commenter.is_some() || PERSONAL.iter().any(|name| query.has(name)) {
        count_reading(&app, request.extensions())?;
        return personal(&app, here, post, open, query, commenter).await;
    }
    let page = if here.site.options.page_comments { query.number("cpage") } else { None };
    let view = View::Page { comments_open: open.comments, pings_open: open.pings };
    let key = AnswerKey { site: here.site.id, post: post.id, view, page };
    let answer = kept_or(&app, key, request.extensions(), for_all(&app, here, post, open, page)).await?;
    Ok(respond(&answer, request.headers()))
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
    let form = form(app, &here, &post, None, Guest::default(), String::new());
    let headers = headers(
        &here,
        open,
        &[(header::CACHE_CONTROL, "public, max-age=0, must-revalidate"), (header::VARY, "Cookie")],
    )?;
    let log_in = build::log_in_link(app, &here, &post);
    let material =
        Material { here, log_in, post, comments, page, comments_open: open.comments, notice: Notice::Preview };
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
    let form = form(app, &here, &post, reply_to, guest, token);
    let headers = headers(&here, open, &NO_CACHE)?;
    let noindex = PERSONAL.iter().any(|name| query.has(name));
    let log_in = build::log_in_link(app, &here, &post);
    let material = Material { here, log_in, post, comments, page, comments_open: open.comments, notice };
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
pub(super) fn form(
    app: &App,
    here: &Here,
    post: &Post,
    reply_to: Option<ReplyTo>,
    guest: Guest,
    token: String,
) -> Respond {
    let page = format!("{}/?p={}", here.base, post.id);
    Respond::Form(Box::new(CommentForm {
        base: here.base.clone(),
        post_id: post.id,
        reply_to,
        comment: String::new(),
        guest,
        require_name_email: here.site.options.require_name_email,
        cookies_opt_in: here.site.options.show_comments_cookies_opt_in,
        subscriptions: subscriptions::are_offered(app, &here.site),
        token,
        cancel_href: format!("{page}#respond"),
        redirect_to: page,
    }))
}

fn document(material: &Material, form: Respond, open: Open, noindex: bool) -> Result<String> {
    let site = build::site_view(&material.here);
    render(&ThreadPage { site, thread: material.thread(form), noindex, pings_open: open.pings })
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
