//! Makes what the templates show (`view`) of what the store has. Pure: the handlers read, this arranges
//! and words. Called by the fragment and by the page.

use std::iter::Peekable;
use std::sync::Arc;

use super::assets;
use super::view::{self, Entry, Item, Notice, PostView, ReplyLink, Respond, SafeHtml, SiteView, Thread, WebUrl, When};
use crate::actions::avatars::Avatars;
use crate::model::comment::{Comment, Status};
use crate::model::options::SiteOptions;
use crate::model::post::Post;
use crate::model::site::Site;
use crate::model::text;
use crate::model::time::Timestamp;
use crate::model::{date, permalink, thread};
use crate::web::content_lang::ContentLang;
use crate::web::site::Here;

/// The name of a comment that has none (WP 7.1 §5.14).
const ANONYMOUS: &str = "Anonymous";

/// What a thread is made of. Owned, so that it can be built where it keeps nobody waiting.
#[derive(Clone, Debug)]
pub(super) struct Material {
    /// The site and its doors.
    pub(super) here: Here,
    /// Where members log in, who come back to the thread's page.
    pub(super) log_in: String,
    /// Where the pictures beside names are, where the site shows any.
    pub(super) avatars: Option<Avatars>,
    /// What is responded to.
    pub(super) post: Arc<Post>,
    /// The approved comments, and perhaps the reader's own that waits; by time, then number.
    pub(super) comments: Vec<Comment>,
    /// The page asked for.
    pub(super) page: Option<i64>,
    /// Who may answer a comment where it stands.
    pub(super) replies: Replies,
    /// What the author of a held comment among them is told.
    pub(super) notice: Notice,
}

/// Who may answer a comment where it stands (WP 7.1 §6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replies {
    /// Nobody: comments are closed.
    Closed,
    /// Members, after they have logged in.
    AfterLogIn,
    /// The reader.
    Open,
}

impl Replies {
    /// For a reader who is not known, as of an answer that is kept for all.
    pub(super) fn for_all(options: &SiteOptions, comments_open: bool) -> Self {
        match (comments_open, options.comment_registration) {
            (false, _) => Self::Closed,
            (true, true) => Self::AfterLogIn,
            (true, false) => Self::Open,
        }
    }

    /// For a reader who can respond in this way.
    pub(super) fn for_one(respond: &Respond) -> Self {
        match respond {
            Respond::Form(_) => Self::Open,
            Respond::LogIn { .. } => Self::AfterLogIn,
            Respond::Frame { .. } | Respond::Closed | Respond::NotYet => Self::Closed,
        }
    }
}

impl Material {
    fn site(&self) -> &Site {
        &self.here.site
    }

    /// The thread; `respond` is how the reader can respond.
    pub(super) fn thread(&self, respond: Respond) -> Thread {
        let lang = ContentLang::of(self.site());
        let arranged = thread::arrange(&self.comments, &self.site().options, self.page);
        let mut flat =
            arranged.items.iter().map(|place| (place.depth, self.item(*place, arranged.page, &lang))).peekable();
        let mut items = level(&mut flat, 1);
        view::number(&mut items);
        let held = self.comments.iter().filter(|c| c.status != Status::Approved).count();
        let (page, pages) = (arranged.page, arranged.pages);
        Thread {
            post: self.post(),
            lang,
            count: u64::try_from(arranged.total - held).unwrap_or(0),
            items,
            pages: u32::try_from(pages).unwrap_or(u32::MAX),
            older: (page > 1 && pages > 0).then(|| self.page_link((page - 1).min(pages))),
            newer: (page < pages).then(|| self.page_link(page + 1)),
            respond,
        }
    }

    fn post(&self) -> PostView {
        PostView { id: self.post.id, url: self.post.url.clone(), title: self.post.title.clone() }
    }

    fn page_link(&self, page: i64) -> String {
        format!("{}/?p={}&cpage={page}#comments", self.here.base, self.post.id)
    }

    fn item(&self, place: thread::Item, page: i64, lang: &ContentLang) -> Item {
        let comment = &self.comments[place.index];
        Item {
            id: comment.id,
            classes: self.classes(comment),
            permalink: permalink::of_comment(&self.post.url, comment.id),
            when: when(self.site(), comment.created_at),
            edited: comment.edited_at.map(|at| when(self.site(), at)),
            lang: lang.clone(),
            entry: self.entry(comment, place, page),
            has_children: place.has_children,
            children: Vec::new(),
        }
    }

