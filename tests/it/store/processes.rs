//! Two processes on one database: a command beside the server writes, and the server's caches notice.

use rejoinder::actions::find_post;
use rejoinder::model::account::Actor;
use rejoinder::model::ids::PostId;

use crate::harness::{Engine, Setup, TestApp, eventually};

crate::on_both_engines! {
    what_another_process_writes_is_noticed
    two_processes_write_without_losing_anything
}

/// The same database, opened by another process.
async fn beside(server: &TestApp) -> TestApp {
    TestApp::start_at(server.app.config.place.clone(), tempfile::tempdir().unwrap(), Setup::default()).await
}

async fn what_another_process_writes_is_noticed(engine: Engine) {
    let server = TestApp::start_on(engine, Setup::default()).await;
    let site = server.site("https://blog.example").await;
    assert_eq!(server.app.sites.all(&server.app.db).await.unwrap().len(), 1);
    assert_eq!(find_post::by_id(&server.app, site.id, PostId(1)).await.unwrap(), None, "and this is kept in memory");

    let command = beside(&server).await;
    command.site("https://second.example").await;
    command.post(&site, "https://blog.example/a/", "A").await;
    eventually("the new site", async || (server.app.sites.all(&server.app.db).await.unwrap().len() == 2).then_some(()))
        .await;
    eventually("the new post", async || find_post::by_id(&server.app, site.id, PostId(1)).await.unwrap()).await;

    server.option(site.id, "comment_max_links", "9").await;
    eventually("the option", async || {
        let known = command.app.sites.find(&command.app.db, site.id).await.unwrap().unwrap();
        (known.options.comment_max_links == 9).then_some(())
    })
    .await;
}

async fn two_processes_write_without_losing_anything(engine: Engine) {
    const EACH: usize = 25;
    let first = TestApp::start_on(engine, Setup::default()).await;
    let site = first.site("https://blog.example").await;
    let second = beside(&first).await;
    let add = async |test: &TestApp, name: &str| {
        for n in 0..EACH {
            let url = format!("https://blog.example/{name}/{n}");
            rejoinder::actions::add_post::add_post(&test.app, &Actor::command("test"), &site, &url, None, None)
                .await
                .unwrap();
        }
    };
    tokio::join!(add(&first, "a"), add(&second, "b"));
    let count = rejoinder::store::posts::count(&first.app.db, site.id, None).await.unwrap();
    assert_eq!(usize::try_from(count).unwrap(), 2 * EACH);
}
