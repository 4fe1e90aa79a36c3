//! The log: who decided what, and when.

use askama::Template;
use http::StatusCode;

use crate::model::role::Capability;
use crate::store::audit::{self, Entry};
use crate::web::desk::chrome::{Chrome, Desk};
use crate::web::desk::fields::Query;
use crate::web::desk::respond::{Answer, page};
use crate::web::desk::show::{self, Link, When};

/// Entries on a page.
const PAGE_ENTRIES: i64 = 50;
/// Pages that can be turned to.
const PAGES_MAX: i64 = 10_000;

struct Line {
    at: When,
    actor: String,
    action: String,
    subject: Option<Link>,
    detail: String,
}

#[derive(Template)]
#[template(path = "web/desk/audit.html")]
struct AuditPage {
    chrome: Chrome,
    lines: Vec<Line>,
    here: i64,
    newer: Option<String>,
    older: Option<String>,
}

/// `GET /desk/audit`.
pub(super) async fn show(desk: Desk, Query(query): Query) -> Answer {
    desk.require(Capability::ModerateComments)?;
    let here = query.get("paged").parse().unwrap_or(1).clamp(1, PAGES_MAX);
    let is_super = desk.visitor.account.super_admin;
    // One more than is shown tells whether there is an older page.
    let mut entries =
        audit::list(&desk.app.db, desk.site.id, is_super, PAGE_ENTRIES + 1, (here - 1) * PAGE_ENTRIES).await?;
    let has_older = i64::try_from(entries.len()).is_ok_and(|n| n > PAGE_ENTRIES);
    entries.truncate(usize::try_from(PAGE_ENTRIES).unwrap_or(usize::MAX));
    let to = |paged: i64| desk.path("/desk/audit", &[("paged", &paged.to_string())]);
    let template = AuditPage {
        chrome: desk.chrome("Log", "audit").await?,
        lines: entries.into_iter().map(|entry| line(&desk, entry)).collect(),
        here,
        newer: (here > 1).then(|| to(here - 1)),
        older: (has_older && here < PAGES_MAX).then(|| to(here + 1)),
    };
    page(StatusCode::OK, &template)
}

fn line(desk: &Desk, entry: Entry) -> Line {
    let comment = entry
        .comment_id
        .map(|id| Link { href: desk.path(&format!("/desk/comments/{id}/edit"), &[]), text: format!("comment {id}") });
    let post = entry
        .post_id
        .map(|id| Link { href: desk.path("/desk/comments", &[("p", &id.to_string())]), text: format!("post {id}") });
    Line {
        at: show::when(entry.at, &desk.site.options.timezone_string),
        actor: entry.actor,
        action: entry.action.replace('_', " "),
        subject: comment.or(post),
        detail: entry.detail,
    }
}
