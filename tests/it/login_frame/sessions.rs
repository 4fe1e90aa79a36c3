//! What a session lets into, and for how long.

use rejoinder::actions::sign_in::{Attempt, sign_in};
use rejoinder::model::role::Role;
use rejoinder::model::session::Scope;
use rejoinder::store::audit;

use super::{Bench, OWN, PASSWORD, client, cookie, field, first_party};
use crate::desk::csrf::ROUTES;
use crate::harness::Setup;

const HOUR: u64 = 60 * 60;

/// Every page of the desk that wants a log-in.
const PAGES: [&str; 13] = [
    "/desk",
    "/desk/",
    "/desk/comments",
    "/desk/comments/1/edit",
    "/desk/comments/1/reply",
    "/desk/comments/1/approve",
    "/desk/posts",
    "/desk/settings",
    "/desk/log-in",
    "/desk/members",
    "/desk/audit",
    "/desk/jobs",
    "/desk/profile",
];

/// An administrator's session, but of a reader's scope: however it comes, it is nobody's but in a comment form.
#[tokio::test]
async fn a_reader_s_session_is_nobody_in_the_desk_at_wp_admin_and_in_rest() {
    let bench = Bench::new().await;
    let admin = bench.account("admin", Some(Role::Administrator)).await;
    let token = bench.session(admin, Scope::Reader).await;
    let (bearer, cookies) = (format!("Bearer {token}"), first_party(&token));
    let both = format!("{cookies}; rejoinder_frame={token}");
    let page = bench.test.get_with("/?p=1", &[("cookie", &cookies)]).await.text();
    let csrf = field(&page, "csrf");
    for header in [("cookie", both.as_str()), ("authorization", &bearer)] {
        assert!(bench.name(header).await.is_some(), "it is somebody's in a form");
        for path in PAGES.iter().chain(&["/desk/authorize-application?app_name=x"]) {
            let answer = bench.test.get_with(path, &[header]).await;
            let to = answer.header("location");
            assert!(answer.status == 303 && to.starts_with("/desk/login?"), "{path}: {} {to}", answer.status);
        }
        for path in ["/wp-admin/edit-comments.php", "/wp-admin/authorize-application.php?app_name=x"] {
            let to = bench.test.get_with(path, &[header]).await.header("location").to_owned();
            let answer = bench.test.get_with(&to, &[header]).await;
            assert!(answer.status == 303 && answer.header("location").starts_with("/desk/login?"), "{path}: {to}");
        }
        // Who is nobody there needs no logging out, and is only led on.
        let changes = ROUTES.into_iter().filter(|path| *path != "/desk/logout");
        for path in changes.chain(["/desk/authorize-application?app_name=x&success_url=https%3A%2F%2Fapp.example%2F"]) {
            let fields = [("csrf", csrf), ("action", "approve"), ("approve", "1"), ("app_name", "x"), ("name", "x")];
            assert_eq!(bench.test.form(path, &fields, &[header, OWN]).await.status, 401, "{path}");
        }
        let nonce = bench.test.get_with("/wp-admin/admin-ajax.php?action=rest-nonce", &[header]).await;
        assert_eq!((nonce.status.as_u16(), nonce.text().as_str()), (400, "0"));
        let desk = first_party(&bench.session(admin, Scope::Desk).await);
        let nonce = bench.test.get_with("/wp-admin/admin-ajax.php?action=rest-nonce", &[("cookie", &desk)]).await;
        assert_eq!(nonce.status, 200);
        let nonce = nonce.text();
        let me = bench.test.get_with("/wp-json/wp/v2/users/me", &[header, ("x-wp-nonce", &nonce)]).await;
        assert_eq!((me.status.as_u16(), me.json()["code"].as_str()), (403, Some("rest_cookie_invalid_nonce")));
        let me = bench.test.get_with("/wp-json/wp/v2/users/me", &[header]).await;
        assert_eq!((me.status.as_u16(), me.json()["code"].as_str()), (401, Some("rest_not_logged_in")));
    }
}

