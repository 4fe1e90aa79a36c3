//! S-FETCH-8: a thousand pings from a hundred clients make no weapon of this server: their source is asked as
//! often as the fetcher's courtesy allows, what waits is bounded, and the rest is put off.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use futures_util::future::join_all;
use http::Request;
use rejoinder::actions::request_discovery::request_discovery;
use rejoinder::limits::Rate;
use rejoinder::model::job::{SITE_JOBS_WAITING_MAX, Work};
use rejoinder::model::time::{Clock, Timestamp};
use rejoinder::net::fetcher::{Fetcher, FetcherConfig, GLOBAL_FETCHES_MAX, HOST_FETCHES_MAX, HOST_WINDOW};
use rejoinder::net::resolver::StaticResolver;
use rejoinder::store::jobs;

use super::{Outcome, Pinged, TARGET, linking, outcome, setup, string};
use crate::harness::{Engine, Setup, eventually};
use crate::net::config;
use crate::net::server::{Server, path, write};

const PINGS: usize = 1_000;
const CLIENTS: usize = 100;
/// What the program may grow by under the flood: far less than a page for each ping.
const GROWTH_KIB_MAX: usize = 64 * 1024;

/// A pinged program with all its limits, a victim, and when the victim was asked.
struct Flood {
    pinged: Pinged,
    clock: Clock,
    victim: Server,
    asked_at: Arc<Mutex<Vec<Timestamp>>>,
}

impl Flood {
    async fn start(limits: &[&str]) -> Self {
        let clock = Clock::manual(Timestamp(1_000_000_000));
        let fetching = FetcherConfig { no_limits: false, ..config() };
        let fetcher = Fetcher::new(fetching, Arc::new(StaticResolver::new()), clock.clone());
        let limits: Vec<Rate> = limits.iter().map(|limit| limit.parse().unwrap()).collect();
        let proxies = vec!["127.0.0.1/32".parse().unwrap()];
        let setup = Setup { limited: true, trusted_proxies: proxies, limits, fetcher: Some(fetcher), ..setup() };
        let mut pinged = Pinged::without_runner(Engine::Sqlite, setup).await;
        pinged.run();
        let asked_at = Arc::new(Mutex::new(Vec::new()));
        let (asked, now) = (Arc::clone(&asked_at), clock.clone());
        let victim = Server::start(move |request, mut stream| {
            asked.lock().unwrap().push(now.now());
            async move { write(&mut stream, &linking(&path(&request).replace('/', "T"), TARGET)).await }
        })
        .await;
        Self { pinged, clock, victim, asked_at }
    }

    /// Pings number `n`, with a source of its own.
    async fn ping(&self, n: usize) -> Outcome {
        let source = self.victim.url(&format!("/{n}?x={n}"));
        let body = format!(
            "<methodCall><methodName>pingback.ping</methodName><params><param>{}</param><param>{}</param></params></methodCall>",
            string(&source),
            string(TARGET)
        );
        let client = format!("198.51.100.{}", n % CLIENTS);
        let request = Request::post("/xmlrpc.php").header("x-forwarded-for", client).body(Body::from(body)).unwrap();
        let answer = self.pinged.test.send(request).await;
        if answer.status == 200 { outcome(&answer.text()) } else { Err((answer.status.as_u16().into(), String::new())) }
    }

    async fn ping_all(&self) -> Vec<Outcome> {
        join_all((0..PINGS).map(|n| self.ping(n))).await
    }

    fn asked(&self) -> usize {
        self.asked_at.lock().unwrap().len()
    }
}

