//! The newest comments of a site or a post as a feed tells of them (WP 7.1 comments §7): titles, links,
//! identities and texts, all but the XML. Called by `web/feeds`, which writes it.
//!
//! Titles and names are plain text here; `summary` and `content` are HTML.

use std::borrow::Cow;

use crate::model::comment::{Comment, Status};
use crate::model::ids::{CommentId, PostId};
use crate::model::locale::Locale;
use crate::model::permalink;
use crate::model::post::Post;
use crate::model::site::Site;
use crate::model::text::{self, escape};
use crate::model::time::Timestamp;

/// The name of a comment that has none (WP 7.1 §5.14).
const ANONYMOUS: &str = "Anonymous";
/// Bytes of the longest name of a character reference that HTML 4 knows (`&thetasym;`).
const REFERENCE_BYTES_MAX: usize = 8;

/// The forms in which WordPress tells of comments. Its other two, RDF and RSS 0.92, tell of posts only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// RSS 2.0.
    Rss2,
    /// Atom (RFC 4287).
    Atom,
}

impl Format {
    /// WordPress's name, as in `?feed=rss2`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rss2 => "rss2",
            Self::Atom => "atom",
        }
    }

    /// Reads the name of a feed; `feed` is the default one.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "feed" | "rss2" => Some(Self::Rss2),
            "atom" => Some(Self::Atom),
            _ => None,
        }
    }
}

/// What a feed is made of.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The site.
    pub site: &'a Site,
    /// Where its doors are, without a slash at the end.
    pub base: &'a str,
    /// The post, when the feed is of one only.
    pub post: Option<&'a Post>,
    /// What the feed tells of, newest first.
    pub comments: &'a [Comment],
    /// The posts they stand under.
    pub posts: &'a [Post],
    /// What they answer.
    pub parents: &'a [Comment],
    /// When readers last saw something else.
    pub changed_at: Timestamp,
}

/// A feed, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its title.
    pub title: String,
    /// The blog's tagline.
    pub description: String,
    /// The language of what it tells: the blog's.
    pub language: Locale,
    /// The page it belongs to.
    pub link: String,
    /// Its own address.
    pub self_link: String,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// One for each comment, newest first.
    pub entries: Vec<Entry>,
}

/// One comment or linkback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// “Comment on POST by AUTHOR”, in a post's own feed “By: AUTHOR”.
    pub title: String,
    /// Where it stands on the blog.
    pub link: String,
    /// What it is known by, whatever becomes of addresses: WordPress's, so that a blog that moves here does
    /// not make its readers' programs show everything again.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// Their website.
    pub author_url: Option<String>,
    /// When it was received.
    pub at: Timestamp,
    /// The stored text, its mark-up shown as text.
    pub summary: String,
    /// What readers of the page see.
    pub content: String,
    /// What it answers: a comment, else the post.
    pub in_reply_to: Reference,
}

/// Something that is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it is known by.
    pub id: String,
    /// Where it stands.
    pub link: String,
}

