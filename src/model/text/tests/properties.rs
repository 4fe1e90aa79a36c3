//! What holds for every text, and that no text is expensive.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;
use scraper::Html;

use super::super::{allow_list, capital_p, escape, lengths, names, smilies, tidy, url_clean};
use super::{HOME, SITE, show};
use crate::model::text::{DISPLAY, save_content};

/// What one text may cost the processor in the slow build of the tests. A filter that looks at every character once for
/// every other takes minutes.
const HOSTILE_TEXT_TIME_MAX: Duration = Duration::from_secs(30);
/// Bytes of the longest text that the intake takes.
const BYTES_MAX: usize = crate::model::text::lengths::CONTENT_BYTES_MAX;

/// What fills a text.
const HOSTILE_PARTS: [&str; 49] = [
    "<b>",
    "<blockquote>",
    "<",
    "&",
    "&amp;",
    "&a;",
    "&copy;",
    "(http://a)",
    "http://a.b/&amp;",
    "&#1;",
    "http://a ",
    "\n",
    "http://",
    ";http://[",
    ".http://a)",
    "://",
    "a@",
    "a@b.",
    "a@b.cc ",
    "www.",
    "www.a ",
    "www.a](",
    "http://e.com/((((",
    "[[http://e.com/]]]]",
    "'",
    "\"",
    "'\"",
    "a' 1\" ",
    "'99",
    "'1,1",
    "1x",
    "1.x1",
    "-",
    "- ",
    "xn--",
    "...",
    "``''",
    "'tain't",
    " (tm)",
    ":) ",
    ":",
    "8-",
    "Wordpress",
    " Wordpress",
    "\u{1}\u{2}'",
    "é",
    "a",
    " ",
    "<code>'</code>\"",
];

/// Texts made to be expensive, each about as long as a comment may be.
fn hostile_texts() -> Vec<String> {
    let filled = |part: &str| part.repeat(BYTES_MAX / part.len());
    let long_href = format!("<a href=\"http://e.com/{}\">", "x".repeat(BYTES_MAX / 2));
    let mut opens = String::new();
    for n in 0..3_000 {
        let _ = write!(opens, "<b x={n}>");
    }
    let mut texts = vec![
        filled("<b><i>").split_off(BYTES_MAX / 2) + &"</s>".repeat(8_000),
        opens + &"<p>t".repeat(7_000),
        long_href.clone() + &"a\n\n".repeat(11_000),
        long_href + &"<blockquote>a</blockquote>".repeat(1_300),
        "<b>".to_owned() + &filled("«").split_off(4),
        format!("<a title=\"{}\">", "«".repeat(32_000)),
        format!("<a href=\"http://e.com/{}\">", "&".repeat(65_000)),
        "\u{a0}".repeat(8_000),
        "\"1".to_owned() + &filled("'").split_off(8),
        format!("http://e.com/{}", filled(")").split_off(20)),
    ];
    texts.extend(HOSTILE_PARTS.map(filled));
    texts
}

/// How long this thread has been computing: what others do on the machine meanwhile does not count.
fn computing_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(
        told.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_else(|| panic!("{told}")),
    )
}

#[test]
fn hostile_texts_grow_and_take_little() {
    for hostile in hostile_texts() {
        let begin = hostile.chars().take(12).collect::<String>();
        let began = computing_time();
        let shown = show(&save_content(&hostile, HOME));
        let took = computing_time().saturating_sub(began);
        assert!(took < HOSTILE_TEXT_TIME_MAX, "{begin}: {took:?}");
        assert!(shown.len() <= 12 * BYTES_MAX, "{} bytes from {begin}", shown.len());
    }
}

/// Allow-listed elements and attributes, and what the display filters add.
fn nodes_are_allowed(html: &str) -> Result<(), TestCaseError> {
    let allowed: HashSet<&str> = tidy::ELEMENTS.iter().map(|(name, _)| *name).chain(["p", "br"]).collect();
    let fragment = Html::parse_fragment(html);
    for node in fragment.tree.nodes().skip(1) {
        prop_assert!(!node.value().is_comment(), "{}", html);
        let Some(element) = node.value().as_element() else { continue };
        prop_assert!(
            matches!(element.name(), "html" | "body") || allowed.contains(element.name()),
            "{} in {}",
            element.name(),
            html
        );
        for (name, value) in element.attrs() {
            prop_assert!(matches!(name, "href" | "title" | "cite" | "datetime" | "rel"), "{} in {}", name, html);
            prop_assert!(!value.trim_start().to_ascii_lowercase().starts_with("javascript"), "{}", html);
        }
        if element.attr("href").is_some_and(|href| !href.starts_with("mailto:")) {
            prop_assert!(element.attr("rel").is_some_and(|rel| rel.contains("ugc")), "{}", html);
        }
    }
    Ok(())
}

/// What the sanitiser makes of shown HTML if it is told of the elements that the filters add.
fn sanitised_as_shown(shown: &str) -> String {
    let mut builder = allow_list::builder();
    builder.add_tags(["p", "br"]).add_tag_attributes("a", ["rel"]);
    builder.clean(shown).to_string()
}

