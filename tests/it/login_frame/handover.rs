//! From the window into the frame: once, soon, and to the frame alone that opened it.

use rejoinder::store::sessions;

use super::{Bench, OWN, VERIFIER, challenge, claim_of, cookie, field, first_party};

#[tokio::test]
async fn a_log_in_in_the_window_is_the_frame_s_after_it_claims_it() {
    let bench = Bench::new().await;
    let (claim, frames) = (claim_of(VERIFIER, "cookie"), [OWN]);
    let early = bench.claim(&claim, &frames).await;
    assert_eq!((early.status.as_u16(), early.json()["state"].as_str()), (202, Some("waiting")));
    let window = bench.log_in(&challenge(VERIFIER), &[OWN]).await;
    assert_eq!(window.status, 200, "{}", window.text());
    assert!(
        window.text().contains("Logged in as <bdi>reader with a name</bdi>") && window.text().contains("data-done")
    );
    let first = cookie(&window, "rejoinder_session").unwrap();
    assert_eq!(bench.name(("cookie", &first)).await.as_deref(), Some("reader with a name"), "first-party too");

    let claimed = bench.claim(&claim, &frames).await;
    assert_eq!(claimed.status, 200, "{}", claimed.text());
    assert_eq!(claimed.json(), serde_json::json!({ "state": "logged in" }), "scripts get no token");
    let framed = cookie(&claimed, "rejoinder_frame").unwrap();
    assert_ne!(framed.split_once('=').unwrap().1, first.split_once('=').unwrap().1, "a session of its own");
    let header = ("cookie", framed.as_str());
    assert_eq!(bench.name(header).await.as_deref(), Some("reader with a name"));
    let document = bench.frame(header).await;
    let words =
        "<strong><bdi>reader with a name</bdi>:</strong> You are commenting using your <bdi>The blog</bdi> account.";
    assert!(document.contains(words) && document.contains("Log Out</button> / <a"), "{document}");
    let posted = bench.comment(&document, "From the frame.", header).await;
    assert_eq!((posted.status.as_u16(), posted.json()["author_name"].as_str()), (201, Some("reader with a name")));

    let again = bench.claim(&claim, &frames).await;
    assert_eq!((again.status.as_u16(), cookie(&again, "rejoinder_frame")), (202, None), "taken once");
}

#[tokio::test]
async fn where_the_cookie_is_not_kept_a_token_comes_in_its_place_once() {
    let bench = Bench::new().await;
    bench.log_in(&challenge(VERIFIER), &[OWN]).await;
    let by_cookie = bench.claim(&claim_of(VERIFIER, "cookie"), &[OWN]).await;
    let lost = cookie(&by_cookie, "rejoinder_frame").unwrap();
    let by_token = bench.claim(&claim_of(VERIFIER, "token"), &[OWN]).await;
    assert_eq!((by_token.status.as_u16(), by_token.json()["expires_in"].as_u64()), (200, Some(24 * 60 * 60)));
    assert!(by_token.headers.get("set-cookie").is_none());
    assert_eq!(bench.name(("cookie", &lost)).await, None, "the first session has ended");
    let bearer = format!("Bearer {}", by_token.json()["token"].as_str().unwrap());
    let header = ("authorization", bearer.as_str());
    assert_eq!(bench.name(header).await.as_deref(), Some("reader with a name"));
    let document = bench.frame(header).await;
    assert_eq!(bench.comment(&document, "By token.", header).await.status, 201);
    for way in ["cookie", "token"] {
        assert_eq!(bench.claim(&claim_of(VERIFIER, way), &[OWN]).await.status, 202, "{way}: taken for good");
    }
    bench.test.advance(24 * 60 * 60);
    assert_eq!(bench.name(header).await, None, "a token lives a day");
}

#[tokio::test]
async fn a_hand_over_is_claimed_within_a_minute() {
    for (wait, status) in [(59, 200), (60, 202)] {
        let bench = Bench::new().await;
        bench.log_in(&challenge(VERIFIER), &[OWN]).await;
        bench.test.advance(wait);
        assert_eq!(bench.claim(&claim_of(VERIFIER, "cookie"), &[OWN]).await.status, status, "{wait} s");
    }
}