/// Twelve idle hours end the desk; writing comments goes on for fourteen idle days, and does not bring the desk back.
#[tokio::test]
async fn an_idle_session_of_the_desk_goes_on_as_a_commenter_s() {
    let bench = Bench::new().await;
    let editor = bench.account("editor", Some(Role::Editor)).await;
    let (busy, idle) =
        (first_party(&bench.session(editor, Scope::Desk).await), bench.session(editor, Scope::Desk).await);
    let idle = first_party(&idle);
    let desk = async |cookie: &str| bench.test.get_with("/desk/comments", &[("cookie", cookie)]).await.status.as_u16();
    bench.test.advance(12 * HOUR);
    assert_eq!(desk(&busy).await, 200, "twelve hours are not too many");
    bench.test.advance(1);
    assert_eq!(desk(&idle).await, 303);
    assert!(bench.name(("cookie", &idle)).await.is_some());
    assert_eq!(desk(&idle).await, 303, "being used elsewhere brings nothing back");
    let page = bench.test.get_with("/?p=1", &[("cookie", &idle)]).await.text();
    assert!(page.contains("Logged in as <bdi>editor with a name</bdi>"), "{page}");
    bench.test.advance(14 * 24 * HOUR);
    assert!(bench.name(("cookie", &idle)).await.is_some(), "fourteen days are not too many");
    bench.test.advance(14 * 24 * HOUR + 1);
    assert_eq!(bench.name(("cookie", &idle)).await, None);
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_however_much_it_is_used() {
    let bench = Bench::new().await;
    let token = first_party(&bench.session(bench.reader, Scope::Reader).await);
    for day in 1..30 {
        bench.test.advance(24 * HOUR);
        assert!(bench.name(("cookie", &token)).await.is_some(), "day {day}");
    }
    bench.test.advance(24 * HOUR);
    assert_eq!(bench.name(("cookie", &token)).await, None);
}

#[tokio::test]
async fn logging_out_ends_every_session_of_the_browser_on_the_server() {
    let bench = Bench::new().await;
    let other = first_party(&bench.session(bench.reader, Scope::Desk).await);
    let (first, framed) =
        (bench.session(bench.reader, Scope::Desk).await, bench.session(bench.reader, Scope::Reader).await);
    let cookies = format!("{}; rejoinder_frame={framed}", first_party(&first));
    let page = bench.test.get_with("/?p=1", &[("cookie", &cookies)]).await.text();
    assert!(page.contains("action=\"http://comments.test/login/out\""), "{page}");
    let csrf = field(&page, "csrf").to_owned();
    for (what, csrf, header) in [
        ("no token", "", OWN),
        ("another's token", "00", OWN),
        ("another site", csrf.as_str(), ("sec-fetch-site", "cross-site")),
    ] {
        let refused = bench.test.form("/login/out", &[("csrf", csrf)], &[header, ("cookie", &cookies)]).await;
        assert_eq!(refused.status, 403, "{what}");
        assert!(bench.name(("cookie", &cookies)).await.is_some(), "{what}");
    }
    let fields = [("csrf", csrf.as_str()), ("return_to", "/?p=1#respond")];
    let out = bench.test.form("/login/out", &fields, &[OWN, ("cookie", &cookies)]).await;
    assert_eq!((out.status.as_u16(), out.header("location")), (303, "http://comments.test/?p=1#respond"));
    assert!(out.headers.get_all("set-cookie").iter().all(|v| v.to_str().unwrap().contains("; Max-Age=0")));
    for token in [&first, &framed] {
        assert_eq!(bench.name(("authorization", &format!("Bearer {token}"))).await, None);
    }
    assert!(bench.name(("cookie", &other)).await.is_some(), "another browser's stays");
    let again = bench.test.form("/login/out", &fields, &[OWN, ("cookie", &cookies)]).await;
    assert_eq!(again.status, 303, "whose session is over is only led on");
}

/// As in a WordPress network: who is no member comments as themself, and may nothing more.
#[tokio::test]
async fn who_is_logged_in_but_no_member_comments_under_their_account() {
    let bench = Bench::new().await;
    bench.test.option(bench.site.id, "comment_registration", "1").await;
    let log_in = bench.log_in("", &[OWN]).await;
    assert_eq!((log_in.status.as_u16(), log_in.header("location")), (303, "http://comments.test/?p=1#respond"));
    let header = cookie(&log_in, "rejoinder_session").unwrap();
    let page = bench.test.get_with("/?p=1", &[("cookie", &header)]).await.text();
    assert!(page.contains("You are commenting using your <bdi>The blog</bdi> account."), "{page}");
    assert!(!page.contains("Logged in as") && !page.contains("name=\"author\""), "{page}");
    let posted = bench.comment(&page, "Well said.", ("cookie", &header)).await;
    assert_eq!((posted.status.as_u16(), posted.json()["author_name"].as_str()), (201, Some("reader with a name")));
    let guest = bench.test.get("/?p=1").await.text();
    assert!(guest.contains("to post a comment.") && guest.contains("Click an icon to log in:"), "{guest}");
}

#[tokio::test]
async fn a_log_in_that_is_right_does_not_count_against_who_makes_it() {
    let bench = Bench::with(Setup { limited: true, ..Setup::default() }).await;
    let attempt = |password: &str| Attempt {
        login: "reader".into(),
        password: password.into(),
        replaces: None,
        client: client(),
    };
    for n in 0..25 {
        assert!(sign_in(&bench.test.app, attempt(PASSWORD)).await.is_ok(), "{n}");
    }
    for n in 0..5 {
        assert!(sign_in(&bench.test.app, attempt("wrong")).await.is_err(), "{n}");
    }
    let refused = sign_in(&bench.test.app, attempt(PASSWORD)).await;
    assert!(matches!(refused, Err(rejoinder::error::Error::TooMany { .. })), "{refused:?}");
}

/// The trail is for those who decide something here; a reader's log-ins would keep their address for two years.
#[tokio::test]
async fn the_audit_trail_has_the_log_ins_of_members_by_any_way() {
    let bench = Bench::new().await;
    let editor = bench.account("editor", Some(Role::Editor)).await;
    bench.session(bench.reader, Scope::Desk).await;
    bench.session(editor, Scope::Desk).await;
    let entries = audit::list(&bench.test.app.db, bench.site.id, true, 100, 0).await.unwrap();
    let log_ins: Vec<_> = entries.iter().filter(|e| e.action == "log_in").map(|e| e.actor.as_str()).collect();
    assert_eq!(log_ins, ["editor"]);
}
