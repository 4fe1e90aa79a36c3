//! Replying from the desk: the form, and the one call of the intake.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;

use crate::actions::moderate_comments::{self, Verb};
use crate::actions::submit_comment::{Given, Refusal, Signals, Submission, submit_comment};
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::comment::{Comment, CommentType, NewComment, Status};
use crate::web::desk::act::back;
use crate::web::desk::chrome::{Chrome, Desk, From};
use crate::web::desk::comment::{FieldError, find};
use crate::web::desk::fields::{Form, Query};
use crate::web::desk::respond::{Answer, own_path, page, see};
use crate::web::desk::row::{Around, Row};

#[derive(Template)]
#[template(path = "web/desk/reply.html")]
struct ReplyPage {
    chrome: Chrome,
    row: Row,
    action: String,
    back: String,
    content: String,
    is_pending: bool,
    error: Option<FieldError>,
}

/// `GET /desk/comments/{id}/reply`.
pub(super) async fn show(desk: Desk, Path(id): Path<String>, Query(query): Query) -> Answer {
    let (comment, around) = find(&desk, &id).await?;
    let back = own_path(query.get("back")).unwrap_or_else(|| desk.path("/desk/comments", &[]));
    reply_page(&desk, &comment, &around, String::new(), back, None).await
}

/// `POST /desk/comments/{id}/reply`: `content`, and `approve_parent` (WP 7.1 §10.4).
pub(super) async fn submit(desk: Desk, From(client): From, Path(id): Path<String>, Form(form): Form) -> Answer {
    let (comment, around) = find(&desk, &id).await?;
    let content = form.get("content").trim().to_owned();
    let sent = match content.as_str() {
        "" => Err(Error::invalid("content", "Please type your comment text.")),
        _ => send(&desk, &client, &comment, content.clone(), form.has("approve_parent")).await,
    };
    match sent {
        Ok(()) => Ok(see(&back(&desk, &form, "done", "replied"))),
        Err(error) => {
            let error = FieldError::of(error)?;
            let back = own_path(form.get("back")).unwrap_or_else(|| desk.path("/desk/comments", &[]));
            reply_page(&desk, &comment, &around, content, back, Some(error)).await
        }
    }
}

/// Approves the comment that is answered, where asked to, and hands the reply to the intake.
async fn send(desk: &Desk, client: &Client, parent: &Comment, content: String, approve_parent: bool) -> Result<()> {
    let account = &desk.visitor.account;
    let new = NewComment {
        post_id: parent.post_id.0,
        parent_id: parent.id.0,
        author: account.display_name.clone(),
        email: account.email.clone(),
        url: account.url.clone(),
        content,
    };
    if parent.status == Status::Hold {
        // The form has a box for it: who does not tick it would answer what readers do not see.
        if !approve_parent {
            return Err(Error::invalid("content", Refusal::ReplyToUnapproved.text()));
        }
        moderate_comments::moderate(&desk.app, &desk.site, &desk.actor, Verb::Approve, &[parent.id]).await?;
    }
    intake(desk, client, new).await
}

/// The one call of `actions/submit_comment`.
async fn intake(desk: &Desk, client: &Client, new: NewComment) -> Result<()> {
    let submission = Submission {
        comment: new,
        kind: CommentType::Comment,
        client: client.clone(),
        author: Some((desk.actor.clone(), desk.visitor.account.clone())),
        identity: desk.visitor.session.identity_id,
        sent_by: None,
        given: Given::default(),
        signals: Signals::default(),
        idempotency_key: None,
        claim: None,
    };
    submit_comment(&desk.app, &desk.site, submission)
        .await?
        .map_err(|refusal| Error::invalid("content", refusal.text()))?;
    Ok(())
}

async fn reply_page(
    desk: &Desk,
    comment: &Comment,
    around: &Around,
    content: String,
    back: String,
    error: Option<FieldError>,
) -> Answer {
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let template = ReplyPage {
        chrome: desk.chrome("Reply to Comment", "comments").await?,
        row: around.row(desk, comment),
        action: desk.path(&format!("/desk/comments/{}/reply", comment.id), &[]),
        back,
        content,
        is_pending: comment.status == Status::Hold,
        error,
    };
    page(status, &template)
}
