//! What must not work: forms of others' pages, tokens that were taken from a frame, sessions that somebody left open.

use http::{Method, Request};
use rejoinder::actions::begin_session::begin_session;
use rejoinder::model::client::Client;
use rejoinder::model::role::Role;
use rejoinder::model::session::Scope;
use rejoinder::store::{accounts, sessions};

use super::{Bench, OWN, field};
use crate::harness::LoggedIn;

/// Every changing route, with fields that would change something.
const ROUTES: [(&str, &[(&str, &str)]); 9] = [
    ("/account/comments/1", &[("comment", "Changed")]),
    ("/account/comments/1/delete", &[]),
    ("/account/subscriptions", &[("all", "1")]),
    ("/account/subscriptions", &[("end", "1")]),
    ("/account/log-ins", &[("remove", "1")]),
    ("/account/log-ins", &[("others", "1")]),
    ("/account/log-ins", &[("end", "00")]),
    ("/account/data", &[]),
    ("/account/delete", &[("confirm", "delete"), ("texts", "1")]),
];

const PAGES: [&str; 7] = [
    "/account",
    "/account/comments/1",
    "/account/comments/1/delete",
    "/account/subscriptions",
    "/account/log-ins",
    "/account/data",
    "/account/delete",
];

/// What cannot be taken back.
const DANGEROUS: [(&str, &[(&str, &str)]); 5] = [ROUTES[4], ROUTES[5], ROUTES[6], ROUTES[7], ROUTES[8]];

/// A reader with a comment and another session.
async fn begin() -> (Bench, LoggedIn) {
    let bench = Bench::new().await;
    let ann = bench.reader("ann").await;
    bench.write(&ann, "Words").await;
    bench.reader("ann").await;
    (bench, ann)
}

async fn is_untouched(bench: &Bench, ann: &LoggedIn) {
    assert_eq!(bench.find(rejoinder::model::ids::CommentId(1)).await.unwrap().content, "Words");
    assert!(bench.thread().await.contains("ann the member"));
    assert!(accounts::find(&bench.test.app.db, ann.account).await.unwrap().is_some());
    assert_eq!(sessions_of(bench, ann).await, 2);
}

async fn sessions_of(bench: &Bench, ann: &LoggedIn) -> usize {
    let now = bench.test.clock.now();
    let start = crate::harness::START;
    sessions::list_of_account(&bench.test.app.db, ann.account, now, start, 50).await.unwrap().len()
}

#[tokio::test]
async fn every_change_wants_a_page_of_ours_and_the_token_of_the_session() {
    let (bench, ann) = begin().await;
    let eve = bench.reader("eve").await;
    for (path, more) in ROUTES {
        for (what, csrf, headers) in [
            ("no token", "", &[OWN][..]),
            ("another session's token", eve.csrf.as_str(), &[OWN]),
            ("a shortened token", &ann.csrf[..32], &[OWN]),
            ("another site", &ann.csrf, &[("sec-fetch-site", "cross-site")]),
            ("a site beside", &ann.csrf, &[("sec-fetch-site", "same-site")]),
            ("another origin", &ann.csrf, &[("origin", "https://blog.example")]),
            ("no origin", &ann.csrf, &[("origin", "null")]),
            ("nothing said", &ann.csrf, &[]),
        ] {
            let mut fields = more.to_vec();
            fields.push(("csrf", csrf));
            let mut headers = headers.to_vec();
            headers.push(("cookie", &ann.cookie));
            let answer = bench.test.form(path, &fields, &headers).await;
            assert_eq!(answer.status, 403, "{path}: {what}");
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let request = Request::builder().method(method.clone()).uri(path).header("cookie", &ann.cookie);
            let answer = bench.test.send(request.body(axum::body::Body::empty()).unwrap()).await;
            assert_eq!(answer.status, 405, "{path} {method}");
        }
    }
    is_untouched(&bench, &ann).await;
}

/// A token that was taken from a frame writes comments, and shows and changes nothing of the account, however it comes.
#[tokio::test]
async fn a_reader_s_token_neither_shows_nor_changes_the_account() {
    let (bench, ann) = begin().await;
    let client = Client { ip: "192.0.2.66".parse().unwrap(), agent: "Thief".into() };
    let token = begin_session(&bench.test.app, ann.account, None, Scope::Reader, None, &client).await.unwrap();
    let (first, bearer) = (format!("rejoinder_session={token}"), format!("Bearer {token}"));
    let framed = format!("rejoinder_frame={token}");
    let page = bench.test.get_with("/?p=1", &[("cookie", &first)]).await.text();
    let csrf = field(&page, "csrf").to_owned();
    for header in [("cookie", first.as_str()), ("cookie", &framed), ("authorization", &bearer)] {
        for path in PAGES {
            let answer = bench.test.get_with(path, &[header]).await;
            let to = answer.header("location");
            assert!(
                answer.status == 303 && to.starts_with("http://comments.test/login?return_to=%2Faccount"),
                "{path} {to}"
            );
        }
        for (path, more) in ROUTES {
            let mut fields = more.to_vec();
            fields.push(("csrf", &csrf));
            assert_eq!(bench.test.form(path, &fields, &[header, OWN]).await.status, 401, "{path}");
        }
        let link = [("provider", "github"), ("link", "1")];
        assert_eq!(
            bench.test.form("/login/start", &link, &[header, OWN]).await.status,
            401,
            "no way to log in is added"
        );
    }
    let thief = token_hash(&token);
    bench.test.app.db.write(async move |tx| sessions::delete(tx, &thief).await).await.unwrap();
    is_untouched(&bench, &ann).await;
}

