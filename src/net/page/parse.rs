//! HTML to a tree, bounded. html5ever searches its stack of open elements for almost every tag and
//! reopens formatting elements in every new block, so a hostile megabyte can cost minutes and gigabytes;
//! this watches what the parser builds, token by token, and ends the reading when it is too much. The
//! page is then what was read so far.

use std::cell::Cell;

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use scraper::{Html, HtmlTreeSink};

/// Deepest node read, `html` being 1; browsers stop at 512, and pages that people wrote are below 100.
pub const DEPTH_MAX: usize = 256;
/// Most nodes read: elements, texts and comments.
pub const NODES_MAX: usize = 200_000;
/// Most blanks and slashes in one tag or comment. Each may begin an attribute, and html5ever compares
/// every attribute's name with all the others of its tag.
pub const TAG_BLANKS_MAX: usize = 8 * 1024;

/// How much is given to the tokenizer at once, in bytes: the grain of [`TAG_BLANKS_MAX`].
const CHUNK_BYTES: usize = 4 * 1024;

type Node = <HtmlTreeSink as TreeSink>::Handle;

/// The tree of `text`, and whether a bound cut it.
pub(super) fn parse(text: &str) -> (Html, bool) {
    let sink = HtmlTreeSink::new(Html::new_document());
    let builder = TreeBuilder::new(sink, TreeBuilderOpts::default());
    let guard = Guard { builder, tokens: Cell::new(0), nodes: Cell::new(0), is_spent: Cell::new(false) };
    let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
    let input = BufferQueue::default();

    let mut rest = text;
    let mut blanks = 0;
    while !rest.is_empty() && !tokenizer.sink.is_spent.get() {
        let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK_BYTES));
        rest = after;
        let tokens_before = tokenizer.sink.tokens.get();
        input.push_back(StrTendril::from(chunk));
        feed(&tokenizer, &input);
        if tokenizer.sink.tokens.get() > tokens_before {
            blanks = 0;
        }
        blanks += chunk.bytes().filter(|b| b.is_ascii_whitespace() || *b == b'/').count();
        if blanks > TAG_BLANKS_MAX {
            tokenizer.sink.is_spent.set(true);
        }
    }
    tokenizer.end();
    let guard = tokenizer.sink;
    (guard.builder.sink.finish(), guard.is_spent.get())
}

/// Lets the tokenizer take all of `input`. It pauses after each script, and we run none, and at each
/// `meta charset`, which `charset` has read already.
fn feed(tokenizer: &Tokenizer<Guard>, input: &BufferQueue) {
    while !matches!(tokenizer.feed(input), TokenizerResult::Done) {}
}

/// Stands between tokenizer and tree builder, and withholds all tokens once a bound is passed.
struct Guard {
    builder: TreeBuilder<Node, HtmlTreeSink>,
    tokens: Cell<usize>,
    nodes: Cell<usize>,
    is_spent: Cell<bool>,
}

impl Guard {
    /// Whether the tree has outgrown its bounds. The newest node is the deepest that can be new, and
    /// every open element was the newest once.
    fn is_too_large(&self) -> bool {
        let html = self.builder.sink.0.borrow();
        let nodes = html.tree.nodes().len();
        if self.nodes.replace(nodes) == nodes {
            return false;
        }
        let depth = html.tree.nodes().next_back().map_or(0, |newest| newest.ancestors().take(DEPTH_MAX + 1).count());
        nodes > NODES_MAX || depth > DEPTH_MAX
    }
}

impl TokenSink for Guard {
    type Handle = Node;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<Node> {
        self.tokens.set(self.tokens.get() + 1);
        if self.is_spent.get() && !matches!(token, Token::EOFToken) {
            return TokenSinkResult::Continue;
        }
        let result = self.builder.process_token(token, line_number);
        if self.is_too_large() {
            self.is_spent.set(true);
        }
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(count: usize, before: &str, after: &str) -> String {
        (0..count).flat_map(|n| [before.to_owned(), n.to_string(), after.to_owned()]).collect()
    }

    #[test]
    fn reading_goes_on_after_a_script_and_after_a_meta_charset() {
        let html = "<meta charset=utf-8><script>1</script><meta http-equiv=content-type content='text/html; charset=utf-8'><p id=last>";
        let (tree, is_cut) = parse(html);
        assert!(!is_cut && tree.html().contains("id=\"last\""), "{}", tree.html());
    }

    #[test]
    fn ordinary_pages_are_read_whole_and_hostile_ones_in_part() {
        let attributes: String = numbered(TAG_BLANKS_MAX * 2, " a", "");
        let many_formats: String = numbered(200, "<b c=", ">");
        let table: Vec<(&str, String, bool)> = vec![
            ("flat", "<p>a <b>b</b></p>\n".repeat(5_000), false),
            ("data URL", format!("<img src='data:image/png;base64,{}'>", "aGVsbG8K".repeat(100_000)), false),
            ("script", format!("<script>{}</script>", "a / b ".repeat(20_000)), false),
            ("open paragraphs", "<p>".repeat(50_000), false),
            ("open items", format!("<ul>{}", "<li>x".repeat(40_000)), false),
            ("deepest", "<div>".repeat(DEPTH_MAX - 2), false),
            ("one deeper", "<div>".repeat(DEPTH_MAX - 1), true),
            ("deep", "<div>".repeat(200_000), true),
            ("deep after the body", "<div></body><!---->".repeat(50_000), true),
            ("reopened formats", format!("{many_formats}{}", "<p>x</p>".repeat(100_000)), true),
            ("formats one by one", numbered(20_000, "<p><b c=", "></p>"), true),
            ("attributes", format!("<p{attributes}>"), true),
            ("nodes", "<br>".repeat(NODES_MAX), true),
        ];
        for (name, page, is_cut) in table {
            assert_eq!(parse(&page).1, is_cut, "{name}");
        }
    }
}