/// What markup, addresses and punctuation are made of.
const PIECES: &[&str] = &[
    "<a href=\"http://e.com/\">",
    "<a href='javascript:x'>",
    "<a title=\"x > y\">",
    "</a>",
    "<b>",
    "</b>",
    "<i class=x>",
    "</i>",
    "<blockquote cite=\"http://e.com\">",
    "</blockquote>",
    "<code>",
    "</code>",
    "<q>",
    "<q cite=' javascript:x'>",
    "</q>",
    "&notit;",
    "<p>",
    "</p>",
    "<br/>",
    "\n",
    "\n\n",
    "<script>",
    "</script>",
    "<style>",
    "<svg>",
    "<math>",
    "<mtext>",
    "<table><tr><td>",
    "</table>",
    "<textarea>",
    "<title>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<",
    ">",
    "&",
    "&lt;",
    "&#1;",
    "&#x202e;",
    "&#13;",
    "&nbsp;",
    "\"",
    "'",
    " ",
    "=",
    "/",
    "http://e.com/a",
    ".",
    ")",
    "é",
    "<a href=http://blog.example/x/>",
    "<del datetime=1>",
    "</del>",
    "<abbr title='a\"b'>",
    "<plaintext>",
    "<select><option>",
    "<b",
    "<noscript>",
    "www.e.com",
    "ftp.",
    "://",
    "me@e.com",
    "@",
    ":)",
    ":mrgreen:",
    "...",
    "--",
    "1x2",
    "5",
    "'99",
    "(",
    "[",
    "]",
    "Wordpress",
];

/// Pieces of markup in any order: more likely to be interesting than random characters.
fn soup() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![prop::sample::select(PIECES).prop_map(str::to_owned), "\\PC{0,6}", "[a-z <>&\"'=/!-]{0,8}",];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn saving_twice_is_saving_once_and_only_allowed_nodes_remain(raw in soup()) {
        let saved = save_content(&raw, HOME);
        prop_assert_eq!(&save_content(&saved, HOME), &saved);
        nodes_are_allowed(&saved)?;
    }

    #[test]
    fn shown_html_is_balanced_and_safe(raw in soup()) {
        let shown = show(&save_content(&raw, HOME));
        nodes_are_allowed(&shown)?;
        prop_assert_eq!(sanitised_as_shown(&shown), shown.replace("<br />", "<br>"));
        prop_assert_eq!(show(&raw), shown);
    }

    #[test]
    fn every_filter_leaves_html_that_is_read_as_it_is_written(raw in soup()) {
        let mut html = raw;
        for filter in DISPLAY {
            html = (filter.apply)(&html, SITE);
            prop_assert_eq!(sanitised_as_shown(&html), html.replace("<br />", "<br>"), "after {}", filter.name);
        }
    }

    #[test]
    fn filters_that_are_done_find_nothing_more_to_do(raw in soup()) {
        let saved = save_content(&raw, HOME);
        for filter in [smilies::convert_smilies, capital_p::capital_p] {
            let once = filter(&saved);
            prop_assert_eq!(filter(&once), once);
        }
    }

    #[test]
    fn no_filter_trips_over_html_that_nobody_sanitised(raw in "(\\PC|[<>&;'\"a-x0-9 :/.@()\\[\\]\n\u{1}-\u{5}-]){0,40}") {
        for filter in DISPLAY {
            let _ = (filter.apply)(&raw, SITE);
        }
    }

    #[test]
    fn cleaning_names_twice_is_cleaning_once(raw in "(\\PC|[<>&%0-9a-f;#\u{301}\u{200d}\u{202e}]){0,24}") {
        for clean in [names::author, names::email, url_clean::author_url, names::agent, names::ip] {
            let once = clean(&raw);
            prop_assert_eq!(clean(&once), once);
        }
    }
}

/// What the sanitiser's serialiser does for each such character is bounded by the node that it stands in.
#[test]
fn no_text_node_has_many_characters_that_are_slow_to_escape() {
    for html in ["&amp;".repeat(300), "«".repeat(300), format!("é{}<b>{}</b>&lt;", "&lt;°".repeat(90), "&".repeat(90))]
    {
        let cut = allow_list::in_short_nodes(&html);
        assert_eq!(cut.replace("<!---->", ""), html);
        let slow = |node: &str| node.matches(escape::is_slow_to_escape).count();
        let nodes: Vec<usize> = cut.split("<!---->").flat_map(|part| part.split(['<', '>'])).map(slow).collect();
        assert_eq!(nodes.iter().max(), Some(&allow_list::NODE_SLOW_CHARS_MAX), "{html}");
    }
    let at_bound = "&amp;".repeat(allow_list::NODE_SLOW_CHARS_MAX);
    assert_eq!(allow_list::in_short_nodes(&at_bound), at_bound);
    let text = "<i>« &amp; &lt; »</i>".repeat(100);
    assert_eq!(save_content(&text, HOME), text);
}

#[test]
fn an_attribute_may_have_so_many_characters_that_are_slow_to_escape() {
    let titled = |n: usize| format!("<a title=\"{}\">x</a>", "&amp;".repeat(n));
    let saved = save_content(&titled(tidy::ATTRIBUTE_SLOW_CHARS_MAX), HOME);
    assert_eq!(saved.matches("&amp;").count(), tidy::ATTRIBUTE_SLOW_CHARS_MAX);
    assert_eq!(save_content(&titled(tidy::ATTRIBUTE_SLOW_CHARS_MAX + 1), HOME), "<a>x</a>");
}

/// What is refused for its length in the end is not parsed first.
#[test]
fn a_text_that_cannot_be_stored_is_not_parsed() {
    let text = |n: usize| format!("<b>{}</b>", "&".repeat(n));
    let bound = lengths::STORED_CONTENT_BYTES_MAX / 5;
    assert!(save_content(&text(bound), HOME).starts_with("<b>&amp;"));
    let saved = save_content(&text(bound + 1), HOME);
    assert!(saved.starts_with("&lt;b&gt;&amp;") && saved.len() > lengths::STORED_CONTENT_BYTES_MAX, "{}", saved.len());
}
