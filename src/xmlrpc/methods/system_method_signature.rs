//! `system.methodSignature`, of the XML-RPC introspection convention.

use super::{Method, Value, described, ready};

pub(super) const METHOD: Method = Method {
    name: "system.methodSignature",
    signatures: &[&["array", "string"]],
    help: "Answers the ways to call the method of the given name: for each the type of the result, then of each parameter.",
    handler: |_, params| ready(described(params).map(signatures)),
};

fn signatures(method: &Method) -> Value {
    Value::Array(method.signatures.iter().map(|types| Value::strings(types.iter().copied())).collect())
}
