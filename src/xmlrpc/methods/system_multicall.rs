//! `system.multicall`: several calls in one request, one after the other.

use super::{Answer, Context, Method, Value, call};
use crate::xmlrpc::multicall;

pub(super) const METHOD: Method = Method {
    name: multicall::NAME,
    signatures: &[&["array", "array"]],
    help: "Makes several calls, each a struct of methodName and params, and answers an array: for each call an array of its result, or a fault as a struct.",
    handler: |context, params| Box::pin(run(context, params)),
};

async fn run(context: &Context, params: Vec<Value>) -> Answer {
    let mut outcomes = Vec::new();
    for entry in multicall::entries(params)? {
        let answer = match entry {
            Ok(one) => call(context, one).await,
            Err(fault) => Err(fault),
        };
        outcomes.push(multicall::outcome(answer));
    }
    Ok(Value::Array(outcomes))
}
