//! S-FETCH-6: whoever has a page fetched, nothing inside is asked (CVE-2022-3590 and CVE-2026-0686 were callers
//! that went past the safe fetch). No network is allowed here, and the servers of the tests' own are inside.

use rejoinder::store::jobs;

use super::{Pinged, TARGET, linking, page, web};
use crate::harness::{Engine, Setup, eventually};

#[tokio::test]
async fn a_source_inside_is_not_fetched() {
    let mut pinged = Pinged::without_runner(Engine::Sqlite, Setup::default()).await;
    pinged.run();
    let inside = web([("/a", linking("A", TARGET))]).await;
    let port = inside.address.port();
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "127.0.0.1.", "①②⑦.⓪.⓪.①"]
    {
        let refused = pinged.ping(&format!("http://{host}:{port}/a"), TARGET).await.unwrap_err();
        assert_eq!(refused, (16, "The source URL does not exist.".to_owned()), "{host}");
    }
    assert_eq!(inside.requests(), [""; 0]);
    assert_eq!(pinged.kept().await, []);
    pinged.end().await;
}

#[tokio::test]
async fn a_post_inside_is_not_discovered() {
    let mut pinged = Pinged::without_runner(Engine::Sqlite, Setup::default()).await;
    let blog = web([("/new/", page("A new post", "")), ("/seen/", page("A post that is seen", ""))]).await;
    pinged.option("home", &blog.url("")).await;
    pinged.run();
    let source = "https://source.example/";
    assert_eq!(pinged.ping(source, &blog.url("/new/")).await.unwrap_err().0, 50);
    let view = pinged.test.get(&format!("/embed/thread?url={}", blog.url("/seen/"))).await;
    assert!(view.status.is_success(), "{}", view.text());
    eventually("the discovery is tried", async || {
        let waiting = jobs::list(&pinged.test.app.db, "waiting", 10).await.unwrap();
        waiting.into_iter().find(|job| job.kind == "discover_post" && job.attempts == 1)
    })
    .await;
    assert_eq!(blog.requests(), [""; 0]);
}
