//! What is sent, and what is made of an answer: bodies long, lying, encoded, hostile.

use std::io::Write as _;

use http::HeaderValue;
use rejoinder::net::fetcher::{ENCODED_BYTES_MAX, FetchError, HEADER_BYTES_MAX, HEADER_FIELDS_MAX, SOURCE_BYTES_MAX};
use tokio::io::AsyncWriteExt;

use super::server::{Server, answer, write};
use super::{fetcher, get, request};

const HTML: &str = "Content-Type: text/html; charset=utf-8";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("to memory");
    encoder.finish().expect("to memory")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::new();
    let mut input = bytes;
    brotli::BrotliCompress(&mut input, &mut encoded, &brotli::enc::BrotliEncoderParams::default()).expect("to memory");
    encoded
}

#[tokio::test]
async fn a_request_says_who_asks_and_an_answer_comes_whole() {
    let server = Server::answering(answer("404 Not Found", &[HTML, "X-Pingback: /rpc"], b"gone")).await;
    let mut asked = request(&server.url("/a%20b?c=d#fragment"));
    asked.headers.insert("x-pingback-forwarded-for", HeaderValue::from_static("192.0.2.1"));
    let fetched = fetcher().get(asked).await.expect("an answer");

    assert_eq!(fetched.status, 404);
    assert!(!fetched.is_success());
    assert_eq!(fetched.content_type.as_deref(), Some("text/html; charset=utf-8"));
    assert_eq!(fetched.headers["x-pingback"], "/rpc");
    assert_eq!((&*fetched.body, fetched.is_truncated), (&b"gone"[..], false));
    assert_eq!(fetched.url.as_str(), server.url("/a%20b?c=d"));

    let sent = server.requests().remove(0).to_ascii_lowercase();
    let expected = [
        "get /a%20b?c=d http/1.1\r\n",
        "\r\nuser-agent: rejoinder/test\r\n",
        "\r\nx-pingback-forwarded-for: 192.0.2.1\r\n",
        "\r\naccept: text/*, application/xhtml+xml, application/xml\r\n",
        "\r\naccept-encoding: gzip, br, deflate\r\n",
        "\r\nconnection: close\r\n",
        &format!("\r\nhost: {}\r\n", server.address),
    ];
    for part in expected {
        assert!(sent.contains(part), "{part:?} in {sent:?}");
    }
}

#[tokio::test]
async fn bodies_are_kept_to_the_limit_and_no_further() {
    let limit = 3000;
    for (bytes, is_truncated) in [(0, false), (limit - 1, false), (limit, false), (limit + 1, true)] {
        let server = Server::answering(answer("200 OK", &[HTML], &vec![b'x'; bytes])).await;
        let mut asked = request(&server.url("/"));
        asked.body_bytes_max = limit;
        let fetched = fetcher().get(asked).await.expect("an answer");
        assert_eq!((fetched.body.len(), fetched.is_truncated), (bytes.min(limit), is_truncated));
    }
}

/// What comes over the wire is bounded before it is decoded, whatever the request would keep of it.
#[tokio::test]
async fn a_body_may_have_so_many_bytes_on_the_wire() {
    const ENCODED: &str = "Content-Encoding: gzip";
    // Stored as it stands, and with a comment in the header that makes it as long as it is to be.
    let page = vec![b'p'; ENCODED_BYTES_MAX - 1_000];
    let gzip_of = |bytes: usize| {
        let with_comment = |comment: usize| {
            let builder = flate2::GzBuilder::new().comment(vec![b'x'; comment]);
            let mut encoder = builder.write(Vec::new(), flate2::Compression::none());
            encoder.write_all(&page).expect("to memory");
            encoder.finish().expect("to memory")
        };
        with_comment(bytes - with_comment(0).len())
    };
    for (bytes, is_cut) in [(ENCODED_BYTES_MAX, false), (ENCODED_BYTES_MAX + 1, true)] {
        let plain = Server::answering(answer("200 OK", &[HTML], &vec![b'x'; bytes])).await;
        let mut asked = request(&plain.url("/"));
        asked.body_bytes_max = 2 * ENCODED_BYTES_MAX;
        let fetched = fetcher().get(asked).await.expect("an answer");
        assert_eq!((fetched.body.len(), fetched.is_truncated), (ENCODED_BYTES_MAX, is_cut));

        let body = gzip_of(bytes);
        assert_eq!(body.len(), bytes);
        let encoded = Server::answering(answer("200 OK", &[HTML, ENCODED], &body)).await;
        let fetched = get(&encoded.url("/")).await.expect("an answer");
        assert_eq!((fetched.body == page, fetched.is_truncated), (true, is_cut));
    }
}

