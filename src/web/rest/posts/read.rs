//! `GET wp/v2/posts/{id}` and `GET wp/v2/pages/{id}`, and how every verb finds its post.

use std::sync::Arc;

use http::header;
use url::Url;

use super::object::show;
use crate::actions::find_post;
use crate::model::ids::PostId;
use crate::model::post::Post;
use crate::web::rest::call::{Call, Context, Outcome, Reply};
use crate::web::rest::comments::object::FOR_READERS;
use crate::web::rest::error::{self, Problem};

/// The methods of who may open and close a post.
const FOR_EDITORS: &[&str] = &["GET", "POST", "PUT", "PATCH"];

/// Shows a post.
pub(in crate::web::rest) async fn post(call: Call) -> Outcome {
    read(call, "post").await
}

/// Shows a page.
pub(in crate::web::rest) async fn page(call: Call) -> Outcome {
    read(call, "page").await
}

async fn read(call: Call, kind: &str) -> Outcome {
    let post = find(&call, kind).await?;
    if call.context() == Context::Edit && !call.who.may_edit_post(post.account_id) {
        return Err(error::THIS_POST_FORBIDDEN_CONTEXT.into());
    }
    let mut reply = shown(&call, &post, call.context());
    // In place of the API's root, as WordPress has it (WP 7.1 §8.1).
    let page = Url::parse(&post.url).ok().map(|url| format!("<{url}>; rel=\"alternate\"; type=text/html"));
    reply.headers.extend(page.map(|link| (header::LINK, link)));
    Ok(reply)
}

/// The post as it is answered.
pub(super) fn shown(call: &Call, post: &Post, context: Context) -> Reply {
    let allow = if call.who.may_edit_post(post.account_id) { FOR_EDITORS } else { FOR_READERS };
    Reply::ok(show(&call.here, post, context, &call.fields)).with_allow(allow)
}

/// The post of the address, if it is of this type.
pub(super) async fn find(call: &Call, kind: &str) -> Result<Arc<Post>, Problem> {
    let found = find_post::by_id(&call.app, call.here.site.id, PostId(call.id())).await?;
    found.filter(|post| post.kind == kind).ok_or_else(|| error::POST_INVALID_ID.into())
}
