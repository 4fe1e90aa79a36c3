//! Paragraphs and line breaks from blank lines and line ends (WP 7.1 §5.10), for sanitised HTML. Writes
//! what WordPress writes, except that a paragraph never ends inside of an element that goes on: the
//! element is closed with the paragraph and opened again in the next (WordPress mis-nests there).

use super::pieces::{Piece, pieces, tag_name};

/// The block elements that the comment allow-list lets through.
const BLOCKS: [&str; 1] = ["blockquote"];

/// Bytes of tags that may be written again because elements go on over several paragraphs. A long link
/// over thousands of paragraphs would else grow without bound; after it elements end with their paragraph.
const REOPENED_BYTES_MAX: usize = 64 * 1024;

/// The HTML in paragraphs; empty for blank HTML, else ending in a newline.
pub(super) fn auto_paragraph(html: &str) -> String {
    let mut writer = Writer { out: String::with_capacity(html.len() + 32), ..Writer::default() };
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => writer.text(text),
            Piece::Tag(tag) => match (BLOCKS.contains(&tag_name(tag)), tag.starts_with("</")) {
                (true, closing) => writer.block(tag, closing),
                (false, true) => writer.inline_close(tag),
                (false, false) => writer.inline_open(tag),
            },
        }
    }
    writer.finish()
}

/// An inline element that is open in the source.
struct Inline<'a> {
    /// Its opening tag.
    tag: &'a str,
    /// Whether it is open in the current paragraph.
    written: bool,
    /// Whether it ends with its paragraph because [`REOPENED_BYTES_MAX`] is used up.
    over: bool,
}

/// What was written last, as far as a line end depends on it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// Nothing yet, or words in a paragraph.
    #[default]
    Words,
    /// A block's opening tag.
    BlockOpen,
    /// `</p>` or a block's closing tag.
    BlockEnd,
}

#[derive(Default)]
struct Writer<'a> {
    out: String,
    in_paragraph: bool,
    inline: Vec<Inline<'a>>,
    /// White space that is written only if something follows it.
    space: String,
    /// A line end was read after which nothing was written.
    line_ended: bool,
    /// White space before that line end: it stays at the end of a paragraph, but not before a `<br />`.
    line_space: String,
    last: Last,
    reopened_bytes: usize,
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: &str) {
        for part in text.split_inclusive('\n') {
            let (line, ended) = part.strip_suffix('\n').map_or((part, false), |line| (line, true));
            let words = line.trim_start_matches([' ', '\t']);
            self.space.push_str(&line[..line.len() - words.len()]);
            let written = words.trim_end_matches([' ', '\t']);
            if !written.is_empty() {
                self.content(written);
                self.space.push_str(&words[written.len()..]);
            }
            if ended {
                self.line_end();
            }
        }
    }

    /// A second line end with nothing between them is a blank line.
    fn line_end(&mut self) {
        if self.line_ended || !self.in_paragraph {
            self.end_paragraph();
        } else {
            self.line_ended = true;
            self.line_space = std::mem::take(&mut self.space);
        }
    }

    /// Writes text or a tag into the paragraph, and first what was put off until something follows.
    fn content(&mut self, written: &str) {
        if self.in_paragraph {
            if self.line_ended {
                self.out.push_str("<br />\n");
            }
        } else {
            if self.last == Last::BlockEnd {
                self.out.push('\n');
            }
            self.out.push_str("<p>");
            self.last = Last::Words;
            self.in_paragraph = true;
        }
        self.line_ended = false;
        for element in self.inline.iter_mut().filter(|element| !element.written && !element.over) {
            element.written = true;
            self.reopened_bytes += element.tag.len();
            self.out.push_str(element.tag);
        }
        self.out.push_str(&self.space);
        self.space.clear();
        self.out.push_str(written);
    }

    fn inline_open(&mut self, tag: &'a str) {
        self.content(tag);
        self.inline.push(Inline { tag, written: true, over: false });
    }

    fn inline_close(&mut self, tag: &str) {
        if self.inline.last().is_some_and(|element| element.written) {
            self.content(tag);
        }
        self.inline.pop();
    }

    fn block(&mut self, tag: &str, closing: bool) {
        self.end_paragraph();
        let own_line = if closing {
            self.last == Last::BlockEnd && self.out.ends_with("</blockquote>")
        } else {
            self.last != Last::Words
        };
        if own_line {
            self.out.push('\n');
        }
        self.out.push_str(tag);
        self.last = if closing { Last::BlockEnd } else { Last::BlockOpen };
    }

    fn end_paragraph(&mut self) {
        if self.in_paragraph {
            self.out.push_str(if self.line_ended { &self.line_space } else { &self.space });
            self.close_inline();
            self.out.push_str("</p>");
            self.last = Last::BlockEnd;
        }
        self.space.clear();
        self.in_paragraph = false;
        self.line_ended = false;
    }

    /// Closes what is open in the paragraph; it is opened again when something follows.
    fn close_inline(&mut self) {
        let over = self.reopened_bytes > REOPENED_BYTES_MAX;
        for element in self.inline.iter_mut().rev().filter(|element| element.written) {
            element.written = false;
            element.over = over;
            self.out.push_str("</");
            self.out.push_str(tag_name(element.tag));
            self.out.push('>');
        }
    }

    fn finish(mut self) -> String {
        self.end_paragraph();
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}
