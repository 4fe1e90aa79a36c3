//! The kinds of posts, their formats and statuses (WP 7.1 §3.10): fixed lists. Two kinds are kept here.

use super::post::may_edit_kind;
use super::{Answer, Context, Method, Params, Value};
use crate::model::role::Capability;
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::log_in::Caller;
use crate::xmlrpc::params::Fields;

/// The members that are wanted where none are named.
const FIELDS_DEFAULT: [&str; 3] = ["labels", "cap", "taxonomies"];
const DETAILS: &str = "access details about this site";

pub(super) const GET_POST_TYPES: Method = Method {
    name: "wp.getPostTypes",
    signatures: &[
        &["struct", "int", "string", "string"],
        &["struct", "int", "string", "string", "struct"],
        &["struct", "int", "string", "string", "struct", "array"],
    ],
    help: "Answers the kinds of posts, by name. Takes the blog's number, name, password, a filter, and the members wanted.",
    handler: |context, params| Box::pin(get_post_types(context, params)),
};

pub(super) const GET_POST_TYPE: Method = Method {
    name: "wp.getPostType",
    signatures: &[
        &["struct", "int", "string", "string", "string"],
        &["struct", "int", "string", "string", "string", "array"],
    ],
    help: "Answers a kind of posts. Takes the blog's number, name, password, the kind's name, and the members wanted.",
    handler: |context, params| Box::pin(get_post_type(context, params)),
};

pub(super) const GET_POST_FORMATS: Method = Method {
    name: "wp.getPostFormats",
    signatures: &[&["struct", "int", "string", "string"], &["struct", "int", "string", "string", "struct"]],
    // WordPress tells of those that its theme supports too, where the theme supports any.
    help: "Answers the formats of posts, each with its label. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(get_post_formats(context, params)),
};

pub(super) const GET_POST_STATUS_LIST: Method = Method {
    name: "wp.getPostStatusList",
    signatures: &[&["struct", "int", "string", "string"]],
    help: "Answers the statuses of posts, each with its label. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(get_post_status_list(context, params)),
};

/// Name, label, label of one, and what it supports.
const TYPES: [(&str, &str, &str, &[&str]); 2] = [
    ("post", "Posts", "Post", &["title", "author", "trackbacks", "comments"]),
    ("page", "Pages", "Page", &["title", "author", "comments"]),
];

async fn get_post_types(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(3, params)?;
    let caller = params.log_in(context, 1).await?;
    let fields = Fields::read(&params, 4, &FIELDS_DEFAULT);
    let wants = |name: &str, value: bool| params.member(3, name).is_none_or(|v| (v.to_int() != 0) == value);
    // Both are public and WordPress's own; only pages have pages below them.
    let is_wanted = |name: &str| {
        wants("public", true)
            && wants("show_ui", true)
            && wants("_builtin", true)
            && wants("hierarchical", name == "page")
    };
    let types = TYPES.iter().filter(|(name, ..)| is_wanted(name) && may_edit_kind(&caller, name));
    Ok(Value::Struct(types.map(|(name, ..)| ((*name).to_owned(), to_struct(name, &fields))).collect()))
}

async fn get_post_type(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(4, params)?;
    let caller = params.log_in(context, 1).await?;
    let name = params.text(3);
    if !TYPES.iter().any(|(n, ..)| *n == name) {
        return Err(Fault::invalid_post_type(403));
    }
    if !may_edit_kind(&caller, &name) {
        return Err(Fault::not_allowed(401, "edit posts in this post type"));
    }
    Ok(to_struct(&name, &Fields::read(&params, 4, &FIELDS_DEFAULT)))
}

async fn get_post_formats(context: &Context, params: Vec<Value>) -> Answer {
    const FORMATS: [(&str, &str); 10] = [
        ("standard", "Standard"),
        ("aside", "Aside"),
        ("chat", "Chat"),
        ("gallery", "Gallery"),
        ("link", "Link"),
        ("image", "Image"),
        ("quote", "Quote"),
        ("status", "Status"),
        ("video", "Video"),
        ("audio", "Audio"),
    ];
    let params = Params::new(params);
    let caller = params.log_in(context, 1).await?;
    caller.require(Capability::EditPosts, 403, DETAILS)?;
    Ok(Value::object(FORMATS.map(|(name, label)| (name, label.into()))))
}

async fn get_post_status_list(context: &Context, params: Vec<Value>) -> Answer {
    let caller: Caller = Params::new(params).log_in(context, 1).await?;
    caller.require(Capability::EditPosts, 403, DETAILS)?;
    Ok(Value::object([
        ("draft", "Draft".into()),
        ("pending", "Pending Review".into()),
        ("private", "Private".into()),
        ("publish", "Published".into()),
    ]))
}

fn to_struct(name: &str, fields: &Fields) -> Value {
    let Some((name, label, singular, supports)) = TYPES.iter().find(|(n, ..)| *n == name) else {
        return Value::Struct(Vec::new());
    };
    let supports = supports.iter().map(|what| ((*what).to_owned(), true.into())).collect();
    let mut members = vec![
        ("name", Value::from(*name)),
        ("label", (*label).into()),
        ("hierarchical", (*name == "page").into()),
        ("public", true.into()),
        ("show_ui", true.into()),
        ("_builtin", true.into()),
        ("has_archive", false.into()),
        ("supports", Value::Struct(supports)),
    ];
    if fields.has("labels") {
        members.push(("labels", Value::object([("name", (*label).into()), ("singular_name", (*singular).into())])));
    }
    if fields.has("cap") {
        members.push(("cap", capabilities(name)));
        members.push(("map_meta_cap", true.into()));
    }
    if fields.has("menu") {
        members.push(("menu_position", Value::Int(if *name == "page" { 20 } else { 5 })));
        members.push(("menu_icon", "".into()));
        members.push(("show_in_menu", true.into()));
    }
    if fields.has("taxonomies") {
        let taxonomies: &[&str] = if *name == "page" { &[] } else { &["category", "post_tag", "post_format"] };
        members.push(("taxonomies", Value::strings(taxonomies.iter().copied())));
    }
    Value::Struct(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// WordPress's names of what may be done with a kind: `edit_posts` is `edit_pages` for pages.
fn capabilities(kind: &str) -> Value {
    const ONE: [&str; 3] = ["edit", "read", "delete"];
    // `read` is the same for every kind.
    const MANY: [&str; 12] = [
        "edit",
        "edit_others",
        "delete",
        "publish",
        "read_private",
        "read",
        "delete_private",
        "delete_published",
        "delete_others",
        "edit_private",
        "edit_published",
        "create",
    ];
    let of_one = ONE.iter().map(|verb| (format!("{verb}_post"), format!("{verb}_{kind}")));
    let of_many = MANY.iter().map(|verb| match *verb {
        "read" => ("read".to_owned(), "read".to_owned()),
        "create" => ("create_posts".to_owned(), format!("edit_{kind}s")),
        verb => (format!("{verb}_posts"), format!("{verb}_{kind}s")),
    });
    Value::Struct(of_one.chain(of_many).map(|(name, means)| (name, means.into())).collect())
}
