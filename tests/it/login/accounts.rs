//! Whose account an identity gets (identity-providers §5): by issuer and subject, never by name or e-mail. Take-over
//! attempts, each by name (S-AUTH-4).

use rejoinder::actions::log_in_identity::find_or_make;
use rejoinder::actions::sign_in::{self, Attempt};
use rejoinder::model::client::Client;
use rejoinder::model::identity::ProvenIdentity;
use rejoinder::store::accounts;
use serde_json::json;

use super::Scene;
use crate::harness::Engine;

crate::on_both_engines! {
    who_comes_again_gets_the_same_account
    equal_addresses_are_not_equal_people
    many_at_once_make_one_account
}

async fn who_comes_again_gets_the_same_account(engine: Engine) {
    let scene = Scene::on(engine, "oidc").await;
    let (first, _) = scene.who("oidc").await;
    scene.stub.says().claims = json!({"name": "Ann the Second", "email": "new@example.org"});
    let (second, identities) = scene.who("oidc").await;
    assert_eq!((first.id, identities.len()), (second.id, 1));
    assert_eq!(
        (second.display_name.as_str(), second.email.as_str()),
        ("Ann the Second", "new@example.org"),
        "it follows"
    );
    let id = second.id;
    let set = async move |tx: &mut rejoinder::store::Tx| {
        accounts::set_profile(tx, id, "My own name", "new@example.org", "").await
    };
    scene.test.app.db.write(set).await.unwrap();
    scene.stub.says().claims = json!({"name": "Ann the Third", "email": "third@example.org"});
    let (third, _) = scene.who("oidc").await;
    assert_eq!((third.display_name.as_str(), third.email.as_str()), ("My own name", "third@example.org"));
}

/// nOAuth and its like: provider B claims the e-mail of an account from A, or of a local one.
async fn equal_addresses_are_not_equal_people(engine: Engine) {
    let scene = Scene::on(engine, "oidc").await;
    let local = scene.test.logged_in(scene.site.id, "ann", None).await;
    scene.stub.says().claims = json!({"email": "ann@members.example"});
    let (by_issuer, _) = scene.who("oidc").await;
    assert_ne!(by_issuer.id, local.account, "a local account with the same address");
    scene.add("github", |provider| provider.issuer = "https://github.com".into()).await;
    scene.stub.says().profiles.insert("/userinfo".into(), (200, json!({"id": 1, "login": "subject-1", "name": "Ann"})));
    let emails = json!([{"email": "ann@members.example", "primary": true, "verified": true}]);
    scene.stub.says().profiles.insert("/emails".into(), (200, emails));
    let (by_github, _) = scene.who("github").await;
    assert!(by_github.id != by_issuer.id && by_github.id != local.account, "another provider with the same address");
    scene.stub.says().claims = json!({"sub": "subject-2", "email": "ann@members.example"});
    let (other, _) = scene.who("oidc").await;
    assert!(other.id != by_issuer.id, "another subject with the same address");
}

async fn many_at_once_make_one_account(engine: Engine) {
    let scene = Scene::on(engine, "oidc").await;
    let proven = ProvenIdentity {
        provider: "oidc".into(),
        provider_name: "OpenID".into(),
        issuer: "https://issuer.example".into(),
        subject: "1".into(),
        name: "Ann".into(),
        url: String::new(),
        picture: String::new(),
        email: String::new(),
        email_verified: false,
    };
    let made = futures_util::future::join_all((0..8).map(|_| find_or_make(&scene.test.app, &proven))).await;
    let ids: std::collections::BTreeSet<_> = made.into_iter().map(|made| made.unwrap().0.id).collect();
    assert_eq!((ids.len(), scene.accounts().await), (1, 1));
}

#[tokio::test]
async fn a_renamed_login_is_the_same_person_and_a_login_taken_over_is_not() {
    let scene = Scene::with("github").await;
    let mut people = Vec::new();
    for (id, login) in [(7, "ann"), (7, "ann-renamed"), (8, "ann")] {
        scene.stub.says().profiles.insert("/userinfo".into(), (200, json!({"id": id, "login": login})));
        people.push(scene.who("github").await.0.id);
    }
    assert_eq!(people[0], people[1]);
    assert_ne!(people[0], people[2]);
}

/// Pre-hijack and its opposite: an account that came by a provider is found by nothing that can be typed.
#[tokio::test]
async fn nobody_logs_in_with_a_password_to_an_account_that_has_none() {
    let scene = Scene::with("oidc").await;
    let (account, _) = scene.who("oidc").await;
    for (login, password) in
        [(&account.login, ""), (&account.email, ""), (&account.email, "password"), (&account.login, "none")]
    {
        let client = Client { ip: "192.0.2.1".parse().unwrap(), agent: String::new() };
        let attempt = Attempt { login: login.clone(), password: password.into(), replaces: None, client };
        assert!(sign_in::sign_in(&scene.test.app, attempt).await.is_err(), "{login} {password}");
    }
    let db = &scene.test.app.db;
    assert!(accounts::find_by_login(db, &account.login).await.unwrap().is_none());
    assert!(accounts::find_by_login(db, &account.email).await.unwrap().is_none());
    assert!(!accounts::any(db).await.unwrap(), "the set-up link still works");
}

#[tokio::test]
async fn an_address_that_is_not_verified_is_not_the_accounts() {
    for (verified, email) in
        [(json!(true), "ann@example.org"), (json!(false), ""), (json!(null), ""), (json!("false"), "")]
    {
        let scene = Scene::with("oidc").await;
        scene.stub.says().claims = json!({"email_verified": verified});
        assert_eq!(scene.who("oidc").await.0.email, email, "{verified}");
    }
}

#[tokio::test]
async fn a_hostile_profile_is_only_text() {
    let long = "x".repeat(10_000);
    for (claims, name, url) in [
        (json!({"name": "\u{202e}nimdA\u{0000}"}), "nimdA", ""),
        (json!({"name": "<script>alert(1)</script>Ann"}), "Ann", ""),
        (json!({"name": long}), &long[..245], ""),
        (json!({"name": "😀 Ann"}), "😀 Ann", ""),
        (json!({"website": "javascript:alert(1)"}), "Ann", ""),
        (json!({"website": "https://ann.example"}), "Ann", "https://ann.example/"),
        (json!({"picture": "http://10.0.0.1/x.svg"}), "Ann", ""),
        (json!({"picture": "https://127.0.0.1/huge.png"}), "Ann", ""),
        (json!({"picture": "data:image/svg+xml,<svg onload='alert(1)'/>"}), "Ann", ""),
        (json!({"picture": format!("https://ann.example/{long}")}), "Ann", ""),
    ] {
        let scene = Scene::with("oidc").await;
        scene.stub.says().claims = claims.clone();
        let heard = || scene.stub.says().heard.len();
        let (account, identities) = scene.who("oidc").await;
        assert_eq!((account.display_name.as_str(), account.url.as_str()), (name, url), "{claims}");
        assert!(identities[0].proven.picture.len() < 100);
        assert_eq!(heard(), 3, "discovery, token, keys: no picture is fetched");
    }
}
