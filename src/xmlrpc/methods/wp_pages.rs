//! `wp.getPage`, `wp.getPages`, `wp.getPageList`, `wp.getPageStatusList` and `wp.getPageTemplates` (WP 7.1
//! §3.10, §3.11). Pages are for editors.

use std::collections::HashMap;

use super::post::{POSTS_MAX, author_id, author_name, authors, bounded, find, gmt_date, list, local_date, none, slug};
use super::{Answer, Context, Method, Params, Value};
use crate::model::account::Account;
use crate::model::ids::AccountId;
use crate::model::post::Post;
use crate::model::role::Capability;
use crate::xmlrpc::fault::Fault;

const DETAILS: &str = "access details about this site";

pub(super) const GET_PAGE: Method = Method {
    name: "wp.getPage",
    signatures: &[&["struct", "int", "int", "string", "string"]],
    help: "Answers a page; its words are on the blog. Takes the blog's number, the page's number, name and password.",
    handler: |context, params| Box::pin(get_page(context, params)),
};

pub(super) const GET_PAGES: Method = Method {
    name: "wp.getPages",
    signatures: &[&["array", "int", "string", "string"], &["array", "int", "string", "string", "int"]],
    help: "Answers pages, newest first. Takes the blog's number, name, password, and how many.",
    handler: |context, params| Box::pin(get_pages(context, params)),
};

pub(super) const GET_PAGE_LIST: Method = Method {
    name: "wp.getPageList",
    signatures: &[&["array", "int", "string", "string"]],
    help: "Answers number, title and date of the pages. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(get_page_list(context, params)),
};

pub(super) const GET_PAGE_STATUS_LIST: Method = Method {
    name: "wp.getPageStatusList",
    signatures: &[&["struct", "int", "string", "string"]],
    help: "Answers the statuses of pages, each with its label. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(get_page_status_list(context, params)),
};

pub(super) const GET_PAGE_TEMPLATES: Method = Method {
    name: "wp.getPageTemplates",
    signatures: &[&["struct", "int", "string", "string"]],
    help: "Answers the templates of pages, of which there is one here. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(get_page_templates(context, params)),
};

async fn get_page(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 2).await?;
    let page = find(context, &caller, params.int(1), "edit this page").await?;
    if page.kind != "page" {
        return Err(Fault::new(404, "Sorry, no such page."));
    }
    Ok(to_struct(context, &page, &authors(context, &[&page]).await?))
}

async fn get_pages(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    caller.require(Capability::EditOthersPosts, 401, "edit pages")?;
    let found = list(context, &caller, "page", None, (bounded(params.int(3)), 0)).await?;
    let authors = authors(context, &found.iter().collect::<Vec<_>>()).await?;
    Ok(Value::Array(found.iter().map(|page| to_struct(context, page, &authors)).collect()))
}

async fn get_page_list(context: &Context, params: Vec<Value>) -> Answer {
    let caller = Params::new(params).log_in(context, 1).await?;
    caller.require(Capability::EditOthersPosts, 401, "edit pages")?;
    let mut found = list(context, &caller, "page", None, (POSTS_MAX, 0)).await?;
    found.sort_by_key(|page| page.id);
    let entry = |page: &Post| {
        Value::object([
            ("page_id", page.id.to_string().into()),
            ("page_title", page.title.as_str().into()),
            ("page_parent_id", "0".into()),
            ("dateCreated", local_date(context, page)),
            ("date_created_gmt", gmt_date(page)),
        ])
    };
    Ok(Value::Array(found.iter().map(entry).collect()))
}

async fn get_page_status_list(context: &Context, params: Vec<Value>) -> Answer {
    let caller = Params::new(params).log_in(context, 1).await?;
    caller.require(Capability::EditOthersPosts, 403, DETAILS)?;
    Ok(Value::object([("draft", "Draft".into()), ("private", "Private".into()), ("publish", "Published".into())]))
}

async fn get_page_templates(context: &Context, params: Vec<Value>) -> Answer {
    let caller = Params::new(params).log_in(context, 1).await?;
    caller.require(Capability::EditOthersPosts, 403, DETAILS)?;
    Ok(Value::object([("Default", "default".into())]))
}

/// A page as a struct: WordPress's members, types and order.
fn to_struct(context: &Context, page: &Post, authors: &HashMap<AccountId, Account>) -> Value {
    let (options, now) = (&context.site.options, context.app.clock.now());
    let name = author_name(page, authors);
    Value::object([
        ("dateCreated", local_date(context, page)),
        ("userid", author_id(page)),
        ("page_id", page.id.0.into()),
        ("page_status", "publish".into()),
        ("description", "".into()),
        ("title", page.title.as_str().into()),
        ("link", page.url.as_str().into()),
        ("permaLink", page.url.as_str().into()),
        ("categories", none()),
        ("excerpt", "".into()),
        ("text_more", "".into()),
        ("mt_allow_comments", i64::from(page.takes_comments(options, now)).into()),
        ("mt_allow_pings", i64::from(page.takes_pings(options, now)).into()),
        ("wp_slug", slug(page).into()),
        ("wp_password", "".into()),
        ("wp_author", name.as_str().into()),
        ("wp_page_parent_id", Value::Int(0)),
        ("wp_page_parent_title", "".into()),
        ("wp_page_order", Value::Int(0)),
        ("wp_author_id", author_id(page)),
        ("wp_author_display_name", name.into()),
        ("date_created_gmt", gmt_date(page)),
        ("custom_fields", none()),
        ("wp_page_template", "default".into()),
    ])
}
