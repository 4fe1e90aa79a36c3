//! The queue: the comments of a site by status, post, type and words, with what can be done about each.
//! Parameters and words are those of WordPress's `edit-comments.php` (WP 7.1 §10.2).

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::actions::moderate_comments::Verb;
use crate::error::Result;
use crate::model::comment::Status;
use crate::model::ids::PostId;
use crate::model::role::Capability;
use crate::store::comments::{self, Filter};
use crate::store::posts;
use crate::web::desk::chrome::{Chrome, Desk, Person};
use crate::web::desk::fields::{Fields, Query};
use crate::web::desk::notice::Notice;
use crate::web::desk::respond::{Answer, page, see};
use crate::web::desk::row::{Around, Row, Way};

/// Comments on a page (WordPress's `edit_comments_per_page`).
const PAGE_COMMENTS: i64 = 20;
/// Characters of a search.
const SEARCH_CHARS_MAX: usize = 200;

/// `/desk`: the queue is what one comes for; who may not see it has their own profile, as in WordPress.
pub(super) async fn home(person: Person) -> Response {
    see(&person.desk.map_or_else(|| "/desk/profile".into(), |desk| desk.path("/desk/comments", &[])))
}

/// A view of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    All,
    Only(Status),
}

impl View {
    const EVERY: [Self; 5] = [
        Self::All,
        Self::Only(Status::Hold),
        Self::Only(Status::Approved),
        Self::Only(Status::Spam),
        Self::Only(Status::Trash),
    ];

    fn parse(text: &str) -> Self {
        Status::parse(text).map_or(Self::All, Self::Only)
    }

    /// WordPress's value of `comment_status`.
    fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Only(Status::Hold) => "moderated",
            Self::Only(status) => status.as_str(),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Only(status) => super::row::label(status),
        }
    }

    /// "All" is what is not thrown away.
    fn statuses(self) -> Vec<Status> {
        match self {
            Self::All => vec![Status::Hold, Status::Approved],
            Self::Only(status) => vec![status],
        }
    }

    fn bulk_verbs(self) -> &'static [(Verb, &'static str)] {
        const UNAPPROVE: (Verb, &str) = (Verb::Unapprove, "Unapprove");
        const APPROVE: (Verb, &str) = (Verb::Approve, "Approve");
        const SPAM: (Verb, &str) = (Verb::Spam, "Mark as spam");
        const TRASH: (Verb, &str) = (Verb::Trash, "Move to Trash");
        const DELETE: (Verb, &str) = (Verb::Delete, "Delete permanently");
        match self {
            Self::All => &[UNAPPROVE, APPROVE, SPAM, TRASH],
            Self::Only(Status::Hold) => &[APPROVE, SPAM, TRASH],
            Self::Only(Status::Approved) => &[UNAPPROVE, SPAM, TRASH],
            Self::Only(Status::Spam) => &[(Verb::Unspam, "Not spam"), DELETE],
            Self::Only(Status::Trash) => &[SPAM, (Verb::Untrash, "Restore"), DELETE],
        }
    }

    fn empty_words(self) -> &'static str {
        match self {
            Self::Only(Status::Hold) => "No comments awaiting moderation.",
            Self::Only(Status::Trash) => "No comments found in Trash.",
            _ => "No comments found.",
        }
    }
}

/// What was asked for.
struct Asked {
    view: View,
    post: Option<PostId>,
    kind: &'static str,
    search: String,
    paged: i64,
}

impl Asked {
    fn read(query: &Fields) -> Self {
        Self {
            view: View::parse(query.get("comment_status")),
            post: query.get("p").parse().ok().filter(|p: &PostId| p.0 > 0),
            kind: match query.get("comment_type") {
                "comment" => "comment",
                "pings" => "pings",
                _ => "",
            },
            search: query.get("s").trim().chars().take(SEARCH_CHARS_MAX).collect(),
            paged: query.get("paged").parse().unwrap_or(1).clamp(1, i64::from(u32::MAX)),
        }
    }

