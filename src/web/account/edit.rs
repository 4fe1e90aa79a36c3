//! `B/account/comments/{id}`: changing the text of one's own comment, and `…/delete`: deleting it, after a question.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::{Extensions, StatusCode};

use super::Chrome;
use super::comments::Row;
use super::owner::{Owner, Sent};
use crate::actions::own_comments::{self, Edit, Shown};
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::comment::Status;
use crate::model::ids::CommentId;
use crate::model::text::lengths::CONTENT_BYTES_MAX;
use crate::model::text::typed_content;

#[derive(Template)]
#[template(path = "web/account/edit.html")]
struct EditPage {
    chrome: Chrome,
    row: Row,
    /// The text in the field.
    typed: String,
    /// By which the text is known that was shown.
    seen: String,
    /// Why it cannot be changed.
    closed: Option<&'static str>,
    error: Option<String>,
    bytes_max: usize,
}

#[derive(Template)]
#[template(path = "web/account/delete_comment.html")]
struct DeletePage {
    chrome: Chrome,
    row: Row,
    closed: Option<&'static str>,
    /// Days for which a moderator can bring it back; none where the site keeps no Trash.
    trash_days: Option<i64>,
}

type Parameters = Path<HashMap<String, String>>;

fn id_of(path: &Parameters) -> Result<CommentId> {
    let id = path.get("id").and_then(|id| id.parse().ok());
    id.ok_or_else(|| Error::not_found("You have no such comment here. It may have been deleted."))
}

async fn find(owner: &Owner, path: &Parameters) -> Result<Shown> {
    own_comments::find(&owner.app, &owner.here.site, &owner.visitor, id_of(path)?).await
}

/// Shows the form.
pub(super) async fn show(owner: Owner, path: Parameters) -> Result<Response> {
    let shown = find(&owner, &path).await?;
    let typed = typed_content(&shown.comment.content, owner.here.site.home_host());
    edit_page(&owner, StatusCode::OK, &shown, typed, None)
}

fn edit_page(
    owner: &Owner,
    status: StatusCode,
    shown: &Shown,
    typed: String,
    error: Option<String>,
) -> Result<Response> {
    let page = EditPage {
        chrome: Chrome::of(owner, "Change your comment", "comments"),
        row: Row::of(&owner.here.site, shown),
        typed,
        seen: own_comments::mark_of(&owner.app, &shown.comment),
        closed: shown.edit.err().map(crate::model::own_comment::TooLate::words),
        error,
        bytes_max: CONTENT_BYTES_MAX,
    };
    owner.page(status, &page)
}

/// Saves: `comment`, `seen`. What was typed is never lost.
pub(super) async fn save(path: Parameters, extensions: Extensions, sent: Sent) -> Result<Response> {
    let Sent { owner, form } = sent;
    let client =
        extensions.get::<Client>().cloned().ok_or_else(|| Error::internal("the router did not name the client"))?;
    let content = form.text("comment").replace("\r\n", "\n");
    let edit = Edit { id: id_of(&path)?, content: content.clone(), seen: form.text("seen").to_owned(), client };
    match own_comments::edit(&owner.app, &owner.here.site, &owner.visitor, edit).await {
        Ok(changed) if changed.status == Status::Approved => owner.see("/account?done=edited"),
        Ok(_) => owner.see("/account?done=held"),
        Err(error @ (Error::Invalid { .. } | Error::Conflict(_) | Error::TooMany { .. })) => {
            let shown = find(&owner, &path).await?;
            edit_page(&owner, error.status(), &shown, content, Some(error.to_string()))
        }
        Err(error) => Err(error),
    }
}

/// Asks whether it is to go.
pub(super) async fn ask(owner: Owner, path: Parameters) -> Result<Response> {
    let shown = find(&owner, &path).await?;
    let days = owner.here.site.options.empty_trash_days;
    let page = DeletePage {
        chrome: Chrome::of(&owner, "Delete your comment", "comments"),
        row: Row::of(&owner.here.site, &shown),
        closed: shown.delete.err().map(crate::model::own_comment::TooLate::words),
        trash_days: Some(days).filter(|days| *days > 0),
    };
    owner.page(StatusCode::OK, &page)
}

/// Deletes it.
pub(super) async fn delete(path: Parameters, sent: Sent) -> Result<Response> {
    let owner = sent.owner;
    own_comments::delete(&owner.app, &owner.here.site, &owner.visitor, id_of(&path)?).await?;
    owner.see("/account?done=deleted")
}
