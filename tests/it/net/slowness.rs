//! Servers that take their time (S-FETCH-5): each is left within its budget.

use std::time::Duration;

use rejoinder::net::fetcher::{Budgets, FetchError, FetcherConfig, Phase};
use rejoinder::net::resolver::Resolve;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::server::{Filtered, Server, answer};
use super::{SOON, config, fetcher_with, get, get_within, patient, request};

/// A pause that is none too short after one that was too long: what a busy machine held up does not come at once.
fn pause() -> Interval {
    let mut pause = interval(Duration::from_millis(20));
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pause
}

/// Sends one byte after the other, with pauses.
async fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    let mut pause = pause();
    for byte in bytes {
        pause.tick().await;
        if stream.write_all(&[*byte]).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_header_that_drips_is_not_waited_for() {
    let server = Server::start(|_, mut stream| async move {
        drip(&mut stream, format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(500)).as_bytes()).await;
    })
    .await;
    let budgets = Budgets { headers: SOON, ..patient() };
    let error = get_within(budgets, &server.url("/")).await.expect_err("slow");
    assert_eq!(error, FetchError::Timeout(Phase::Headers));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let server = Server::silent().await;
    let budgets = Budgets { headers: SOON, ..patient() };
    let error = get_within(budgets, &server.url("/")).await.expect_err("silent");
    assert_eq!(error, FetchError::Timeout(Phase::Headers));
    let https = server.url("/").replace("http:", "https:");
    let error = get_within(Budgets { tls: SOON, ..patient() }, &https).await.expect_err("silent");
    assert_eq!(error, FetchError::Timeout(Phase::Tls));
}

#[tokio::test]
async fn a_port_that_takes_no_connection_is_not_waited_for() {
    let filtered = Filtered::start().await;
    let budgets = Budgets { connect: SOON, ..patient() };
    let error = get_within(budgets, &format!("http://{}/", filtered.address)).await.expect_err("filtered");
    assert_eq!(error, FetchError::Timeout(Phase::Connect));
    assert!(error.is_transient());
}

#[tokio::test]
async fn a_server_without_tls_is_no_https() {
    let server = Server::answering(answer("200 OK", &[], b"plain")).await;
    let https = server.url("/").replace("http:", "https:");
    let error = get(&https).await.expect_err("not TLS");
    assert!(matches!(error, FetchError::Tls(_)), "{error:?}");
}

#[tokio::test]
async fn a_body_that_drips_or_stops_is_not_waited_for() {
    let dripping = Server::start(|_, mut stream| async move {
        stream.write_all(&answer("200 OK", &[], &[b'x'; 900])).await.ok();
        drip(&mut stream, &[b'x'; 500]).await;
    })
    .await;
    let stopping = Server::start(|_, mut stream| async move {
        stream.write_all(&answer("200 OK", &[], &[b'x'; 900])).await.ok();
        std::future::pending::<()>().await;
    })
    .await;
    for server in [dripping, stopping] {
        let budgets = Budgets { rate_window: SOON, ..patient() };
        let error = get_within(budgets, &server.url("/")).await.expect_err("slow");
        assert_eq!(error, FetchError::Timeout(Phase::BodyRate));
    }
}

#[tokio::test]
async fn a_body_that_is_just_fast_enough_is_read_until_the_chain_ends() {
    // A machine that stands still for a window makes any server one that is too slow.
    const TRIES_MAX: usize = 50;
    let server = Server::start(|_, mut stream| async move {
        let mut pause = pause();
        let mut next = answer("200 OK", &[], b"");
        while stream.write_all(&next).await.is_ok() {
            next = vec![b'x'; 1000];
            pause.tick().await;
        }
    })
    .await;
    let budgets = Budgets { chain: 3 * SOON, rate_window: SOON, ..patient() };
    for _ in 0..TRIES_MAX {
        let error = get_within(budgets, &server.url("/")).await.expect_err("endless");
        if error != FetchError::Timeout(Phase::BodyRate) {
            assert_eq!(error, FetchError::Timeout(Phase::Chain));
            return;
        }
    }
    panic!("too slow {TRIES_MAX} times");
}

#[tokio::test]
async fn a_resolver_that_hangs_is_not_waited_for() {
    struct Silent;
    impl Resolve for Silent {
        fn resolve<'a>(
            &'a self,
            _: &'a str,
        ) -> futures_util::future::BoxFuture<'a, std::io::Result<Vec<std::net::IpAddr>>> {
            Box::pin(std::future::pending())
        }
    }
    let budgets = Budgets { resolve: SOON, ..patient() };
    let error = fetcher_with(FetcherConfig { budgets, ..config() }, Silent)
        .get(request("http://a.test/"))
        .await
        .expect_err("silent");
    assert_eq!(error, FetchError::Timeout(Phase::Resolve));
}