#[tokio::test]
async fn where_the_first_party_session_comes_along_the_frame_needs_none_of_its_own() {
    let bench = Bench::new().await;
    let window = bench.log_in(&challenge(VERIFIER), &[OWN]).await;
    let first = cookie(&window, "rejoinder_session").unwrap();
    let claimed = bench.claim(&claim_of(VERIFIER, "cookie"), &[OWN, ("cookie", &first)]).await;
    assert_eq!((claimed.status.as_u16(), claimed.headers.get("set-cookie")), (200, None));
    assert_eq!(bench.claim(&claim_of(VERIFIER, "cookie"), &[OWN]).await.status, 202, "taken");
    let now = bench.test.clock.now();
    let all = sessions::list_of_account(&bench.test.app.db, bench.reader, now, now, 9).await.unwrap();
    assert_eq!(all.len(), 1);
}

#[tokio::test]
async fn who_is_logged_in_already_goes_on_with_one_press() {
    let bench = Bench::new().await;
    let first = cookie(&bench.log_in("", &[OWN]).await, "rejoinder_session").unwrap();
    let page = bench.test.get_with("/login?p=1", &[("cookie", &first)]).await.text();
    assert!(page.contains("Continue as <bdi>reader with a name</bdi>"), "{page}");
    let handover = challenge(VERIFIER);
    let fields = [("csrf", field(&page, "csrf")), ("return_to", ""), ("handover", &handover)];
    let done = bench.test.form("/login/continue", &fields, &[OWN, ("cookie", &first)]).await;
    assert!(done.text().contains("data-done") && done.headers.get("set-cookie").is_none(), "{}", done.text());
    assert_eq!(bench.claim(&claim_of(VERIFIER, "cookie"), &[OWN]).await.status, 200);
    for (what, csrf, sender) in [("no session", field(&page, "csrf"), "x=y"), ("another's", "00", first.as_str())] {
        let fields = [("csrf", csrf), ("return_to", ""), ("handover", &challenge(&VERIFIER.replace('f', "g")))];
        let refused = bench.test.form("/login/continue", &fields, &[OWN, ("cookie", sender)]).await;
        assert_eq!(refused.status, 401, "{what}");
        assert_eq!(bench.claim(&claim_of(&VERIFIER.replace('f', "g"), "cookie"), &[OWN]).await.status, 202, "{what}");
    }
}

#[tokio::test]
async fn the_browser_keeps_the_log_in_as_long_as_it_was_told_to() {
    for (remember, lasts) in [(true, true), (false, false)] {
        let bench = Bench::new().await;
        let handover = challenge(VERIFIER);
        let mut fields = vec![("log", "reader"), ("pwd", super::PASSWORD), ("handover", &handover)];
        if remember {
            fields.push(("rememberme", "forever"));
        }
        let window = bench.test.form("/login/account", &fields, &[OWN]).await;
        let claimed = bench.claim(&claim_of(VERIFIER, "cookie"), &[OWN]).await;
        for answer in [window, claimed] {
            assert_eq!(answer.header("set-cookie").contains("; Max-Age=2592000"), lasts, "{remember}");
        }
    }
}

#[tokio::test]
async fn a_new_password_ends_what_is_on_its_way_to_a_frame() {
    use rejoinder::actions::set_password::set_by_command;
    let bench = Bench::new().await;
    let framed = {
        bench.log_in(&challenge(VERIFIER), &[OWN]).await;
        cookie(&bench.claim(&claim_of(VERIFIER, "cookie"), &[OWN]).await, "rejoinder_frame").unwrap()
    };
    let other = VERIFIER.replace('v', "w");
    bench.log_in(&challenge(&other), &[OWN]).await;
    let account = rejoinder::store::accounts::find(&bench.test.app.db, bench.reader).await.unwrap().unwrap();
    set_by_command(&bench.test.app, &account, "another long password".into()).await.unwrap();
    assert_eq!(bench.name(("cookie", &framed)).await, None);
    assert_eq!(bench.claim(&claim_of(&other, "cookie"), &[OWN]).await.status, 202);
    let cookie = first_party("made-up");
    assert_eq!(bench.name(("cookie", &cookie)).await, None);
}
