//! `wp.getComment` and `wp.getComments` (WP 7.1 §3.4, §3.5).

use super::comment::{find, to_struct};
use super::{Answer, Context, Method, Params, Value};
use crate::model::comment::Status;
use crate::model::ids::PostId;
use crate::model::role::Capability;
use crate::store::comments::{self, Filter};
use crate::store::posts;
use crate::xmlrpc::fault::Fault;

/// Comments in an answer that names no number.
const COMMENTS_DEFAULT: i64 = 10;
/// Comments in an answer. WordPress has no limit.
const COMMENTS_MAX: i64 = 500;

pub(super) const GET_COMMENT: Method = Method {
    name: "wp.getComment",
    signatures: &[&["struct", "int", "string", "string", "int"]],
    help: "Answers a comment. Takes the blog's number, name, password, and the comment's number.",
    handler: |context, params| Box::pin(get_comment(context, params)),
};

pub(super) const GET_COMMENTS: Method = Method {
    name: "wp.getComments",
    signatures: &[&["array", "int", "string", "string"], &["array", "int", "string", "string", "struct"]],
    help: "Answers comments, newest first. Takes the blog's number, name, password, and a filter: status, post_id, post_type, number, offset.",
    handler: |context, params| Box::pin(get_comments(context, params)),
};

async fn get_comment(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    let (comment, post) = find(context, &caller, params.int(3), "moderate or edit this comment").await?;
    Ok(to_struct(&caller, &comment, post.as_deref()))
}

async fn get_comments(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    let status = params.member_text(3, "status");
    // Who does not moderate may ask for what readers see, by exactly this name.
    if !caller.can(Capability::ModerateComments) && status != "approve" {
        return Err(Fault::invalid_comment_status());
    }
    let post_kind = match params.member_text(3, "post_type").as_str() {
        "" => None,
        "post" => Some("post"),
        "page" => Some("page"),
        // WordPress's third kind that takes comments, of which there are none here.
        "attachment" => return Ok(Value::Array(Vec::new())),
        _ => return Err(Fault::invalid_post_type(404)),
    };
    let Some(statuses) = statuses(&status) else { return Ok(Value::Array(Vec::new())) };
    let post = params.member(3, "post_id").map(|v| v.to_int().saturating_abs()).filter(|id| *id != 0);
    let filter = Filter { statuses, post: post.map(PostId), post_kind, ..Filter::default() };
    let (number, offset) = (params.number(3, COMMENTS_DEFAULT, COMMENTS_MAX), params.offset(3));
    let (db, site) = (&context.app.db, context.site.id);
    let found = comments::list(db, site, &filter, number, offset).await?;
    let mut ids: Vec<PostId> = found.iter().map(|c| c.post_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let posts = posts::find_many(db, site, &ids).await?;
    let post_of = |id: PostId| posts.iter().find(|p| p.id == id);
    Ok(Value::Array(found.iter().map(|c| to_struct(&caller, c, post_of(c.post_id))).collect()))
}

/// The statuses that a filter's name stands for; `None` when nothing has it (WP 7.1 §3.5).
fn statuses(name: &str) -> Option<Vec<Status>> {
    Some(match name {
        "" | "all" => vec![Status::Hold, Status::Approved],
        "approve" | "1" => vec![Status::Approved],
        "hold" | "0" => vec![Status::Hold],
        "spam" => vec![Status::Spam],
        "trash" => vec![Status::Trash],
        "any" => Status::ALL.to_vec(),
        _ => return None,
    })
}
