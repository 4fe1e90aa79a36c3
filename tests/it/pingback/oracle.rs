//! S-FETCH-7: who pings to find out what stands in a network learns nothing, neither from the answer nor from
//! the time that it takes.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use rejoinder::model::linkback::LinkbackRefusal;
use rejoinder::model::time::{Clock, Timestamp};
use rejoinder::net::fetcher::{Budgets, FAILURES_MAX, Fetcher, FetcherConfig, GLOBAL_WINDOW};
use rejoinder::net::resolver::StaticResolver;
use rejoinder::store::{jobs, linkbacks};
use tokio::time::Instant;

use super::{Outcome, Pinged, TARGET, linking, page, setup, web};
use crate::harness::{Engine, Setup, eventually};
use crate::net::server::{Filtered, Server, closed};
use crate::net::{config, fetcher_with, patient, quick};

fn missing() -> Outcome {
    Err((16, "The source URL does not exist.".to_owned()))
}

async fn pinged_with(fetcher: Fetcher) -> Pinged {
    let mut pinged = Pinged::without_runner(Engine::Sqlite, Setup { fetcher: Some(fetcher), ..setup() }).await;
    pinged.run();
    pinged
}

#[tokio::test]
async fn open_closed_filtered_refused_and_missing_are_answered_alike() {
    const HOLD: Duration = Duration::from_secs(2);
    let resolver = StaticResolver::new()
        .with("there.test", ["127.0.0.1".parse().unwrap()])
        .with("inside.test", ["10.0.0.1".parse().unwrap()]);
    let budgets = Budgets { hold: HOLD, ..quick() };
    let pinged = pinged_with(fetcher_with(FetcherConfig { budgets, ..config() }, resolver)).await;
    let (silent, not_http) = (Server::silent().await, Server::answering(*b"SSH-2.0\r\n").await);
    let (filtered, (_bound, closed)) = (Filtered::start().await, closed());
    let pages = web([("/no-link", page("A", "no link"))]).await;
    let alike = [
        (silent.url("/"), "an open port that says nothing"),
        (not_http.url("/"), "an open port that speaks something else"),
        (format!("http://{closed}/"), "a closed port"),
        (format!("http://{}/", filtered.address), "a filtered port"),
        (pages.url("/none"), "a page that is not there"),
        ("http://10.0.0.1/".to_owned(), "a refused address"),
        ("http://inside.test/".to_owned(), "a name of a refused address"),
        ("http://no-such-name.test/".to_owned(), "no such name"),
        (format!("http://there.test:{}/", closed.port()), "a closed port of a name"),
        (format!("http://there.test:{}/", filtered.address.port()), "a filtered port of a name"),
    ];
    for (mode, answered) in [("raw", missing()), ("masked", Err((0, String::new())))] {
        pinged.option("xmlrpc_pingback_error", mode).await;
        let pings = alike.iter().map(async |(source, what)| {
            let began = Instant::now();
            assert_eq!(pinged.ping(source, TARGET).await, answered, "{what}");
            let hold = if source.contains(".test") { HOLD + budgets.resolve } else { HOLD };
            assert!(began.elapsed() >= hold, "{what}: {:?}", began.elapsed());
        });
        join_all(pings).await;
    }
    // A masked answer must not be told from the others by its time either.
    let began = Instant::now();
    assert_eq!(pinged.ping(&pages.url("/no-link"), TARGET).await, Err((0, String::new())));
    assert!(began.elapsed() >= HOLD, "{:?}", began.elapsed());
    pinged.end().await;
}

/// What may not be told while the sender waits is answered as if it went on still, and what may pass is tried
/// again as if nobody had waited. A claim that holds is told at once.
#[tokio::test]
async fn what_may_not_be_told_in_time_is_not_told() {
    let budgets = Budgets { hold: Duration::from_hours(1), ..patient() };
    let pinged = pinged_with(fetcher_with(FetcherConfig { budgets, ..config() }, StaticResolver::new())).await;
    let source = web([("/a", linking("A", TARGET))]).await;
    let (_bound, closed) = closed();
    pinged.option("pingback_wait", "30").await;
    let said = pinged.ping(&source.url("/a"), TARGET).await.unwrap();
    assert!(said.contains(" registered. "), "{said}");
    pinged.option("pingback_wait", "1").await;
    for bad in [source.url("/none"), format!("http://{closed}/")] {
        let said = pinged.ping(&bad, TARGET).await.unwrap();
        assert_eq!(
            said,
            format!("Pingback from {bad} to {TARGET} received. It is being verified. Keep the web talking! :-)")
        );
    }
    let find = async |id| {
        let id = rejoinder::model::ids::LinkbackId(id);
        linkbacks::find(&pinged.test.app.db, pinged.site.id, id).await.unwrap().unwrap()
    };
    assert_eq!(find(2).await.refusal, Some(LinkbackRefusal::SourceMissing));
    let waiting = eventually("the next try", async || {
        jobs::list(&pinged.test.app.db, "waiting", 10).await.unwrap().pop().filter(|job| job.attempts == 1)
    })
    .await;
    assert!(waiting.payload.contains("\"linkback\":3"), "{}", waiting.payload);
    assert_eq!(find(3).await.refusal, None);
}

/// The circuit breaker tells nothing: a missing page goes on to be missing, and so does a closed port.
#[tokio::test]
async fn a_host_that_is_left_alone_is_answered_alike() {
    let clock = Clock::manual(Timestamp(1_000_000_000));
    let limited = FetcherConfig { no_limits: false, ..config() };
    let fetcher = Fetcher::new(limited, Arc::new(StaticResolver::new()), clock.clone());
    let pinged = pinged_with(fetcher).await;
    let (_bound, closed) = closed();
    for n in 0..FAILURES_MAX + 2 {
        assert_eq!(pinged.ping(&format!("http://{closed}/{n}"), TARGET).await, missing(), "{n}");
        clock.advance(GLOBAL_WINDOW);
    }
    pinged.end().await;
}
