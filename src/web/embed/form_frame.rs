//! `GET B/embed/form?p=ID&origin=…&scheme=…`: the document in the frame that people write in. Only the
//! site's own pages may frame it, and it speaks with them alone (S-CSRF, "Framing" and "postMessage").

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use http::request::Parts;
use url::Url;

use super::respond::{Back, Begun, Reader, base_path, respond};
use super::view::{FormFrame, Guest, Scheme};
use super::{build, page, policy, render};
use crate::actions::find_post;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::ids::PostId;
use crate::model::post::Post;
use crate::web::form::cookies;
use crate::web::prepared::count_reading;
use crate::web::query::Query;
use crate::web::respond::NO_CACHE;
use crate::web::session::{self, Who};
use crate::web::site::Here;

/// Shows the form, or why there is none.
pub async fn get(State(app): State<App>, here: Here, request: Request) -> Result<Response> {
    let request = request.into_parts().0;
    let query = Query::of(&request.uri);
    let id = PostId(query.number("p").unwrap_or_default());
    let post = find_post::by_id(&app, here.site.id, id).await?;
    let post = post.ok_or_else(|| Error::not_found("There is no such post here."))?;
    let reader = reader(&app, &here, &request).await?;
    let back = back(&here, &post, &request);
    let logged_in = back.logged_in.clone();
    let respond = respond(&app, &here, &post, &reader, Begun::default(), back).await?;
    let frame = FormFrame {
        site: build::site_view(&here),
        host_origin: host_origin(&here, query.text("origin").as_deref()),
        scheme: query.text("scheme").and_then(|text| Scheme::parse(&text)),
        logged_in,
        respond,
    };
    let headers = policy::document(&NO_CACHE, &[(header::CONTENT_SECURITY_POLICY, policy::frame(&here))])?;
    Ok((headers, render(&frame)?).into_response())
}

/// Who reads. A guest's cookies come where blog and server are of one site only; elsewhere the frame's script remembers
/// their name.
async fn reader(app: &App, here: &Here, request: &Parts) -> Result<Reader> {
    let has_session = session::is_named(&app.config, &request.headers);
    let who = if has_session {
        count_reading(app, &request.extensions)?;
        Who::of(app, &here.site, &request.headers).await?
    } else {
        Who::Guest
    };
    let guest = cookies::read(here, &request.headers).map_or_else(Guest::default, page::guest);
    Ok(Reader { who, guest })
}

/// Where a log-in leads that was made in a window without a way to the frame. Back to the blog's page where the browser
/// will then send the first-party session with the frame: it says itself whether both are of one site (Fetch
/// Metadata). Elsewhere to the thread's own page.
fn back(here: &Here, post: &Post, request: &Parts) -> Back {
    let is_one_site = request
        .headers
        .get("sec-fetch-site")
        .and_then(|v| v.to_str().ok())
        .is_some_and(|site| matches!(site, "same-origin" | "same-site"));
    let frame = request.uri.query().unwrap_or_default();
    let logged_out = format!("{}/embed/form?{frame}", base_path(here));
    if is_one_site {
        return Back { logged_in: format!("{}#respond", post.url), logged_out };
    }
    Back { logged_out, ..Back::to_thread_page(here, post) }
}

/// The origin that the frame speaks with: this server's where it was asked for, as on the demo page, else
/// the blog's, whatever was asked for.
fn host_origin(here: &Here, asked: Option<&str>) -> String {
    let own = Url::parse(&here.base).map(|base| base.origin().ascii_serialization()).ok();
    own.filter(|own| Some(own.as_str()) == asked).unwrap_or_else(|| here.site.origin())
}
