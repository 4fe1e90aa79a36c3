//! Every fault of `pingback.ping`, raw, and masked as WordPress does; a refused claim leaves no comment.

use super::{Outcome, Pinged, TARGET, linking, page, setup, web};
use crate::harness::{Engine, Setup};
use crate::net::server::{answer, closed};

const INVALID: &str = "A valid URL was not provided.";
const NOT_OURS: &str = "Is there no link to us?";
const SAME: &str = "The source URL and the target URL cannot both point to the same resource.";
const MISSING: &str = "The source URL does not exist.";
const NO_LINK: &str = "The source URL does not contain a link to the target URL, and so cannot be used as a source.";
const NO_TITLE: &str = "A title on that page cannot be found.";
const UNUSABLE: &str = "The specified target URL cannot be used as a target. It either does not exist, or it is not a pingback-enabled resource.";
const DENIED: &str = "Access denied.";
const UPSTREAM: &str = "The server could not communicate with an upstream server, or received an error from it.";
const REGISTERED: &str = "The pingback has already been registered.";
const DUPLICATE: &str = "Duplicate comment detected; it looks as though you’ve already said that!";
const TOO_QUICKLY: &str = "You are posting comments too quickly. Slow down.";

fn fault(code: i64, text: &str) -> Outcome {
    Err((code, text.to_owned()))
}

/// Expects the fault raw, and masked where it is to be masked.
async fn expect(pinged: &Pinged, source: &str, target: &str, code: i64, text: &str) {
    let before = pinged.kept().await.len();
    assert_eq!(pinged.ping(source, target).await, fault(code, text), "{source} to {target}");
    pinged.option("xmlrpc_pingback_error", "masked").await;
    let masked = if matches!(code, 48 | 409 | 429) { fault(code, text) } else { fault(0, "") };
    assert_eq!(pinged.ping(source, target).await, masked, "{source} to {target}, masked");
    pinged.option("xmlrpc_pingback_error", "raw").await;
    assert_eq!(pinged.kept().await.len(), before, "{source} to {target}");
}

#[tokio::test]
async fn what_can_be_told_without_asking_anybody_is_told_at_once() {
    let pinged = Pinged::start().await;
    pinged.option("discover_posts", "0").await;
    let source = web([("/a", linking("A", TARGET))]).await;
    let here = source.url("/a");
    let long = |bytes: usize| format!("{here}?{}", "x".repeat(bytes - here.len() - 1));
    for odd in
        ["", "a page", "ftp://source.example/", "//source.example/", "http://", "http://ann:secret@source.example/"]
    {
        expect(&pinged, odd, TARGET, 0, INVALID).await;
    }
    expect(&pinged, &long(2_049), TARGET, 0, INVALID).await;
    expect(&pinged, &long(2_048), TARGET, 16, MISSING).await;
    for foreign in [
        "",
        "a-post",
        "https://other.example/a-post/",
        "https://blog.example.evil.example/a-post/",
        "ftp://blog.example/a-post/",
    ] {
        expect(&pinged, &here, foreign, 0, NOT_OURS).await;
    }
    for same in [TARGET, "http://blog.example/a-post#x", "https://blog.example/?p=1", "http://comments.test/?p=1"] {
        expect(&pinged, same, TARGET, 0, SAME).await;
    }
    for unknown in
        ["https://blog.example/", "https://blog.example/none/", "https://blog.example/?p=77", "http://comments.test/"]
    {
        expect(&pinged, &here, unknown, 33, UNUSABLE).await;
    }
    pinged.option("disallowed_keys", "127.0.0.1\nunrelated").await;
    expect(&pinged, &here, TARGET, 49, DENIED).await;
    pinged.option("disallowed_keys", "").await;
    assert_eq!(source.requests().len(), 2, "only the long address was asked for");
    pinged.end().await;
}

#[tokio::test]
async fn a_source_that_does_not_bear_the_claim_out_is_refused() {
    let pinged = Pinged::start().await;
    let html = ["Content-Type: text/html"];
    let source = web([
        ("/no-link", page("A", "Nothing, not even https://blog.example/a-post/ as text")),
        ("/other-link", linking("A", "https://blog.example/another-post/")),
        ("/no-title", answer("200 OK", &html, format!("<p>See <a href=\"{TARGET}\">it</a>").as_bytes())),
        ("/empty", answer("200 OK", &html, b"")),
        ("/image", answer("200 OK", &["Content-Type: image/png"], b"x")),
        ("/plain", answer("200 OK", &["Content-Type: text/plain"], format!("<title>A</title> {TARGET}").as_bytes())),
        ("/gone", answer("410 Gone", &html, b"gone")),
        ("/login", answer("403 Forbidden", &html, b"no")),
        ("/broken", answer("500 Internal Server Error", &html, b"broken")),
        ("/busy", answer("503 Service Unavailable", &html, b"busy")),
        ("/inside", answer("302 Found", &["Location: http://10.0.0.1/"], b"")),
        ("/comment", page("A", &format!("<!-- <a href=\"{TARGET}\">hidden</a> -->"))),
    ])
    .await;
    for (path, code, text) in [
        ("/no-link", 17, NO_LINK),
        ("/other-link", 17, NO_LINK),
        ("/comment", 17, NO_LINK),
        ("/no-title", 32, NO_TITLE),
        ("/plain", 32, NO_TITLE),
        ("/empty", 16, MISSING),
        ("/image", 16, MISSING),
        ("/gone", 16, MISSING),
        ("/login", 16, MISSING),
        ("/none", 16, MISSING),
        ("/inside", 16, MISSING),
        ("/broken", 50, UPSTREAM),
        ("/busy", 50, UPSTREAM),
    ] {
        expect(&pinged, &source.url(path), TARGET, code, text).await;
    }
    for inside in ["http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "http://localhost:1/"] {
        expect(&pinged, inside, TARGET, 16, MISSING).await;
    }
    pinged.end().await;
}

