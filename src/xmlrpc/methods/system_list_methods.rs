//! `system.listMethods`.

use super::{METHODS, Method, Value, ready};

pub(super) const METHOD: Method = Method {
    name: "system.listMethods",
    signatures: &[&["array"]],
    help: "Answers the names of all methods.",
    handler: |_, _| ready(Ok(Value::strings(METHODS.iter().map(|method| method.name)))),
};
