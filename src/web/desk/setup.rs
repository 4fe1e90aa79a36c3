//! The page behind the one-time link: whoever has it makes the first administrator.

use askama::Template;
use axum::extract::State;
use http::StatusCode;

use crate::actions::set_up::{self, FirstAdministrator};
use crate::app::App;
use crate::error::Error;
use crate::web::desk::chrome::From;
use crate::web::desk::comment::FieldError;
use crate::web::desk::fields::{Form, Query};
use crate::web::desk::respond::{Answer, page, see};

#[derive(Template)]
#[template(path = "web/desk/setup.html")]
struct SetUpPage {
    token: String,
    login: String,
    email: String,
    error: Option<FieldError>,
}

/// `GET /desk/setup?token=…`.
pub(super) async fn show(State(app): State<App>, Query(query): Query) -> Answer {
    let token = query.get("token").to_owned();
    if !set_up::is_valid(&app, &token).await? {
        return Err(Error::Forbidden(
            "This set-up link does not work any more. If nobody has set this server up yet, restart it: it prints a new one."
                .into(),
        )
        .into());
    }
    let template = SetUpPage { token, login: String::new(), email: String::new(), error: None };
    page(StatusCode::OK, &template)
}

/// `POST /desk/setup`.
pub(super) async fn submit(State(app): State<App>, From(client): From, Form(form): Form) -> Answer {
    let new = FirstAdministrator {
        login: form.get("log").to_owned(),
        email: form.get("email").to_owned(),
        password: form.get("pwd").to_owned(),
    };
    match set_up::run(&app, form.get("token"), new, &client).await {
        Ok(()) => Ok(see("/desk/login?done=setup")),
        Err(error) => {
            let template = SetUpPage {
                token: form.get("token").to_owned(),
                login: form.get("log").to_owned(),
                email: form.get("email").to_owned(),
                error: Some(FieldError::of(error)?),
            };
            page(StatusCode::BAD_REQUEST, &template)
        }
    }
}
