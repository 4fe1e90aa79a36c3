//! `system.getCapabilities`: which conventions the door follows, with WordPress's addresses for them.

use super::{Method, Value, ready};

pub(super) const METHOD: Method = Method {
    name: "system.getCapabilities",
    signatures: &[&["struct"]],
    help: "Answers the specifications that this server follows, each with its address and version.",
    handler: |_, _| ready(Ok(capabilities())),
};

fn capabilities() -> Value {
    let capability =
        |url: &str, version| Value::object([("specUrl", url.into()), ("specVersion", Value::Int(version))]);
    Value::object([
        ("xmlrpc", capability("https://xmlrpc.com/spec.md", 1)),
        (
            "faults_interop",
            capability(
                "https://web.archive.org/web/20240416231938/https://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php",
                20_010_516,
            ),
        ),
        (
            "system.multicall",
            capability(
                "https://web.archive.org/web/20060624230303/http://www.xmlrpc.com/discuss/msgReader$1208?mode=topic",
                1,
            ),
        ),
    ])
}
