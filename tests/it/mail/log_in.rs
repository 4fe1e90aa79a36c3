//! Logging in by e-mail: a code or a link, in the browser that waits, once.

mod strangers;

use http::{Method, Request, StatusCode};
use rejoinder::model::account::Account;
use rejoinder::model::ids::IdentityId;
use rejoinder::model::mailed_code::{CODE_TRIES_MAX, CODES_OF_ADDRESS_MAX};
use rejoinder::model::provider::{Kind, Provider};
use rejoinder::model::session::Scope;
use rejoinder::store::{accounts, identities, providers};

use super::{Post, Received};
use crate::harness::{Answer, Engine, Setup};

pub(super) const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");
const BLOG_PAGE: &str = "https://blog.example/a-post/";

/// A window that waits for its code.
struct Waiting {
    /// Path and query of its page.
    page: String,
    handle: String,
    cookie: String,
}

impl Post {
    /// A site where one can log in by e-mail.
    pub(super) async fn with_email(engine: Engine, setup: Setup) -> Self {
        let post = Self::with(engine, setup).await;
        let mut provider = Provider::new(post.door.site.id, "email", Kind::named("email").unwrap());
        provider.enabled = true;
        post.door.test.app.db.write(async move |tx| providers::save(tx, &provider).await).await.unwrap();
        post
    }

    async fn ask(&self, address: &str, more: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let mut fields = vec![("provider", "email"), ("instance", address), ("return_to", BLOG_PAGE)];
        fields.extend(more);
        let headers: Vec<_> = [OWN].into_iter().chain(headers.iter().copied()).collect();
        self.door.test.form("/login/start", &fields, &headers).await
    }

    async fn wait_for(&self, address: &str) -> Waiting {
        waiting(&self.ask(address, &[], &[]).await)
    }

    async fn enter(&self, waiting: &Waiting, code: &str) -> Answer {
        let fields = [("w", waiting.handle.as_str()), ("code", code)];
        self.door.test.form("/login/code", &fields, &[OWN, ("cookie", &waiting.cookie)]).await
    }

    async fn name(&self, waiting: &Waiting, name: &str) -> Answer {
        let fields = [("w", waiting.handle.as_str()), ("name", name)];
        self.door.test.form("/login/code/name", &fields, &[OWN, ("cookie", &waiting.cookie)]).await
    }

    async fn press(&self, link: &str, cookie: &str) -> Answer {
        let token = link.split_once("?t=").unwrap().1;
        self.door.test.form("/login/link", &[("t", token)], &[OWN, ("cookie", cookie)]).await
    }

    /// Logs in with this address, as this name the first time.
    pub(super) async fn log_in(&self, address: &str, name: &str) -> Answer {
        let waiting = self.wait_for(address).await;
        let answer = self.enter(&waiting, &code(&self.only().await)).await;
        if answer.text().contains("How shall we call you?") { self.name(&waiting, name).await } else { answer }
    }

    /// Whose session an answer began.
    pub(super) async fn logged_in(&self, answer: &Answer) -> Account {
        let token = session(answer).unwrap_or_else(|| panic!("{} {}", answer.status, answer.text()));
        let found = rejoinder::actions::current_actor::find(&self.door.test.app, &token, Scope::Desk).await.unwrap();
        found.expect("a session").account
    }
}

fn waiting(answer: &Answer) -> Waiting {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = answer.header("location").strip_prefix("http://comments.test").unwrap().to_owned();
    let handle = page.strip_prefix("/login/code?w=").unwrap().to_owned();
    Waiting { handle, page, cookie: answer.header("set-cookie").split(';').next().unwrap().to_owned() }
}

pub(super) fn code(mail: &Received) -> String {
    let line =
        mail.body.lines().find_map(|line| line.strip_prefix("Your code: ")).unwrap_or_else(|| panic!("{}", mail.body));
    line.replace(' ', "")
}

/// A code that this is not.
pub(super) fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

pub(super) fn session(answer: &Answer) -> Option<String> {
    let mut cookies = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap());
    let found = cookies.find_map(|c| c.strip_prefix("rejoinder_session="));
    found.map(|c| c.split(';').next().unwrap().to_owned())
}

#[track_caller]
pub(super) fn assert_refused(answer: &Answer, what: &str) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.text());
    assert_eq!(session(answer), None, "{what}");
    assert!(answer.text().contains("Nothing was changed"), "{what}: {}", answer.text());
}

/// The same of a code or link of which nothing is known any more, so that it is not said to be of a log-in.
#[track_caller]
pub(super) fn assert_over(answer: &Answer, what: &str) {
    assert_refused(answer, what);
    assert_eq!(answer.heading(), "This did not work", "{what}");
}

