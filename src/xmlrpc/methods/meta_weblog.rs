//! `metaWeblog.getPost` and `metaWeblog.getRecentPosts` (WP 7.1 §3.10).

use std::collections::HashMap;

use super::post::{author_id, author_name, authors, bounded, find, gmt_date, list, local_date, none, slug};
use super::{Answer, Context, Method, Params, Value};
use crate::model::account::Account;
use crate::model::ids::AccountId;
use crate::model::post::Post;
use crate::model::role::Capability;

pub(super) const GET_POST: Method = Method {
    name: "metaWeblog.getPost",
    signatures: &[&["struct", "int", "string", "string"]],
    help: "Answers a post; its words are on the blog. Takes the post's number, name and password.",
    handler: |context, params| Box::pin(get_post(context, params)),
};

pub(super) const GET_RECENT_POSTS: Method = Method {
    name: "metaWeblog.getRecentPosts",
    signatures: &[&["array", "int", "string", "string"], &["array", "int", "string", "string", "int"]],
    help: "Answers posts, newest first. Takes the blog's number, name, password, and how many.",
    handler: |context, params| Box::pin(get_recent_posts(context, params)),
};

async fn get_post(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(3, params)?;
    let caller = params.log_in(context, 1).await?;
    let post = find(context, &caller, params.int(0), "edit this post").await?;
    // A number here and a text in the list, as in WordPress.
    let authors = authors(context, &[&post]).await?;
    Ok(to_struct(context, &post, post.id.0.into(), &authors))
}

async fn get_recent_posts(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    caller.require(Capability::EditPosts, 401, "edit posts")?;
    let found = list(context, &caller, "post", None, (bounded(params.int(3)), 0)).await?;
    let authors = authors(context, &found.iter().collect::<Vec<_>>()).await?;
    let posts = found.iter().map(|post| to_struct(context, post, post.id.to_string().into(), &authors));
    Ok(Value::Array(posts.collect()))
}

/// A post as a struct: WordPress's members, types and order.
fn to_struct(context: &Context, post: &Post, id: Value, authors: &HashMap<AccountId, Account>) -> Value {
    Value::object([
        ("dateCreated", local_date(context, post)),
        ("userid", author_id(post)),
        ("postid", id),
        ("description", "".into()),
        ("title", post.title.as_str().into()),
        ("link", post.url.as_str().into()),
        ("permaLink", post.url.as_str().into()),
        ("categories", none()),
        ("mt_excerpt", "".into()),
        ("mt_text_more", "".into()),
        ("wp_more_text", "".into()),
        ("mt_allow_comments", i64::from(post.comments_open).into()),
        ("mt_allow_pings", i64::from(post.pings_open).into()),
        ("mt_keywords", "".into()),
        ("wp_slug", slug(post).into()),
        ("wp_password", "".into()),
        ("wp_author_id", author_id(post)),
        ("wp_author_display_name", author_name(post, authors).into()),
        ("date_created_gmt", gmt_date(post)),
        ("post_status", "publish".into()),
        ("custom_fields", none()),
        ("wp_post_format", "standard".into()),
        ("sticky", false.into()),
        ("date_modified", local_date(context, post)),
        ("date_modified_gmt", gmt_date(post)),
        ("wp_post_thumbnail", Value::Int(0)),
    ])
}
