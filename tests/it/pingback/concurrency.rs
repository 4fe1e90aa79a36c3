//! The same claim many times at once.

use futures_util::future::join_all;

use super::{Pinged, TARGET, linking, web};
use crate::harness::Engine;

crate::on_both_engines! {
    the_same_claim_many_times_at_once_is_registered_once
    many_claims_at_once_are_all_registered
}

async fn the_same_claim_many_times_at_once_is_registered_once(engine: Engine) {
    let pinged = Pinged::start_on(engine).await;
    let source = web([("/a", linking("A", TARGET))]).await;
    let address = source.url("/a");
    let outcomes = join_all((0..8).map(|_| pinged.ping(&address, TARGET))).await;
    assert!(outcomes.iter().any(Result::is_ok), "{outcomes:?}");
    for outcome in &outcomes {
        assert!(
            outcome.as_ref().is_ok_and(|said| said.contains(" registered. ")) || matches!(outcome, Err((48, _))),
            "{outcome:?}"
        );
    }
    assert_eq!(pinged.kept().await.len(), 1);
    pinged.end().await;
}

async fn many_claims_at_once_are_all_registered(engine: Engine) {
    let pinged = Pinged::start_on(engine).await;
    let source = crate::net::server::Server::start(|request, mut stream| async move {
        let title = crate::net::server::path(&request).replace('/', "T");
        crate::net::server::write(&mut stream, &linking(&title, TARGET)).await;
    })
    .await;
    let addresses: Vec<String> = (0..40).map(|n| source.url(&format!("/{n}"))).collect();
    let outcomes = join_all(addresses.iter().map(|address| pinged.ping(address, TARGET))).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(pinged.kept().await.len(), 40);
    pinged.end().await;
}