impl Material<'_> {
    /// The feed in the words of its form.
    pub fn feed(&self, format: Format) -> Feed {
        let (title, link) = match self.post {
            None => (format!("Comments for {}", self.site_name()), self.home().to_owned()),
            // Only RSS has the colon, and only Atom leads to the comments.
            Some(post) if format == Format::Rss2 => (format!("Comments on: {}", name_of(post)), post.url.clone()),
            Some(post) => {
                let place = if self.comments.is_empty() { "respond" } else { "comments" };
                (format!("Comments on {}", name_of(post)), format!("{}#{place}", post.url))
            }
        };
        Feed {
            title,
            description: self.site.options.blogdescription.clone(),
            language: self.site.options.WPLANG.clone(),
            link,
            self_link: self_link(self.base, self.post.map(|p| p.id), format),
            changed_at: self.changed_at,
            entries: self.comments.iter().filter_map(|comment| self.entry(comment)).collect(),
        }
    }

    fn entry(&self, comment: &Comment) -> Option<Entry> {
        let post = self.post.or_else(|| self.posts.iter().find(|p| p.id == comment.post_id))?;
        let author = author(comment);
        let prefix = self.reply_prefix(comment, post);
        let stored = prefix.as_deref().map_or(Cow::Borrowed(comment.content.as_str()), |prefix| {
            Cow::Owned(format!("{prefix}\n\n{}", comment.content))
        });
        let answers = prefix.map_or_else(String::new, |prefix| text::display_own(&prefix, self.site.display()));
        Some(Entry {
            title: match self.post {
                Some(_) => format!("By: {author}"),
                None => format!("Comment on {} by {author}", name_of(post)),
            },
            link: permalink::of_comment(&post.url, comment.id),
            id: self.id_of(post, comment.id),
            author,
            author_url: web_address(&comment.author_url),
            at: comment.created_at,
            summary: escape::esc_html(&numeric_references(&stored)),
            content: answers + &text::display_content(&comment.content, self.site.display()),
            in_reply_to: match comment.parent_id {
                Some(parent) => {
                    Reference { id: self.id_of(post, parent), link: permalink::of_comment(&post.url, parent) }
                }
                None => Reference { id: self.id_of_post(post), link: post.url.clone() },
            },
        })
    }

    /// “In reply to NAME.”, where readers may know of that comment: WordPress names whoever wrote it, though
    /// it be held.
    fn reply_prefix(&self, comment: &Comment, post: &Post) -> Option<String> {
        let parent = self.parents.iter().find(|p| Some(p.id) == comment.parent_id && p.status == Status::Approved)?;
        let link = escape::esc_html(&permalink::of_comment(&post.url, parent.id));
        Some(format!("In reply to <a href=\"{link}\">{}</a>.", escape::esc_text(&author(parent))))
    }

    fn id_of(&self, post: &Post, comment: CommentId) -> String {
        permalink::of_comment(&self.id_of_post(post), comment)
    }

    fn id_of_post(&self, post: &Post) -> String {
        format!("{}/?p={}", self.home(), post.id)
    }

    fn home(&self) -> &str {
        self.site.home.as_str().trim_end_matches('/')
    }

    fn site_name(&self) -> &str {
        if self.site.title.is_empty() { self.site.home_host() } else { &self.site.title }
    }
}

/// The address of a feed as we advertise it.
pub fn self_link(base: &str, post: Option<PostId>, format: Format) -> String {
    match (post, format) {
        (None, Format::Rss2) => format!("{base}/comments/feed/"),
        (None, Format::Atom) => format!("{base}/comments/feed/atom/"),
        (Some(post), format) => format!("{base}/?feed={}&p={post}", format.as_str()),
    }
}

fn name_of(post: &Post) -> &str {
    if post.title.is_empty() { &post.url } else { &post.title }
}

fn author(comment: &Comment) -> String {
    let name = escape::unescape(&comment.author_name);
    if name.is_empty() { ANONYMOUS.to_owned() } else { name.into() }
}

fn web_address(stored: &str) -> Option<String> {
    let url = url::Url::parse(&escape::unescape(stored)).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.into())
}

/// Every named character reference by its number, of three digits at least, and `|` too, as WordPress writes
/// feeds (WP 7.1 §7.3): a reader that knows XML's five names only reads them all.
pub fn numeric_references(html: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(html.len() + 16);
    let mut rest = html;
    while let Some(at) = rest.find(['&', '|']) {
        out.push_str(&rest[..at]);
        let found = &rest[at..];
        let (reference, character) = if found.starts_with('|') { ("|", Some('|')) } else { named(found) };
        if let Some(c) = character {
            // Writing to a String cannot fail.
            let _written = write!(out, "&#{:03};", u32::from(c));
        } else {
            out.push_str(reference);
        }
        rest = &found[reference.len()..];
    }
    out.push_str(rest);
    out
}

/// The named reference at the beginning of `text`, which begins with `&`, and its character; the bare `&`
/// where it is none.
fn named(text: &str) -> (&str, Option<char>) {
    let end = text.bytes().take(REFERENCE_BYTES_MAX + 2).position(|b| b == b';');
    let Some(reference) = end.map(|end| &text[..=end]) else { return ("&", None) };
    let name = &reference[1..reference.len() - 1];
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return ("&", None);
    }
    let read = escape::unescape(reference);
    let mut characters = read.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => (reference, Some(c)),
        _ => ("&", None),
    }
}

#[cfg(test)]
mod tests;
