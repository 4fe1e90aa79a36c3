//! Answers that are made once and sent often: compressed, with their validators and header fields ready,
//! so that sending one costs a look-up and a copy of a few pointers (RFC 9110 §8.8, §12.5.3, §13.1.2).
//! Called by the doors whose answers are the same for every reader.

use std::io::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use flate2::write::GzEncoder;
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::cache::{Answer, AnswerKey, Encoded};
use crate::error::Result;
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::date;
use crate::secret::hex;

/// How hard to compress, and so how long that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// While a reader waits.
    Quick,
    /// Once for the life of the process.
    Thorough,
}

impl Effort {
    fn brotli_quality(self) -> u32 {
        match self {
            Self::Quick => 5,
            Self::Thorough => 11,
        }
    }

    fn gzip_level(self) -> flate2::Compression {
        match self {
            Self::Quick => flate2::Compression::new(6),
            Self::Thorough => flate2::Compression::best(),
        }
    }
}

/// Bits of Brotli's window: 4 MiB, as browsers take at most 16 MiB.
const BROTLI_WINDOW_BITS: u32 = 22;
const BROTLI_BUFFER_BYTES: usize = 4_096;
/// Bytes of the hash that an ETag carries.
const ETAG_HASH_BYTES: usize = 12;

/// Makes an answer of a body and its header fields; validators, encodings and `Vary` are added.
pub fn prepare(body: Vec<u8>, mut headers: HeaderMap, effort: Effort) -> Answer {
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The header fields count too: a page that says something else in them is another page.
    let mut hash = Sha256::new();
    hash.update(&body);
    for (name, value) in &headers {
        hash.update(name.as_str());
        hash.update(value.as_bytes());
    }
    let hash = hash.finalize();
    let encoded = |body: Vec<u8>, encoding: Option<&'static str>| {
        let etag = etag(&hash, encoding);
        let mut headers = headers.clone();
        headers.insert(header::ETAG, etag.clone());
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Encoded { body: Bytes::from(body), etag, headers }
    };
    let (brotli, gzip) = (brotli(&body, effort), gzip(&body, effort));
    Answer { plain: encoded(body, None), brotli: encoded(brotli, Some("br")), gzip: encoded(gzip, Some("gzip")) }
}

/// The strong validator of what has this hash, in an encoding.
pub(in crate::web) fn etag(hash: &[u8], encoding: Option<&str>) -> HeaderValue {
    let hash = hex(&hash[..ETAG_HASH_BYTES]);
    let text = encoding.map_or_else(|| format!("\"{hash}\""), |encoding| format!("\"{hash}-{encoding}\""));
    #[expect(clippy::expect_used, reason = "hexadecimal digits, a hyphen and quotes are a header value")]
    HeaderValue::from_str(&text).expect("an ETag of ASCII letters")
}

fn brotli(body: &[u8], effort: Effort) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer =
        brotli::CompressorWriter::new(&mut out, BROTLI_BUFFER_BYTES, effort.brotli_quality(), BROTLI_WINDOW_BITS);
    // Writing to memory cannot fail.
    let _written = writer.write_all(body);
    drop(writer);
    out
}

fn gzip(body: &[u8], effort: Effort) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), effort.gzip_level());
    // Writing to memory cannot fail.
    let _written = writer.write_all(body);
    writer.finish().unwrap_or_default()
}

/// Counts a reading that touches the database.
pub fn count_reading(app: &App, extensions: &Extensions) -> Result<()> {
    match extensions.get::<Client>() {
        Some(client) => app.limits.check_client(Limit::Readings, client.ip),
        None => Ok(()),
    }
}

/// The answer from memory, else built, which counts as a reading.
pub async fn kept_or(
    app: &App,
    key: AnswerKey,
    extensions: &Extensions,
    build: impl Future<Output = Result<Arc<Answer>>>,
) -> Result<Arc<Answer>> {
    if let Some(answer) = app.cache.answer(&key) {
        return Ok(answer);
    }
    count_reading(app, extensions)?;
    app.cache.answer_or(key, build).await
}

