//! `pingback.ping` (Pingback 1.0 §3): a page says that it links here.

use futures_util::future::BoxFuture;

use super::{Answer, Context, Method, arguments};
use crate::actions::receive_linkback::{Claim, Received, receive_linkback};
use crate::error::Error;
use crate::model::linkback::{LinkbackRefusal, Protocol};
use crate::xmlrpc::codec::Value;
use crate::xmlrpc::fault::Fault;

/// Its row in the table.
pub(super) const METHOD: Method = Method {
    name: "pingback.ping",
    signatures: &[&["string", "string", "string"]],
    help: "Tells that the page of the first address links to the page of the second.",
    handler: ping,
};

fn ping(context: &Context, params: Vec<Value>) -> BoxFuture<'_, Answer> {
    Box::pin(async move {
        // A missing or odd argument is no URL; WordPress ends at the same fault (WP 7.1 XML-RPC §2.3).
        let Ok([Value::String(source), Value::String(target)]) = arguments::<2>(params) else {
            return Err(masked(context, Fault::invalid_url()));
        };
        let claim = Claim {
            protocol: Protocol::Pingback,
            source: source.clone(),
            target: target.clone(),
            said: None,
            client: context.client.clone(),
            since: context.since,
        };
        match receive_linkback(&context.app, &context.site, &context.base, claim).await {
            Ok(Ok(Received::Registered)) => {
                Ok(format!("Pingback from {source} to {target} registered. Keep the web talking! :-)").into())
            }
            Ok(Ok(Received::Accepted)) => Ok(format!(
                "Pingback from {source} to {target} received. It is being verified. Keep the web talking! :-)"
            )
            .into()),
            Ok(Err(refusal)) => Err(refused(context, refusal)),
            Err(Error::TooMany { .. }) => Err(Fault::too_quickly()),
            Err(error) => {
                error.log();
                Err(masked(context, Fault::upstream_failure()))
            }
        }
    })
}

/// The fault of a refusal. 48, 409 and 429 go out unmasked, as WordPress sends them (WP 7.1 XML-RPC §2.2).
pub(super) fn refused(context: &Context, refusal: LinkbackRefusal) -> Fault {
    match refusal {
        LinkbackRefusal::AlreadyRegistered => Fault::already_registered(),
        LinkbackRefusal::Duplicate => Fault::duplicate_comment(),
        LinkbackRefusal::TooMany => Fault::too_quickly(),
        LinkbackRefusal::InvalidSource => masked(context, Fault::invalid_url()),
        LinkbackRefusal::NotOurs => masked(context, Fault::no_link_to_us()),
        LinkbackRefusal::SameResource => masked(context, Fault::same_resource()),
        LinkbackRefusal::SourceMissing => masked(context, Fault::source_not_found()),
        LinkbackRefusal::NoLink => masked(context, Fault::source_without_link()),
        LinkbackRefusal::NoTitle => masked(context, Fault::source_without_title()),
        LinkbackRefusal::TargetMissing => masked(context, Fault::target_not_found()),
        LinkbackRefusal::TargetUnusable => masked(context, Fault::target_unusable()),
        LinkbackRefusal::AccessDenied => masked(context, Fault::access_denied()),
        LinkbackRefusal::UpstreamFailure => masked(context, Fault::upstream_failure()),
    }
}

/// Code 0 without a text, where the site hides its reasons as WordPress does.
pub(super) fn masked(context: &Context, fault: Fault) -> Fault {
    if context.site.options.xmlrpc_pingback_error == "masked" { Fault::masked() } else { fault }
}
