//! Log-ins where the visitor says whom to ask: Mastodon's instances and IndieAuth's sites (identity-providers §3.10,
//! §3.11, §7).

use http::StatusCode;
use rejoinder::store::client_registrations::{self, Key, Registration};
use serde_json::{Value, json};

use super::stub::Stub;
use super::{Answer, BLOG_PAGE, Begun, SAME_ORIGIN, Scene, assert_refused, session};

impl Scene {
    /// With a provider whose issuers the visitor names.
    pub(super) async fn of_the_visitor(kind: &str) -> Self {
        let scene = Self::with(kind).await;
        scene
            .add(kind, |provider| {
                provider.client_id = String::new();
                provider.client_secret = String::new().into();
                provider.issuer = String::new();
                provider.settings.clear();
            })
            .await;
        scene
    }

    fn host(&self) -> &str {
        self.stub.url.strip_prefix("http://").unwrap()
    }

    pub(super) async fn start_at(&self, kind: &str, instance: &str) -> Answer {
        let fields = [("provider", kind), ("instance", instance), ("return_to", BLOG_PAGE)];
        self.start_with(&fields, &[SAME_ORIGIN]).await
    }

    pub(super) async fn begin_at(&self, kind: &str, instance: &str) -> Begun {
        self.start_by(kind, &[("instance", instance)], "").await
    }

    /// The visitor says yes, and the browser goes where the request said.
    async fn return_from(&self, stub: &Stub, begun: &Begun, iss: Option<&str>) -> Answer {
        let (code, state) = (stub.consent(&begun.to), begun.asked("state"));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", &code).append_pair("state", &state);
        if let Some(iss) = iss {
            query.append_pair("iss", iss);
        }
        let path = begun.asked("redirect_uri").replace("http://comments.test", "");
        self.test.get_with(&format!("{path}?{}", query.finish()), &[("cookie", &begun.cookie)]).await
    }
}

impl Scene {
    /// The visitor comes back, and is sent to the instance once more.
    async fn sent_again(&self, begun: &Begun) -> Begun {
        let answer = self.return_from(&self.stub, begun, None).await;
        assert_eq!((answer.status, session(&answer)), (StatusCode::SEE_OTHER, None), "{}", answer.text());
        let to: url::Url = answer.header("location").parse().unwrap();
        assert_eq!((to.origin(), to.path()), (begun.to.origin(), "/oauth/authorize"));
        Begun { to, cookie: begun.cookie.clone() }
    }
}

const VERIFY: &str = "/api/v1/accounts/verify_credentials";

/// An instance of Mastodon; older ones have no metadata, and know no PKCE.
pub(super) fn mastodon(stub: &Stub, has_metadata: bool) {
    let url = stub.url.clone();
    let mut says = stub.says();
    says.knows_pkce = has_metadata;
    says.paths.insert("/api/v1/apps", "/register");
    says.paths.insert("/oauth/token", "/token");
    let account = json!({"id": "1", "username": "ann", "display_name": ":cat: Ann", "url": format!("{url}/@ann"),
        "uri": format!("{url}/users/ann"), "avatar_static": format!("{url}/a.png")});
    says.profiles.insert(VERIFY.into(), (200, account));
    if has_metadata {
        let metadata = json!({"issuer": format!("{url}/"), "authorization_endpoint": format!("{url}/oauth/authorize"),
            "token_endpoint": format!("{url}/oauth/token"), "scopes_supported": ["read", "profile"]});
        says.profiles.insert("/.well-known/oauth-authorization-server".into(), (200, metadata));
    }
}

