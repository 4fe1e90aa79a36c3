//! The state and the browser that it is bound to (ID-2, ID-5, ID-6, ID-7; S-AUTH-3, S-AUTH-7): log-in CSRF, state
//! fixation, replay and mix-up are refused, each by name.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use rejoinder::actions::begin_log_in::LOG_IN_MAX;

use rejoinder::model::session::Scope;

use super::{BLOG_PAGE, SAME_ORIGIN, Scene, assert_refused, session};

#[tokio::test]
async fn a_log_in_leads_back_to_the_page_it_came_from() {
    let scene = Scene::with("oidc").await;
    let answer = scene.log_in("oidc").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, BLOG_PAGE));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let (account, identities) = scene.account(&answer).await;
    assert_eq!((account.display_name.as_str(), account.email.as_str()), ("Ann", "ann@example.org"));
    assert_eq!(account.password_hash, "", "nobody logs in with a password");
    assert_eq!((identities.len(), identities[0].proven.subject.as_str()), (1, "subject-1"));
}

#[tokio::test]
async fn the_address_of_return_is_ours_and_the_same_each_time() {
    let scene = Scene::with("oidc").await;
    let begun = scene.start("oidc").await;
    assert_eq!(begun.asked("redirect_uri"), "http://comments.test/login/callback/oidc");
    let fields = [("provider", "oidc"), ("redirect_uri", "https://evil.example/"), ("return_to", BLOG_PAGE)];
    let answer = scene.start_with(&fields, &[SAME_ORIGIN, ("x-forwarded-host", "evil.example")]).await;
    assert!(!answer.header("location").contains("evil"), "{}", answer.header("location"));
}

