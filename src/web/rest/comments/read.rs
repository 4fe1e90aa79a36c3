//! `GET wp/v2/comments/{id}` (WP 7.1 comments §8.4), and how every verb finds its comment.

use super::object::Around;
use crate::app::App;
use crate::error::Result;
use crate::model::comment::Comment;
use crate::model::ids::CommentId;
use crate::model::role::Capability;
use crate::store::comments;
use crate::web::rest::call::{Call, Context, Outcome, Reply};
use crate::web::rest::error::{self, Problem};
use crate::web::rest::who::Who;
use crate::web::site::Here;

/// Shows a comment.
pub(in crate::web::rest) async fn read(call: Call) -> Outcome {
    let comment = find(&call).await?;
    if call.context() == Context::Edit && !call.who.can(Capability::ModerateComments) {
        return Err(error::FORBIDDEN_CONTEXT.into());
    }
    let around = Around::read(&call.app, &call.here, &call.who, std::slice::from_ref(&comment)).await?;
    if !around.is_readable(&comment) {
        return Err(error::CANNOT_READ.into());
    }
    Ok(Reply::ok(around.show(&comment, call.context(), &call.fields)).with_allow(around.allow(&comment)))
}

/// The methods that the client may use on a comment; none where there is none that it may read.
pub(in crate::web::rest) async fn allowed(
    app: &App,
    here: &Here,
    who: &Who,
    id: CommentId,
) -> Result<Vec<&'static str>> {
    let Some(comment) = comments::find(&app.db, here.site.id, id).await? else { return Ok(Vec::new()) };
    let around = Around::read(app, here, who, std::slice::from_ref(&comment)).await?;
    Ok(if around.is_readable(&comment) { around.allow(&comment).to_vec() } else { Vec::new() })
}

/// The comment of the address.
pub(super) async fn find(call: &Call) -> Result<Comment, Problem> {
    let found = comments::find(&call.app.db, call.here.site.id, CommentId(call.id())).await?;
    found.ok_or_else(|| error::COMMENT_INVALID_ID.into())
}

/// A comment after it was made or changed, to who may see all of it.
pub(super) async fn shown(call: &Call, comment: &Comment, context: Context) -> Outcome {
    let around = Around::read(&call.app, &call.here, &call.who, std::slice::from_ref(comment)).await?;
    Ok(Reply::ok(around.show(comment, context, &call.fields)).with_allow(around.allow(comment)))
}
