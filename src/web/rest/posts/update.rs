//! Writing posts: their two switches, and nothing else, for this server keeps comments only.

use super::UPDATE;
use super::read::{find, shown};
use crate::actions::set_post_status::{Switch, set_post_status};
use crate::web::rest::call::{Call, Context, Outcome};
use crate::web::rest::error;

/// Parameters of the door itself, which say nothing about the post.
const OF_THE_DOOR: [&str; 8] = ["id", "context", "_method", "_fields", "_embed", "_envelope", "_locale", "_wpnonce"];

/// `POST`, `PUT` and `PATCH wp/v2/posts/{id}`.
pub(in crate::web::rest) async fn post(call: Call) -> Outcome {
    update(call, "post").await
}

/// The same of pages.
pub(in crate::web::rest) async fn page(call: Call) -> Outcome {
    update(call, "page").await
}

async fn update(call: Call, kind: &str) -> Outcome {
    let post = find(&call, kind).await?;
    let Some(actor) = call.who.actor().filter(|actor| actor.may_edit_post(post.account_id)) else {
        return Err(error::CANNOT_EDIT_POST.into());
    };
    let is_ours = |name: &String| UPDATE.iter().any(|arg| arg.name == name) || OF_THE_DOOR.contains(&name.as_str());
    if !call.sent.keys().all(is_ours) {
        return Err(error::CANNOT_WRITE_POST.into());
    }
    for switch in [Switch::Comments, Switch::Pings] {
        if let Some(status) = call.args.text(switch.as_str()) {
            set_post_status(&call.app, &call.here.site, &actor, post.id, switch, status == "open").await?;
        }
    }
    Ok(shown(&call, &*find(&call, kind).await?, Context::Edit))
}

/// `POST wp/v2/posts`.
pub(in crate::web::rest) async fn create(_: Call) -> Outcome {
    Err(error::CANNOT_CREATE_POST.into())
}

/// `DELETE wp/v2/posts/{id}`.
pub(in crate::web::rest) async fn delete(_: Call) -> Outcome {
    Err(error::CANNOT_DELETE_POST.into())
}
