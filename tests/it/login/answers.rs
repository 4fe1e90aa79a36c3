//! Discovery and token endpoints that fail or lie (ID-9, ID-13): one provider's trouble is nobody else's.

use http::StatusCode;
use rejoinder::actions::offered_providers::offered;
use rejoinder::net::fetcher::{Budgets, FetcherConfig};
use rejoinder::net::identity::{BACK_OFF_FIRST, DISCOVERED_FOR};
use rejoinder::net::resolver::SystemResolver;
use serde_json::json;
use tower::ServiceExt as _;

use super::stub::Says;
use super::{SAME_ORIGIN, Scene, assert_refused, session};
use crate::harness::{Engine, Setup, TestApp};

#[tokio::test]
async fn discovery_that_fails_or_lies_begins_nothing() {
    type Change = fn(&mut Says);
    let rows: [(&str, Change, &str); 10] = [
        ("wrong issuer", |says| says.discovery["issuer"] = "https://evil.example".into(), "it says that its issuer is"),
        (
            "trailing slash",
            |says| says.discovery["issuer"] = format!("{}/", says.discovery["issuer"].as_str().unwrap()).into(),
            "it says that its issuer is",
        ),
        ("500", |says| says.discovery_status = 500, "answered with status 500"),
        ("5 MB", |says| says.discovery_body = Some(vec![b' '; 5 * 1024 * 1024]), "too large"),
        ("not JSON", |says| says.discovery_body = Some(b"<html>".to_vec()), "not JSON"),
        ("deep JSON", |says| says.discovery_body = Some(vec![b'['; 100_000]), "not JSON"),
        ("redirect to a private address", |says| says.discovery_location = Some("http://10.0.0.1/".into()), "redirect"),
        (
            "endpoints that are none",
            |says| says.discovery["authorization_endpoint"] = "javascript:alert(1)".into(),
            "authorization endpoint",
        ),
        (
            "pushed requests only",
            |says| says.discovery["require_pushed_authorization_requests"] = true.into(),
            "pushed authorization requests only",
        ),
        (
            "clients that sign only",
            |says| says.discovery["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt", "<evil>"]),
            "by private_key_jwt, ?evil? there",
        ),
    ];
    for (name, change, error) in rows {
        let scene = Scene::with("oidc").await;
        scene.add("oidc", |provider| drop(provider.settings.remove("authorization_endpoint"))).await;
        change(&mut scene.stub.says());
        let answer = scene.start_with(&[("provider", "oidc")], &[SAME_ORIGIN]).await;
        assert!(answer.status.is_client_error(), "{name}: {}", answer.status);
        assert_eq!((answer.header("location"), answer.header("set-cookie")), ("", ""), "{name}");
        assert!(!answer.text().contains("evil"), "{name}: {}", answer.text());
        assert!(scene.last_error("oidc").await.contains(error), "{name}: {}", scene.last_error("oidc").await);
    }
}

#[tokio::test]
async fn a_slow_issuer_is_not_waited_for() {
    let mut scene = Scene::with("oidc").await;
    let budgets = Budgets { headers: crate::net::SOON, ..crate::net::patient() };
    let fetcher = crate::net::fetcher_with(FetcherConfig { budgets, ..crate::net::config() }, SystemResolver);
    let setup = Setup { fetcher: Some(fetcher), ..Setup::default() };
    scene.test = TestApp::start_on(Engine::Sqlite, setup).await;
    scene.site = scene.test.site("https://blog.example").await;
    scene.add("oidc", |_| ()).await;
    scene.stub.says().is_silent = true;
    let answer = scene.start_with(&[("provider", "oidc")], &[SAME_ORIGIN]).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert!(scene.last_error("oidc").await.contains("too slow"), "{}", scene.last_error("oidc").await);
}

#[tokio::test]
async fn an_issuer_that_is_down_is_left_alone_for_a_while_and_greyed_out() {
    let scene = Scene::with("oidc").await;
    scene.stub.says().discovery_status = 500;
    let is_down = async || offered(&scene.test.app, &scene.site).await.unwrap()[0].is_down;
    assert!(!is_down().await, "nobody asked yet");
    for _ in 0..3 {
        scene.start_with(&[("provider", "oidc")], &[SAME_ORIGIN]).await;
    }
    let asked = || scene.stub.heard("/.well-known/openid-configuration").len();
    assert_eq!((asked(), is_down().await), (1, true));
    scene.stub.says().discovery_status = 200;
    scene.test.advance(BACK_OFF_FIRST.as_secs());
    assert!(session(&scene.log_in("oidc").await).is_some());
    assert_eq!((asked(), is_down().await), (2, false));
    scene.stub.says().discovery_status = 500;
    scene.stub.says().claims = json!({"exp": 4_000_000_000_i64});
    scene.test.advance(DISCOVERED_FOR.as_secs());
    assert!(session(&scene.log_in("oidc").await).is_some(), "what is known is used");
    assert!(!is_down().await);
}

