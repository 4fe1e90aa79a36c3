//! The visitor's own account: name, e-mail, keyboard shortcuts, password, sessions, and the passwords that
//! they gave to programs (`application_passwords`).

use askama::Template;
use http::StatusCode;

use crate::actions::application_passwords::Made;
use crate::actions::set_password::set_own;
use crate::actions::set_profile::{Profile, set_profile};
use crate::actions::sign_out::sign_out_others;
use crate::error::{Error, Result};
use crate::web::desk::application_passwords::Section;
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
    passwords: Section,
    error: Option<FieldError>,
}

/// What a change of the profile has to say on the page.
#[derive(Default)]
pub(super) struct Said {
    pub(super) told: Option<&'static str>,
    pub(super) typed: Option<Profile>,
    pub(super) made: Option<Made>,
    pub(super) error: Option<FieldError>,
}

impl Said {
    /// What is wrong with what was typed; any other failure stays one.
    pub(super) fn error(error: Error) -> Result<Self> {
        Ok(Self { error: Some(FieldError::of(error)?), ..Self::default() })
    }
}

/// `GET /desk/profile`.
pub(super) async fn show(desk: Desk, Query(query): Query) -> Answer {
    let told = match query.get("done") {
        "saved" => Some("Profile updated."),
        "password" => Some("Password changed. Your other sessions were logged out."),
        "sessions" => Some("You are now logged out everywhere else."),
        "revoked" => Some("Application password revoked."),
        "revoked-all" => Some("All application passwords revoked."),
        _ => None,
    };
    profile_page(&desk, Said { told, ..Said::default() }).await
}

/// `POST /desk/profile`.
pub(super) async fn save(desk: Desk, Form(form): Form) -> Answer {
    let typed = Profile {
        display_name: form.get("display_name").to_owned(),
        email: form.get("email").to_owned(),
        url: form.get("url").to_owned(),
        comment_shortcuts: form.has("comment_shortcuts"),
    };
    match set_profile(&desk.app, &desk.visitor.account, typed.clone()).await {
        Ok(()) => Ok(see(&desk.path("/desk/profile", &[("done", "saved")]))),
        Err(error) => profile_page(&desk, Said { typed: Some(typed), ..Said::error(error)? }).await,
    }
}

/// `POST /desk/profile/password`: `present` and `pwd`.
pub(super) async fn password(desk: Desk, From(client): From, Form(form): Form) -> Answer {
    let (present, new) = (form.get("present").to_owned(), form.get("pwd").to_owned());
    match set_own(&desk.app, &desk.visitor, present, new, &client).await {
        Ok(()) => Ok(see(&desk.path("/desk/profile", &[("done", "password")]))),
        Err(error) => profile_page(&desk, Said::error(error)?).await,
    }
}

/// `POST /desk/profile/sessions`: logs out everywhere else.
pub(super) async fn log_out_elsewhere(desk: Desk) -> Answer {
    sign_out_others(&desk.app, &desk.visitor).await?;
    Ok(see(&desk.path("/desk/profile", &[("done", "sessions")])))
}

/// The page, with what there is to say.
pub(super) async fn profile_page(desk: &Desk, said: Said) -> Answer {
    let status = if said.error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let template = ProfilePage {
        chrome: desk.chrome("Profile", "profile").await?,
        told: said.told,
        login: desk.visitor.account.login.clone(),
        typed: said.typed.unwrap_or_else(|| Profile::of(&desk.visitor.account)),
        action: desk.path("/desk/profile", &[]),
        password_action: desk.path("/desk/profile/password", &[]),
        sessions_action: desk.path("/desk/profile/sessions", &[]),
        passwords: Section::read(desk, said.made).await?,
        error: said.error,
    };
    page(status, &template)
}
