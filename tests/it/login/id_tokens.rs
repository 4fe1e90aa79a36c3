//! ID tokens and keys (ID-4, ID-8): what is not right in everything logs nobody in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rejoinder::net::identity::KEYS_ASKED_AGAIN_AFTER;
use serde_json::{Value, json};

use super::stub::{Forge, Key, unsigned};
use super::{Scene, assert_refused, session};
use crate::harness::START;

/// A log-in with these claims.
async fn claiming(claims: Value) -> (Scene, bool) {
    let scene = Scene::with("oidc").await;
    scene.stub.says().claims = claims;
    let answer = scene.log_in("oidc").await;
    let is_in = session(&answer).is_some();
    if !is_in {
        assert_refused(&answer, "claims");
        assert_eq!(scene.accounts().await, 0);
    }
    (scene, is_in)
}

#[tokio::test]
async fn claims_must_be_of_this_log_in_for_us_and_of_now() {
    let now = START.seconds();
    for (name, claims, is_in) in [
        ("as it should be", json!({}), true),
        ("another issuer", json!({"iss": "https://evil.example"}), false),
        ("the issuer with a slash", json!({"iss": "http://127.0.0.1/"}), false),
        ("no issuer", json!({"iss": null}), false),
        ("another's audience", json!({"aud": "other"}), false),
        ("no audience", json!({"aud": null}), false),
        ("an audience of one", json!({"aud": ["client"]}), true),
        ("several audiences without azp", json!({"aud": ["client", "other"]}), false),
        ("several audiences, made for another", json!({"aud": ["client", "other"], "azp": "other"}), false),
        ("several audiences, made for us", json!({"aud": ["client", "other"], "azp": "client"}), true),
        ("another nonce", json!({"nonce": "x"}), false),
        ("no nonce", json!({"nonce": null}), false),
        ("just expired, within the leeway", json!({"exp": now - 179}), true),
        ("expired", json!({"exp": now - 180}), false),
        ("no end", json!({"exp": null}), false),
        ("issued in a moment, within the leeway", json!({"iat": now + 180}), true),
        ("issued in the future", json!({"iat": now + 181}), false),
        ("no subject", json!({"sub": null}), false),
        ("an empty subject", json!({"sub": ""}), false),
    ] {
        assert_eq!(claiming(claims).await.1, is_in, "{name}");
    }
}

#[tokio::test]
async fn a_null_name_and_odd_claims_log_in_all_the_same() {
    for claims in [
        json!({"name": null, "preferred_username": "ann"}),
        json!({"email_verified": "true"}),
        json!({"email": null, "email_verified": null, "name": "Ann"}),
        json!({"picture": "not a url", "website": "javascript:alert(1)"}),
    ] {
        let scene = Scene::with("oidc").await;
        scene.stub.says().claims = claims.clone();
        scene.stub.says().profiles.insert("/userinfo".into(), (200, json!({"sub": "subject-1"})));
        let answer = scene.log_in("oidc").await;
        assert!(session(&answer).is_some(), "{claims}: {} {}", answer.text(), scene.last_error("oidc").await);
    }
}

#[tokio::test]
async fn each_of_our_algorithms_is_verified() {
    for (key, other) in [(Key::rsa(), Key::ec()), (Key::ec(), Key::ec()), (Key::ed(), Key::ed())] {
        let scene = Scene::with("oidc").await;
        let algorithm = key.algorithm();
        scene.stub.says().keys = vec![key.public("one")];
        scene.stub.says().key = key;
        let answer = scene.log_in("oidc").await;
        assert!(session(&answer).is_some(), "{algorithm}: {}", scene.last_error("oidc").await);
        scene.stub.says().key = other;
        assert_refused(&scene.log_in("oidc").await, algorithm);
    }
}

