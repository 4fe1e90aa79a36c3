//! From the raw body to the characters of the root element: declaration, encoding, DOCTYPE and the
//! checks that need no parser (WP 7.1 §1.2, steps 1 to 5). `decode` calls [`text`] and then [`document`].

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use quick_xml::events::{BytesDecl, BytesStart};

use super::scalar::{is_trimmed, trim};
use super::wellformed;
use crate::xmlrpc::fault::Fault;

/// Bytes of a request. The endpoint stops reading there; WordPress has no limit.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// `<` characters of a document, as WordPress counts them: twice its 30 000 elements.
pub const MARKUP_COUNT_MAX: usize = 60_000;

/// Bytes at the start within which the XML declaration must end.
const DECLARATION_BYTES_MAX: usize = 100;

/// Bytes at the start within which a DOCTYPE must end.
const DOCTYPE_BYTES_MAX: usize = 200;

/// Bytes within which the root's name must end.
const ROOT_BYTES_MAX: usize = 20;

/// The body's characters, without the XML declaration.
pub(super) fn text(body: &[u8]) -> Result<Cow<'_, str>, Fault> {
    if body.len() > BODY_BYTES_MAX {
        return Err(Fault::body_too_large(BODY_BYTES_MAX));
    }
    let (declaration, rest) = split_declaration(trim_start(body));
    let text = characters(rest, declared_encoding(declaration)?)?;
    if trim(&text).chars().all(wellformed::is_char) { Ok(text) } else { Err(Fault::parse_error()) }
}

fn trim_start(body: &[u8]) -> &[u8] {
    let start = body.iter().position(|&byte| !is_trimmed(char::from(byte))).unwrap_or(body.len());
    &body[start..]
}

/// The inside of `<?…?>` and what follows it. A declaration that is not complete within its bytes stays
/// in the rest, where the root's check refuses it.
fn split_declaration(body: &[u8]) -> (&[u8], &[u8]) {
    let head = &body[..body.len().min(DECLARATION_BYTES_MAX)];
    if !head.starts_with(b"<?xml") {
        return (b"", body);
    }
    match head.windows(2).position(|pair| pair == b"?>") {
        Some(end) => (&body[2..end], &body[end + 2..]),
        None => (b"", body),
    }
}

/// The encoding that the declaration names; UTF-8 where it names none.
fn declared_encoding(declaration: &[u8]) -> Result<&'static Encoding, Fault> {
    let content = std::str::from_utf8(declaration).map_err(|_| Fault::parse_error())?;
    let declaration = BytesDecl::from_start(BytesStart::from_content(content, content.len().min("xml".len())));
    let Some(label) = declaration.encoding() else { return Ok(UTF_8) };
    let label = label.map_err(|_| Fault::parse_error())?;
    Encoding::for_label(label.as_bytes())
        .filter(|encoding| *encoding == UTF_8 || encoding.name().starts_with("windows-125"))
        .ok_or_else(Fault::unsupported_encoding)
}

/// WordPress takes every body for UTF-8 and refuses what is not. So valid UTF-8 is read as such whatever
/// it declares, and only the rest in the declared encoding.
fn characters<'a>(body: &'a [u8], declared: &'static Encoding) -> Result<Cow<'a, str>, Fault> {
    if let Ok(text) = std::str::from_utf8(body) {
        return Ok(Cow::Borrowed(text));
    }
    if declared == UTF_8 {
        return Err(Fault::parse_error());
    }
    declared.decode_without_bom_handling_and_without_replacement(body).ok_or_else(Fault::parse_error)
}

/// The document without DOCTYPE and surrounding white space, whose root is one of XML-RPC's.
pub(super) fn document(text: &str) -> Result<&str, Fault> {
    let document = trim(without_doctype(trim(text)));
    if has_known_root(document) && document.matches('<').count() <= MARKUP_COUNT_MAX {
        Ok(document)
    } else {
        Err(Fault::parse_error())
    }
}

/// Drops a DOCTYPE that has no internal subset. One with a subset stays, and the root's check refuses it.
fn without_doctype(document: &str) -> &str {
    const MARK: &[u8] = b"<!DOCTYPE";
    let head = &document.as_bytes()[..document.len().min(DOCTYPE_BYTES_MAX)];
    if !head.get(..MARK.len()).is_some_and(|start| start.eq_ignore_ascii_case(MARK)) {
        return document;
    }
    match head.iter().position(|byte| matches!(byte, b'>' | b'[')) {
        Some(end) if head[end] == b'>' => &document[end + 1..],
        _ => document,
    }
}

fn has_known_root(document: &str) -> bool {
    let head = &document.as_bytes()[..document.len().min(ROOT_BYTES_MAX)];
    let root = head.split(|byte| matches!(byte, b'>' | b' ' | b'\t' | b'\r' | b'\n')).next().unwrap_or_default();
    matches!(root, b"<methodCall" | b"<methodResponse" | b"<fault")
}
