//! Requests with a body, and what only one host may see.

use std::sync::Arc;

use http::HeaderValue;
use rejoinder::model::time::Clock;
use rejoinder::net::fetcher::{
    BadRedirect, DATA_BYTES_MAX, FAILURES_MAX, FetchError, FetchRequest, Fetcher, HOST_FETCHES_MAX, SENT_BYTES_MAX,
    Sent,
};
use rejoinder::net::resolver::StaticResolver;
use url::Url;

use super::server::{Server, answer};
use super::{config, fetcher};

const JSON: &str = "Content-Type: application/json";

fn data(url: &str) -> FetchRequest {
    FetchRequest::data(Url::parse(url).expect(url), HeaderValue::from_static("Rejoinder/test"))
}

/// The body of a request.
fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[tokio::test]
async fn a_form_and_json_are_sent_with_their_type_and_length() {
    let server = Server::answering(answer("200 OK", &[JSON], b"{}")).await;
    let form = Sent::form([("grant_type", "authorization_code"), ("code", "a&b=c")]);
    let json = Sent::json(&serde_json::json!({"client_name": "R"}));
    for sent in [form, json] {
        let fetched = fetcher().get(data(&server.url("/token")).sending(sent)).await.expect("an answer");
        assert_eq!((fetched.status, &*fetched.body), (200, &b"{}"[..]));
    }
    let requests = server.requests();
    let bodies: Vec<_> = requests.iter().map(|request| body(request)).collect();
    assert_eq!(bodies, ["grant_type=authorization_code&code=a%26b%3Dc", r#"{"client_name":"R"}"#]);
    for (header, media_type) in requests.iter().zip(["application/x-www-form-urlencoded", "application/json"]) {
        let header = header.to_ascii_lowercase();
        assert!(header.starts_with("post /token http/1.1\r\n"), "{header}");
        assert!(header.contains(&format!("\r\ncontent-type: {media_type}\r\n")), "{header}");
        assert!(header.contains("\r\naccept: application/json\r\n"), "{header}");
    }
}

#[tokio::test]
async fn what_is_secret_and_what_is_sent_never_goes_to_another_host() {
    let thief = Server::answering(answer("200 OK", &[JSON], b"{}")).await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("Location: http://{}/", thief.address);
        let server = Server::answering(answer(status, &[&location], b"")).await;
        let with_redirects = || FetchRequest { redirects_max: 3, ..data(&server.url("/")) };
        let secret = with_redirects().authorized("Bearer token");
        let body = with_redirects().sending(Sent::form([("client_secret", "s")]));
        for (what, request) in [("a secret", secret), ("a body", body), ("none allowed", data(&server.url("/")))] {
            let error = fetcher().get(request).await.expect_err(what);
            assert_eq!(error, FetchError::BadRedirect(BadRedirect::TooMany), "{status}: {what}");
        }
    }
    assert_eq!(thief.requests().len(), 0);
}

#[tokio::test]
async fn a_secret_is_sent_and_not_shown() {
    let server = Server::answering(answer("200 OK", &[JSON], b"{}")).await;
    let request = data(&server.url("/me")).authorized("Bearer hush").sending(Sent::form([("x", "hush")]));
    assert!(!format!("{request:?}").contains("hush"), "{request:?}");
    fetcher().get(request).await.expect("an answer");
    assert!(server.requests()[0].to_ascii_lowercase().contains("\r\nauthorization: bearer hush\r\n"));
    let request = data(&server.url("/me")).authorized("Bearer a\r\nX-Evil: 1");
    assert!(request.secrets.is_empty(), "no header can hold it");
}

#[tokio::test]
async fn so_many_bytes_may_be_sent() {
    let server = Server::answering(answer("200 OK", &[JSON], b"{}")).await;
    for (bytes, is_sent) in [(SENT_BYTES_MAX, true), (SENT_BYTES_MAX + 1, false)] {
        let request = data(&server.url("/")).sending(Sent::encoded_form(vec![b'x'; bytes]));
        let ended = fetcher().get(request).await.map(|_| ());
        assert_eq!(ended, if is_sent { Ok(()) } else { Err(FetchError::SentTooLarge) }, "{bytes}");
    }
    assert_eq!(server.requests().iter().map(|request| body(request).len()).collect::<Vec<_>>(), [SENT_BYTES_MAX]);
}

#[tokio::test]
async fn answers_are_data_of_bounded_size() {
    for (media_type, is_taken) in [
        ("application/json; charset=utf-8", true),
        ("application/jwk-set+json", true),
        ("application/x-www-form-urlencoded", true),
        ("text/javascript", true),
        ("image/png", false),
        ("application/pdf", false),
    ] {
        let server = Server::answering(answer("200 OK", &[&format!("Content-Type: {media_type}")], b"{}")).await;
        assert_eq!(fetcher().get(data(&server.url("/"))).await.is_ok(), is_taken, "{media_type}");
    }
    for (bytes, is_truncated) in [(DATA_BYTES_MAX, false), (DATA_BYTES_MAX + 1, true)] {
        let server = Server::answering(answer("200 OK", &[JSON], &vec![b' '; bytes])).await;
        let fetched = fetcher().get(data(&server.url("/"))).await.expect("an answer");
        assert_eq!((fetched.body.len(), fetched.is_truncated), (DATA_BYTES_MAX, is_truncated));
    }
}

#[tokio::test]
async fn a_partner_is_asked_as_often_as_there_is_cause_to_and_no_other_address_than_others() {
    let limited = rejoinder::net::fetcher::FetcherConfig { no_limits: false, ..config() };
    let fetcher = Fetcher::new(limited, Arc::new(StaticResolver::new()), Clock::manual(crate::harness::START));
    let server = Server::answering(answer("200 OK", &[JSON], b"{}")).await;
    let partner = |url: &str| FetchRequest { is_partner: true, ..data(url) };
    for n in 0..=HOST_FETCHES_MAX {
        fetcher.get(partner(&server.url("/token"))).await.unwrap_or_else(|e| panic!("{n}: {e}"));
    }
    let broken = Server::answering(b"no http".to_vec()).await;
    for _ in 0..=FAILURES_MAX {
        let error = fetcher.get(partner(&broken.url("/"))).await.expect_err("broken");
        assert!(matches!(error, FetchError::Protocol(_)), "{error:?}");
    }
    let error = fetcher.get(partner("http://10.0.0.1/")).await.expect_err("inside");
    assert!(matches!(error, FetchError::Refused(_)), "{error:?}");
}
