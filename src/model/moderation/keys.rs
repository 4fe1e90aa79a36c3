//! Moderation and disallowed keys: which text of a comment each key is looked for in, and how.
//! Called by the moderation decision, and for linkbacks before their source is fetched.
//!
//! WordPress looks for moderation keys in the rendered HTML, where `nofollow` or `p` is in nearly every
//! comment and a straight apostrophe in none (WP 7.1 §14, #7). We look in what was sent and in what a
//! reader sees of it, so a key means the same everywhere; and in where its links lead, which a
//! character reference (`c&#97;sino.test`) hides from both.

use super::Facts;
use crate::model::text::escape::{unescape, visible_text};
use crate::model::text::fold::fold;

/// A comment's texts, folded when the first key asks for them: most sites have no keys.
pub(super) struct Subjects<'a> {
    facts: &'a Facts<'a>,
    folded: Option<Vec<(&'static str, String)>>,
}

impl<'a> Subjects<'a> {
    pub(super) fn new(facts: &'a Facts<'a>) -> Self {
        Self { facts, folded: None }
    }

    /// The first moderation key that a text has, in words for the reason.
    pub(super) fn find_moderated(&mut self, keys: &str) -> Option<String> {
        keys_in(keys).find_map(|key| find(key, self.folded()))
    }

    /// The first disallowed key likewise. Its texts are those of the moderation keys and what was sent
    /// without its tags: the filters may have dropped some of it (WP 7.1 §3.3).
    pub(super) fn find_disallowed(&mut self, keys: &str) -> Option<String> {
        let mut keys = keys_in(keys).peekable();
        keys.peek()?;
        let sent = [("content", fold(&visible_text(self.facts.raw_content)))];
        keys.find_map(|key| find(key, self.folded()).or_else(|| find(key, &sent)))
    }

    fn folded(&mut self) -> &[(&'static str, String)] {
        let facts = self.facts;
        self.folded.get_or_insert_with(|| {
            vec![
                ("author", fold(&visible_text(facts.author))),
                ("e-mail", fold(facts.email)),
                ("URL", fold(&visible_text(facts.url))),
                ("content", fold(facts.raw_content)),
                ("content", fold(&visible_text(facts.content))),
                ("content", fold(&visible_text(facts.rendered))),
                ("content", fold(&link_targets(facts.content))),
                ("IP address", fold(facts.ip)),
                ("user agent", fold(facts.agent)),
            ]
        })
    }
}

/// Whether a text has one of the keys.
pub(super) fn is_any_in(keys: &str, text: &str) -> bool {
    let subjects = [("text", fold(text))];
    keys_in(keys).any(|key| find(key, &subjects).is_some())
}

/// Where the links of stored HTML lead, one a line. There an attribute's value is always in `"`.
fn link_targets(html: &str) -> String {
    let values = html.split(" href=\"").skip(1).filter_map(|after| after.split('"').next());
    unescape(&values.collect::<Vec<_>>().join("\n")).into_owned()
}

/// The keys of a list, one a line; empty lines and `0` are none (WP 7.1 §3.2, rule 4).
fn keys_in(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(str::trim).filter(|key| !key.is_empty() && *key != "0")
}

fn find(key: &str, subjects: &[(&'static str, String)]) -> Option<String> {
    let folded = fold(key);
    if folded.is_empty() {
        return None; // a lone accent folds to nothing, and nothing is in every text
    }
    let (name, _) = subjects.iter().find(|(_, text)| text.contains(&folded))?;
    Some(format!("key “{key}” in the {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_trimmed_lines_without_the_line_0() {
        assert_eq!(keys_in(" a b \r\n\n0\n00\nc").collect::<Vec<_>>(), ["a b", "00", "c"]);
    }
}
