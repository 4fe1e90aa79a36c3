//! Who sends a request (WP 7.1 comments §8.10): application passwords over Basic, and the desk's cookie with a
//! nonce. What is wrong is never taken for nobody.

use axum::body::Body;
use http::{Method, Request};
use rejoinder::model::comment::Status;
use rejoinder::model::ids::AccountId;
use rejoinder::model::role::Role;
use rejoinder::secret::{new_token, token_hash};
use rejoinder::store::sessions::{self, Session};
use serde_json::json;

use super::{Api, COMMENTS, NOBODY, Sender, expect};
use crate::harness::{Answer, Engine, Setup};

const ME: &str = "/wp-json/wp/v2/users/me";
const WRONG: &str = "The provided password is an invalid application password.";
const BAD_NONCE: &str = "Cookie check failed";

fn with(authorization: &str) -> Sender {
    Sender { id: 0, authorization: Some(authorization.to_owned()) }
}

#[tokio::test]
async fn a_wrong_password_is_not_nobody() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    assert_eq!(api.get(ME, &editor).await.json()["id"], editor.id);
    for wrong in [
        "Basic",
        "Basic ***",
        "Basic ZWRpdG9y",                                     // no colon
        "Basic ZWRpdG9yOg==",                                 // editor, nothing
        "Basic ZWRpdG9yOndyb25n",                             // editor:wrong
        "basic bm9ib2R5OmFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ==", // nobody:aaaaaaaaaaaaaaaaaaaaaaaa
    ] {
        for path in [ME, COMMENTS, "/wp-json/"] {
            expect(&api.get(path, &with(wrong)).await, 401, "incorrect_password", WRONG);
        }
    }
    // What is no password at all is.
    expect(&api.get(ME, &with("Bearer x")).await, 401, "rest_not_logged_in", "You are not currently logged in.");
    assert_eq!(api.get(COMMENTS, &with("Bearer x")).await.status, 200);
}

#[tokio::test]
async fn guesses_are_slowed_down_and_the_right_one_is_not() {
    let api = Api::on(Engine::Sqlite, Setup { limited: true, ..Setup::default() }).await;
    let editor = api.member("editor", Role::Editor).await;
    let guess = with("Basic ZWRpdG9yOndyb25n");
    for _ in 0..5 {
        expect(&api.get(ME, &guess).await, 401, "incorrect_password", WRONG);
    }
    let answer = api.get(ME, &guess).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (429, &json!("rest_too_many_requests")));
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(api.get(ME, &editor).await.status, 200);
}

/// A session of the desk, as a browser has it.
struct Browser<'a> {
    api: &'a Api,
    cookie: String,
}

impl<'a> Browser<'a> {
    async fn of(api: &'a Api, account: i64) -> Self {
        let (token, now) = (new_token(), api.test.clock.now());
        let session = Session {
            account_id: AccountId(account),
            scope: rejoinder::model::session::Scope::Desk,
            identity_id: None,
            csrf_token: new_token(),
            seen_at: now,
            expires_at: now.plus(std::time::Duration::from_hours(24 * 30)),
        };
        let hash = token_hash(&token);
        api.test.app.db.write(async move |tx| sessions::insert(tx, &hash, &session, "", "").await).await.unwrap();
        Self { api, cookie: format!("rejoinder_session={token}") }
    }

    async fn nonce(&self) -> String {
        let answer = self.get("/wp-admin/admin-ajax.php?action=rest-nonce", &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.header("cache-control").contains("no-store"));
        assert_eq!(answer.header("access-control-allow-origin"), "", "no other site reads it");
        answer.text()
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![("cookie", self.cookie.as_str()), ("origin", "http://comments.test")];
        all.extend(headers);
        self.api.test.get_with(path, &all).await
    }
}

