//! `B/wp-trackback.php?p=ID` and `B/wp-trackback.php/ID`: a page says by a form that it links here
//! (TrackBack 1.2, WP 7.1 XML-RPC §4). What it says is believed as little as a pingback: its page is
//! fetched, and must link to the post. Off unless the site's `receive_trackbacks` is on. Cookies are not
//! looked at. Called by the router.

mod answer;
mod fields;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, Uri, header};
use tokio::time::Instant;

use crate::actions::find_post;
use crate::actions::receive_linkback::{Claim, receive_linkback};
use crate::app::App;
use crate::error::Result;
use crate::model::client::Client;
use crate::model::ids::PostId;
use crate::model::linkback::{LinkbackRefusal, Protocol};
use crate::web::query::{Asked, Query, leading_number};
use crate::web::respond::NO_CACHE;
use crate::web::site::Here;

/// What a sender may get wrong before there is a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unusable {
    /// The address names no post.
    NoId,
    /// It names one that is not here.
    NoSuchPage,
    /// The form names no page.
    NoUrl,
    /// The form is in an encoding that is not read.
    Charset,
}

/// Takes a trackback; a browser that comes by is led to the post.
pub async fn at(State(app): State<App>, here: Result<Here>, client: Client, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD | Method::POST) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD, POST")]).into_response();
    }
    match take(&app, here, client, request).await {
        Ok(response) => response,
        Err(error) => answer::error(&error),
    }
}

async fn take(app: &App, here: Result<Here>, client: Client, request: Request) -> Result<Response> {
    let (here, since) = (here?, Instant::now());
    let uri = request.uri().clone();
    let (by_path, asked) = asked(app, &here, &uri).await?;
    let post = match asked {
        Asked::Nothing => return Ok(answer::unusable(Unusable::NoId)),
        // WordPress looks for a page by the query first, and then by the path what there is to ping.
        Asked::Missing if by_path => return Ok(answer::refused(LinkbackRefusal::TargetUnusable)),
        Asked::Missing => return Ok(answer::unusable(Unusable::NoSuchPage)),
        Asked::Post(post) => post,
    };
    // Parameters of the address are not read, so the GET pings of TrackBack 1.0 do not work, as in WordPress.
    let is_form = *request.method() == Method::POST;
    let fields = if is_form { fields::read(request).await? } else { fields::Fields::default() };
    if fields.is_visit() {
        return Ok((StatusCode::FOUND, NO_CACHE, [(header::LOCATION, post.url.clone())]).into_response());
    }
    let (source, said) = match fields.texts() {
        Ok(texts) => texts,
        Err(unusable) => return Ok(answer::unusable(unusable)),
    };
    let target = post.url.clone();
    let claim = Claim { protocol: Protocol::Trackback, source, target, said: Some(said), client, since };
    Ok(match receive_linkback(app, &here.site, &here.base, claim).await? {
        // To its sender a trackback that is still being verified is taken.
        Ok(_) => answer::taken(),
        Err(refusal) => answer::refused(refusal),
    })
}

/// The post that the address names: by the last part of its path, which is said, else by a number in its query.
async fn asked(app: &App, here: &Here, uri: &Uri) -> Result<(bool, Asked)> {
    let named = uri.path().rsplit_once("/wp-trackback.php/").map(|(_, id)| leading_number(id));
    let Some(id) = named.filter(|id| *id != 0) else {
        return Ok((false, Query::of(uri).post_by_number(app, here).await?));
    };
    let post = find_post::by_id(app, here.site.id, PostId(id)).await?;
    Ok((true, post.map_or(Asked::Missing, Asked::Post)))
}
