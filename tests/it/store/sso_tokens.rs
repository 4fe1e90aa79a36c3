//! `store/sso_tokens.rs`.

use rejoinder::model::ids::SiteId;
use rejoinder::store::sso_tokens;

use super::providers::{provider, save};
use super::{Kept, at, insert_site};
use crate::harness::Engine;

crate::on_both_engines! {
    a_token_is_new_once_for_each_provider_and_site
    tokens_that_are_over_go_and_so_do_those_of_a_provider_that_goes
}

async fn is_new(kept: &Kept, site: SiteId, provider: &'static str, hash: &'static [u8], ends: i64) -> bool {
    let write = async move |tx: &mut _| sso_tokens::insert(tx, site, provider, hash, at(ends)).await;
    kept.db().write(write).await.unwrap()
}

async fn a_token_is_new_once_for_each_provider_and_site(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, other) = (kept.site, insert_site(kept.db(), "other").await);
    for (of, id) in [(site, "a"), (site, "b"), (other, "a")] {
        save(&kept, provider(of, id, 1)).await;
    }
    for (site, provider, hash, expected) in [
        (site, "a", b"one", true),
        (site, "a", b"one", false),
        (site, "a", b"two", true),
        (site, "b", b"one", true),
        (other, "a", b"one", true),
        (other, "a", b"one", false),
    ] {
        let is_used = sso_tokens::is_used(kept.db(), site, provider, hash).await.unwrap();
        assert_eq!(is_used, !expected, "{site} {provider} {hash:?}");
        assert_eq!(is_new(&kept, site, provider, hash, 100).await, expected, "{site} {provider} {hash:?}");
    }
}

async fn tokens_that_are_over_go_and_so_do_those_of_a_provider_that_goes(engine: Engine) {
    let kept = Kept::on(engine).await;
    let site = kept.site;
    save(&kept, provider(site, "a", 1)).await;
    is_new(&kept, site, "a", b"one", 100).await;
    is_new(&kept, site, "a", b"two", 101).await;
    let gone = kept.db().write(async |tx| sso_tokens::delete_expired(tx, at(100)).await).await.unwrap();
    assert_eq!(gone, 1);
    assert!(is_new(&kept, site, "a", b"one", 200).await);
    assert!(!is_new(&kept, site, "a", b"two", 200).await);
    kept.db().write(async move |tx| rejoinder::store::providers::delete(tx, site, "a").await).await.unwrap();
    save(&kept, provider(site, "a", 1)).await;
    assert!(is_new(&kept, site, "a", b"two", 200).await);
}
