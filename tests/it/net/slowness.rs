//! Servers that take their time (S-FETCH-5): each is left within its budget.

use std::time::Duration;

use rejoinder::net::fetcher::{FetchError, FetcherConfig, Phase};
use rejoinder::net::resolver::{Resolve, StaticResolver};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::server::{Filtered, Server, answer};
use super::{config, fetcher_with, get, quick, request};

/// Sends one byte after the other, with pauses.
async fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    let mut pause = tokio::time::interval(Duration::from_millis(20));
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
    assert_eq!(get(&server.url("/")).await.expect_err("slow"), FetchError::Timeout(Phase::Headers));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let server = Server::silent().await;
    assert_eq!(get(&server.url("/")).await.expect_err("silent"), FetchError::Timeout(Phase::Headers));
    let https = server.url("/").replace("http:", "https:");
    assert_eq!(get(&https).await.expect_err("silent"), FetchError::Timeout(Phase::Tls));
}

#[tokio::test]
async fn a_port_that_takes_no_connection_is_not_waited_for() {
    let filtered = Filtered::start().await;
    let error = get(&format!("http://{}/", filtered.address)).await.expect_err("filtered");
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
        assert_eq!(get(&server.url("/")).await.expect_err("slow"), FetchError::Timeout(Phase::BodyRate));
    }
}

#[tokio::test]
async fn a_body_that_is_just_fast_enough_is_read_until_the_chain_ends() {
    let server = Server::start(|_, mut stream| async move {
        let mut pause = tokio::time::interval(Duration::from_millis(20));
        let mut next = answer("200 OK", &[], b"");
        while stream.write_all(&next).await.is_ok() {
            next = vec![b'x'; 1000];
            pause.tick().await;
        }
    })
    .await;
    let mut budgets = quick();
    budgets.chain = Duration::from_millis(800);
    let fetcher = fetcher_with(FetcherConfig { budgets, ..config() }, StaticResolver::new());
    let error = fetcher.get(request(&server.url("/"))).await.expect_err("endless");
    assert_eq!(error, FetchError::Timeout(Phase::Chain));
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
    let error = fetcher_with(config(), Silent).get(request("http://a.test/")).await.expect_err("silent");
    assert_eq!(error, FetchError::Timeout(Phase::Resolve));
}