/// Sends an answer in the encoding that the client likes best, or nothing but its header when the client
/// has it already.
pub fn respond(answer: &Answer, request: &HeaderMap) -> Response {
    let encoded = match preferred(request) {
        Encoding::Brotli => &answer.brotli,
        Encoding::Gzip => &answer.gzip,
        Encoding::Identity => &answer.plain,
    };
    let mut headers = encoded.headers.clone();
    let is_known = is_known(request, encoded);
    if is_known {
        headers.remove(header::CONTENT_TYPE);
        headers.remove(header::CONTENT_ENCODING);
    }
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(encoded.body.clone()) });
    *response.status_mut() = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    *response.headers_mut() = headers;
    response
}

/// Whether the client has it already: by its validator, or, from one that sends none, by its date
/// (RFC 9110 §13.2.2; WordPress wants both to match where both are sent).
fn is_known(request: &HeaderMap, encoded: &Encoded) -> bool {
    if request.contains_key(header::IF_NONE_MATCH) {
        return has(request, &encoded.etag);
    }
    let date = |headers: &HeaderMap, name| headers.get(name).and_then(|v| date::parse_http(v.to_str().ok()?));
    match (date(request, header::IF_MODIFIED_SINCE), date(&encoded.headers, header::LAST_MODIFIED)) {
        (Some(since), Some(modified)) => modified <= since,
        _ => false,
    }
}

