//! What the methods about posts and pages share: finding one that the caller may edit, listing, and the
//! names of authors. Posts have no words here: content and excerpt are empty, categories and tags are none.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Context, Value};
use crate::actions::find_post;
use crate::error::Error;
use crate::model::account::Account;
use crate::model::ids::{AccountId, PostId};
use crate::model::post::Post;
use crate::model::role::Capability;
use crate::store::accounts;
use crate::store::posts::{self, Wanted};
use crate::xmlrpc::codec::DateTime;
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::log_in::Caller;

/// Posts in an answer that names no number.
pub(super) const POSTS_DEFAULT: i64 = 10;
/// Posts in an answer. WordPress has no limit.
pub(super) const POSTS_MAX: i64 = 500;

/// The post or page of this number, if the caller may edit it; else 404, or 401 with what is not allowed.
pub(super) async fn find(context: &Context, caller: &Caller, id: i64, not_allowed: &str) -> Result<Arc<Post>, Fault> {
    let post = find_post::by_id(&context.app, context.site.id, PostId(id.saturating_abs())).await?;
    let post = post.ok_or_else(Fault::no_such_post)?;
    if !may_edit(caller, &post) {
        return Err(Fault::not_allowed(401, not_allowed));
    }
    Ok(post)
}

/// Authors edit their posts and no pages, as in WordPress.
pub(super) fn may_edit(caller: &Caller, post: &Post) -> bool {
    may_edit_kind(caller, &post.kind) && caller.actor.may_edit_post(post.account_id)
}

/// Whether the caller edits posts, or pages, at all.
pub(super) fn may_edit_kind(caller: &Caller, kind: &str) -> bool {
    caller.can(if kind == "page" { Capability::EditOthersPosts } else { Capability::EditPosts })
}

/// The posts or pages that the caller may edit, newest first.
pub(super) async fn list(
    context: &Context,
    caller: &Caller,
    kind: &str,
    search: Option<&str>,
    (number, offset): (i64, i64),
) -> Result<Vec<Post>, Fault> {
    let author = if caller.can(Capability::EditOthersPosts) { None } else { Some(caller.account().id) };
    let wanted = Wanted { kind, author, search };
    let found = posts::list_wanted(&context.app.db, context.site.id, wanted, number, offset).await?;
    Ok(found.into_iter().filter(|post| may_edit(caller, post)).collect())
}

/// The members among the authors of these posts.
pub(super) async fn authors(context: &Context, posts: &[&Post]) -> Result<HashMap<AccountId, Account>, Error> {
    let mut found = HashMap::new();
    for id in posts.iter().filter_map(|post| post.account_id) {
        if !found.contains_key(&id)
            && let Some(account) = accounts::find(&context.app.db, id).await?
        {
            found.insert(id, account);
        }
    }
    Ok(found)
}

/// The name of a post's author, empty for who is no member here.
pub(super) fn author_name(post: &Post, authors: &HashMap<AccountId, Account>) -> String {
    post.account_id.and_then(|id| authors.get(&id)).map(|a| a.display_name.clone()).unwrap_or_default()
}

/// The number of a post's author as text, `0` for who is no member here.
pub(super) fn author_id(post: &Post) -> Value {
    post.account_id.map_or_else(|| "0".into(), |id| id.to_string()).into()
}

/// A post's date in the zone of the site.
pub(super) fn local_date(context: &Context, post: &Post) -> Value {
    DateTime::local(post.date(), &context.site.options.timezone_string).into()
}

/// The same in UTC.
pub(super) fn gmt_date(post: &Post) -> Value {
    DateTime::gmt(post.date()).into()
}

/// The last part of a post's address.
pub(super) fn slug(post: &Post) -> String {
    let url = url::Url::parse(&post.url).ok();
    let last = url.as_ref().and_then(|u| u.path_segments()?.rfind(|part| !part.is_empty()).map(str::to_owned));
    last.unwrap_or_default()
}

/// `open` or `closed`.
pub(super) fn open_or_closed(is_open: bool) -> Value {
    if is_open { "open" } else { "closed" }.into()
}

/// An array of nothing.
pub(super) fn none() -> Value {
    Value::Array(Vec::new())
}

/// No more than the methods here take.
pub(super) fn bounded(number: i64) -> i64 {
    match number.saturating_abs() {
        0 => POSTS_DEFAULT,
        number => number.min(POSTS_MAX),
    }
}