    fn filter(&self, desk: &Desk) -> Filter {
        Filter {
            statuses: self.view.statuses(),
            post: self.post,
            linkbacks: match self.kind {
                "comment" => Some(false),
                "pings" => Some(true),
                _ => None,
            },
            search: Some(self.search.clone()).filter(|s| !s.is_empty()),
            post_author: desk.post_author(),
            post_kind: None,
        }
    }

    /// The address of this list with another view or page.
    fn path(&self, desk: &Desk, view: View, paged: i64) -> String {
        let (post, paged_text) = (self.post.map(|p| p.to_string()), paged.to_string());
        let mut query = vec![("comment_status", view.name())];
        if let Some(post) = &post {
            query.push(("p", post));
        }
        for (name, value) in [("comment_type", self.kind), ("s", &self.search)] {
            if !value.is_empty() {
                query.push((name, value));
            }
        }
        if paged > 1 {
            query.push(("paged", &paged_text));
        }
        desk.path("/desk/comments", &query)
    }
}

/// A view's tab.
struct Tab {
    label: &'static str,
    href: String,
    count: i64,
    is_here: bool,
}

/// What the last action did.
struct Told {
    words: String,
    undo: Option<String>,
    edit: Option<String>,
}

/// Where the neighbouring pages are.
struct Pages {
    items: i64,
    here: i64,
    last: i64,
    first_href: Option<String>,
    previous_href: Option<String>,
    next_href: Option<String>,
    last_href: Option<String>,
}

#[derive(Template)]
#[template(path = "web/desk/queue.html")]
struct QueuePage {
    chrome: Chrome,
    told: Option<Told>,
    tabs: Vec<Tab>,
    view: &'static str,
    rows: Vec<Row>,
    empty_words: &'static str,
    bulk: Vec<(&'static str, &'static str)>,
    search: String,
    kind: &'static str,
    post: Option<PostChoice>,
    site_slug: String,
    pages: Pages,
    back: String,
    act: String,
    undo: String,
    empty: Option<EmptyButton>,
}

/// The post that the list is narrowed to.
struct PostChoice {
    id: PostId,
    title: String,
    all: String,
}

/// Empty Spam or Empty Trash.
struct EmptyButton {
    action: String,
    label: &'static str,
    status: &'static str,
    made_at: i64,
}

/// `GET /desk/comments`.
pub(super) async fn show(desk: Desk, Query(query): Query) -> Answer {
    let mut asked = Asked::read(&query);
    let filter = asked.filter(&desk);
    let (db, site) = (&desk.app.db, desk.site.id);
    let made_at = desk.app.clock.now();
    let found = comments::count_by_status(db, site, &filter).await?;
    let items: i64 = found.iter().filter(|(s, _)| filter.statuses.contains(s)).map(|(_, n)| n).sum();
    let last = ((items + PAGE_COMMENTS - 1) / PAGE_COMMENTS).max(1);
    asked.paged = asked.paged.min(last);
    let list = comments::list(db, site, &filter, PAGE_COMMENTS, (asked.paged - 1) * PAGE_COMMENTS).await?;
    let around = Around::read(&desk, &list).await?;
    let is_moderator = desk.actor.can(Capability::ModerateComments);
    let template = QueuePage {
        chrome: desk.chrome(title(asked.view), "comments").await?,
        told: told(&desk, &query),
        tabs: tabs(&desk, &asked, &found).await?,
        view: asked.view.name(),
        rows: list.iter().map(|c| around.row(&desk, c)).collect(),
        empty_words: asked.view.empty_words(),
        bulk: asked.view.bulk_verbs().iter().map(|(verb, label)| (verb.as_str(), *label)).collect(),
        post: post_choice(&desk, &asked).await?,
        pages: pages(&desk, &asked, items, last),
        back: asked.path(&desk, asked.view, asked.paged),
        act: desk.path("/desk/comments", &[]),
        undo: desk.path("/desk/comments/undo", &[]),
        empty: empty_button(&desk, asked.view).filter(|_| is_moderator && items > 0).map(|b| b.at(made_at.0)),
        site_slug: if desk.sites.len() > 1 { desk.site.slug.clone() } else { String::new() },
        search: asked.search,
        kind: asked.kind,
    };
    page(StatusCode::OK, &template)
}

