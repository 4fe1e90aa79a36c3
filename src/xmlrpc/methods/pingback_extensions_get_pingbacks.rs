//! `pingback.extensions.getPingbacks`: which pages are known to link to a post. Approved ones only:
//! WordPress tells of held and spam ones too (WP 7.1 XML-RPC Q17).

use futures_util::future::BoxFuture;
use url::Url;

use super::pingback_ping::{masked, refused};
use super::{Answer, Context, Method, arguments};
use crate::actions::find_post;
use crate::error::Error;
use crate::model::linkback::LinkbackRefusal;
use crate::model::text::escape::unescape;
use crate::store::linkbacks;
use crate::xmlrpc::codec::Value;
use crate::xmlrpc::fault::Fault;

/// Its row in the table.
pub(super) const METHOD: Method = Method {
    name: "pingback.extensions.getPingbacks",
    signatures: &[&["array", "string"]],
    help: "The addresses of the pages whose links to the page of this address are approved.",
    handler: get_pingbacks,
};

fn get_pingbacks(context: &Context, params: Vec<Value>) -> BoxFuture<'_, Answer> {
    Box::pin(async move {
        let [Value::String(target)] = arguments::<1>(params)? else {
            return Err(masked(context, Fault::target_unusable()));
        };
        match sources(context, &target).await {
            Ok(Some(sources)) => Ok(Value::Array(sources.iter().map(|s| unescape(s).into_owned().into()).collect())),
            Ok(None) => Err(refused(context, LinkbackRefusal::TargetUnusable)),
            Err(error) => {
                error.log();
                Err(masked(context, Fault::upstream_failure()))
            }
        }
    })
}

async fn sources(context: &Context, target: &str) -> Result<Option<Vec<String>>, Error> {
    let Ok(target) = Url::parse(&target.replace("&amp;", "&")) else { return Ok(None) };
    let Some(post) = find_post::by_url(&context.app, &context.site, &context.base, &target).await? else {
        return Ok(None);
    };
    linkbacks::approved_sources(&context.app.db, context.site.id, post.id).await.map(Some)
}
