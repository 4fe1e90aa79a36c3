//! The reads of Movable Type's interface (WP 7.1 §3.10, §3.11).

use super::post::{author_id, bounded, find, gmt_date, list, local_date, none};
use super::wp_taxonomies::check_view;
use super::{Answer, Context, METHODS, Method, Params, Value, ready};
use crate::actions::find_post;
use crate::model::comment::{CommentType, Status};
use crate::model::ids::PostId;
use crate::model::post::Post;
use crate::model::text::escape::unescape;
use crate::store::comments;
use crate::xmlrpc::fault::Fault;

pub(super) const GET_CATEGORY_LIST: Method = Method {
    name: "mt.getCategoryList",
    signatures: &[&["array", "int", "string", "string"]],
    help: "Answers the categories, of which there are none here. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(get_category_list(context, params)),
};

pub(super) const GET_POST_CATEGORIES: Method = Method {
    name: "mt.getPostCategories",
    signatures: &[&["array", "int", "string", "string"]],
    help: "Answers the categories of a post, of which there are none here. Takes the post's number, name and password.",
    handler: |context, params| Box::pin(get_post_categories(context, params)),
};

pub(super) const GET_RECENT_POST_TITLES: Method = Method {
    name: "mt.getRecentPostTitles",
    signatures: &[&["array", "int", "string", "string"], &["array", "int", "string", "string", "int"]],
    help: "Answers number, title and date of posts, newest first. Takes the blog's number, name, password, and how many.",
    handler: |context, params| Box::pin(get_recent_post_titles(context, params)),
};

pub(super) const GET_TRACKBACK_PINGS: Method = Method {
    name: "mt.getTrackbackPings",
    signatures: &[&["array", "int"]],
    help: "Answers the approved trackbacks of a post. Takes the post's number.",
    handler: |context, params| Box::pin(get_trackback_pings(context, params)),
};

pub(super) const SUPPORTED_METHODS: Method = Method {
    name: "mt.supportedMethods",
    signatures: &[&["array"]],
    help: "Answers the names of all methods but the system's.",
    handler: |_, _| {
        let names = METHODS.iter().rev().map(|method| method.name).filter(|name| !name.starts_with("system."));
        ready(Ok(Value::strings(names)))
    },
};

pub(super) const SUPPORTED_TEXT_FILTERS: Method = Method {
    name: "mt.supportedTextFilters",
    signatures: &[&["array"]],
    help: "Answers the filters of texts that can be chosen, of which there are none.",
    handler: |_, _| ready(Ok(none())),
};

async fn get_category_list(context: &Context, params: Vec<Value>) -> Answer {
    let caller = Params::new(params).log_in(context, 1).await?;
    check_view(&caller, "categories")?;
    Ok(none())
}

async fn get_post_categories(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    find(context, &caller, params.int(0), "edit this post").await?;
    Ok(none())
}

async fn get_recent_post_titles(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    let found = list(context, &caller, "post", None, (bounded(params.int(3)), 0)).await?;
    let entry = |post: &Post| {
        Value::object([
            ("dateCreated", local_date(context, post)),
            ("userid", author_id(post)),
            ("postid", post.id.to_string().into()),
            ("title", post.title.as_str().into()),
            ("post_status", "publish".into()),
            ("date_created_gmt", gmt_date(post)),
        ])
    };
    Ok(Value::Array(found.iter().map(entry).collect()))
}

/// Nobody logs in here, so of those that readers see, and without their addresses: WordPress tells of all,
/// and from where they came (Q17).
async fn get_trackback_pings(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let (app, site) = (&context.app, context.site.id);
    let post = find_post::by_id(app, site, PostId(params.int(0))).await?;
    let post = post.ok_or_else(|| Fault::new(404, "Sorry, no such post."))?;
    let found = comments::approved_of_post(&app.db, site, post.id).await?;
    let trackbacks = found.iter().filter(|c| c.kind == CommentType::Trackback && c.status == Status::Approved);
    let ping = |comment: &crate::model::comment::Comment| {
        Value::object([
            ("pingTitle", unescape(title(&comment.content)).into_owned().into()),
            ("pingURL", unescape(&comment.author_url).into_owned().into()),
            ("pingIP", "".into()),
        ])
    };
    Ok(Value::Array(trackbacks.map(ping).collect()))
}

/// A trackback's title stands at its head between `<strong>` and `</strong>`.
fn title(content: &str) -> &str {
    let between = content.split_once("<strong>").and_then(|(_, rest)| rest.split_once("</strong>"));
    between.map_or("", |(title, _)| title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trackback_s_title_is_read_off_its_content() {
        for (content, expected) in [
            ("<strong>A &amp; B</strong>\n\nWords <strong>x</strong>", "A &amp; B"),
            ("<strong></strong>", ""),
            ("<strong>open", ""),
            ("none", ""),
        ] {
            assert_eq!(title(content), expected, "{content}");
        }
    }
}
