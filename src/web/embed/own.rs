//! `B/embed/own…`: the reader's own comments under a post, which the frame changes and deletes beside the comment itself
//! for as long as the site lets (`comment_edit_minutes`). All in JSON, for scripts of this very origin only.
//!
//! | request | answer |
//! | --- | --- |
//! | `GET own?p=ID` | which comments of whoever is logged in are still open, and for how long |
//! | `GET own/{id}` | the text of one, as it was typed |
//! | `POST own/{id}`: `csrf`, `seen`, `comment` | what became of it |
//! | `POST own/{id}/delete`: `csrf` | |
//!
//! The frame's session is enough, since it is one for writing comments; so these doors show and change nothing whose
//! time is over. Everything older is the affair of `web/account`, which wants a log-in at top level.

use std::collections::HashMap;

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router, middleware, routing};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::{CORP, told};
use crate::actions::current_actor::Visitor;
use crate::actions::own_comments::{self, Edit, Shown};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::comment::{Comment, Status};
use crate::model::ids::{CommentId, PostId};
use crate::model::own_comment::TooLate;
use crate::model::text::{display_content, typed_content};
use crate::web::form::fields::{self, Fields};
use crate::web::login::check_own_page;
use crate::web::prepared::count_reading;
use crate::web::query::Query;
use crate::web::respond::NO_CACHE;
use crate::web::session;
use crate::web::site::Here;

/// The routes of a site.
pub(in crate::web) fn routes() -> Router<App> {
    Router::new()
        .route("/embed/own", routing::get(list))
        .route("/embed/own/{id}", routing::get(show).post(save))
        .route("/embed/own/{id}/delete", routing::post(delete))
        .layer(middleware::map_response(headers))
}

/// No answer is kept, or read by another origin.
async fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in NO_CACHE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CORP, HeaderValue::from_static("same-origin"));
    response
}

type Parameters = Path<HashMap<String, String>>;

/// Which comments are open. Nobody who is logged in has none.
async fn list(State(app): State<App>, here: Here, request: Request) -> Response {
    listed(&app, &here, &request.into_parts().0)
        .await
        .map_or_else(|error| told(&error, None), |body| Json(body).into_response())
}

async fn listed(app: &App, here: &Here, request: &Parts) -> Result<Value> {
    let open = match reader(app, request).await? {
        Some(visitor) => {
            let post = Query::of(&request.uri).number("p").unwrap_or_default();
            own_comments::open_under(app, &here.site, &visitor, PostId(post)).await?
        }
        None => Vec::new(),
    };
    let comments: Vec<Value> =
        open.iter().map(|own| json!({ "id": own.comment.id, "seconds": seconds(app, own) })).collect();
    Ok(json!({ "comments": comments }))
}

/// Shows the text of one.
async fn show(State(app): State<App>, here: Here, path: Parameters, request: Request) -> Response {
    let request = request.into_parts().0;
    let shown = async {
        let visitor = reader(&app, &request).await?.ok_or_else(logged_out)?;
        let shown = own_comments::find(&app, &here.site, &visitor, id_of(&path)?).await?;
        shown.delete.map_err(too_late)?;
        Ok(described(&app, &here, &shown))
    };
    shown.await.map_or_else(|error: Error| told(&error, None), |body| Json(body).into_response())
}

/// Saves another text. A refusal says what stands there now.
async fn save(
    State(app): State<App>,
    here: Here,
    client: Client,
    path: Parameters,
    request: Request,
) -> Result<Response, Response> {
    let sent = Sent::of(&app, &path, request).await.map_err(|error| told(&error, None))?;
    let edit = Edit {
        id: sent.id,
        content: sent.form.text("comment").replace("\r\n", "\n"),
        seen: sent.form.text("seen").to_owned(),
        client,
    };
    match own_comments::edit(&app, &here.site, &sent.visitor, edit).await {
        Ok(changed) => Ok(Json(became(&here, &changed)).into_response()),
        Err(error @ (Error::Invalid { .. } | Error::Conflict(_))) => {
            let now = own_comments::find(&app, &here.site, &sent.visitor, sent.id).await.ok();
            let now = now.filter(|shown| shown.delete.is_ok()).map(|shown| described(&app, &here, &shown));
            Err(told(&error, now.as_ref()))
        }
        Err(error) => Err(told(&error, None)),
    }
}

/// Deletes one.
async fn delete(State(app): State<App>, here: Here, path: Parameters, request: Request) -> Result<Response, Response> {
    let deleted = async {
        let sent = Sent::of(&app, &path, request).await?;
        own_comments::delete(&app, &here.site, &sent.visitor, sent.id).await
    };
    deleted.await.map_err(|error| told(&error, None))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A change that a page of our own sent, in the name of the session that it was shown to.
struct Sent {
    visitor: Visitor,
    id: CommentId,
    form: Fields,
}

impl Sent {
    async fn of(app: &App, path: &Parameters, request: Request) -> Result<Self> {
        let (parts, body) = request.into_parts();
        check_own_page(app, &parts.headers)?;
        let visitor = visitor(app, &parts).await?.ok_or_else(logged_out)?;
        let form = fields::read(Request::from_parts(parts, body)).await?;
        if !bool::from(form.text("csrf").as_bytes().ct_eq(visitor.session.csrf_token.as_bytes())) {
            return Err(logged_out());
        }
        Ok(Self { visitor, id: id_of(path)?, form })
    }
}

/// Whoever is logged in, for a script of this origin. A browser that says of none where it is from cannot be asked, and
/// lets no other origin read the answer.
async fn reader(app: &App, request: &Parts) -> Result<Option<Visitor>> {
    let from = request.headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if from.is_some_and(|from| !matches!(from, b"same-origin" | b"none")) {
        return Err(Error::Forbidden("Only the comment form of this server reads this.".into()));
    }
    visitor(app, request).await
}

async fn visitor(app: &App, request: &Parts) -> Result<Option<Visitor>> {
    if !session::is_named(&app.config, &request.headers) {
        return Ok(None);
    }
    count_reading(app, &request.extensions)?;
    session::visitor(app, &request.headers).await
}

fn logged_out() -> Error {
    Error::Forbidden(
        "You are not logged in any more as you were when this form was shown. Log in again, and send it once more."
            .into(),
    )
}

fn id_of(path: &Parameters) -> Result<CommentId> {
    let id = path.get("id").and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::not_found("You have no such comment here. It may have been deleted."))
}

fn too_late(why: TooLate) -> Error {
    Error::Conflict(why.words().into())
}

/// For how long it is open: the reader's clock may be wrong, and is not asked.
fn seconds(app: &App, own: &Shown) -> u64 {
    own.open_until.map_or(0, |until| until.since(app.clock.now()).as_secs())
}

fn described(app: &App, here: &Here, own: &Shown) -> Value {
    let days = here.site.options.empty_trash_days;
    json!({
        "id": own.comment.id,
        "content": typed_content(&own.comment.content, here.site.home_host()),
        "seen": own_comments::mark_of(app, &own.comment),
        "seconds": seconds(app, own),
        "closed": own.edit.err().map(TooLate::words),
        "trash_days": (days > 0).then_some(days),
    })
}

/// As of a new comment: what was judged to be spam looks like what waits.
fn became(here: &Here, changed: &Comment) -> Value {
    json!({
        "id": changed.id,
        "status": if changed.status == Status::Approved { "approved" } else { "hold" },
        "content_html": display_content(&changed.content, here.site.display()),
    })
}
