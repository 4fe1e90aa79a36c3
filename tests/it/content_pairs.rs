//! The texts of `tests/conformance/content.json`, which `tests/run conformance` compares with a real WordPress,
//! here without one: what Rejoinder shows of each.

use rejoinder::model::text::{DisplayContext, display_content, save_content};
use serde::Deserialize;

const PAIRS: &str = include_str!("../conformance/content.json");
/// The blog's host: `{HOST}` in the texts.
const HOST: &str = "blog.example";
const SITE: DisplayContext<'_> = DisplayContext { home_host: HOST, use_smilies: true };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    #[serde(rename = "group")]
    _group: String,
    text: String,
    /// How often the text is repeated; what is shown is then compared with WordPress only.
    #[serde(default = "once")]
    times: usize,
    shown: Option<String>,
    #[serde(default, rename = "differs")]
    _differs: Vec<String>,
}

fn once() -> usize {
    1
}

fn shown(text: &str) -> String {
    display_content(&save_content(text.trim(), HOST), SITE)
}

#[test]
fn every_text_is_shown_as_the_table_says() {
    let pairs: Vec<Pair> = serde_json::from_str(PAIRS).unwrap();
    assert!(pairs.len() >= 300, "{}", pairs.len());
    for pair in pairs {
        let shown = shown(&pair.text.replace("{HOST}", HOST).repeat(pair.times));
        match pair.shown {
            Some(expected) => assert_eq!(shown, expected.replace("{HOST}", HOST), "{}", pair.text),
            None => assert!(pair.times > 1 && shown.ends_with("</p>\n"), "{}", pair.text),
        }
    }
}
