//! `system.multicall` without the calling: its parameter to calls, the calls' answers to its result
//! (WP 7.1 §1.8 with what trunk mended, M-7). `methods::system_multicall` runs what lies between.

use super::codec::{MethodCall, Value};
use super::fault::Fault;

/// The name that must not stand among its own entries.
pub const NAME: &str = "system.multicall";

/// Calls in one request. WordPress has no limit, which makes one request a thousand password guesses.
pub const ENTRIES_MAX: usize = 50;

/// The calls, or in a call's place the fault that stands for it. `params` are the request's own: one
/// array of entries, or each an entry. A fault here answers the whole request.
pub fn entries(params: Vec<Value>) -> Result<Vec<Result<MethodCall, Fault>>, Fault> {
    let entries = match <[Value; 1]>::try_from(params) {
        Ok([Value::Array(entries)]) => entries,
        Ok(_) => return Err(Fault::multicall_not_an_array()),
        Err(params) => params,
    };
    if entries.len() > ENTRIES_MAX {
        return Err(Fault::multicall_too_long(ENTRIES_MAX));
    }
    Ok(entries.into_iter().map(entry).collect())
}

fn entry(entry: Value) -> Result<MethodCall, Fault> {
    let Value::Struct(members) = entry else { return Err(Fault::multicall_entry_malformed()) };
    let (mut method_name, mut params) = (None, Vec::new());
    for member in members {
        match member {
            (name, Value::String(value)) if name == "methodName" => method_name = Some(value),
            (name, Value::Array(items)) if name == "params" => params = items,
            (name, scalar) if name == "params" => params = vec![scalar],
            _ => {}
        }
    }
    match method_name {
        None => Err(Fault::multicall_entry_malformed()),
        Some(name) if name == NAME => Err(Fault::recursive_multicall()),
        Some(name) => Ok(MethodCall { name, params }),
    }
}

/// One answer as it stands in the result: an array of the one value, or the fault as a struct.
pub fn outcome(answer: Result<Value, Fault>) -> Value {
    match answer {
        Ok(value) => Value::Array(vec![value]),
        Err(fault) => {
            Value::object([("faultCode", Value::Int(fault.code.into())), ("faultString", Value::String(fault.text))])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, params: Value) -> Value {
        Value::object([("methodName", name.into()), ("params", params)])
    }

    fn array(items: &[Value]) -> Value {
        Value::Array(items.to_vec())
    }

    fn read(name: &str, params: &[Value]) -> MethodCall {
        MethodCall { name: name.into(), params: params.to_vec() }
    }

    #[test]
    fn the_parameter_is_an_array_of_entries() {
        let hello = call("demo.sayHello", array(&[]));
        for (params, expected) in [
            (vec![], Ok(vec![])),
            (vec![array(&[])], Ok(vec![])),
            (vec![array(std::slice::from_ref(&hello))], Ok(vec![Ok(read("demo.sayHello", &[]))])),
            (
                vec![hello.clone(), hello.clone()],
                Ok(vec![Ok(read("demo.sayHello", &[])), Ok(read("demo.sayHello", &[]))]),
            ),
            (vec![hello], Err(Fault::multicall_not_an_array())),
            (vec!["x".into()], Err(Fault::multicall_not_an_array())),
            (vec![Value::Int(1)], Err(Fault::multicall_not_an_array())),
        ] {
            assert_eq!(entries(params.clone()), expected, "{params:?}");
        }
    }

    #[test]
    fn each_entry_is_a_call_or_its_own_fault() {
        let malformed = || Err(Fault::multicall_entry_malformed());
        for (given, expected) in [
            (call("f", array(&["a".into(), "b".into()])), Ok(read("f", &["a".into(), "b".into()]))),
            (call("f", "scalar".into()), Ok(read("f", &["scalar".into()]))),
            (Value::object([("methodName", "f".into())]), Ok(read("f", &[]))),
            (call("", array(&[])), Ok(read("", &[]))),
            (call("System.Multicall", array(&[])), Ok(read("System.Multicall", &[]))),
            (call(NAME, array(&[])), Err(Fault::recursive_multicall())),
            (Value::object([("params", array(&[]))]), malformed()),
            (Value::object([("methodName", Value::Int(1))]), malformed()),
            (array(&["f".into()]), malformed()),
            ("f".into(), malformed()),
        ] {
            assert_eq!(entries(vec![array(std::slice::from_ref(&given))]), Ok(vec![expected]), "{given:?}");
        }
    }

    #[test]
    fn the_number_of_entries_is_bounded() {
        let many = |count| vec![Value::Array(vec![call("demo.sayHello", array(&[])); count])];
        assert_eq!(entries(many(ENTRIES_MAX)).map(|calls| calls.len()), Ok(ENTRIES_MAX));
        let refused = entries(many(ENTRIES_MAX + 1)).unwrap_err();
        assert_eq!(refused.code, -32600);
        assert!(refused.text.ends_with("takes at most 50 method calls"), "{}", refused.text);
        assert_eq!(entries(vec!["x".into(); ENTRIES_MAX + 1]), Err(refused));
    }
}
