//! The pages about one comment: Edit and Quick Edit, and the question before a verb that a link asked for.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;

use crate::actions::edit_comment::{Changes, edit_comment};
use crate::actions::moderate_comments::Verb;
use crate::error::{Error, Result};
use crate::model::comment::{Comment, Status};
use crate::model::ids::CommentId;
use crate::store::comments;
use crate::web::desk::act::back;
use crate::web::desk::chrome::{Chrome, Desk};
use crate::web::desk::fields::{Form, Query};
use crate::web::desk::respond::{Answer, own_path, page, see};
use crate::web::desk::row::{Around, Row, may_act};
use crate::web::desk::show;

#[derive(Template)]
#[template(path = "web/desk/edit.html")]
struct EditPage {
    chrome: Chrome,
    row: Row,
    action: String,
    back: String,
    typed: Typed,
    is_quick: bool,
    statuses: Vec<(&'static str, &'static str, bool)>,
    error: Option<FieldError>,
}

/// A comment as a moderator typed it.
#[derive(Clone, Debug)]
struct Typed {
    author: String,
    email: String,
    url: String,
    content: String,
    status: Option<Status>,
}

impl Typed {
    fn changes(&self) -> Changes {
        Changes {
            author: Some(self.author.clone()),
            email: Some(self.email.clone()),
            url: Some(self.url.clone()),
            content: Some(self.content.clone()),
            status: self.status.map(Verb::to),
            ..Changes::default()
        }
    }
}

/// What is wrong with which field.
pub(super) struct FieldError {
    pub(super) field: &'static str,
    pub(super) message: String,
}

impl FieldError {
    /// A refused value as its field's error; any other failure stays one.
    pub(super) fn of(error: Error) -> Result<Self> {
        match error {
            Error::Invalid { field, message } => Ok(Self { field, message }),
            other => Err(other),
        }
    }
}

/// A comment that the actor may act on, with what is around it.
pub(super) async fn find(desk: &Desk, id: &str) -> Result<(Comment, Around)> {
    let missing = || Error::not_found("Invalid comment ID.");
    let id: CommentId = id.parse().map_err(|_| missing())?;
    let comment = comments::find(&desk.app.db, desk.site.id, id).await?.ok_or_else(missing)?;
    let around = Around::read(desk, std::slice::from_ref(&comment)).await?;
    if !may_act(&desk.actor, around.post(&comment)) {
        return Err(Error::Forbidden("Sorry, you are not allowed to edit comments on this post.".into()));
    }
    Ok((comment, around))
}

/// `GET /desk/comments/{id}/edit`; `?quick=1` shows the fields of Quick Edit only.
pub(super) async fn edit(desk: Desk, Path(id): Path<String>, Query(query): Query) -> Answer {
    let (comment, around) = find(&desk, &id).await?;
    let typed = Typed {
        author: show::plain(&comment.author_name),
        email: show::plain(&comment.author_email),
        url: show::plain(&comment.author_url),
        content: comment.content.clone(),
        status: Some(comment.status),
    };
    let back = own_path(query.get("back")).unwrap_or_else(|| desk.path("/desk/comments", &[]));
    edit_page(&desk, &comment, &around, typed, query.has("quick"), back, None).await
}

/// `POST /desk/comments/{id}/edit` with WordPress's field names.
pub(super) async fn save(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    let (comment, around) = find(&desk, &id).await?;
    let typed = Typed {
        author: form.get("newcomment_author").to_owned(),
        email: form.get("newcomment_author_email").to_owned(),
        url: form.get("newcomment_author_url").to_owned(),
        content: form.get("content").to_owned(),
        status: Status::parse(form.get("comment_status")),
    };
    match edit_comment(&desk.app, &desk.site, &desk.actor, comment.id, typed.changes()).await {
        Ok(_changed) => Ok(see(&format!("{}#comment-{}", back(&desk, &form, "done", "edited"), comment.id))),
        Err(error) => {
            let error = FieldError::of(error)?;
            let back = own_path(form.get("back")).unwrap_or_else(|| desk.path("/desk/comments", &[]));
            edit_page(&desk, &comment, &around, typed, form.has("quick"), back, Some(error)).await
        }
    }
}

async fn edit_page(
    desk: &Desk,
    comment: &Comment,
    around: &Around,
    typed: Typed,
    is_quick: bool,
    back: String,
    error: Option<FieldError>,
) -> Answer {
    let chosen = typed.status.unwrap_or(comment.status);
    let choices = [(Status::Approved, "Approved"), (Status::Hold, "Pending"), (Status::Spam, "Spam")];
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let template = EditPage {
        chrome: desk.chrome(if is_quick { "Quick Edit" } else { "Edit Comment" }, "comments").await?,
        row: around.row(desk, comment),
        action: desk.path(&format!("/desk/comments/{}/edit", comment.id), &[]),
        back,
        typed,
        is_quick,
        statuses: choices.into_iter().map(|(s, label)| (s.as_str(), label, s == chosen)).collect(),
        error,
    };
    page(status, &template)
}

#[derive(Template)]
#[template(path = "web/desk/confirm.html")]
struct ConfirmPage {
    chrome: Chrome,
    row: Row,
    question: &'static str,
    label: &'static str,
    verb: &'static str,
    action: String,
    back: String,
    is_final: bool,
    already: Option<&'static str>,
}

/// `GET /desk/comments/{id}/{verb}`: shows the comment and asks; a link changes nothing.
pub(super) async fn confirm(desk: Desk, Path((id, verb)): Path<(String, String)>, Query(query): Query) -> Answer {
    let verb = Verb::parse(&verb).ok_or_else(|| Error::not_found("There is no such page."))?;
    let (comment, around) = find(&desk, &id).await?;
    let (question, label) = question(verb);
    let already = match (verb, comment.status) {
        (Verb::Approve, Status::Approved) => Some("This comment is already approved."),
        (Verb::Unapprove, Status::Hold) => Some("This comment is already pending."),
        (Verb::Spam, Status::Spam) => Some("This comment is already marked as spam."),
        (Verb::Trash, Status::Trash) => Some("This comment is already in the Trash."),
        _ => None,
    };
    let template = ConfirmPage {
        chrome: desk.chrome("Moderate Comment", "comments").await?,
        row: around.row(&desk, &comment),
        question,
        label,
        verb: verb.as_str(),
        action: desk.path("/desk/comments", &[]),
        back: own_path(query.get("back")).unwrap_or_else(|| desk.path("/desk/comments", &[])),
        is_final: verb == Verb::Delete,
        already,
    };
    page(StatusCode::OK, &template)
}

fn question(verb: Verb) -> (&'static str, &'static str) {
    match verb {
        Verb::Approve => ("You are about to approve the following comment:", "Approve Comment"),
        Verb::Unapprove => ("You are about to unapprove the following comment:", "Unapprove Comment"),
        Verb::Spam => ("You are about to mark the following comment as spam:", "Mark as Spam"),
        Verb::Unspam => ("You are about to take the following comment out of the spam:", "Not Spam"),
        Verb::Trash => ("You are about to move the following comment to the Trash:", "Move to Trash"),
        Verb::Untrash => ("You are about to restore the following comment from the Trash:", "Restore"),
        Verb::Delete => ("You are about to delete the following comment:", "Permanently Delete Comment"),
    }
}
