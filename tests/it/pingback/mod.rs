//! `pingback.ping` from the wire to the stored comment, with a web of the tests' own and the jobs running.

mod concurrency;
mod discovery;
mod flood;
mod inside;
mod listing;
mod oracle;
mod refusals;
mod registered;
mod targets;
mod waiting;

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use http::Request;
use rejoinder::model::comment::Comment;
use rejoinder::model::ids::PostId;
use rejoinder::model::site::Site;
use rejoinder::model::text::escape::unescape;
use rejoinder::store::comments::{self, Filter};
use rejoinder::store::jobs;
use tokio::task::JoinHandle;

use crate::harness::{Engine, Setup, TestApp, eventually};
use crate::net::server::{Server, answer, path, write};

pub(crate) const TARGET: &str = "https://blog.example/a-post/";

/// What a call came to: the success string, or fault code and text.
pub(crate) type Outcome = Result<String, (i64, String)>;

/// A program that takes pingbacks for one post.
pub(crate) struct Pinged {
    pub(crate) test: TestApp,
    pub(crate) site: Arc<Site>,
    pub(crate) post: PostId,
    runner: Option<JoinHandle<()>>,
}

/// What a pinged program may fetch from: the test's own servers.
pub(crate) fn setup() -> Setup {
    Setup { fetch_allow: vec!["127.0.0.0/8".parse().unwrap()], ..Setup::default() }
}

impl Pinged {
    pub(crate) async fn start() -> Self {
        Self::start_on(Engine::Sqlite).await
    }

    pub(crate) async fn start_on(engine: Engine) -> Self {
        let mut pinged = Self::without_runner(engine, setup()).await;
        pinged.run();
        pinged
    }

    pub(crate) async fn without_runner(engine: Engine, setup: Setup) -> Self {
        let test = TestApp::start_on(engine, setup).await;
        let site = test.site("https://blog.example").await;
        let post = test.post(&site, TARGET, "A post").await;
        // So that a busy machine has verified a claim before its sender is put off.
        test.option(site.id, "pingback_wait", "30").await;
        Self { test, site, post, runner: None }
    }

    pub(crate) fn run(&mut self) {
        self.runner = Some(tokio::spawn(rejoinder::jobs::runner::run(self.test.app.clone())));
    }

    pub(crate) async fn option(&self, name: &str, value: &str) {
        self.test.option(self.site.id, name, value).await;
    }

    pub(crate) async fn ping(&self, source: &str, target: &str) -> Outcome {
        self.call("pingback.ping", &[source, target]).await
    }

    async fn call(&self, method: &str, params: &[&str]) -> Outcome {
        let params: Vec<String> = params.iter().map(|text| format!("<param>{}</param>", string(text))).collect();
        let params = params.concat();
        let body = format!("<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>");
        outcome(&self.post_xml(&body).await)
    }

    async fn post_xml(&self, body: &str) -> String {
        let request = Request::post("/xmlrpc.php").header("user-agent", "WordPress/7.1; https://sender.example");
        let answer = self.test.send(request.body(Body::from(body.to_owned())).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/xml; charset=UTF-8"));
        answer.text()
    }

    /// The linkbacks that are kept, oldest first.
    pub(crate) async fn kept(&self) -> Vec<Comment> {
        let mut kept = comments::list(&self.test.app.db, self.site.id, &Filter::default(), 1_000, 0).await.unwrap();
        kept.sort_by_key(|comment| comment.id);
        assert!(kept.iter().all(|comment| comment.kind.is_linkback()), "{kept:?}");
        kept
    }

    pub(crate) async fn is_there(&self, pingbacks: usize) {
        eventually("the pingbacks", async || (self.kept().await.len() == pingbacks).then_some(())).await;
    }

    /// Moves the clock, and has the runner look at it.
    pub(crate) fn advance(&self, seconds: u64) {
        self.test.advance(seconds);
        self.test.app.bell.ring();
    }

    /// Stops the jobs; none may be left.
    pub(crate) async fn end(mut self) {
        self.test.app.stopping.cancel();
        if let Some(runner) = self.runner.take() {
            runner.await.unwrap();
        }
        assert_eq!(jobs::count_by_state(&self.test.app.db).await.unwrap(), []);
    }
}

/// A string as XML-RPC writes it.
fn string(text: &str) -> String {
    format!("<value><string>{}</string></value>", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

fn outcome(xml: &str) -> Outcome {
    let text = between(xml, "<string>", "</string>").map(|text| unescape(text).into_owned());
    match between(xml, "<int>", "</int>") {
        Some(code) if xml.contains("<fault>") => Err((code.parse().unwrap(), text.unwrap_or_default())),
        _ => Ok(text.unwrap_or_else(|| xml.to_owned())),
    }
}

/// A page with a title and a paragraph.
pub(crate) fn page(title: &str, paragraph: &str) -> Vec<u8> {
    let html =
        format!("<!DOCTYPE html><html><head><title>{title}</title></head><body><p>{paragraph}</p></body></html>");
    answer("200 OK", &["Content-Type: text/html; charset=utf-8"], html.as_bytes())
}

/// A page that links to a target.
pub(crate) fn linking(title: &str, target: &str) -> Vec<u8> {
    page(title, &format!("As {title} says <a href=\"{target}\">there</a>, so it is."))
}

/// A server with these pages; it has no other.
pub(crate) async fn web<const N: usize>(pages: [(&str, Vec<u8>); N]) -> Server {
    let pages: HashMap<String, Vec<u8>> = pages.into_iter().map(|(path, page)| (path.to_owned(), page)).collect();
    let pages = Arc::new(pages);
    Server::start(move |request, mut stream| {
        let pages = Arc::clone(&pages);
        async move {
            let missing = answer("404 Not Found", &["Content-Type: text/html"], b"<title>404</title>");
            write(&mut stream, pages.get(&path(&request)).unwrap_or(&missing)).await;
        }
    })
    .await
}
