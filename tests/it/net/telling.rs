//! From when a failure may be told (S-FETCH-7): after the same time, whatever was found.

use std::time::Duration;

use rejoinder::net::fetcher::{Budgets, FetcherConfig};
use rejoinder::net::resolver::StaticResolver;
use tokio::time::Instant;

use super::server::{Filtered, Server, answer, closed, path, write};
use super::{SOON, config, fetcher_with, quick, request};

const HOLD: Duration = Duration::from_mins(1);
/// How long a server takes over a redirect.
const REDIRECT_TAKES: Duration = Duration::from_millis(150);

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
        tokio::time::sleep(REDIRECT_TAKES).await;
        let location = format!("Location: {}", path(&request).trim_start_matches('/'));
        write(&mut stream, &answer("302 Found", &[&location], b"")).await;
    })
    .await;
    let local = [silent.ip()];
    let resolver =
        StaticResolver::new().with("there.test", local).with("inside.test", ["10.0.0.1".parse().expect("an address")]);
    // Long enough for a busy machine to be answered by the server that redirects.
    let budgets = Budgets { headers: 10 * SOON, hold: HOLD, ..quick() };
    let fetcher = fetcher_with(FetcherConfig { budgets, ..config() }, resolver);

    let addresses = [
        (silent.address, budgets.headers),
        (not_http.address, Duration::ZERO),
        (missing.address, Duration::ZERO),
        (filtered.address, budgets.connect),
        (closed, Duration::ZERO),
    ];
    let literals = addresses.iter().map(|(address, takes)| (format!("http://{address}/"), *takes)).chain([
        ("http://10.0.0.1/".to_owned(), Duration::ZERO),
        ("http://169.254.169.254/".to_owned(), Duration::ZERO),
        (silent.url("/").replace("http:", "https:"), budgets.tls),
    ]);
    let names = addresses
        .iter()
        .map(|(address, takes)| (format!("http://there.test:{}/", address.port()), *takes))
        .chain(["http://inside.test/", "http://no-such-name.test/"].map(|url| (url.to_owned(), Duration::ZERO)));
    let table = literals.map(|row| (row, HOLD)).chain(names.map(|row| (row, HOLD + budgets.resolve)));
    let attempts = table.flat_map(|((url, takes), hold)| {
        [(url.clone(), takes, hold, Duration::ZERO), (away.url(&format!("/{url}")), takes, hold, REDIRECT_TAKES)]
    });
    let attempts = attempts.map(|(url, takes, hold, before)| {
        let fetcher = fetcher.clone();
        async move {
            let began = Instant::now();
            let attempt = fetcher.attempt(request(&url)).await;
            let ended = Instant::now();
            let is_bad = attempt.outcome.as_ref().map_or(true, |fetched| !fetched.is_success());
            assert!(is_bad, "{url}: {:?}", attempt.outcome);
            // As long after the last hop began, which was not before the one before it took its time, and so much
            // before the end as the last one took.
            let told = attempt.tell_from;
            assert!(told >= began + before + hold, "{url}: {:?}", told - began);
            assert!(told <= ended - takes + hold, "{url}: {:?} after the end", told - ended);
        }
    });
    futures_util::future::join_all(attempts).await;
}
