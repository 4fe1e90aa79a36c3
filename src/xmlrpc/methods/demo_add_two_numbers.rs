//! `demo.addTwoNumbers`: whether parameters arrive.

use super::{Answer, Method, Params, Value, ready};
use crate::xmlrpc::fault::Fault;

pub(super) const METHOD: Method = Method {
    name: "demo.addTwoNumbers",
    signatures: &[&["int", "int", "int"]],
    help: "Answers the sum of two integers, to test the connection.",
    handler: |_, params| ready(sum(params)),
};

/// Exactly two integers; WordPress takes no numeric strings here. A sum beyond 64 bits is a double, as
/// in PHP.
fn sum(params: Vec<Value>) -> Answer {
    let [Value::Int(a), Value::Int(b)] = Params::new(params).into_values()[..] else {
        return Err(Fault::two_integers_required());
    };
    Ok(a.checked_add(b).map_or_else(|| Value::Double(as_double(a) + as_double(b)), Value::Int))
}

#[expect(clippy::cast_precision_loss, reason = "PHP loses the same precision when an integer overflows")]
fn as_double(number: i64) -> f64 {
    number as f64
}
