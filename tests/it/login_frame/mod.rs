//! Logging in beside the comment form, through the real router: sessions and their scopes, the hand-over from the window
//! to the frame, and what strangers try with both.

mod attacks;
mod handover;
mod sessions;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use rejoinder::actions::begin_session::begin_session;
use rejoinder::model::client::Client;
use rejoinder::model::form_fields::TOKEN;
use rejoinder::model::ids::AccountId;
use rejoinder::model::role::Role;
use rejoinder::model::session::Scope;
use rejoinder::model::site::Site;
use rejoinder::secret::token_hash;
use rejoinder::store::accounts::{self, NewAccount};
use rejoinder::store::sites;

use crate::harness::{Answer, Engine, Setup, TestApp};

const PASSWORD: &str = "correct horse battery";
/// As a browser marks what one of our own pages sends.
const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");
const OWN_ORIGIN: (&str, &str) = ("origin", "http://comments.test");
/// What a frame knows, 43 characters of it.
const VERIFIER: &str = "frame-verifier-frame-verifier-frame-verifie";

/// A program with a blog, a post, and somebody who has an account but no role.
struct Bench {
    test: TestApp,
    site: Arc<Site>,
    reader: AccountId,
}

impl Bench {
    async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    async fn with(setup: Setup) -> Self {
        let test = TestApp::start_on(Engine::Sqlite, setup).await;
        let site = test.site("https://blog.example").await;
        test.post(&site, "https://blog.example/a-post/", "A post").await;
        test.option(site.id, "comment_previously_approved", "0").await;
        let mut bench = Self { test, site, reader: AccountId(0) };
        bench.reader = bench.account("reader", None).await;
        bench
    }

    /// An account with this password, and a role on the site or none.
    async fn account(&self, login: &str, role: Option<Role>) -> AccountId {
        let (app, site, now) = (&self.test.app, self.site.id, self.test.clock.now());
        let new = NewAccount {
            login: login.into(),
            email: format!("{login}@people.example"),
            display_name: format!("{login} with a name"),
            password_hash: app.passwords.hash(PASSWORD.into()).await.unwrap(),
            super_admin: false,
        };
        let write = app.db.write(async move |tx| {
            let id = accounts::insert(tx, &new, now).await?;
            if let Some(role) = role {
                sites::set_member(tx, site, id, role).await?;
            }
            Ok(id)
        });
        write.await.unwrap()
    }

    /// The token of a new session.
    async fn session(&self, account: AccountId, scope: Scope) -> String {
        begin_session(&self.test.app, account, None, scope, None, &client()).await.unwrap()
    }

    /// Logs in on the page, as `reader`; the challenge is that of [`VERIFIER`] or none.
    async fn log_in(&self, handover: &str, headers: &[(&str, &str)]) -> Answer {
        let fields = [("log", "reader"), ("pwd", PASSWORD), ("return_to", "/?p=1#respond"), ("handover", handover)];
        self.test.form("/login/account", &fields, headers).await
    }

    /// Claims as the frame does.
    async fn claim(&self, body: &str, headers: &[(&str, &str)]) -> Answer {
        self.claim_at("/login/claim", body, headers).await
    }

    async fn claim_at(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.test.send(request.body(body.to_owned().into()).unwrap()).await
    }

    /// Who is logged in, by what comes with the request.
    async fn name(&self, header: (&str, &str)) -> Option<String> {
        let answer = self.test.get_with("/login/me", &[header, OWN]).await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"), "{}", answer.text());
        answer.json()["name"].as_str().map(str::to_owned)
    }

    /// The frame's document.
    async fn frame(&self, header: (&str, &str)) -> String {
        self.test.get_with("/embed/form?p=1", &[header]).await.text()
    }

    /// Posts a comment from the frame that this document is.
    async fn comment(&self, document: &str, text: &str, header: (&str, &str)) -> Answer {
        self.test.advance(5);
        let fields = [("comment_post_ID", "1"), ("comment", text), (TOKEN, field(document, TOKEN))];
        let headers = [header, OWN, OWN_ORIGIN, ("accept", "application/json")];
        self.test.form("/wp-comments-post.php", &fields, &headers).await
    }
}

fn client() -> Client {
    Client { ip: "192.0.2.9".parse().unwrap(), agent: "Agent".into() }
}

/// What the frame sends to the window.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(token_hash(verifier))
}

fn claim_of(verifier: &str, way: &str) -> String {
    format!(r#"{{"verifier":"{verifier}","as":"{way}"}}"#)
}

/// `name=value` of the cookie of this name that an answer sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let all = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap());
    let found = all.filter_map(|line| line.split(';').next()).find(|pair| pair.starts_with(&format!("{name}=")));
    found.map(str::to_owned)
}

/// The value of a field of a page.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap()
}

/// So that a session's token is a cookie.
fn first_party(token: &str) -> String {
    format!("rejoinder_session={token}")
}
