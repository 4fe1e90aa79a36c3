//! Claim and job are on disk before anything is fetched: what is not done while the sender waits is done
//! afterwards, also by another runner.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rejoinder::model::job::Lane;
use rejoinder::model::linkback::{LinkbackRefusal, LinkbackState};
use rejoinder::store::jobs::{self, LEASE};
use rejoinder::store::linkbacks;
use tokio::sync::Semaphore;

use super::{Pinged, TARGET, linking, setup, web};
use crate::harness::{Engine, eventually};
use crate::net::server::{Server, answer, write};

crate::on_both_engines! {
    the_job_of_a_server_that_died_is_taken_up_when_it_starts_again
}

#[tokio::test]
async fn who_does_not_wait_is_told_at_once_and_the_rest_follows() {
    let pinged = Pinged::start().await;
    pinged.option("pingback_wait", "0").await;
    let (source, gate) = gated().await;
    let address = source.url("/a");
    let said = pinged.ping(&address, TARGET).await.unwrap();
    assert_eq!(
        said,
        format!("Pingback from {address} to {TARGET} received. It is being verified. Keep the web talking! :-)")
    );
    assert_eq!(pinged.kept().await, []);
    gate.add_permits(1);
    pinged.is_there(1).await;
    pinged.end().await;
}

#[tokio::test]
async fn who_waited_in_vain_is_told_that_it_goes_on() {
    let pinged = Pinged::start().await;
    pinged.option("pingback_wait", "1").await;
    let (source, gate) = gated().await;
    let said = pinged.ping(&source.url("/a"), TARGET).await.unwrap();
    assert!(said.contains("It is being verified."), "{said}");
    assert_eq!(pinged.kept().await, []);
    gate.add_permits(1);
    pinged.is_there(1).await;
    pinged.end().await;
}

/// A server that answers when the gate is opened.
async fn gated() -> (Server, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let opened = Arc::clone(&gate);
    let server = Server::start(move |_, mut stream| {
        let opened = Arc::clone(&opened);
        async move {
            let _open = opened.acquire().await;
            write(&mut stream, &linking("A", TARGET)).await;
        }
    })
    .await;
    (server, gate)
}

/// A server that is out of order until the flag is set.
async fn mended_later() -> (Server, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&mended);
    let server = Server::start(move |_, mut stream| {
        let is_mended = flag.load(Ordering::SeqCst);
        async move {
            let broken = answer("503 Service Unavailable", &[], b"later");
            write(&mut stream, if is_mended { linking("A", TARGET) } else { broken }.as_slice()).await;
        }
    })
    .await;
    (server, mended)
}

#[tokio::test]
async fn a_source_that_is_out_of_order_is_asked_again_when_nobody_was_told() {
    let pinged = Pinged::start().await;
    pinged.option("pingback_wait", "0").await;
    let (source, mended) = mended_later().await;
    pinged.ping(&source.url("/a"), TARGET).await.unwrap();
    let waiting = async |attempts| {
        eventually("the next try", async || {
            let jobs = jobs::list(&pinged.test.app.db, "waiting", 10).await.unwrap();
            jobs.into_iter().find(|job| job.attempts == attempts)
        })
        .await
    };
    let job = waiting(1).await;
    assert!(job.last_error.unwrap().contains("did not answer well"));
    let wait = job.run_at.since(pinged.test.clock.now()).as_secs();
    assert!((30..38).contains(&wait), "{wait}");
    pinged.advance(38);
    waiting(2).await;
    mended.store(true, Ordering::SeqCst);
    pinged.advance(75);
    pinged.is_there(1).await;
    assert_eq!(source.requests().len(), 3);
    pinged.end().await;
}

#[tokio::test]
async fn a_source_that_stays_out_of_order_is_given_up_in_the_end() {
    let pinged = Pinged::start().await;
    pinged.option("pingback_wait", "0").await;
    let (source, _never) = mended_later().await;
    pinged.ping(&source.url("/a"), TARGET).await.unwrap();
    let find = async || {
        let id = rejoinder::model::ids::LinkbackId(1);
        linkbacks::find(&pinged.test.app.db, pinged.site.id, id).await.unwrap().unwrap()
    };
    eventually("the end", async || {
        pinged.advance(3_600);
        (find().await.state == LinkbackState::Refused).then_some(())
    })
    .await;
    assert_eq!(find().await.refusal, Some(LinkbackRefusal::UpstreamFailure));
    assert_eq!(source.requests().len(), 6, "as often as a job is tried");
    pinged.end().await;
}

#[tokio::test]
async fn who_waits_is_told_of_the_failure_and_nothing_is_tried_again() {
    let pinged = Pinged::start().await;
    let (source, _) = mended_later().await;
    assert_eq!(pinged.ping(&source.url("/a"), TARGET).await.unwrap_err().0, 50);
    pinged.advance(3_600);
    assert_eq!(source.requests().len(), 1);
    pinged.end().await;
}

async fn the_job_of_a_server_that_died_is_taken_up_when_it_starts_again(engine: Engine) {
    let mut pinged = Pinged::without_runner(engine, setup()).await;
    pinged.option("pingback_wait", "0").await;
    let source = web([("/a", linking("A", TARGET))]).await;
    let said = pinged.ping(&source.url("/a"), TARGET).await.unwrap();
    assert!(said.contains("It is being verified."), "{said}");
    let now = pinged.test.clock.now();
    let claimed =
        pinged.test.app.db.write(async move |tx| jobs::claim(tx, Lane::Work, "a server", 10, now).await).await.unwrap();
    assert_eq!(claimed.len(), 1, "by a server that dies with it");
    pinged.run();
    if engine == Engine::Postgres {
        // Another server may hold it as long as its lease runs.
        pinged.advance(LEASE.as_secs());
    }
    pinged.is_there(1).await;
    assert_eq!(source.requests().len(), 1);
    pinged.end().await;
}

#[tokio::test]
async fn the_pings_of_one_multicall_share_one_wait() {
    const PINGS: u32 = 40;
    let pinged = Pinged::without_runner(Engine::Sqlite, setup()).await;
    pinged.option("pingback_wait", "1").await;
    let entry = |n: u32| {
        format!(
            "<value><struct><member><name>methodName</name><value>pingback.ping</value></member><member><name>params</name>\
             <value><array><data><value>http://127.0.0.1/{n}</value><value>{TARGET}</value></data></array></value></member>\
             </struct></value>"
        )
    };
    let entries: Vec<String> = (0..PINGS).map(entry).collect();
    let body = format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{}</data></array></value>\
         </param></params></methodCall>",
        entries.concat()
    );
    // Nobody verifies: of one wait of a second after the other all would be over.
    let began = Instant::now();
    let answered = pinged.post_xml(&body).await;
    assert!(began.elapsed() < Duration::from_secs(PINGS.into()), "{:?}", began.elapsed());
    assert_eq!(answered.matches("It is being verified.").count(), PINGS as usize, "{answered}");
}
