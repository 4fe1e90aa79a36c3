//! The program with a site, its people and its comments, and a browser for each of the people.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use rejoinder::app::App;
use rejoinder::config::Options;
use rejoinder::model::account::Account;
use rejoinder::model::client::Client;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{AccountId, CommentId, PostId, SiteId};
use rejoinder::model::role::Role;
use rejoinder::model::session::Scope;
use rejoinder::model::site::Site;
use rejoinder::model::time::{Clock, Timestamp};
use rejoinder::net::resolver::SystemResolver;
use rejoinder::secret::{new_token, token_hash};
use rejoinder::store::accounts::NewAccount;
use rejoinder::store::comments::Question;
use rejoinder::store::posts::NewPost;
use rejoinder::store::sessions::Session;
use rejoinder::store::sites::NewSite;
use rejoinder::store::{accounts, audit, comments, posts, sessions, sites};
use rejoinder::web::desk;
use tower::ServiceExt as _;

/// 2026-08-14 15:06:40 UTC.
pub(super) const START: Timestamp = Timestamp(1_786_720_000_000);

/// See the module.
pub(super) struct Bench {
    pub(super) app: App,
    pub(super) clock: Clock,
    pub(super) site: SiteId,
    /// A post of `author`.
    pub(super) own_post: PostId,
    /// A post of nobody here.
    pub(super) other_post: PostId,
    router: Router,
    _folder: tempfile::TempDir,
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(super) async fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual(START);
        let config = Options { data: Some(folder.path().into()), database_url: postgres(folder.path()), ..options };
        let app = App::build_with(config.resolve().unwrap(), clock.clone(), Arc::new(SystemResolver)).await.unwrap();
        let (site, own_post, other_post) = seed(&app).await;
        let router = desk::routes(&app).with_state(app.clone());
        Self { app, clock, site, own_post, other_post, router, _folder: folder }
    }

    pub(super) async fn site(&self) -> Arc<Site> {
        self.app.sites.find(&self.app.db, self.site).await.unwrap().unwrap()
    }

    /// An account with a role, or a super administrator, whose password is `correct horse`.
    pub(super) async fn account(&self, login: &str, role: Option<Role>) -> AccountId {
        account(&self.app, self.site, login, role).await
    }

    /// Somebody with a role, logged in.
    pub(super) async fn browser(&self, login: &str, role: Role) -> Browser<'_> {
        let id = self.account(login, Some(role)).await;
        self.logged_in(id).await
    }

    /// An administrator of every site, logged in.
    pub(super) async fn super_admin(&self) -> Browser<'_> {
        let id = self.account("root", None).await;
        self.logged_in(id).await
    }

    /// A session of an account.
    pub(super) async fn logged_in(&self, account_id: AccountId) -> Browser<'_> {
        let (token, csrf, now) = (new_token(), new_token(), self.clock.now());
        let hash = token_hash(&token);
        let session = Session {
            account_id,
            scope: Scope::Desk,
            identity_id: None,
            csrf_token: csrf.clone(),
            seen_at: now,
            expires_at: now.plus(Duration::from_hours(24 * 30)),
        };
        self.app.db.write(async move |tx| sessions::insert(tx, &hash, &session, "", "").await).await.unwrap();
        Browser { bench: self, cookie: Some(format!("rejoinder_session={token}")), csrf }
    }

    /// Nobody.
    pub(super) fn anonymous(&self) -> Browser<'_> {
        Browser { bench: self, cookie: None, csrf: String::new() }
    }

    /// A comment in a status under a post.
    pub(super) async fn comment(&self, post: PostId, status: Status) -> CommentId {
        self.insert(Comment { post_id: post, status, ..comment(self.site) }).await
    }

    /// A comment as given.
    pub(super) async fn insert(&self, new: Comment) -> CommentId {
        let new = Comment { created_at: self.clock.now(), ..new };
        self.app
            .db
            .write(async move |tx| {
                let question = Question {
                    site: new.site_id,
                    idempotency_key: None,
                    duplicate_key: 0,
                    author_key: String::new(),
                    email_key: String::new(),
                    ip: String::new(),
                    account_id: None,
                    flood_since: Timestamp(0),
                };
                comments::insert(tx, &new, &question).await
            })
            .await
            .unwrap()
    }

    pub(super) async fn status(&self, id: CommentId) -> Option<Status> {
        comments::find(&self.app.db, self.site, id).await.unwrap().map(|c| c.status)
    }

    /// A post's count and version.
    pub(super) async fn count(&self, post: PostId) -> (i64, i64) {
        let post = posts::find(&self.app.db, self.site, post).await.unwrap().unwrap();
        (post.comment_count, post.version)
    }

    /// What the log says, oldest first: actor, action, detail.
    pub(super) async fn log(&self) -> Vec<String> {
        let entries = audit::list(&self.app.db, self.site, true, 1_000, 0).await.unwrap();
        entries.into_iter().rev().map(|e| format!("{}: {} {}", e.actor, e.action, e.detail)).collect()
    }

    pub(super) async fn find_account(&self, id: AccountId) -> Account {
        accounts::find(&self.app.db, id).await.unwrap().unwrap()
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(Client { ip: "192.0.2.1".parse().unwrap(), agent: "test".into() });
        let response = self.router.clone().oneshot(Request::from_parts(parts, body)).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 4 * 1024 * 1024).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }
}

