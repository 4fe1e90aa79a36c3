//! Accounts with a password of readers, and lost passwords: both by a mail. And what strangers try with either.

use http::{Method, Request, StatusCode};
use rejoinder::model::account::Account;
use rejoinder::model::role::Role;
use rejoinder::model::session::Scope;
use rejoinder::store::{accounts, audit, identities, sites};

use super::log_in::{OWN, assert_over, assert_refused, code, session};
use super::{Post, Received};
use crate::harness::{Answer, Engine, Setup};

const PASSWORD: &str = "correct horse battery";
const NEW_PASSWORD: &str = "a bicycle that is blue";
const THREAD: &str = "http://comments.test/?p=1#respond";

/// A site on which readers can make accounts.
async fn open() -> Post {
    let post = Post::with_email(Engine::Sqlite, Setup::default()).await;
    post.door.option("users_can_register", "1").await;
    post
}

/// A window that waits for a code: its handle and its browser's cookie.
struct Window {
    handle: String,
    cookie: String,
}

impl Post {
    async fn register(&self, email: &str) -> Window {
        let answer = self.ask_to_register(email).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let handle = answer.header("location").strip_prefix("http://comments.test/login/code?w=").unwrap().to_owned();
        Window { handle, cookie: answer.header("set-cookie").split(';').next().unwrap().to_owned() }
    }

    async fn ask_to_register(&self, email: &str) -> Answer {
        self.door.test.form("/login/register", &[("email", email), ("return_to", THREAD)], &[OWN]).await
    }

    async fn prove(&self, window: &Window, code: &str) -> Answer {
        let fields = [("w", window.handle.as_str()), ("code", code)];
        self.door.test.form("/login/code", &fields, &[OWN, ("cookie", &window.cookie)]).await
    }

    async fn make(&self, window: &Window, login: &str, password: &str) -> Answer {
        let fields = [("w", window.handle.as_str()), ("log", login), ("name", "Cleo Ruiz"), ("pwd", password)];
        self.door.test.form("/login/register/account", &fields, &[OWN, ("cookie", &window.cookie)]).await
    }

    async fn log_in_with(&self, login: &str, password: &str) -> Answer {
        let fields = [("log", login), ("pwd", password), ("return_to", THREAD)];
        self.door.test.form("/login/account", &fields, &[OWN]).await
    }

    async fn lose(&self, login: &str) -> Answer {
        self.door.test.form("/login/lost", &[("log", login)], &[OWN]).await
    }

    async fn reset(&self, link: &str, password: &str) -> Answer {
        let fields = [("t", link.split_once("?t=").unwrap().1), ("pwd", password)];
        self.door.test.form("/login/reset", &fields, &[OWN]).await
    }

    async fn account(&self, login: &str) -> Option<Account> {
        accounts::find_by_login(&self.door.test.app.db, login).await.unwrap()
    }

    /// An account with this password, and a role or none.
    async fn with_password(&self, login: &str, role: Option<Role>) -> Account {
        let new = accounts::NewAccount {
            login: login.into(),
            email: format!("{login}@people.example"),
            display_name: login.into(),
            password_hash: self.door.test.app.passwords.hash(PASSWORD.into()).await.unwrap(),
            super_admin: false,
        };
        let (site, now) = (self.door.site.id, self.door.test.clock.now());
        let write = async move |tx: &mut rejoinder::store::Tx| {
            let id = accounts::insert(tx, &new, now).await?;
            match role {
                Some(role) => sites::set_member(tx, site, id, role).await,
                None => Ok(()),
            }
        };
        self.door.test.app.db.write(write).await.unwrap();
        self.account(login).await.unwrap()
    }

    async fn is_logged_in(&self, token: &str) -> bool {
        rejoinder::actions::current_actor::find(&self.door.test.app, token, Scope::Reader).await.unwrap().is_some()
    }
}

fn link(mail: &Received) -> String {
    mail.link("/login/link?t=")
}

