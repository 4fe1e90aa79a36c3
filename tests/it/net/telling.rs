//! From when a failure may be told (S-FETCH-7): after the same time, whatever was found.

use std::time::Duration;

use rejoinder::net::fetcher::{Budgets, FetcherConfig};
use rejoinder::net::resolver::StaticResolver;
use tokio::time::Instant;

use super::server::{Filtered, Server, answer, closed, path, write};
use super::{config, fetcher_with, quick, request};

/// Longer than each of `connect`, `tls` and `headers` of [`quick`] takes on a busy machine.
const HOLD: Duration = Duration::from_secs(3);
/// What this machine may take between two instants that are one.
const SLACK: Duration = Duration::from_millis(500);

#[test]
fn the_hold_is_longer_than_anything_that_it_hides() {
    let budgets = Budgets::default();
    for hidden in [budgets.connect, budgets.tls, budgets.headers] {
        assert!(budgets.hold > hidden, "{hidden:?}");
    }
    // A source without redirects is told of while its sender waits (10 s unless the site says otherwise).
    assert!(budgets.hold + budgets.resolve < Duration::from_secs(10));
    assert_eq!(budgets.without_hold().hold, Duration::ZERO);
}

#[tokio::test]
async fn whatever_was_found_may_be_told_after_the_same_time() {
    let (silent, not_http) = (Server::silent().await, Server::answering(*b"SSH-2.0\r\n").await);
    let missing = Server::answering(answer("404 Not Found", &[], b"gone")).await;
    let (filtered, (_bound, closed)) = (Filtered::start().await, closed());
    let away = Server::start(|request, mut stream| async move {
        // A server that takes its time over a redirect makes nothing longer but its own hop.
        tokio::time::sleep(quick().headers / 2).await;
        let location = format!("Location: {}", path(&request).trim_start_matches('/'));
        write(&mut stream, &answer("302 Found", &[&location], b"")).await;
    })
    .await;
    let local = [silent.ip()];
    let resolver =
        StaticResolver::new().with("there.test", local).with("inside.test", ["10.0.0.1".parse().expect("an address")]);
    let budgets = Budgets { hold: HOLD, ..quick() };
    let fetcher = fetcher_with(FetcherConfig { budgets, ..config() }, resolver);

    let addresses = [silent.address, not_http.address, missing.address, filtered.address, closed];
    let literals = addresses.iter().map(|address| format!("http://{address}/")).chain([
        "http://10.0.0.1/".to_owned(),
        "http://169.254.169.254/".to_owned(),
        silent.url("/").replace("http:", "https:"),
    ]);
    let names = addresses
        .iter()
        .map(|address| format!("http://there.test:{}/", address.port()))
        .chain(["http://inside.test/".to_owned(), "http://no-such-name.test/".to_owned()]);
    let table = literals.map(|url| (url, HOLD)).chain(names.map(|url| (url, HOLD + budgets.resolve)));
    let attempts =
        table.flat_map(|(url, hold)| [(url.clone(), hold, None), (away.url(&format!("/{url}")), hold, Some(url))]);
    let attempts = attempts.map(|(url, hold, redirected)| {
        let fetcher = fetcher.clone();
        async move {
            let began = Instant::now();
            let attempt = fetcher.attempt(request(&url)).await;
            let ended = Instant::now();
            let is_bad = attempt.outcome.as_ref().map_or(true, |fetched| !fetched.is_success());
            assert!(is_bad, "{url}: {:?}", attempt.outcome);
            let own_hop = if redirected.is_some() { quick().headers / 2 } else { Duration::ZERO };
            let held = attempt.tell_from - began;
            assert!((hold + own_hop..hold + own_hop + SLACK).contains(&held), "{url}: {held:?}");
            assert!(ended < attempt.tell_from, "{url}: all is known when it may be told");
        }
    });
    futures_util::future::join_all(attempts).await;
}
