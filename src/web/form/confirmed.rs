//! The mark by which a browser is known to have confirmed an address (`actions/confirm_comment`): a cookie that only
//! this server reads, signed for site and address, in which no address can be read. It lasts as the commenter
//! cookies do; the frame in a blog's pages has one of its own, apart for each blog (CHIPS).

use http::{HeaderMap, header};
use url::Url;

use super::cookies::{AGE_SECONDS, suffix};
use crate::model::mailed_code::address;
use crate::model::time::Timestamp;
use crate::secret::{Secret, hex, random_bytes};
use crate::web::site::Here;

/// Addresses that a browser is known by on a site; more push the oldest out.
const MARKS_MAX: usize = 5;
/// Hexadecimal characters of a signature: 128 bits.
const KEY_CHARS: usize = 32;
const PURPOSE: &str = "confirmed address";

/// Whether the browser has confirmed this address, however it is typed.
pub(super) fn is_marked(secret: &Secret, here: &Here, headers: &HeaderMap, typed: &str, now: Timestamp) -> bool {
    let Some(address) = address(typed) else { return false };
    marks(here, headers).any(|mark| is_of(secret, here, mark, &address, now))
}

/// The cookie of a browser that has just confirmed an address, for the frame or for pages of our own.
pub(in crate::web) fn cookie(
    secret: &Secret,
    here: &Here,
    headers: &HeaderMap,
    address: &str,
    now: Timestamp,
    in_frame: bool,
) -> String {
    let until = now.0.saturating_add(AGE_SECONDS.saturating_mul(1_000)).to_string();
    let nonce = hex(&random_bytes::<8>());
    let new = format!("{nonce}-{until}-{}", key(secret, here, address, &nonce, &until));
    let old = marks(here, headers).filter(|mark| !is_of(secret, here, mark, address, now)).map(str::to_owned);
    let value = std::iter::once(new).chain(old).take(MARKS_MAX).collect::<Vec<_>>().join(".");
    let base = Url::parse(&here.base).ok();
    let path = base.as_ref().map_or("/", Url::path).trim_end_matches('/').to_owned() + "/";
    let kind = match (base.is_some_and(|base| base.scheme() == "https"), in_frame) {
        (true, true) => "SameSite=None; Secure; Partitioned",
        (true, false) => "SameSite=Lax; Secure",
        (false, _) => "SameSite=Lax",
    };
    format!("{}={value}; Max-Age={AGE_SECONDS}; Path={path}; HttpOnly; {kind}", name(here))
}

fn name(here: &Here) -> String {
    format!("comment_author_confirmed_{}", suffix(here))
}

/// Every mark that came; the frame's and the page's may both have.
fn marks<'a>(here: &Here, headers: &'a HeaderMap) -> impl Iterator<Item = &'a str> {
    let name = name(here);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    let of_this = cookies.filter_map(|pair| pair.trim().split_once('=')).filter(move |(n, _)| *n == name);
    of_this.take(2).flat_map(|(_, value)| value.split('.').take(MARKS_MAX))
}

fn is_of(secret: &Secret, here: &Here, mark: &str, address: &str, now: Timestamp) -> bool {
    let mut parts = mark.splitn(3, '-');
    let (Some(nonce), Some(until), Some(given)) = (parts.next(), parts.next(), parts.next()) else { return false };
    given.len() == KEY_CHARS
        && secret.verify(PURPOSE, &[&here.site.id.to_string(), address, nonce, until], given)
        && until.parse::<i64>().is_ok_and(|until| now.0 < until)
}

fn key(secret: &Secret, here: &Here, address: &str, nonce: &str, until: &str) -> String {
    let mut key = secret.sign(PURPOSE, &[&here.site.id.to_string(), address, nonce, until]);
    key.truncate(KEY_CHARS);
    key
}