/// Whether the client says that it has this very representation (RFC 9110 §13.1.2, compared weakly, since
/// proxies that compress make strong validators weak).
pub(in crate::web) fn has(request: &HeaderMap, etag: &HeaderValue) -> bool {
    request.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        value.as_bytes().split(|b| *b == b',').map(<[u8]>::trim_ascii).any(|given| {
            let given = given.strip_prefix(b"W/").unwrap_or(given);
            given == b"*" || given == etag.as_bytes()
        })
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

/// The encoding with the greatest weight (RFC 9110 §12.5.3); between equals the smaller body. A client
/// that refuses all of them gets the plain one, as most servers do.
fn preferred(request: &HeaderMap) -> Encoding {
    let (mut brotli, mut gzip, mut identity, mut any) = (None, None, None, None);
    for value in request.get_all(header::ACCEPT_ENCODING) {
        for element in value.to_str().unwrap_or_default().split(',') {
            let (name, weight) = weighted(element);
            let place = match name {
                name if name.eq_ignore_ascii_case("br") => &mut brotli,
                name if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => &mut gzip,
                name if name.eq_ignore_ascii_case("identity") => &mut identity,
                "*" => &mut any,
                _ => continue,
            };
            *place = Some(weight);
        }
    }
    let any = any.unwrap_or(0);
    let best = [
        (brotli.unwrap_or(any), Encoding::Brotli),
        (gzip.unwrap_or(any), Encoding::Gzip),
        (identity.unwrap_or(0), Encoding::Identity),
    ];
    let mut chosen = (0, Encoding::Identity);
    for (weight, encoding) in best {
        if weight > chosen.0 {
            chosen = (weight, encoding);
        }
    }
    chosen.1
}

/// Name and weight of an element of `Accept-Encoding`, in thousandths.
fn weighted(element: &str) -> (&str, u16) {
    let (name, parameters) = element.split_once(';').unwrap_or((element, ""));
    let weight = parameters.split(';').find_map(|p| p.trim().strip_prefix("q=").or(p.trim().strip_prefix("Q=")));
    let weight = weight.map_or(1000, thousandths);
    (name.trim(), weight)
}

/// `0.5` as 500; what is no weight counts as 0.
fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(fraction) || fraction.len() > 3 {
        return 0;
    }
    match whole {
        "1" => 1000,
        "0" => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn request(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_encoding_is_the_one_the_client_likes_best() {
        for (accept, encoding) in [
            ("", Encoding::Identity),
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip", Encoding::Gzip),
            ("GZIP;Q=0.5", Encoding::Gzip),
            ("br;q=0, gzip", Encoding::Gzip),
            ("br;q=0.5, gzip;q=0.8", Encoding::Gzip),
            ("*", Encoding::Brotli),
            ("*;q=0.1, br;q=0", Encoding::Gzip),
            ("gzip;q=0, *;q=0", Encoding::Identity),
            ("identity, gzip;q=0.5", Encoding::Identity),
            ("deflate", Encoding::Identity),
            ("br;q=nonsense", Encoding::Identity),
            ("br;q=0.0001", Encoding::Identity),
            ("br; q=0.001", Encoding::Brotli),
        ] {
            assert_eq!(preferred(&request(header::ACCEPT_ENCODING, accept)), encoding, "{accept:?}");
        }
        assert_eq!(preferred(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn a_validator_is_found_in_a_list_compared_weakly_or_as_any() {
        let etag = HeaderValue::from_static("\"abc-br\"");
        for (given, is_known) in [
            ("\"abc-br\"", true),
            ("W/\"abc-br\"", true),
            ("\"x\", \"abc-br\"", true),
            ("\"x\",W/\"abc-br\" ,\"y\"", true),
            ("*", true),
            ("\"abc\"", false),
            ("abc-br", false),
            ("\"x, abc-br\"", false),
            ("", false),
        ] {
            assert_eq!(has(&request(header::IF_NONE_MATCH, given), &etag), is_known, "{given}");
        }
    }

    #[test]
    fn a_date_counts_where_there_is_no_validator() {
        let modified = request(header::LAST_MODIFIED, "Sun, 06 Nov 1994 08:49:37 GMT");
        let answer = prepare(b"body".to_vec(), modified, Effort::Quick).plain;
        for (since, is_same) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", true),
            ("Sun, 06 Nov 1994 08:49:38 GMT", true),
            ("Sun, 06 Nov 1994 08:49:36 GMT", false),
            ("nonsense", false),
        ] {
            let mut request = request(header::IF_MODIFIED_SINCE, since);
            assert_eq!(is_known(&request, &answer), is_same, "{since}");
            request.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"other\""));
            assert!(!is_known(&request, &answer), "the validator decides");
            request.insert(header::IF_NONE_MATCH, answer.etag.clone());
            assert!(is_known(&request, &answer));
        }
        let undated = prepare(b"body".to_vec(), HeaderMap::new(), Effort::Quick).plain;
        assert!(!is_known(&request(header::IF_MODIFIED_SINCE, "Sun, 06 Nov 1994 08:49:37 GMT"), &undated));
    }

    #[test]
    fn every_encoding_holds_the_same_body_under_a_validator_of_its_own() {
        let body = b"the same words again and again ".repeat(100);
        let answer = prepare(body.clone(), HeaderMap::new(), Effort::Quick);
        let (mut brotli, mut gzip) = (Vec::new(), Vec::new());
        brotli::Decompressor::new(&answer.brotli.body[..], 4_096).read_to_end(&mut brotli).unwrap();
        flate2::read::GzDecoder::new(&answer.gzip.body[..]).read_to_end(&mut gzip).unwrap();
        assert_eq!((&brotli, &gzip, &answer.plain.body.to_vec()), (&body, &body, &body));
        assert!(answer.plain.etag != answer.brotli.etag && answer.brotli.etag != answer.gzip.etag);
    }

    #[test]
    fn a_changed_header_field_makes_another_answer() {
        let of = |value| prepare(b"body".to_vec(), request(header::LINK, value), Effort::Quick).plain.etag;
        assert_eq!(of("a"), of("a"));
        assert_ne!(of("a"), of("b"));
    }
}
