//! Bytes to text: by byte order mark, the Content-Type, a `meta` in the first bytes, or what the bytes
//! look like (HTML, "determining the character encoding", without its guesses from content).

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far a `meta` is looked for, in bytes (HTML's own bound).
const META_BYTES_MAX: usize = 1024;

/// The text of a page; what is no text in its encoding becomes U+FFFD.
pub(super) fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let encoding = content_type
        .and_then(|value| label_after_charset(value.as_bytes()))
        .and_then(Encoding::for_label_no_replacement)
        .or_else(|| from_meta(bytes))
        .unwrap_or_else(|| if is_utf8(bytes) { UTF_8 } else { WINDOWS_1252 });
    // `decode` lets a byte order mark overrule everything.
    encoding.decode(bytes).0.into_owned()
}

/// UTF-8, or UTF-8 cut inside its last character: then there is another such character before it, or
/// the last byte is more likely the one Latin letter of a short page.
fn is_utf8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && !bytes.get(..error.valid_up_to()).unwrap_or_default().is_ascii(),
    }
}

/// The encoding that a `meta` names. A page whose `meta` can be read byte by byte is not UTF-16,
/// whatever it says.
fn from_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut rest = bytes.get(..META_BYTES_MAX).unwrap_or(bytes);
    while let Some(at) = rest.iter().position(|&b| b == b'<') {
        rest = rest.get(at..)?;
        if rest.starts_with(b"<!--") {
            let end = rest.windows(3).position(|window| window == b"-->")?;
            rest = rest.get(end + 3..)?;
            continue;
        }
        let end = rest.iter().position(|&b| b == b'>')?;
        let (tag, after) = rest.split_at(end);
        rest = after;
        let is_meta = tag.get(1..5).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"));
        let label = if is_meta { label_after_charset(tag) } else { None };
        if let Some(encoding) = label.and_then(Encoding::for_label_no_replacement) {
            return Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding });
        }
    }
    None
}

/// The label in `charset=label`, in a Content-Type or a tag, quoted or not.
fn label_after_charset(text: &[u8]) -> Option<&[u8]> {
    let name = b"charset";
    let mut from = 0;
    loop {
        let at = text.get(from..)?.windows(name.len()).position(|window| window.eq_ignore_ascii_case(name))?;
        from += at + name.len();
        let rest = text.get(from..)?.trim_ascii_start();
        let Some(value) = rest.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let (value, end): (&[u8], fn(u8) -> bool) = match value {
            [b'"', value @ ..] => (value, |b| b == b'"'),
            [b'\'', value @ ..] => (value, |b| b == b'\''),
            value => (value, |b| b.is_ascii_whitespace() || matches!(b, b';' | b'"' | b'\'' | b'/' | b'>')),
        };
        let length = value.iter().position(|&b| end(b)).unwrap_or(value.len());
        return value.get(..length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_found_in_the_standard_order() {
        let table: &[(&[u8], Option<&str>, &str)] = &[
            (b"caf\xc3\xa9", None, "café"),
            (b"caf\xe9", None, "café"),
            (b"\xc3\xa9 cut \xc3", None, "é cut \u{fffd}"),
            (b"caf\xc3\xa9", Some("text/html; charset=utf-8"), "café"),
            (b"\xbd", Some("text/html;charset=\"ISO-8859-15\""), "œ"),
            (b"\xef\xbb\xbfcaf\xc3\xa9", Some("text/html; charset=latin1"), "café"),
            (b"\xff\xfeh\x00i\x00", Some("text/html; charset=utf-8"), "hi"),
            (b"<meta charset=koi8-r>\xc1", None, "<meta charset=koi8-r>а"),
            (b"<META CHARSET = 'koi8-r' >\xc1", None, "<META CHARSET = 'koi8-r' >а"),
            (
                b"<meta http-equiv=content-type content=\"text/html; charset=koi8-r\">\xc1",
                None,
                "<meta http-equiv=content-type content=\"text/html; charset=koi8-r\">а",
            ),
            (b"<!-- <meta charset=koi8-r> -->\xc3\xa9", None, "<!-- <meta charset=koi8-r> -->é"),
            (b"<meta charset=utf-16>\xc3\xa9", None, "<meta charset=utf-16>é"),
            (b"<meta charset=nonsense>\xc3\xa9", None, "<meta charset=nonsense>é"),
            (b"<p charset=koi8-r>\xc3\xa9", None, "<p charset=koi8-r>é"),
            (b"\x82\xa0", Some("text/html; charset=Shift_JIS"), "あ"),
            (b"\xc3\xa9", Some("text/html; charset=nonsense"), "é"),
            (b"", None, ""),
        ];
        for (bytes, content_type, expected) in table {
            assert_eq!(decode(bytes, *content_type), *expected, "{content_type:?}");
        }
    }

    #[test]
    fn a_meta_counts_within_its_bound_only() {
        let tag = "<meta charset=koi8-r>";
        let page = |before: usize| [" ".repeat(before).as_bytes(), tag.as_bytes(), b"\xc1"].concat();
        assert!(decode(&page(META_BYTES_MAX - tag.len()), None).ends_with('а'));
        assert!(decode(&page(META_BYTES_MAX - tag.len() + 1), None).ends_with('Á'));
    }
}