#[tokio::test]
async fn a_cookie_counts_with_a_nonce_only() {
    let api = Api::open().await;
    let editor = api.account("editor", Role::Editor).await;
    let browser = Browser::of(&api, editor.id.0).await;
    // Without one it is nobody who asks, as in WordPress.
    let answer = browser.get(ME, &[]).await;
    expect(&answer, 401, "rest_not_logged_in", "You are not currently logged in.");
    assert_eq!(answer.header("x-wp-nonce"), "");

    let nonce = browser.nonce().await;
    let answer = browser.get(ME, &[("x-wp-nonce", &nonce)]).await;
    assert_eq!(answer.json()["id"], editor.id.0, "{}", answer.text());
    assert_eq!(answer.header("x-wp-nonce"), nonce, "a fresh one");
    assert!(answer.header("cache-control").contains("no-store"));
    assert_eq!(browser.get(&format!("{ME}?_wpnonce={nonce}"), &[]).await.json()["id"], editor.id.0);

    for wrong in ["", "x", &nonce[1..], &"0".repeat(32)] {
        let answer = browser.get(COMMENTS, &[("x-wp-nonce", wrong)]).await;
        expect(&answer, 403, "rest_cookie_invalid_nonce", BAD_NONCE);
    }
    // The nonce without the cookie, or with another's, proves nothing.
    let other = Browser::of(&api, editor.id.0).await;
    expect(&other.get(ME, &[("x-wp-nonce", &nonce)]).await, 403, "rest_cookie_invalid_nonce", BAD_NONCE);
    let answer = api.test.get_with(ME, &[("x-wp-nonce", &nonce)]).await;
    expect(&answer, 403, "rest_cookie_invalid_nonce", BAD_NONCE);
}

#[tokio::test]
async fn a_nonce_is_good_for_twelve_to_twenty_four_hours() {
    let api = Api::open().await;
    let editor = api.account("editor", Role::Editor).await;
    let browser = Browser::of(&api, editor.id.0).await;
    let nonce = browser.nonce().await;
    let is_good = async || browser.get(ME, &[("x-wp-nonce", &nonce)]).await.status == 200;
    // 2026-01-05 09:00: this half of the day ends at noon, the next one at midnight. Sessions that are not used
    // for twelve hours end, so it is used in between.
    for (seconds, good) in [(3 * 3_600, true), (6 * 3_600, true), (6 * 3_600 - 1, true), (1, false)] {
        api.test.advance(seconds);
        assert_eq!(is_good().await, good, "{seconds}");
        assert_eq!(browser.get(ME, &[("x-wp-nonce", &browser.nonce().await)]).await.status, 200);
    }
}

#[tokio::test]
async fn a_page_with_cookie_and_nonce_moderates() {
    let api = Api::open().await;
    let editor = api.account("editor", Role::Editor).await;
    let browser = Browser::of(&api, editor.id.0).await;
    let (id, nonce) = (api.comment(Status::Hold).await, browser.nonce().await);
    let path = format!("{COMMENTS}/{id}");
    let send = async |nonce: Option<&str>| {
        let mut request = Request::builder().method(Method::PUT).uri(&path).header("cookie", &browser.cookie);
        if let Some(nonce) = nonce {
            request = request.header("x-wp-nonce", nonce);
        }
        let request = request.header("content-type", "application/json");
        api.test.send(request.body(Body::from("{\"status\":\"approved\"}")).unwrap()).await
    };
    expect(&send(None).await, 401, "rest_cannot_edit", "Sorry, you are not allowed to edit this comment.");
    assert_eq!(send(Some(&nonce)).await.json()["status"], "approved");
    // The nonce of a form counts as well, and goes before nothing.
    let form = [("content", "By form."), ("_wpnonce", nonce.as_str())];
    let answer = api.test.form(&path, &form, &[("cookie", &browser.cookie)]).await;
    assert_eq!(answer.json()["content"]["raw"], "By form.");
}

#[tokio::test]
async fn a_nonce_is_for_who_is_logged_in() {
    let api = Api::open().await;
    let editor = api.account("editor", Role::Editor).await;
    let browser = Browser::of(&api, editor.id.0).await;
    for answer in [
        api.test.get("/wp-admin/admin-ajax.php?action=rest-nonce").await,
        api.test.get_with("/wp-admin/admin-ajax.php?action=rest-nonce", &[("cookie", "rejoinder_session=x")]).await,
        browser.get("/wp-admin/admin-ajax.php?action=heartbeat", &[]).await,
        browser.get("/wp-admin/admin-ajax.php", &[]).await,
    ] {
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (400, "0"));
    }
    let path = format!("/sites/{}/wp-admin/admin-ajax.php?action=rest-nonce", api.site.slug);
    assert_eq!(browser.get(&path, &[]).await.text(), browser.nonce().await);
}

#[tokio::test]
async fn credentials_go_before_a_cookie() {
    let api = Api::open().await;
    let (editor, reader) = (api.account("editor", Role::Editor).await, api.member("reader", Role::Subscriber).await);
    let browser = Browser::of(&api, editor.id.0).await;
    let nonce = browser.nonce().await;
    let headers = [("x-wp-nonce", nonce.as_str()), ("authorization", reader.authorization.as_deref().unwrap())];
    assert_eq!(browser.get(ME, &headers).await.json()["id"], reader.id);
    assert_eq!(NOBODY.id, 0);
}
