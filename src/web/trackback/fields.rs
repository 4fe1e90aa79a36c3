//! The form of a trackback: its fields as bytes, and their text in the sender's encoding (TrackBack 1.2,
//! WP 7.1 XML-RPC §4.2). WordPress since 6.9 loses what is not UTF-8; here it is converted.

use axum::extract::Request;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::Unusable;
use crate::error::Result;
use crate::model::linkback::Said;
use crate::model::text::{characters, escape, lengths};
use crate::web::posted::{Posted, content_type};

/// Characters of a title; a longer one is cut and gets `…`.
const TITLE_CHARS_MAX: usize = 250;
/// Characters of an excerpt; a longer one is cut and gets `…`.
const EXCERPT_CHARS_MAX: usize = 252;

/// The fields of a trackback, in the sender's encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    url: Vec<u8>,
    title: Vec<u8>,
    excerpt: Vec<u8>,
    blog_name: Vec<u8>,
    /// The field of this name, else what the Content-Type says, which WordPress does not look at.
    charset: String,
}

/// Reads a form.
pub(super) async fn read(request: Request) -> Result<Fields> {
    let kind = content_type(&request);
    // Each part of a form in parts may say its own, which nobody does.
    let charset = if kind.starts_with("multipart/") { "" } else { charset_of(&kind) };
    Ok(Fields::of(Posted::read(request).await?, charset))
}

/// The value of the parameter `charset` of a Content-Type in lower case.
fn charset_of(kind: &str) -> &str {
    let parameter = kind.split(';').skip(1).find_map(|p| p.trim().strip_prefix("charset="));
    parameter.unwrap_or_default().trim_matches('"')
}

impl Fields {
    /// The last of a name counts, as in PHP.
    fn of(posted: Posted, charset: &str) -> Self {
        let mut fields = Self { charset: charset.to_owned(), ..Self::default() };
        for (name, value) in posted.into_fields() {
            match name.as_str() {
                "url" => fields.url = value,
                "title" => fields.title = value,
                "excerpt" => fields.excerpt = value,
                "blog_name" => fields.blog_name = value,
                "charset" => fields.charset = String::from_utf8_lossy(&value).into_owned(),
                _ => {}
            }
        }
        fields
    }

    /// Whether this is a browser that came by rather than a trackback (WP 7.1 XML-RPC §4.2 step 7).
    pub(super) fn is_visit(&self) -> bool {
        [&self.url, &self.title, &self.blog_name].iter().all(|field| field.trim_ascii().is_empty())
    }

    /// The page, and what is said of it, as plain text within its bounds (§4.2 steps 3, 5 and 11).
    pub(super) fn texts(&self) -> Result<(String, Said), Unusable> {
        let encoding = self.encoding().ok_or(Unusable::Charset)?;
        let text = |bytes: &[u8]| one_line(&encoding.decode_without_bom_handling(bytes).0);
        let url = with_scheme(encoding.decode_without_bom_handling(&self.url).0.trim());
        if url.is_empty() {
            return Err(Unusable::NoUrl);
        }
        let blog_name = text(&self.blog_name);
        let said = Said {
            title: cut(&text(&self.title), TITLE_CHARS_MAX),
            excerpt: cut(&text(&self.excerpt), EXCERPT_CHARS_MAX),
            blog_name: characters::cut_at_bytes(&blog_name, lengths::AUTHOR_BYTES_MAX).to_owned(),
        };
        Ok((url, said))
    }

    /// The encoding that is named; where none is or nobody knows it, UTF-8 or else what most senders of
    /// another had. `None` for UTF-7, by which text can be smuggled past every filter (as in WordPress),
    /// and for others that browsers refuse for the same reason.
    fn encoding(&self) -> Option<&'static Encoding> {
        let label: String = self.charset.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
        if label.to_ascii_uppercase().contains("UTF-7") {
            return None;
        }
        if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
            return Some(encoding).filter(|e| *e != encoding_rs::REPLACEMENT);
        }
        let all = [&self.url, &self.title, &self.excerpt, &self.blog_name];
        let is_utf8 = all.iter().all(|field| std::str::from_utf8(field).is_ok());
        Some(if is_utf8 { UTF_8 } else { WINDOWS_1252 })
    }
}

/// `host/path` is an address of the web, as WordPress reads it.
fn with_scheme(url: &str) -> String {
    if url.is_empty() || url.contains(':') || url.starts_with(['/', '#', '?']) {
        return url.to_owned();
    }
    format!("http://{url}")
}

