//! The methods of the door, in one table: listing, help, signatures and dispatch all read [`METHODS`].
//! A new method is a file that holds its [`Method`], and a row here. Called by the endpoint.

mod demo_add_two_numbers;
mod demo_say_hello;
mod pingback_extensions_get_pingbacks;
mod pingback_ping;
mod system_get_capabilities;
mod system_list_methods;
mod system_method_help;
mod system_method_signature;
mod system_multicall;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::codec::{MethodCall, Value};
use super::fault::Fault;
use tokio::time::Instant;

use crate::app::App;
use crate::model::client::Client;
use crate::model::site::Site;

/// Every method, in WordPress's order: the reverse of registration (WP 7.1 appendix A). WordPress has
/// no `system.methodSignature` and `system.methodHelp`.
pub const METHODS: &[Method] = &[
    system_multicall::METHOD,
    system_list_methods::METHOD,
    system_get_capabilities::METHOD,
    system_method_signature::METHOD,
    system_method_help::METHOD,
    demo_add_two_numbers::METHOD,
    demo_say_hello::METHOD,
    pingback_extensions_get_pingbacks::METHOD,
    pingback_ping::METHOD,
];

/// One method.
#[derive(Debug)]
pub struct Method {
    /// Its name on the wire, compared exactly.
    pub name: &'static str,
    /// Each way to call it: the type of the result, then of each parameter, by XML-RPC's names.
    pub signatures: &'static [&'static [&'static str]],
    /// What `system.methodHelp` answers.
    pub help: &'static str,
    handler: Handler,
}

/// What a method is called with besides its parameters.
#[derive(Debug)]
pub struct Context {
    /// The running program.
    pub app: App,
    /// The site that is called.
    pub site: Arc<Site>,
    /// Where its doors are, without a trailing slash.
    pub base: String,
    /// Who calls.
    pub client: Client,
    /// When the request began.
    pub since: Instant,
}

type Answer = Result<Value, Fault>;
type Handler = for<'a> fn(&'a Context, Vec<Value>) -> BoxFuture<'a, Answer>;

/// Runs the call, or answers -32601 (WP 7.1 D-1).
pub async fn call(context: &Context, call: MethodCall) -> Result<Value, Fault> {
    (named(&call.name)?.handler)(context, call.params).await
}

fn named(name: &str) -> Result<&'static Method, Fault> {
    METHODS.iter().find(|method| method.name == name).ok_or_else(|| Fault::method_not_found(name))
}

/// The answer of a method that has nothing to wait for.
fn ready(answer: Answer) -> BoxFuture<'static, Answer> {
    Box::pin(std::future::ready(answer))
}

/// The parameters by position. A single array stands for its items: `f(["a", "b"])` is `f("a", "b")`
/// (WP 7.1 D-2).
fn positional(params: Vec<Value>) -> Vec<Value> {
    match <[Value; 1]>::try_from(params) {
        Ok([Value::Array(items)]) => items,
        Ok([other]) => vec![other],
        Err(params) => params,
    }
}

/// The first `N` parameters by position. More are ignored, fewer are a 400 (WP 7.1 D-3).
fn arguments<const N: usize>(params: Vec<Value>) -> Result<[Value; N], Fault> {
    let mut given = positional(params);
    given.truncate(N);
    given.try_into().map_err(|_| Fault::insufficient_arguments())
}

/// The method that the one string parameter names, for the two that describe methods.
fn described(params: Vec<Value>) -> Result<&'static Method, Fault> {
    match arguments(params)? {
        [Value::String(name)] => named(&name),
        [_] => Err(Fault::insufficient_arguments()),
    }
}