/// A closed port is answered as a missing page is, so that no pinger learns of ports.
#[tokio::test]
async fn a_server_that_is_not_there_is_a_missing_source() {
    let pinged = Pinged::start().await;
    let (_bound, address) = closed();
    expect(&pinged, &format!("http://{address}/a"), TARGET, 16, MISSING).await;
    pinged.end().await;
}

#[tokio::test]
async fn a_closed_post_takes_no_pingback() {
    let pinged = Pinged::start().await;
    let source = web([("/a", linking("A", TARGET))]).await;
    let (site, post) = (pinged.site.id, pinged.post);
    let close = async |open| {
        let set = async move |tx: &mut rejoinder::store::Tx| {
            rejoinder::store::posts::set_ping_status(tx, site, post, open, crate::harness::START).await
        };
        assert!(pinged.test.app.db.write(set).await.unwrap());
    };
    close(false).await;
    expect(&pinged, &source.url("/a"), TARGET, 33, UNUSABLE).await;
    assert_eq!(source.requests(), [""; 0]);
    close(true).await;
    assert!(pinged.ping(&source.url("/a"), TARGET).await.is_ok());
    pinged.end().await;
}

#[tokio::test]
async fn a_pair_is_registered_once_and_the_same_words_once() {
    let pinged = Pinged::start().await;
    let source = web([("/a", linking("A", TARGET)), ("/b", linking("A", TARGET))]).await;
    assert!(pinged.ping(&source.url("/a"), TARGET).await.is_ok());
    for target in [TARGET, "http://blog.example/a-post?utm_source=x"] {
        expect(&pinged, &source.url("/a"), target, 48, REGISTERED).await;
    }
    expect(&pinged, &source.url("/a#top"), TARGET, 48, REGISTERED).await;
    assert_eq!(source.requests().len(), 1);
    expect(&pinged, &source.url("/b"), TARGET, 409, DUPLICATE).await;
    pinged.end().await;
}

#[tokio::test]
async fn a_refused_source_may_ping_again() {
    let pinged = Pinged::start().await;
    pinged.option("disallowed_keys", "127.0.0.1").await;
    let source = web([("/a", linking("A", TARGET))]).await;
    assert_eq!(pinged.ping(&source.url("/a"), TARGET).await, fault(49, DENIED));
    pinged.option("disallowed_keys", "").await;
    assert!(pinged.ping(&source.url("/a"), TARGET).await.is_ok());
    pinged.end().await;
}

#[tokio::test]
async fn missing_and_odd_arguments_are_no_url() {
    let pinged = Pinged::start().await;
    for params in [&[][..], &["http://source.example/"]] {
        assert_eq!(pinged.call("pingback.ping", params).await, fault(0, INVALID), "{params:?}");
    }
    let body = "<methodCall><methodName>pingback.ping</methodName><params><param><value><int>1</int></value></param>\
        <param><value><int>2</int></value></param></params></methodCall>";
    assert_eq!(super::outcome(&pinged.post_xml(body).await), fault(0, INVALID));
    pinged.end().await;
}

/// Three at once for a pair, then one in 20 s.
#[tokio::test]
async fn a_pair_that_pings_too_often_is_put_off() {
    let setup = Setup { limited: true, fetcher: Some(crate::net::fetcher()), ..setup() };
    let mut pinged = Pinged::without_runner(Engine::Sqlite, setup).await;
    pinged.run();
    let source = web([]).await;
    for _ in 0..3 {
        assert_eq!(pinged.ping(&source.url("/a"), TARGET).await, fault(16, MISSING));
    }
    for mode in ["raw", "masked"] {
        pinged.option("xmlrpc_pingback_error", mode).await;
        assert_eq!(pinged.ping(&source.url("/a"), TARGET).await, fault(429, TOO_QUICKLY), "{mode}");
    }
    assert_eq!(source.requests().len(), 3);
    pinged.end().await;
}
