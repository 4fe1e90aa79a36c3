//! `wp.getCommentCount` and `wp.getCommentStatusList` (WP 7.1 §3.3, §3.9).

use super::comment::STATUSES;
use super::{Answer, Context, Method, Params, Value};
use crate::actions::find_post;
use crate::model::comment::Status;
use crate::model::ids::PostId;
use crate::model::role::Capability;
use crate::store::comments::{self, Filter};
use crate::xmlrpc::fault::Fault;

pub(super) const GET_COMMENT_COUNT: Method = Method {
    name: "wp.getCommentCount",
    signatures: &[&["struct", "int", "string", "string", "int"]],
    help: "Answers how many comments a post has, by status. Takes the blog's number, name, password, and the post's number.",
    handler: |context, params| Box::pin(get_comment_count(context, params)),
};

pub(super) const GET_COMMENT_STATUS_LIST: Method = Method {
    name: "wp.getCommentStatusList",
    signatures: &[&["struct", "int", "string", "string"]],
    help: "Answers the statuses of comments, each with its label. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(get_comment_status_list(context, params)),
};

async fn get_comment_count(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    let post = find_post::by_id(&context.app, context.site.id, PostId(params.int(3))).await?;
    let post = post.ok_or_else(Fault::no_such_post)?;
    if !caller.actor.may_edit_post(post.account_id) {
        return Err(Fault::not_allowed(403, "access details of this post"));
    }
    let filter = Filter { post: Some(post.id), ..Filter::default() };
    let counts = comments::count_by_status(&context.app.db, context.site.id, &filter).await?;
    let of = |status: Status| counts.iter().find(|(s, _)| *s == status).map_or(0, |(_, count)| *count);
    let (approved, held, spam) = (of(Status::Approved), of(Status::Hold), of(Status::Spam));
    Ok(Value::object([
        ("approved", approved.into()),
        ("awaiting_moderation", held.into()),
        ("spam", spam.into()),
        // With spam and without what is in the Trash, as in WordPress.
        ("total_comments", (approved + held + spam).into()),
    ]))
}

async fn get_comment_status_list(context: &Context, params: Vec<Value>) -> Answer {
    let caller = Params::new(params).log_in(context, 1).await?;
    caller.require(Capability::EditPublishedPosts, 403, "access details about this site")?;
    Ok(Value::object(STATUSES.map(|(_, name, label)| (name, label.into()))))
}
