//! Single sign-on (identity-providers §4.6): the site's own word, by a token that is good once and for minutes. What
//! strangers try with it, each by name.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{Request, StatusCode};
use rejoinder::actions::offered_providers::offered;
use rejoinder::model::identity::{NAME_BYTES_MAX, ProvenIdentity};
use rejoinder::model::session::Scope;
use rejoinder::net::identity::KEYS_ASKED_AGAIN_AFTER;
use rejoinder::net::identity::sso_token::TOKEN_BYTES_MAX;
use rejoinder::secret::token_hash;
use rejoinder::store::providers;
use serde_json::{Value, json};
use sha2::Sha256;

use super::stub::{Key, unsigned};
use super::{BLOG_PAGE, SAME_ORIGIN, Scene, session};
use crate::harness::{Answer, START};

const SECRET: &str = "a secret that both sides know, 32";
const ISSUER: &str = "https://blog.example";
const BASE: &str = "http://comments.test";
/// What a frame knows, 43 characters of it.
const VERIFIER: &str = "frame-verifier-frame-verifier-frame-verifie";

async fn scene(settings: &[(&str, &str)]) -> Scene {
    let scene = Scene::with("mastodon").await;
    add(&scene, "sso", settings).await;
    scene
}

async fn add(scene: &Scene, id: &str, settings: &[(&str, &str)]) {
    let settings: Vec<_> = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let id = id.to_owned();
    scene
        .add("sso", |provider| {
            (provider.id, provider.name) = (id, "The blog".into());
            (provider.issuer, provider.client_secret) = (ISSUER.into(), SECRET.to_owned().into());
            provider.settings = settings.into_iter().collect();
        })
        .await;
}

/// The usual claims with these in their place; null: without it.
fn claims(changed: &Value) -> Value {
    let now = START.seconds();
    let mut claims = json!({
        "iss": ISSUER, "aud": BASE, "sub": "7", "jti": "one", "iat": now, "exp": now + 300, "name": "Ann",
    });
    for (name, value) in changed.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn signed(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let signed = unsigned(header, claims);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn token(changed: &Value) -> String {
    signed(&json!({"alg": "HS256", "typ": "JWT"}), &claims(changed), SECRET.as_bytes())
}

impl Scene {
    async fn open_sso(&self, token: &str) -> Answer {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("token", token), ("return_to", BLOG_PAGE)])
            .finish();
        self.test.get(&format!("/login/sso?{query}")).await
    }

    async fn press(&self, token: &str, headers: &[(&str, &str)]) -> Answer {
        self.test.form("/login/sso", &[("token", token), ("return_to", BLOG_PAGE)], headers).await
    }

    async fn hand_in(&self, body: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post("/login/sso/frame").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.test.send(request.body(body.to_owned().into()).unwrap()).await
    }

    async fn identity_of(&self, answer: &Answer) -> ProvenIdentity {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let cookie = session(answer).expect("a session");
        let token = cookie.split_once('=').unwrap().1;
        let app = &self.test.app;
        let find = rejoinder::actions::current_actor::find;
        assert!(find(app, token, Scope::Desk).await.unwrap().is_none(), "the site's word opens no desk");
        let visitor = find(app, token, Scope::Reader).await.unwrap().expect("a reader's session");
        let id = visitor.session.identity_id.unwrap();
        rejoinder::store::identities::find(&app.db, id).await.unwrap().unwrap().proven
    }
}

/// Nobody is logged in, whichever way the token came, and the answer repeats nothing of it.
async fn assert_nobody(scene: &Scene, token: &str, what: &str) {
    let asked = scene.open_sso(token).await;
    let pressed = scene.press(token, &[SAME_ORIGIN]).await;
    let handed = scene.hand_in(&handed(token), &[SAME_ORIGIN]).await;
    for answer in [asked, pressed, handed] {
        assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.text());
        assert_eq!(session(&answer), None, "{what}");
        assert!(!answer.text().contains("<b>") && !answer.text().contains("evil"), "{what}: {}", answer.text());
    }
    assert_eq!(scene.accounts().await, 0, "{what}");
}

