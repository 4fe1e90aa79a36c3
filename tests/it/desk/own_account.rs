//! One's own account: the sessions one by one, passwords that are too easily guessed, and the profile of who may
//! see nothing else of the desk.

use rejoinder::actions::own_sessions::SESSIONS_LISTED_MAX;
use rejoinder::model::role::Role;
use rejoinder::store::sites;

use super::bench::{Bench, field};

const PROFILE: &str = "/desk/profile";
const SESSIONS: &str = "/desk/profile/sessions";

/// The marks of the sessions that a page offers to end.
fn marks(page: &str) -> Vec<String> {
    page.split("name=\"end\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_session_is_listed_and_can_be_ended_by_itself() {
    let bench = Bench::new().await;
    let id = bench.account("editor", Some(Role::Editor)).await;
    let (here, laptop, phone) = (bench.logged_in(id).await, bench.logged_in(id).await, bench.logged_in(id).await);
    let stranger = bench.browser("other", Role::Editor).await;

    let page = here.get(PROFILE).await.text;
    assert_eq!((marks(&page).len(), page.matches("this one").count()), (2, 1), "{page}");
    assert!(page.contains("Log out everywhere else"));
    let others = marks(&laptop.get(PROFILE).await.text);
    let phones = marks(&page).into_iter().find(|mark| others.contains(mark)).unwrap();

    let refused = stranger.post(SESSIONS, &[("end", &phones)]).await;
    assert_eq!(refused.status, 404, "somebody else's session is not there");
    let told = here.post(SESSIONS, &[("end", &phones)]).await;
    assert_eq!((told.status.as_u16(), told.location()), (303, "/desk/profile?done=session"));
    assert_eq!(phone.get(PROFILE).await.status, 303, "it has ended");
    assert_eq!((here.get(PROFILE).await.status.as_u16(), laptop.get(PROFILE).await.status.as_u16()), (200, 200));
    for gone in [phones.as_str(), "", "00", "nonsense"] {
        assert_eq!(here.post(SESSIONS, &[("end", gone)]).await.status, 404, "{gone}");
    }

    here.post(SESSIONS, &[]).await;
    assert_eq!(laptop.get(PROFILE).await.status, 303);
    let page = here.get(PROFILE).await.text;
    assert!(marks(&page).is_empty() && !page.contains("Log out everywhere else"), "{page}");
}

#[tokio::test]
async fn a_session_tells_when_from_where_and_with_what() {
    let bench = Bench::new().await;
    bench.account("editor", Some(Role::Editor)).await;
    let fields = [("log", "editor"), ("pwd", "correct horse")];
    let answer = bench.anonymous().post("/desk/login", &fields).await;
    let cookie = answer.cookie().split(';').next().unwrap().to_owned();
    let browser = super::bench::Browser { cookie: Some(cookie), ..bench.anonymous() };
    bench.clock.advance(std::time::Duration::from_hours(1));
    browser.get(PROFILE).await;
    let page = browser.get(PROFILE).await.text;
    for told in ["192.0.2.1", "Another program", ">test<", "2026/08/14 at 3:06 pm", "2026/08/14 at 4:06 pm"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    bench.clock.advance(std::time::Duration::from_hours(14 * 24 + 1));
    let later = bench.logged_in(bench.account("editor", Some(Role::Editor)).await).await;
    assert!(marks(&later.get(PROFILE).await.text).is_empty(), "what lets nobody in any more is not listed");
}

#[tokio::test]
async fn so_many_sessions_are_listed_and_no_more() {
    let bench = Bench::new().await;
    let id = bench.account("editor", Some(Role::Editor)).await;
    let here = bench.logged_in(id).await;
    for _ in 1..SESSIONS_LISTED_MAX {
        bench.logged_in(id).await;
    }
    assert_eq!(marks(&here.get(PROFILE).await.text).len(), SESSIONS_LISTED_MAX - 1);
    bench.logged_in(id).await;
    // The bound counts this one too, wherever it stands.
    assert!(marks(&here.get(PROFILE).await.text).len() <= SESSIONS_LISTED_MAX);
    here.post(SESSIONS, &[]).await;
    assert!(marks(&here.get(PROFILE).await.text).is_empty(), "all at once, the unlisted too");
}

/// Wherever a password is chosen (ASVS 6.2.4, 6.2.11).
#[tokio::test]
async fn an_easily_guessed_password_is_refused_wherever_it_is_chosen() {
    let bench = Bench::with(rejoinder::config::Options { no_limits: true, ..Default::default() }).await;
    let id = bench.account("ada.berg", Some(Role::Editor)).await;
    let (ada, root) = (bench.logged_in(id).await, bench.super_admin().await);
    let member = format!("/desk/members/{id}");
    for (password, words) in [
        ("Password123", "one of the most common ones"),
        ("12345678", "one of the most common ones"),
        ("ada.berg-2026", "little more than the login"),
        ("BergExample1", "little more than the login"),
        ("The Blog 2026", "little more than the login"),
        ("rejoinder1", "little more than the login"),
        ("short", "has 8 to 1024 bytes"),
    ] {
        let own = ada.post("/desk/profile/password", &[("present", "correct horse"), ("pwd", password)]).await;
        assert!(own.status == 400 && own.text.contains(words), "{password}: {} {}", own.status, own.text);
        let new = [("login", "ada.berg2"), ("email", "berg@ada.example"), ("pwd", password), ("role", "editor")];
        let added = root.post("/desk/members", &new).await;
        assert!(added.status == 400 && added.text.contains(words), "{password}: {} {}", added.status, added.text);
        assert_eq!(root.post(&member, &[("action", "password"), ("pwd", password)]).await.status, 400, "{password}");
    }
    let account = bench.find_account(id).await;
    let fields = [("log", "ada.berg"), ("pwd", "correct horse")];
    assert_eq!(bench.anonymous().post("/desk/login", &fields).await.status, 303, "it is still the old one");
    let by_command = rejoinder::actions::set_password::set_by_command(&bench.app, &account, "qwertyuiop".into()).await;
    assert!(by_command.is_err());
    let good = [("present", "correct horse"), ("pwd", "ada rides a blue bicycle")];
    assert_eq!(ada.post("/desk/profile/password", &good).await.status, 303);
}

#[tokio::test]
async fn a_subscriber_comes_to_their_own_profile_and_sees_nothing_else() {
    let bench = Bench::new().await;
    let reader = bench.browser("reader", Role::Subscriber).await;
    let fields = [("log", "reader"), ("pwd", "correct horse")];
    let led_to = bench.anonymous().post("/desk/login", &fields).await.location().to_owned();
    assert_eq!(reader.get(&led_to).await.location(), PROFILE, "where logging in leads to");

    let page = reader.get(PROFILE).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("The Blog") && page.text.contains("this one"), "{}", page.text);
    assert!(!page.text.contains("class=\"menu\"") && !page.text.contains("comment_shortcuts"), "{}", page.text);

    let profile = [("display_name", "A Reader"), ("email", "reader@peer.example"), ("url", "https://reader.example/")];
    assert_eq!(reader.post(PROFILE, &profile).await.location(), "/desk/profile?done=saved");
    let page = reader.get("/desk/profile?done=saved").await.text;
    assert!(page.contains("Profile updated.") && field(&page, "display_name") == Some("A Reader"), "{page}");
    let id = bench.account("reader", None).await;
    assert!(bench.find_account(id).await.comment_shortcuts, "what the page does not ask stays as it is");
    assert_eq!(reader.post(PROFILE, &[("display_name", ""), ("email", "x")]).await.status, 400);

    let password = [("present", "correct horse"), ("pwd", "a bicycle that is blue")];
    assert_eq!(reader.post("/desk/profile/password", &password).await.status, 303);
    let elsewhere = bench.logged_in(id).await;
    assert_eq!(reader.post(SESSIONS, &[]).await.status, 303);
    assert_eq!(elsewhere.get(PROFILE).await.status, 303, "logged out elsewhere");

    let refused = reader.get("/desk/comments").await;
    assert!(refused.status == 403 && refused.text.contains("href=\"/desk/profile\""), "{}", refused.text);
}

/// Whose last role was taken away can still change name and password, and log out.
#[tokio::test]
async fn who_is_no_member_of_any_site_has_a_profile_still() {
    let bench = Bench::new().await;
    let reader = bench.browser("reader", Role::Subscriber).await;
    let (site, id) = (bench.site, bench.account("reader", None).await);
    bench.app.db.write(async move |tx| sites::delete_member(tx, site, id).await).await.unwrap();
    let page = reader.get(PROFILE).await;
    assert!(page.status == 200 && page.text.contains("Rejoinder"), "{}", page.text);
    assert_eq!(reader.post("/desk/logout", &[]).await.status, 303);
}
