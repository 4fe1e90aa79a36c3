//! `demo.sayHello`: whether the door is open.

use super::{Method, ready};

pub(super) const METHOD: Method = Method {
    name: "demo.sayHello",
    signatures: &[&["string"]],
    help: "Answers “Hello!”, to test the connection.",
    handler: |_, _| ready(Ok("Hello!".into())),
};