fn handed(token: &str) -> String {
    json!({"token": token, "challenge": URL_SAFE_NO_PAD.encode(token_hash(VERIFIER))}).to_string()
}

#[tokio::test]
async fn a_token_logs_in_by_a_button_and_opening_it_logs_nobody_in() {
    let scene = scene(&[]).await;
    let token = token(&json!({"email": "ann@blog.example", "email_verified": true, "url": "https://ann.example"}));
    for _ in 0..2 {
        let page = scene.open_sso(&token).await;
        assert_eq!((page.status.as_u16(), session(&page)), (200, None));
        let text = page.text();
        assert!(text.contains("The blog says that you are <strong><bdi>Ann</bdi></strong>"), "{text}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(scene.accounts().await, 0, "it is only looked at");
    }
    let pressed = scene.press(&token, &[SAME_ORIGIN]).await;
    assert_eq!(pressed.header("location"), BLOG_PAGE);
    let who = scene.identity_of(&pressed).await;
    assert_eq!(
        (who.name.as_str(), who.email.as_str(), who.email_verified, who.url.as_str(), who.provider_name.as_str()),
        ("Ann", "ann@blog.example", true, "https://ann.example/", "The blog")
    );
    assert_eq!((who.issuer, who.subject.as_str()), (format!("sso:{}:{ISSUER}", scene.site.id), "7"));
}

/// Log-in CSRF: another site's page sends a visitor's browser with a token of its own choice.
#[tokio::test]
async fn attack_log_in_from_another_sites_page() {
    let scene = scene(&[]).await;
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://blog.example")],
        &[("origin", "null")],
        &[],
    ] {
        let pressed = scene.press(&token(&json!({})), headers).await;
        assert_eq!((pressed.status.as_u16(), session(&pressed)), (403, None), "{headers:?}");
        let handed = scene.hand_in(&handed(&token(&json!({}))), headers).await;
        assert_eq!(handed.status, 403, "{headers:?}");
    }
    assert_eq!(scene.accounts().await, 0);
}

#[tokio::test]
async fn claims_must_be_of_this_site_and_of_these_minutes() {
    let now = START.seconds();
    for (name, changed, is_in) in [
        ("as it should be", json!({}), true),
        ("one audience in a list", json!({"aud": [BASE]}), true),
        ("another audience", json!({"aud": "https://evil.example"}), false),
        ("the audience with a slash", json!({"aud": format!("{BASE}/")}), false),
        ("two audiences", json!({"aud": [BASE, "https://evil.example"]}), false),
        ("no audience", json!({"aud": null}), false),
        ("another issuer", json!({"iss": "https://evil.example"}), false),
        ("no issuer", json!({"iss": null}), false),
        ("no subject", json!({"sub": null}), false),
        ("an empty subject", json!({"sub": ""}), false),
        ("a number as the subject", json!({"sub": 7}), false),
        ("a subject that cannot be kept", json!({"sub": "a b"}), false),
        ("no number", json!({"jti": null}), false),
        ("an empty number", json!({"jti": ""}), false),
        ("the longest number", json!({"jti": "x".repeat(128)}), true),
        ("a longer number", json!({"jti": "x".repeat(129)}), false),
        ("no end", json!({"exp": null}), false),
        ("no beginning", json!({"iat": null}), false),
        ("an end that is no time", json!({"exp": "soon"}), false),
        ("the longest life", json!({"iat": now, "exp": now + 300}), true),
        ("a longer life", json!({"iat": now, "exp": now + 301}), false),
        ("no life", json!({"iat": now, "exp": now}), false),
        ("a life backwards", json!({"iat": now, "exp": now - 10}), false),
        ("over, within the leeway", json!({"iat": now - 60, "exp": now - 29}), true),
        ("over", json!({"iat": now - 60, "exp": now - 30}), false),
        ("of a moment ahead", json!({"iat": now + 30, "exp": now + 60}), true),
        ("of the future", json!({"iat": now + 31, "exp": now + 60}), false),
        ("not yet good", json!({"nbf": now + 31}), false),
        ("good already", json!({"nbf": now}), true),
        ("no name", json!({"name": null}), true),
    ] {
        let scene = scene(&[]).await;
        let token = token(&changed);
        if is_in {
            assert_eq!(scene.open_sso(&token).await.status, 200, "{name}");
            assert!(session(&scene.press(&token, &[SAME_ORIGIN]).await).is_some(), "{name}");
        } else {
            assert_nobody(&scene, &token, name).await;
        }
    }
}