/// Memory of this process, which is the test's alone.
fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn a_thousand_pings_at_once_are_a_few_fetches() {
    let flood = Flood::start(&[]).await;
    flood.pinged.option("pingback_wait", "30").await;
    let before = resident_kib();
    let outcomes = flood.ping_all().await;
    let with_code = |code: i64| outcomes.iter().filter(|o| o.as_ref().is_err_and(|(c, _)| *c == code)).count();
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    // 503: a request that found no connection to the database free in time.
    // 16: what a source is told that did not answer in time, as on a busy machine.
    let tried = taken + with_code(16) + with_code(50);
    assert_eq!(tried + with_code(429) + with_code(503), PINGS, "{outcomes:?}");
    assert!(tried <= HOST_FETCHES_MAX + 1, "the door lets no more through for a host");
    // No second passes here, so the limit of all fetches is the narrower one.
    assert!((1..=GLOBAL_FETCHES_MAX).contains(&flood.asked()), "{}", flood.asked());
    assert_eq!(flood.asked(), taken);
    assert!(resident_kib() < before + GROWTH_KIB_MAX, "{before} to {} KiB", resident_kib());
    flood.pinged.end().await;
}

/// The same where the operator took the door's limit for a host away, and where nobody waits, so that each ping
/// is a job that is tried again: the fetcher's own limits hold.
#[tokio::test]
async fn a_thousand_jobs_ask_a_host_so_often_a_minute() {
    let flood = Flood::start(&["linkbacks-from-host=60000/60000"]).await;
    flood.pinged.option("pingback_wait", "0").await;
    let before = resident_kib();
    for n in 0..PINGS {
        // A machine that is busy with other tests may have no connection to the database left for a moment.
        eventually("it is taken", async || flood.ping(n).await.ok()).await;
    }
    let db = &flood.pinged.test.app.db;
    // The first tries again begin after 30 s, the second ones after 90 s.
    for _second in 0..130 {
        eventually("what is due is done", async || {
            let is_due = jobs::next_due(db).await.unwrap().is_some_and(|due| due <= flood.pinged.test.clock.now());
            let is_running = !jobs::list(db, "running", 1).await.unwrap().is_empty();
            (!is_due && !is_running).then_some(())
        })
        .await;
        flood.clock.advance(Duration::from_secs(1));
        flood.pinged.advance(1);
    }
    let asked_at = flood.asked_at.lock().unwrap().clone();
    for from in &asked_at {
        let minute = asked_at.iter().filter(|at| *at >= from && at.since(*from) < HOST_WINDOW).count();
        assert!(minute <= HOST_FETCHES_MAX, "{minute} in a minute");
    }
    assert!(asked_at.len() > HOST_FETCHES_MAX, "the limit was met: {}", asked_at.len());
    assert_eq!(flood.pinged.kept().await.len(), asked_at.len());
    let waiting: i64 = jobs::count_by_state(db).await.unwrap().iter().map(|(_, jobs)| jobs).sum();
    assert_eq!(usize::try_from(waiting).unwrap() + asked_at.len(), PINGS, "nothing is lost");
    assert!(resident_kib() < before + GROWTH_KIB_MAX, "{before} to {} KiB", resident_kib());
}

/// However many networks ping, so many jobs wait and no more.
#[tokio::test]
async fn a_full_queue_takes_no_more() {
    let pinged = Pinged::without_runner(Engine::Sqlite, setup()).await;
    pinged.option("pingback_wait", "0").await;
    let (site, now) = (pinged.site.id, pinged.test.clock.now());
    let db = &pinged.test.app.db;
    db.write(async move |tx| {
        for n in 1..SITE_JOBS_WAITING_MAX {
            jobs::insert(tx, &Work::DiscoverPost { site, url: n.to_string() }, now).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    assert!(pinged.ping("http://127.0.0.1/last", TARGET).await.is_ok(), "at the bound");
    assert_eq!(pinged.ping("http://127.0.0.1/more", TARGET).await.unwrap_err().0, 50);
    let page = "https://blog.example/new/".parse().unwrap();
    assert!(!request_discovery(&pinged.test.app, &pinged.site, &page).await.unwrap());
    let claims = rejoinder::store::linkbacks::find(db, site, rejoinder::model::ids::LinkbackId(2)).await.unwrap();
    assert_eq!(claims, None, "a ping that was put off leaves nothing");
    db.write(async move |tx| jobs::delete(tx, rejoinder::model::ids::JobId(1)).await).await.unwrap();
    assert!(request_discovery(&pinged.test.app, &pinged.site, &page).await.unwrap(), "a place is free again");
}
