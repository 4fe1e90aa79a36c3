//! `POST`, `PUT` and `PATCH wp/v2/comments/{id}` (WP 7.1 comments §8.6): the request read for
//! `actions/edit_comment`.

use super::read::{find, shown};
use crate::actions::edit_comment::{Changes, change_comment};
use crate::actions::find_post;
use crate::actions::moderate_comments::Verb;
use crate::model::comment::Comment;
use crate::model::date;
use crate::model::time::Timestamp;
use crate::web::rest::call::{Call, Context, Outcome};
use crate::web::rest::error::{self, Problem, Said};

/// Changes a comment.
pub(in crate::web::rest) async fn update(call: Call) -> Outcome {
    let comment = find(&call).await?;
    let Some(actor) = call.who.actor() else { return Err(error::CANNOT_EDIT.into()) };
    check_permission(&call, &comment, error::CANNOT_EDIT).await?;
    if call.args.text("type").is_some_and(|kind| kind != comment.kind.as_str()) {
        return Err(error::CANNOT_CHANGE_TYPE.into());
    }
    check_meta(&call)?;
    let args = &call.args;
    let changes = Changes {
        author: args.given_text("author_name"),
        email: args.given_text("author_email"),
        url: args.given_text("author_url"),
        content: args.given_text("content"),
        status: args.text("status").and_then(verb),
        post: args.int("post"),
        parent: args.int("parent"),
        account: args.int("author"),
        ip: args.given_text("author_ip"),
        agent: args.given_text("author_user_agent"),
        created_at: written_at(&call),
        in_trash: true,
    };
    let changed = change_comment(&call.app, &call.here.site, &actor, comment.id, changes).await??;
    shown(&call, &changed.comment, Context::Edit).await
}

/// Whether the client may moderate the comment, in the words of what was tried.
pub(super) async fn check_permission(call: &Call, comment: &Comment, denied: Said) -> Result<(), Problem> {
    let post = find_post::by_id(&call.app, call.here.site.id, comment.post_id).await?;
    if call.who.may_moderate_under(post.and_then(|post| post.account_id)) {
        return Ok(());
    }
    Err(denied.into())
}

/// What a status asks for; nothing where it means nothing, as in WordPress.
fn verb(status: &str) -> Option<Verb> {
    Some(match status {
        "approved" | "approve" | "1" => Verb::Approve,
        "hold" | "0" => Verb::Unapprove,
        "spam" => Verb::Spam,
        "unspam" => Verb::Unspam,
        "trash" => Verb::Trash,
        "untrash" => Verb::Untrash,
        _ => return None,
    })
}

/// When the client says that it was written: by the site's clock, else by UTC.
pub(super) fn written_at(call: &Call) -> Option<Timestamp> {
    call.time("date").or_else(|| date::read(call.args.text("date_gmt")?, "UTC"))
}

/// No meta is kept. Names that are not registered are left out, as in WordPress; the one that 7.1 registers
/// is a note's, and there are no notes.
pub(super) fn check_meta(call: &Call) -> Result<(), Problem> {
    let note = call.args.object("meta").and_then(|meta| meta.get("_wp_note_status"));
    if note.is_some_and(|status| !status.is_null()) {
        return Err(error::CANNOT_SET_META.into());
    }
    Ok(())
}
