//! Application passwords in the profile, and the page to which an application sends its user.

use rejoinder::actions::authenticate::{Credentials, Takes, authenticate};
use rejoinder::model::client::Client;
use rejoinder::model::role::Role;
use rejoinder::store::application_passwords;
use url::Url;

use super::bench::{Answer, Bench, Browser, field};

/// The password that a page shows, if it shows one.
fn shown(answer: &Answer) -> Option<String> {
    let (_, rest) = answer.text.split_once("id=\"new-application-password\">")?;
    rest.split_once('<').map(|(password, _)| password.to_owned())
}

async fn works(bench: &Bench, login: &str, password: &str) -> bool {
    let client = Client { ip: "192.0.2.9".parse().unwrap(), agent: String::new() };
    let credentials = Credentials { login, password, takes: Takes::ApplicationPasswords };
    authenticate(&bench.app, &*bench.site().await, credentials, &client).await.is_ok()
}

#[tokio::test]
async fn one_is_made_in_the_profile_shown_once_used_and_revoked() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Author).await;
    let id = bench.account("ada", Some(Role::Author)).await;
    assert_eq!(ada.get("/desk/profile").await.text.matches("Not used yet").count(), 0);
    let made = ada.post("/desk/profile/application-passwords", &[("name", "My <b>phone</b>")]).await;
    assert_eq!((made.status.as_u16(), made.headers["cache-control"].to_str().unwrap()), (200, "no-store"));
    let password = shown(&made).expect("the password");
    assert_eq!(password.split(' ').map(str::len).collect::<Vec<_>>(), [4; 6], "{password}");
    assert!(made.text.contains("Not used yet") && !made.text.contains("<b>phone</b>"), "{}", made.text);
    let again = ada.get("/desk/profile").await;
    assert_eq!(shown(&again), None);
    assert!(!again.text.contains(&password));

    assert!(works(&bench, "ada", &password).await);
    let used = ada.get("/desk/profile").await.text;
    assert!(used.contains("Last used <time") && used.contains("192.0.2.9"), "{used}");
    let uuid = application_passwords::list(&bench.app.db, id).await.unwrap().remove(0).uuid;
    let path = format!("/desk/profile/application-passwords/{uuid}");
    let eve = bench.browser("eve", Role::Administrator).await;
    assert_eq!(eve.post(&path, &[]).await.status, 404, "another's");
    let revoked = ada.post(&path, &[]).await;
    assert_eq!((revoked.status.as_u16(), revoked.location()), (303, "/desk/profile?done=revoked"));
    assert!(!works(&bench, "ada", &password).await);
    assert_eq!(ada.post(&path, &[]).await.status, 404);
    assert_eq!(
        bench.log().await,
        [
            "ada: add_application_password My <b>phone</b> for ada",
            "ada: revoke_application_password My <b>phone</b> for ada"
        ]
    );
}

#[tokio::test]
async fn all_are_revoked_at_once_and_a_name_is_needed() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Author).await;
    let mut passwords = Vec::new();
    for name in ["one", "two"] {
        let made = ada.post("/desk/profile/application-passwords", &[("name", name)]).await;
        passwords.push(shown(&made).unwrap());
    }
    let refused = ada.post("/desk/profile/application-passwords", &[("name", " ")]).await;
    assert_eq!((refused.status.as_u16(), shown(&refused)), (400, None));
    assert!(refused.text.contains("An application name is required"), "{}", refused.text);
    assert_eq!(
        ada.post("/desk/profile/application-passwords/all", &[]).await.location(),
        "/desk/profile?done=revoked-all"
    );
    for password in passwords {
        assert!(!works(&bench, "ada", &password).await);
    }
}

const ASKED: &str =
    "app_name=My+App&app_id=5ca1ab1e-0000-4000-8000-000000000000&success_url=myapp%3A%2F%2Fback%3Fstate%3D1";

