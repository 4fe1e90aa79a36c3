//! The reads of Blogger's interface, whose first parameter is a key that nobody looks at (WP 7.1 §3.11).

use super::post::{author_id, bounded, find, list, local_date};
use super::{Answer, Context, Method, Params, Value};
use crate::model::post::Post;
use crate::model::role::Capability;
use crate::xmlrpc::fault::Fault;

pub(super) const GET_USER_INFO: Method = Method {
    name: "blogger.getUserInfo",
    signatures: &[&["struct", "string", "string", "string"]],
    help: "Answers who calls. Takes a key that is not looked at, name and password.",
    handler: |context, params| Box::pin(get_user_info(context, params)),
};

pub(super) const GET_POST: Method = Method {
    name: "blogger.getPost",
    signatures: &[&["struct", "string", "int", "string", "string"]],
    help: "Answers a post; its words are on the blog. Takes a key that is not looked at, the post's number, name and password.",
    handler: |context, params| Box::pin(get_post(context, params)),
};

pub(super) const GET_RECENT_POSTS: Method = Method {
    name: "blogger.getRecentPosts",
    signatures: &[
        &["array", "string", "int", "string", "string"],
        &["array", "string", "int", "string", "string", "int"],
    ],
    help: "Answers posts, newest first. Takes a key that is not looked at, the blog's number, name, password, and how many.",
    handler: |context, params| Box::pin(get_recent_posts(context, params)),
};

async fn get_user_info(context: &Context, params: Vec<Value>) -> Answer {
    let caller = Params::new(params).log_in(context, 1).await?;
    caller.require(Capability::EditPosts, 401, "access user data on this site")?;
    let account = caller.account();
    Ok(Value::object([
        ("nickname", account.login.as_str().into()),
        ("userid", account.id.0.into()),
        ("url", account.url.as_str().into()),
        ("lastname", "".into()),
        ("firstname", "".into()),
    ]))
}

async fn get_post(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 2).await?;
    let post = find(context, &caller, params.int(1), "edit this post").await?;
    Ok(to_struct(context, &post))
}

async fn get_recent_posts(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 2).await?;
    caller.require(Capability::EditPosts, 401, "edit posts")?;
    let found = list(context, &caller, "post", None, (bounded(params.int(4)), 0)).await?;
    if found.is_empty() && caller.can(Capability::EditOthersPosts) {
        return Err(Fault::new(500, "No posts found or an error occurred while retrieving posts."));
    }
    Ok(Value::Array(found.iter().map(|post| to_struct(context, post)).collect()))
}

fn to_struct(context: &Context, post: &Post) -> Value {
    Value::object([
        ("userid", author_id(post)),
        ("dateCreated", local_date(context, post)),
        ("content", format!("<title>{}</title><category></category>", post.title).into()),
        ("postid", post.id.to_string().into()),
    ])
}
