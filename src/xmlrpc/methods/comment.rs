//! What the comment methods share: a comment as a struct, and finding the one that a call names.

use std::sync::Arc;

use super::{Context, Value};
use crate::actions::find_post;
use crate::model::comment::{Comment, Status};
use crate::model::ids::CommentId;
use crate::model::permalink;
use crate::model::post::Post;
use crate::model::text::escape::esc_text;
use crate::store::comments;
use crate::xmlrpc::codec::DateTime;
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::log_in::Caller;

/// WordPress's names of the statuses here; elsewhere they have others (WP 7.1 §3.2).
pub(super) const STATUSES: [(Status, &str, &str); 4] = [
    (Status::Hold, "hold", "Unapproved"),
    (Status::Approved, "approve", "Approved"),
    (Status::Spam, "spam", "Spam"),
    (Status::Trash, "trash", "Trash"),
];

/// The status of this name.
pub(super) fn parse_status(name: &str) -> Option<Status> {
    STATUSES.iter().find(|(_, n, _)| *n == name).map(|(status, ..)| *status)
}

fn status_name(status: Status) -> &'static str {
    STATUSES.iter().find(|(s, ..)| *s == status).map_or("", |(_, name, _)| name)
}

/// The comment of this number, if the caller may moderate it; else 404, or 403 with what is not allowed.
pub(super) async fn find(
    context: &Context,
    caller: &Caller,
    id: i64,
    not_allowed: &str,
) -> Result<(Comment, Option<Arc<Post>>), Fault> {
    let found = comments::find(&context.app.db, context.site.id, CommentId(id)).await?;
    let comment = found.ok_or_else(Fault::no_such_comment)?;
    let post = find_post::by_id(&context.app, context.site.id, comment.post_id).await?;
    if !caller.actor.may_moderate_under(post.as_ref().and_then(|p| p.account_id)) {
        return Err(Fault::not_allowed(403, not_allowed));
    }
    Ok((comment, post))
}

/// A comment as a struct: WordPress's members, types and order (WP 7.1 §3.2). E-mail and address are for
/// those who may moderate it; WordPress tells them to every subscriber (Q18).
pub(super) fn to_struct(caller: &Caller, comment: &Comment, post: Option<&Post>) -> Value {
    let is_moderator = caller.actor.may_moderate_under(post.and_then(|p| p.account_id));
    let private = |text: &str| if is_moderator { text.into() } else { Value::from("") };
    let link = post.map(|p| permalink::of_comment(&p.url, comment.id)).unwrap_or_default();
    Value::object([
        ("date_created_gmt", DateTime::gmt(comment.created_at).into()),
        ("user_id", comment.account_id.map_or_else(|| "0".into(), |id| id.to_string()).into()),
        ("comment_id", comment.id.to_string().into()),
        ("parent", comment.parent_id.map_or_else(|| "0".into(), |id| id.to_string()).into()),
        ("status", status_name(comment.status).into()),
        ("content", comment.content.as_str().into()),
        ("link", link.into()),
        ("post_id", comment.post_id.to_string().into()),
        ("post_title", post.map(|p| esc_text(&p.title)).unwrap_or_default().into()),
        ("author", comment.author_name.as_str().into()),
        ("author_url", comment.author_url.as_str().into()),
        ("author_email", private(&comment.author_email)),
        ("author_ip", private(&comment.author_ip)),
        ("type", comment.kind.as_str().into()),
    ])
}
