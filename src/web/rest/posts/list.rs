//! `GET wp/v2/posts` and `GET wp/v2/pages`.

use serde_json::json;

use super::STATUSES;
use super::object::show;
use crate::model::role::Capability;
use crate::store::posts::search::{self, Order, Search};
use crate::web::rest::args::{Invalid, Wrong, listed};
use crate::web::rest::call::{Call, Context, Outcome, Reply};
use crate::web::rest::error::{self, Problem};
use crate::web::rest::paging::Wanted;

/// Lists posts.
pub(in crate::web::rest) async fn posts(call: Call) -> Outcome {
    list(call, "post").await
}

/// Lists pages.
pub(in crate::web::rest) async fn pages(call: Call) -> Outcome {
    list(call, "page").await
}

async fn list(call: Call, kind: &str) -> Outcome {
    let (app, site, context) = (&call.app, call.here.site.id, call.context());
    let may_edit = call.who.can(Capability::EditPosts);
    check_statuses(&call, may_edit)?;
    if context == Context::Edit && !may_edit {
        return Err(error::POST_FORBIDDEN_CONTEXT.into());
    }
    let wanted = Wanted::of(&call.args);
    if !has_published(&call) {
        return Ok(Reply::page(Vec::new(), wanted.of_total(0)));
    }
    let search = search_of(&call, kind);
    let found = search::page(&app.db, site, &search, order(&call), wanted.per_page, wanted.offset).await?;
    let total = match wanted.total_by(found.len()) {
        Some(total) => total,
        None => search::count(&app.db, site, &search).await?,
    };
    if found.is_empty() && total > 0 && !call.args.is_given("offset") {
        return Err(error::POST_INVALID_PAGE.into());
    }
    let items = found.iter().map(|post| show(&call.here, post, context, &call.fields)).collect();
    Ok(Reply::page(items, wanted.of_total(total)))
}

/// Statuses other than the published one are for who may edit posts; there are no posts of them.
fn check_statuses(call: &Call, may_edit: bool) -> Result<(), Problem> {
    let statuses = call.args.texts("status");
    if !may_edit && statuses.iter().any(|status| status != "publish") {
        let status = if call.who.is_logged_in() { 403 } else { 401 };
        let wrong = Wrong::new("rest_forbidden_status", "Status is forbidden.");
        return Err(Invalid::because("status", wrong.with(json!({ "status": status }))).into());
    }
    match statuses.iter().position(|status| !STATUSES.contains(&status.as_str())) {
        Some(at) => {
            let message = format!("status[{at}] is not one of {}.", listed(STATUSES));
            Err(Invalid::of("status", "rest_not_in_enum", message).into())
        }
        None => Ok(()),
    }
}

fn has_published(call: &Call) -> bool {
    let statuses = call.args.texts("status");
    statuses.is_empty() || statuses.iter().any(|status| status == "publish" || status == "any")
}

fn search_of(call: &Call, kind: &str) -> Search {
    let args = &call.args;
    Search {
        kind: kind.to_owned(),
        include: args.ints("include"),
        exclude: args.ints("exclude"),
        authors: args.ints("author"),
        authors_not: args.ints("author_exclude"),
        slugs: args.texts("slug"),
        words: args.given_text("search").filter(|words| !words.is_empty()),
        since: call.time("after").map(|at| at.plus(std::time::Duration::from_secs(1))),
        before: call.time("before"),
    }
}

fn order(call: &Call) -> (Order, bool) {
    let order = match call.args.text("orderby") {
        Some("id") => Order::Id,
        Some("title") => Order::Title,
        Some("slug" | "include_slugs") => Order::Address,
        Some("author") => Order::Author,
        Some("include") if !call.args.ints("include").is_empty() => Order::Include,
        _ => Order::Date,
    };
    (order, call.args.text("order") != Some("asc"))
}
