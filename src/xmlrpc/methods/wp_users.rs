//! The people of a blog: `wp.getProfile`, `wp.editProfile`, `wp.getUser`, `wp.getUsers`, `wp.getAuthors`
//! (WP 7.1 §3.10). An account here has one name to show and no biography; what WordPress has beside them is
//! empty, or the login name.

use super::{Answer, Context, Method, Params, Value};
use crate::actions::set_profile::{Profile, set_profile};
use crate::model::account::Account;
use crate::model::ids::AccountId;
use crate::model::role::{Capability, Role};
use crate::store::accounts;
use crate::xmlrpc::codec::DateTime;
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::params::Fields;

/// Users in an answer that names no number.
const USERS_DEFAULT: i64 = 50;
/// Users in an answer. WordPress has no limit.
const USERS_MAX: i64 = 500;
/// The members of the group `basic`.
const BASIC: [&str; 5] = ["username", "email", "registered", "display_name", "nicename"];

pub(super) const GET_PROFILE: Method = Method {
    name: "wp.getProfile",
    signatures: &[&["struct", "int", "string", "string"], &["struct", "int", "string", "string", "array"]],
    help: "Answers who calls. Takes the blog's number, name, password, and the members wanted.",
    handler: |context, params| Box::pin(get_profile(context, params)),
};

pub(super) const EDIT_PROFILE: Method = Method {
    name: "wp.editProfile",
    signatures: &[&["boolean", "int", "string", "string", "struct"]],
    help: "Changes display_name and url of who calls. Takes the blog's number, name, password, and what changes.",
    handler: |context, params| Box::pin(edit_profile(context, params)),
};

pub(super) const GET_USER: Method = Method {
    name: "wp.getUser",
    signatures: &[
        &["struct", "int", "string", "string", "int"],
        &["struct", "int", "string", "string", "int", "array"],
    ],
    help: "Answers a user. Takes the blog's number, name, password, the user's number, and the members wanted.",
    handler: |context, params| Box::pin(get_user(context, params)),
};

pub(super) const GET_USERS: Method = Method {
    name: "wp.getUsers",
    signatures: &[
        &["array", "int", "string", "string"],
        &["array", "int", "string", "string", "struct"],
        &["array", "int", "string", "string", "struct", "array"],
    ],
    help: "Answers the users of the blog. Takes the blog's number, name, password, a filter (role, number, offset, orderby, order), and the members wanted.",
    handler: |context, params| Box::pin(get_users(context, params)),
};

pub(super) const GET_AUTHORS: Method = Method {
    name: "wp.getAuthors",
    signatures: &[&["array", "int", "string", "string"]],
    help: "Answers number, login name and name of all users of the blog. Takes the blog's number, name and password.",
    handler: |context, params| Box::pin(get_authors(context, params)),
};

async fn get_profile(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(3, params)?;
    let caller = params.log_in(context, 1).await?;
    Ok(to_struct(caller.account(), caller.role(), &Fields::read(&params, 3, &["all"])))
}

async fn edit_profile(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(4, params)?;
    let caller = params.log_in(context, 1).await?;
    // E-mail and password are left alone, as in WordPress; of its other members there are none here.
    let mut profile = Profile::of(caller.account());
    let given = |name: &str| params.member(3, name).map(Value::to_text);
    profile.display_name = given("display_name").unwrap_or(profile.display_name);
    profile.url = given("url").unwrap_or(profile.url);
    set_profile(&context.app, caller.account(), profile).await?;
    Ok(true.into())
}

async fn get_user(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(4, params)?;
    let caller = params.log_in(context, 1).await?;
    let id = AccountId(params.int(3));
    if caller.account().id != id {
        caller.require(Capability::ManageOptions, 401, "edit this user")?;
    }
    let members = accounts::list_members(&context.app.db, context.site.id).await?;
    let found = members.into_iter().find(|(account, _)| account.id == id);
    let (account, role) = found.ok_or_else(|| Fault::new(404, "Invalid user ID."))?;
    Ok(to_struct(&account, Some(role), &Fields::read(&params, 4, &["all"])))
}

async fn get_users(context: &Context, params: Vec<Value>) -> Answer {
    let params = Params::at_least(3, params)?;
    let caller = params.log_in(context, 1).await?;
    caller.require(Capability::ManageOptions, 401, "list users")?;
    let mut members = accounts::list_members(&context.app.db, context.site.id).await?;
    match params.member_text(3, "role").as_str() {
        "" => {}
        name => {
            let role = Role::parse(name).ok_or_else(|| Fault::new(403, "Invalid role."))?;
            members.retain(|(_, r)| *r == role);
        }
    }
    if params.member_text(3, "who") == "authors" {
        members.retain(|(_, role)| role.can(Capability::EditPosts));
    }
    sort(&mut members, &params.member_text(3, "orderby"));
    if params.member_text(3, "order").eq_ignore_ascii_case("desc") {
        members.reverse();
    }
    let (number, offset) = (params.number(3, USERS_DEFAULT, USERS_MAX), params.offset(3));
    let at = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    let fields = Fields::read(&params, 4, &["all"]);
    let page = members.iter().skip(at(offset)).take(at(number));
    Ok(Value::Array(page.map(|(account, role)| to_struct(account, Some(*role), &fields)).collect()))
}

/// By login name, if nothing else that is known here is asked for.
fn sort(members: &mut [(Account, Role)], by: &str) {
    match by {
        "ID" | "id" => members.sort_by_key(|(a, _)| a.id),
        "display_name" | "name" => members.sort_by(|(a, _), (b, _)| a.display_name.cmp(&b.display_name)),
        "email" | "user_email" => members.sort_by(|(a, _), (b, _)| a.email.cmp(&b.email)),
        "registered" | "user_registered" => members.sort_by_key(|(a, _)| (a.created_at, a.id)),
        _ => members.sort_by(|(a, _), (b, _)| a.login.cmp(&b.login)),
    }
}

async fn get_authors(context: &Context, params: Vec<Value>) -> Answer {
    let caller = Params::new(params).log_in(context, 1).await?;
    caller.require(Capability::EditPosts, 401, "edit posts")?;
    let mut members = accounts::list_members(&context.app.db, context.site.id).await?;
    sort(&mut members, "");
    let author = |account: &Account| {
        Value::object([
            ("user_id", account.id.to_string().into()),
            ("user_login", account.login.as_str().into()),
            ("display_name", account.display_name.as_str().into()),
        ])
    };
    Ok(Value::Array(members.iter().map(|(account, _)| author(account)).collect()))
}

/// A user as a struct; the number is always there.
fn to_struct(account: &Account, role: Option<Role>, fields: &Fields) -> Value {
    let roles = role.map(|role| role.as_str().into());
    let all = [
        ("username", account.login.as_str().into()),
        ("first_name", "".into()),
        ("last_name", "".into()),
        ("registered", DateTime::gmt(account.created_at).into()),
        ("bio", "".into()),
        ("email", account.email.as_str().into()),
        ("nickname", account.login.as_str().into()),
        ("nicename", nicename(&account.login).into()),
        ("url", account.url.as_str().into()),
        ("display_name", account.display_name.as_str().into()),
        ("roles", Value::Array(roles.into_iter().collect())),
    ];
    let mut members = vec![("user_id".to_owned(), account.id.to_string().into())];
    let chosen = if fields.has("basic") && !fields.has("all") { fields.and(&BASIC) } else { fields.clone() };
    members.extend(chosen.of("all", all));
    Value::Struct(members)
}

/// The login name as it would stand in an address.
fn nicename(login: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
    let dashed: String = login.chars().map(kept).collect();
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
