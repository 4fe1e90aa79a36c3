//! How a server ends: asked once, asked twice, killed.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{Server, folder, made};
use rejoinder::web::server::STOP_TIMEOUT;

use crate::harness::eventually;
use crate::net::server::{Server as Source, write};

/// What the operator is promised.
const STOP_MAX: Duration = Duration::from_secs(10);
const TARGET: &str = "https://blog.example/a/";
const THREAD: &str = "/embed/thread?url=https://blog.example/a/";

fn with_a_post(data: &Path) {
    made(data, &["site", "add", "https://blog.example", "--slug", "blog"]);
    made(data, &["post", "add", TARGET, "--title", "A"]);
    made(data, &["site", "set", "blog", "comment_previously_approved", "0"]);
}

/// A server with a pingback under way whose source says nothing.
async fn waiting_for(source: &Source, data: &Path) -> (Server, tokio::task::JoinHandle<reqwest::Result<String>>) {
    with_a_post(data);
    let server = Server::start(data).await;
    let ping = tokio::spawn(Server::ping(server.url.clone(), source.url("/"), TARGET));
    eventually("the source is asked", async || (!source.requests().is_empty()).then_some(())).await;
    (server, ping)
}

#[tokio::test]
async fn asked_to_stop_under_load_it_stops_in_time_and_answers_what_it_took() {
    let (_folder, data) = folder();
    let source = Source::silent().await;
    let (mut server, ping) = waiting_for(&source, &data).await;
    let load: Vec<_> = (0..4)
        .map(|client| {
            let url = server.url.clone();
            tokio::spawn(async move { comments_until_refused(&url, client).await })
        })
        .collect();
    eventually("the load", async || server.get(THREAD).await.1.contains("comment 0-5.").then_some(())).await;

    // Who is not answered in the time that requests have is cut off: the ping below is answered, so it was kept. What
    // that comes to by the clock is the machine's affair.
    const { assert!(STOP_TIMEOUT.as_secs() < STOP_MAX.as_secs()) };
    server.signal("TERM");
    let status = server.ended().await;
    assert_eq!(status.code(), Some(0), "{}", server.said());
    let answer = ping.await.unwrap().expect("the sender is answered before the end");
    assert!(answer.contains("<params>"), "the claim is kept: {answer}");

    let server = Server::start(&data).await;
    let (_, thread) = server.get(THREAD).await;
    for taken in futures_util::future::join_all(load).await {
        for text in taken.unwrap() {
            assert!(thread.contains(&text), "{text} was acknowledged");
        }
    }
}

/// Posts comments one after the other for as long as they are taken; returns those.
async fn comments_until_refused(url: &str, client: usize) -> Vec<String> {
    let http = reqwest::Client::new();
    let mut taken = Vec::new();
    loop {
        let text = format!("comment {client}-{}.", taken.len());
        let fields = [("comment_post_ID", "1"), ("author", "Ada"), ("email", "ada@blog.example"), ("comment", &*text)];
        let request = http.post(format!("{url}/wp-comments-post.php")).header("accept", "application/json");
        match request.form(&fields).send().await {
            Ok(answer) if answer.status().as_u16() == 201 => taken.push(text),
            Ok(_) | Err(_) => return taken,
        }
    }
}

#[tokio::test]
async fn asked_twice_it_stops_at_once() {
    let (_folder, data) = folder();
    let source = Source::silent().await;
    let (mut server, _ping) = waiting_for(&source, &data).await;
    server.signal("TERM");
    eventually("it says that it stops", async || server.said().contains("a second signal").then_some(())).await;
    server.signal("INT");
    assert_eq!(server.ended().await.code(), Some(1));
}

#[tokio::test]
async fn killed_while_it_verified_a_claim_it_goes_on_at_the_next_start() {
    let (_folder, data) = folder();
    let asked = AtomicUsize::new(0);
    let page = format!("<title>Source</title><p>See <a href=\"{TARGET}\">this</a>.");
    let source = Source::start(move |_, mut stream| {
        let (is_first, page) = (asked.fetch_add(1, Ordering::SeqCst) == 0, page.clone());
        async move {
            if is_first {
                std::future::pending::<()>().await;
            }
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n";
            write(&mut stream, format!("{head}{page}").as_bytes()).await;
        }
    })
    .await;
    let (server, ping) = waiting_for(&source, &data).await;
    server.signal("KILL");
    drop(server);
    assert!(ping.await.unwrap().is_err(), "nobody could tell the sender");

    let server = Server::start(&data).await;
    eventually("the pingback", async || server.get(THREAD).await.1.contains("Pingback:").then_some(())).await;
}
