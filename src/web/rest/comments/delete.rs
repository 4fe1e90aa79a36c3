//! `DELETE wp/v2/comments/{id}` (WP 7.1 comments §8.7): to the Trash, or with `force` for ever.

use serde_json::json;

use super::object::Around;
use super::read::{find, shown};
use super::update::check_permission;
use crate::actions::moderate_comments::{Outcome as Done, Verb, delete_for_ever, moderate};
use crate::model::comment::Status;
use crate::web::rest::call::{Call, Context, Outcome, Reply};
use crate::web::rest::error::{self, Problem};
use crate::web::rest::fields::Fields;

/// Trashes a comment, or deletes it.
pub(in crate::web::rest) async fn delete(call: Call) -> Outcome {
    let comment = find(&call).await?;
    let Some(actor) = call.who.actor() else { return Err(error::CANNOT_DELETE.into()) };
    check_permission(&call, &comment, error::CANNOT_DELETE).await?;
    let (app, site) = (&call.app, &call.here.site);
    if call.args.flag("force") {
        let around = Around::read(app, &call.here, &call.who, std::slice::from_ref(&comment)).await?;
        let mut previous = around.show(&comment, Context::Edit, &Fields::default());
        // What is gone has no links.
        previous.as_object_mut().and_then(|fields| fields.shift_remove("_links"));
        check(delete_for_ever(app, site, &actor, comment.id).await?)?;
        let body = json!({ "deleted": true, "previous": previous });
        return Ok(Reply { allow: Some(&[]), ..Reply::ok(body) });
    }
    if site.options.empty_trash_days == 0 {
        return Err(error::TRASH_NOT_SUPPORTED.into());
    }
    if comment.status == Status::Trash {
        return Err(error::ALREADY_TRASHED.into());
    }
    let items = moderate(app, site, &actor, Verb::Trash, &[comment.id]).await?;
    check(items.first().map_or(Done::Missing, |item| item.outcome))?;
    shown(&call, &find(&call).await?, Context::Edit).await
}

/// What became of it, if somebody else was faster.
fn check(outcome: Done) -> Result<(), Problem> {
    match outcome {
        Done::Changed { .. } | Done::Deleted { .. } => Ok(()),
        Done::Already(_) => Err(error::ALREADY_TRASHED.into()),
        Done::Forbidden => Err(error::CANNOT_DELETE.into()),
        Done::Missing => Err(error::COMMENT_INVALID_ID.into()),
    }
}
