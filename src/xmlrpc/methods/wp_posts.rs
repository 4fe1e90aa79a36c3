//! `wp.getPost`, `wp.getPosts` and `wp.getRevisions` (WP 7.1 §3.10, §3.11).

use super::post::{
    POSTS_DEFAULT, POSTS_MAX, author_id, find, gmt_date, list, local_date, may_edit_kind, none, open_or_closed, slug,
};
use super::{Answer, Context, Method, Params, Value};
use crate::model::post::Post;
use crate::model::role::Capability;
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::params::Fields;

/// The groups of members that are wanted where none are named.
const FIELDS_DEFAULT: [&str; 3] = ["post", "terms", "custom_fields"];

pub(super) const GET_POST: Method = Method {
    name: "wp.getPost",
    signatures: &[
        &["struct", "int", "string", "string", "int"],
        &["struct", "int", "string", "string", "int", "array"],
    ],
    help: "Answers a post; its words are on the blog. Takes the blog's number, name, password, the post's number, and the members wanted.",
    handler: |context, params| Box::pin(get_post(context, params)),
};

pub(super) const GET_POSTS: Method = Method {
    name: "wp.getPosts",
    signatures: &[
        &["array", "int", "string", "string"],
        &["array", "int", "string", "string", "struct"],
        &["array", "int", "string", "string", "struct", "array"],
    ],
    help: "Answers posts, newest first. Takes the blog's number, name, password, a filter (post_type, post_status, number, offset, s), and the members wanted.",
    handler: |context, params| Box::pin(get_posts(context, params)),
};

pub(super) const GET_REVISIONS: Method = Method {
    name: "wp.getRevisions",
    signatures: &[&["array", "int", "string", "string", "int"]],
    help: "Answers the revisions of a post, of which there are none here. Takes the blog's number, name, password, and the post's number.",
    handler: |context, params| Box::pin(get_revisions(context, params)),
};

async fn get_post(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(4, params)?;
    let caller = params.log_in(context, 1).await?;
    let post = find(context, &caller, params.int(3), "edit this post").await?;
    Ok(to_struct(context, &post, &Fields::read(&params, 4, &FIELDS_DEFAULT)))
}

async fn get_posts(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(3, params)?;
    let caller = params.log_in(context, 1).await?;
    let kind = match params.member_text(3, "post_type").as_str() {
        "" | "post" => "post",
        "page" => "page",
        _ => return Err(Fault::invalid_post_type(403)),
    };
    if !may_edit_kind(&caller, kind) {
        return Err(Fault::not_allowed(401, "edit posts in this post type"));
    }
    // Every post here is published.
    if !matches!(params.member_text(3, "post_status").as_str(), "" | "publish" | "any") {
        return Ok(none());
    }
    let search = params.member_text(3, "s");
    let page = (params.number(3, POSTS_DEFAULT, POSTS_MAX), params.offset(3));
    let search = Some(search.trim()).filter(|s| !s.is_empty());
    let found = list(context, &caller, kind, search, page).await?;
    let fields = Fields::read(&params, 4, &FIELDS_DEFAULT);
    Ok(Value::Array(found.iter().map(|post| to_struct(context, post, &fields)).collect()))
}

async fn get_revisions(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(4, params)?;
    let caller = params.log_in(context, 1).await?;
    caller.require(Capability::EditPosts, 401, "edit posts")?;
    find(context, &caller, params.int(3), "edit posts").await?;
    Ok(none())
}

/// A post as a struct; the number is always there.
fn to_struct(context: &Context, post: &Post, fields: &Fields) -> Value {
    let members = [
        ("post_title", post.title.as_str().into()),
        ("post_date", local_date(context, post)),
        ("post_date_gmt", gmt_date(post)),
        ("post_modified", local_date(context, post)),
        ("post_modified_gmt", gmt_date(post)),
        ("post_status", "publish".into()),
        ("post_type", post.kind.as_str().into()),
        ("post_name", slug(post).into()),
        ("post_author", author_id(post)),
        ("post_password", "".into()),
        ("post_excerpt", "".into()),
        ("post_content", "".into()),
        ("post_parent", "0".into()),
        ("post_mime_type", "".into()),
        ("link", post.url.as_str().into()),
        ("guid", format!("{}/?p={}", context.base, post.id).into()),
        ("menu_order", Value::Int(0)),
        ("comment_status", open_or_closed(post.comments_open)),
        ("ping_status", open_or_closed(post.pings_open)),
        ("sticky", false.into()),
        ("post_thumbnail", none()),
        ("post_format", "standard".into()),
    ];
    let mut chosen = vec![("post_id".to_owned(), post.id.to_string().into())];
    chosen.extend(fields.of("post", members));
    for (name, is_wanted) in [
        ("terms", fields.has("terms") || fields.has("taxonomies")),
        ("custom_fields", fields.has("custom_fields")),
        ("enclosure", fields.has("enclosure")),
    ] {
        if is_wanted {
            chosen.push((name.to_owned(), none()));
        }
    }
    Value::Struct(chosen)
}