#[tokio::test]
async fn attack_algorithms_that_were_not_set_up() {
    let scene = scene(&[]).await;
    let all = claims(&json!({}));
    let signature = |header: &Value| signed(header, &all, SECRET.as_bytes());
    let key = Key::rsa();
    for (name, token) in [
        ("none", format!("{}.", unsigned(&json!({"alg": "none"}), &all))),
        ("None", format!("{}.", unsigned(&json!({"alg": "None"}), &all))),
        ("none with the right signature", signature(&json!({"alg": "none"}))),
        ("no algorithm", signature(&json!({"typ": "JWT"}))),
        ("HS512 by name", signature(&json!({"alg": "HS512"}))),
        ("RS256 where HS256 is set up", key.sign(&json!({"alg": "RS256", "kid": "one"}), &all)),
        ("something to be understood", signature(&json!({"alg": "HS256", "crit": ["b64"], "b64": false}))),
        ("another secret", signed(&json!({"alg": "HS256"}), &all, b"another secret of 32 bytes or so")),
        ("an empty secret", signed(&json!({"alg": "HS256"}), &all, b"")),
        ("no signature", format!("{}.", unsigned(&json!({"alg": "HS256"}), &all))),
        ("a signature too short", {
            let good = signature(&json!({"alg": "HS256"}));
            good[..good.len() - 4].to_owned()
        }),
        ("a signature too long", format!("{}AAAA", signature(&json!({"alg": "HS256"})))),
        ("changed after signing", {
            let good = signature(&json!({"alg": "HS256"}));
            let evil = unsigned(&json!({"alg": "HS256"}), &claims(&json!({"sub": "1"})));
            format!("{evil}.{}", good.rsplit('.').next().unwrap())
        }),
        ("four parts", format!("{}.x", signature(&json!({"alg": "HS256"})))),
        ("two parts", "a.b".into()),
        ("nothing", String::new()),
        ("<b>evil</b>", "<b>evil</b>.<b>evil</b>.x".into()),
        ("too long", format!("{}{}", signature(&json!({"alg": "HS256"})), "A".repeat(TOKEN_BYTES_MAX))),
    ] {
        assert_nobody(&scene, &token, name).await;
    }
}

/// A token as long as may be is taken, and one byte more is none.
#[tokio::test]
async fn a_token_is_bounded() {
    let padded = |pad: usize| token(&json!({"pad": "x".repeat(pad)}));
    let bare = padded(0).len();
    let of_bytes = |bytes: usize| {
        let about = (bytes - bare) * 3 / 4;
        (about - 4..about + 4).map(padded).find(|token| token.len() == bytes)
    };
    let longest = (TOKEN_BYTES_MAX - 3..=TOKEN_BYTES_MAX).rev().find_map(of_bytes).unwrap();
    assert_eq!(scene(&[]).await.open_sso(&longest).await.status, 200);
    let longer = (TOKEN_BYTES_MAX + 1..=TOKEN_BYTES_MAX + 3).find_map(of_bytes).unwrap();
    assert_nobody(&scene(&[]).await, &longer, "a longer one").await;
}

