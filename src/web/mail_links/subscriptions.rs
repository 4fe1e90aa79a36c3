//! `B/subscriptions?s=…`: the page of a reader's subscription, and what its buttons do. Mail programs send the
//! one-click request of RFC 8058 to the same address.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;

use super::{Parameters, count_visit, page, refused, told};
use crate::actions::subscriptions::{self, Shown};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::post::Post;
use crate::model::subscription::Subscription;
use crate::web::form::fields;
use crate::web::site::Here;

/// What RFC 8058 §3.1 has a mail program send, as name and value.
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

#[derive(Template)]
#[template(path = "web/mail_links/subscriptions.html")]
struct SubscriptionPage {
    blog: String,
    email: String,
    /// What waits for its confirmation, if it does.
    question: Option<Row>,
    rows: Vec<Row>,
}

struct Row {
    token: String,
    title: String,
    url: String,
    replies_only: bool,
}

impl Row {
    fn of((subscription, post, token): (Subscription, Arc<Post>, String)) -> Self {
        Self {
            token,
            title: if post.title.is_empty() { post.url.clone() } else { post.title.clone() },
            url: post.url.clone(),
            replies_only: subscription.comment_id.is_some(),
        }
    }
}

/// Shows what the address is told of, or asks to confirm.
pub async fn show(State(app): State<App>, here: Here, client: Client, parameters: Parameters) -> Result<Response> {
    count_visit(&app, &client)?;
    let Shown { this, all } = match subscriptions::show(&app, &here.site, token(&parameters)).await {
        Ok(shown) => shown,
        Err(error) => return refused(error),
    };
    let Some(this) = this else { return ended() };
    let (waiting, confirmed): (Vec<_>, Vec<_>) = all.into_iter().partition(|(s, ..)| s.confirmed_at.is_none());
    let site = &here.site;
    let shown = SubscriptionPage {
        blog: if site.title.is_empty() { site.home_host().to_owned() } else { site.title.clone() },
        email: this.masked_email(),
        question: waiting.into_iter().next().map(Row::of),
        rows: confirmed.into_iter().map(Row::of).collect(),
    };
    page(StatusCode::OK, &shown)
}

/// Confirms, or ends one or all. Ending is done at once, as RFC 8058 wants it, and again without harm.
pub async fn change(
    State(app): State<App>,
    here: Here,
    client: Client,
    parameters: Parameters,
    request: Request,
) -> Result<Response> {
    count_visit(&app, &client)?;
    let form = fields::read(request).await?;
    let (site, token) = (&here.site, token(&parameters));
    let action = if form.text(ONE_CLICK.0) == ONE_CLICK.1 { "unsubscribe" } else { form.text("action") };
    let done = match action {
        "confirm" => match subscriptions::confirm(&app, site, token).await {
            Ok(true) => Ok("You will be told of new comments by email. Every such email has a link to stop it."),
            Ok(false) => return ended(),
            Err(error) => Err(error),
        },
        "unsubscribe" => {
            subscriptions::unsubscribe(&app, site, token).await.map(|()| "You get no more such emails about this post.")
        }
        "all" => subscriptions::unsubscribe_from_all(&app, site, token)
            .await
            .map(|_| "You get no more such emails about any post of this site."),
        _ => Err(Error::invalid("action", "There is no such action.")),
    };
    match done {
        Ok(message) => told(StatusCode::OK, "Done", message),
        Err(error) => refused(error),
    }
}

fn token(parameters: &Parameters) -> &str {
    parameters.get("s").map_or("", String::as_str)
}

fn ended() -> Result<Response> {
    told(
        StatusCode::OK,
        "Nothing to do",
        "This subscription has ended, or was not confirmed in time. Ask again with your next comment.",
    )
}
