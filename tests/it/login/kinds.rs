//! Each kind of provider logs somebody in against the stub, its quirk one row (identity-providers §3, §7).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::StatusCode;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use serde_json::{Value, json};

use super::{BLOG_PAGE, Scene, session};

#[tokio::test]
async fn github_answers_with_a_form_and_tells_addresses_apart() {
    let scene = Scene::with("github").await;
    scene.stub.says().answers_by_form = true;
    scene.stub.says().profiles.insert("/userinfo".into(), (200, json!({"id": 7, "login": "ann", "name": null})));
    scene.stub.says().profiles.insert("/emails".into(), (403, json!({})));
    let begun = scene.start("github").await;
    assert_eq!((begun.asked("scope"), begun.asked("nonce")), ("read:user user:email".into(), String::new()));
    let (account, identities) = scene.account(&scene.finish("github", &begun).await).await;
    assert_eq!((account.display_name.as_str(), account.email.as_str()), ("ann", ""));
    assert_eq!((identities[0].proven.provider_name.as_str(), identities[0].proven.subject.as_str()), ("GitHub", "7"));
    let sent = &scene.stub.heard("/token")[0];
    assert_eq!((sent.form["client_id"].as_str(), sent.form["client_secret"].as_str()), ("client", "secret"));
    assert_eq!(sent.authorization, "");
}

#[tokio::test]
async fn facebook_separates_scopes_with_commas_and_versions_its_addresses() {
    let scene = Scene::with("facebook").await;
    scene
        .add("facebook", |provider| {
            let token = provider.settings["token_endpoint"].clone();
            provider.settings.insert("authorization_endpoint".into(), token.replace("/token", "/{version}/dialog"));
        })
        .await;
    scene
        .stub
        .says()
        .profiles
        .insert("/userinfo".into(), (200, json!({"id": "10", "name": "Ann", "email": "ann@example.org"})));
    let begun = scene.start("facebook").await;
    assert_eq!((begun.asked("scope").as_str(), begun.to.path()), ("public_profile,email", "/v26.0/dialog"));
    let (account, identities) = scene.account(&scene.finish("facebook", &begun).await).await;
    assert_eq!((account.email.as_str(), identities[0].proven.issuer.as_str()), ("", "https://www.facebook.com/client"));
}

#[tokio::test]
async fn x_wants_basic_and_wraps_its_answer() {
    let scene = Scene::with("x").await;
    scene
        .stub
        .says()
        .profiles
        .insert("/userinfo".into(), (200, json!({"data": {"id": "9", "name": "Ann", "username": "ann"}})));
    assert_eq!(scene.who("x").await.0.url, "https://x.com/ann");
    let sent = &scene.stub.heard("/token")[0];
    assert_eq!(sent.authorization, format!("Basic {}", STANDARD.encode("client:secret")));
    assert!(!sent.form.contains_key("client_secret"));
}

#[tokio::test]
async fn discord_and_the_older_wordpress_com_log_in() {
    for (kind, profile, name) in [
        (
            "discord",
            json!({"id": "5", "username": "ann", "global_name": "Ann", "email": "ann@example.org", "verified": false}),
            "Ann",
        ),
        (
            "wordpress-com-connect",
            json!({"ID": 12, "display_name": "Ann", "email": "ann@example.org", "verified": false}),
            "Ann",
        ),
    ] {
        let scene = Scene::with(kind).await;
        scene.stub.says().profiles.insert("/userinfo".into(), (200, profile));
        let (account, _) = scene.who(kind).await;
        assert_eq!((account.display_name.as_str(), account.email.as_str()), (name, ""), "{kind}");
    }
}

#[tokio::test]
async fn google_and_gitlab_are_openid_providers() {
    for (kind, prompt) in [("google", "select_account"), ("gitlab", "")] {
        let scene = Scene::with(kind).await;
        let begun = scene.start(kind).await;
        assert_eq!(
            (begun.asked("scope"), begun.asked("prompt")),
            ("openid profile email".into(), prompt.into()),
            "{kind}"
        );
        let (account, _) = scene.account(&scene.finish(kind, &begun).await).await;
        assert_eq!(account.display_name, "Ann", "{kind}");
        assert_eq!(scene.stub.heard("/userinfo").len(), 0, "{kind}: the token says all");
    }
}

#[tokio::test]
async fn microsofts_issuer_has_a_place_for_the_tenant() {
    let scene = Scene::with("microsoft").await;
    let url = scene.stub.url.clone();
    scene.add("microsoft", |provider| provider.issuer = format!("{url}/common/v2.0")).await;
    scene.stub.says().discovery["issuer"] = format!("{url}/{{tenantid}}/v2.0").into();
    for (name, iss, tid, is_in) in [
        ("its tenant", "t-1", json!("t-1"), true),
        ("another tenant's issuer", "t-2", json!("t-1"), false),
        ("no tenant", "t-1", json!(null), false),
        ("a tenant that is an address", "x/../t-1", json!("x/../t-1"), false),
    ] {
        scene.stub.says().claims = json!({"iss": format!("{url}/{iss}/v2.0"), "tid": tid, "oid": "o-1"});
        let answer = scene.log_in("microsoft").await;
        assert_eq!(session(&answer).is_some(), is_in, "{name}: {}", scene.last_error("microsoft").await);
        if is_in {
            let (account, identities) = scene.account(&answer).await;
            let proven = &identities[0].proven;
            assert_eq!(
                (account.email.as_str(), proven.subject.as_str()),
                ("", "o-1"),
                "an address of its is never believed"
            );
            assert_eq!(proven.issuer, format!("{url}/t-1/v2.0"));
        }
    }
}

