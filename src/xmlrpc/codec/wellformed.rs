//! What XML 1.0 demands of a well-formed document and quick-xml leaves to its caller: names,
//! characters, references, attributes. `decode` and `prolog` call these.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart};

pub(super) use crate::model::text::characters::is_xml as is_char;

/// Attributes of one element. XML-RPC has none; senders may add a namespace.
pub const ATTRIBUTES_MAX: usize = 32;

/// The character that `&reference;` stands for: one of XML's five names, or the number of a character
/// that a document may hold.
pub(super) fn resolve(reference: &str) -> Option<char> {
    match BytesRef::new(reference).resolve_char_ref().ok()? {
        Some(c) => is_char(c).then_some(c),
        None => resolve_xml_entity(reference)?.chars().next(),
    }
}

/// Whether character data may stand outside CDATA (XML 1.0 §2.4).
pub(super) fn is_character_data(text: &str) -> bool {
    !text.contains("]]>")
}

/// Whether the start tag's name and attributes are well-formed and within [`ATTRIBUTES_MAX`].
pub(super) fn is_start_tag(tag: &BytesStart<'_>) -> bool {
    is_name(tag.name().0)
        && tag.attributes().enumerate().all(|(index, attribute)| {
            index < ATTRIBUTES_MAX && attribute.is_ok_and(|a| is_name(a.key.0) && is_attribute_value(&a.value))
        })
}

fn is_attribute_value(raw: &str) -> bool {
    !raw.contains('<')
        && raw.split('&').skip(1).all(|after| after.split_once(';').is_some_and(|(name, _)| resolve(name).is_some()))
}

/// Name of XML 1.0 §2.3.
fn is_name(name: &str) -> bool {
    name.starts_with(is_name_start) && name.chars().all(is_name_char)
}

fn is_name_start(c: char) -> bool {
    matches!(c, ':' | '_' | 'A'..='Z' | 'a'..='z'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}' | '\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

fn is_name_char(c: char) -> bool {
    is_name_start(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_five_names_and_the_numbers_of_characters() {
        for (reference, expected) in [
            ("lt", Some('<')),
            ("gt", Some('>')),
            ("amp", Some('&')),
            ("quot", Some('"')),
            ("apos", Some('\'')),
            ("#65", Some('A')),
            ("#x41", Some('A')),
            ("#x10FFFF", Some('\u{10ffff}')),
            ("#9", Some('\t')),
            ("nbsp", None),
            ("AMP", None),
            ("#X41", None),
            ("#0", None),
            ("#8", None),
            ("#xB", None),
            ("#xD800", None),
            ("#xFFFE", None),
            ("#x110000", None),
            ("#99999999999", None),
            ("#+65", None),
            ("# 65", None),
            ("#", None),
            ("#x", None),
            ("", None),
        ] {
            assert_eq!(resolve(reference), expected, "{reference:?}");
        }
    }

    #[test]
    fn names_are_xml_names() {
        for name in ["value", "dateTime.iso8601", "ex:nil", "_a", "é", "a-1"] {
            assert!(is_name(name), "{name:?}");
        }
        for name in ["", "1", "-a", "a!", "a<", "a=b", "\u{d7}", "a\u{2000}"] {
            assert!(!is_name(name), "{name:?}");
        }
    }
}
