//! `wp.newComment` (WP 7.1 §3.6). Nobody comments here without a log-in, as in WordPress by default.

use url::Url;

use super::{Answer, Context, Method, Params, Value};
use crate::actions::find_post;
use crate::actions::submit_comment::{Given, Refusal, Signals, Submission, submit_comment};
use crate::error::Error;
use crate::model::comment::{CommentType, NewComment, Status};
use crate::model::ids::{CommentId, PostId};
use crate::model::post::Post;
use crate::store::comments;
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::log_in::Caller;

pub(super) const METHOD: Method = Method {
    name: "wp.newComment",
    signatures: &[
        &["int", "int", "string", "string", "int", "struct"],
        &["int", "int", "string", "string", "string", "struct"],
    ],
    help: "Comments on a post and answers the comment's number. Takes the blog's number, name, password, the post's number or address, and content and comment_parent.",
    handler: |context, params| Box::pin(new_comment(context, params)),
};

async fn new_comment(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    let post = post_of(context, params.get(3)).await?.ok_or_else(Fault::no_such_post)?;
    let account = caller.account().clone();
    let parent_id = params.member(4, "comment_parent").map_or(0, |v| v.to_int().saturating_abs());
    let comment = NewComment {
        post_id: post.id.0,
        parent_id: parent(context, &caller, &post, parent_id).await?,
        author: account.display_name.clone(),
        email: account.email.clone(),
        url: account.url.clone(),
        content: params.member_text(4, "content"),
    };
    let submission = Submission {
        comment,
        kind: CommentType::Comment,
        client: context.client.clone(),
        author: Some((caller.actor.clone(), account)),
        identity: None,
        sent_by: None,
        given: Given::default(),
        signals: Signals::default(),
        idempotency_key: None,
        claim: None,
    };
    match submit_comment(&context.app, &context.site, submission).await {
        Ok(Ok(accepted)) => Ok(accepted.comment.id.0.into()),
        Ok(Err(refusal)) => Err(refused(refusal)),
        Err(Error::TooMany { .. }) => Err(Fault::too_quickly()),
        Err(error) => Err(error.into()),
    }
}

/// The post of this number or address.
async fn post_of(context: &Context, named: Option<&Value>) -> Result<Option<std::sync::Arc<Post>>, Error> {
    let (app, site) = (&context.app, &context.site);
    match named {
        Some(Value::String(text)) if text.parse::<f64>().is_err() => match Url::parse(text) {
            Ok(url) => find_post::by_url(app, site, &context.base, &url).await,
            Err(_) => Ok(None),
        },
        named => find_post::by_id(app, site.id, PostId(named.map_or(0, |v| v.to_int().saturating_abs()))).await,
    }
}

/// The comment that is answered, or none: what is neither approved nor held has no answers (WP 7.1 §3.6),
/// and what is held only from those who may approve it.
async fn parent(context: &Context, caller: &Caller, post: &Post, id: i64) -> Result<i64, Error> {
    let found = comments::find(&context.app.db, context.site.id, CommentId(id)).await?;
    let is_answered = found.is_some_and(|parent| match parent.status {
        Status::Approved => true,
        Status::Hold => caller.actor.may_moderate_under(post.account_id),
        Status::Spam | Status::Trash => false,
    });
    Ok(if is_answered { id } else { 0 })
}

/// WordPress has 403 for all of them here, and words of its own for one.
fn refused(refusal: Refusal) -> Fault {
    match refusal {
        Refusal::PostNotFound => Fault::no_such_post(),
        Refusal::RequireComment => Fault::new(403, "Comment is required."),
        refusal => Fault::new(403, refusal.text()),
    }
}