#[tokio::test]
async fn attack_replay() {
    let scene = scene(&[]).await;
    let first = token(&json!({}));
    assert!(session(&scene.press(&first, &[SAME_ORIGIN]).await).is_some());
    for _ in 0..2 {
        let again = scene.press(&first, &[SAME_ORIGIN]).await;
        assert_eq!((again.status.as_u16(), session(&again)), (403, None), "{}", again.text());
        assert!(again.text().contains("it was used already"), "{}", again.text());
        assert_eq!(scene.hand_in(&handed(&first), &[SAME_ORIGIN]).await.status, 403, "nor by the frame");
        assert_eq!(scene.open_sso(&first).await.status, 403, "nor is it asked about");
    }
    let renamed = token(&json!({"name": "Eve", "sub": "8"}));
    assert_eq!(session(&scene.press(&renamed, &[SAME_ORIGIN]).await), None, "the number counts, not the rest");
    assert!(session(&scene.press(&token(&json!({"jti": "two"})), &[SAME_ORIGIN]).await).is_some());
    // To the very end of what would be believed.
    scene.test.advance(329);
    let last = scene.press(&first, &[SAME_ORIGIN]).await;
    assert!(last.text().contains("it was used already"), "{}", last.text());
    scene.test.advance(1);
    assert!(scene.press(&first, &[SAME_ORIGIN]).await.text().contains("it is over"));
}

#[tokio::test]
async fn many_at_once_use_a_token_once() {
    let scene = scene(&[]).await;
    let token = token(&json!({}));
    let all = futures_util::future::join_all((0..8).map(|_| scene.press(&token, &[SAME_ORIGIN]))).await;
    assert_eq!(all.iter().filter(|answer| session(answer).is_some()).count(), 1);
}

#[tokio::test]
async fn a_hostile_profile_is_made_harmless() {
    let scene = scene(&[]).await;
    let token = token(&json!({
        "name": "<script>alert(1)</script>\u{202E}Ann\" onmouseover=\"x", "url": "javascript:alert(1)",
        "picture": "data:image/svg+xml,<svg/>", "email": "ann", "email_verified": "true",
    }));
    let page = scene.open_sso(&token).await.text();
    assert!(
        !page.contains("<script>alert") && !page.contains("\" onmouseover") && !page.contains('\u{202E}'),
        "{page}"
    );
    let who = scene.identity_of(&scene.press(&token, &[SAME_ORIGIN]).await).await;
    assert_eq!((who.url.as_str(), who.picture.as_str(), who.email.as_str(), who.email_verified), ("", "", "", false));
    let long = self::token(&json!({"jti": "long", "sub": "8", "name": "x".repeat(1_000)}));
    assert_eq!(scene.identity_of(&scene.press(&long, &[SAME_ORIGIN]).await).await.name.len(), NAME_BYTES_MAX);
}

/// A site's administrator sets its single sign-on up, and speaks for nobody else with it.
#[tokio::test]
async fn attack_an_issuer_that_is_somebody_else() {
    let scene = scene(&[]).await;
    let github = ProvenIdentity {
        provider: "github".into(),
        provider_name: "GitHub".into(),
        issuer: "https://github.com".into(),
        subject: "7".into(),
        name: "Ann".into(),
        url: String::new(),
        picture: String::new(),
        email: String::new(),
        email_verified: false,
    };
    let (ann, _) = rejoinder::actions::log_in_identity::find_or_make(&scene.test.app, &github).await.unwrap();
    scene
        .add("sso", |provider| {
            (provider.issuer, provider.client_secret) = ("https://github.com".into(), SECRET.to_owned().into());
            provider.settings.clear();
        })
        .await;
    let pressed = scene.press(&token(&json!({"iss": "https://github.com"})), &[SAME_ORIGIN]).await;
    let who = scene.identity_of(&pressed).await;
    assert_ne!(who.issuer, "https://github.com");
    let (own, _) = rejoinder::actions::log_in_identity::find_or_make(&scene.test.app, &who).await.unwrap();
    assert_ne!(own.id, ann.id);
}