fn title(view: View) -> &'static str {
    match view {
        View::All => "Comments",
        View::Only(Status::Hold) => "Pending comments",
        View::Only(Status::Approved) => "Approved comments",
        View::Only(Status::Spam) => "Spam",
        View::Only(Status::Trash) => "Trash",
    }
}

/// The tabs with their counts, which a search does not change.
async fn tabs(desk: &Desk, asked: &Asked, found: &[(Status, i64)]) -> Result<Vec<Tab>> {
    let wide = Filter { search: None, linkbacks: None, ..asked.filter(desk) };
    let counts = if asked.search.is_empty() && asked.kind.is_empty() {
        found.to_vec()
    } else {
        comments::count_by_status(&desk.app.db, desk.site.id, &wide).await?
    };
    let count = |view: View| {
        let statuses = view.statuses();
        counts.iter().filter(|(s, _)| statuses.contains(s)).map(|(_, n)| n).sum()
    };
    let keeps_trash = desk.site.options.empty_trash_days > 0;
    let shown = View::EVERY.into_iter().filter(|v| keeps_trash || *v != View::Only(Status::Trash));
    Ok(shown
        .map(|view| Tab {
            label: view.label(),
            href: asked.path(desk, view, 1),
            count: count(view),
            is_here: view == asked.view,
        })
        .collect())
}

fn told(desk: &Desk, query: &Fields) -> Option<Told> {
    let words = match query.get("done") {
        "edited" => Some("Comment updated."),
        "replied" => Some("Reply sent."),
        "emptied" => Some("Permanently deleted."),
        "nothing" => Some("Choose an action and at least one comment."),
        _ => None,
    };
    if let Some(words) = words {
        return Some(Told { words: words.into(), undo: None, edit: None });
    }
    let sealed = query.get("notice");
    let notice = Notice::unseal(desk, sealed)?;
    let edit = match notice.same.as_slice() {
        [id] => Some(desk.path(&format!("/desk/comments/{id}/edit"), &[])),
        _ => None,
    };
    let can_undo = !notice.steps.is_empty() && notice.verb != "undo";
    Some(Told { words: notice.words(), undo: can_undo.then(|| sealed.to_owned()), edit })
}

async fn post_choice(desk: &Desk, asked: &Asked) -> Result<Option<PostChoice>> {
    let Some(id) = asked.post else { return Ok(None) };
    let found = posts::find(&desk.app.db, desk.site.id, id).await?;
    let title = found.map(|p| if p.title.is_empty() { p.url } else { p.title });
    let all = desk.path("/desk/comments", &[("comment_status", asked.view.name())]);
    Ok(Some(PostChoice { id, title: title.unwrap_or_else(|| format!("post {id}")), all }))
}

fn pages(desk: &Desk, asked: &Asked, items: i64, last: i64) -> Pages {
    let here = asked.paged;
    let to = |wanted: bool, paged: i64| wanted.then(|| asked.path(desk, asked.view, paged));
    Pages {
        items,
        here,
        last,
        first_href: to(here > 2, 1),
        previous_href: to(here > 1, here - 1),
        next_href: to(here < last, here + 1),
        last_href: to(here + 1 < last, last),
    }
}

fn empty_button(desk: &Desk, view: View) -> Option<EmptyButton> {
    let (label, status) = match view {
        View::Only(Status::Spam) => ("Empty Spam", "spam"),
        View::Only(Status::Trash) => ("Empty Trash", "trash"),
        _ => return None,
    };
    Some(EmptyButton { action: desk.path("/desk/comments/empty", &[]), label, status, made_at: 0 })
}

impl EmptyButton {
    fn at(self, made_at: i64) -> Self {
        Self { made_at, ..self }
    }
}
