//! `actions/authenticate.rs` and `actions/application_passwords.rs`: who may in, what is counted, what is
//! remembered and when it is forgotten.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rejoinder::actions::add_account::{NewMember, add_account};
use rejoinder::actions::application_passwords::{self, APPLICATION_PASSWORDS_MAX, Manager};
use rejoinder::actions::authenticate::{Credentials, Takes, authenticate};
use rejoinder::actions::{set_member, set_password, sign_in};
use rejoinder::error::{Error, Result};
use rejoinder::model::account::{Account, Actor, Authenticated};
use rejoinder::model::application_password::in_groups;
use rejoinder::model::client::Client;
use rejoinder::model::role::Role;
use rejoinder::model::site::Site;
use rejoinder::store::{accounts, application_passwords as kept, audit};

use crate::harness::{Engine, Setup, TestApp, eventually, place};

crate::on_both_engines! {
    a_name_or_an_email_and_a_right_password_let_in
    what_changes_an_account_makes_its_passwords_be_asked_again
    another_process_revokes_at_once
    application_passwords_are_made_listed_renamed_and_revoked
}

const HERE: &str = "192.0.2.1";

struct Bench {
    test: TestApp,
    site: Arc<Site>,
}

impl Bench {
    async fn on(engine: Engine, setup: Setup) -> Self {
        let test = TestApp::start_on(engine, setup).await;
        let site = test.site("https://blog.example").await;
        Self { test, site }
    }

    /// With the limits.
    async fn limited() -> Self {
        Self::on(Engine::Sqlite, Setup { limited: true, ..Setup::default() }).await
    }

    /// An account whose password is `correct horse`.
    async fn account(&self, login: &str, role: Role) -> Account {
        let email = format!("{login}@example.org");
        let new = NewMember { login: login.into(), email, password: "correct horse".into(), role };
        let id = add_account(&self.test.app, &self.site, &Actor::command("test"), new).await.unwrap();
        accounts::find(&self.test.app.db, id).await.unwrap().unwrap()
    }

    async fn application_password(&self, owner: &Account) -> (String, String) {
        let by = Manager::account(owner);
        let made = application_passwords::create(&self.test.app, &by, owner, "phone", "").await.unwrap();
        (made.password, made.kept.uuid)
    }

    async fn ask(&self, login: &str, password: &str, takes: Takes, ip: &str) -> Result<Arc<Authenticated>> {
        let client = Client { ip: ip.parse::<IpAddr>().unwrap(), agent: String::new() };
        authenticate(&self.test.app, &self.site, Credentials { login, password, takes }, &client).await
    }

    async fn any(&self, login: &str, password: &str) -> Result<Arc<Authenticated>> {
        self.ask(login, password, Takes::AnyPassword, HERE).await
    }

