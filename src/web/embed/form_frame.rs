//! `GET B/embed/form?p=ID&origin=…&scheme=…`: the document in the frame that people write in. Only the
//! site's own pages may frame it, and it speaks with them alone (S-CSRF, "Framing" and "postMessage").

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use url::Url;

use super::query::Query;
use super::view::{FormFrame, Guest, Respond, Scheme};
use super::{build, page, policy, render};
use crate::actions::find_post;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::ids::PostId;
use crate::model::post::Post;
use crate::web::form::{cookies, token};
use crate::web::respond::NO_CACHE;
use crate::web::site::Here;

/// Shows the form, or why there is none.
pub async fn get(State(app): State<App>, here: Here, request: Request) -> Result<Response> {
    let query = Query::of(request.uri());
    let id = PostId(query.number("p").unwrap_or_default());
    let post = find_post::by_id(&app, here.site.id, id).await?;
    let post = post.ok_or_else(|| Error::not_found("There is no such post here."))?;
    let frame = FormFrame {
        site: build::site_view(&here),
        host_origin: host_origin(&here, query.text("origin").as_deref()),
        scheme: query.text("scheme").and_then(|text| Scheme::parse(&text)),
        respond: respond(&app, &here, &post, &request),
    };
    let headers = policy::document(&NO_CACHE, &[(header::CONTENT_SECURITY_POLICY, policy::frame(&here))])?;
    Ok((headers, render(&frame)?).into_response())
}

fn respond(app: &App, here: &Here, post: &Post, request: &Request) -> Respond {
    if !post.takes_comments(&here.site.options, app.clock.now()) {
        return Respond::Closed;
    }
    if here.site.options.comment_registration {
        return Respond::LogIn { href: build::log_in_link(app, here, post) };
    }
    // A browser sends these where blog and server are of one site only; elsewhere the frame's script remembers.
    let guest = cookies::read(here, request.headers()).map_or_else(Guest::default, page::guest);
    let token = token::issue(&app.secret, here.site.id, post.id.0, app.clock.now());
    page::form(app, here, post, None, guest, token)
}

/// The origin that the frame speaks with: this server's where it was asked for, as on the demo page, else
/// the blog's, whatever was asked for.
fn host_origin(here: &Here, asked: Option<&str>) -> String {
    let own = Url::parse(&here.base).map(|base| base.origin().ascii_serialization()).ok();
    own.filter(|own| Some(own.as_str()) == asked).unwrap_or_else(|| here.site.origin())
}
