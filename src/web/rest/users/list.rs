//! `GET wp/v2/users`.

use super::object::{id_of_slug, show};
use super::roles;
use crate::model::role::Capability;
use crate::store::users::{self, Order, Search};
use crate::web::rest::call::{Call, Context, Outcome, Reply};
use crate::web::rest::error;
use crate::web::rest::paging::Wanted;

/// Lists users.
pub(in crate::web::rest) async fn list(call: Call) -> Outcome {
    let (app, site, args, context) = (&call.app, call.here.site.id, &call.args, call.context());
    let is_administrator = call.who.can(Capability::ManageOptions);
    if args.is_given("roles") && !is_administrator {
        return Err(error::USER_CANNOT_FILTER.into());
    }
    if args.is_given("who") && !call.who.can(Capability::EditPosts) {
        return Err(error::USER_FORBIDDEN_WHO.into());
    }
    if context == Context::Edit && !is_administrator {
        return Err(error::USERS_FORBIDDEN_CONTEXT.into());
    }
    if matches!(args.text("orderby"), Some("email" | "registered_date")) && !is_administrator {
        return Err(error::USER_FORBIDDEN_ORDER.into());
    }
    let wanted = Wanted::of(args);
    let Some(search) = search_of(&call, is_administrator) else {
        return Ok(Reply::page(Vec::new(), wanted.of_total(0)));
    };
    let found = users::page(&app.db, site, &search, order(&call), wanted.per_page, wanted.offset).await?;
    let total = match wanted.total_by(found.len()) {
        Some(total) => total,
        None => users::count(&app.db, site, &search).await?,
    };
    let items = found.iter().map(|user| show(app, &call.here, user, context, &call.fields)).collect();
    Ok(Reply::page(items, wanted.of_total(total)))
}

/// Whom the client asks for; `None` when that can be nobody.
fn search_of(call: &Call, is_administrator: bool) -> Option<Search> {
    let args = &call.args;
    let mut include = args.ints("include");
    if args.is_given("slug") {
        let of_slugs: Vec<i64> = args.texts("slug").iter().filter_map(|slug| id_of_slug(slug)).collect();
        include = if include.is_empty() {
            of_slugs
        } else {
            include.into_iter().filter(|id| of_slugs.contains(id)).collect()
        };
        if include.is_empty() {
            return None;
        }
    }
    let roles = roles(&args.texts("roles"));
    if roles.is_empty() && !args.list("roles").is_empty() {
        return None;
    }
    Some(Search {
        include,
        exclude: args.ints("exclude"),
        words: args.given_text("search").filter(|words| !words.is_empty()),
        words_in_private: is_administrator,
        roles,
        with_posts: !is_administrator || args.is_given("who"),
    })
}

fn order(call: &Call) -> (Order, bool) {
    let order = match call.args.text("orderby") {
        Some("id" | "include" | "slug" | "include_slugs") => Order::Id,
        Some("registered_date") => Order::Registered,
        Some("email") => Order::Email,
        Some("url") => Order::Url,
        _ => Order::Name,
    };
    (order, call.args.text("order") == Some("desc"))
}
