//! Categories, tags and their like (WP 7.1 §3.10, §3.11). WordPress's taxonomies are named, because programs
//! ask for them when they connect; terms are the blog's, so each has none here.

use super::post::none;
use super::{Answer, Context, Method, Params, Value};
use crate::model::role::Capability;
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::log_in::Caller;
use crate::xmlrpc::params::Fields;

/// The members that are wanted where none are named.
const FIELDS_DEFAULT: [&str; 3] = ["labels", "cap", "object_type"];

pub(super) const GET_TAXONOMIES: Method = Method {
    name: "wp.getTaxonomies",
    signatures: &[
        &["array", "int", "string", "string"],
        &["array", "int", "string", "string", "struct"],
        &["array", "int", "string", "string", "struct", "array"],
    ],
    help: "Answers the taxonomies. Takes the blog's number, name, password, a filter, and the members wanted.",
    handler: |context, params| Box::pin(get_taxonomies(context, params)),
};

pub(super) const GET_TAXONOMY: Method = Method {
    name: "wp.getTaxonomy",
    signatures: &[
        &["struct", "int", "string", "string", "string"],
        &["struct", "int", "string", "string", "string", "array"],
    ],
    help: "Answers a taxonomy. Takes the blog's number, name, password, the taxonomy's name, and the members wanted.",
    handler: |context, params| Box::pin(get_taxonomy(context, params)),
};

pub(super) const GET_TERMS: Method = Method {
    name: "wp.getTerms",
    signatures: &[
        &["array", "int", "string", "string", "string"],
        &["array", "int", "string", "string", "string", "struct"],
    ],
    help: "Answers the terms of a taxonomy, of which there are none here. Takes the blog's number, name, password, and the taxonomy's name.",
    handler: |context, params| Box::pin(get_terms(context, params)),
};

pub(super) const GET_TERM: Method = Method {
    name: "wp.getTerm",
    signatures: &[&["struct", "int", "string", "string", "string", "int"]],
    help: "Answers a term, of which there are none here. Takes the blog's number, name, password, the taxonomy's name, and the term's number.",
    handler: |context, params| Box::pin(get_term(context, params)),
};

pub(super) const GET_CATEGORIES: Method = Method {
    name: "wp.getCategories",
    signatures: &[&["array", "int", "string", "string"]],
    help: "Answers the categories, of which there are none here. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(no_terms(context, params, "categories")),
};

pub(super) const META_WEBLOG_GET_CATEGORIES: Method = Method { name: "metaWeblog.getCategories", ..GET_CATEGORIES };

pub(super) const SUGGEST_CATEGORIES: Method = Method {
    name: "wp.suggestCategories",
    signatures: &[&["array", "int", "string", "string", "string", "int"]],
    ..GET_CATEGORIES
};

pub(super) const GET_TAGS: Method = Method {
    name: "wp.getTags",
    signatures: &[&["array", "int", "string", "string"]],
    help: "Answers the tags, of which there are none here. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(no_terms(context, params, "tags")),
};

/// Name, label, label of one, whether its terms have terms below them, and who manages and edits them.
const TAXONOMIES: [(&str, &str, &str, bool, [&str; 4]); 3] = [
    (
        "category",
        "Categories",
        "Category",
        true,
        ["manage_categories", "edit_categories", "delete_categories", "assign_categories"],
    ),
    ("post_tag", "Tags", "Tag", false, ["manage_post_tags", "edit_post_tags", "delete_post_tags", "assign_post_tags"]),
    (
        "post_format",
        "Formats",
        "Format",
        false,
        ["manage_categories", "manage_categories", "manage_categories", "edit_posts"],
    ),
];

async fn get_taxonomies(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(3, params)?;
    let caller = params.log_in(context, 1).await?;
    let fields = Fields::read(&params, 4, &FIELDS_DEFAULT);
    let wants = |name: &str, value: bool| params.member(3, name).is_none_or(|v| (v.to_int() != 0) == value);
    let found = TAXONOMIES.iter().filter(|(name, .., is_hierarchical, _)| {
        wants("hierarchical", *is_hierarchical)
            && wants("public", true)
            && wants("_builtin", true)
            && wants("show_ui", *name != "post_format")
            && caller.can(Capability::EditPosts)
    });
    Ok(Value::Array(found.map(|(name, ..)| to_struct(name, &fields)).collect()))
}

async fn get_taxonomy(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(4, params)?;
    let caller = params.log_in(context, 1).await?;
    let name = params.text(3);
    check(&caller, &name)?;
    Ok(to_struct(&name, &Fields::read(&params, 4, &FIELDS_DEFAULT)))
}

async fn get_terms(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(4, params)?;
    let caller = params.log_in(context, 1).await?;
    check(&caller, &params.text(3))?;
    Ok(none())
}

async fn get_term(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(5, params)?;
    params.log_in(context, 1).await?;
    if !is_known(&params.text(3)) {
        return Err(Fault::invalid_taxonomy());
    }
    Err(Fault::new(404, "Invalid term ID."))
}

async fn no_terms(context: &Context, params: Vec<Value>, what: &str) -> Answer {
    let caller = Params::new(params).log_in(context, 1).await?;
    check_view(&caller, what)?;
    Ok(none())
}

/// Refuses who may not see categories or tags.
pub(super) fn check_view(caller: &Caller, what: &str) -> Result<(), Fault> {
    if caller.can(Capability::EditPosts) {
        return Ok(());
    }
    Err(Fault::new(401, format!("Sorry, you must be able to edit posts on this site in order to view {what}.")))
}

fn check(caller: &Caller, name: &str) -> Result<(), Fault> {
    if !is_known(name) {
        return Err(Fault::invalid_taxonomy());
    }
    caller.require(Capability::EditPosts, 401, "assign terms in this taxonomy")
}

fn is_known(name: &str) -> bool {
    TAXONOMIES.iter().any(|(n, ..)| *n == name)
}

fn to_struct(name: &str, fields: &Fields) -> Value {
    let Some((name, label, singular, is_hierarchical, [manage, edit, delete, assign])) =
        TAXONOMIES.iter().find(|(n, ..)| *n == name)
    else {
        return Value::Struct(Vec::new());
    };
    let mut members = vec![
        ("name", Value::from(*name)),
        ("label", (*label).into()),
        ("hierarchical", (*is_hierarchical).into()),
        ("public", true.into()),
        ("show_ui", (*name != "post_format").into()),
        ("_builtin", true.into()),
    ];
    if fields.has("labels") {
        members.push(("labels", Value::object([("name", (*label).into()), ("singular_name", (*singular).into())])));
    }
    if fields.has("cap") {
        let capabilities = [
            ("manage_terms", (*manage).into()),
            ("edit_terms", (*edit).into()),
            ("delete_terms", (*delete).into()),
            ("assign_terms", (*assign).into()),
        ];
        members.push(("cap", Value::object(capabilities)));
    }
    if fields.has("menu") {
        members.push(("show_in_menu", (*name != "post_format").into()));
    }
    if fields.has("object_type") {
        members.push(("object_type", Value::strings(["post"])));
    }
    Value::Struct(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
