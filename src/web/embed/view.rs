//! What the templates of the comment section are filled with: plain structs, made by the handlers of
//! this folder from rows of the store, turned into bytes here and nowhere else.
//!
//! Every `String` below is plain text and is escaped by the template; the store keeps names and URLs
//! escaped (WP 7.1 §5.1), so the handler decodes them once. Only [`SafeHtml`] goes out as it is, and
//! only a [`WebUrl`] becomes a link to a place that a stranger chose. A template that holds another
//! (a thread its items, an item its children) prints it in place, without a string between.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use super::picker::Picker;
use crate::model::avatar::SHOWN_PIXELS;
use crate::model::comment::CommentType;
use crate::model::form_fields;
use crate::model::ids::{CommentId, PostId};
use crate::model::subscription::Wish;
use crate::model::text;
use crate::model::text::escape::{esc_text, visible_text};

/// Longest comment that the form takes, in characters (WP 7.1 §1.7).
pub const COMMENT_CHARS_MAX: usize = 65_525;
/// Longest name that the form takes, in characters (WP 7.1 §1.7).
pub const AUTHOR_CHARS_MAX: usize = 245;
/// Longest e-mail address that the form takes, in characters (WP 7.1 §1.7).
pub const EMAIL_CHARS_MAX: usize = 100;
/// Longest website that the form takes, in characters (WP 7.1 §1.7).
pub const URL_CHARS_MAX: usize = 200;