#[tokio::test]
async fn endless_bodies_are_cut_and_their_connection_closed() {
    for field in ["Transfer-Encoding: chunked", "Content-Length: 10737418240"] {
        let (closed, mut is_closed) = tokio::sync::mpsc::channel(1);
        let chunk = [b"1000\r\n".to_vec(), vec![b'x'; 0x1000], b"\r\n".to_vec()].concat();
        let server = Server::start(move |_, mut stream| {
            let (closed, chunk) = (closed.clone(), chunk.clone());
            async move {
                let mut next = answer("200 OK", &[HTML, field], b"");
                while stream.write_all(&next).await.is_ok() {
                    next.clone_from(&chunk);
                }
                closed.send(()).await.ok();
            }
        })
        .await;
        let fetched = get(&server.url("/")).await.expect("an answer");
        assert_eq!((fetched.body.len(), fetched.is_truncated), (SOURCE_BYTES_MAX, true), "{field}");
        is_closed.recv().await.expect("the server sees the end");
    }
}

#[tokio::test]
async fn a_length_that_lies_is_found_out() {
    let short = Server::answering(answer("200 OK", &[HTML, "Content-Length: 100"], b"short")).await;
    let error = get(&short.url("/")).await.expect_err("cut off");
    assert!(matches!(error, FetchError::Protocol(_)), "{error:?}");
    assert!(error.is_transient());

    let long = Server::answering(answer("200 OK", &[HTML, "Content-Length: 4"], b"longer than that")).await;
    assert_eq!(&*get(&long.url("/")).await.expect("an answer").body, b"long");
}

#[tokio::test]
async fn encoded_bodies_are_decoded_and_bombs_defused() {
    let page = b"<p>hello hello hello</p>".repeat(50);
    for (encoding, body) in [("gzip", gzip(&page)), ("br", brotli(&page))] {
        let field = format!("Content-Encoding: {encoding}");
        let server = Server::answering(answer("200 OK", &[HTML, &field], &body)).await;
        assert_eq!(&*get(&server.url("/")).await.expect("an answer").body, page, "{encoding}");
    }
    let zeros = vec![0; 4 * 1024 * 1024];
    let bad: [(&str, Vec<u8>); 5] = [
        ("gzip", gzip(&zeros)),
        ("br", brotli(&zeros)),
        ("gzip, gzip", gzip(&gzip(&page))),
        ("zstd", page.clone()),
        ("gzip", page.clone()),
    ];
    for (encoding, body) in bad {
        let field = format!("Content-Encoding: {encoding}");
        let server = Server::answering(answer("200 OK", &[HTML, &field], &body)).await;
        let error = get(&server.url("/")).await.expect_err(encoding);
        assert!(matches!(error, FetchError::Encoding(_)), "{encoding}: {error:?}");
    }
}

#[tokio::test]
async fn headers_are_kept_to_their_bounds() {
    let fields = |count: usize| vec!["X-A: b"; count];
    let at_bound = Server::answering(answer("200 OK", &fields(HEADER_FIELDS_MAX), b"")).await;
    get(&at_bound.url("/")).await.expect("as many as allowed");

    let empty = answer("200 OK", &["X-Large: "], b"").len();
    let large = |bytes: usize| answer("200 OK", &[&format!("X-Large: {}", "x".repeat(bytes - empty))], b"");
    let at_bound = Server::answering(large(HEADER_BYTES_MAX)).await;
    get(&at_bound.url("/")).await.expect("as large as allowed");

    for bytes in [answer("200 OK", &fields(HEADER_FIELDS_MAX + 1), b""), large(HEADER_BYTES_MAX + 1)] {
        let server = Server::answering(bytes).await;
        assert_eq!(get(&server.url("/")).await.expect_err("one too many"), FetchError::TooLarge);
    }
}

#[tokio::test]
async fn what_is_no_page_is_refused_unread() {
    let image = Server::start(|_, mut stream| async move {
        stream.write_all(&answer("200 OK", &["Content-Type: image/png"], b"x")).await.ok();
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(get(&image.url("/")).await.expect_err("an image"), FetchError::MediaType("image/png".into()));

    for bytes in [&b"SSH-2.0-OpenSSH_10.0\r\n"[..], b"<html>", b""] {
        let server = Server::start(move |_, mut stream| async move { write(&mut stream, bytes).await }).await;
        let error = get(&server.url("/")).await.expect_err("not HTTP");
        assert!(matches!(error, FetchError::Protocol(_)), "{error:?}");
    }
}
