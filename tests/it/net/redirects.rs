//! Redirect chains (S-FETCH-4).

use rejoinder::net::admission::Refusal;
use rejoinder::net::fetcher::{BadRedirect, FetchError, Fetched, REDIRECTS_MAX};

use super::server::{Server, answer, path, write};
use super::{fetcher, get, request};

/// `/n` redirects to `/n-1`, and `/0` is a page.
async fn countdown() -> Server {
    Server::start(|request, mut stream| async move {
        let left: usize = path(&request).trim_start_matches('/').parse().expect("a number");
        let bytes = match left.checked_sub(1) {
            Some(next) => answer("302 Found", &[&format!("Location: /{next}")], b""),
            None => answer("200 OK", &[], b"done"),
        };
        write(&mut stream, &bytes).await;
    })
    .await
}

async fn follow(server: &Server, hops: usize, redirects_max: usize) -> Result<Fetched, FetchError> {
    let mut asked = request(&server.url(&format!("/{hops}")));
    asked.redirects_max = redirects_max;
    fetcher().get(asked).await
}

#[tokio::test]
async fn chains_are_followed_to_their_bound() {
    let server = countdown().await;
    for redirects_max in [0, 3, REDIRECTS_MAX] {
        let fetched = follow(&server, redirects_max, redirects_max).await.expect("at the bound");
        assert_eq!((fetched.url.path(), &*fetched.body), ("/0", &b"done"[..]));
        let error = follow(&server, redirects_max + 1, redirects_max).await.expect_err("one past it");
        assert_eq!(error, FetchError::BadRedirect(BadRedirect::TooMany));
    }
    let before = server.requests().len();
    let error = follow(&server, REDIRECTS_MAX + 1, 100).await.expect_err("whatever the request asks");
    assert_eq!(error, FetchError::BadRedirect(BadRedirect::TooMany));
    assert_eq!(server.requests().len() - before, REDIRECTS_MAX + 1, "hops");
}

#[tokio::test]
async fn bad_redirects_end_the_chain() {
    let private = |address: &str| BadRedirect::Refused(Refusal::PrivateAddress(address.parse().expect("an address")));
    let table: &[(&str, &str, BadRedirect)] = &[
        ("302 Found", "Location: /", BadRedirect::Loop),
        ("301 Moved", "Location: http://10.0.0.1/", private("10.0.0.1")),
        ("303 See Other", "Location: http://[::1]/", private("::1")),
        ("307 Temporary", "Location: http://169.254.169.254/latest/meta-data/", private("169.254.169.254")),
        ("308 Permanent", "Location: //10.0.0.1/", private("10.0.0.1")),
        ("302 Found", "Location: file:///etc/passwd", BadRedirect::Refused(Refusal::Scheme("file".into()))),
        ("302 Found", "Location: gopher://127.0.0.1/", BadRedirect::Refused(Refusal::Scheme("gopher".into()))),
        ("302 Found", "Location: http://8.8.8.8:22/", BadRedirect::Refused(Refusal::Port(22))),
        ("302 Found", "Location: http://u:p@8.8.8.8/", BadRedirect::Refused(Refusal::Credentials)),
        ("302 Found", "Location: http://[", BadRedirect::Unparsable),
        ("302 Found", "X-Location: /elsewhere", BadRedirect::NoLocation),
    ];
    for (status, field, expected) in table {
        let server = Server::answering(answer(status, &[field], b"<a href=x>")).await;
        let error = get(&server.url("/")).await.expect_err(field);
        assert_eq!(error, FetchError::BadRedirect(expected.clone()), "{field}");
        assert_eq!(server.requests().len(), 1, "{field}");
    }
}

#[tokio::test]
async fn a_loop_of_two_is_a_loop() {
    let server = Server::start(|request, mut stream| async move {
        let other = if path(&request) == "/a" { "Location: /b" } else { "Location: /a" };
        write(&mut stream, &answer("302 Found", &[other], b"")).await;
    })
    .await;
    let error = get(&server.url("/a")).await.expect_err("a loop");
    assert_eq!(error, FetchError::BadRedirect(BadRedirect::Loop));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_relative_location_and_another_server_are_followed() {
    let last = Server::answering(answer("200 OK", &[], b"here")).await;
    let location = format!("Location: //{}/x#y", last.address);
    let first = Server::answering(answer("301 Moved", &[&location], b"")).await;
    let fetched = get(&first.url("/")).await.expect("an answer");
    assert_eq!((fetched.url.as_str(), &*fetched.body), (last.url("/x").as_str(), &b"here"[..]));
}