/// A comment to change what a test is about.
pub(super) fn comment(site: SiteId) -> Comment {
    Comment {
        site_id: site,
        id: CommentId(0),
        post_id: PostId(1),
        parent_id: None,
        kind: CommentType::Comment,
        status: Status::Hold,
        author_name: "Ada".into(),
        author_email: "ada@example.org".into(),
        author_url: "https://ada.example/".into(),
        author_ip: "198.51.100.7".into(),
        agent: "Mozilla/5.0".into(),
        account_id: None,
        content: "Well said.".into(),
        created_at: START,
        proven_by: String::new(),
        edited_at: None,
        reason: "held: 3 links, limit 2".into(),
    }
}

async fn seed(app: &App) -> (SiteId, PostId, PostId) {
    let new = NewSite {
        slug: "blog".into(),
        home: "https://blog.example/".parse().unwrap(),
        title: "The Blog".into(),
        demo: false,
    };
    let site = app.db.write(async move |tx| sites::insert(tx, &new, START).await).await.unwrap();
    let author = account(app, site, "author", Some(Role::Author)).await;
    let post = |n: i64| NewPost {
        id: None,
        url: format!("https://blog.example/{n}"),
        url_keys: vec![format!("blog.example/{n}")],
        title: format!("Post {n}"),
        kind: "post".into(),
        comments_open: true,
        pings_open: true,
        published_at: Some(START),
    };
    app.db
        .write(async move |tx| {
            let own = posts::insert(tx, site, &post(1), START).await?;
            posts::set_author(tx, site, own, Some(author)).await?;
            let other = posts::insert(tx, site, &post(2), START).await?;
            Ok((site, own, other))
        })
        .await
        .unwrap()
}

async fn account(app: &App, site: SiteId, login: &str, role: Option<Role>) -> AccountId {
    if let Some(found) = accounts::find_by_login(&app.db, login).await.unwrap() {
        return found.id;
    }
    let new = NewAccount {
        login: login.into(),
        email: format!("{login}@example.org"),
        display_name: login.into(),
        password_hash: app.passwords.hash("correct horse".into()).await.unwrap(),
        super_admin: role.is_none(),
    };
    app.db
        .write(async move |tx| {
            let id = accounts::insert(tx, &new, START).await?;
            if let Some(role) = role {
                sites::set_member(tx, site, id, role).await?;
            }
            Ok(id)
        })
        .await
        .unwrap()
}

/// A database of the test's own on the PostgreSQL server that the environment names, if it names one.
#[expect(clippy::disallowed_methods, reason = "which engine a run tests is told by its environment")]
fn postgres(folder: &std::path::Path) -> Option<String> {
    let server = std::env::var("REJOINDER_TEST_POSTGRES").ok()?;
    let name =
        format!("t{}", folder.file_name()?.to_str()?.replace(|c: char| !c.is_ascii_alphanumeric(), "").to_lowercase());
    let made = std::process::Command::new("psql")
        .args([&format!("{server}/postgres"), "-qc", &format!("CREATE DATABASE {name}")])
        .status();
    assert!(made.unwrap().success(), "the test's database could not be made");
    Some(format!("{server}/{name}"))
}

/// An answer, whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |v| v.to_str().unwrap())
    }

    pub(super) fn cookie(&self) -> &str {
        self.headers.get(SET_COOKIE).map_or("", |v| v.to_str().unwrap())
    }
}

/// Somebody in front of the desk.
#[derive(Clone)]
pub(super) struct Browser<'a> {
    pub(super) bench: &'a Bench,
    pub(super) cookie: Option<String>,
    pub(super) csrf: String,
}

impl Browser<'_> {
    pub(super) async fn get(&self, path: &str) -> Answer {
        let mut request = Request::get(path).header("host", "127.0.0.1:8080");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        self.bench.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form as this session's own page would.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_as(path, &all, &[("sec-fetch-site", "same-origin")]).await
    }

    /// Sends a form with exactly these fields and headers.
    pub(super) async fn post_as(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::post(path)
            .header("host", "127.0.0.1:8080")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        self.bench.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Applies a verb as the queue's buttons do.
    pub(super) async fn act(&self, verb: &str, ids: &[CommentId]) -> Answer {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut fields = vec![("action", verb)];
        fields.extend(ids.iter().map(|id| ("delete_comments[]", id.as_str())));
        self.post("/desk/comments", &fields).await
    }
}

/// The value of the field of this name in a page.
pub(super) fn field<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}
