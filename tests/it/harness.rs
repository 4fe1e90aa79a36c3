//! What the tests stand on: the real program on a database of the test's own, on either engine, with a
//! clock that the test moves, and requests that go through the real router.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use ipnet::IpNet;
use rejoinder::app::App;
use rejoinder::config::Config;
use rejoinder::limits::Rate;
use rejoinder::model::account::Actor;
use rejoinder::model::ids::{AccountId, PostId, SiteId};
use rejoinder::model::role::Role;
use rejoinder::model::session::Scope;
use rejoinder::model::site::Site;
use rejoinder::model::time::{Clock, Timestamp};
use rejoinder::net::fetcher::Fetcher;
use rejoinder::net::resolver::SystemResolver;
use rejoinder::secret::{new_token, token_hash};
use rejoinder::store::accounts::{self, NewAccount};
use rejoinder::store::db::Place;
use rejoinder::store::posts::NewPost;
use rejoinder::store::sessions::{self, Session};
use rejoinder::store::sites;
use sqlx::{AssertSqlSafe, Connection as _};
use tower::ServiceExt as _;

/// 2026-01-05 09:00:00 UTC.
pub(crate) const START: Timestamp = Timestamp(1_767_603_600_000);

/// Where a test keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    /// The server that `REJOINDER_TEST_POSTGRES` names; each test gets a schema of its own.
    Postgres,
}

/// Stamps a test once for each engine.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident)*) => {$(
        mod $name {
            #[tokio::test]
            async fn on_sqlite() {
                super::$name($crate::harness::Engine::Sqlite).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                super::$name($crate::harness::Engine::Postgres).await;
            }
        }
    )*};
}

/// The program, ready to be asked.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Clock,
    /// Goes with the test.
    _folder: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What the page is headed.
    pub(crate) fn heading(&self) -> String {
        let text = self.text();
        let inner = text.split_once("<h1>").and_then(|(_, rest)| rest.split_once("</h1>"));
        inner.unwrap_or_else(|| panic!("no heading: {text}")).0.to_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

/// Somebody's browser after they logged in.
#[derive(Clone, Debug)]
pub(crate) struct LoggedIn {
    pub(crate) account: AccountId,
    pub(crate) cookie: String,
    /// The token that forms of this session carry.
    pub(crate) csrf: String,
}

/// What a test may choose about its program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    pub(crate) fetch_allow: Vec<IpNet>,
    pub(crate) limited: bool,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) mail: Option<rejoinder::mail::Settings>,
    /// Limits that are not the default.
    pub(crate) limits: Vec<Rate>,
    /// In place of the program's own.
    pub(crate) fetcher: Option<Fetcher>,
}

impl TestApp {
    /// A program without limits on SQLite.
    pub(crate) async fn start() -> Self {
        Self::start_on(Engine::Sqlite, Setup::default()).await
    }

    pub(crate) async fn start_on(engine: Engine, setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = place(engine, folder.path()).await;
        Self::start_at(place, folder, setup).await
    }

