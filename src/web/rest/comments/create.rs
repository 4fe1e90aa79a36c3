//! `POST wp/v2/comments` (WP 7.1 comments §8.5): the request read for `actions/create_comment`.

use http::{StatusCode, header};

use super::read::shown;
use super::update::{check_meta, written_at};
use crate::actions::create_comment::{Wanted, create_comment};
use crate::model::comment::Status;
use crate::model::role::Capability;
use crate::web::rest::call::{Call, Context, Outcome, Reply};

/// Makes a comment.
pub(in crate::web::rest) async fn create(call: Call) -> Outcome {
    check_meta(&call)?;
    let args = &call.args;
    let wanted = Wanted {
        post: args.int("post").unwrap_or_default(),
        parent: args.int("parent").unwrap_or_default(),
        content: args.text("content").unwrap_or_default().to_owned(),
        account: args.int("author"),
        author: args.given_text("author_name"),
        email: args.given_text("author_email"),
        url: args.given_text("author_url"),
        ip: args.text("author_ip").and_then(|ip| ip.parse().ok()),
        agent: args.given_text("author_user_agent").filter(|agent| !agent.is_empty()),
        created_at: written_at(&call),
        status: args.text("status").map(status),
        kind: args.given_text("type"),
        has_id: call.sent.get("id").is_some_and(|id| !id.is_null()),
        idempotency_key: call.idempotency_key.clone(),
    };
    let account = call.who.account.clone();
    let made = create_comment(&call.app, &call.here.site, account.as_deref(), &call.client, wanted).await??;
    let is_moderator = call.who.can(Capability::ModerateComments);
    let mut comment = made.comment;
    // A robot that was judged learns nothing of it: to others than moderators spam and trash look like held.
    if !is_moderator && comment.status != Status::Approved {
        comment.status = Status::Hold;
    }
    let context = if is_moderator { Context::Edit } else { Context::View };
    let reply = shown(&call, &comment, context).await?;
    let location = call.url(&format!("/wp/v2/comments/{}", comment.id));
    Ok(Reply {
        status: if made.is_repeated { StatusCode::OK } else { StatusCode::CREATED },
        headers: vec![(header::LOCATION, location)],
        allow: None,
        ..reply
    })
}

/// What a status means for a comment that there was not: restoring one leads to the queue. What means
/// nothing is left out, as in WordPress.
fn status(name: &str) -> Option<Status> {
    match name {
        "unspam" | "untrash" => Some(Status::Hold),
        "approved" | "approve" | "1" | "hold" | "0" | "spam" | "trash" => Status::parse(name),
        _ => None,
    }
}
