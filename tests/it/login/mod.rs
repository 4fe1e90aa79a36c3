//! Logging in by a provider, over the real router, against a provider of the tests' own.

mod accounts;
mod answers;
mod id_tokens;
mod instances;
mod kinds;
mod linking;
mod own_account;
mod sso;
mod states;
mod stub;
mod whole;
mod wordpress;

use std::sync::Arc;

use http::StatusCode;
use rejoinder::model::account::Account;
use rejoinder::model::identity::Identity;
use rejoinder::model::provider::{Kind, Provider};
use rejoinder::model::session::Scope;
use rejoinder::model::site::Site;
use rejoinder::store::{accounts as account_store, identities, providers};
use url::Url;

use self::stub::Stub;
use crate::harness::{Answer, Engine, Setup, TestApp};

const SAME_ORIGIN: (&str, &str) = ("sec-fetch-site", "same-origin");
const BLOG_PAGE: &str = "https://blog.example/a-post/";

/// A site where one can log in by the stub.
struct Scene {
    test: TestApp,
    site: Arc<Site>,
    stub: Stub,
}

/// A log-in under way: where the visitor was sent, and their browser's cookie.
#[derive(Clone, Debug)]
struct Begun {
    to: Url,
    cookie: String,
}

impl Begun {
    fn asked(&self, name: &str) -> String {
        self.to.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

impl Scene {
    /// With one provider of this kind, named by its kind, that is the stub.
    async fn with(kind: &str) -> Self {
        Self::on(Engine::Sqlite, kind).await
    }

    async fn on(engine: Engine, kind: &str) -> Self {
        let setup = Setup { fetch_allow: vec!["127.0.0.0/8".parse().unwrap()], ..Setup::default() };
        let test = TestApp::start_on(engine, setup).await;
        let site = test.site("https://blog.example").await;
        let scene = Self { test, site, stub: Stub::start().await };
        scene.add(kind, |_| ()).await;
        scene
    }

    /// Adds a provider that is the stub.
    async fn add(&self, kind: &str, change: impl FnOnce(&mut Provider)) {
        let url = &self.stub.url;
        let mut provider = Provider::new(self.site.id, kind, Kind::named(kind).unwrap());
        provider.client_id = "client".into();
        provider.client_secret = "secret".to_owned().into();
        provider.issuer.clone_from(url);
        provider.enabled = true;
        for (setting, path) in [
            ("authorization_endpoint", "/authorize"),
            ("token_endpoint", "/token"),
            ("userinfo_endpoint", "/userinfo"),
            ("emails_endpoint", "/emails"),
        ] {
            provider.settings.insert(setting.into(), format!("{url}{path}"));
        }
        change(&mut provider);
        self.test.app.db.write(async move |tx| providers::save(tx, &provider).await).await.unwrap();
    }

    async fn start_with(&self, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        self.test.form("/login/start", fields, headers).await
    }

    /// The visitor presses a provider's button.
    async fn start(&self, provider: &str) -> Begun {
        self.start_by(provider, &[], "").await
    }

    async fn start_by(&self, provider: &str, more: &[(&str, &str)], cookie: &str) -> Begun {
        let mut fields = vec![("provider", provider), ("return_to", BLOG_PAGE)];
        fields.extend(more);
        let answer = self.start_with(&fields, &[SAME_ORIGIN, ("cookie", cookie)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; Path=/;"), "{cookie}");
        let to = Url::parse(answer.header("location")).unwrap();
        Begun { to, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    /// The browser comes back to a provider's address with these parameters.
    async fn come_back(&self, provider: &str, parameters: &[(&str, &str)], cookie: &str) -> Answer {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        self.test.get_with(&format!("/login/callback/{provider}?{query}"), &[("cookie", cookie)]).await
    }

    /// The whole of it: the visitor says yes, and comes back.
    async fn log_in(&self, provider: &str) -> Answer {
        let begun = self.start(provider).await;
        self.finish(provider, &begun).await
    }

    async fn finish(&self, provider: &str, begun: &Begun) -> Answer {
        let (code, state) = (self.stub.consent(&begun.to), begun.asked("state"));
        self.come_back(provider, &[("code", &code), ("state", &state)], &begun.cookie).await
    }

    /// The account behind an answer that logged somebody in.
    async fn account(&self, answer: &Answer) -> (Account, Vec<Identity>) {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let cookie = session(answer).expect("a session");
        let token = cookie.split_once('=').unwrap().1;
        let visitor = rejoinder::actions::current_actor::find(&self.test.app, token, Scope::Desk)
            .await
            .unwrap()
            .expect("a session");
        let identities = identities::list_of_account(&self.test.app.db, visitor.account.id).await.unwrap();
        (visitor.account, identities)
    }

    /// Logs in and says who it is.
    async fn who(&self, provider: &str) -> (Account, Vec<Identity>) {
        self.account(&self.log_in(provider).await).await
    }

    /// How many accounts there are.
    async fn accounts(&self) -> usize {
        let mut found = 0;
        for id in 1..=20 {
            let account = account_store::find(&self.test.app.db, rejoinder::model::ids::AccountId(id)).await.unwrap();
            found += usize::from(account.is_some());
        }
        found
    }

    /// What the owner sees as the provider's last error.
    async fn last_error(&self, provider: &str) -> String {
        providers::find(&self.test.app.db, self.site.id, provider).await.unwrap().unwrap().last_error
    }
}

/// The session's cookie, if an answer sets one.
fn session(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap());
    cookies.filter(|c| c.starts_with("rejoinder_session=")).map(|c| c.split(';').next().unwrap().to_owned()).next()
}

/// Nobody is logged in, nothing that came with the request stands in the answer, and the page says what to do.
fn assert_refused(answer: &Answer, what: &str) {
    assert_refused_as("You are not logged in", answer, what);
}

/// The same of what was to be added to an account.
fn assert_not_added(answer: &Answer, what: &str) {
    assert_refused_as("This way to log in was not added", answer, what);
    assert!(!answer.text().contains("Try again"), "what is tried again begins at the account: {}", answer.text());
}

fn assert_refused_as(heading: &str, answer: &Answer, what: &str) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.text());
    assert_eq!(session(answer), None, "{what}");
    assert_eq!(answer.header("location"), "", "{what}");
    let text = answer.text();
    for reflected in ["<b>", "<script", "evil", "onerror"] {
        assert!(!text.contains(reflected), "{what} reflects {reflected}: {text}");
    }
    assert_eq!(answer.heading(), heading, "{what}: {text}");
}