#[tokio::test]
async fn a_mastodon_instance_is_named_in_several_ways_and_registered_at_once() {
    for (has_metadata, scope) in [(true, "profile"), (false, "read:accounts")] {
        let scene = Scene::of_the_visitor("mastodon").await;
        mastodon(&scene.stub, has_metadata);
        for typed in [scene.host().to_owned(), format!("@ann@{}", scene.host()), format!(" {}/@ann ", scene.stub.url)] {
            let begun = scene.begin_at("mastodon", &typed).await;
            assert_eq!((begun.to.path(), begun.asked("scope").as_str()), ("/oauth/authorize", scope), "{typed}");
            let (account, identities) = scene.account(&scene.return_from(&scene.stub, &begun, None).await).await;
            assert_eq!((account.display_name.as_str(), account.email.as_str()), ("Ann", ""));
            let proven = &identities[0].proven;
            assert_eq!(
                (proven.issuer.as_str(), proven.subject.as_str()),
                (&*scene.stub.url, &*format!("{}/users/ann", scene.stub.url))
            );
            assert_eq!(proven.provider_name, "127.0.0.1");
        }
        assert_eq!(scene.accounts().await, 1);
        let registered = scene.stub.says().registered.clone();
        assert_eq!(registered.len(), 1, "once for an instance");
        assert!(registered[0]["redirect_uris"].is_string(), "older versions take no list");
        assert_eq!(registered[0]["scopes"], scope);
    }
}

#[tokio::test]
async fn a_mastodon_instance_that_forgot_us_is_registered_at_again() {
    let scene = Scene::of_the_visitor("mastodon").await;
    mastodon(&scene.stub, true);
    // It forgets us between the visitor's way there and their way back: they are sent there again, and are in.
    let begun = scene.begin_at("mastodon", scene.host()).await;
    scene.stub.says().secrets.clear();
    let again = scene.sent_again(&begun).await;
    assert_eq!(
        (again.asked("client_id").as_str(), again.asked("redirect_uri")),
        ("client-2", begun.asked("redirect_uri"))
    );
    assert_ne!(
        (again.asked("state"), again.asked("code_challenge")),
        (begun.asked("state"), begun.asked("code_challenge"))
    );
    let answer = scene.return_from(&scene.stub, &again, None).await;
    assert_eq!((session(&answer).is_some(), answer.header("location")), (true, BLOG_PAGE));
    assert_refused(&scene.return_from(&scene.stub, &begun, None).await, "what was begun first is over");
    assert_eq!(scene.stub.says().registered.len(), 2);
}

/// Once for a log-in: an instance cannot send a visitor around for ever.
#[tokio::test]
async fn a_mastodon_instance_that_forgets_us_at_once_is_given_up_until_the_next_log_in() {
    let scene = Scene::of_the_visitor("mastodon").await;
    mastodon(&scene.stub, true);
    let begun = scene.begin_at("mastodon", scene.host()).await;
    scene.stub.says().secrets.clear();
    let again = scene.sent_again(&begun).await;
    scene.stub.says().secrets.clear();
    assert_refused(&scene.return_from(&scene.stub, &again, None).await, "invalid_client twice");
    assert_eq!(scene.last_error("mastodon").await, "it refused: invalid_client");
    let begun = scene.begin_at("mastodon", scene.host()).await;
    assert!(session(&scene.return_from(&scene.stub, &begun, None).await).is_some());
    assert_eq!(scene.stub.says().registered.len(), 3);
}

/// An instance speaks for its own people only, and each has its own address of return (ID-7).
#[tokio::test]
async fn an_instance_speaks_for_nobody_elses_people() {
    let scene = Scene::of_the_visitor("mastodon").await;
    let other = Stub::start().await;
    mastodon(&scene.stub, true);
    mastodon(&other, true);
    let begun = scene.begin_at("mastodon", scene.host()).await;
    let at_other = scene.begin_at("mastodon", other.url.strip_prefix("http://").unwrap()).await;
    assert_ne!(begun.asked("redirect_uri"), at_other.asked("redirect_uri"));
    let victim = json!({"username": "ann", "uri": format!("{}/users/ann", scene.stub.url), "url": format!("{}/@ann", scene.stub.url)});
    other.says().profiles.insert(VERIFY.into(), (200, victim));
    assert_refused(&scene.return_from(&other, &at_other, None).await, "the actor of another host");
    let mixed = Begun {
        cookie: begun.cookie.clone(),
        to: begun.to.as_str().replace(&begun.asked("redirect_uri"), "").parse().unwrap(),
    };
    let path = at_other.asked("redirect_uri").replace("http://comments.test", "");
    let state = mixed.asked("state");
    let answer = scene.test.get_with(&format!("{path}?code=x&state={state}"), &[("cookie", &begun.cookie)]).await;
    assert_refused(&answer, "another instance's address");
    assert_eq!(scene.accounts().await, 0);
}