#[tokio::test]
async fn an_account_is_made_once_its_address_is_proven_and_has_no_role() {
    let post = open().await;
    let page = post.door.test.get("/login?provider=account").await.text();
    assert!(page.contains(">Register</a>") && page.contains(">Lost your password?</a>"), "{page}");
    let window = post.register("Cleo@example.org").await;
    let early = post.make(&window, "cleo", PASSWORD).await;
    assert_refused(&early, "before the code");
    assert_eq!(early.heading(), "No account was made");
    assert!(post.account("cleo").await.is_none(), "no account under an address that nobody has proven");
    let mail = post.only().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("cleo@example.org", "[The blog] Your code to register"));
    let proven = post.prove(&window, &code(&mail)).await;
    assert!(proven.text().contains("<h1>Your account</h1>") && session(&proven).is_none(), "{}", proven.text());
    let made = post.make(&window, "cleo", PASSWORD).await;
    assert_eq!((made.status, made.header("location")), (StatusCode::SEE_OTHER, THREAD), "{}", made.text());
    assert!(post.is_logged_in(&session(&made).unwrap()).await);
    let account = post.account("cleo").await.unwrap();
    assert_eq!((account.email.as_str(), account.display_name.as_str()), ("cleo@example.org", "Cleo Ruiz"));
    assert!(account.password_hash.starts_with("$argon2id$") && !account.super_admin);
    assert!(sites::roles_of(&post.door.test.app.db, account.id).await.unwrap().is_empty());
    assert_over(&post.make(&window, "cleo2", PASSWORD).await, "once");
    for login in ["cleo", "CLEO@example.org"] {
        assert!(session(&post.log_in_with(login, PASSWORD).await).is_some(), "{login}");
    }
    let entries = audit::list(&post.door.test.app.db, post.door.site.id, false, 10, 0).await.unwrap();
    assert!(entries.iter().any(|e| e.actor == "cleo" && e.action == "register"));
    post.end().await;
}

#[tokio::test]
async fn a_link_in_another_browser_makes_no_account_there() {
    let post = open().await;
    let window = post.register("cleo@example.org").await;
    let mail = post.only().await;
    let token = link(&mail).split_once("?t=").unwrap().1.to_owned();
    let shown = post.door.test.form("/login/link", &[("t", &token)], &[OWN]).await;
    assert!(shown.text().contains(&code(&mail)), "{}", shown.text());
    assert!(post.prove(&window, &code(&mail)).await.text().contains("<h1>Your account</h1>"));
    let stolen = Window { cookie: "rejoinder_login=x".into(), handle: window.handle.clone() };
    assert_over(&post.make(&stolen, "eve", PASSWORD).await, "another browser");
    post.end().await;
}

#[tokio::test]
async fn what_does_not_fit_can_be_mended_with_the_same_code() {
    let post = open().await;
    post.with_password("Taken", None).await;
    let window = post.register("cleo@example.org").await;
    post.prove(&window, &code(&post.only().await)).await;
    for (login, password, said) in [
        ("", PASSWORD, "A username has 1 to 60"),
        ("<b>", PASSWORD, "A username has 1 to 60"),
        ("Taken", PASSWORD, "that username already exists"),
        ("tAKEN", PASSWORD, "that username already exists"),
        // It would be found in the place of whose address it is.
        ("root@blog.example", PASSWORD, "A username has no @"),
        ("cleo", "short", "bytes"),
        ("cleo", "password1", "common"),
        ("cleo", "cleo@example.org", "id=\"account-error\""),
    ] {
        let answer = post.make(&window, login, password).await;
        assert_eq!((answer.status, session(&answer)), (StatusCode::BAD_REQUEST, None), "{login} {password}");
        assert!(answer.text().contains(said), "{login} {password}: {}", answer.text());
    }
    assert!(session(&post.make(&window, "cleo", PASSWORD).await).is_some());
    post.end().await;
}

#[tokio::test]
async fn where_it_is_off_nobody_registers() {
    let post = open().await;
    let window = post.register("cleo@example.org").await;
    post.prove(&window, &code(&post.only().await)).await;
    post.door.option("users_can_register", "0").await;
    assert!(!post.door.test.get("/login?provider=account").await.text().contains(">Register</a>"));
    let page = post.door.test.get("/login/register").await;
    for answer in [page, post.ask_to_register("ben@example.org").await, post.make(&window, "cleo", PASSWORD).await] {
        assert_eq!((answer.status, answer.heading().as_str()), (StatusCode::FORBIDDEN, "No account was made"));
        assert!(answer.text().contains("User registration is currently not allowed."), "{}", answer.text());
    }
    post.end().await;
}

/// Only the mailbox learns that its address has an account.
#[tokio::test]
async fn an_address_that_has_an_account_is_answered_as_one_that_has_none() {
    let post = open().await;
    post.with_password("ann", None).await;
    let mut seen = Vec::new();
    for address in ["ann@people.example", "nobody@people.example"] {
        let window = post.register(address).await;
        let page =
            post.door.test.get_with(&format!("/login/code?w={}", window.handle), &[("cookie", &window.cookie)]).await;
        seen.push((page.status, page.text().replace(address, "").replace(&window.handle, "")));
    }
    assert_eq!(seen[0], seen[1]);
    let subjects: Vec<_> = post.subjects().await;
    assert_eq!(
        subjects,
        [
            ("ann@people.example".to_owned(), "[The blog] You have an account".to_owned()),
            ("nobody@people.example".to_owned(), "[The blog] Your code to register".to_owned()),
        ]
    );
    post.end().await;
}