/// HTML that was filtered for display already, and is printed as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes what the display filters (`model::text`) made of a stored comment, and nothing else.
    pub fn filtered(html: String) -> Self {
        Self(html)
    }

    /// Its words alone.
    #[must_use]
    pub fn without_tags(&self) -> Self {
        Self(esc_text(&visible_text(&self.0)))
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for SafeHtml {}

/// How a trackback's sender finds the door: RDF in a comment of the page (TrackBack 1.2, WP 7.1 XML-RPC §4.5).
#[derive(Clone, Debug)]
pub struct TrackbackDoor {
    /// The door.
    pub ping: String,
    title: SafeHtml,
}

impl TrackbackDoor {
    /// The door of the post of this title.
    pub fn new(ping: String, title: &str) -> Self {
        // Two hyphens would end the comment for readers of XML.
        let title = text::escape::esc_text(title).replace('"', "&quot;").replace("--", "&#x2d;&#x2d;");
        Self { ping, title: SafeHtml(title) }
    }
}

/// An absolute `http` or `https` URL: the only kind that may become a link (S-XSS, rule "URLs").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebUrl(String);

impl WebUrl {
    /// The URL as it was written, if it is of the web; `None` for any other scheme and for no URL.
    pub fn parse(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| Self(url.into()))
    }

    /// Its host, as it is known in the name system.
    pub fn host(&self) -> String {
        url::Url::parse(&self.0).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The direction in which the site's language is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    #[default]
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// The value of the `dir` attribute.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// A colour scheme that the host page asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark text on a light page.
    Light,
    /// Light text on a dark page.
    Dark,
}

impl Scheme {
    /// Reads the query parameter `scheme`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    /// The value of the CSS property `color-scheme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The site as its pages show it.
#[derive(Clone, Debug, Default)]
pub struct SiteView {
    /// `B`: the site's base URL on this server, without a slash at its end. It holds no `&` and no
    /// quotes, so that the pingback link keeps the exact form that clients search for (PB-D6, PB-D7).
    pub base: String,
    /// The blog's title; may be empty.
    pub title: String,
    /// The blog's own address.
    pub url: String,
    /// Language tag of the blog.
    pub lang: String,
    /// Direction of that language.
    pub dir: Direction,
    /// Names the version of the scripts and styles, which may be kept for ever under it.
    pub assets: String,
}

/// The post as its thread shows it.
#[derive(Clone, Debug)]
pub struct PostView {
    /// Its number on the site.
    pub id: PostId,
    /// Where it stands on the blog.
    pub url: String,
    /// Its title; may be empty.
    pub title: String,
}

impl PostView {
    /// The title, or the URL of a post that has none: what a link to it says.
    pub fn title_or_url(&self) -> &str {
        if self.title.is_empty() { &self.url } else { &self.title }
    }
}

/// A moment, for machines and for readers without scripts; `embed.js` words it anew for the reader's
/// own language and zone.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// RFC 3339 with the site's offset.
    pub machine: String,
    /// Date and time in the site's formats, `November 22, 2026 at 6:02 pm`.
    pub words: String,
}

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
    fn heading(&self) -> Option<String> {
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

/// A number with a comma between groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How the reader can respond. The frame and the page show the same.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/respond.html")]
pub enum Respond {
    /// The place in the host page that the frame takes, with the way to the page for readers without
    /// scripts.
    Frame {
        /// `B/?p=ID#respond`.
        href: String,
        /// Which room the frame will need.
        room: Room,
    },
    /// The form.
    Form(Box<CommentForm>),
    /// Only who is logged in can, and this is nobody.
    LogIn {
        /// The log-in, which leads back here.
        href: String,
        /// The ways to log in.
        picker: Picker,
    },
    /// Nobody can.
    Closed,
    /// Nobody can as long as the page is not known to be a post of the blog.
    NotYet,
}

impl HtmlSafe for Respond {}

/// What the room of the frame depends on, beside its width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// The frame will hold the ways to log in only.
    pub is_log_in: bool,
    /// It has the boxes of who wants to be told of new comments.
    pub has_boxes: bool,
    /// A telephone has no room for the icons in one row.
    pub has_rows: bool,
}

/// The comment that an answer is for.
#[derive(Clone, Debug)]
pub struct ReplyTo {
    /// Its number, WordPress's `comment_parent`.
    pub id: CommentId,
    /// Its author's name.
    pub name: String,
    /// Where it stands: its fragment, before which a page that does not show it puts the thread's.
    pub href: String,
}

/// What is known of a guest, from the cookies that they allowed (WP 7.1 §2.10).
#[derive(Clone, Debug, Default)]
pub struct Guest {
    /// Name.
    pub author: String,
    /// E-mail address.
    pub email: String,
    /// Website.
    pub url: String,
    /// Whether the browser was let to remember them.
    pub remembered: bool,
}

/// Somebody who is logged in, as the form greets them (WP 7.1 §6.9).
#[derive(Clone, Debug, Default)]
pub struct LoggedIn {
    /// The name their comment will have.
    pub name: String,
    /// Whose account it is by which they comment: a provider's, or one of this site. None for its members.
    pub account: Option<String>,
    /// Where they log in otherwise.
    pub change: String,
    /// Their profile.
    pub profile: String,
    /// Where logging out is posted to.
    pub log_out: String,
    /// The token of their session, without which nothing is done in their name.
    pub csrf: String,
    /// Where logging out leads: here.
    pub back: String,
}

/// The two boxes of who wants to be told of new comments by mail.
#[derive(Clone, Copy, Debug, Default)]
pub struct Boxes {
    /// Which of them is ticked.
    pub ticked: Option<Wish>,
}

/// The comment form (WP 7.1 §6.9).
#[derive(Clone, Debug)]
pub struct CommentForm {
    /// `B`.
    pub base: String,
    /// The post that is responded to.
    pub post_id: PostId,
    /// The comment that is answered.
    pub reply_to: Option<ReplyTo>,
    /// Text to begin with, normally none.
    pub comment: String,
    /// Fields to begin with.
    pub guest: Guest,
    /// The ways to log in.
    pub picker: Picker,
    /// Who is logged in, and is asked for no name.
    pub logged_in: Option<LoggedIn>,
    /// Whether comments are closed, and only who moderates here may still reply.
    pub closed_for_others: bool,
    /// The option `require_name_email`.
    pub require_name_email: bool,
    /// The option `show_comments_cookies_opt_in`.
    pub cookies_opt_in: bool,
    /// The boxes of who wants to be told of new comments by mail, where that can be asked for.
    pub subscriptions: Option<Boxes>,
    /// The signed token; empty in a page that is kept for many readers, and then not judged.
    pub token: String,
    /// Where a classic post leads: the page of the thread, where a held comment can be seen.
    pub redirect_to: String,
    /// Where “Cancel reply” leads: the same page with the form in its own place.
    pub cancel_href: String,
}

impl CommentForm {
    /// The member of the site who is logged in.
    fn member(&self) -> Option<&LoggedIn> {
        self.logged_in.as_ref().filter(|who| who.account.is_none())
    }
}

/// The document in the frame, `B/embed/form`.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/form.html")]
pub struct FormFrame {
    /// The site.
    pub site: SiteView,
    /// The one origin that the frame speaks with: one of the site's own, never just what was asked for.
    pub host_origin: String,
    /// Colour scheme of the host page, so that the first picture has it already.
    pub scheme: Option<Scheme>,
    /// Where a log-in leads from a window that has no way to the frame.
    pub logged_in: String,
    /// The form, or why there is none.
    pub respond: Respond,
}

/// The thread as a page of its own, `B/?p=ID`: works without scripts.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/page.html")]
pub struct ThreadPage {
    /// The site.
    pub site: SiteView,
    /// The thread, with the visitor's own held comments among it and the form below.
    pub thread: Thread,
    /// Whether search engines are asked to leave it alone: views of a reply or of a held comment
    /// (WP 7.1 §2.11).
    pub noindex: bool,
    /// Whether the post takes linkbacks, and so says where.
    pub pings_open: bool,
    /// Where trackbacks go, where they are taken.
    pub trackback: Option<TrackbackDoor>,
    /// Whether the post's feed is named: it takes responses, or has some (WP 7.1 §7.1).
    pub has_feed: bool,
}

/// The page of the demo site, `B/` on a fresh data folder.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/demo.html")]
pub struct DemoPage {
    /// The demo site.
    pub site: SiteView,
    /// The demo post, which this page is.
    pub post: PostView,
    /// Address of the moderators' desk.
    pub desk: String,
    /// Whether the post takes linkbacks, and so says where.
    pub pings_open: bool,
}

/// The page at `B/` itself.
#[derive(Clone, Debug, Template)]
#[template(path = "web/embed/front.html")]
pub struct FrontPage {
    /// The site.
    pub site: SiteView,
    /// Address of the moderators' desk.
    pub desk: String,
}

#[cfg(test)]
mod tests;
