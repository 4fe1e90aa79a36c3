//! Every kind of provider, from the button to the log-out: the window logs in, the frame gets the log-in, a comment
//! stands in the thread under the name that the provider gave.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Request, StatusCode};
use rejoinder::model::form_fields::TOKEN;
use rejoinder::model::provider::{KINDS, Kind};
use rejoinder::secret::token_hash;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::json;

use super::{SAME_ORIGIN, Scene};
use crate::harness::Answer;

const VERIFIER: &str = "frame-verifier-frame-verifier-frame-verifie";
const OWN_ORIGIN: (&str, &str) = ("origin", "http://comments.test");

/// `name=value` of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> String {
    let all = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap());
    let mut found = all.filter_map(|line| line.split(';').next()).filter(|pair| pair.starts_with(name));
    found.next().unwrap_or_else(|| panic!("no {name}: {} {}", answer.status, answer.text())).to_owned()
}

/// The value of a field of a page.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("{name} in {page}"));
    let rest = &page[at..];
    rest.split_once("value=\"").unwrap().1.split_once('"').unwrap().0
}

/// A provider of this kind as the stub speaks it, and what a visitor types.
async fn scene(kind: &Kind) -> (Scene, String) {
    let scene = if kind.asks.is_some() { Scene::of_the_visitor(kind.name).await } else { Scene::with(kind.name).await };
    let url = scene.stub.url.clone();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let key = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(pkcs8.as_ref()));
    if kind.name == "apple" {
        scene
            .add("apple", |provider| {
                provider.client_secret = key.into();
                provider.settings.extend([("team_id".into(), "T".into()), ("key_id".into(), "K".into())]);
            })
            .await;
    }
    let user = match kind.name {
        "x" => json!({"data": {"id": "9", "name": "Ann", "username": "ann"}}),
        "wordpress-com-connect" => json!({"ID": 12, "display_name": "Ann"}),
        "github" => json!({"id": 7, "login": "ann", "name": "Ann"}),
        _ => json!({"id": "5", "username": "ann", "global_name": "Ann", "name": "Ann"}),
    };
    scene.stub.says().profiles.insert("/userinfo".into(), (200, user));
    match kind.name {
        "mastodon" => super::instances::mastodon(&scene.stub, true),
        "indieauth" => super::instances::indieauth(&scene.stub, &format!("{url}/ann/")),
        "wordpress" => super::wordpress::site(&scene.stub),
        "microsoft" => scene.stub.says().claims = json!({"tid": "t-1", "oid": "o-1"}),
        _ => {}
    }
    let typed = match kind.name {
        "indieauth" => format!("{url}/ann/"),
        _ if kind.asks.is_some() => url,
        _ => String::new(),
    };
    (scene, typed)
}

/// What the provider's page sends the browser back with.
async fn return_from(scene: &Scene, kind: &Kind, begun: &super::Begun) -> Answer {
    if kind.name == "wordpress" {
        let site_url = format!("{}/wp", scene.stub.url);
        let granted = [("site_url", site_url.as_str()), ("user_login", "ann"), ("password", "abcd efgh")];
        return super::wordpress::back(scene, begun, "success_url", &granted).await;
    }
    let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
    let iss = format!("{}/", scene.stub.url);
    let mut fields = vec![("code", code.as_str()), ("state", state.as_str())];
    if kind.name == "indieauth" {
        fields.push(("iss", iss.as_str()));
    }
    let path = begun.asked("redirect_uri").replace("http://comments.test", "");
    if kind.answers_by_form {
        return scene.test.form(&path, &fields, &[("cookie", &begun.cookie)]).await;
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    scene.test.get_with(&format!("{path}?{query}"), &[("cookie", &begun.cookie)]).await
}

#[tokio::test]
async fn each_kind_logs_in_comments_and_logs_out() {
    // By e-mail nobody else is asked: tests/it/mail/log_in.rs. By single sign-on the blog speaks: sso.rs.
    for kind in KINDS.iter().filter(|kind| !matches!(kind.name, "email" | "sso")) {
        let (scene, typed) = scene(kind).await;
        scene.test.post(&scene.site, "https://blog.example/a-post/", "A post").await;
        scene.test.option(scene.site.id, "comment_previously_approved", "0").await;
        let button = format!("name=\"provider\" value=\"{}\"", kind.name);
        assert!(scene.test.get("/login?p=1").await.text().contains(&button), "{}", kind.name);
        let icon = scene.test.get(&format!("/login/icons/{}", kind.icon)).await;
        assert_eq!((icon.status, icon.header("content-type")), (StatusCode::OK, "image/svg+xml"), "{}", kind.name);

        let challenge = URL_SAFE_NO_PAD.encode(token_hash(VERIFIER));
        let begun = scene.start_by(kind.name, &[("instance", &typed), ("handover", &challenge)], "").await;
        let done = return_from(&scene, kind, &begun).await;
        let error = scene.last_error(kind.name).await;
        assert!(done.status == StatusCode::OK && done.text().contains("Ann"), "{}: {error} {}", kind.name, done.text());

        let claim = Request::post("/login/claim").header("content-type", "application/json");
        let claim = claim.header(SAME_ORIGIN.0, SAME_ORIGIN.1).header(OWN_ORIGIN.0, OWN_ORIGIN.1);
        let body = format!(r#"{{"verifier":"{VERIFIER}","as":"cookie"}}"#);
        let claimed = scene.test.send(claim.body(body.into()).unwrap()).await;
        assert!(claimed.status.is_success(), "{}: {}", kind.name, claimed.text());
        let frames = cookie(&claimed, "rejoinder_frame=");

        let document = scene.test.get_with("/embed/form?p=1", &[("cookie", &frames)]).await.text();
        assert!(document.contains("You are commenting using your"), "{}: {document}", kind.name);
        scene.test.advance(5);
        let fields = [("comment_post_ID", "1"), ("comment", "A thought"), (TOKEN, field(&document, TOKEN))];
        let headers = [("cookie", frames.as_str()), SAME_ORIGIN, OWN_ORIGIN, ("accept", "application/json")];
        let posted = scene.test.form("/wp-comments-post.php", &fields, &headers).await;
        assert_eq!(posted.status, StatusCode::CREATED, "{}: {}", kind.name, posted.text());
        let thread = scene.test.get("/?p=1").await.text();
        assert!(thread.contains("A thought") && thread.contains(">Ann<"), "{}: {thread}", kind.name);
        assert!(thread.contains("<span class=\"proven\" title=\"Logged in with "), "{}: {thread}", kind.name);

        let fields = [("csrf", field(&document, "csrf")), ("return_to", "/?p=1")];
        let out = scene.test.form("/login/out", &fields, &headers[..3]).await;
        assert_eq!(out.status, StatusCode::SEE_OTHER, "{}: {}", kind.name, out.text());
        let after = scene.test.get_with("/login/me", &[("cookie", &frames), SAME_ORIGIN]).await;
        assert_eq!(after.json()["name"], json!(null), "{}", kind.name);
    }
}