/// A token with the key of HMAC that anybody could take for one.
fn signed_by_hmac(key: &[u8], claims: &Value) -> String {
    let signed = unsigned(&json!({"alg": "HS256", "kid": "one"}), claims);
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_signature_that_is_bad_missing_or_made_with_the_public_key_is_refused() {
    let kid = json!({"alg": "ES256", "kid": "one"});
    let rsa_n = Key::rsa().public("one")["n"].as_str().unwrap().to_owned();
    let hmac = move |claims: &Value| signed_by_hmac(rsa_n.as_bytes(), claims);
    let with_secret = |claims: &Value| signed_by_hmac(b"secret", claims);
    let bad_kid = kid.clone();
    let forgeries: Vec<(&str, Forge)> = vec![
        ("alg none", Box::new(|claims| format!("{}.", unsigned(&json!({"alg": "none"}), claims)))),
        (
            "alg None with a kid",
            Box::new(|claims| format!("{}.", unsigned(&json!({"alg": "None", "kid": "one"}), claims))),
        ),
        ("HS256 with the public key", Box::new(hmac)),
        ("HS256 with the client secret", Box::new(with_secret)),
        ("another's signature", Box::new(move |claims| Key::ec().sign(&kid, claims))),
        ("no signature", Box::new(move |claims| format!("{}.", unsigned(&bad_kid, claims)))),
        ("two parts", Box::new(|claims| unsigned(&json!({"alg": "ES256", "kid": "one"}), claims))),
        ("no token", Box::new(|_| "evil".into())),
        (
            "a key of its own",
            Box::new(|claims| {
                let key = Key::ec();
                key.sign(&json!({"alg": "ES256", "kid": "one", "jwk": key.public("one")}), claims)
            }),
        ),
        (
            "critical fields",
            Box::new(|claims| Key::ec().sign(&json!({"alg": "ES256", "kid": "one", "crit": ["x"]}), claims)),
        ),
    ];
    let scene = Scene::with("oidc").await;
    scene.stub.says().keys.push(Key::rsa().public("one"));
    for (name, forge) in forgeries {
        scene.stub.says().forge = Some(forge);
        assert_refused(&scene.log_in("oidc").await, name);
    }
    assert_eq!(scene.accounts().await, 0);
}

#[tokio::test]
async fn a_key_that_is_new_is_asked_for_at_most_once_in_three_minutes() {
    let scene = Scene::with("oidc").await;
    scene.stub.says().claims = json!({"exp": 4_000_000_000_i64});
    assert!(session(&scene.log_in("oidc").await).is_some());
    let asked = || scene.stub.heard("/keys").len();
    assert_eq!(asked(), 1);
    scene.stub.says().key = Key::ec();
    scene.stub.says().kid = "two";
    scene.test.advance(KEYS_ASKED_AGAIN_AFTER.as_secs());
    assert_refused(&scene.log_in("oidc").await, "a key that nobody knows");
    assert_eq!(asked(), 2);
    let rotated = scene.stub.says().key.public("two");
    scene.stub.says().keys.push(rotated);
    scene.test.advance(KEYS_ASKED_AGAIN_AFTER.as_secs() - 1);
    assert_refused(&scene.log_in("oidc").await, "asked a moment ago");
    assert_eq!(asked(), 2);
    scene.test.advance(1);
    assert!(session(&scene.log_in("oidc").await).is_some(), "{}", scene.last_error("oidc").await);
    assert_eq!(asked(), 3);
    assert!(session(&scene.log_in("oidc").await).is_some());
    assert_eq!(asked(), 3);
}

#[tokio::test]
async fn userinfo_fills_what_the_token_lacks_and_must_mean_the_same_person() {
    let scene = Scene::with("oidc").await;
    scene.stub.says().claims = json!({"name": null, "email": null});
    for (subject, is_in) in [("subject-1", true), ("subject-2", false)] {
        let userinfo =
            json!({"sub": subject, "name": "Ann of Kent", "email": "ann@example.org", "email_verified": true});
        scene.stub.says().profiles.insert("/userinfo".into(), (200, userinfo));
        let answer = scene.log_in("oidc").await;
        assert_eq!(session(&answer).is_some(), is_in, "{subject}");
        if is_in {
            assert_eq!(scene.account(&answer).await.0.display_name, "Ann of Kent");
        }
    }
}
