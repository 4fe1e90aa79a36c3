//! `system.multicall`: several calls in one request, one after the other.

use super::{Answer, Context, Method, Value, call};
use crate::limits::Limit;
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::multicall;

pub(super) const METHOD: Method = Method {
    name: multicall::NAME,
    signatures: &[&["array", "array"]],
    help: "Makes several calls, each a struct of methodName and params, and answers an array: for each call an array of its result, or a fault as a struct.",
    handler: |context, params| Box::pin(run(context, params)),
};

async fn run(context: &Context, params: Vec<Value>) -> Answer {
    let mut outcomes = Vec::new();
    for (at, entry) in multicall::entries(params)?.into_iter().enumerate() {
        let answer = match entry {
            // The request was counted when it came; the first call is that one.
            Ok(_) if at > 0 && is_over_limit(context) => Err(Fault::too_quickly()),
            Ok(one) => call(context, one).await,
            Err(fault) => Err(fault),
        };
        outcomes.push(multicall::outcome(answer));
    }
    Ok(Value::Array(outcomes))
}

fn is_over_limit(context: &Context) -> bool {
    context.app.limits.check_client(Limit::XmlRpcCalls, context.client.ip).is_err()
}
