//! `system.methodHelp`, of the XML-RPC introspection convention.

use super::{Method, described, ready};

pub(super) const METHOD: Method = Method {
    name: "system.methodHelp",
    signatures: &[&["string", "string"]],
    help: "Answers what the method of the given name does.",
    handler: |_, params| ready(described(params).map(|method| method.help.into())),
};