/// HTML as one line of plain text: senders send what their pages show.
fn one_line(html: &str) -> String {
    let text = escape::visible_text(html);
    characters::without_controls(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(body: &[u8]) -> Fields {
        Fields::of(Posted::urlencoded(body).unwrap(), "")
    }

    fn texts(body: &[u8]) -> Result<(String, Said), Unusable> {
        form(body).texts()
    }

    fn title(body: &[u8]) -> String {
        texts(body).unwrap().1.title
    }

    #[test]
    fn a_form_is_read_as_its_sender_wrote_it() {
        let (url, said) = texts(
            b"title=My+%3Cb%3ETitle%3C%2Fb%3E&url=http%3A%2F%2Fsrc.test%2Fa&blog_name=My%20Blog&excerpt=a%0D%0Ab%0A%0Ac+%3Cscript%3Ex%3C%2Fscript%3E+%26+d&x=y",
        )
        .unwrap();
        assert_eq!(url, "http://src.test/a");
        let expected = Said { title: "My Title".into(), excerpt: "a b c & d".into(), blog_name: "My Blog".into() };
        assert_eq!(said, expected);
        assert_eq!(title(b"url=x&title=first&title=last"), "last");
        assert_eq!(title(b"url=x&title=%26%238220%3Bq%26%238221%3B+%26amp%3Blt%3B"), "“q” &lt;");
    }

    #[test]
    fn every_encoding_is_converted_and_utf_7_is_refused() {
        for (charset, bytes, expected) in [
            ("", &b"caf%C3%A9"[..], "café"),
            ("", b"caf%E9", "café"),
            ("UTF-8", b"caf%C3%A9", "café"),
            ("utf8", b"caf%C3%A9", "café"),
            ("ISO-8859-1", b"caf%E9", "café"),
            ("iso-8859-15", b"%A4", "€"),
            ("Shift_JIS", b"%82%A0", "あ"),
            ("EUC-JP", b"%A4%A2", "あ"),
            ("KOI8-R", b"%C1", "а"),
            ("bogus", b"caf%C3%A9", "café"),
            ("UTF-8", b"caf%E9", "caf\u{fffd}"),
            // Some senders put the pages' raw bytes into the form.
            ("ISO-8859-1", b"caf\xE9", "café"),
        ] {
            let body = [b"url=x&title=", bytes, b"&charset=", charset.as_bytes()].concat();
            assert_eq!(title(&body), expected, "{charset} {bytes:?}");
        }
        for charset in ["UTF-7", "utf-7", " UTF , -7", "unicode-1-1-utf-7", "ISO-2022-KR", "hz-gb-2312"] {
            let body = format!("url=x&title=%2BADw-script%2BAD4-&charset={}", charset.replace(' ', "+"));
            assert_eq!(texts(body.as_bytes()), Err(Unusable::Charset), "{charset}");
        }
    }

    #[test]
    fn the_content_type_says_the_encoding_where_no_field_does() {
        for (kind, charset) in [
            ("application/x-www-form-urlencoded", ""),
            ("application/x-www-form-urlencoded; charset=iso-8859-1", "iso-8859-1"),
            ("application/x-www-form-urlencoded;x=y;charset=\"koi8-r\"", "koi8-r"),
        ] {
            assert_eq!(charset_of(kind), charset, "{kind}");
        }
    }

    #[test]
    fn titles_and_excerpts_are_cut_one_past_their_bounds() {
        let of = |name: &str, chars: usize| texts(format!("url=x&{name}={}", "é".repeat(chars)).as_bytes()).unwrap().1;
        assert_eq!(of("title", 250).title, "é".repeat(250));
        assert_eq!(of("title", 251).title, format!("{}…", "é".repeat(250)));
        assert_eq!(of("excerpt", 252).excerpt, "é".repeat(252));
        assert_eq!(of("excerpt", 253).excerpt, format!("{}…", "é".repeat(252)));
        assert_eq!(of("blog_name", 122).blog_name, "é".repeat(122));
        assert_eq!(of("blog_name", 123).blog_name, "é".repeat(122), "bytes, as WordPress's column has");
    }

    #[test]
    fn a_form_names_a_page_or_is_a_visit() {
        for (body, visit) in [
            (&b""[..], true),
            (b"excerpt=x&charset=y", true),
            (b"title=+&url=", true),
            (b"title=x", false),
            (b"blog_name=x", false),
        ] {
            assert_eq!(form(body).is_visit(), visit, "{body:?}");
        }
        assert_eq!(texts(b"title=x"), Err(Unusable::NoUrl));
        for (given, url) in [
            ("src.test/a", "http://src.test/a"),
            (" https://src.test/a ", "https://src.test/a"),
            ("javascript:alert(1)", "javascript:alert(1)"),
            ("/a", "/a"),
        ] {
            let body = format!("url={}", given.replace(' ', "+"));
            assert_eq!(texts(body.as_bytes()).unwrap().0, url, "{given}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_becomes_bounded_plain_text(
            bytes in prop::collection::vec(any::<u8>(), 0..600),
            charset in "(UTF-8|ISO-8859-1|Shift_JIS|utf-16le|bogus|)",
        ) {
            let fields = Fields {
                url: b"http://src.test/".to_vec(),
                title: bytes.clone(),
                excerpt: bytes.clone(),
                blog_name: bytes,
                charset,
            };
            let (_, said) = fields.texts().unwrap();
            for text in [&said.title, &said.excerpt, &said.blog_name] {
                prop_assert!(!text.chars().any(|c| characters::is_control(c) || matches!(c, '\n' | '\t')));
            }
            prop_assert!(said.title.chars().count() <= TITLE_CHARS_MAX + 1);
            prop_assert!(said.excerpt.chars().count() <= EXCERPT_CHARS_MAX + 1);
            prop_assert!(said.blog_name.len() <= lengths::AUTHOR_BYTES_MAX);
        }
    }
}