#[tokio::test]
async fn keys_are_fetched_kept_and_rotated() {
    for key in [Key::rsa(), Key::ec(), Key::ed()] {
        let algorithm = key.algorithm();
        let scene = Scene::with("mastodon").await;
        let uri = format!("{}/keys", scene.stub.url);
        add(&scene, "sso", &[("algorithm", algorithm), ("jwks_uri", &uri)]).await;
        scene.stub.says().keys = vec![key.public("one")];
        let by = |key: &Key, kid: &str, jti: &str| {
            key.sign(&json!({"alg": algorithm, "kid": kid}), &claims(&json!({"jti": jti})))
        };
        for jti in ["1", "2"] {
            assert!(session(&scene.press(&by(&key, "one", jti), &[SAME_ORIGIN]).await).is_some(), "{algorithm}");
        }
        assert_eq!(scene.stub.heard("/keys").len(), 1, "{algorithm}: remembered");
        // Another algorithm, and the secret or the public key as a secret.
        let public = scene.stub.says().keys[0].to_string();
        for secret in [SECRET, public.as_str()] {
            let all = claims(&json!({"jti": "3"}));
            for header in [json!({"alg": "HS256", "kid": "one"}), json!({"alg": algorithm, "kid": "one"})] {
                let forged = signed(&header, &all, secret.as_bytes());
                assert_eq!(session(&scene.press(&forged, &[SAME_ORIGIN]).await), None, "{algorithm} {header}");
            }
        }
        // An unknown key is asked for once, not as often as strangers like.
        let next = match algorithm {
            "ES256" => Key::ec(),
            "EdDSA" => Key::ed(),
            _ => continue,
        };
        for jti in ["4", "5"] {
            assert_eq!(session(&scene.press(&by(&next, "two", jti), &[SAME_ORIGIN]).await), None, "{algorithm}");
        }
        assert_eq!(scene.stub.heard("/keys").len(), 1, "{algorithm}: they were asked for a moment ago");
        scene.stub.says().keys = vec![next.public("two")];
        scene.test.advance(KEYS_ASKED_AGAIN_AFTER.as_secs());
        let rotated = by(&next, "two", "6");
        assert!(session(&scene.press(&rotated, &[SAME_ORIGIN]).await).is_some(), "{algorithm}: rotated");
        assert_eq!(session(&scene.press(&by(&key, "one", "7"), &[SAME_ORIGIN]).await), None, "{algorithm}: withdrawn");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_log_nobody_in_and_are_told_to_the_owner() {
    let scene = Scene::with("mastodon").await;
    let uri = format!("{}/nothing", scene.stub.url);
    add(&scene, "sso", &[("algorithm", "ES256"), ("jwks_uri", &uri)]).await;
    let key = Key::ec();
    let answer = scene.press(&key.sign(&json!({"alg": "ES256"}), &claims(&json!({}))), &[SAME_ORIGIN]).await;
    assert_eq!((answer.status.as_u16(), session(&answer)), (409, None), "{}", answer.text());
    assert!(scene.last_error("sso").await.contains("the key set"), "{}", scene.last_error("sso").await);
    let garbage = scene.press("a.b.c", &[SAME_ORIGIN]).await;
    assert_eq!(garbage.status, 403);
    assert!(!scene.last_error("sso").await.contains("token"), "strangers write nothing there");
}

#[tokio::test]
async fn the_frame_hands_its_token_in_and_fetches_a_readers_session() {
    let scene = scene(&[]).await;
    let claim = async |headers: &[(&str, &str)]| {
        let mut request = Request::post("/login/claim").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = json!({"verifier": VERIFIER, "as": "cookie"}).to_string();
        scene.test.send(request.body(body.into()).unwrap()).await
    };
    assert_eq!(scene.hand_in(&handed(&token(&json!({}))), &[SAME_ORIGIN]).await.status, 200);
    let claimed = claim(&[SAME_ORIGIN]).await;
    assert_eq!(claimed.status, 200, "{}", claimed.text());
    let cookie = claimed.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("rejoinder_frame="), "{cookie}");
    let me = scene.test.get_with("/login/me", &[("cookie", &cookie), SAME_ORIGIN]).await;
    assert_eq!(me.json()["name"].as_str(), Some("Ann"));
    assert_eq!(scene.hand_in(&handed(&token(&json!({}))), &[SAME_ORIGIN]).await.status, 403, "once");
    // The next page of the blog: they are logged in already, and its token is used up all the same.
    let next = token(&json!({"jti": "two"}));
    let same = scene.hand_in(&handed(&next), &[SAME_ORIGIN, ("cookie", &cookie)]).await;
    assert_eq!(same.status, 204, "{}", same.text());
    assert_eq!(scene.hand_in(&handed(&next), &[SAME_ORIGIN]).await.status, 403, "logged out stays logged out");
    // Somebody else at the same machine.
    let other = token(&json!({"jti": "three", "sub": "8", "name": "Bob"}));
    assert_eq!(scene.hand_in(&handed(&other), &[SAME_ORIGIN, ("cookie", &cookie)]).await.status, 200);
    for (body, status) in [
        ("{}".to_owned(), 400),
        ("x".to_owned(), 400),
        (json!({"token": next, "challenge": ""}).to_string(), 400),
        (json!({"token": next, "challenge": "x"}).to_string(), 400),
        (json!({"token": "x".repeat(TOKEN_BYTES_MAX + 256), "challenge": ""}).to_string(), 413),
    ] {
        assert_eq!(scene.hand_in(&body, &[SAME_ORIGIN]).await.status, status, "{body}");
    }
    let form = scene.test.form("/login/sso/frame", &[("token", &next)], &[SAME_ORIGIN]).await;
    assert_eq!(form.status, 415);
}

#[tokio::test]
async fn the_sites_own_log_in_page_is_a_way_where_it_has_one() {
    let scene = scene(&[]).await;
    let ways = async || {
        let offered = offered(&scene.test.app, &scene.site).await.unwrap();
        offered.into_iter().map(|offer| offer.id).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ways().await, "mastodon", "without a page there is nowhere to send people");
    let page = format!("{}/wp-login.php?x=1", scene.stub.url);
    add(&scene, "sso", &[("login_url", &page)]).await;
    assert_eq!(ways().await, "mastodon sso");
    let begun = scene.start("sso").await;
    assert!(begun.to.as_str().starts_with(&format!("{page}&return_to=")), "{}", begun.to);
    let back = url::Url::parse(&begun.asked("return_to")).unwrap();
    assert_eq!(back.path(), "/login/callback/sso");
    let state = back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let token = token(&json!({}));
    let parameters = [("state", state.as_str()), ("token", token.as_str())];
    let stranger = scene.come_back("sso", &parameters, "").await;
    assert_eq!((stranger.status.as_u16(), session(&stranger)), (403, None), "another browser");
    let begun = scene.start("sso").await;
    let back = url::Url::parse(&begun.asked("return_to")).unwrap();
    let state = back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let parameters = [("state", state.as_str()), ("token", token.as_str())];
    let answer = scene.come_back("sso", &parameters, &begun.cookie).await;
    assert_eq!(answer.header("location"), BLOG_PAGE, "{}", answer.text());
    assert_eq!(scene.identity_of(&answer).await.name, "Ann");
    assert_eq!(session(&scene.press(&token, &[SAME_ORIGIN]).await), None, "used up this way too");
}

#[tokio::test]
async fn it_is_offered_once_it_has_what_it_needs() {
    let scene = scene(&[]).await;
    for (name, issuer, secret, settings, lacks) in [
        ("shared", ISSUER, "x".repeat(32), vec![], None),
        ("a short secret", ISSUER, "x".repeat(31), vec![], Some("a secret of at least 32 bytes")),
        ("no issuer", "", "x".repeat(32), vec![], Some("the issuer")),
        ("no keys", ISSUER, String::new(), vec![("algorithm", "ES256")], Some("the address of the key set (jwks_uri)")),
        ("keys", ISSUER, String::new(), vec![("algorithm", "ES256"), ("jwks_uri", "https://a.example/k")], None),
        (
            "no algorithm of ours",
            ISSUER,
            "x".repeat(32),
            vec![("algorithm", "none")],
            Some("an algorithm: HS256, RS256, ES256 or EdDSA"),
        ),
    ] {
        let mut provider = providers::find(&scene.test.app.db, scene.site.id, "sso").await.unwrap().unwrap();
        (provider.issuer, provider.client_secret) = (issuer.into(), secret.into());
        provider.settings = settings.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        assert_eq!(provider.lacks(false), lacks, "{name}");
    }
    scene.add("sso", |provider| provider.enabled = false).await;
    assert_nobody(&scene, &token(&json!({})), "switched off").await;
}
