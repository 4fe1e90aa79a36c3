//! Courtesy towards the servers we fetch from (S-FETCH-8).

use std::sync::Arc;
use std::time::Duration;

use rejoinder::model::time::{Clock, Timestamp};
use rejoinder::net::fetcher::{
    Budgets, FAILURES_MAX, FetchError, Fetcher, FetcherConfig, GLOBAL_FETCHES_MAX, GLOBAL_WINDOW,
    HOST_FETCHES_AT_ONCE_MAX, HOST_FETCHES_MAX, HOST_WINDOW, OPEN_FOR,
};
use rejoinder::net::resolver::StaticResolver;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;

use super::server::{Server, answer, closed, write};
use super::{SOON, config, patient, request};
use crate::harness::eventually;

fn limited() -> (Fetcher, Clock) {
    let clock = Clock::manual(Timestamp(1_000_000_000));
    let config = FetcherConfig { no_limits: false, ..config() };
    (Fetcher::new(config, Arc::new(StaticResolver::new()), clock.clone()), clock)
}

#[tokio::test]
async fn a_host_is_fetched_from_so_often_a_minute() {
    let server = Server::answering(answer("200 OK", &[], b"")).await;
    let (fetcher, clock) = limited();
    for n in 0..HOST_FETCHES_MAX {
        fetcher.get(request(&server.url(&format!("/{n}")))).await.expect("within the rate");
        clock.advance(GLOBAL_WINDOW);
    }
    let error = fetcher.get(request(&server.url("/more"))).await.expect_err("one past it");
    let retry_after = error.retry_after().expect("a time");
    assert!(matches!(error, FetchError::Busy { .. }), "{error:?}");
    assert!(error.is_transient());
    assert_eq!(server.requests().len(), HOST_FETCHES_MAX);
    assert!(retry_after <= HOST_WINDOW);
    clock.advance(retry_after);
    fetcher.get(request(&server.url("/more"))).await.expect("when it said");
}

#[tokio::test]
async fn all_together_are_fetched_so_often_a_second() {
    let server = Server::answering(answer("200 OK", &[], b"")).await;
    let (fetcher, _clock) = limited();
    for n in 0..GLOBAL_FETCHES_MAX {
        fetcher.get(request(&server.url(&format!("/{n}")))).await.expect("within the rate");
    }
    let error = fetcher.get(request(&server.url("/more"))).await.expect_err("one past it");
    assert_eq!(error, FetchError::Busy { retry_after: GLOBAL_WINDOW });
}

#[tokio::test]
async fn a_host_that_keeps_failing_is_left_alone_for_a_while() {
    let server = Server::answering(*b"not HTTP").await;
    let (fetcher, clock) = limited();
    for _ in 0..FAILURES_MAX {
        let error = fetcher.get(request(&server.url("/"))).await.expect_err("not HTTP");
        assert!(matches!(error, FetchError::Protocol(_)), "{error:?}");
        clock.advance(GLOBAL_WINDOW);
    }
    let error = fetcher.get(request(&server.url("/"))).await.expect_err("left alone");
    assert!(matches!(error, FetchError::CircuitOpen { .. }), "{error:?}");
    assert_eq!(server.requests().len(), FAILURES_MAX);
    clock.advance(OPEN_FOR);
    let error = fetcher.get(request(&server.url("/"))).await.expect_err("tried again");
    assert!(matches!(error, FetchError::Protocol(_)), "{error:?}");
}

/// A server whose answers wait for a permit, and which tells of each request.
async fn gated() -> (Server, Arc<Semaphore>, mpsc::UnboundedReceiver<()>) {
    let (arrived, arrivals) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let server = Server::start(move |_, mut stream| {
        let (arrived, gate) = (arrived.clone(), Arc::clone(&held));
        async move {
            arrived.send(()).ok();
            let _permit = gate.acquire().await;
            write(&mut stream, &answer("200 OK", &[], b"")).await;
        }
    })
    .await;
    (server, gate, arrivals)
}

#[tokio::test]
async fn a_host_is_fetched_from_few_times_at_once_and_a_path_once() {
    for paths in [vec!["/same"], (0..HOST_FETCHES_AT_ONCE_MAX).map(|n| ["/a", "/b"][n]).collect()] {
        let (server, gate, mut arrivals) = gated().await;
        let budgets = Budgets { turn: SOON, ..patient() };
        let config = FetcherConfig { no_limits: false, budgets, ..config() };
        let clock = Clock::manual(Timestamp(1_000_000_000));
        let fetcher = Fetcher::new(config, Arc::new(StaticResolver::new()), clock);
        let mut running = Vec::new();
        for path in &paths {
            let (fetcher, asked) = (fetcher.clone(), request(&server.url(path)));
            running.push(tokio::spawn(async move { fetcher.get(asked).await }));
            arrivals.recv().await.expect("a request");
        }
        let next = if paths.len() == 1 { "/same?query" } else { "/c" };
        let error = fetcher.get(request(&server.url(next))).await.expect_err("no turn");
        assert!(matches!(error, FetchError::NoTurn { retry_after } if retry_after > Duration::ZERO), "{error:?}");
        gate.add_permits(10);
        for fetch in running {
            fetch.await.expect("no panic").expect("an answer");
        }
        fetcher.get(request(&server.url(next))).await.expect("a turn");
    }
}

/// How long a turn is taken would tell a closed port from a silent one to whoever waits for the next.
#[tokio::test]
async fn the_turn_of_a_failed_fetch_goes_on_until_that_may_be_told() {
    let clock = Clock::manual(Timestamp(1_000_000_000));
    let budgets = Budgets { hold: Duration::from_secs(2), turn: Duration::from_millis(20), ..patient() };
    let config = FetcherConfig { no_limits: false, budgets, ..config() };
    let fetcher = Fetcher::new(config, Arc::new(StaticResolver::new()), clock.clone());
    let (_bound, closed) = closed();
    let missing = Server::answering(answer("404 Not Found", &[], b"")).await;
    let good = Server::answering(answer("200 OK", &[], b"")).await;
    for url in [format!("http://{closed}/"), missing.url("/")] {
        // As often as a busy machine takes longer from the first to the second than the turn goes on.
        let first = eventually("the second was in time", async || {
            let first = fetcher.attempt(request(&url)).await;
            let second = fetcher.get(request(&url)).await;
            let is_in_time = Instant::now() < first.tell_from;
            assert!(!is_in_time || matches!(second, Err(FetchError::NoTurn { .. })), "{url}: {second:?}");
            clock.advance(GLOBAL_WINDOW);
            is_in_time.then_some(first)
        })
        .await;
        tokio::time::sleep_until(first.tell_from).await;
        clock.advance(GLOBAL_WINDOW);
        let third = eventually("the turn is free", async || {
            let third = fetcher.get(request(&format!("{url}?again"))).await;
            (!matches!(third, Err(FetchError::NoTurn { .. }))).then_some(third)
        });
        assert!(!matches!(third.await, Err(FetchError::Busy { .. })), "{url}");
        clock.advance(GLOBAL_WINDOW);
    }
    // A good one is over when it is over.
    for _ in 0..2 {
        fetcher.get(request(&good.url("/good"))).await.expect("an answer");
    }
}
