//! What readers read: a thread, the comments and linkbacks in it, and WordPress's classes of each.

use askama::Template;
use askama::filters::HtmlSafe;

use super::{PostView, Respond, SafeHtml, WebUrl, When};
use crate::model::avatar::SHOWN_PIXELS;
use crate::model::comment::CommentType;
use crate::model::ids::{CommentId, PostId};
use crate::model::text::numbers::grouped;
use crate::web::content_lang::ContentLang;

/// What the author of a held comment is told (WP 7.1 §6.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The visitor let the browser remember them, and will see the comment until it is decided on.
    Remembered,
    /// They did not; this view is the only one.
    Preview,
}

impl Notice {
    /// WordPress's words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Remembered => "Your comment is awaiting moderation.",
            Self::Preview => {
                "Your comment is awaiting moderation. This is a preview; your comment will be visible after it has been approved."
            }
        }
    }
}

/// The link below a comment that begins an answer to it (WP 7.1 §6.7).
#[derive(Clone, Debug)]
pub enum ReplyLink {
    /// To the form; with scripts the form comes to the comment.
    Form {
        /// `B/?p=ID&replytocom=N#respond`.
        href: String,
        /// The post that is responded to.
        post_id: PostId,
    },
    /// To the log-in, where only members may comment.
    LogIn {
        /// The log-in, which leads back here.
        href: String,
    },
}

/// What an item is made of.
#[derive(Clone, Debug)]
pub enum Entry {
    /// Written by a person.
    Comment {
        /// Where their picture is, where the site shows any.
        avatar: Option<String>,
        /// Their name; `Anonymous` where none was given (WP 7.1 §5.14).
        author: String,
        /// By whose word they were logged in when they wrote; empty for a guest.
        proven_by: String,
        /// Their website.
        author_url: Option<WebUrl>,
        /// The text.
        content: SafeHtml,
        /// Set on a held comment, which only its author sees.
        notice: Option<Notice>,
        /// Absent on a held comment, at the greatest depth, and where comments are closed.
        reply: Option<ReplyLink>,
    },
    /// A page that links to the post.
    Linkback {
        /// `Pingback`, as WordPress says for trackbacks too, or `Webmention`.
        label: &'static str,
        /// Title of the page, and perhaps of its blog.
        title: String,
        /// The page.
        source: WebUrl,
        /// Its host, so that a reader knows where the link leads before following it.
        host: String,
        /// What the page says around its link.
        excerpt: Option<SafeHtml>,
    },
}

/// One comment or linkback with what stands below it.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/item.html")]
pub struct Item {
    /// Its number, of `#comment-N`.
    pub id: CommentId,
    /// WordPress's classes (WP 7.1 §6.8), completed by [`number`].
    pub classes: String,
    /// The post on the blog with `#comment-N`.
    pub permalink: String,
    /// When it was received.
    pub when: When,
    /// When its own author last changed it, if they did.
    pub edited: Option<When>,
    /// The language of its text.
    pub lang: ContentLang,
    /// What it is made of.
    pub entry: Entry,
    /// Whether it has answers, shown below it or, at the greatest depth, beside it.
    pub has_children: bool,
    /// Answers, one level deeper.
    pub children: Vec<Item>,
}

impl HtmlSafe for Item {}

/// Adds to every item the classes that tell its place, counted in the order of printing (WP 7.1 §6.8).
/// An item comes with those that tell what it is: its type, then `byuser`, `bypostauthor`.
///
/// Recursion ends at the depth to which the caller nested, at most ten.
pub fn number(items: &mut [Item]) {
    let mut printed = 0;
    for (thread, item) in items.iter_mut().enumerate() {
        number_one(item, 1, Some(thread), &mut printed);
    }
}

fn number_one(item: &mut Item, depth: usize, thread: Option<usize>, printed: &mut usize) {
    item.classes.push_str(if printed.is_multiple_of(2) { " even" } else { " odd alt" });
    *printed += 1;
    if let Some(thread) = thread {
        item.classes.push_str(if thread.is_multiple_of(2) { " thread-even" } else { " thread-odd thread-alt" });
    }
    item.classes.push_str(" depth-");
    item.classes.push_str(&depth.to_string());
    if item.has_children {
        item.classes.push_str(" parent");
    }
    for child in &mut item.children {
        number_one(child, depth + 1, None, printed);
    }
}

/// The word before a linkback's title. WordPress calls trackbacks so too (WP 7.1 §6.8).
pub fn linkback_label(kind: CommentType) -> &'static str {
    match kind {
        CommentType::Webmention => "Webmention",
        CommentType::Comment | CommentType::Pingback | CommentType::Trackback => "Pingback",
    }
}

/// The comments of one post on one page of them: the fragment `B/embed/thread`, and the middle of the
/// page `B/?p=ID`. As a fragment it is the same for every reader.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/thread.html")]
pub struct Thread {
    /// What is responded to.
    pub post: PostView,
    /// The language of what people wrote in it.
    pub lang: ContentLang,
    /// Approved comments and linkbacks of the post, on all pages.
    pub count: u64,
    /// Those of this page, threaded.
    pub items: Vec<Item>,
    /// How many pages there are; `embed.js` asks for the page of a `#comment-N` only if more than one.
    pub pages: u32,
    /// `B/?p=ID&cpage=N#comments` of the page before, if there is one.
    pub older: Option<String>,
    /// The same of the page after.
    pub newer: Option<String>,
    /// How the reader can respond.
    pub respond: Respond,
}

impl Thread {
    /// “6 responses to “title””, as WordPress words it; none has no heading.
    pub(super) fn heading(&self) -> Option<String> {
        let responses = match self.count {
            0 => return None,
            1 => "One response".to_owned(),
            count => format!("{} responses", grouped(count)),
        };
        Some(match self.post.title.as_str() {
            "" => responses,
            // The marks are the heading's, not the title's: without the isolation they would change sides.
            title if title.contains(is_right_to_left) => format!("{responses} to “\u{2068}{title}\u{2069}”"),
            title => format!("{responses} to “{title}”"),
        })
    }
}

impl HtmlSafe for Thread {}

/// Whether a letter is of a script that is written from right to left.
fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}
