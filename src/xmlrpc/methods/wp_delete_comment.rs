//! `wp.deleteComment` (WP 7.1 §3.8): to the Trash first, and from there, or from spam, for ever.

use super::comment::find;
use super::{Answer, Context, Method, Params, Value};
use crate::actions::moderate_comments::{Outcome, Verb, moderate};
use crate::xmlrpc::fault::Fault;

pub(super) const METHOD: Method = Method {
    name: "wp.deleteComment",
    signatures: &[&["boolean", "int", "string", "string", "int"]],
    help: "Moves a comment to the Trash, or deletes it from there or from spam. Takes the blog's number, name, password, and the comment's number.",
    handler: |context, params| Box::pin(delete(context, params)),
};

async fn delete(context: &Context, params: Vec<Value>) -> Answer {
    const NOT_ALLOWED: &str = "delete this comment";
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    let (comment, _) = find(context, &caller, params.int(3), NOT_ALLOWED).await?;
    let items = moderate(&context.app, &context.site, &caller.actor, Verb::Delete, &[comment.id]).await?;
    match items.first().map(|item| item.outcome) {
        Some(Outcome::Changed { .. } | Outcome::Deleted { .. } | Outcome::Already(_)) => Ok(true.into()),
        Some(Outcome::Forbidden) => Err(Fault::not_allowed(403, NOT_ALLOWED)),
        Some(Outcome::Missing) | None => Err(Fault::no_such_comment()),
    }
}