    /// A program on a database that may be there already: another process beside the first.
    pub(crate) async fn start_at(place: Place, folder: tempfile::TempDir, setup: Setup) -> Self {
        let config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            data: folder.path().into(),
            place,
            public_url: "http://comments.test/".parse().unwrap(),
            public_url_given: true,
            trusted_proxies: setup.trusted_proxies,
            fetch_allow: setup.fetch_allow,
            no_limits: !setup.limited,
            limits: setup.limits,
            mail: setup.mail,
        };
        let clock = Clock::manual(START);
        let app = match setup.fetcher {
            Some(fetcher) => App::build_around(config, clock.clone(), fetcher).await,
            None => App::build_with(config, clock.clone(), Arc::new(SystemResolver)).await,
        };
        let app = app.unwrap();
        Self { app, clock, _folder: folder }
    }

    /// Adds a site for a blog.
    pub(crate) async fn site(&self, home: &str) -> Arc<Site> {
        let id =
            rejoinder::actions::add_site::add_site(&self.app, &Actor::command("test"), home, Some("The blog"), None)
                .await
                .unwrap();
        self.app.sites.find(&self.app.db, id).await.unwrap().unwrap()
    }

    /// Adds a post.
    pub(crate) async fn post(&self, site: &Arc<Site>, url: &str, title: &str) -> PostId {
        rejoinder::actions::add_post::add_post(&self.app, &Actor::command("test"), site, url, Some(title), None)
            .await
            .unwrap()
    }

    /// Changes an option of a site.
    pub(crate) async fn option(&self, site: SiteId, name: &str, value: &str) {
        let site = self.app.sites.find(&self.app.db, site).await.unwrap().unwrap();
        rejoinder::actions::set_site_option::set_site_option(&self.app, &site, &Actor::command("test"), name, value)
            .await
            .unwrap();
    }

    /// Somebody with a role on a site, or with none, who is logged in. Their password fits nothing.
    pub(crate) async fn logged_in(&self, site: SiteId, login: &str, role: Option<Role>) -> LoggedIn {
        let (db, now) = (&self.app.db, self.clock.now());
        let found = accounts::find_by_login(db, login).await.unwrap();
        let new = NewAccount {
            login: login.into(),
            email: format!("{login}@members.example"),
            display_name: format!("{login} the member"),
            password_hash: "none".into(),
            super_admin: false,
        };
        let (token, csrf) = (new_token(), new_token());
        let (hash, expires_at) = (token_hash(&token), now.plus(Duration::from_hours(24 * 30)));
        let csrf_token = csrf.clone();
        let write = db.write(async move |tx| {
            let account_id = match &found {
                Some(account) => account.id,
                None => accounts::insert(tx, &new, now).await?,
            };
            if let Some(role) = role {
                sites::set_member(tx, site, account_id, role).await?;
            }
            let session = Session {
                account_id,
                scope: Scope::Desk,
                identity_id: None,
                csrf_token: csrf_token.clone(),
                seen_at: now,
                expires_at,
            };
            sessions::insert(tx, &hash, &session, "192.0.2.9", "").await?;
            Ok(account_id)
        });
        LoggedIn { account: write.await.unwrap(), cookie: format!("rejoinder_session={token}"), csrf }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Posts a form.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from(body)).unwrap();
        let kind = http::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().entry(header::CONTENT_TYPE).or_insert(kind);
        self.send(request).await
    }

    /// Sends any request through the real router.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        request.headers_mut().entry(header::HOST).or_insert("comments.test".parse().unwrap());
        let response = rejoinder::web::router::router(self.app.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// A place without data.
pub(crate) async fn place(engine: Engine, folder: &std::path::Path) -> Place {
    match engine {
        Engine::Sqlite => Place::Sqlite(folder.join("rejoinder.db")),
        Engine::Postgres => Place::Postgres(fresh_schema().await),
    }
}

/// Asks until there is an answer: for what happens in the background, soon.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    const INTERVAL: Duration = Duration::from_millis(20);
    const ASKINGS_MAX: u32 = 1_500;
    for _ in 0..ASKINGS_MAX {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(INTERVAL).await;
    }
    panic!("{what}: not within {:?}", INTERVAL * ASKINGS_MAX);
}

/// A PostgreSQL schema of this test's own, as a URL.
#[expect(clippy::disallowed_methods, reason = "tests/run names the server there")]
async fn fresh_schema() -> String {
    let url = std::env::var("REJOINDER_TEST_POSTGRES")
        .expect("REJOINDER_TEST_POSTGRES names a PostgreSQL server; tests/run starts one");
    let schema = format!("test_{:032x}", rand::random::<u128>());
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options=-csearch_path%3D{schema}")
}

/// An undated post of a blog at `https://blog.example`, open to all.
pub(crate) fn new_post(path: &str) -> NewPost {
    NewPost {
        id: None,
        url: format!("https://blog.example/{path}/"),
        url_keys: vec![format!("blog.example/{path}")],
        title: format!("Title of {path}"),
        kind: "post".into(),
        comments_open: true,
        pings_open: true,
        published_at: None,
    }
}
