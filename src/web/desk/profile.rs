//! The visitor's own account: name, e-mail, keyboard shortcuts, password, sessions, and the passwords that they gave
//! to programs (`application_passwords`). For everybody who can log in, subscribers too.

use askama::Template;
use http::StatusCode;

use crate::actions::application_passwords::Made;
use crate::actions::own_sessions;
use crate::actions::set_password::set_own;
use crate::actions::set_profile::{Profile, set_profile};
use crate::actions::sign_out::sign_out_others;
use crate::error::{Error, Result};
use crate::web::desk::application_passwords::Section;
use crate::web::desk::chrome::{Chrome, From, Person};
use crate::web::desk::comment::FieldError;
use crate::web::desk::fields::{Form, Query};
use crate::web::desk::respond::{Answer, page, see};
use crate::web::desk::show::{self, When};
use crate::web::session_list::{self, ListedSession};

#[derive(Template)]
#[template(path = "web/desk/profile.html")]
struct ProfilePage {
    chrome: Chrome,
    told: Option<&'static str>,
    login: String,
    typed: Profile,
    has_desk: bool,
    sessions: Vec<ListedSession<When>>,
    /// The page of their own comments, other log-ins and data.
    own_page: Option<String>,
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
pub(super) async fn show(person: Person, Query(query): Query) -> Answer {
    let told = match query.get("done") {
        "saved" => Some("Profile updated."),
        "password" => Some("Password changed. Your other sessions were logged out."),
        "sessions" => Some("You are now logged out everywhere else."),
        "session" => Some("That session was logged out."),
        "revoked" => Some("Application password revoked."),
        "revoked-all" => Some("All application passwords revoked."),
        _ => None,
    };
    profile_page(&person, Said { told, ..Said::default() }).await
}

/// `POST /desk/profile`. The shortcuts are asked of who has the desk only.
pub(super) async fn save(person: Person, Form(form): Form) -> Answer {
    let shortcuts = person.visitor.account.comment_shortcuts;
    let typed = Profile {
        display_name: form.get("display_name").to_owned(),
        email: form.get("email").to_owned(),
        url: form.get("url").to_owned(),
        comment_shortcuts: if person.desk.is_some() { form.has("comment_shortcuts") } else { shortcuts },
    };
    match set_profile(&person.app, &person.visitor.account, typed.clone()).await {
        Ok(()) => Ok(see(&person.path("/desk/profile", &[("done", "saved")]))),
        Err(error) => profile_page(&person, Said { typed: Some(typed), ..Said::error(error)? }).await,
    }
}

/// `POST /desk/profile/password`: `present` and `pwd`.
pub(super) async fn password(person: Person, From(client): From, Form(form): Form) -> Answer {
    let (present, new) = (form.get("present").to_owned(), form.get("pwd").to_owned());
    match set_own(&person.app, &person.visitor, present, new, &client).await {
        Ok(()) => Ok(see(&person.path("/desk/profile", &[("done", "password")]))),
        Err(error) => profile_page(&person, Said::error(error)?).await,
    }
}

/// `POST /desk/profile/sessions`: ends the session that `end` marks, or without it every other one.
pub(super) async fn end_sessions(person: Person, Form(form): Form) -> Answer {
    let done = if form.has("end") {
        own_sessions::end(&person.app, &person.visitor, form.get("end")).await?;
        "session"
    } else {
        sign_out_others(&person.app, &person.visitor).await?;
        "sessions"
    };
    Ok(see(&person.path("/desk/profile", &[("done", done)])))
}

/// The page, with what there is to say.
pub(super) async fn profile_page(person: &Person, said: Said) -> Answer {
    let status = if said.error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let template = ProfilePage {
        chrome: person.chrome("Profile", "profile").await?,
        told: said.told,
        login: person.visitor.account.login.clone(),
        typed: said.typed.unwrap_or_else(|| Profile::of(&person.visitor.account)),
        has_desk: person.desk.is_some(),
        sessions: session_list::list(&person.app, &person.visitor, |at| show::when(at, person.zone())).await?,
        own_page: person.own_page().await?,
        action: person.path("/desk/profile", &[]),
        password_action: person.path("/desk/profile/password", &[]),
        sessions_action: person.path("/desk/profile/sessions", &[]),
        passwords: Section::read(person, said.made).await?,
        error: said.error,
    };
    page(status, &template)
}
