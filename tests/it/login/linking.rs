//! Adding an identity to an account: only within a session of the account, and only one that is nobody else's.

use http::StatusCode;
use rejoinder::actions::log_in_identity::{IDENTITIES_MAX, link, tombstone, unlink};
use rejoinder::error::Error;
use rejoinder::model::identity::ProvenIdentity;
use rejoinder::store::identities;

use super::{BLOG_PAGE, SAME_ORIGIN, Scene, assert_not_added, assert_refused, session};

#[tokio::test]
async fn an_identity_is_added_within_a_session_and_logs_in_to_the_same_account() {
    let scene = Scene::with("oidc").await;
    let ann = scene.test.logged_in(scene.site.id, "ann", None).await;
    let begun = scene.start_by("oidc", &[("link", "1")], &ann.cookie).await;
    let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
    let cookies = format!("{}; {}", begun.cookie, ann.cookie);
    let answer = scene.come_back("oidc", &[("code", &code), ("state", &state)], &cookies).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, BLOG_PAGE));
    assert_eq!(session(&answer), None, "the session goes on");
    let (account, identities) = scene.who("oidc").await;
    assert_eq!((account.id, identities.len()), (ann.account, 1));
    assert_eq!(account.display_name, "ann the member", "a local account keeps its own name");
}

#[tokio::test]
async fn nobody_adds_an_identity_without_the_session_that_began_it() {
    let scene = Scene::with("oidc").await;
    let answer = scene.start_with(&[("provider", "oidc"), ("link", "1")], &[SAME_ORIGIN]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let ann = scene.test.logged_in(scene.site.id, "ann", None).await;
    let eve = scene.test.logged_in(scene.site.id, "eve", None).await;
    for sessions in ["", &eve.cookie] {
        let begun = scene.start_by("oidc", &[("link", "1")], &ann.cookie).await;
        let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
        let cookies = format!("{}; {sessions}", begun.cookie);
        let answer = scene.come_back("oidc", &[("code", &code), ("state", &state)], &cookies).await;
        assert_not_added(&answer, sessions);
    }
    assert!(identities::list_of_account(&scene.test.app.db, ann.account).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_identity_of_somebody_else_is_not_taken_over() {
    let scene = Scene::with("oidc").await;
    let (owner, _) = scene.who("oidc").await;
    let eve = scene.test.logged_in(scene.site.id, "eve", None).await;
    let begun = scene.start_by("oidc", &[("link", "1")], &eve.cookie).await;
    let (code, state) = (scene.stub.consent(&begun.to), begun.asked("state"));
    let cookies = format!("{}; {}", begun.cookie, eve.cookie);
    let answer = scene.come_back("oidc", &[("code", &code), ("state", &state)], &cookies).await;
    assert_not_added(&answer, "somebody else's");
    assert!(answer.text().contains(&format!("<a href=\"{BLOG_PAGE}\">Back to the page</a>")), "{}", answer.text());
    assert_eq!(scene.who("oidc").await.0.id, owner.id);
}

#[tokio::test]
async fn what_was_not_added_is_not_headed_as_a_log_in() {
    let scene = Scene::with("oidc").await;
    let ann = scene.test.logged_in(scene.site.id, "ann", None).await;
    let gone = [("provider", "gone"), ("return_to", BLOG_PAGE), ("link", "1")];
    let with_session = [SAME_ORIGIN, ("cookie", ann.cookie.as_str())];
    assert_refused(&scene.start_with(&gone[..2], &with_session).await, "a log-in that does not begin");
    assert_not_added(&scene.start_with(&gone, &with_session).await, "a linking that does not begin");
    for (link, is_linking) in [(&[][..], false), (&[("link", "1")][..], true)] {
        let begun = scene.start_by("oidc", link, &ann.cookie).await;
        let cookies = format!("{}; {}", begun.cookie, ann.cookie);
        let state = begun.asked("state");
        let answer = scene.come_back("oidc", &[("error", "access_denied"), ("state", &state)], &cookies).await;
        if is_linking {
            assert_not_added(&answer, "the visitor said no");
        } else {
            assert_refused(&answer, "the visitor said no");
            assert!(answer.text().contains("Try again"), "{}", answer.text());
        }
    }
}

fn proven(subject: usize) -> ProvenIdentity {
    ProvenIdentity {
        provider: "oidc".into(),
        provider_name: "OpenID".into(),
        issuer: "https://issuer.example".into(),
        subject: subject.to_string(),
        name: "Ann".into(),
        url: String::new(),
        picture: String::new(),
        email: String::new(),
        email_verified: false,
    }
}

#[tokio::test]
async fn the_last_way_to_log_in_stays_and_what_goes_leaves_a_hash() {
    let scene = Scene::with("oidc").await;
    let app = &scene.test.app;
    let (ann, known) = scene.who("oidc").await;
    let refused = unlink(app, ann.id, known[0].id).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    let second = link(app, ann.id, &proven(2)).await.unwrap();
    let eve = scene.test.logged_in(scene.site.id, "eve", None).await;
    let refused = unlink(app, eve.account, second).await;
    assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
    unlink(app, ann.id, known[0].id).await.unwrap();
    let hash = tombstone(app, &known[0].proven);
    assert!(identities::find_tombstone(&app.db, &hash).await.unwrap().is_some());
    assert_ne!(scene.who("oidc").await.0.id, ann.id, "what was unlinked is somebody new");
}

#[tokio::test]
async fn an_account_has_so_many_identities() {
    let scene = Scene::with("oidc").await;
    let ann = scene.test.logged_in(scene.site.id, "ann", None).await;
    for n in 0..IDENTITIES_MAX {
        link(&scene.test.app, ann.account, &proven(n)).await.unwrap();
    }
    link(&scene.test.app, ann.account, &proven(0)).await.expect("one that it has");
    let refused = link(&scene.test.app, ann.account, &proven(IDENTITIES_MAX)).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}
