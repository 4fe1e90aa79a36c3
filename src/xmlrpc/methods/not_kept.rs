//! The methods that write posts, pages, terms, files and revisions. They are listed, because programs look
//! for the names of some before they connect (WP 7.1 §3.12), and answer that such things are not kept here.

use futures_util::future::BoxFuture;

use super::{Answer, Context, Method, Params, Value};
use crate::xmlrpc::fault::Fault;

const HELP: &str = "Not possible here: this server keeps comments only.";

/// A method that takes name and password after one other parameter.
pub(super) const fn after_one(name: &'static str) -> Method {
    Method { name, signatures: &[&["boolean", "string", "string", "string"]], help: HELP, handler: refuse::<1> }
}

/// A method that takes name and password after two others.
pub(super) const fn after_two(name: &'static str) -> Method {
    let signatures = &[&["boolean", "string", "string", "string", "string"] as &[_]];
    Method { name, signatures, help: HELP, handler: refuse::<2> }
}

/// Who is not logged in is told that first, as by every other method.
fn refuse<const AT: usize>(context: &Context, params: Vec<Value>) -> BoxFuture<'_, Answer> {
    Box::pin(async move {
        Params::new(params).log_in(context, AT).await?;
        Err(Fault::comments_only())
    })
}