    async fn is_in(&self, login: &str, password: &str) -> bool {
        match self.any(login, password).await {
            Ok(who) => who.account.login == login,
            Err(Error::Unauthenticated(_)) => false,
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn a_name_or_an_email_and_a_right_password_let_in(engine: Engine) {
    let bench = Bench::on(engine, Setup::default()).await;
    let ada = bench.account("ada", Role::Author).await;
    let (password, uuid) = bench.application_password(&ada).await;
    for login in ["ada", " ada ", "ada@example.org", "ADA@Example.org"] {
        for takes in [Takes::ApplicationPasswords, Takes::AnyPassword] {
            for typed in
                [password.clone(), in_groups(&password), format!(" {}\n", in_groups(&password).replace(' ', "-"))]
            {
                let who = bench.ask(login, &typed, takes, HERE).await.unwrap();
                assert_eq!((who.account.id, who.role), (ada.id, Some(Role::Author)), "{login} {typed}");
                assert_eq!(who.application_password.as_deref(), Some(uuid.as_str()));
                assert_eq!(who.actor(), Actor { account_id: Some(ada.id), name: "ada".into(), role: Role::Author });
            }
        }
        let who = bench.any(login, "correct horse").await.unwrap();
        assert_eq!((who.account.id, who.application_password.as_ref()), (ada.id, None));
    }
    let bob = bench.account("bob", Role::Editor).await;
    let (bobs, _) = bench.application_password(&bob).await;
    let elsewhere = bench.test.site("https://second.example").await;
    let client = Client { ip: HERE.parse().unwrap(), agent: String::new() };
    let credentials = Credentials { login: "ada", password: &password, takes: Takes::ApplicationPasswords };
    let who = authenticate(&bench.test.app, &elsewhere, credentials, &client).await.unwrap();
    assert_eq!((who.role, who.actor().role), (None, Role::Subscriber), "no member there");

    let words = |refused: Result<Arc<Authenticated>>| match refused {
        Err(Error::Unauthenticated(words)) => words,
        other => panic!("{other:?}"),
    };
    for (login, wrong, takes) in [
        ("ada", "correct horse", Takes::ApplicationPasswords),
        ("ada", "wrong", Takes::AnyPassword),
        ("ada", &bobs, Takes::AnyPassword),
        ("ada", &password.to_uppercase(), Takes::AnyPassword),
        ("ada", &password[1..], Takes::AnyPassword),
        ("ada", "", Takes::AnyPassword),
        ("", &password, Takes::AnyPassword),
        ("nobody", &password, Takes::AnyPassword),
        ("nobody", "correct horse", Takes::AnyPassword),
        ("nobody", "x".repeat(2_000).as_str(), Takes::AnyPassword),
    ] {
        assert_eq!(words(bench.ask(login, wrong, takes, HERE).await), sign_in::REFUSED, "{login} {wrong}");
    }
}

async fn what_changes_an_account_makes_its_passwords_be_asked_again(engine: Engine) {
    let bench = Bench::on(engine, Setup::default()).await;
    let (app, ada) = (&bench.test.app, bench.account("ada", Role::Editor).await);
    let (password, uuid) = bench.application_password(&ada).await;
    assert!(bench.is_in("ada", &password).await && bench.is_in("ada", "correct horse").await);

    set_member::set_member(app, &bench.site, &Actor::command("test"), ada.id, Some(Role::Subscriber)).await.unwrap();
    assert_eq!(bench.any("ada", &password).await.unwrap().role, Some(Role::Subscriber));
    set_member::set_member(app, &bench.site, &Actor::command("test"), ada.id, None).await.unwrap();
    assert_eq!(bench.any("ada", &password).await.unwrap().role, None);

    set_password::set_by_command(app, &ada, "battery staple".into()).await.unwrap();
    assert!(!bench.is_in("ada", "correct horse").await);
    assert!(bench.is_in("ada", "battery staple").await);
    assert!(bench.is_in("ada", &password).await, "a program keeps its own, as in WordPress");

    application_passwords::revoke(app, &Manager::account(&ada), &ada, &uuid).await.unwrap();
    assert!(!bench.is_in("ada", &password).await);
}

async fn another_process_revokes_at_once(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let place = place(engine, folder.path()).await;
    let test = TestApp::start_at(place.clone(), tempfile::tempdir().unwrap(), Setup::default()).await;
    let site = test.site("https://blog.example").await;
    let bench = Bench { test, site };
    let ada = bench.account("ada", Role::Editor).await;
    let (password, uuid) = bench.application_password(&ada).await;
    assert!(bench.is_in("ada", &password).await);
    let other = TestApp::start_at(place, tempfile::tempdir().unwrap(), Setup::default()).await;
    application_passwords::revoke(&other.app, &Manager::command("test"), &ada, &uuid).await.unwrap();
    eventually("the revocation is noticed", async || (!bench.is_in("ada", &password).await).then_some(())).await;
}

async fn application_passwords_are_made_listed_renamed_and_revoked(engine: Engine) {
    let bench = Bench::on(engine, Setup::default()).await;
    let app = &bench.test.app;
    let (ada, bob) = (bench.account("ada", Role::Author).await, bench.account("bob", Role::Administrator).await);
    let by = Manager::account(&ada);
    let app_id = "5ca1ab1e-0000-4000-8000-000000000000";
    let made = application_passwords::create(app, &by, &ada, " The  phone ", app_id).await.unwrap();
    assert_eq!((made.kept.name.as_str(), made.kept.app_id.as_str()), ("The phone", app_id));
    let uuid = made.kept.uuid.clone();
    assert_eq!(application_passwords::list(app, &by, &ada).await.unwrap(), *std::slice::from_ref(&made.kept));
    assert_eq!(application_passwords::find(app, &by, &ada, &uuid).await.unwrap(), made.kept);
    let (_, hash) = kept_row(&bench, &ada, &made.password).await;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");

    application_passwords::rename(app, &by, &ada, &uuid, "Old phone").await.unwrap();
    assert_eq!(application_passwords::find(app, &by, &ada, &uuid).await.unwrap().name, "Old phone");
    for (name, app_id) in [("", ""), ("phone", "no uuid")] {
        let refused = application_passwords::create(app, &by, &ada, name, app_id).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    }
    // An administrator of one site has no say: the account may be a member of others.
    let stranger = Manager::account(&bob);
    assert!(matches!(application_passwords::list(app, &stranger, &ada).await, Err(Error::Forbidden(_))));
    assert!(matches!(application_passwords::find(app, &stranger, &ada, &uuid).await, Err(Error::Forbidden(_))));
    assert!(application_passwords::create(app, &stranger, &ada, "x", "").await.is_err());
    assert!(application_passwords::rename(app, &stranger, &ada, &uuid, "x").await.is_err());
    assert!(application_passwords::revoke(app, &stranger, &ada, &uuid).await.is_err());
    assert!(application_passwords::revoke_all(app, &stranger, &ada).await.is_err());
    assert!(matches!(application_passwords::revoke(app, &by, &ada, "none").await, Err(Error::NotFound(_))));

    application_passwords::create(app, &by, &ada, "CI", "").await.unwrap();
    application_passwords::revoke(app, &by, &ada, &uuid).await.unwrap();
    assert_eq!(application_passwords::revoke_all(app, &Manager::command("test"), &ada).await.unwrap(), 1);
    assert_eq!(application_passwords::revoke_all(app, &by, &ada).await.unwrap(), 0);
    assert_eq!(application_passwords::list(app, &by, &ada).await.unwrap(), []);
    let entries = audit::list(&app.db, bench.site.id, true, 5, 0).await.unwrap();
    let entries: Vec<String> = entries.iter().map(|e| format!("{}: {} {}", e.actor, e.action, e.detail)).collect();
    assert_eq!(
        entries,
        [
            "rejoinder test: revoke_application_password all 1 for ada",
            "ada: revoke_application_password Old phone for ada",
            "ada: add_application_password CI for ada",
            "ada: rename_application_password to Old phone for ada",
            "ada: add_application_password The phone for ada",
        ]
    );
}

/// What is kept of a password.
async fn kept_row(bench: &Bench, owner: &Account, password: &str) -> (String, String) {
    let digest = bench.test.app.secret.digest("application password", &[password]);
    let find_key = i64::from_be_bytes(digest[..8].try_into().unwrap());
    let (row, hash) = kept::find_by_key(&bench.test.app.db, owner.id, find_key).await.unwrap().unwrap();
    (row.name, hash)
}

#[tokio::test]
async fn an_account_has_at_most_so_many() {
    let bench = Bench::on(Engine::Sqlite, Setup::default()).await;
    let (app, ada) = (&bench.test.app, bench.account("ada", Role::Author).await);
    let id = ada.id;
    let fill = async move |tx: &mut rejoinder::store::Tx| {
        for n in 1..APPLICATION_PASSWORDS_MAX {
            let uuid = n.to_string();
            let new = kept::NewApplicationPassword {
                uuid,
                app_id: String::new(),
                name: "x".into(),
                find_key: n,
                hash: String::new(),
            };
            kept::insert(tx, id, &new, crate::harness::START).await?;
        }
        Ok(())
    };
    app.db.write(fill).await.unwrap();
    application_passwords::create(app, &Manager::account(&ada), &ada, "the last", "").await.unwrap();
    let refused = application_passwords::create(app, &Manager::account(&ada), &ada, "one more", "").await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}

#[tokio::test]
async fn the_last_use_is_noted_with_its_address_and_not_every_time() {
    let bench = Bench::on(Engine::Sqlite, Setup::default()).await;
    let ada = bench.account("ada", Role::Author).await;
    let (password, uuid) = bench.application_password(&ada).await;
    let noted = async || {
        let row = kept::find(&bench.test.app.db, ada.id, &uuid).await.unwrap().unwrap();
        (row.last_used_at.map(|at| at.since(crate::harness::START).as_secs()), row.last_ip)
    };
    assert_eq!(noted().await, (None, None));
    let use_it = async |ip| bench.ask("ada", &password, Takes::ApplicationPasswords, ip).await.unwrap();
    use_it(HERE).await;
    assert_eq!(noted().await, (Some(0), Some(HERE.into())));
    bench.test.advance(299);
    use_it(HERE).await;
    assert_eq!(noted().await, (Some(0), Some(HERE.into())), "it was used within these minutes");
    use_it("2001:db8::7").await;
    assert_eq!(noted().await, (Some(299), Some("2001:db8::7".into())), "from another address");
    bench.test.advance(300);
    use_it(HERE).await;
    assert_eq!(noted().await, (Some(599), Some(HERE.into())));
}

#[tokio::test]
async fn what_was_right_a_moment_ago_needs_no_database() {
    let bench = Bench::on(Engine::Sqlite, Setup::default()).await;
    let ada = bench.account("ada", Role::Author).await;
    let (password, _) = bench.application_password(&ada).await;
    assert!(bench.is_in("ada", &password).await && bench.is_in("ada", "correct horse").await);
    bench.test.app.db.close().await;
    for _ in 0..1_000 {
        assert!(bench.is_in("ada", &password).await && bench.is_in("ada", "correct horse").await);
    }
    assert!(bench.any("ada", "wrong").await.is_err());
    bench.test.advance(300);
    assert!(bench.any("ada", &password).await.is_err(), "after its time it is asked again");
}

/// 5 failures on a name, 20 from a network.
#[tokio::test]
async fn failures_are_counted_and_nothing_else() {
    let bench = Bench::limited().await;
    let ada = bench.account("ada", Role::Author).await;
    let (password, uuid) = bench.application_password(&ada).await;
    for n in 0..30 {
        // So that each is checked, and none remembered.
        bench.test.advance(3_600);
        assert!(bench.is_in("ada", "correct horse").await, "{n}");
    }
    bench.test.advance(3_600);
    for n in 0..5 {
        assert!(!bench.is_in("ada", "wrong").await, "{n}");
    }
    for password in ["wrong", "correct horse"] {
        let refused = bench.any("ada", password).await;
        let Err(Error::TooMany { retry_after }) = refused else { panic!("{refused:?}") };
        assert_eq!(retry_after, Duration::from_mins(1), "one a minute");
    }
    for _ in 0..50 {
        assert!(matches!(bench.any("ada", "correct horse").await, Err(Error::TooMany { .. })));
    }
    assert!(bench.is_in("ada", &password).await, "what cannot be guessed is not locked out by guesses");
    let other = bench.any("nobody", "wrong").await;
    assert!(matches!(other, Err(Error::Unauthenticated(_))), "nor is the network, by what was not checked");
    application_passwords::revoke(&bench.test.app, &Manager::account(&ada), &ada, &uuid).await.unwrap();
    assert!(matches!(bench.any("ada", &password).await, Err(Error::TooMany { .. })), "it is a guess now");

    // The log-in page counts with the same numbers.
    let attempt = sign_in::Attempt {
        login: "ada".into(),
        password: "correct horse".into(),
        replaces: None,
        client: Client { ip: "192.0.2.2".parse().unwrap(), agent: String::new() },
    };
    assert!(matches!(sign_in::sign_in(&bench.test.app, attempt).await, Err(Error::TooMany { .. })));

    let mut refused = 0;
    for n in 0..40 {
        refused += u32::from(matches!(bench.any(&format!("name {n}"), "wrong").await, Err(Error::TooMany { .. })));
    }
    // Of the network's twenty six are used up: five by “ada”, one by “nobody”.
    assert_eq!(refused, 40 - 14);
}

#[tokio::test]
async fn of_guesses_at_once_no_more_are_checked_than_the_limit_allows() {
    let bench = Bench::limited().await;
    bench.account("ada", Role::Author).await;
    let guesses: Vec<String> = (0..60).map(|n| format!("guess {n}")).collect();
    let answers = futures_util::future::join_all(guesses.iter().map(|guess| bench.any("ada", guess))).await;
    let checked = answers.iter().filter(|a| matches!(a, Err(Error::Unauthenticated(_)))).count();
    assert_eq!(checked, 5);
    assert!(answers.iter().all(|a| matches!(a, Err(Error::Unauthenticated(_) | Error::TooMany { .. }))));
}

#[tokio::test]
async fn a_program_that_begins_with_many_requests_at_once_is_let_in() {
    let bench = Bench::limited().await;
    let ada = bench.account("ada", Role::Author).await;
    let (password, _) = bench.application_password(&ada).await;
    for password in [password.as_str(), "correct horse"] {
        let answers = futures_util::future::join_all((0..60).map(|_| bench.any("ada", password))).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }
}
