//! `GET B/account`: what one wrote on the site, the newest first; `before` goes on from a comment.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use http::{StatusCode, Uri};

use super::Chrome;
use super::owner::Owner;
use crate::actions::own_comments::{self, Shown};
use crate::error::Result;
use crate::model::comment::Status;
use crate::model::ids::CommentId;
use crate::model::permalink;
use crate::model::site::Site;
use crate::model::text::display_content;
use crate::web::content_lang::ContentLang;
use crate::web::embed::build;
use crate::web::embed::view::When;
use crate::web::query::Query;

#[derive(Template)]
#[template(path = "web/account/comments.html")]
struct CommentsPage {
    chrome: Chrome,
    rows: Vec<Row>,
    /// Whether these are not the newest ones.
    is_later: bool,
    older: Option<CommentId>,
    /// Where else on this server they have written: title and address.
    others: Vec<(String, String)>,
}

/// A comment as its author sees it.
pub(super) struct Row {
    pub(super) id: CommentId,
    /// Title of the post, and where the comment stands there.
    pub(super) title: String,
    pub(super) href: String,
    pub(super) when: When,
    pub(super) edited: Option<When>,
    pub(super) state: &'static str,
    pub(super) is_shown: bool,
    /// Clean HTML.
    pub(super) content: String,
    /// The language that it is in.
    pub(super) lang: ContentLang,
    pub(super) can_edit: bool,
    pub(super) can_delete: bool,
    /// Until when, where something can be done.
    pub(super) until: Option<When>,
}

impl Row {
    pub(super) fn of(site: &Site, shown: &Shown) -> Self {
        let comment = &shown.comment;
        let (title, url) = match &shown.post {
            Some(post) if post.title.is_empty() => (post.url.clone(), post.url.clone()),
            Some(post) => (post.title.clone(), post.url.clone()),
            None => (site.home.to_string(), site.home.to_string()),
        };
        let is_shown = comment.status == Status::Approved;
        Self {
            id: comment.id,
            title,
            href: if is_shown { permalink::of_comment(&url, comment.id) } else { url },
            when: build::when(site, comment.created_at),
            edited: comment.edited_at.map(|at| build::when(site, at)),
            state: state(comment.status),
            is_shown,
            content: display_content(&comment.content, site.display()),
            lang: ContentLang::of(site),
            can_edit: shown.edit.is_ok(),
            can_delete: shown.delete.is_ok(),
            until: shown.open_until.filter(|_| shown.delete.is_ok()).map(|at| build::when(site, at)),
        }
    }
}

/// Where a comment stands, in words. Which rule or whose verdict it was is the moderators' affair.
fn state(status: Status) -> &'static str {
    match status {
        Status::Approved => "Published",
        Status::Hold => "Awaiting moderation",
        Status::Spam | Status::Trash => "Not published",
    }
}

/// Shows the list.
pub(super) async fn show(owner: Owner, uri: Uri) -> Result<Response> {
    let query = Query::of(&uri);
    let before = query.number("before").map(CommentId);
    let (app, site) = (&owner.app, &owner.here.site);
    let listed = own_comments::list(app, site, &owner.visitor, before).await?;
    let told = match query.text("done").as_deref() {
        Some("edited") => Some("Your comment was changed."),
        Some("held") => Some("Your comment was changed. It is awaiting moderation."),
        Some("deleted") => Some("Your comment was deleted."),
        _ => None,
    };
    let mut others = Vec::new();
    for other in own_comments::other_sites(app, site, &owner.visitor).await? {
        let base = app.sites.base(&app.db, &app.config, &other).await?;
        others.push((title_of(&other), format!("{base}{}", super::PATH)));
    }
    let zone = Arc::clone(site);
    // What people wrote may be long: filtering it keeps nobody else waiting.
    let shown = listed.shown;
    let rows = tokio::task::spawn_blocking(move || shown.iter().map(|shown| Row::of(&zone, shown)).collect::<Vec<_>>());
    let rows = rows.await.map_err(|e| crate::error::Error::internal(format!("one's own comments: {e}")))?;
    let page = CommentsPage {
        chrome: Chrome::of(&owner, "Your comments", "comments").with(told),
        rows,
        is_later: before.is_some(),
        older: listed.older,
        others,
    };
    owner.page(StatusCode::OK, &page)
}

fn title_of(site: &Site) -> String {
    if site.title.is_empty() { site.home_host().to_owned() } else { site.title.clone() }
}
