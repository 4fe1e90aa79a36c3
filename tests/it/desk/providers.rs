//! Settings > Log-in: providers are added, filled in, tested and removed; secrets are not shown again.

use rejoinder::actions::offered_providers::offered;
use rejoinder::model::role::Role;
use rejoinder::store::providers;

use super::bench::Bench;

#[tokio::test]
async fn a_provider_is_added_filled_in_switched_on_and_removed() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Administrator).await;
    let site = bench.site().await;
    let names = async || {
        let offered = offered(&bench.app, &site).await.unwrap();
        offered.into_iter().map(|offer| offer.name).collect::<Vec<_>>().join(" ")
    };
    for kind in ["github", "mastodon", "oidc", "oidc"] {
        let added = ada.post("/desk/log-in", &[("kind", kind)]).await;
        assert_eq!((added.status.as_u16(), added.location()), (303, "/desk/log-in?done=added"), "{kind}");
    }
    assert_eq!(names().await, "Mastodon", "what needs nothing is offered at once");
    let page = ada.get("/desk/log-in").await.text;
    for text in
        ["/login/callback/github", "/login/callback/oidc-2", "It still needs the client ID and the client secret"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    let lacking = ada.post("/desk/log-in/github", &[("action", "save"), ("enabled", "1")]).await;
    assert!(lacking.status == 400 && lacking.text.contains("it needs the client ID"), "{}", lacking.text);
    let fields =
        [("action", "save"), ("name", "Git <b>"), ("client_id", "abc"), ("client_secret", "hush"), ("enabled", "1")];
    assert_eq!(ada.post("/desk/log-in/github", &fields).await.location(), "/desk/log-in?done=saved");
    assert_eq!(names().await, "Git Mastodon");
    let page = ada.get("/desk/log-in").await.text;
    assert!(page.contains("value=\"abc\"") && !page.contains("hush") && !page.contains("<b>"), "{page}");
    let kept = [("action", "save"), ("name", "Git"), ("client_id", "abc"), ("client_secret", ""), ("enabled", "1")];
    ada.post("/desk/log-in/github", &kept).await;
    let github = providers::find(&bench.app.db, bench.site, "github").await.unwrap().unwrap();
    assert_eq!((github.secret(), github.enabled), ("hush", true), "an empty field keeps the secret");
    ada.post("/desk/log-in/github", &[("action", "save"), ("name", "Git")]).await;
    assert_eq!(names().await, "Mastodon", "a box that is not ticked");
    assert_eq!(
        ada.post("/desk/log-in/mastodon", &[("action", "remove")]).await.location(),
        "/desk/log-in?done=removed"
    );
    assert_eq!(names().await, "");
    for (path, fields) in [("/desk/log-in", [("kind", "nothing")]), ("/desk/log-in/nothing", [("action", "remove")])] {
        assert!(ada.post(path, &fields).await.status.is_client_error(), "{path}");
    }
    assert!(bench.log().await.contains(&"ada: set_provider github on".to_owned()), "{:?}", bench.log().await);
}

#[tokio::test]
async fn a_test_says_what_is_wrong() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Administrator).await;
    ada.post("/desk/log-in", &[("kind", "oidc")]).await;
    let untested = ada.post("/desk/log-in/oidc", &[("action", "test")]).await;
    assert!(untested.text.contains("It still needs the issuer"), "{}", untested.text);
    let fields = [("action", "save"), ("name", "Own"), ("issuer", "https://10.0.0.1"), ("client_id", "a")];
    assert_eq!(ada.post("/desk/log-in/oidc", &fields).await.location(), "/desk/log-in?done=saved");
    let tested = ada.post("/desk/log-in/oidc", &[("action", "test")]).await;
    assert!(tested.status == 400 && tested.text.contains("address 10.0.0.1 is not public"), "{}", tested.text);
    assert!(ada.get("/desk/log-in").await.text.contains("Last error"));
}

/// An identity counts on every site of the instance: a site's administrator cannot say whom to believe.
#[tokio::test]
async fn an_administrator_changes_neither_addresses_nor_a_fixed_issuer() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Administrator).await;
    for kind in ["wordpress-com-connect", "github", "google"] {
        ada.post("/desk/log-in", &[("kind", kind)]).await;
        let path = format!("/desk/log-in/{kind}");
        let fields = [
            ("action", "save"),
            ("name", "Name"),
            ("set-token_endpoint", "https://evil.example/token"),
            ("set-userinfo_endpoint", "https://evil.example/me"),
            ("set-discovery", "https://evil.example/d"),
        ];
        ada.post(&path, &fields).await;
        let kept = providers::find(&bench.app.db, bench.site, kind).await.unwrap().unwrap();
        assert!(kept.settings.is_empty(), "{kind}: {:?}", kept.settings);
        let issuer = [("action", "save"), ("name", "Name"), ("issuer", "https://github.com/x")];
        assert_eq!(ada.post(&path, &issuer).await.status, 400, "{kind}");
    }
    let eve = bench.browser("eve", Role::Editor).await;
    assert_eq!(eve.post("/desk/log-in", &[("kind", "mastodon")]).await.status, 403);
    assert_eq!(eve.post("/desk/log-in/github", &[("action", "remove")]).await.status, 403);
}