    /// The classes that tell what a comment is (WP 7.1 §6.8).
    fn classes(&self, comment: &Comment) -> String {
        let mut classes = comment.kind.as_str().to_owned();
        if comment.account_id.is_some() {
            classes.push_str(" byuser");
            if comment.account_id == self.post.account_id {
                classes.push_str(" bypostauthor");
            }
        }
        classes
    }

    fn entry(&self, comment: &Comment, place: thread::Item, page: i64) -> Entry {
        let content = SafeHtml::filtered(text::display_content(&comment.content, self.site().display()));
        let url = WebUrl::parse(&plain(&comment.author_url));
        if let (true, Some(source)) = (comment.kind.is_linkback(), url.clone()) {
            return Entry::Linkback {
                label: view::linkback_label(comment.kind),
                title: plain(&comment.author_name),
                host: source.host(),
                source,
                excerpt: (!comment.content.trim().is_empty()).then_some(content),
            };
        }
        let is_held = comment.status != Status::Approved;
        // Who has the link only is shown plain words: a held comment's links must not be worth passing on (WP 7.1 §6.8).
        let is_plain = is_held && self.notice == Notice::Preview;
        Entry::Comment {
            avatar: self.avatars.as_ref().and_then(|avatars| avatars.of_comment(comment)),
            author: author(comment),
            proven_by: comment.proven_by.clone(),
            author_url: url.filter(|_| !is_plain),
            content: if is_plain { content.without_tags() } else { content },
            notice: is_held.then_some(self.notice),
            reply: if is_held { None } else { self.reply_link(comment, place, page) },
        }
    }

    /// WP 7.1 §6.7: not at the greatest depth, not without threading, not where comments are closed.
    fn reply_link(&self, comment: &Comment, place: thread::Item, page: i64) -> Option<ReplyLink> {
        let options = &self.site().options;
        let depth_max = usize::try_from(options.thread_comments_depth).unwrap_or(1);
        if self.replies == Replies::Closed || !options.thread_comments || place.depth >= depth_max {
            return None;
        }
        if self.replies == Replies::AfterLogIn {
            return Some(ReplyLink::LogIn { href: self.log_in.clone() });
        }
        let page = if options.page_comments { format!("&cpage={page}") } else { String::new() };
        let (base, post) = (&self.here.base, self.post.id);
        Some(ReplyLink::Form {
            href: format!("{base}/?p={post}{page}&replytocom={}#respond", comment.id),
            post_id: post,
        })
    }
}

/// Nests what comes depth first. As deep as `thread_comments_depth`, at most ten.
fn level(flat: &mut Peekable<impl Iterator<Item = (usize, Item)>>, depth: usize) -> Vec<Item> {
    let mut items = Vec::new();
    while let Some((_, mut item)) = flat.next_if(|(at, _)| *at == depth) {
        item.children = level(flat, depth + 1);
        items.push(item);
    }
    items
}

/// A time in the site's formats and zone.
pub(in crate::web) fn when(site: &Site, at: Timestamp) -> When {
    let options = &site.options;
    let shown = |format: &str| date::display(at, format, &options.timezone_string);
    When {
        machine: date::machine(at, &options.timezone_string),
        words: format!("{} at {}", shown(&options.date_format), shown(&options.time_format)),
    }
}

/// The name of a comment's author, as text.
pub(super) fn author(comment: &Comment) -> String {
    // The mark of who is logged in stands beside the name; none in the name may pass for it.
    let name = text::names::without_marks(&plain(&comment.author_name));
    if name.is_empty() { ANONYMOUS.to_owned() } else { name }
}

/// The text of what is stored escaped (WP 7.1 §5.1).
fn plain(escaped: &str) -> String {
    text::escape::unescape(escaped).into()
}

/// The site as its pages show it.
pub(super) fn site_view(here: &Here) -> SiteView {
    SiteView {
        base: here.base.clone(),
        title: here.site.title.clone(),
        url: here.site.home.to_string(),
        lang: ContentLang::of(&here.site),
        assets: assets::version().to_owned(),
    }
}
