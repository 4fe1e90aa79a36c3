//! The visitor's own account: name, e-mail, keyboard shortcuts, password, sessions.

use askama::Template;
use http::StatusCode;

use crate::actions::set_password::set_own;
use crate::actions::set_profile::{Profile, set_profile};
use crate::actions::sign_out::sign_out_others;
use crate::web::desk::chrome::{Chrome, Desk, From};
use crate::web::desk::comment::FieldError;
use crate::web::desk::fields::{Form, Query};
use crate::web::desk::respond::{Answer, page, see};

#[derive(Template)]
#[template(path = "web/desk/profile.html")]
struct ProfilePage {
    chrome: Chrome,
    told: Option<&'static str>,
    login: String,
    typed: Profile,
    action: String,
    password_action: String,
    sessions_action: String,
    error: Option<FieldError>,
}

/// `GET /desk/profile`.
pub(super) async fn show(desk: Desk, Query(query): Query) -> Answer {
    let told = match query.get("done") {
        "saved" => Some("Profile updated."),
        "password" => Some("Password changed. Your other sessions were logged out."),
        "sessions" => Some("You are now logged out everywhere else."),
        _ => None,
    };
    profile_page(&desk, told, stored(&desk), None).await
}

fn stored(desk: &Desk) -> Profile {
    let account = &desk.visitor.account;
    Profile {
        display_name: account.display_name.clone(),
        email: account.email.clone(),
        url: account.url.clone(),
        comment_shortcuts: account.comment_shortcuts,
    }
}

/// `POST /desk/profile`.
pub(super) async fn save(desk: Desk, Form(form): Form) -> Answer {
    let typed = Profile {
        display_name: form.get("display_name").to_owned(),
        email: form.get("email").to_owned(),
        url: form.get("url").to_owned(),
        comment_shortcuts: form.has("comment_shortcuts"),
    };
    match set_profile(&desk.app, &desk.visitor, typed.clone()).await {
        Ok(()) => Ok(see(&desk.path("/desk/profile", &[("done", "saved")]))),
        Err(error) => profile_page(&desk, None, typed, Some(FieldError::of(error)?)).await,
    }
}

/// `POST /desk/profile/password`: `present` and `pwd`.
pub(super) async fn password(desk: Desk, From(client): From, Form(form): Form) -> Answer {
    let (present, new) = (form.get("present").to_owned(), form.get("pwd").to_owned());
    match set_own(&desk.app, &desk.visitor, present, new, &client).await {
        Ok(()) => Ok(see(&desk.path("/desk/profile", &[("done", "password")]))),
        Err(error) => profile_page(&desk, None, stored(&desk), Some(FieldError::of(error)?)).await,
    }
}

/// `POST /desk/profile/sessions`: logs out everywhere else.
pub(super) async fn log_out_elsewhere(desk: Desk) -> Answer {
    sign_out_others(&desk.app, &desk.visitor).await?;
    Ok(see(&desk.path("/desk/profile", &[("done", "sessions")])))
}

async fn profile_page(desk: &Desk, told: Option<&'static str>, typed: Profile, error: Option<FieldError>) -> Answer {
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let template = ProfilePage {
        chrome: desk.chrome("Profile", "profile").await?,
        told,
        login: desk.visitor.account.login.clone(),
        typed,
        action: desk.path("/desk/profile", &[]),
        password_action: desk.path("/desk/profile/password", &[]),
        sessions_action: desk.path("/desk/profile/sessions", &[]),
        error,
    };
    page(status, &template)
}