#[tokio::test]
async fn wordpress_com_registers_us_by_itself_and_once() {
    let scene = Scene::with("wordpress-com").await;
    scene
        .add("wordpress-com", |provider| {
            provider.client_id = String::new();
            provider.client_secret = String::new().into();
        })
        .await;
    scene.stub.says().claims = json!({"email_verified": false});
    assert_eq!(scene.who("wordpress-com").await.0.email, "");
    scene.who("wordpress-com").await;
    let registered = scene.stub.says().registered.clone();
    assert_eq!(registered.len(), 1);
    assert_eq!(registered[0]["redirect_uris"], json!(["http://comments.test/login/callback/wordpress-com"]));
    assert_eq!(registered[0]["client_name"], "Comments on comments.test");
    let basic = format!("Basic {}", STANDARD.encode("client-1:secret-1"));
    assert!(scene.stub.heard("/token").iter().all(|sent| sent.authorization == basic));
}

#[tokio::test]
async fn client_authentication_is_as_discovered_and_encoded() {
    for (methods, by_basic) in [
        (json!(null), true),
        (json!(["client_secret_basic", "client_secret_post"]), true),
        (json!(["client_secret_post"]), false),
    ] {
        let scene = Scene::with("oidc").await;
        scene
            .add("oidc", |provider| {
                provider.client_id = "a client".into();
                provider.client_secret = "s:/ecret".to_owned().into();
            })
            .await;
        scene.stub.says().discovery["token_endpoint_auth_methods_supported"] = methods.clone();
        scene.log_in("oidc").await;
        let sent = &scene.stub.heard("/token")[0];
        // RFC 6749 §2.3.1: form-encoded before Basic.
        let basic = format!("Basic {}", STANDARD.encode("a+client:s%3A%2Fecret"));
        let (authorization, secret) = (sent.authorization.as_str(), sent.form.get("client_secret").map(String::as_str));
        let expected = if by_basic { (basic.as_str(), None) } else { ("", Some("s:/ecret")) };
        assert_eq!((authorization, secret), expected, "{methods}");
    }
}

/// Apple: `form_post`, a secret signed anew, a name only the first time.
#[tokio::test]
async fn apple_answers_by_a_form_and_knows_us_by_a_signature() {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &SystemRandom::new()).unwrap();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(pkcs8.as_ref()));
    let scene = Scene::with("apple").await;
    scene
        .add("apple", |provider| {
            provider.client_secret = pem.into();
            provider.settings.insert("team_id".into(), "TEAM".into());
            provider.settings.insert("key_id".into(), "KEY".into());
        })
        .await;
    scene.stub.says().claims = json!({"sub": "000.1", "name": null, "email_verified": "true"});
    let user = r#"{"name":{"firstName":"Ann","lastName":"of Kent"},"email":"victim@example.org"}"#;
    for (user, name) in [(user, "Ann of Kent"), ("", "Ann of Kent"), ("<script>", "Ann of Kent")] {
        let begun = scene.start("apple").await;
        assert_eq!((begun.asked("response_mode").as_str(), begun.asked("scope").as_str()), ("form_post", "name email"));
        let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
        let fields = [("code", code.as_str()), ("state", &state), ("user", user), ("id_token", "ignored")];
        // What Apple's page sends: another site's form, with no Lax cookie.
        let headers =
            [("sec-fetch-site", "cross-site"), ("origin", "https://appleid.apple.com"), ("cookie", &begun.cookie)];
        let answer = scene.test.form("/login/callback/apple", &fields, &headers).await;
        assert_eq!(answer.header("location"), BLOG_PAGE, "{}", answer.text());
        let (account, identities) = scene.account(&answer).await;
        assert_eq!((identities.len(), account.email.as_str()), (1, "ann@example.org"), "not the browser's word");
        assert_eq!(account.display_name, name);
    }
    let secrets: Vec<String> =
        scene.stub.heard("/token").into_iter().map(|sent| sent.form["client_secret"].clone()).collect();
    for secret in &secrets {
        let (signed, signature) = secret.rsplit_once('.').unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key().as_ref());
        public.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        let part = |n: usize| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(signed.split('.').nth(n).unwrap()).unwrap()).unwrap()
        };
        assert_eq!((part(0)["alg"].as_str(), part(0)["kid"].as_str()), (Some("ES256"), Some("KEY")));
        let claims = part(1);
        assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some("TEAM"), Some("client")));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
    }
}

#[tokio::test]
async fn the_cookie_of_others_is_not_taken_with_another_sites_form() {
    let scene = Scene::with("oidc").await;
    let begun = scene.start("oidc").await;
    let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
    let fields = [("code", code.as_str()), ("state", state.as_str())];
    let answer = scene.test.form("/login/callback/oidc", &fields, &[("cookie", &begun.cookie)]).await;
    assert_eq!((answer.status, session(&answer)), (StatusCode::FORBIDDEN, None));
}