#[tokio::test]
async fn a_code_logs_in_and_the_account_has_the_address_and_the_chosen_name() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let waiting = post.wait_for(" Ada@Example.ORG ").await;
    let page = post.door.test.get_with(&waiting.page, &[("cookie", &waiting.cookie)]).await;
    assert!(page.text().contains("We sent a code to <strong dir=\"ltr\">ada@example.org</strong>"), "{}", page.text());
    assert_eq!((page.header("cache-control"), page.header("referrer-policy")), ("no-store", "same-origin"));
    let mail = post.only().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ada@example.org", "[The blog] Your code to log in"));
    let asked = post.enter(&waiting, &format!(" {} ", code(&mail))).await;
    assert_eq!((asked.status, session(&asked)), (StatusCode::OK, None));
    assert!(asked.text().contains("How shall we call you?"), "{}", asked.text());
    let empty = post.name(&waiting, " \u{202e} ").await;
    assert_eq!((empty.status, session(&empty)), (StatusCode::BAD_REQUEST, None), "{}", empty.text());
    let done = post.name(&waiting, "<b>Ada</b> Berg").await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, BLOG_PAGE));
    let account = post.logged_in(&done).await;
    assert_eq!((account.display_name.as_str(), account.email.as_str()), ("Ada Berg", "ada@example.org"));
    assert_eq!(account.password_hash, "");
    let [identity] = identities::list_of_account(&post.door.test.app.db, account.id).await.unwrap().try_into().unwrap();
    assert_eq!((identity.proven.issuer.as_str(), identity.proven.subject.as_str()), ("mailto:", "ada@example.org"));
    assert!(identity.proven.email_verified);

    post.advance(60);
    let again = post.log_in("ADA@example.org", "nobody asks").await;
    assert_eq!(post.logged_in(&again).await.id, account.id);
    assert_eq!(post.logged_in(&again).await.display_name, "Ada Berg");
    post.end().await;
}

#[tokio::test]
async fn a_link_logs_in_in_the_browser_that_waits() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let waiting = post.wait_for("ada@example.org").await;
    let link = post.only().await.link("/login/link?t=");
    let page = post.door.test.get_with(&link, &[("cookie", &waiting.cookie)]).await;
    assert!(page.text().contains("<button class=\"way primary\" autofocus>Log In</button>"), "{}", page.text());
    let asked = post.press(&link, &waiting.cookie).await;
    assert!(asked.text().contains("How shall we call you?"), "{}", asked.text());
    post.logged_in(&post.name(&waiting, "Ada").await).await;
    post.end().await;
}

#[tokio::test]
async fn code_and_link_work_once() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    post.log_in("ada@example.org", "Ada").await;
    let waiting = post.wait_for("ada@example.org").await;
    let mail = post.only().await;
    let link = mail.link("/login/link?t=");
    assert!(session(&post.enter(&waiting, &code(&mail)).await).is_some());
    assert_over(&post.enter(&waiting, &code(&mail)).await, "the code again");
    assert_over(&post.press(&link, &waiting.cookie).await, "the link after the code");
    assert_over(&post.door.test.get_with(&link, &[("cookie", &waiting.cookie)]).await, "looking at the link");
    assert_over(&post.name(&waiting, "Eve").await, "the name after the end");
    let page = post.door.test.get_with(&waiting.page, &[("cookie", &waiting.cookie)]).await;
    assert_over(&page, "the page");
    let waiting = post.wait_for("ada@example.org").await;
    let mail = post.only().await;
    assert!(session(&post.press(&mail.link("/login/link?t="), &waiting.cookie).await).is_some());
    assert_refused(&post.press(&mail.link("/login/link?t="), &waiting.cookie).await, "the link again");
    assert_refused(&post.enter(&waiting, &code(&mail)).await, "the code after the link");
    post.end().await;
}

#[tokio::test]
async fn code_and_link_work_for_fifteen_minutes() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    for (age, is_good) in [(15 * 60 - 1, true), (15 * 60, false)] {
        for by_link in [false, true] {
            let waiting = post.wait_for("ada@example.org").await;
            let mail = post.only().await;
            post.advance(age);
            let answer = if by_link {
                post.press(&mail.link("/login/link?t="), &waiting.cookie).await
            } else {
                post.enter(&waiting, &code(&mail)).await
            };
            assert_eq!(answer.text().contains("How shall we call you?"), is_good, "{age} {by_link}: {}", answer.text());
        }
    }
    post.end().await;
}

#[tokio::test]
async fn a_code_is_typed_in_the_browser_that_asked_for_it() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let ada = post.wait_for("ada@example.org").await;
    let code = code(&post.only().await);
    for cookie in ["", "rejoinder_login=", "rejoinder_login=x"] {
        let stolen = Waiting { cookie: cookie.into(), page: ada.page.clone(), handle: ada.handle.clone() };
        assert_refused(&post.enter(&stolen, &code).await, cookie);
        assert_refused(&post.name(&stolen, "Eve").await, cookie);
        let page = post.door.test.get_with(&ada.page, &[("cookie", cookie)]).await;
        assert_refused(&page, cookie);
        assert!(!page.text().contains("ada@example.org"), "{}", page.text());
    }
    for headers in [vec![("sec-fetch-site", "cross-site")], vec![]] {
        let headers: Vec<_> = headers.into_iter().chain([("cookie", ada.cookie.as_str())]).collect();
        let answer = post.door.test.form("/login/code", &[("w", &ada.handle), ("code", &code)], &headers).await;
        assert_eq!((answer.status, session(&answer)), (StatusCode::FORBIDDEN, None));
    }
    assert!(post.enter(&ada, &code).await.text().contains("How shall we call you?"), "none of it cost a try");
    post.end().await;
}

