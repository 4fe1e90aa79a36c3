//! Guessing passwords: one check in a request, few in a minute, and no hint (S-XML-6).

use rejoinder::limits::Limit;
use rejoinder::xmlrpc::codec::Value;
use rejoinder::xmlrpc::multicall::ENTRIES_MAX;

use super::bench::{Bench, Fault, items, member};
use crate::harness::Setup;

fn entry(method: &str, params: &[Value]) -> Value {
    Value::object([("methodName", method.into()), ("params", Value::Array(params.to_vec()))])
}

/// One answer of a multicall.
fn outcome(value: &Value) -> Result<Value, Fault> {
    match value {
        Value::Array(one) => Ok(one[0].clone()),
        fault => Err((fault.member("faultCode").unwrap().to_int(), member(fault, "faultString"))),
    }
}

fn wrong() -> Result<Value, Fault> {
    Err((403, "Incorrect username or password.".into()))
}

#[tokio::test]
async fn of_all_guesses_in_a_request_one_is_checked() {
    let bench = Bench::with(Setup { limited: true, ..Setup::default() }).await;
    let guesses: Vec<Value> = (0..ENTRIES_MAX)
        .map(|n| entry("wp.getUsersBlogs", &["administrator".into(), format!("guess {n}").into()]))
        .collect();
    let answers = bench.call("system.multicall", &[Value::Array(guesses)]).await.unwrap();
    assert_eq!(items(&answers).len(), ENTRIES_MAX);
    assert!(items(&answers).iter().all(|answer| outcome(answer) == wrong()), "{answers:?}");
    // One failure was counted: of the five at once four are left.
    let left = (0..10).filter(|_| bench.test.app.limits.check(Limit::LogInsOfAccount, "administrator").is_ok());
    assert_eq!(left.count(), 4);
}

#[tokio::test]
async fn a_thousand_guesses_are_none() {
    let bench = Bench::with(Setup { limited: true, ..Setup::default() }).await;
    let guess = entry("wp.getUsersBlogs", &["administrator".into(), "guess".into()]);
    let refused = bench.call("system.multicall", &[Value::Array(vec![guess; 1_000])]).await;
    assert!(matches!(refused, Err((-32600, _))), "{refused:?}");
    let left = (0..10).filter(|_| bench.test.app.limits.check(Limit::LogInsOfAccount, "administrator").is_ok());
    assert_eq!(left.count(), 5, "nothing was checked");
}

#[tokio::test]
async fn after_a_failure_the_right_password_fails_too_and_what_wants_none_works() {
    let bench = Bench::new().await;
    let right = || entry("wp.getUsersBlogs", &["editor".into(), "a password".into()]);
    let other = || entry("wp.getProfile", &[Value::Int(1), "author".into(), "a password".into()]);
    let guess = || entry("wp.getUsersBlogs", &["editor".into(), "guess".into()]);
    let calls = vec![right(), other(), guess(), right(), entry("demo.sayHello", &[]), other()];
    let answers = bench.call("system.multicall", &[Value::Array(calls)]).await.unwrap();
    let told: Vec<Option<i64>> = items(&answers).iter().map(|a| outcome(a).err().map(|(code, _)| code)).collect();
    assert_eq!(told, [None, None, Some(403), Some(403), None, Some(403)]);
    let again = bench.call("wp.getUsersBlogs", &["editor".into(), "a password".into()]).await;
    assert!(again.is_ok(), "the next request is another");
}

#[tokio::test]
async fn nothing_tells_a_wrong_name_from_a_wrong_password() {
    let bench = Bench::new().await;
    let send = async |login: &str, password: &str| {
        bench.send("wp.getProfile", &[Value::Int(1), login.into(), password.into()]).await
    };
    let expected = send("nobody", "a password").await;
    for (login, password) in
        [("editor", "wrong"), ("editor@example.org", "wrong"), ("", "x"), ("editor", ""), ("editor", "a password x")]
    {
        assert_eq!(send(login, password).await, expected, "{login} {password}");
    }
}

#[tokio::test]
async fn who_guesses_on_is_put_off() {
    let bench = Bench::with(Setup { limited: true, ..Setup::default() }).await;
    let guess = async |n: u32| bench.call("wp.getUsersBlogs", &["editor".into(), format!("guess {n}").into()]).await;
    for n in 0..5 {
        assert_eq!(guess(n).await, wrong(), "{n}");
    }
    let put_off = guess(5).await;
    assert!(
        matches!(&put_off, Err((429, text)) if text.starts_with("Too many requests. Try again in ")),
        "{put_off:?}"
    );
    let right = bench.call("wp.getUsersBlogs", &["editor".into(), "a password".into()]).await;
    assert!(matches!(right, Err((429, _))), "{right:?}");
    assert!(bench.call("wp.getUsersBlogs", &["author".into(), "a password".into()]).await.is_ok());
}
