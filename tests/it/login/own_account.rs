//! One's own ways to log in, on the page of one's own account: adding and removing them, what a provider's word opens, and
//! what is left of it when the account goes.

use http::StatusCode;
use rejoinder::actions::log_in_identity::tombstone;
use rejoinder::model::ids::IdentityId;
use rejoinder::model::session::Scope;
use rejoinder::store::{Tx, accounts, identities, sessions, subscriptions};
use serde_json::json;

use super::{SAME_ORIGIN, Scene, session};
use crate::harness::{Answer, Engine};

const PAGE: &str = "/account/log-ins";

/// A browser that is logged in by a provider.
struct Browser {
    cookie: String,
    csrf: String,
}

impl Scene {
    async fn browser(&self, provider: &str) -> Browser {
        let answer = self.log_in(provider).await;
        let cookie = session(&answer).expect("a session");
        let page = self.test.get_with(PAGE, &[("cookie", &cookie)]).await.text();
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        Browser { cookie, csrf }
    }

    async fn page(&self, who: &Browser, path: &str) -> String {
        self.test.get_with(path, &[("cookie", &who.cookie)]).await.text()
    }

    async fn send(&self, who: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", who.csrf.as_str())];
        all.extend(fields);
        self.test.form(path, &all, &[("cookie", &who.cookie), SAME_ORIGIN]).await
    }