#[tokio::test]
async fn metadata_of_another_server_is_not_followed() {
    for (name, change) in [("issuer", "issuer"), ("authorize", "authorization_endpoint"), ("token", "token_endpoint")] {
        let scene = Scene::of_the_visitor("mastodon").await;
        mastodon(&scene.stub, true);
        let path = "/.well-known/oauth-authorization-server";
        scene.stub.says().profiles.get_mut(path).unwrap().1[change] = "https://evil.example/x".into();
        let answer = scene.start_at("mastodon", scene.host()).await;
        assert_refused(&answer, name);
    }
}

#[tokio::test]
async fn what_is_no_public_server_is_not_asked() {
    for kind in ["mastodon", "indieauth"] {
        let scene = Scene::of_the_visitor(kind).await;
        for typed in [
            "",
            " ",
            "@",
            "10.0.0.1",
            "192.168.1.1",
            "[::1]",
            "169.254.169.254",
            // A name that is nobody's, on every network (RFC 6761 §6.4).
            "nobody.invalid",
            "https://10.0.0.1/",
            "http://example.org/",
            "ftp://example.org/",
            "javascript:alert(1)",
            "https://8.8.8.8/",
            "https://example.org:8443/",
            "https://user:pass@10.0.0.1/x#y",
            "file:///etc/passwd",
            &"x".repeat(301),
        ] {
            let answer = scene.start_at(kind, typed).await;
            assert!(answer.status.is_client_error(), "{kind} {typed}: {}", answer.status);
            assert_eq!(answer.header("location"), "", "{kind} {typed}");
        }
        assert!(scene.stub.says().heard.is_empty(), "{kind}");
        assert_eq!(scene.last_error(kind).await, "", "{kind}: nothing for an owner to mend");
    }
}

