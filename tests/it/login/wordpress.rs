//! Any WordPress site by application passwords (identity-providers §4.2, §7).

use serde_json::{Value, json};
use url::Url;

use super::stub::Stub;
use super::{Answer, BLOG_PAGE, Begun, SAME_ORIGIN, Scene, assert_refused, session};

const ME: &str = "/api/wp/v2/users/me";
const UUID: &str = "0c1d7d2a-0000-4000-8000-000000000001";

/// A WordPress site whose REST API is where its page says.
pub(super) fn site(stub: &Stub) {
    let url = stub.url.clone();
    let mut says = stub.says();
    says.pages.insert("/".into(), (r#"</api/>; rel="https://api.w.org/""#.into(), "<p>Hello".into()));
    let authorization = format!("{url}/wp-admin/authorize-application.php");
    let index = json!({"url": format!("{url}/wp"), "home": url,
        "authentication": {"application-passwords": {"endpoints": {"authorization": authorization}}}});
    says.profiles.insert("/api/".into(), (200, index));
    let user = json!({"id": 7, "name": "Ann", "slug": "ann", "url": "", "link": format!("{url}/author/ann/"),
        "avatar_urls": {"96": "https://ann.example/a.png"}, "email": "victim@example.org"});
    says.profiles.insert(ME.into(), (200, user));
    says.profiles.insert(format!("{ME}/application-passwords/introspect"), (200, json!({"uuid": UUID})));
    says.profiles.insert(format!("{ME}/application-passwords/{UUID}"), (200, json!({"deleted": true})));
}

async fn with_site() -> Scene {
    let scene = Scene::of_the_visitor("wordpress").await;
    site(&scene.stub);
    scene
}

/// The browser comes back from the consent page with these parameters.
pub(super) async fn back(scene: &Scene, begun: &Begun, parameter: &str, more: &[(&str, &str)]) -> Answer {
    let mut url = Url::parse(&begun.asked(parameter)).unwrap();
    url.query_pairs_mut().extend_pairs(more);
    let path = url.as_str().strip_prefix("http://comments.test").unwrap();
    scene.test.get_with(path, &[("cookie", &begun.cookie)]).await
}

async fn granted(scene: &Scene, change: (&str, &str)) -> Answer {
    let begun = scene.begin_at("wordpress", &scene.stub.url).await;
    let site_url = format!("{}/wp", scene.stub.url);
    let mut fields = vec![("site_url", site_url.as_str()), ("user_login", "ann"), ("password", "abcd efgh")];
    for field in &mut fields {
        if field.0 == change.0 {
            field.1 = change.1;
        }
    }
    back(scene, &begun, "success_url", &fields).await
}

#[tokio::test]
async fn a_wordpress_site_says_who_it_is_and_the_password_goes_at_once() {
    let scene = with_site().await;
    let begun = scene.begin_at("wordpress", &scene.stub.url).await;
    assert_eq!(
        (begun.to.path(), begun.asked("app_name").as_str()),
        ("/wp-admin/authorize-application.php", "Comments on comments.test")
    );
    assert_eq!(begun.asked("app_id"), scene.begin_at("wordpress", &scene.stub.url).await.asked("app_id"));
    let answer = granted(&scene, ("", "")).await;
    assert_eq!((answer.header("location"), answer.header("referrer-policy")), (BLOG_PAGE, "no-referrer"));
    let (account, identities) = scene.account(&answer).await;
    let proven = &identities[0].proven;
    assert_eq!((account.display_name.as_str(), account.email.as_str()), ("Ann", ""));
    assert_eq!((proven.issuer.as_str(), proven.subject.as_str()), (&*format!("wordpress:{}", scene.stub.url), "7"));
    let revoked = scene.stub.heard(&format!("{ME}/application-passwords/{UUID}"));
    assert_eq!(revoked.iter().map(|heard| heard.method.as_str()).collect::<Vec<_>>(), ["DELETE"]);
    assert_eq!(scene.last_error("wordpress").await, "");
}

#[tokio::test]
async fn a_password_that_stays_is_told_to_the_owner() {
    let scene = with_site().await;
    scene.stub.says().profiles.remove(&format!("{ME}/application-passwords/{UUID}"));
    assert!(session(&granted(&scene, ("", "")).await).is_some());
    assert_eq!(scene.last_error("wordpress").await, "revoking the password: answered with status 404");
}

#[tokio::test]
async fn what_comes_from_elsewhere_or_not_at_all_is_refused() {
    let scene = with_site().await;
    for change in [
        ("site_url", "https://evil.example"),
        ("site_url", ""),
        ("password", "wrong"),
        ("password", ""),
        ("user_login", ""),
        ("user_login", "a:b"),
        ("user_login", "ann\r\nX-Evil: 1"),
    ] {
        assert_refused(&granted(&scene, change).await, &format!("{change:?}"));
    }
    assert_eq!(scene.accounts().await, 0);
    let begun = scene.begin_at("wordpress", &scene.stub.url).await;
    let refused = back(&scene, &begun, "reject_url", &[]).await;
    assert_refused(&refused, "refused");
    assert!(refused.text().contains("You did not log in with WordPress site"), "{}", refused.text());
    let begun = scene.begin_at("wordpress", &scene.stub.url).await;
    assert_refused(&back(&scene, &begun, "success_url", &[("success", "false")]).await, "success=false");
    let (begun, before) = (scene.begin_at("wordpress", &scene.stub.url).await, scene.last_error("wordpress").await);
    // WordPress puts its word in the place of ours.
    let disabled = back(&scene, &begun, "success_url", &[("error", "disabled")]).await;
    assert_refused(&disabled, "disabled");
    assert!(disabled.text().contains("does not let you use application passwords"), "{}", disabled.text());
    assert_eq!(scene.last_error("wordpress").await, before, "nothing for an owner to mend");
}

/// Who has a page on a server is not everybody on it.
#[tokio::test]
async fn a_site_is_the_page_that_was_named_and_has_the_feature() {
    type Change = fn(&mut Value, &str);
    let rows: [(&str, Change); 4] = [
        ("switched off", |index, _| index["authentication"] = json!([])),
        ("another's front page", |index, url| index["home"] = format!("{url}/other").into()),
        ("another server's consent page", |index, _| {
            index["authentication"]["application-passwords"]["endpoints"]["authorization"] =
                "https://evil.example/".into();
        }),
        ("another server", |index, _| index["url"] = "https://evil.example".into()),
    ];
    for (name, change) in rows {
        let scene = with_site().await;
        let url = scene.stub.url.clone();
        change(&mut scene.stub.says().profiles.get_mut("/api/").unwrap().1, &url);
        assert_refused(&scene.start_at("wordpress", &url).await, name);
    }
    let scene = with_site().await;
    let evil = r#"</api/>; rel="https://api.w.org/""#;
    scene.stub.says().pages.insert("/~evil/".into(), (evil.into(), String::new()));
    let fields = [("provider", "wordpress"), ("instance", &*format!("{}/~evil/", scene.stub.url))];
    assert_refused(&scene.start_with(&fields, &[SAME_ORIGIN]).await, "a page beside it");
}