/// Pre-hijacking (§5.2): an account that somebody laid out under the victim's address does not wait for the victim.
#[tokio::test]
async fn an_account_under_a_victims_address_gets_nothing_of_the_victims_log_in() {
    let post = open().await;
    // The attacker knows the address, not the mail.
    let window = post.register("victim@example.org").await;
    assert_refused(&post.make(&window, "eve", PASSWORD).await, "unproven");
    let mail = post.only().await;
    // Or gives it to an account of their own, as a profile allows.
    let eve = post.with_password("eve", None).await;
    let profile = async move |tx: &mut rejoinder::store::Tx| {
        accounts::set_profile(tx, eve.id, "Eve", "victim@example.org", "").await
    };
    post.door.test.app.db.write(profile).await.unwrap();
    // The victim logs in by e-mail, then by another provider: each is somebody else than Eve.
    let victim = post.logged_in(&post.log_in("victim@example.org", "Victim").await).await;
    assert_ne!(victim.id, eve.id);
    let proven = rejoinder::model::identity::ProvenIdentity {
        provider: "github".into(),
        provider_name: "GitHub".into(),
        issuer: "https://github.com".into(),
        subject: "7".into(),
        name: "Victim".into(),
        url: String::new(),
        picture: String::new(),
        email: "victim@example.org".into(),
        email_verified: true,
    };
    let (by_github, _) = rejoinder::actions::log_in_identity::find_or_make(&post.door.test.app, &proven).await.unwrap();
    assert!(by_github.id != eve.id && by_github.id != victim.id);
    assert!(identities::list_of_account(&post.door.test.app.db, eve.id).await.unwrap().is_empty());
    assert!(!mail.body.contains("eve"));
    post.end().await;
}

#[tokio::test]
async fn a_lost_password_is_set_by_a_link_and_ends_every_session() {
    let post = open().await;
    let ann = post.with_password("ann", Some(Role::Editor)).await;
    let old = session(&post.log_in_with("ann", PASSWORD).await).unwrap();
    let (app, owner) = (&post.door.test.app, rejoinder::actions::application_passwords::Manager::command("test"));
    let program =
        rejoinder::actions::application_passwords::create(app, &owner, &ann, "phone", "").await.unwrap().password;
    let asked = post.lose("ann@people.example").await;
    assert!(asked.status == StatusCode::OK && asked.text().contains("Look at your mail"), "{}", asked.text());
    let mail = post.only().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ann@people.example", "[The blog] Set a new password"));
    assert!(mail.body.contains("Username: ann\n") && !mail.body.contains("code"), "{}", mail.body);
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let request = Request::builder().method(&method).uri(link(&mail)).body("".into()).unwrap();
        let page = post.door.test.send(request).await;
        assert_eq!((page.status, page.header("referrer-policy")), (StatusCode::OK, "same-origin"));
    }
    assert!(post.is_logged_in(&old).await, "to look changes nothing");
    for (weak, said) in [("short", "bytes"), ("password1", "common"), ("ann@people.example", "id=\"pwd-error\"")] {
        let answer = post.reset(&link(&mail), weak).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains(said), "{weak}: {}", answer.text());
    }
    let done = post.reset(&link(&mail), NEW_PASSWORD).await;
    assert!(
        done.text().contains("Your password is changed") && done.text().contains("application passwords"),
        "{}",
        done.text()
    );
    assert_eq!(session(&done), None, "nobody is logged in by it");
    assert!(!post.is_logged_in(&old).await);
    assert_eq!(post.log_in_with("ann", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert!(session(&post.log_in_with("ann", NEW_PASSWORD).await).is_some());
    let basic = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(format!("ann:{program}"))
    };
    let me = post.door.test.get_with("/wp-json/wp/v2/users/me", &[("authorization", &format!("Basic {basic}"))]).await;
    assert_eq!(me.status, StatusCode::OK, "application passwords stay");
    let told = post.only().await;
    assert_eq!(
        (told.to.as_str(), told.subject.as_str()),
        ("ann@people.example", "[The blog] Your password was changed")
    );
    assert!(!told.body.contains(NEW_PASSWORD));
    post.end().await;
}