/// A page of a person, and the server that answers for it.
pub(super) fn indieauth(stub: &Stub, me: &str) {
    let url = stub.url.clone();
    let mut says = stub.says();
    says.pages.insert("/ann/".into(), (String::new(), r#"<link rel="me indieauth-metadata" href="/metadata">"#.into()));
    says.paths.insert("/auth", "/token");
    let metadata = json!({"issuer": format!("{url}/"), "authorization_endpoint": format!("{url}/auth"),
        "authorization_response_iss_parameter_supported": true});
    says.profiles.insert("/metadata".into(), (200, metadata));
    says.me = json!({"me": me, "profile": {"name": "Ann", "email": "victim@example.org", "photo": "https://ann.example/p.png"}});
}

#[tokio::test]
async fn ones_own_site_is_who_one_is() {
    let scene = Scene::of_the_visitor("indieauth").await;
    let me = format!("{}/ann/", scene.stub.url);
    indieauth(&scene.stub, &me);
    let begun = scene.begin_at("indieauth", &me).await;
    assert_eq!(begun.asked("client_id"), "http://comments.test/login/client.json");
    assert_eq!((begun.asked("me"), begun.asked("scope")), (me.clone(), "profile".into()));
    let iss = format!("{}/", scene.stub.url);
    let answer = scene.return_from(&scene.stub, &begun, Some(&iss)).await;
    let (account, identities) = scene.account(&answer).await;
    assert_eq!((account.display_name.as_str(), account.email.as_str()), ("Ann", ""), "its address is no proof");
    assert_eq!(
        (identities[0].proven.issuer.as_str(), identities[0].proven.subject.as_str()),
        ("indieauth", me.as_str())
    );
    let begun = scene.begin_at("indieauth", &me).await;
    assert_refused(&scene.return_from(&scene.stub, &begun, None).await, "without iss");
    let begun = scene.begin_at("indieauth", &me).await;
    assert_refused(&scene.return_from(&scene.stub, &begun, Some("https://evil.example/")).await, "another iss");
    let client = scene.test.get("/login/client.json").await.json();
    assert_eq!(client["client_id"], "http://comments.test/login/client.json");
    assert!(client["client_id"].as_str().unwrap().starts_with(client["client_uri"].as_str().unwrap()));
}

#[tokio::test]
async fn a_server_says_me_of_its_own_sites_only() {
    let scene = Scene::of_the_visitor("indieauth").await;
    let victim = Stub::start().await;
    indieauth(&victim, "unused");
    let (own, elsewhere) = (format!("{}/ann/", scene.stub.url), format!("{}/ann/", victim.url));
    let second = format!("{}/second/", scene.stub.url);
    indieauth(&scene.stub, &own);
    scene.stub.says().pages.insert(
        "/second/".into(),
        (
            r#"</metadata>; rel="indieauth-metadata""#.into(),
            r#"<link rel=indieauth-metadata href="https://evil.example/">"#.into(),
        ),
    );
    let iss = format!("{}/", scene.stub.url);
    for (me, is_in) in [
        (own.as_str(), true),
        (second.as_str(), true),
        (elsewhere.as_str(), false),
        ("https://10.0.0.1/", false),
        ("", false),
        ("x", false),
    ] {
        scene.stub.says().me["me"] = Value::from(me);
        let begun = scene.begin_at("indieauth", &own).await;
        let answer = scene.return_from(&scene.stub, &begun, Some(&iss)).await;
        assert_eq!(session(&answer).is_some(), is_in, "{me}: {}", scene.last_error("indieauth").await);
        if is_in {
            assert_eq!(scene.account(&answer).await.1[0].proven.subject, me);
        }
    }
    assert_eq!(scene.start_at("indieauth", &format!("{}/nothing/", scene.stub.url)).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn metadata_is_of_the_server_that_it_lies_on() {
    let scene = Scene::of_the_visitor("indieauth").await;
    let me = format!("{}/ann/", scene.stub.url);
    indieauth(&scene.stub, &me);
    scene.stub.says().profiles.get_mut("/metadata").unwrap().1["issuer"] = "https://evil.example/".into();
    assert_refused(&scene.start_at("indieauth", &me).await, "another issuer");
    let scene = Scene::of_the_visitor("indieauth").await;
    let me = format!("{}/ann/", scene.stub.url);
    indieauth(&scene.stub, &me);
    scene.stub.says().profiles.get_mut("/metadata").unwrap().1["authorization_endpoint"] =
        "http://evil.example/auth".into();
    assert_refused(&scene.start_at("indieauth", &me).await, "an endpoint without TLS");
}

/// A visitor cannot have us ask, or register at, host after host.
#[tokio::test]
async fn one_visitor_names_so_many_hosts_and_a_site_registers_at_so_many() {
    let mut scene = Scene::of_the_visitor("mastodon").await;
    mastodon(&scene.stub, true);
    let (site, now) = (scene.site.id, scene.test.clock.now());
    let register = async |from: i64, to: i64| {
        scene
            .test
            .app
            .db
            .write(async move |tx| {
                for n in from..to {
                    let key = Key {
                        site_id: site,
                        provider_id: "mastodon".into(),
                        issuer: format!("https://{n}.example"),
                        redirect_uri: "http://comments.test/".into(),
                    };
                    let client_secret = String::new().into();
                    let new = Registration { client_id: n.to_string(), client_secret, registered_at: now };
                    client_registrations::save(tx, &key, &new).await?;
                }
                Ok(())
            })
            .await
            .unwrap();
    };
    register(0, 100).await;
    let answer = scene.start_at("mastodon", scene.host()).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "3600"));
    let forget = Key {
        site_id: site,
        provider_id: "mastodon".into(),
        issuer: "https://0.example".into(),
        redirect_uri: "http://comments.test/".into(),
    };
    let delete = async move |tx: &mut rejoinder::store::Tx| client_registrations::delete(tx, &forget, "0").await;
    scene.test.app.db.write(delete).await.unwrap();
    scene.begin_at("mastodon", scene.host()).await;

    let setup = crate::harness::Setup { limited: true, ..Default::default() };
    scene.test = crate::harness::TestApp::start_on(crate::harness::Engine::Sqlite, setup).await;
    scene.site = scene.test.site("https://blog.example").await;
    scene.add("mastodon", |_| ()).await;
    let mut statuses = Vec::new();
    for n in 0..=20 {
        statuses.push(scene.start_at("mastodon", &format!("{n}")).await.status);
    }
    assert!(statuses[..20].iter().all(|status| *status != StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
    assert_eq!(statuses[20], StatusCode::TOO_MANY_REQUESTS, "one past the burst of log-ins");
}
