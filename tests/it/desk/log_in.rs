//! Logging in, out, and setting up; sessions and their ends.

use std::time::Duration;

use rejoinder::actions::set_up;
use rejoinder::config::Options;
use rejoinder::model::role::Role;
use rejoinder::store::accounts;

use super::bench::{Answer, Bench, Browser, START};

async fn log_in(browser: &Browser<'_>, login: &str, password: &str) -> Answer {
    browser.post("/desk/login", &[("log", login), ("pwd", password), ("redirect_to", "/desk/comments?p=1")]).await
}

fn session(answer: &Answer) -> String {
    answer.cookie().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_login_name_or_an_email_and_the_password_let_in() {
    let bench = Bench::new().await;
    bench.account("editor", Some(Role::Editor)).await;
    for login in ["editor", "editor@example.org", " EDITOR@example.org "] {
        let answer = log_in(&bench.anonymous(), login, "correct horse").await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/desk/comments?p=1"), "{login}");
        assert!(answer.cookie().ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{}", answer.cookie());
        let browser = Browser { cookie: Some(session(&answer)), ..bench.anonymous() };
        assert_eq!(browser.get("/desk/comments").await.status, 200);
    }
    assert_eq!(bench.log().await[0], "editor: log_in from 192.0.2.1");
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_the_host() {
    let options = Options { public_url: Some("https://comments.example/".parse().unwrap()), ..Options::default() };
    let bench = Bench::with(options).await;
    bench.account("editor", Some(Role::Editor)).await;
    let fields = [("log", "editor"), ("pwd", "correct horse"), ("rememberme", "forever")];
    let answer = bench.anonymous().post("/desk/login", &fields).await;
    assert!(answer.cookie().starts_with("__Host-rejoinder="));
    assert!(answer.cookie().ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000"));
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_answered_alike() {
    let bench = Bench::new().await;
    bench.account("editor", Some(Role::Editor)).await;
    let known = log_in(&bench.anonymous(), "editor", "wrong horse").await;
    let unknown = log_in(&bench.anonymous(), "nobody", "wrong horse").await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.headers, unknown.headers);
    assert_eq!(known.text.replace("editor", "nobody"), unknown.text);
    assert!(known.text.contains("The username or password you entered is incorrect."));
    assert!(known.cookie().is_empty());
}

#[tokio::test]
async fn a_name_is_throttled_known_or_not_and_then_a_network() {
    let bench = Bench::new().await;
    bench.account("editor", Some(Role::Editor)).await;
    for login in ["editor", "nobody"] {
        for n in 0..5 {
            assert_eq!(log_in(&bench.anonymous(), login, "wrong horse").await.status, 401, "{login} {n}");
        }
        let answer = log_in(&bench.anonymous(), login, "correct horse").await;
        assert_eq!(answer.status, 429, "{login}");
        assert_eq!(answer.headers["retry-after"], "60");
    }
    for n in 0..8 {
        assert_eq!(log_in(&bench.anonymous(), &format!("somebody{n}"), "wrong horse").await.status, 401, "{n}");
    }
    assert_eq!(log_in(&bench.anonymous(), "somebody else", "wrong horse").await.status, 429);
}

#[tokio::test]
async fn a_log_in_makes_a_new_session_and_ends_the_one_it_came_with() {
    let bench = Bench::new().await;
    bench.account("editor", Some(Role::Editor)).await;
    let first = log_in(&bench.anonymous(), "editor", "correct horse").await;
    let planted = Browser { cookie: Some(session(&first)), ..bench.anonymous() };
    let second = log_in(&planted, "editor", "correct horse").await;
    assert_ne!(session(&first), session(&second));
    assert_eq!(planted.get("/desk/comments").await.status, 303, "the old session is over");
    let made_up = Browser { cookie: Some("rejoinder_session=known-to-another".into()), ..bench.anonymous() };
    let third = log_in(&made_up, "editor", "correct horse").await;
    assert_ne!(session(&third), "rejoinder_session=known-to-another");
    assert_eq!(made_up.get("/desk/comments").await.status, 303);
}

#[tokio::test]
async fn a_session_ends_by_idleness_by_age_and_by_logging_out() {
    const HOUR: Duration = Duration::from_hours(1);
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let idle = bench.browser("editor", Role::Editor).await;
    for hour in 1..=30 * 24 / 11 {
        bench.clock.advance(11 * HOUR);
        assert_eq!(browser.get("/desk/comments").await.status, 200, "{hour}");
    }
    assert_eq!(idle.get("/desk/comments").await.status, 303, "idle for more than 12 hours");
    bench.clock.advance(11 * HOUR);
    assert_eq!(browser.get("/desk/comments").await.status, 303, "older than 30 days");
    let browser = bench.browser("editor", Role::Editor).await;
    bench.clock.advance(12 * HOUR);
    assert_eq!(browser.get("/desk/comments").await.status, 200);
    bench.clock.advance(12 * HOUR + Duration::from_millis(1));
    assert_eq!(browser.get("/desk/comments").await.status, 303);
    let browser = bench.browser("editor", Role::Editor).await;
    let answer = browser.post("/desk/logout", &[]).await;
    assert!(answer.cookie().contains("Max-Age=0"));
    assert_eq!(browser.get("/desk/comments").await.status, 303);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let bench = Bench::new().await;
    let id = bench.account("editor", Some(Role::Editor)).await;
    let (here, elsewhere) = (bench.logged_in(id).await, bench.logged_in(id).await);
    let wrong = here.post("/desk/profile/password", &[("present", "wrong"), ("pwd", "battery staple")]).await;
    assert_eq!(wrong.status, 400);
    let short = here.post("/desk/profile/password", &[("present", "correct horse"), ("pwd", "short")]).await;
    assert_eq!(short.status, 400);
    let right = here.post("/desk/profile/password", &[("present", "correct horse"), ("pwd", "battery staple")]).await;
    assert_eq!(right.status, 303);
    assert_eq!(here.get("/desk/comments").await.status, 200);
    assert_eq!(elsewhere.get("/desk/comments").await.status, 303);
    assert_eq!(log_in(&bench.anonymous(), "editor", "correct horse").await.status, 401);
    assert_eq!(log_in(&bench.anonymous(), "editor", "battery staple").await.status, 303);
    let root = bench.super_admin().await;
    root.post(&format!("/desk/members/{id}"), &[("action", "password"), ("pwd", "third password")]).await;
    assert_eq!(here.get("/desk/comments").await.status, 303);
}

#[tokio::test]
async fn an_older_hash_is_made_anew_at_the_log_in() {
    use argon2::password_hash::PasswordHasher as _;
    let bench = Bench::new().await;
    let id = bench.account("editor", Some(Role::Editor)).await;
    let weak = argon2::Argon2::new(
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        argon2::Params::new(64, 1, 1, None).unwrap(),
    );
    let old = weak.hash_password(b"correct horse").unwrap().to_string();
    bench.app.db.write(async move |tx| accounts::set_password_hash(tx, id, &old).await).await.unwrap();
    assert_eq!(log_in(&bench.anonymous(), "editor", "correct horse").await.status, 303);
    assert!(bench.find_account(id).await.password_hash.contains("$m=19456,t=2,p=1$"));
    assert_eq!(log_in(&bench.anonymous(), "editor", "correct horse").await.status, 303);
}

#[tokio::test]
async fn the_log_in_leads_back_to_our_own_pages_and_to_the_blog_s_and_nowhere_else() {
    let bench = Bench::with(Options { no_limits: true, ..Options::default() }).await;
    bench.account("editor", Some(Role::Editor)).await;
    for (wanted, led_to) in [
        ("/desk/posts?paged=2", "/desk/posts?paged=2"),
        ("/?p=1#respond", "/?p=1#respond"),
        ("/sites/blog/?p=1", "/sites/blog/?p=1"),
        ("https://blog.example/a-post/#comments", "https://blog.example/a-post/#comments"),
        ("", "/desk"),
        ("//evil.example/desk/", "/desk"),
        ("https://evil.example/desk/", "/desk"),
        ("https://evil.example/?p=1", "/desk"),
        ("https://blog.example.evil.example/", "/desk"),
        ("https://evil.example@blog.example/", "/desk"),
        ("https://blog.example@evil.example/", "/desk"),
        ("http://blog.example/", "/desk"),
        ("https://blog.example:8443/", "/desk"),
        ("https:evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("https://blog.example\\@evil.example/", "/desk"),
        ("/\t/evil.example/?p=1", "/desk"),
        ("/%09/evil.example", "/desk"),
        ("/..//evil.example", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("data:text/html,x", "/desk"),
        ("/elsewhere", "/desk"),
        ("/metrics", "/desk"),
    ] {
        let fields = [("log", "editor"), ("pwd", "correct horse"), ("redirect_to", wanted)];
        assert_eq!(bench.anonymous().post("/desk/login", &fields).await.location(), led_to, "{wanted}");
    }
    let longest = format!("/?p=1&x={}", "x".repeat(2_048 - 8));
    for (wanted, led_to) in [(longest.clone(), longest.as_str()), (format!("{longest}x"), "/desk")] {
        let fields = [("log", "editor"), ("pwd", "correct horse"), ("redirect_to", &wanted)];
        assert_eq!(bench.anonymous().post("/desk/login", &fields).await.location(), led_to, "{}", wanted.len());
    }
}

/// A browser holds the redirect of a form to the policy of its page.
#[tokio::test]
async fn the_log_in_page_lets_its_form_lead_to_the_blog_that_it_goes_back_to_only() {
    let bench = Bench::new().await;
    for (wanted, allowed) in [
        ("https://blog.example/a-post/#respond", "form-action 'self' https://blog.example"),
        ("/?p=1", "form-action 'self'"),
        ("https://evil.example/", "form-action 'self'"),
        ("https://blog.example; script-src *", "form-action 'self'"),
        ("", "form-action 'self'"),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("redirect_to", wanted).finish();
        let shown = bench.anonymous().get(&format!("/desk/login?{query}")).await;
        let fields = [("log", "x"), ("pwd", "x"), ("redirect_to", wanted)];
        for answer in [shown, bench.anonymous().post("/desk/login", &fields).await] {
            let policy = answer.headers.get("content-security-policy").unwrap().to_str().unwrap();
            assert!(policy.split("; ").any(|directive| directive == allowed), "{wanted}: {policy}");
            let back = answer.text.contains(&format!("<a href=\"{wanted}\">Back, without logging in</a>"));
            assert_eq!(
                back,
                wanted.starts_with("https://blog.example/") || wanted == "/?p=1",
                "{wanted}: {}",
                answer.text
            );
            assert_eq!(answer.text.matches("without logging in").count(), usize::from(back), "{wanted}");
        }
    }
}

#[tokio::test]
async fn the_log_out_leads_back_too_and_needs_no_session_that_is_still_there() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let answer = browser.post("/desk/logout", &[("redirect_to", "/?p=1#respond")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/?p=1#respond"));
    assert_eq!(browser.get("/desk/comments").await.status, 303, "logged out");
    let again = browser.post("/desk/logout", &[("redirect_to", "https://evil.example/")]).await;
    assert_eq!((again.status.as_u16(), again.location()), (303, "/desk/login?done=out"));
    assert!(again.cookie().contains("Max-Age=0"), "{}", again.cookie());
}

#[tokio::test]
async fn the_set_up_link_works_once_and_only_without_accounts() {
    let bench = Bench::new().await;
    assert_eq!(set_up::prepare(&bench.app).await.unwrap(), None, "there are accounts");
    let folder = tempfile::tempdir().unwrap();
    let config = Options { data: Some(folder.path().into()), ..Options::default() }.resolve().unwrap();
    let clock = rejoinder::model::time::Clock::manual(START);
    let app =
        rejoinder::app::App::build_with(config, clock, std::sync::Arc::new(rejoinder::net::resolver::SystemResolver))
            .await
            .unwrap();
    let (old, token) = (set_up::prepare(&app).await.unwrap().unwrap(), set_up::prepare(&app).await.unwrap().unwrap());
    let stored = rejoinder::store::instance::find(&app.db, "set_up_token_hash").await.unwrap().unwrap();
    assert!(!stored.contains(&token), "only its hash is kept");
    for (given, is_valid) in [(token.as_str(), true), (&old, false), ("", false), (&token[1..], false)] {
        assert_eq!(set_up::is_valid(&app, given).await.unwrap(), is_valid);
    }
    let client = rejoinder::model::client::Client { ip: "192.0.2.1".parse().unwrap(), agent: String::new() };
    let new = |login: &str| set_up::FirstAdministrator {
        login: login.into(),
        email: "me@example.org".into(),
        password: "correct horse".into(),
    };
    let bad = set_up::FirstAdministrator { password: "short".into(), ..new("one") };
    assert!(set_up::run(&app, &token, bad, &client).await.is_err());
    assert!(set_up::is_valid(&app, &token).await.unwrap(), "a mistake does not use the link up");
    let (one, two) =
        tokio::join!(set_up::run(&app, &token, new("one"), &client), set_up::run(&app, &token, new("two"), &client));
    assert!(one.is_ok() != two.is_ok(), "of two at once, one");
    assert!(!set_up::is_valid(&app, &token).await.unwrap());
    assert_eq!(set_up::prepare(&app).await.unwrap(), None);
}