    /// Adds the identity that GitHub tells of now.
    async fn add_github(&self, who: &Browser) -> Answer {
        let more = [("link", "1"), ("return_to", "/account/log-ins?done=added")];
        let fields = [&[("provider", "github")], &more[..]].concat();
        let answer = self.start_with(&fields, &[SAME_ORIGIN, ("cookie", &who.cookie)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let begun = super::Begun {
            to: url::Url::parse(answer.header("location")).unwrap(),
            cookie: answer.header("set-cookie").split(';').next().unwrap().to_owned(),
        };
        let (code, state) = (self.stub.consent(&begun.to), begun.asked("state"));
        let cookies = format!("{}; {}", begun.cookie, who.cookie);
        self.come_back("github", &[("code", &code), ("state", &state)], &cookies).await
    }

    async fn with_github(&self) {
        self.add("github", |provider| provider.issuer = "https://github.com".into()).await;
        self.github_is(7, &[]);
    }

    fn github_is(&self, id: u64, emails: &[&str]) {
        let profile = json!({"id": id, "login": format!("ann{id}"), "name": "Ann at GitHub"});
        self.stub.says().profiles.insert("/userinfo".into(), (200, profile));
        let emails: Vec<_> =
            emails.iter().map(|email| json!({"email": email, "primary": true, "verified": true})).collect();
        self.stub.says().profiles.insert("/emails".into(), (200, json!(emails)));
    }
}

#[tokio::test]
async fn a_way_to_log_in_is_added_and_removed_and_its_sessions_end_with_it() {
    let scene = Scene::with("oidc").await;
    scene.with_github().await;
    let ann = scene.browser("oidc").await;
    let page = scene.page(&ann, PAGE).await;
    assert!(page.contains("Your only way to log in") && !page.contains("name=\"remove\""), "{page}");
    assert!(page.contains("Add GitHub") && page.contains("this one"), "{page}");

    let added = scene.add_github(&ann).await;
    assert_eq!(
        (added.status.as_u16(), added.header("location")),
        (303, "http://comments.test/account/log-ins?done=added")
    );
    let page = scene.page(&ann, "/account/log-ins?done=added").await;
    assert!(page.contains("You can log in by it from now on.") && page.contains("Ann at GitHub"), "{page}");
    let by_github = scene.browser("github").await;
    assert!(scene.page(&by_github, PAGE).await.contains("by which you are logged in now"));

    let (account, known) = scene.who("github").await;
    assert_eq!(known.len(), 2);
    let github = known.iter().find(|identity| identity.proven.provider == "github").unwrap();
    let removed = scene.send(&ann, PAGE, &[("remove", &github.id.to_string())]).await;
    assert_eq!(removed.header("location"), "http://comments.test/account/log-ins?done=removed");
    let app = &scene.test.app;
    let token = by_github.cookie.split_once('=').unwrap().1;
    for scope in [Scope::Desk, Scope::Reader] {
        let found = rejoinder::actions::current_actor::find(app, token, scope).await.unwrap();
        assert!(found.is_none(), "who was logged in by it is out");
    }
    assert!(scene.page(&ann, PAGE).await.contains("Your only way to log in"), "the other session goes on");
    assert!(identities::find_tombstone(&app.db, &tombstone(app, &github.proven)).await.unwrap().is_some());
    assert_ne!(scene.who("github").await.0.id, account.id, "who comes by it is somebody new");
    let last = known.iter().find(|identity| identity.proven.provider != "github").unwrap();
    let refused = scene.send(&ann, PAGE, &[("remove", &last.id.to_string())]).await;
    assert_eq!(refused.status, 409, "the last way stays");
}

#[tokio::test]
async fn nobody_removes_somebody_else_s_way_to_log_in() {
    let scene = Scene::with("oidc").await;
    scene.with_github().await;
    let ann = scene.browser("oidc").await;
    scene.add_github(&ann).await;
    let (account, known) = scene.who("oidc").await;
    scene.stub.says().claims = json!({"sub": "eve", "name": "Eve"});
    let eve = scene.browser("oidc").await;
    for identity in known {
        assert_eq!(scene.send(&eve, PAGE, &[("remove", &identity.id.to_string())]).await.status, 404);
    }
    for nonsense in ["", "x", "0", "-1", "999"] {
        assert_eq!(scene.send(&ann, PAGE, &[("remove", nonsense)]).await.status, 404, "{nonsense}");
    }
    assert_eq!(identities::list_of_account(&scene.test.app.db, account.id).await.unwrap().len(), 2);
}

/// Its number is given again; a session that began by it must not become one by another's.
#[tokio::test]
async fn a_log_in_that_ends_after_its_identity_was_removed_begins_no_session() {
    let scene = Scene::with("oidc").await;
    let (ann, known) = scene.who("oidc").await;
    let gone = IdentityId(known[0].id.0 + 1);
    let client = rejoinder::model::client::Client { ip: "192.0.2.1".parse().unwrap(), agent: String::new() };
    let begin = rejoinder::actions::begin_session::begin_session;
    let refused = begin(&scene.test.app, ann.id, Some(gone), Scope::Desk, None, &client).await;
    assert!(matches!(refused, Err(rejoinder::error::Error::NotFound(_))), "{refused:?}");
    assert!(begin(&scene.test.app, ann.id, Some(known[0].id), Scope::Desk, None, &client).await.is_ok());
}

async fn subscribe(scene: &Scene, email: &'static str) {
    let (site, now) = (scene.site.id, scene.test.clock.now());
    let post = rejoinder::model::ids::PostId(1);
    let write = async move |tx: &mut Tx| {
        let id = subscriptions::insert(tx, site, email, (post, None), now).await?;
        subscriptions::confirm(tx, site, id, now).await
    };
    scene.test.app.db.write(write).await.unwrap();
}

async fn subscribed(scene: &Scene, email: &str) -> usize {
    subscriptions::list_of_address(&scene.test.app.db, scene.site.id, email, 9).await.unwrap().len()
}

#[tokio::test]
async fn subscriptions_are_those_of_addresses_that_a_provider_of_the_site_vouches_for() {
    let scene = Scene::with("oidc").await;
    scene.test.post(&scene.site, "https://blog.example/a-post/", "A post").await;
    scene.with_github().await;
    for email in ["ann@example.org", "ann@work.example", "eve@example.org"] {
        subscribe(&scene, email).await;
    }
    let ann = scene.browser("oidc").await;
    let page = scene.page(&ann, "/account/subscriptions").await;
    assert!(page.contains("ann@example.org") && page.matches("name=\"end\"").count() == 1, "{page}");
    scene.github_is(7, &["ann@work.example"]);
    scene.add_github(&ann).await;
    let page = scene.page(&ann, "/account/subscriptions").await;
    assert!(page.contains("to ann@work.example") && page.matches("name=\"end\"").count() == 2, "{page}");

    // What is only typed, or not verified, or vouched for by a provider that the site does not have, opens nothing.
    scene.stub.says().claims = json!({"sub": "eve", "email": "ann@example.org", "email_verified": false});
    let eve = scene.browser("oidc").await;
    let (account, _) = scene.who("oidc").await;
    let set = async move |tx: &mut Tx| accounts::set_profile(tx, account.id, "Eve", "ann@example.org", "").await;
    scene.test.app.db.write(set).await.unwrap();
    let page = scene.page(&eve, "/account/subscriptions").await;
    assert!(!page.contains("ann@example.org") && page.contains("opens nobody’s list"), "{page}");
    for id in ["1", "2", "3", "99", "x"] {
        let answer = scene.send(&eve, "/account/subscriptions", &[("end", id)]).await;
        assert!(matches!(answer.status.as_u16(), 400 | 404), "{id}");
    }
    scene.send(&eve, "/account/subscriptions", &[("all", "1")]).await;
    assert_eq!(subscribed(&scene, "ann@example.org").await, 1);
    let ended = scene.send(&ann, "/account/subscriptions", &[("end", "1")]).await;
    assert_eq!(ended.header("location"), "http://comments.test/account/subscriptions?done=ended");
    assert_eq!((subscribed(&scene, "ann@example.org").await, subscribed(&scene, "ann@work.example").await), (0, 1));
    scene.send(&ann, "/account/subscriptions", &[("all", "1")]).await;
    assert_eq!((subscribed(&scene, "ann@work.example").await, subscribed(&scene, "eve@example.org").await), (0, 1));
    let other = scene.test.site("https://other.example").await;
    let page = scene.page(&ann, &format!("/sites/{}/account/subscriptions", other.slug)).await;
    assert!(page.contains("opens nobody’s list"), "another site believes no such provider: {page}");
}

crate::on_both_engines! {
    who_comes_back_after_leaving_has_a_new_and_empty_account
}

async fn who_comes_back_after_leaving_has_a_new_and_empty_account(engine: Engine) {
    let scene = Scene::on(engine, "oidc").await;
    scene.test.post(&scene.site, "https://blog.example/a-post/", "A post").await;
    subscribe(&scene, "ann@example.org").await;
    let (before, known) = scene.who("oidc").await;
    let (ann, phone) = (scene.browser("oidc").await, scene.browser("oidc").await);
    let begun = scene.start_by("oidc", &[("link", "1")], &ann.cookie).await;
    let left = scene.send(&ann, "/account/delete", &[("confirm", "delete")]).await;
    assert_eq!((left.status.as_u16(), left.header("location")), (303, "http://comments.test/account/deleted"));
    let app = &scene.test.app;
    assert!(identities::list_of_account(&app.db, before.id).await.unwrap().is_empty());
    assert!(identities::find_tombstone(&app.db, &tombstone(app, &known[0].proven)).await.unwrap().is_some());
    assert_eq!(subscribed(&scene, "ann@example.org").await, 0);
    let now = scene.test.clock.now();
    assert!(sessions::list_of_account(&app.db, before.id, now, crate::harness::START, 9).await.unwrap().is_empty());
    assert_eq!(scene.test.get_with("/account", &[("cookie", &phone.cookie)]).await.status, 303);
    let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
    let late = scene.come_back("oidc", &[("code", &code), ("state", &state)], &begun.cookie).await;
    super::assert_refused(&late, "adding a way to log in to an account that is gone");
    let (after, _) = scene.who("oidc").await;
    assert_ne!(after.id, before.id);
    assert!(accounts::find(&app.db, before.id).await.unwrap().is_none());
}

#[tokio::test]
async fn the_copy_tells_how_one_logs_in_and_what_one_is_told_of() {
    let scene = Scene::with("oidc").await;
    scene.test.post(&scene.site, "https://blog.example/a-post/", "A post").await;
    subscribe(&scene, "ann@example.org").await;
    let ann = scene.browser("oidc").await;
    let text = scene.send(&ann, "/account/data", &[]).await.text();
    for told in ["subject-1", "ann@example.org", "https://blog.example/a-post/", "Verified by the Provider"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!text.contains("secret"), "{text}");
}
