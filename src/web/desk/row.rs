//! One comment as the queue shows it, and as the pages about one comment show it.

use std::collections::HashMap;

use crate::actions::avatars::Avatars;
use crate::error::Result;
use crate::model::account::Actor;
use crate::model::comment::{Comment, CommentType, Status};
use crate::model::ids::{CommentId, PostId};
use crate::model::permalink;
use crate::model::post::Post;
use crate::model::text::display_content;
use crate::store::audit::{self, Entry};
use crate::store::{comments, posts};
use crate::web::content_lang::ContentLang;
use crate::web::desk::chrome::Desk;
use crate::web::desk::show::{self, Link, When};

/// A comment, ready to show.
pub(super) struct Row {
    pub(super) id: CommentId,
    /// `hold`, `approved`, `spam` or `trash`.
    pub(super) status: &'static str,
    /// The status in the desk's words.
    pub(super) status_label: &'static str,
    /// "Pingback" and so on; none for a comment.
    pub(super) kind: Option<&'static str>,
    /// Where the author's picture is, where the site shows any.
    pub(super) avatar: Option<String>,
    pub(super) author: String,
    /// By whose word the author was logged in; empty for a guest.
    pub(super) proven_by: String,
    pub(super) email: String,
    pub(super) url: Option<Link>,
    pub(super) ip: Option<Link>,
    pub(super) agent: String,
    pub(super) parent: Option<Link>,
    /// Clean HTML.
    pub(super) content: String,
    /// The language that it is in.
    pub(super) lang: ContentLang,
    /// The rule that judged it when it came; told of what readers do not see.
    pub(super) reason: Option<String>,
    /// Who made it what it is now, if somebody did: "Marked as spam by ada on …".
    pub(super) moved: Option<String>,
    pub(super) post: Option<PostCell>,
    pub(super) at: When,
    /// Where readers see it, once they do.
    pub(super) permalink: Option<String>,
    pub(super) actions: Vec<Action>,
    /// Whether the actor may act on it.
    pub(super) is_ours: bool,
}

/// The post a comment stands under.
pub(super) struct PostCell {
    pub(super) title: String,
    pub(super) view: Option<Link>,
    pub(super) queue: String,
    pub(super) approved: i64,
    pub(super) pending: i64,
}

/// What can be done about it: a verb that is one press away, or a page that asks for more.
pub(super) struct Action {
    pub(super) label: &'static str,
    /// The key that presses it (WP 7.1 §10.5).
    pub(super) key: &'static str,
    pub(super) way: Way,
}

/// How an action is taken.
pub(super) enum Way {
    /// A button that sends this verb.
    Press(&'static str),
    /// A link to a page, which the script opens in the row.
    OpenInRow(String),
    /// A link to a page.
    Open(String),
}

/// What rows need to know of what is around them.
pub(super) struct Around {
    posts: HashMap<PostId, Post>,
    parents: HashMap<CommentId, Comment>,
    pending: HashMap<PostId, i64>,
    moves: HashMap<CommentId, Entry>,
    avatars: Option<Avatars>,
}

impl Around {
    /// Reads it for these comments, in a few statements however many they are.
    pub(super) async fn read(desk: &Desk, list: &[Comment]) -> Result<Self> {
        let (db, site) = (&desk.app.db, desk.site.id);
        let post_ids: Vec<PostId> = list.iter().map(|c| c.post_id).collect();
        let parent_ids: Vec<CommentId> = list.iter().filter_map(|c| c.parent_id).collect();
        let hidden: Vec<CommentId> = list.iter().filter(|c| c.status != Status::Approved).map(|c| c.id).collect();
        let moves = audit::latest_changes_of_status(db, site, &hidden).await?;
        Ok(Self {
            moves: moves.into_iter().filter_map(|entry| Some((entry.comment_id?, entry))).collect(),
            posts: posts::find_many(db, site, &post_ids).await?.into_iter().map(|p| (p.id, p)).collect(),
            parents: comments::find_many(db, site, &parent_ids).await?.into_iter().map(|c| (c.id, c)).collect(),
            // By its slug the site is found on the desk's own host, which alone the desk takes pictures from.
            avatars: Avatars::of_comments(&desk.app, &desk.site, &format!("/sites/{}", desk.site.slug)).await?,
            pending: comments::pending_by_post(db, site).await?.into_iter().collect(),
        })
    }

    /// The post of a comment.
    pub(super) fn post(&self, comment: &Comment) -> Option<&Post> {
        self.posts.get(&comment.post_id)
    }

