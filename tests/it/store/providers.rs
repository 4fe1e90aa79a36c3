//! `store/providers.rs`, `store/client_registrations.rs` and `store/log_ins.rs`.

use rejoinder::model::ids::SiteId;
use rejoinder::model::provider::{Kind, Provider};
use rejoinder::store::client_registrations::{self, Key, Registration};
use rejoinder::store::log_ins::{self, LogIn};
use rejoinder::store::{Tx, providers};
use secrecy::ExposeSecret as _;

use super::{Kept, NOW, at, insert_site};
use crate::harness::Engine;

crate::on_both_engines! {
    a_provider_is_kept_changed_listed_and_forgotten
    what_a_provider_did_outlives_a_change
    a_provider_changes_its_place_alone
    a_registration_is_found_by_its_whole_key
    a_log_in_is_taken_once
    log_ins_that_are_over_go_and_so_do_those_of_a_provider_that_goes
}

pub(super) fn provider(site: SiteId, id: &str, position: i64) -> Provider {
    let mut new = Provider::new(site, id, Kind::named("github").unwrap());
    new.settings.insert("scopes".into(), "a \"b\"".into());
    Provider {
        name: "Git".into(),
        issuer: "https://git.example".into(),
        client_id: "number".into(),
        client_secret: "secret".to_owned().into(),
        position,
        ..new
    }
}

pub(super) async fn save(kept: &Kept, provider: Provider) {
    kept.db().write(async move |tx| providers::save(tx, &provider).await).await.unwrap();
}

async fn a_provider_is_kept_changed_listed_and_forgotten(engine: Engine) {
    let kept = Kept::on(engine).await;
    let other = insert_site(kept.db(), "other").await;
    let site = kept.site;
    save(&kept, provider(site, "b", 2)).await;
    save(&kept, provider(site, "a", 2)).await;
    save(&kept, provider(site, "c", 1)).await;
    save(&kept, provider(other, "a", 0)).await;
    let ids = async || {
        let all = providers::list(kept.db()).await.unwrap();
        all.iter().map(|p| format!("{}/{}", p.site_id, p.id)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ids().await, format!("{site}/c {site}/a {site}/b {other}/a"));
    let count = async move |tx: &mut Tx| providers::count_in(tx, site).await;
    assert_eq!(kept.db().write(count).await.unwrap(), 3);

    let found = providers::find(kept.db(), site, "a").await.unwrap().unwrap();
    assert_eq!(
        (found.kind.as_str(), found.name.as_str(), found.issuer.as_str()),
        ("github", "Git", "https://git.example")
    );
    assert_eq!((found.client_id.as_str(), found.secret(), found.enabled), ("number", "secret", false));
    assert_eq!(found.settings, provider(site, "a", 2).settings);
    save(&kept, Provider { name: "Hub".into(), enabled: true, client_secret: "new".to_owned().into(), ..found }).await;
    let found = providers::find(kept.db(), site, "a").await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.enabled, found.secret()), ("Hub", true, "new"));
    assert_eq!(providers::find(kept.db(), other, "a").await.unwrap().unwrap().name, "Git");

    let delete = async move |tx: &mut Tx| providers::delete(tx, site, "a").await;
    assert!(kept.db().write(delete).await.unwrap());
    assert!(!kept.db().write(delete).await.unwrap());
    assert_eq!(ids().await, format!("{site}/c {site}/b {other}/a"));
}

async fn a_provider_changes_its_place_alone(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, other) = (kept.site, insert_site(kept.db(), "other").await);
    for of in [site, other] {
        save(&kept, provider(of, "a", 1)).await;
        save(&kept, provider(of, "b", 2)).await;
    }
    kept.db().write(async move |tx| providers::set_position(tx, site, "a", 3).await).await.unwrap();
    let all = providers::list(kept.db()).await.unwrap();
    let places: Vec<_> = all.iter().map(|p| (p.site_id, p.id.as_str(), p.position)).collect();
    assert_eq!(places, [(site, "b", 2), (site, "a", 3), (other, "a", 1), (other, "b", 2)]);
    assert_eq!(all[1].name, "Git");
}

async fn what_a_provider_did_outlives_a_change(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    save(&kept, provider(site, "a", 0)).await;
    let note = async move |tx: &mut Tx| {
        providers::note_error(tx, site, "a", "no answer", at(3)).await?;
        providers::note_used(tx, site, "a", at(4)).await
    };
    kept.db().write(note).await.unwrap();
    save(&kept, provider(site, "a", 1)).await;
    let found = providers::find(kept.db(), site, "a").await.unwrap().unwrap();
    assert_eq!((found.last_error.as_str(), found.last_error_at), ("no answer", Some(at(3))));
    assert_eq!((found.last_used_at, found.position), (Some(at(4)), 1));
}

