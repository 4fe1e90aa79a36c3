//! The posts of a site with their switches: open or closed for comments and for linkbacks.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;

use crate::actions::set_post_status::{Switch, set_post_author, set_post_status};
use crate::error::Error;
use crate::model::ids::{AccountId, PostId};
use crate::model::role::Capability;
use crate::store::{accounts, comments, posts};
use crate::web::desk::act::back;
use crate::web::desk::chrome::{Chrome, Desk};
use crate::web::desk::fields::{Form, Query};
use crate::web::desk::respond::{Answer, page, see};
use crate::web::desk::show::{self, Link, When};

/// Posts on a page.
const PAGE_POSTS: i64 = 20;
/// Characters of a search.
const SEARCH_CHARS_MAX: usize = 200;

struct PostRow {
    id: PostId,
    title: String,
    view: Option<Link>,
    queue: String,
    action: String,
    approved: i64,
    pending: i64,
    comments_open: bool,
    pings_open: bool,
    published: Option<When>,
    author: Option<AccountId>,
    may_edit: bool,
}

#[derive(Template)]
#[template(path = "web/desk/posts.html")]
struct PostsPage {
    chrome: Chrome,
    told: Option<&'static str>,
    rows: Vec<PostRow>,
    members: Vec<(AccountId, String)>,
    search: String,
    site_slug: String,
    items: i64,
    here: i64,
    last: i64,
    previous: Option<String>,
    next: Option<String>,
    back: String,
}

/// `GET /desk/posts`.
pub(super) async fn show(desk: Desk, Query(query): Query) -> Answer {
    let (db, site) = (&desk.app.db, desk.site.id);
    let search: String = query.get("s").trim().chars().take(SEARCH_CHARS_MAX).collect();
    let wanted = Some(search.as_str()).filter(|s| !s.is_empty());
    let items = posts::count(db, site, wanted).await?;
    let last = ((items + PAGE_POSTS - 1) / PAGE_POSTS).max(1);
    let here = query.get("paged").parse().unwrap_or(1).clamp(1, last);
    let list = posts::list(db, site, wanted, PAGE_POSTS, (here - 1) * PAGE_POSTS).await?;
    let pending = comments::pending_by_post(db, site).await?;
    let rows = list.into_iter().map(|post| PostRow {
        id: post.id,
        title: if post.title.trim().is_empty() { post.url.clone() } else { post.title.clone() },
        view: show::link(&post.url),
        queue: desk.path("/desk/comments", &[("p", &post.id.to_string())]),
        action: desk.path(&format!("/desk/posts/{}", post.id), &[]),
        approved: post.comment_count,
        pending: pending.iter().find(|(id, _)| *id == post.id).map_or(0, |(_, n)| *n),
        comments_open: post.comments_open,
        pings_open: post.pings_open,
        published: post.published_at.map(|at| show::when(at, &desk.site.options.timezone_string)),
        author: post.account_id,
        may_edit: desk.actor.may_edit_post(post.account_id),
    });
    let to = |paged: i64| desk.path("/desk/posts", &[("s", search.as_str()), ("paged", &paged.to_string())]);
    let template = PostsPage {
        chrome: desk.chrome("Posts", "posts").await?,
        told: (query.get("done") == "saved").then_some("Post updated."),
        rows: rows.collect(),
        members: members(&desk).await?,
        site_slug: if desk.sites.len() > 1 { desk.site.slug.clone() } else { String::new() },
        items,
        here,
        last,
        previous: (here > 1).then(|| to(here - 1)),
        next: (here < last).then(|| to(here + 1)),
        back: to(here),
        search,
    };
    page(StatusCode::OK, &template)
}

/// Who may be named as a post's author; nobody's to choose for who may not edit others' posts.
async fn members(desk: &Desk) -> crate::error::Result<Vec<(AccountId, String)>> {
    if !desk.actor.can(Capability::EditOthersPosts) {
        return Ok(Vec::new());
    }
    let members = accounts::list_members(&desk.app.db, desk.site.id).await?;
    let writers = members.into_iter().filter(|(a, role)| !a.super_admin && role.can(Capability::EditPosts));
    Ok(writers.map(|(account, _)| (account.id, account.display_name)).collect())
}

/// `POST /desk/posts/{id}`: `switch` (`comment_status` or `ping_status`) and `value` (`open` or `closed`),
/// or `author` (an account's number, or empty).
pub(super) async fn set(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    let id: PostId = id.parse().map_err(|_| Error::not_found("There is no such post."))?;
    if form.has("author") {
        let author = match form.get("author") {
            "" => None,
            text => Some(text.parse().map_err(|_| Error::invalid("author", "There is no such user."))?),
        };
        set_post_author(&desk.app, &desk.site, &desk.actor, id, author).await?;
    } else {
        let switch = Switch::parse(form.get("switch"));
        let switch = switch.ok_or_else(|| Error::invalid("switch", "There is no such switch."))?;
        let open = match form.get("value") {
            "open" => true,
            "closed" => false,
            _ => return Err(Error::invalid("value", "A post is open or closed.").into()),
        };
        set_post_status(&desk.app, &desk.site, &desk.actor, id, switch, open).await?;
    }
    let back = back(&desk, &form, "done", "saved");
    Ok(see(&if back.starts_with("/desk/posts") { back } else { desk.path("/desk/posts", &[("done", "saved")]) }))
}