    /// A comment as a row for who looks at it.
    pub(super) fn row(&self, desk: &Desk, comment: &Comment) -> Row {
        let post = self.post(comment);
        let is_ours = may_act(&desk.actor, post);
        let ip = Some(comment.author_ip.clone()).filter(|ip| !ip.is_empty());
        Row {
            id: comment.id,
            status: comment.status.as_str(),
            status_label: label(comment.status),
            kind: kind(comment.kind),
            avatar: self.avatars.as_ref().and_then(|avatars| avatars.of_comment(comment)),
            author: author(comment),
            proven_by: comment.proven_by.clone(),
            email: show::plain(&comment.author_email),
            url: show::link(&comment.author_url),
            ip: ip.map(|ip| Link { href: desk.path("/desk/comments", &[("s", &ip)]), text: ip }),
            agent: comment.agent.clone(),
            parent: self.parent(desk, comment),
            content: display_content(&comment.content, desk.site.display()),
            lang: ContentLang::of(&desk.site),
            reason: self.reason(comment),
            moved: self.moved(desk, comment),
            post: post.map(|p| self.post_cell(desk, p)),
            at: show::when(comment.created_at, &desk.site.options.timezone_string),
            permalink: post
                .filter(|_| comment.status == Status::Approved)
                .and_then(|p| show::link(&p.url))
                .map(|link| permalink::of_comment(&link.href, comment.id)),
            actions: if is_ours { actions(desk, comment) } else { Vec::new() },
            is_ours,
        }
    }

    /// What the rules said of a comment that is not shown. Where somebody has moved it since, that was only at first.
    fn reason(&self, comment: &Comment) -> Option<String> {
        if comment.status == Status::Approved || comment.reason.is_empty() {
            return None;
        }
        Some(if self.moves.contains_key(&comment.id) {
            format!("First {}", comment.reason)
        } else {
            comment.reason.clone()
        })
    }

    fn moved(&self, desk: &Desk, comment: &Comment) -> Option<String> {
        let entry = self.moves.get(&comment.id)?;
        // What was written down last made it what it is; if not, it was changed past the trail.
        let (_, to) = entry.detail.rsplit_once(" to ")?;
        let done = match Status::parse(to).filter(|to| *to == comment.status)? {
            Status::Spam => "Marked as spam",
            Status::Trash => "Moved to the Trash",
            Status::Hold => "Put back into the queue",
            Status::Approved => return None,
        };
        let by = if entry.account_id == Some(desk.visitor.account.id) { "you" } else { entry.actor.as_str() };
        Some(format!("{done} by {by} on {}", show::when(entry.at, &desk.site.options.timezone_string).text))
    }

    fn parent(&self, desk: &Desk, comment: &Comment) -> Option<Link> {
        let parent = self.parents.get(&comment.parent_id?)?;
        let href = desk.path(&format!("/desk/comments/{}/edit", parent.id), &[]);
        Some(Link { href, text: author(parent) })
    }

    fn post_cell(&self, desk: &Desk, post: &Post) -> PostCell {
        let title = if post.title.trim().is_empty() { post.url.clone() } else { post.title.clone() };
        PostCell {
            title,
            view: show::link(&post.url),
            queue: desk.path("/desk/comments", &[("p", &post.id.to_string())]),
            approved: post.comment_count,
            pending: self.pending.get(&post.id).copied().unwrap_or(0),
        }
    }
}

/// Whether the actor may act on what stands under this post; where the post is gone, only a moderator.
pub(super) fn may_act(actor: &Actor, post: Option<&Post>) -> bool {
    actor.may_moderate_under(post.and_then(|p| p.account_id))
}

/// The author as WordPress names who left no name.
pub(super) fn author(comment: &Comment) -> String {
    let name = show::plain(&comment.author_name);
    if name.trim().is_empty() { "Anonymous".into() } else { name }
}

/// The desk's word for a status.
pub(super) fn label(status: Status) -> &'static str {
    match status {
        Status::Hold => "Pending",
        Status::Approved => "Approved",
        Status::Spam => "Spam",
        Status::Trash => "Trash",
    }
}

fn kind(kind: CommentType) -> Option<&'static str> {
    match kind {
        CommentType::Comment => None,
        CommentType::Pingback => Some("Pingback"),
        CommentType::Trackback => Some("Trackback"),
        CommentType::Webmention => Some("Webmention"),
    }
}

/// The row's actions by status, in WordPress's order (WP 7.1 §10.2).
fn actions(desk: &Desk, comment: &Comment) -> Vec<Action> {
    let press = |verb, label, key| Action { label, key, way: Way::Press(verb) };
    let path = |page: &str, query: &[(&str, &str)]| desk.path(&format!("/desk/comments/{}/{page}", comment.id), query);
    let in_row = |href, label, key| Action { label, key, way: Way::OpenInRow(href) };
    let delete = || in_row(path("delete", &[]), "Delete Permanently", "d");
    match comment.status {
        Status::Hold | Status::Approved => vec![
            if comment.status == Status::Hold {
                press("approve", "Approve", "a")
            } else {
                press("unapprove", "Unapprove", "u")
            },
            in_row(path("reply", &[]), "Reply", "r"),
            in_row(path("edit", &[("quick", "1")]), "Quick Edit", "q"),
            Action { label: "Edit", key: "e", way: Way::Open(path("edit", &[])) },
            press("spam", "Spam", "s"),
            press("trash", "Trash", "d"),
        ],
        Status::Spam => vec![press("unspam", "Not Spam", "z"), delete()],
        Status::Trash => vec![press("spam", "Spam", "s"), press("untrash", "Restore", "z"), delete()],
    }
}