async fn a_registration_is_found_by_its_whole_key(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    save(&kept, provider(site, "a", 0)).await;
    let key = Key {
        site_id: site,
        provider_id: "a".into(),
        issuer: "https://one.example".into(),
        redirect_uri: "https://us.example/callback".into(),
    };
    let find = async |key: &Key| {
        let found = client_registrations::find(kept.db(), key).await.unwrap();
        found.map(|r| format!("{} {}", r.client_id, r.client_secret.expose_secret()))
    };
    for (client_id, millis) in [("first", 1), ("second", 2)] {
        let (key, new) = (
            key.clone(),
            Registration {
                client_id: client_id.into(),
                client_secret: "s".to_owned().into(),
                registered_at: at(millis),
            },
        );
        kept.db().write(async move |tx| client_registrations::save(tx, &key, &new).await).await.unwrap();
    }
    assert_eq!(find(&key).await.as_deref(), Some("second s"));
    assert_eq!(find(&Key { issuer: "https://two.example".into(), ..key.clone() }).await, None);
    assert_eq!(find(&Key { redirect_uri: "https://us.example/other".into(), ..key.clone() }).await, None);
    let count = async |since| client_registrations::count_since(kept.db(), site, "a", at(since)).await.unwrap();
    assert_eq!((count(1).await, count(2).await), (1, 0));
    for (client_id, left) in [("first", true), ("second", false)] {
        let old = key.clone();
        kept.db().write(async move |tx| client_registrations::delete(tx, &old, client_id).await).await.unwrap();
        assert_eq!(find(&key).await.is_some(), left, "{client_id}");
    }
}

fn log_in(site: SiteId, ends: i64) -> LogIn {
    LogIn {
        site_id: site,
        provider_id: "a".into(),
        issuer: "https://one.example".into(),
        browser_hash: b"\0b".to_vec(),
        nonce: "n".into(),
        verifier: "v".into(),
        details: "{}".into(),
        return_to: "https://blog.example/".into(),
        handover: Some(b"\0c".to_vec()),
        linking_account_id: None,
        created_at: NOW,
        expires_at: at(ends),
    }
}

async fn begin(kept: &Kept, state: &'static [u8], new: LogIn) {
    kept.db().write(async move |tx| log_ins::insert(tx, state, &new).await).await.unwrap();
}

async fn take(kept: &Kept, state: &'static [u8]) -> Option<LogIn> {
    kept.db().write(async move |tx| log_ins::take(tx, state).await).await.unwrap()
}

async fn a_log_in_is_taken_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    save(&kept, provider(kept.site, "a", 0)).await;
    let ann = kept.account("ann").await;
    let linking = LogIn { linking_account_id: Some(ann), handover: None, ..log_in(kept.site, 9) };
    begin(&kept, b"\0one", log_in(kept.site, 9)).await;
    begin(&kept, b"two", linking.clone()).await;
    assert_eq!(take(&kept, b"three").await, None);
    assert_eq!(take(&kept, b"\0one").await, Some(log_in(kept.site, 9)));
    assert_eq!(take(&kept, b"\0one").await, None);
    assert_eq!(take(&kept, b"two").await, Some(linking.clone()));
    begin(&kept, b"two", linking).await;
    begin(&kept, b"four", log_in(kept.site, 9)).await;
    let forget = async move |tx: &mut Tx| log_ins::delete_of_account(tx, ann).await;
    assert_eq!(kept.db().write(forget).await.unwrap(), 1);
    assert!(take(&kept, b"two").await.is_none() && take(&kept, b"four").await.is_some());
}

async fn log_ins_that_are_over_go_and_so_do_those_of_a_provider_that_goes(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    save(&kept, provider(site, "a", 0)).await;
    for (state, ends) in [(b"a" as &[u8], 9), (b"b", 10), (b"c", 11)] {
        begin(&kept, state, log_in(site, ends)).await;
    }
    assert_eq!(kept.db().write(async |tx| log_ins::delete_expired(tx, at(10)).await).await.unwrap(), 2);
    kept.db().write(async move |tx| providers::delete(tx, site, "a").await).await.unwrap();
    assert_eq!(take(&kept, b"c").await, None);
}