#[tokio::test]
async fn a_link_of_a_lost_password_works_once_for_an_hour_and_for_the_password_that_was_lost() {
    let post = open().await;
    let ann = post.with_password("ann", None).await;
    for (age, is_good) in [(3_599, true), (3_600, false)] {
        post.lose("ann").await;
        let mail = post.only().await;
        post.advance(age);
        let password = format!("{NEW_PASSWORD} {age}");
        let answer = post.reset(&link(&mail), &password).await;
        assert_eq!(answer.status == StatusCode::OK, is_good, "{age}: {}", answer.text());
        if is_good {
            assert_over(&post.reset(&link(&mail), "and another one").await, "used");
            assert_eq!(post.delivered().await.len(), 1);
        } else {
            assert_over(&answer, "too old");
        }
    }
    // Two links, and a change in between: by the first, or by hand.
    post.lose("ann").await;
    let first = post.only().await;
    post.lose("ann").await;
    let second = post.only().await;
    assert_eq!(post.reset(&link(&first), "the third password").await.status, StatusCode::OK);
    assert_over(&post.reset(&link(&second), "the fourth password").await, "after another link");
    post.lose("ann").await;
    let third = post.delivered().await.into_iter().find(|mail| mail.subject.ends_with("Set a new password")).unwrap();
    let account = accounts::find(&post.door.test.app.db, ann.id).await.unwrap().unwrap();
    rejoinder::actions::set_password::set_by_command(&post.door.test.app, &account, "by hand it is".into())
        .await
        .unwrap();
    assert_over(&post.reset(&link(&third), "the fifth password").await, "after a change by hand");
    assert_over(&post.door.test.get(&link(&third)).await, "to look at, too");
    // Neither does a link for one thing do another.
    let window = post.register("cleo@example.org").await;
    let other = post.only().await;
    assert_over(&post.reset(&link(&other), NEW_PASSWORD).await, "a link to register");
    assert!(post.prove(&window, &code(&other)).await.text().contains("<h1>Your account</h1>"), "it was left alone");
    post.end().await;
}

#[tokio::test]
async fn an_unknown_name_is_answered_as_a_known_one_and_writes_as_much() {
    let post = open().await;
    post.with_password("ann", None).await;
    post.log_in("github@people.example", "By e-mail only").await;
    let rows = async || {
        let db = &post.door.test.app.db;
        let mut codes = 0;
        for id in 1..100 {
            let id = rejoinder::model::ids::MailedCodeId(id);
            let code = rejoinder::store::mailed_codes::find(db, post.door.site.id, id).await.unwrap();
            codes += usize::from(code.is_some());
        }
        codes
    };
    let mut seen = Vec::new();
    for login in ["ann", "nobody", "nobody@people.example", "github@people.example"] {
        let before = rows().await;
        let answer = post.lose(login).await;
        seen.push((answer.status, answer.text(), rows().await - before));
    }
    assert!(seen.iter().all(|one| *one == seen[0] && one.2 == 1), "{seen:#?}");
    assert_eq!(post.only().await.to, "ann@people.example", "who has no password gets no link to one");
    // Nor do the limits tell.
    for login in ["ann", "nobody"] {
        for _ in 0..rejoinder::model::mailed_code::CODES_OF_ADDRESS_MAX + 2 {
            assert_eq!(post.lose(login).await.status, StatusCode::OK, "{login}");
        }
    }
    let most = usize::try_from(rejoinder::model::mailed_code::CODES_OF_ADDRESS_MAX).unwrap();
    assert_eq!(post.delivered().await.len(), most - 1);
    post.end().await;
}

#[tokio::test]
async fn accounts_of_one_address_get_a_link_each() {
    let post = open().await;
    let (ann, ben) = (post.with_password("ann", None).await, post.with_password("ben", None).await);
    let share = async move |tx: &mut rejoinder::store::Tx| {
        accounts::set_profile(tx, ben.id, "Ben", "ann@people.example", "").await
    };
    post.door.test.app.db.write(share).await.unwrap();
    post.lose("ANN@people.example").await;
    let mails = post.delivered().await;
    assert!(mails.iter().all(|mail| mail.to == ann.email) && mails.len() == 2);
    assert!(mails[0].body.contains("Username: ann\n") && mails[1].body.contains("Username: ben\n"));
    post.end().await;
}

#[tokio::test]
async fn the_desk_s_accounts_find_the_way_and_wordpress_s_addresses_lead_there() {
    let post = open().await;
    assert!(post.door.test.get("/desk/login").await.text().contains("href=\"http://comments.test/login/lost\""));
    for (path, to) in [
        ("/wp-login.php?action=lostpassword", "http://comments.test/login/lost"),
        ("/wp-login.php?action=register", "http://comments.test/login/register"),
        ("/wp-login.php", "/desk/login"),
    ] {
        let answer = post.door.test.get(path).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, to), "{path}");
    }
    for headers in [vec![("sec-fetch-site", "cross-site")], vec![]] {
        for path in ["/login/lost", "/login/reset", "/login/register", "/login/register/account"] {
            assert_eq!(post.door.test.form(path, &[], &headers).await.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    let without = crate::harness::TestApp::start().await;
    without.site("https://blog.example").await;
    assert!(!without.get("/desk/login").await.text().contains("Lost your password"));
    assert!(without.get("/login/lost").await.text().contains("This server sends no mail."));
    post.end().await;
}
