//! What a proven identity is worth: the mark beside its name, the names that are kept for moderators, and who posts
//! without moderation. Over the real router.

mod moderation;
mod names;
mod proven;

use rejoinder::actions::begin_session::begin_session;
use rejoinder::actions::log_in_identity::find_or_make;
use rejoinder::model::client::Client;
use rejoinder::model::comment::Comment;
use rejoinder::model::identity::ProvenIdentity;
use rejoinder::model::provider::{Kind, Provider};
use rejoinder::model::session::Scope;
use rejoinder::store::providers;

use crate::form::Door;
use crate::harness::LoggedIn;

/// The page of the thread, and its fragment.
const FRAGMENT: &str = "/embed/thread?url=https%3A%2F%2Fblog.example%2Fa-post%2F";

/// Somebody whom GitHub knows.
fn github(subject: &str, name: &str) -> ProvenIdentity {
    ProvenIdentity {
        provider: "github".into(),
        provider_name: "GitHub".into(),
        issuer: "https://github.com".into(),
        subject: subject.into(),
        name: name.into(),
        url: String::new(),
        picture: String::new(),
        email: String::new(),
        email_verified: false,
    }
}

/// Logs somebody in as a provider's callback does.
async fn logged_in(door: &Door, who: &ProvenIdentity) -> LoggedIn {
    let (account, identity) = find_or_make(&door.test.app, who).await.unwrap();
    let client = Client { ip: [192, 0, 2, 9].into(), agent: String::new() };
    let token = begin_session(&door.test.app, account.id, Some(identity), Scope::Reader, None, &client).await.unwrap();
    LoggedIn { account: account.id, cookie: format!("rejoinder_session={token}"), csrf: String::new() }
}

/// Switches a provider on, with what its log-ins are worth.
async fn offer(door: &Door, kind: &str, id: &str, trust: &str) {
    let provider = Provider::new(door.site.id, id, Kind::named(kind).unwrap());
    switch_on(door, provider, trust).await;
}

/// The same under a name that its owner chose.
async fn offer_as(door: &Door, kind: &str, name: &str, trust: &str) {
    let provider = Provider::new(door.site.id, kind, Kind::named(kind).unwrap());
    switch_on(door, Provider { name: name.into(), ..provider }, trust).await;
}

async fn switch_on(door: &Door, mut provider: Provider, trust: &str) {
    (provider.client_id, provider.client_secret) = ("client".into(), "secret".to_owned().into());
    provider.settings.insert("trust".into(), trust.into());
    provider.enabled = true;
    door.test.app.db.write(async move |tx| providers::save(tx, &provider).await).await.unwrap();
}

/// The comment that somebody's form becomes.
async fn written_by(door: &Door, who: &LoggedIn, text: &str) -> Comment {
    door.test.advance(60);
    let answer = door.send_as(who, &[("comment", text)]).await;
    assert_eq!(answer.status, 302, "{text}: {}", answer.text());
    newest(door).await
}

async fn newest(door: &Door) -> Comment {
    door.kept().await.into_iter().max_by_key(|comment| comment.id).unwrap()
}
