//! `GET wp/v2/comments` (WP 7.1 comments §8.3).

use super::object::Around;
use crate::model::comment::{CommentType, Status};
use crate::model::role::Capability;
use crate::store::comments::search::{self, Direction, Order, Search};
use crate::web::rest::args::Args;
use crate::web::rest::call::{Call, Context, Outcome, Reply};
use crate::web::rest::error::{self, Problem};
use crate::web::rest::paging::Wanted;

/// Parameters that tell of more than readers see, in the order in which a refusal names them.
const PROTECTED: [&str; 5] = ["author", "author_exclude", "author_email", "type", "status"];

/// Lists comments.
pub(in crate::web::rest) async fn list(call: Call) -> Outcome {
    check(&call)?;
    let (app, site, context) = (&call.app, call.here.site.id, call.context());
    let (search, order, wanted) = (search_of(&call), order(&call.args), Wanted::of(&call.args));
    let found = search::page(&app.db, site, &search, order, wanted.per_page, wanted.offset).await?;
    let total = match wanted.total_by(found.len()) {
        Some(total) => total,
        None => search::count(&app.db, site, &search).await?,
    };
    let around = Around::read(app, &call.here, &call.who, &found).await?;
    let items = around.show_all(found, context, call.fields.clone()).await?;
    Ok(Reply::page(items, wanted.of_total(total)))
}

/// What the client may ask for.
fn check(call: &Call) -> Result<(), Problem> {
    let is_moderator = call.who.can(Capability::ModerateComments);
    if call.args.ints("post").contains(&0) && !is_moderator {
        return Err(error::CANNOT_READ_WITHOUT_POST.into());
    }
    if call.context() == Context::Edit && !is_moderator {
        return Err(error::FORBIDDEN_CONTEXT.into());
    }
    if call.who.can(Capability::EditPosts) {
        return Ok(());
    }
    let is_away = |name: &&str| {
        let text = call.args.text(name);
        match *name {
            "type" => text != Some("comment"),
            "status" => text != Some("approve"),
            name => call.args.is_given(name) && (text.is_some() || !call.args.list(name).is_empty()),
        }
    };
    let forbidden: Vec<&str> = PROTECTED.iter().filter(|name| is_away(name)).copied().collect();
    if forbidden.is_empty() {
        return Ok(());
    }
    let message = format!("Query parameter not permitted: {}", forbidden.join(", "));
    Err(Problem::denied("rest_forbidden_param", message))
}

fn search_of(call: &Call) -> Search {
    let args = &call.args;
    let a_second = std::time::Duration::from_secs(1);
    Search {
        statuses: statuses(args.text("status").unwrap_or_default()),
        kinds: kinds(args.text("type").unwrap_or_default()),
        posts: args.ints("post"),
        parents: args.ints("parent"),
        parents_not: args.ints("parent_exclude"),
        authors: args.ints("author"),
        authors_not: args.ints("author_exclude"),
        email: args.given_text("author_email"),
        include: args.ints("include"),
        exclude: args.ints("exclude"),
        // WordPress keeps whole seconds, and means later ones.
        since: call.time("after").map(|at| at.plus(a_second)),
        before: call.time("before"),
        words: args.given_text("search").filter(|words| !words.is_empty()),
        words_in_private: call.who.can(Capability::ModerateComments),
        scope: call.who.scope(),
    }
}

/// The statuses that a name means (WP 7.1 §6.1); none where it means none.
fn statuses(name: &str) -> Option<Vec<Status>> {
    match key(name).as_str() {
        "any" => None,
        "all" | "" => Some(vec![Status::Approved, Status::Hold]),
        name => Some(Status::parse(name).into_iter().collect()),
    }
}

/// The types that a name means.
fn kinds(name: &str) -> Option<Vec<CommentType>> {
    let linkbacks = || CommentType::ALL.into_iter().filter(|kind| kind.is_linkback()).collect();
    match key(name).as_str() {
        "all" | "" => None,
        "comments" => Some(vec![CommentType::Comment]),
        "pings" => Some(linkbacks()),
        name => Some(CommentType::parse(name).into_iter().collect()),
    }
}

/// A name as WordPress cleans it: lower-case letters, digits, `_` and `-`.
fn key(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    lower.chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-')).collect()
}

fn order(args: &Args) -> Order {
    let direction = if args.text("order") == Some("asc") { Direction::Asc } else { Direction::Desc };
    match args.text("orderby") {
        Some("id") => Order::Id(direction),
        Some("include") if !args.ints("include").is_empty() => Order::Include,
        Some("post") => Order::Post(direction),
        Some("parent") => Order::Parent(direction),
        Some("type") => Order::Type(direction),
        _ => Order::Date(direction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_statuses_and_types_are_wordpress_s() {
        use Status::{Approved, Hold, Spam, Trash};
        for (name, means) in [
            ("approve", Some(vec![Approved])),
            ("APPROVED", Some(vec![Approved])),
            ("hold", Some(vec![Hold])),
            ("0", Some(vec![Hold])),
            ("spam", Some(vec![Spam])),
            ("trash", Some(vec![Trash])),
            ("all", Some(vec![Approved, Hold])),
            ("", Some(vec![Approved, Hold])),
            ("any", None),
            ("hold,spam", Some(vec![])),
            ("post-trashed", Some(vec![])),
        ] {
            assert_eq!(statuses(name), means, "{name}");
        }
        for (name, means) in [
            ("comment", Some(vec![CommentType::Comment])),
            ("comments", Some(vec![CommentType::Comment])),
            ("pingback", Some(vec![CommentType::Pingback])),
            ("pings", Some(vec![CommentType::Pingback, CommentType::Trackback, CommentType::Webmention])),
            ("all", None),
            ("", None),
            ("note", Some(vec![])),
        ] {
            assert_eq!(kinds(name), means, "{name}");
        }
    }
}
