//! XML documents, written by quick-xml. What XML forbids is left out here, so that no stored character can
//! break a document. Called by the feeds and by the answers to trackbacks.

use std::borrow::Cow;
use std::io::Result;

use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesText, Event};

use crate::model::text::characters;

/// A document under way.
pub(in crate::web) type Xml = Writer<Vec<u8>>;

/// Attributes of an element.
type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A document with this root element.
pub(in crate::web) fn document(
    root: &str,
    attributes: Attributes<'_>,
    content: impl FnOnce(&mut Xml) -> Result<()>,
) -> Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    element(&mut xml, root, attributes, content)?;
    Ok(xml.into_inner())
}

/// An element with whatever `content` writes.
pub(in crate::web) fn element(
    xml: &mut Xml,
    name: &str,
    attributes: Attributes<'_>,
    content: impl FnOnce(&mut Xml) -> Result<()>,
) -> Result<()> {
    start(xml, name, attributes).write_inner_content(content).map(|_| ())
}

/// An element with text.
pub(in crate::web) fn text(xml: &mut Xml, name: &str, attributes: Attributes<'_>, text: &str) -> Result<()> {
    start(xml, name, attributes).write_text_content(BytesText::new(&allowed(text))).map(|_| ())
}

/// An element with text in CDATA sections, as WordPress writes HTML and names.
pub(in crate::web) fn cdata(xml: &mut Xml, name: &str, attributes: Attributes<'_>, text: &str) -> Result<()> {
    element(xml, name, attributes, |xml| {
        BytesCData::escaped(&allowed(text)).try_for_each(|section| xml.write_event(Event::CData(section)))
    })
}

/// An element without content.
pub(in crate::web) fn empty(xml: &mut Xml, name: &str, attributes: Attributes<'_>) -> Result<()> {
    start(xml, name, attributes).write_empty().map(|_| ())
}

fn start<'a>(
    xml: &'a mut Xml,
    name: &'a str,
    attributes: Attributes<'_>,
) -> quick_xml::writer::ElementWriter<'a, Vec<u8>> {
    attributes
        .iter()
        .fold(xml.create_element(name), |element, (name, value)| element.with_attribute((*name, &*allowed(value))))
}

fn allowed(text: &str) -> Cow<'_, str> {
    if text.chars().all(characters::is_xml) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|c| characters::is_xml(*c)).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;

    use super::*;

    /// What a reader finds: the attribute, the text, the text of the sections.
    fn read(document: &[u8]) -> (String, String, String) {
        let mut reader = Reader::from_reader(document);
        let (mut attribute, mut plain, mut sections, mut name) =
            (String::new(), String::new(), String::new(), String::new());
        let mut buffer = Vec::new();
        loop {
            match reader.read_event_into(&mut buffer).unwrap() {
                Event::Eof => return (attribute, plain, sections),
                Event::Start(start) => {
                    name = start.name().0.to_owned();
                    for found in start.attributes() {
                        attribute = quick_xml::escape::unescape(&found.unwrap().value).unwrap().into_owned();
                    }
                }
                Event::Text(found) if name == "t" => plain.push_str(&found.into_inner()),
                Event::GeneralRef(found) => plain.extend(["&", &found.into_inner(), ";"]),
                Event::CData(found) => sections.push_str(&found.into_inner()),
                _ => {}
            }
            buffer.clear();
        }
    }

    proptest! {
        /// Any characters at all, controls among them, come out as they went in, less what XML forbids.
        #[test]
        fn every_text_survives(words in prop_oneof!["[\\x00-\\x7f\\u{80}-\\u{9f}\\u{fffd}-\\u{10000}]{0,30}", ".{0,30}", "[\\]>&<\"']{0,12}"]) {
            let written = document("r", &[], |xml| {
                text(xml, "t", &[("a", &words)], &words)?;
                cdata(xml, "c", &[], &words)
            }).unwrap();
            let (attribute, plain, sections) = read(&written);
            let expected: String = words.chars().filter(|c| characters::is_xml(*c)).collect();
            prop_assert_eq!(quick_xml::escape::unescape(&plain).unwrap(), expected.as_str());
            prop_assert_eq!(sections, expected.as_str());
            // A reader takes line ends and tabs of an attribute for blanks (XML 1.0 §3.3.3).
            let blanks = |text: &str| text.replace(['\n', '\r', '\t'], " ");
            prop_assert_eq!(blanks(&attribute), blanks(&expected));
        }
    }
}
