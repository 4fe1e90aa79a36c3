//! The feeds over HTTP: every address of theirs, what they tell and what they never tell, and what a
//! reader's program that has them already is sent.

mod addresses;
mod caching;
mod contents;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use crate::embed::World;
use crate::harness::Answer;

const RSS2: &str = "/comments/feed/";
const ATOM: &str = "/comments/feed/atom/";

async fn feed(world: &World, path: &str) -> Document {
    let answer = world.test.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    Document::of(&answer)
}

/// A document as an XML parser reads it: what stands at each path, `channel/item/title` or `feed/link@href`.
struct Document(Vec<(String, String)>);

impl Document {
    fn of(answer: &Answer) -> Self {
        let text = answer.text();
        let mut reader = Reader::from_str(&text);
        let (mut found, mut open) = (Vec::new(), Vec::<(String, String)>::new());
        let path = |open: &[(String, String)]| open.iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>().join("/");
        loop {
            let event = reader.read_event().unwrap_or_else(|e| panic!("{e}: {text}"));
            let is_empty = matches!(event, Event::Empty(_));
            match event {
                Event::Eof => break,
                Event::Start(tag) | Event::Empty(tag) => {
                    open.push((tag.name().0.to_owned(), String::new()));
                    for attribute in tag.attributes() {
                        let attribute = attribute.unwrap();
                        let value = unescape(&attribute.value).unwrap().into_owned();
                        found.push((format!("{}@{}", path(&open), attribute.key.0), value));
                    }
                    if is_empty {
                        open.pop();
                    }
                }
                Event::End(_) => {
                    let at = path(&open);
                    found.push((at, open.pop().unwrap().1));
                }
                Event::Text(text) => add(&mut open, &text.into_inner()),
                Event::CData(text) => add(&mut open, &text.into_inner()),
                Event::GeneralRef(name) => {
                    add(&mut open, &unescape(&format!("&{};", name.into_inner())).unwrap());
                }
                Event::Decl(_) => {}
                other => panic!("{other:?} in {text}"),
            }
        }
        assert!(open.is_empty(), "{text}");
        Self(found)
    }

    fn all(&self, path: &str) -> Vec<&str> {
        self.0.iter().filter(|(at, _)| at == path).map(|(_, text)| text.as_str()).collect()
    }

    fn one(&self, path: &str) -> &str {
        match self.all(path).as_slice() {
            [text] => text,
            other => panic!("{path}: {other:?} in {:?}", self.0),
        }
    }
}

fn add(open: &mut [(String, String)], text: &str) {
    if let Some((_, content)) = open.last_mut() {
        content.push_str(text);
    }
}
