//! Names and addresses (S-FETCH-1, -3, -7): nothing is connected to that was not checked.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use rejoinder::net::admission::{ADDRESSES_MAX, Refusal};
use rejoinder::net::fetcher::{BadRedirect, FetchError, FetcherConfig, UNREACHABLE_TEXT};
use rejoinder::net::resolver::{Resolve, StaticResolver};

use super::server::{Server, answer, path, write};
use super::{config, fetcher_with, get, patient, quick, request};

/// Gives one answer after the other, whatever the name, and remembers the names.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<Vec<Vec<IpAddr>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Script {
    fn new(answers: &[&[&str]]) -> Self {
        let answers = answers.iter().rev().map(|ips| ips.iter().map(|ip| ip.parse().expect(ip)).collect()).collect();
        Self { answers: Arc::new(Mutex::new(answers)), asked: Arc::default() }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl Resolve for Script {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        self.asked.lock().expect("no panic").push(name.to_owned());
        let answer = self.answers.lock().expect("no panic").pop();
        Box::pin(std::future::ready(answer.ok_or_else(|| io::Error::other("the script has ended"))))
    }
}

fn page() -> Vec<u8> {
    answer("200 OK", &[], b"page")
}

#[tokio::test]
async fn a_name_in_an_allowed_network_is_looked_up_once_and_reached() {
    let server = Server::answering(page()).await;
    let resolver = Script::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let url = format!("http://Blog.TEST.:{}/", server.address.port());
    let fetched = fetcher_with(config(), resolver.clone()).get(request(&url)).await.expect("an answer");
    assert_eq!(&*fetched.body, b"page");
    assert_eq!(resolver.asked(), ["blog.test"]);
    let host = format!("Host: blog.test:{}\r\n", server.address.port());
    assert!(server.requests()[0].contains(&host), "{:?}", server.requests());
}

#[tokio::test]
async fn a_name_that_moves_inside_between_two_hops_is_refused() {
    let server = Server::start(|request, mut stream| async move {
        let bytes = if path(&request) == "/a" { answer("302 Found", &["Location: /b"], b"") } else { page() };
        write(&mut stream, &bytes).await;
    })
    .await;
    let url = format!("http://blog.test:{}/a", server.address.port());
    let resolver = Script::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let error = fetcher_with(config(), resolver.clone()).get(request(&url)).await.expect_err("rebinding");
    assert_eq!(error, FetchError::Refused(Refusal::PrivateAddress("10.0.0.1".parse().expect("an address"))));
    assert_eq!(resolver.asked().len(), 2, "one look-up a hop");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn answers_that_are_mixed_too_many_or_none_are_refused_unconnected() {
    let server = Server::answering(page()).await;
    let url = format!("http://blog.test:{}/", server.address.port());
    let many = vec!["127.0.0.1"; ADDRESSES_MAX];
    let too_many = vec!["127.0.0.1"; ADDRESSES_MAX + 1];
    let private = |ip: &str| Refusal::PrivateAddress(ip.parse().expect(ip));
    let name = Refusal::Port(server.address.port());
    let table: Vec<(&[&str], Refusal)> = vec![
        (&["127.0.0.1", "10.0.0.1"], private("10.0.0.1")),
        (&["127.0.0.1", "::1"], private("::1")),
        (&["127.0.0.1", "::ffff:127.0.0.1"], private("::ffff:127.0.0.1")),
        (&["169.254.169.254"], private("169.254.169.254")),
        (&["127.0.0.1", "8.8.8.8"], name),
        (&too_many, Refusal::TooManyAddresses),
        (&[], Refusal::NoAddress),
    ];
    for (answers, refusal) in table {
        let fetcher = fetcher_with(config(), Script::new(&[answers]));
        let error = fetcher.get(request(&url)).await.expect_err("refused");
        assert_eq!(error, FetchError::Refused(refusal), "{answers:?}");
    }
    assert!(server.requests().is_empty());
    fetcher_with(config(), Script::new(&[&many])).get(request(&url)).await.expect("at the bound");
}

#[tokio::test]
async fn an_address_that_does_not_answer_gives_way_to_the_next() {
    let server = Server::answering(page()).await;
    let url = format!("http://blog.test:{}/", server.address.port());
    let fetcher = fetcher_with(config(), Script::new(&[&["127.0.0.2", "127.0.0.1"]]));
    fetcher.get(request(&url)).await.expect("the second address answers");
}

#[tokio::test]
async fn private_literals_are_neither_looked_up_nor_reached() {
    let server = Server::answering(page()).await;
    let port = server.address.port();
    let resolver = Script::default();
    let closed = FetcherConfig { budgets: patient(), no_limits: true, ..FetcherConfig::default() };
    let fetcher = fetcher_with(closed, resolver.clone());
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost", "127.0.0.1.", "①②⑦.⓪.⓪.①"]
    {
        let error = fetcher.get(request(&format!("http://{host}:{port}/"))).await.expect_err(host);
        assert!(matches!(error, FetchError::Refused(_)), "{host}: {error:?}");
    }
    assert!(resolver.asked().is_empty());
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn nobody_can_tell_from_the_text_what_is_there() {
    let silent = Server::silent().await;
    let not_http = Server::answering(*b"SSH-2.0\r\n").await;
    let inside = Server::answering(answer("302 Found", &["Location: http://10.0.0.1/"], b"")).await;
    let closed_port = {
        let server = Server::answering(page()).await;
        server.address.port()
    };
    let resolver = StaticResolver::new().with("inside.test", [silent.ip(), "10.0.0.1".parse().expect("an address")]);
    let fetcher = fetcher_with(FetcherConfig { budgets: quick(), ..config() }, resolver);
    let urls = [
        silent.url("/"),
        not_http.url("/"),
        inside.url("/"),
        format!("http://127.0.0.3:{closed_port}/"),
        "http://10.0.0.1/".to_owned(),
        "http://inside.test/".to_owned(),
        "http://no-such-name.test/".to_owned(),
        not_http.url("/").replace("http:", "https:"),
    ];
    for url in urls {
        let error = fetcher.get(request(&url)).await.expect_err(&url);
        assert_eq!(error.public_text(), UNREACHABLE_TEXT, "{url}: {error:?}");
    }
    let error = get(&inside.url("/")).await.expect_err("inside");
    assert!(matches!(error, FetchError::BadRedirect(BadRedirect::Refused(_))));
}
