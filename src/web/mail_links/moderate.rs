//! `B/moderate?c=…&action=…`: a moderation link of a mail (`actions/moderate_by_link`). `GET` shows the comment
//! and asks, `POST` to the same address acts.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::{Parameters, count_visit, page, refused, told};
use crate::actions::moderate_by_link::{self, Link, Opened, fields};
use crate::actions::moderate_comments::{Outcome, Verb};
use crate::app::App;
use crate::error::Result;
use crate::model::client::Client;
use crate::model::comment::Status;
use crate::model::text::display_content;
use crate::model::text::escape::unescape;
use crate::web::site::Here;

#[derive(Template)]
#[template(path = "web/mail_links/moderate.html")]
struct Question {
    /// What is about to be done.
    words: &'static str,
    label: &'static str,
    is_final: bool,
    author: String,
    title: String,
    url: String,
    /// Clean HTML.
    content: String,
}

/// Asks.
pub async fn show(State(app): State<App>, here: Here, client: Client, parameters: Parameters) -> Result<Response> {
    count_visit(&app, &client)?;
    let opened = match moderate_by_link::open(&app, &here.site, &link(&parameters)).await {
        Ok(opened) => opened,
        Err(error) => return refused(error),
    };
    if !opened.is_current() {
        return already(opened.comment.status);
    }
    let Opened { verb, comment, post, .. } = opened;
    let (words, label) = words(verb);
    let question = Question {
        words,
        label,
        is_final: verb == Verb::Delete,
        author: unescape(&comment.author_name).into_owned(),
        title: if post.title.is_empty() { post.url.clone() } else { post.title },
        url: post.url,
        content: display_content(&comment.content, here.site.display()),
    };
    page(StatusCode::OK, &question)
}

/// Acts.
pub async fn act(State(app): State<App>, here: Here, client: Client, parameters: Parameters) -> Result<Response> {
    count_visit(&app, &client)?;
    match moderate_by_link::act(&app, &here.site, &link(&parameters)).await {
        Ok(Outcome::Changed { to, .. }) => told(StatusCode::OK, "Done", state(to)),
        Ok(Outcome::Deleted { .. }) => told(StatusCode::OK, "Done", "The comment was permanently deleted."),
        Ok(Outcome::Already(status)) => already(status),
        Ok(Outcome::Missing) => told(StatusCode::NOT_FOUND, "Gone", "This comment is gone: somebody has deleted it."),
        Ok(Outcome::Forbidden) => told(
            StatusCode::FORBIDDEN,
            "This link does not work",
            "Sorry, you are not allowed to edit comments on this post.",
        ),
        Err(error) => refused(error),
    }
}

fn link(parameters: &Parameters) -> Link {
    let text = |name: &str| parameters.get(name).cloned().unwrap_or_default();
    Link {
        comment: text(fields::COMMENT),
        action: text(fields::ACTION),
        from: text(fields::FROM),
        by: text(fields::BY),
        until: text(fields::UNTIL),
        key: text(fields::KEY),
    }
}

/// The comment has moved on since the mail was written; the link does nothing any more.
fn already(status: Status) -> Result<Response> {
    told(StatusCode::OK, "Somebody was faster", state(status))
}

fn state(status: Status) -> &'static str {
    match status {
        Status::Approved => "The comment is approved.",
        Status::Hold => "The comment is pending.",
        Status::Spam => "The comment is marked as spam.",
        Status::Trash => "The comment is in the Trash.",
    }
}

/// The desk's words (WP 7.1 §10.3).
fn words(verb: Verb) -> (&'static str, &'static str) {
    match verb {
        Verb::Approve => ("You are about to approve the following comment:", "Approve Comment"),
        Verb::Spam => ("You are about to mark the following comment as spam:", "Mark as Spam"),
        Verb::Trash => ("You are about to move the following comment to the Trash:", "Move to Trash"),
        Verb::Delete => ("You are about to delete the following comment:", "Permanently Delete Comment"),
        Verb::Unapprove | Verb::Unspam | Verb::Untrash => {
            ("You are about to change the following comment:", "Change Comment")
        }
    }
}