#[tokio::test]
async fn a_token_endpoint_may_answer_in_several_ways_and_none_is_shown() {
    let rows = [
        ("a form", None, true),
        (
            "200 with an error",
            Some((200, "application/json", r#"{"error":"bad_verification_code","error_description":"<b>evil</b>"}"#)),
            false,
        ),
        (
            "a form with an error",
            Some((200, "application/x-www-form-urlencoded", "error=bad_verification_code")),
            false,
        ),
        ("invalid_client", Some((401, "application/json", r#"{"error":"invalid_client"}"#)), false),
        ("429", Some((429, "application/json", "{}")), false),
        ("503", Some((503, "text/html", "<b>evil</b>")), false),
        ("an empty answer", Some((200, "application/json", "")), false),
        ("no token", Some((200, "application/json", "{}")), false),
        ("a list", Some((200, "application/json", "[]")), false),
        ("HTML", Some((200, "text/html", "<b>evil</b>")), false),
        ("a picture", Some((200, "image/png", "x")), false),
    ];
    for (name, token, is_in) in rows {
        let scene = Scene::with("github").await;
        scene.stub.says().answers_by_form = true;
        scene.stub.says().token = token.map(|(status, kind, body)| (status, kind, body.to_owned()));
        scene.stub.says().profiles.insert("/userinfo".into(), (200, json!({"id": 7, "login": "ann"})));
        let answer = scene.log_in("github").await;
        assert_eq!(session(&answer).is_some(), is_in, "{name}: {}", scene.last_error("github").await);
        if !is_in {
            assert_refused(&answer, name);
            assert_eq!(scene.accounts().await, 0, "{name}");
            assert!(!scene.last_error("github").await.contains("evil"), "{name}");
        }
        if name == "429" {
            assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "17"));
        }
    }
}

#[tokio::test]
async fn without_an_id_token_nobody_is_who_they_say() {
    let scene = Scene::with("oidc").await;
    scene.stub.says().has_id_token = false;
    scene.stub.says().profiles.insert("/userinfo".into(), (200, json!({"sub": "subject-1", "name": "Ann"})));
    assert_refused(&scene.log_in("oidc").await, "no ID token");
    assert_eq!(scene.last_error("oidc").await, "the answer has no ID token");
}

#[tokio::test]
async fn a_code_is_redeemed_once_with_the_right_verifier() {
    let scene = Scene::with("oidc").await;
    let (first, second) = (scene.start("oidc").await, scene.start("oidc").await);
    let stolen = scene.stub.consent(&first.to);
    let state = second.asked("state");
    let answer = scene.come_back("oidc", &[("code", &stolen), ("state", &state)], &second.cookie).await;
    assert_refused(&answer, "a code of another log-in: PKCE");
    assert_eq!(scene.last_error("oidc").await, "it refused: invalid_grant");
    let verifiers: Vec<_> = scene.stub.heard("/token").into_iter().map(|h| h.form["code_verifier"].clone()).collect();
    assert!(verifiers.iter().all(|v| (43..=128).contains(&v.len())), "{verifiers:?}");
}

#[tokio::test]
async fn a_profile_that_fails_logs_nobody_in() {
    for (status, profile) in [(500, json!({})), (401, json!({})), (200, json!({"login": "ann"})), (200, json!([]))] {
        let scene = Scene::with("github").await;
        scene.stub.says().profiles.insert("/userinfo".into(), (status, profile.clone()));
        assert_refused(&scene.log_in("github").await, &format!("{status} {profile}"));
        assert_eq!(scene.accounts().await, 0);
    }
}

/// The server stops in the middle of a log-in: what began is still there, or the person begins anew; nothing is half.
#[tokio::test]
async fn a_server_that_goes_away_in_between_leaves_nothing_half_made() {
    let scene = Scene::with("oidc").await;
    let begun = scene.start("oidc").await;
    let code = scene.stub.consent(&begun.to);
    let state = begun.asked("state");
    let (app, cookie) = (scene.test.app.clone(), begun.cookie.clone());
    let request = http::Request::get(format!("/login/callback/oidc?code={code}&state={state}"))
        .header("host", "comments.test")
        .header("cookie", cookie)
        .body(axum::body::Body::empty())
        .unwrap();
    let killed = tokio::spawn(rejoinder::web::router::router(app).oneshot(request));
    crate::harness::eventually("the code is redeemed", async || {
        (!scene.stub.heard("/.well-known/openid-configuration").is_empty()).then_some(())
    })
    .await;
    killed.abort();
    drop(killed.await);
    let answer = scene.finish("oidc", &begun).await;
    if session(&answer).is_none() {
        assert_refused(&answer, "begun before");
    }
    assert!(session(&scene.log_in("oidc").await).is_some(), "a way to go on");
    assert_eq!(scene.accounts().await, 1);
}
