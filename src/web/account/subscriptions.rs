//! `B/account/subscriptions`: what one is told of by mail, and ending it.

use askama::Template;
use axum::response::Response;
use http::{StatusCode, Uri};

use super::Chrome;
use super::owner::{Owner, Sent};
use crate::actions::own_subscriptions;
use crate::error::{Error, Result};
use crate::model::ids::SubscriptionId;
use crate::web::query::Query;

#[derive(Template)]
#[template(path = "web/account/subscriptions.html")]
struct SubscriptionsPage {
    chrome: Chrome,
    addresses: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    id: SubscriptionId,
    title: String,
    url: String,
    email: String,
    replies_only: bool,
}

/// Shows them.
pub(super) async fn show(owner: Owner, uri: Uri) -> Result<Response> {
    let told = match Query::of(&uri).text("done").as_deref() {
        Some("ended") => Some("You get no more such emails about this post."),
        Some("all") => Some("You get no more such emails about any post of this site."),
        _ => None,
    };
    let shown = own_subscriptions::list(&owner.app, &owner.here.site, &owner.visitor).await?;
    let rows = shown.subscriptions.into_iter().map(|(subscription, post)| Row {
        id: subscription.id,
        title: if post.title.is_empty() { post.url.clone() } else { post.title.clone() },
        url: post.url.clone(),
        email: subscription.email,
        replies_only: subscription.comment_id.is_some(),
    });
    let page = SubscriptionsPage {
        chrome: Chrome::of(&owner, "Emails about new comments", "subscriptions").with(told),
        rows: rows.collect(),
        addresses: shown.addresses,
    };
    owner.page(StatusCode::OK, &page)
}

/// Ends one (`end`), or all of them (`all`).
pub(super) async fn end(sent: Sent) -> Result<Response> {
    let Sent { owner, form } = sent;
    let (app, site, visitor) = (&owner.app, &owner.here.site, &owner.visitor);
    if form.is_present("all") {
        own_subscriptions::end_all(app, site, visitor).await?;
        return owner.see("/account/subscriptions?done=all");
    }
    let id: SubscriptionId = form.text("end").parse().map_err(|_| Error::invalid("end", "Choose what is to end."))?;
    own_subscriptions::end(app, site, visitor, id).await?;
    owner.see("/account/subscriptions?done=ended")
}