/// The form of the page as it was shown, with the button that was pressed.
async fn press(browser: &Browser<'_>, shown: &Answer, button: &str) -> Answer {
    let value =
        |name| field(&shown.text, name).unwrap_or_else(|| panic!("{name}: {}", shown.text)).replace("&#38;", "&");
    let names = ["site", "app_id", "success_url", "reject_url", "app_name"];
    let mut fields: Vec<(&str, String)> = names.iter().map(|name| (*name, value(name))).collect();
    fields.push((button, "1".into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/desk/authorize-application", &fields).await
}

#[tokio::test]
async fn an_application_is_sent_its_password_after_log_in_and_consent() {
    let bench = Bench::new().await;
    // A subscriber has no desk, but may have applications.
    let id = bench.account("sue", Some(Role::Subscriber)).await;
    let first = bench.anonymous().get(&format!("/wp-admin/authorize-application.php?{ASKED}")).await;
    assert_eq!(first.status, 303);
    let to_log_in = bench.anonymous().get(first.location()).await;
    let log_in = Url::parse("http://x/").unwrap().join(to_log_in.location()).unwrap();
    assert_eq!(log_in.path(), "/desk/login");
    let back = log_in.query_pairs().find(|(name, _)| name == "redirect_to").unwrap().1.into_owned();
    let fields = [("log", "sue"), ("pwd", "correct horse"), ("redirect_to", &back)];
    let logged_in = bench.anonymous().post("/desk/login", &fields).await;
    let cookie = logged_in.cookie().split(';').next().unwrap().to_owned();
    let page = Browser { cookie: Some(cookie), ..bench.anonymous() }.get(logged_in.location()).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("<bdi>My App</bdi>") && page.text.contains(">myapp://back<"), "{}", page.text);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && policy.ends_with("form-action 'self' myapp:"), "{policy}");
    assert_eq!(application_passwords::list(&bench.app.db, id).await.unwrap(), [], "nothing before the yes");

    let sue = bench.logged_in(id).await;
    let page = sue.get(logged_in.location()).await;
    let rejected = press(&sue, &page, "reject").await;
    assert_eq!((rejected.status.as_u16(), rejected.location()), (303, "myapp://back?state=1&success=false"));
    assert_eq!(application_passwords::list(&bench.app.db, id).await.unwrap(), []);
    let approved = press(&sue, &page, "approve").await;
    assert_eq!(approved.status, 303);
    let sent = Url::parse(approved.location()).unwrap();
    let given: Vec<(String, String)> = sent.query_pairs().into_owned().collect();
    assert_eq!((sent.scheme(), sent.host_str()), ("myapp", Some("back")));
    assert_eq!(given[0], ("state".into(), "1".into()));
    assert_eq!(given[1], ("site_url".into(), "http://127.0.0.1:8080".into()));
    assert_eq!(given[2], ("user_login".into(), "sue".into()));
    assert_eq!((given[3].0.as_str(), given[3].1.len()), ("password", 24));
    assert!(works(&bench, "sue", &given[3].1).await);
    let kept = application_passwords::list(&bench.app.db, id).await.unwrap().remove(0);
    assert_eq!((kept.name.as_str(), kept.app_id.as_str()), ("My App", "5ca1ab1e-0000-4000-8000-000000000000"));
}

#[tokio::test]
async fn without_an_address_the_page_shows_the_password() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Author).await;
    let page = ada.get("/desk/authorize-application?app_name=My+App").await;
    let approved = press(&ada, &page, "approve").await;
    assert!(works(&bench, "ada", &shown(&approved).unwrap()).await);
    assert_eq!(press(&ada, &page, "reject").await.location(), "/desk");
    let page = ada.get("/desk/authorize-application?reject_url=https%3A%2F%2Fapp.example%2Fno").await;
    assert_eq!(press(&ada, &page, "reject").await.location(), "https://app.example/no");
    let unnamed = press(&ada, &page, "approve").await;
    assert_eq!((unnamed.status.as_u16(), shown(&unnamed)), (400, None));
}

#[tokio::test]
async fn a_request_that_could_send_the_password_astray_is_not_shown_nor_taken() {
    let bench = Bench::new().await;
    let ada = bench.browser("ada", Role::Author).await;
    for wrong in [
        "success_url=http%3A%2F%2Fapp.example%2F",
        "success_url=javascript%3A%2F%2Fx%2F%250aalert(1)",
        "success_url=%2Fdesk",
        "reject_url=data%3A%2F%2Fx",
        "app_id=not-a-uuid",
        "app_id=5CA1AB1E-0000-4000-8000-000000000000",
    ] {
        let page = ada.get(&format!("/desk/authorize-application?app_name=x&{wrong}")).await;
        assert_eq!(page.status, 400, "{wrong}");
        assert!(page.text.contains("The Authorize Application request is not allowed."), "{}", page.text);
        let (name, value) = wrong.split_once('=').unwrap();
        let value = percent_encoding::percent_decode_str(value).decode_utf8().unwrap();
        let sent =
            ada.post("/desk/authorize-application", &[("app_name", "x"), (name, &*value), ("approve", "1")]).await;
        assert_eq!(sent.status, 400, "{wrong}");
    }
    assert_eq!(bench.log().await, Vec::<String>::new());
}
