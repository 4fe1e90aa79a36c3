//! Who may do what on the site: members, their roles, new accounts.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;

use crate::actions::add_account::{NewMember, add_account};
use crate::actions::set_member::{add_existing, set_member};
use crate::actions::set_password::set_for;
use crate::error::{Error, Result};
use crate::model::ids::AccountId;
use crate::model::role::{Capability, Role};
use crate::store::accounts;
use crate::web::desk::chrome::{Chrome, Desk};
use crate::web::desk::comment::FieldError;
use crate::web::desk::fields::{Fields, Form, Query};
use crate::web::desk::respond::{Answer, page, see};

struct Member {
    login: String,
    name: String,
    email: String,
    role: &'static str,
    is_super: bool,
    is_me: bool,
    action: String,
}

#[derive(Template)]
#[template(path = "web/desk/members.html")]
struct MembersPage {
    chrome: Chrome,
    told: Option<&'static str>,
    members: Vec<Member>,
    roles: Vec<(&'static str, &'static str)>,
    action: String,
    login: String,
    email: String,
    is_super: bool,
    has_several_sites: bool,
    error: Option<FieldError>,
}

/// `GET /desk/members`.
pub(super) async fn show(desk: Desk, Query(query): Query) -> Answer {
    desk.require(Capability::ManageOptions)?;
    let told = match query.get("done") {
        "added" => Some("User added."),
        "role" => Some("Role changed."),
        "removed" => Some("User removed from this site."),
        "password" => Some("Password changed; the user was logged out."),
        _ => None,
    };
    members_page(&desk, told, &Fields::default(), None).await
}

/// `POST /desk/members`: a new account (`login`, `email`, `pwd`, `role`), or, with `existing`, one that
/// there is already.
pub(super) async fn add(desk: Desk, Form(form): Form) -> Answer {
    desk.require(Capability::ManageOptions)?;
    let added = match role(&form) {
        Ok(role) if form.has("existing") => {
            add_existing(&desk.app, &desk.site, &desk.visitor.account, form.get("login"), role).await
        }
        Ok(role) => {
            let new = NewMember {
                login: form.get("login").to_owned(),
                email: form.get("email").to_owned(),
                password: form.get("pwd").to_owned(),
                role,
            };
            add_account(&desk.app, &desk.site, &desk.actor, new).await.map(|_| ())
        }
        Err(error) => Err(error),
    };
    match added {
        Ok(()) => Ok(see(&desk.path("/desk/members", &[("done", "added")]))),
        Err(Error::Conflict(message)) => {
            members_page(&desk, None, &form, Some(FieldError { field: "login", message })).await
        }
        Err(error) => members_page(&desk, None, &form, Some(FieldError::of(error)?)).await,
    }
}

/// `POST /desk/members/{id}`: `action` is `role` (with `role`), `remove`, or `password` (with `pwd`).
pub(super) async fn change(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    let id: AccountId = id.parse().map_err(|_| Error::not_found("There is no such user."))?;
    let done = match form.get("action") {
        "role" => {
            set_member(&desk.app, &desk.site, &desk.actor, id, Some(role(&form)?)).await?;
            "role"
        }
        "remove" => {
            set_member(&desk.app, &desk.site, &desk.actor, id, None).await?;
            "removed"
        }
        "password" => {
            set_for(&desk.app, &desk.visitor.account, id, form.get("pwd").to_owned()).await?;
            "password"
        }
        _ => return Err(Error::invalid("action", "There is no such action.").into()),
    };
    Ok(see(&desk.path("/desk/members", &[("done", done)])))
}

fn role(form: &Fields) -> Result<Role> {
    Role::parse(form.get("role")).ok_or_else(|| Error::invalid("role", "Choose one of the roles."))
}

async fn members_page(desk: &Desk, told: Option<&'static str>, typed: &Fields, error: Option<FieldError>) -> Answer {
    let list = accounts::list_members(&desk.app.db, desk.site.id).await?;
    let me = desk.visitor.account.id;
    let members = list.into_iter().map(|(account, role)| Member {
        is_super: account.super_admin,
        is_me: account.id == me,
        role: role.as_str(),
        action: desk.path(&format!("/desk/members/{}", account.id), &[]),
        login: account.login,
        name: account.display_name,
        email: account.email,
    });
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let template = MembersPage {
        chrome: desk.chrome("Members", "members").await?,
        told,
        members: members.collect(),
        roles: Role::ALL.into_iter().rev().map(|r| (r.as_str(), label(r))).collect(),
        action: desk.path("/desk/members", &[]),
        login: typed.get("login").to_owned(),
        email: typed.get("email").to_owned(),
        is_super: desk.visitor.account.super_admin,
        has_several_sites: desk.sites.len() > 1,
        error,
    };
    page(status, &template)
}

fn label(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Administrator",
        Role::Editor => "Editor",
        Role::Author => "Author",
        Role::Contributor => "Contributor",
        Role::Subscriber => "Subscriber",
    }
}