#[tokio::test]
async fn what_a_log_in_is_worth_is_chosen_from_four() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Administrator).await;
    ada.post("/desk/log-in", &[("kind", "mastodon")]).await;
    let trust =
        async || providers::find(&bench.app.db, bench.site, "mastodon").await.unwrap().unwrap().trust().as_str();
    assert_eq!(trust().await, "guests", "nothing, until somebody chooses");
    for choice in ["approved", "verified-email", "always", "guests"] {
        let fields = [("action", "save"), ("name", "Mastodon"), ("enabled", "1"), ("set-trust", choice)];
        assert_eq!(ada.post("/desk/log-in/mastodon", &fields).await.status, 303, "{choice}");
        assert_eq!(trust().await, choice);
        let page = ada.get("/desk/log-in").await.text;
        assert!(page.contains(&format!("<option value=\"{choice}\" selected>")), "{choice}: {page}");
    }
    let wrong = ada.post("/desk/log-in/mastodon", &[("action", "save"), ("set-trust", "everybody")]).await;
    assert!(wrong.status == 400 && wrong.text.contains("“trust” is one of guests, approved"), "{}", wrong.text);
}

#[tokio::test]
async fn providers_are_moved_up_and_down_by_buttons() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Administrator).await;
    let site = bench.site().await;
    for kind in ["mastodon", "indieauth", "wordpress"] {
        ada.post("/desk/log-in", &[("kind", kind)]).await;
    }
    let order = async || {
        let offered = offered(&bench.app, &site).await.unwrap();
        offered.into_iter().map(|offer| offer.id).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(order().await, "mastodon indieauth wordpress");
    for (id, way, expected) in [
        ("wordpress", "up", "mastodon wordpress indieauth"),
        ("wordpress", "up", "wordpress mastodon indieauth"),
        ("wordpress", "up", "wordpress mastodon indieauth"),
        ("mastodon", "down", "wordpress indieauth mastodon"),
        ("mastodon", "down", "wordpress indieauth mastodon"),
    ] {
        let moved = ada.post(&format!("/desk/log-in/{id}"), &[("action", way)]).await;
        assert_eq!(moved.location(), format!("/desk/log-in?done=moved&moved={id}&way={way}"));
        assert_eq!(order().await, expected, "{id} {way}");
        let page = ada.get(moved.location()).await.text;
        assert_eq!(page.matches(" autofocus").count(), 1, "the keyboard stays where it was: {page}");
    }
    let page = ada.get("/desk/log-in").await.text;
    assert_eq!((page.matches("value=\"up\"").count(), page.matches("value=\"down\"").count()), (2, 2), "{page}");
    assert!(!page.contains("autofocus"), "{page}");
    let eve = bench.browser("eve", Role::Editor).await;
    assert_eq!(eve.post("/desk/log-in/mastodon", &[("action", "up")]).await.status, 403);
    assert_eq!(ada.post("/desk/log-in/nothing", &[("action", "up")]).await.status, 404);
}

#[tokio::test]
async fn single_sign_on_gets_a_secret_that_is_shown_once() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Administrator).await;
    ada.post("/desk/log-in", &[("kind", "sso")]).await;
    let kept = async || providers::find(&bench.app.db, bench.site, "sso").await.unwrap().unwrap();
    let site = bench.site().await;
    assert_eq!((kept().await.issuer, kept().await.name), (site.origin(), site.home_host().to_owned()));
    let page = ada.get("/desk/log-in").await.text;
    assert!(page.contains("It still needs a secret of at least 32 bytes"), "{page}");
    let made = ada.post("/desk/log-in/sso", &[("action", "secret")]).await;
    let secret = kept().await.secret().to_owned();
    assert!(made.status == 200 && secret.len() == 64 && made.text.contains(&secret), "{}", made.text);
    assert!(!ada.get("/desk/log-in").await.text.contains(&secret), "once");
    ada.post("/desk/log-in/sso", &[("action", "secret")]).await;
    assert_ne!(kept().await.secret(), secret);
    let fields = [
        ("action", "save"),
        ("name", "Blog"),
        ("issuer", "https://blog.example"),
        ("enabled", "1"),
        ("set-algorithm", "ES256"),
        ("set-jwks_uri", "https://blog.example/keys"),
    ];
    assert_eq!(ada.post("/desk/log-in/sso", &fields).await.status, 303);
    assert_eq!(kept().await.setting("jwks_uri"), Some("https://blog.example/keys"), "its word counts here alone");
    ada.post("/desk/log-in", &[("kind", "github")]).await;
    assert_eq!(ada.post("/desk/log-in/github", &[("action", "secret")]).await.status, 400);
    let eve = bench.browser("eve", Role::Editor).await;
    assert_eq!(eve.post("/desk/log-in/sso", &[("action", "secret")]).await.status, 403);
}
