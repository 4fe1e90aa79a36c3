//! `GET /demo/hello-world/`: the page of the demo's blog, plain HTML that embeds the comment section as
//! any blog does. It is there as long as the demo site is.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::header;

use super::respond::desk_link;
use super::view::{DemoPage, PostView};
use super::{build, policy, render};
use crate::actions::find_post;
use crate::actions::first_start::{DEMO_POST_PATH, DEMO_SLUG, demo_page};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::respond::{NO_CACHE, X_PINGBACK};
use crate::web::site::Here;

/// The demo's blog, below which its page is.
pub fn home_path() -> String {
    format!("/{DEMO_SLUG}")
}

/// The path of the page.
pub fn page_path() -> String {
    format!("/{DEMO_SLUG}/{DEMO_POST_PATH}")
}

/// Leads from the demo's blog to its one page.
pub async fn home(State(app): State<App>) -> Result<Response> {
    demo(&app).await?;
    Ok(Redirect::to(demo_page(&app)?.as_str()).into_response())
}

/// Shows the page.
pub async fn page(State(app): State<App>) -> Result<Response> {
    let here = demo(&app).await?;
    let post = find_post::by_url(&app, &here.site, &here.base, &demo_page(&app)?).await?;
    let post = post.ok_or_else(nothing_here)?;
    let pings_open = post.takes_pings(&here.site.options, app.clock.now());
    let page = DemoPage {
        site: build::site_view(&here),
        post: PostView { id: post.id, url: post.url.clone(), title: post.title.clone() },
        desk: desk_link(&app, &here, ""),
        pings_open,
    };
    let mut made = vec![(header::CONTENT_SECURITY_POLICY, policy::host(&here))];
    if pings_open {
        made.push((X_PINGBACK, format!("{}/xmlrpc.php", here.base)));
    }
    Ok((policy::document(&NO_CACHE, &made)?, render(&page)?).into_response())
}

async fn demo(app: &App) -> Result<Here> {
    let site = app.sites.find_slug(&app.db, DEMO_SLUG).await?.filter(|site| site.demo).ok_or_else(nothing_here)?;
    let base = app.sites.base(&app.db, &app.config, &site).await?;
    Ok(Here { site, base })
}

fn nothing_here() -> Error {
    Error::not_found("There is nothing at this address.")
}