#[tokio::test]
async fn two_tabs_log_in_at_once() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let one = post.wait_for("ada@example.org").await;
    let first = code(&post.only().await);
    let two = waiting(&post.ask("ben@example.org", &[], &[("cookie", &one.cookie)]).await);
    assert_eq!(one.cookie, two.cookie);
    let second = code(&post.only().await);
    assert!(post.enter(&two, &second).await.text().contains("ben@example.org"));
    assert!(post.enter(&one, &first).await.text().contains("ada@example.org"));
    assert_eq!(post.logged_in(&post.name(&two, "Ben").await).await.email, "ben@example.org");
    assert_eq!(post.logged_in(&post.name(&one, "Ada").await).await.email, "ada@example.org");
    post.end().await;
}

#[tokio::test]
async fn an_address_is_added_to_an_account_within_its_session() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let site = post.door.site.id;
    let (ann, eve) =
        (post.door.test.logged_in(site, "ann", None).await, post.door.test.logged_in(site, "eve", None).await);
    for (sessions, is_added) in [("", false), (eve.cookie.as_str(), false), (ann.cookie.as_str(), true)] {
        let begun = waiting(&post.ask("ann@example.org", &[("link", "1")], &[("cookie", &ann.cookie)]).await);
        let with = Waiting { cookie: format!("{}; {sessions}", begun.cookie), ..begun };
        let mail = post.only().await;
        let page = post.door.test.get_with(&mail.link("/login/link?t="), &[("cookie", &with.cookie)]).await;
        assert_eq!(page.heading(), "Add a way to log in");
        let answer = post.enter(&with, &code(&mail)).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, is_added, "{}", answer.text());
        if !is_added {
            assert_eq!(answer.heading(), "This way to log in was not added");
        }
        assert_eq!(session(&answer), None, "the session goes on");
    }
    let known = identities::list_of_account(&post.door.test.app.db, ann.account).await.unwrap();
    assert_eq!((known.len(), known[0].id, known[0].proven.subject.as_str()), (1, IdentityId(1), "ann@example.org"));
    post.advance(60);
    assert_eq!(post.logged_in(&post.log_in("ann@example.org", "x").await).await.id, ann.account);
    post.end().await;
}

#[tokio::test]
async fn a_frame_that_waits_is_handed_the_log_in() {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    let verifier = "v".repeat(43);
    let challenge = {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(rejoinder::secret::token_hash(&verifier))
    };
    let begun = waiting(&post.ask("ada@example.org", &[("handover", &challenge)], &[]).await);
    post.enter(&begun, &code(&post.only().await)).await;
    let done = post.name(&begun, "Ada").await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(
        done.text().contains("data-done") && done.text().contains("Logged in as <bdi>Ada</bdi>"),
        "{}",
        done.text()
    );
    let claim = Request::post("/login/claim").header("content-type", "application/json").header(OWN.0, OWN.1);
    let claim = claim.body(format!(r#"{{"verifier":"{verifier}","as":"token"}}"#).into()).unwrap();
    let claimed = post.door.test.send(claim).await;
    let token = claimed.json()["token"].as_str().unwrap().to_owned();
    let me = post.door.test.get_with("/login/me", &[("authorization", &format!("Bearer {token}")), OWN]).await;
    assert_eq!((me.json()["name"].as_str(), me.json()["provider"].as_str()), (Some("Ada"), Some("E-mail")));
    post.end().await;
}

#[tokio::test]
async fn without_a_way_to_send_mail_it_is_not_offered() {
    use rejoinder::actions::set_provider::{ProviderChange, add_provider, test_provider};
    use rejoinder::model::account::Actor;
    let test = crate::harness::TestApp::start().await;
    let site = test.site("https://blog.example").await;
    let owner = Actor::command("test");
    let on = || ProviderChange { enabled: Some(true), ..ProviderChange::default() };
    let refused = add_provider(&test.app, &site, &owner, ("email", None), on()).await.unwrap_err();
    assert!(refused.to_string().contains("smtp-url or sendmail"), "{refused}");
    add_provider(&test.app, &site, &owner, ("email", None), ProviderChange::default()).await.unwrap();
    let tested = test_provider(&test.app, &site, "http://comments.test", &owner, "email").await.unwrap();
    assert!(tested.unwrap_err().contains("smtp-url or sendmail"));

    let post = Post::open().await;
    add_provider(&post.door.test.app, &post.door.site, &owner, ("email", None), on()).await.unwrap();
    let tested = test_provider(&post.door.test.app, &post.door.site, "http://comments.test", &owner, "email").await;
    assert_eq!(tested.unwrap(), Ok(()));
    assert!(post.door.test.get("/login").await.text().contains("Continue with E-mail"));
    post.end().await;
}