fn token_hash(token: &str) -> Vec<u8> {
    rejoinder::secret::token_hash(token)
}

/// A session that somebody left open reads and writes comments; what cannot be taken back it does not do.
#[tokio::test]
async fn an_old_log_in_is_no_proof_for_what_cannot_be_taken_back() {
    let (bench, ann) = begin().await;
    bench.test.advance(15 * 60);
    assert!(
        bench.get(&ann, "/account/data").await.text().contains("Download a copy"),
        "fifteen minutes are not too many"
    );
    bench.test.advance(1);
    for (path, more) in DANGEROUS {
        let answer = bench.post(&ann, path, more).await;
        let to = format!("http://comments.test/login?return_to={}", path.replace('/', "%2F"));
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, to.as_str()), "{path}");
    }
    let link = bench.post(&ann, "/login/start", &[("provider", "github"), ("link", "1")]).await;
    assert!(link.status == 401 && link.text().contains("Log in again to go on"), "{}", link.text());
    for path in ["/account/log-ins", "/account/data", "/account/delete"] {
        let page = bench.get(&ann, path).await.text();
        assert!(page.contains("Log in again to go on"), "{path}: {page}");
        assert_eq!(page.matches("<form").count(), 1, "no form but logging out: {path}: {page}");
    }
    is_untouched(&bench, &ann).await;
    // The log-in page does not take the old session's word for it.
    let page = bench.get(&ann, "/login?return_to=%2Faccount%2Fdelete").await.text();
    assert!(page.contains("Log in to your account") && !page.contains("Continue as"), "{page}");
    let elsewhere = bench.get(&ann, "/login?return_to=%2Faccounts").await.text();
    assert!(elsewhere.contains("Log in to comment") && elsewhere.contains("Continue as"), "{elsewhere}");
}

#[tokio::test]
async fn logging_in_again_leads_back_to_the_act_and_lets_it_be_done() {
    let bench = Bench::new().await;
    let hash = bench.test.app.passwords.hash("correct horse battery".into()).await.unwrap();
    let ann = bench.reader("ann").await;
    let id = ann.account;
    bench.test.app.db.write(async move |tx| accounts::set_password_hash(tx, id, &hash).await).await.unwrap();
    bench.test.advance(15 * 60 + 1);
    let to = bench.post(&ann, "/account/data", &[]).await.header("location").to_owned();
    let page = bench.get(&ann, &to).await.text();
    let back = field(&page, "return_to").to_owned();
    let fields = [("log", "ann"), ("pwd", "correct horse battery"), ("return_to", back.as_str())];
    let answer = bench.test.form("/login/account", &fields, &[("cookie", &ann.cookie), OWN]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "http://comments.test/account/data"));
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = bench.test.get_with("/account/data", &[("cookie", &cookie)]).await.text();
    let csrf = field(&page, "csrf").to_owned();
    let export = bench.test.form("/account/data", &[("csrf", &csrf)], &[("cookie", &cookie), OWN]).await;
    assert_eq!((export.status.as_u16(), export.header("content-type")), (200, "application/json; charset=utf-8"));
    assert_eq!(bench.get(&ann, "/account").await.status, 303, "the old session ended with it");
}

#[tokio::test]
async fn who_is_not_logged_in_is_led_to_the_log_in_and_back_and_every_answer_is_nobody_else_s() {
    let bench = Bench::new().await;
    let ann = bench.reader("ann").await;
    bench.write(&ann, "Words").await;
    for path in PAGES {
        let answer = bench.test.get(path).await;
        let to = format!("http://comments.test/login?return_to={}", path.replace('/', "%2F"));
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, to.as_str()), "{path}");
        let page = bench.get(&ann, path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(page.header("x-robots-tag").contains("noindex"), "{path}");
        let text = page.text();
        assert!(!text.contains("<script") && !text.contains("style="), "{path}");
        assert!(text.contains("ann the member"), "{path}");
    }
    for (path, more) in ROUTES {
        assert_eq!(bench.test.form(path, more, &[OWN]).await.status, 401, "{path}");
    }
    let member = bench.test.logged_in(bench.site.id, "member", Some(Role::Subscriber)).await;
    assert_eq!(bench.get(&member, "/account").await.status, 200);
    let profile = bench.get(&member, "/desk/profile").await.text();
    assert!(profile.contains("href=\"http://comments.test/account\""), "{profile}");
}

/// A second site stands under a path: every link and every way back stays below it.
#[tokio::test]
async fn a_site_under_a_path_has_its_own_page_there() {
    let bench = Bench::new().await;
    let other = bench.test.site("https://other.example").await;
    let base = format!("/sites/{}", other.slug);
    let answer = bench.test.get(&format!("{base}/account/log-ins?done=x")).await;
    let to = format!(
        "http://comments.test{base}/login?return_to={}%2Faccount%2Flog-ins%3Fdone%3Dx",
        base.replace('/', "%2F")
    );
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, to.as_str()));
    let ann = bench.reader("ann").await;
    let page = bench.get(&ann, &format!("{base}/account")).await.text();
    assert!(page.contains(&format!("href=\"http://comments.test{base}/account/data\"")), "{page}");
    let page = bench.get(&ann, &format!("{base}/login?return_to={}%2Faccount", base.replace('/', "%2F"))).await.text();
    assert!(page.contains("Log in to your account"), "{page}");
}
