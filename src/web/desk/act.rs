//! What the queue's buttons send: a verb for one comment or many, Undo, Empty Spam and Empty Trash. Each
//! answers with a redirect to the list it came from, which tells what was done.

use crate::actions::empty_comments;
use crate::actions::moderate_comments::{self, Verb};
use crate::error::Error;
use crate::model::comment::Status;
use crate::model::ids::CommentId;
use crate::model::time::Timestamp;
use crate::web::desk::chrome::Desk;
use crate::web::desk::fields::{Fields, Form};
use crate::web::desk::notice::Notice;
use crate::web::desk::respond::{Answer, own_path, see};

/// `POST /desk/comments`: `action`, `delete_comments[]` (WordPress's names), `back`.
pub(super) async fn moderate(desk: Desk, Form(form): Form) -> Answer {
    let ids: Vec<CommentId> = form.all("delete_comments[]").filter_map(|id| id.parse().ok()).collect();
    let Some(verb) = Verb::parse(form.get("action")).filter(|_| !ids.is_empty()) else {
        return Ok(see(&back(&desk, &form, "done", "nothing")));
    };
    let items = moderate_comments::moderate(&desk.app, &desk.site, &desk.actor, verb, &ids).await?;
    Ok(tell(&desk, &form, verb.as_str(), &items))
}

/// `POST /desk/comments/undo`: the sealed notice of what is to be taken back.
pub(super) async fn undo(desk: Desk, Form(form): Form) -> Answer {
    let notice = Notice::unseal(&desk, form.get("undo"));
    let notice = notice.ok_or_else(|| Error::Conflict("This can no longer be taken back.".into()))?;
    let items = moderate_comments::undo(&desk.app, &desk.site, &desk.actor, &notice.steps).await?;
    Ok(tell(&desk, &form, "undo", &items))
}

/// `POST /desk/comments/empty`: `comment_status`, and when the page was made (`pagegen_timestamp`, in ms).
pub(super) async fn empty(desk: Desk, Form(form): Form) -> Answer {
    let status = Status::parse(form.get("comment_status"));
    let status = status.ok_or_else(|| Error::invalid("comment_status", "Only Spam and Trash can be emptied."))?;
    let made_at = form.get("pagegen_timestamp").parse().map(Timestamp);
    let made_at = made_at.map_err(|_| Error::invalid("pagegen_timestamp", "This is not a time."))?;
    let deleted = empty_comments::empty(&desk.app, &desk.site, &desk.actor, status, made_at).await?;
    let notice = Notice { verb: "delete".into(), deleted, ..Notice::default() };
    Ok(see(&back(&desk, &form, "notice", &notice.sealed(&desk))))
}

/// The redirect that tells what became of the comments.
fn tell(desk: &Desk, form: &Fields, verb: &str, items: &[moderate_comments::Item]) -> axum::response::Response {
    see(&back(desk, form, "notice", &Notice::of(verb, items).sealed(desk)))
}

/// The list that the form came from, or the queue, with one more parameter.
pub(super) fn back(desk: &Desk, form: &Fields, name: &str, value: &str) -> String {
    let path = own_path(form.get("back")).unwrap_or_else(|| desk.path("/desk/comments", &[]));
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    let kept = url::form_urlencoded::parse(query.as_bytes()).filter(|(n, _)| n != "notice" && n != "done");
    let query =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair(name, value).finish();
    format!("{path}?{query}")
}
