//! JSON as PHP writes it: `/` as `\/` and everything beyond ASCII as `\uXXXX` (WP 7.1 comments §8.1), so that
//! what we send is byte for byte what WordPress's clients are used to, and can stand in a script of a page.

use std::io;

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter, Serializer};

/// A value as bytes; pretty for people, or in one line.
pub(super) fn write(value: &Value, pretty: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(1_024);
    let written = if pretty {
        let like_php = LikePhp(PrettyFormatter::with_indent(b"    "));
        value.serialize(&mut Serializer::with_formatter(&mut out, like_php))
    } else {
        value.serialize(&mut Serializer::with_formatter(&mut out, LikePhp(CompactFormatter)))
    };
    debug_assert!(written.is_ok(), "a value can be written to memory");
    out
}

struct LikePhp<F>(F);

impl<F: Formatter> Formatter for LikePhp<F> {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(|c: char| c == '/' || !c.is_ascii()) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let mut after = rest[at..].chars();
            match after.next() {
                Some('/') | None => writer.write_all(b"\\/")?,
                Some(other) => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
            }
            rest = after.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_are_php_s() {
        let text = |value: &Value, pretty| String::from_utf8(write(value, pretty)).unwrap();
        let value = json!({ "a/b": ["é", "😀", "<\"\n\u{1}\u{7f}"], "c": null, "d": {}, "e": 1.5 });
        assert_eq!(
            text(&value, false),
            "{\"a\\/b\":[\"\\u00e9\",\"\\ud83d\\ude00\",\"<\\\"\\n\\u0001\u{7f}\"],\"c\":null,\"d\":{},\"e\":1.5}"
        );
        assert_eq!(text(&json!({ "a": [1] }), true), "{\n    \"a\": [\n        1\n    ]\n}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_ascii_and_reads_the_same(words in ".{0,40}", pretty: bool) {
            let value = json!({ words.clone(): [words] });
            let bytes = write(&value, pretty);
            prop_assert!(bytes.is_ascii());
            prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
        }
    }
}