#[tokio::test]
async fn a_log_in_begins_from_our_own_pages_only() {
    let scene = Scene::with("oidc").await;
    let fields = [("provider", "oidc"), ("return_to", BLOG_PAGE)];
    for headers in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "https://evil.example")],
        vec![("origin", "https://blog.example")],
        vec![],
    ] {
        let answer = scene.start_with(&fields, &headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert_eq!(answer.header("set-cookie"), "", "{headers:?}");
    }
    let answer = scene.test.get("/login/start?provider=oidc").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_state_that_is_wrong_missing_or_not_ours_is_refused() {
    let scene = Scene::with("oidc").await;
    let begun = scene.start("oidc").await;
    let code = scene.stub.consent(&begun.to);
    for state in ["", "x", &"0".repeat(64), "<script>alert(1)</script>", &"x".repeat(5000)] {
        let answer = scene.come_back("oidc", &[("code", &code), ("state", state)], &begun.cookie).await;
        assert_refused(&answer, state);
    }
    assert_refused(&scene.come_back("oidc", &[("code", &code)], &begun.cookie).await, "missing");
    assert_eq!((scene.accounts().await, scene.stub.heard("/token").len()), (0, 0));
}

#[tokio::test]
async fn a_state_is_good_once() {
    let scene = Scene::with("oidc").await;
    let begun = scene.start("oidc").await;
    assert!(session(&scene.finish("oidc", &begun).await).is_some());
    let again = scene.finish("oidc", &begun).await;
    assert_refused(&again, "a state used again");
    let begun = scene.start("oidc").await;
    let state = begun.asked("state");
    assert_refused(&scene.come_back("oidc", &[("state", &state)], &begun.cookie).await, "no code");
    assert_refused(&scene.finish("oidc", &begun).await, "a state that failed once");
}

#[tokio::test]
async fn a_state_is_good_for_ten_minutes() {
    let scene = Scene::with("oidc").await;
    for (age, is_good) in [(LOG_IN_MAX.as_secs() - 1, true), (LOG_IN_MAX.as_secs(), false)] {
        scene.stub.says().claims = serde_json::json!({"exp": 4_000_000_000_i64});
        let begun = scene.start("oidc").await;
        scene.test.advance(age);
        let answer = scene.finish("oidc", &begun).await;
        assert_eq!(session(&answer).is_some(), is_good, "{age}: {}", answer.text());
    }
}

/// Log-in CSRF: an attacker's own log-in, finished in the victim's browser.
#[tokio::test]
async fn an_attackers_log_in_is_not_finished_in_anothers_browser() {
    let scene = Scene::with("oidc").await;
    let attackers = scene.start("oidc").await;
    assert_refused(
        &scene.come_back("oidc", &[("code", "x"), ("state", &attackers.asked("state"))], "").await,
        "no cookie",
    );
    let (attackers, victims) = (scene.start("oidc").await, scene.start("oidc").await);
    assert_ne!(attackers.cookie, victims.cookie);
    let (code, state) = (scene.stub.consent(&attackers.to), attackers.asked("state"));
    let answer = scene.come_back("oidc", &[("code", &code), ("state", &state)], &victims.cookie).await;
    assert_refused(&answer, "another browser's cookie");
    assert_eq!(scene.accounts().await, 0);
    assert!(session(&scene.finish("oidc", &victims).await).is_some(), "the victim's own goes on");
}

/// State fixation: a cookie of the attacker's making is not taken up.
#[tokio::test]
async fn a_cookie_that_is_none_of_ours_is_replaced() {
    let scene = Scene::with("oidc").await;
    for planted in ["rejoinder_login=x", "rejoinder_login=", "rejoinder_login=<script>"] {
        let begun = scene.start_by("oidc", &[], planted).await;
        assert_ne!(begun.cookie, planted);
        assert_eq!(begun.cookie.len(), "rejoinder_login=".len() + 64);
    }
}

#[tokio::test]
async fn two_tabs_log_in_at_once() {
    let scene = Scene::with("oidc").await;
    let first = scene.start("oidc").await;
    let second = scene.start_by("oidc", &[], &first.cookie).await;
    assert_eq!(first.cookie, second.cookie);
    assert_ne!(first.asked("state"), second.asked("state"));
    assert!(session(&scene.finish("oidc", &first).await).is_some());
    assert!(session(&scene.finish("oidc", &second).await).is_some());
    assert_eq!(scene.accounts().await, 1);
}

/// Session fixation (S-AUTH-2).
#[tokio::test]
async fn the_session_that_the_browser_came_with_ends() {
    let scene = Scene::with("oidc").await;
    let before = scene.test.logged_in(scene.site.id, "bob", None).await;
    let begun = scene.start("oidc").await;
    let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
    let cookies = format!("{}; {}", begun.cookie, before.cookie);
    let answer = scene.come_back("oidc", &[("code", &code), ("state", &state)], &cookies).await;
    assert_ne!(session(&answer).unwrap(), before.cookie);
    let token = before.cookie.split_once('=').unwrap().1;
    assert!(rejoinder::actions::current_actor::find(&scene.test.app, token, Scope::Reader).await.unwrap().is_none());
}

/// Mix-up (ID-7).
#[tokio::test]
async fn a_code_of_one_provider_is_not_taken_at_anothers_address() {
    let scene = Scene::with("oidc").await;
    scene.add("google", |_| ()).await;
    let begun = scene.start("oidc").await;
    assert_refused(&scene.finish("google", &begun).await, "another provider's address");
    assert_eq!(scene.stub.heard("/token").len(), 0);
    let begun = scene.start("oidc").await;
    assert_eq!(scene.finish("nothing", &begun).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn another_sites_log_in_is_not_finished_here() {
    let scene = Scene::with("oidc").await;
    let begun = scene.start("oidc").await;
    scene.test.site("https://other.example").await;
    let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
    let path = format!("/sites/other-example/login/callback/oidc?code={code}&state={state}");
    let answer = scene.test.get_with(&path, &[("cookie", &begun.cookie)]).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(session(&answer), None);
}

/// RFC 9207.
#[tokio::test]
async fn an_answer_names_its_issuer_where_the_issuer_says_so() {
    let scene = Scene::with("oidc").await;
    let issuer = scene.stub.url.clone();
    let mut rows =
        vec![(None, false, true), (Some(issuer.as_str()), false, true), (Some("https://evil.example"), false, false)];
    rows.extend([
        (None, true, false),
        (Some(issuer.as_str()), true, true),
        (Some("https://evil.example"), true, false),
    ]);
    for (iss, says_so, is_taken) in rows {
        scene.stub.says().discovery["authorization_response_iss_parameter_supported"] = says_so.into();
        scene.test.advance(3600);
        scene.stub.says().claims = serde_json::json!({"exp": 4_000_000_000_i64});
        let begun = scene.start("oidc").await;
        let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
        let mut parameters = vec![("code", code.as_str()), ("state", state.as_str())];
        parameters.extend(iss.map(|iss| ("iss", iss)));
        let before = scene.stub.heard("/token").len();
        let answer = scene.come_back("oidc", &parameters, &begun.cookie).await;
        assert_eq!(session(&answer).is_some(), is_taken, "{iss:?} {says_so}");
        assert_eq!(
            scene.stub.heard("/token").len() > before,
            is_taken,
            "{iss:?} {says_so}: the code is not given away"
        );
    }
}

#[tokio::test]
async fn a_provider_that_says_no_is_told_in_our_words() {
    let scene = Scene::with("oidc").await;
    for (error, told) in [
        ("access_denied", "You did not log in with OpenID"),
        ("user_cancelled_authorize", "You did not log in with OpenID"),
        ("server_error", "did not answer as it should"),
        ("<script>alert(1)</script>", "did not answer as it should"),
    ] {
        let begun = scene.start("oidc").await;
        let parameters = [("error", error), ("error_description", "<b>evil</b>"), ("state", &begun.asked("state"))];
        let answer = scene.come_back("oidc", &parameters, &begun.cookie).await;
        assert_refused(&answer, error);
        assert!(answer.text().contains(told), "{error}: {}", answer.text());
        assert!(answer.text().contains("Try again"), "{error}: a way to go on");
    }
    assert_eq!(scene.last_error("oidc").await, "it refused: ?script?alert?1???script?");
}

/// S-AUTH-7.
#[tokio::test]
async fn a_log_in_leads_to_the_blog_or_to_us_and_nowhere_else() {
    let scene = Scene::with("oidc").await;
    for (return_to, lands_on) in [
        ("https://blog.example/x?y#z", "https://blog.example/x?y#z"),
        ("/?p=7#respond", "http://comments.test/?p=7#respond"),
        ("https://evil.example/", "http://comments.test/"),
        ("//evil.example", "http://comments.test/"),
        ("/\\evil.example", "http://comments.test/"),
        ("\\/\\/evil.example", "http://comments.test/"),
        ("https://blog.example@evil.example/", "http://comments.test/"),
        ("https://blog.example.evil.example/", "http://comments.test/"),
        ("javascript:alert(1)", "http://comments.test/"),
        ("data:text/html,x", "http://comments.test/"),
        ("https://blog.example/\r\nSet-Cookie: a=b", "http://comments.test/"),
        ("", "http://comments.test/"),
    ] {
        let begun = scene.start_by("oidc", &[("return_to", return_to)], "").await;
        let answer = scene.finish("oidc", &begun).await;
        assert_eq!(answer.header("location"), lands_on, "{return_to:?}");
    }
}

#[tokio::test]
async fn a_provider_that_was_switched_off_or_lacks_something_is_not_there() {
    let scene = Scene::with("oidc").await;
    let begun = scene.start("oidc").await;
    scene.add("oidc", |provider| provider.enabled = false).await;
    assert!(scene.finish("oidc", &begun).await.status.is_client_error());
    scene.add("github", |provider| provider.client_secret = String::new().into()).await;
    for provider in ["oidc", "github", "nothing", ""] {
        let answer = scene.start_with(&[("provider", provider)], &[SAME_ORIGIN]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{provider}");
    }
    assert_eq!(scene.accounts().await, 0);
}

/// The frame goes on waiting in whose window a log-in was refused, and the window may have lost its way to it: the next
/// try is for the same frame. Its challenge is shown to the browser that began for it, and to nobody else.
#[tokio::test]
async fn trying_again_is_for_the_frame_that_waits_and_no_strangers_page_can_say_for_which() {
    let scene = Scene::with("oidc").await;
    let challenge = URL_SAFE_NO_PAD.encode([7; 32]);
    let field = format!("name=\"handover\" value=\"{challenge}\"");
    let again = [("return_to", BLOG_PAGE), ("handover", challenge.as_str())];
    let begun = scene.start_by("oidc", &[("handover", &challenge)], "").await;
    let state = begun.asked("state");
    let refused = scene.come_back("oidc", &[("error", "access_denied"), ("state", &state)], &begun.cookie).await;
    assert_refused(&refused, "access_denied");
    assert!(refused.text().contains(&field), "{}", refused.text());
    assert_eq!(refused.header("referrer-policy"), "same-origin", "the form says where it comes from");
    let page = scene.test.form("/login", &again, &[SAME_ORIGIN]).await;
    assert_eq!((page.status, page.text().matches(&field).count()), (StatusCode::OK, 2), "{}", page.text());
    let fields = [("log", "nobody"), ("pwd", "wrong"), ("handover", challenge.as_str())];
    let wrong = scene.test.form("/login/account", &fields, &[SAME_ORIGIN]).await;
    assert!(wrong.text().contains(&field), "{}", wrong.text());
    for foreign in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")] {
        let answer = scene.test.form("/login", &again, &[foreign]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{foreign:?}");
        assert!(!answer.text().contains(&challenge), "{foreign:?}");
    }
    let malformed = [("handover", "\"><script>")];
    assert_eq!(scene.test.form("/login", &malformed, &[SAME_ORIGIN]).await.status, StatusCode::BAD_REQUEST);
    let begun = scene.start_by("oidc", &[("handover", &challenge)], "").await;
    let state = begun.asked("state");
    let elsewhere = scene.come_back("oidc", &[("error", "access_denied"), ("state", &state)], "").await;
    assert!(!elsewhere.text().contains(&challenge), "{}", elsewhere.text());
    assert!(elsewhere.text().contains("Log in again"), "a way to go on: {}", elsewhere.text());
}
