//! `B/login/lost` and `B/login/reset`: a lost password is set anew by a link that is mailed to its account
//! (`actions/reset_password`). The desk's log-in page leads here too.

use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;

use super::finish::page;
use super::page::own_form;
use super::refused::{Tried, refused};
use crate::actions::reset_password;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::web::embed::respond::desk_link;
use crate::web::site::Here;

#[derive(Template)]
#[template(path = "web/login/lost.html")]
struct LostPage<'a> {
    here: &'a Here,
    can_mail: bool,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "web/login/reset.html")]
struct ResetPage<'a> {
    here: &'a Here,
    login: &'a str,
    token: &'a str,
    error: Option<String>,
}

/// A page that says what was done, and where one can go on.
#[derive(Template)]
#[template(path = "web/login/told.html")]
struct Told<'a> {
    here: &'a Here,
    title: &'static str,
    paragraphs: &'a [&'static str],
    /// Addresses and words.
    ways: Vec<(String, &'static str)>,
}

/// `GET B/login/lost`.
pub(super) async fn show(State(app): State<App>, here: Here) -> Result<Response> {
    lost_page(&app, &here, None)
}

fn lost_page(app: &App, here: &Here, error: Option<&Error>) -> Result<Response> {
    let template = LostPage { here, can_mail: app.mail.is_some(), error: error.map(ToString::to_string) };
    page(here, error, &template)
}

/// `POST B/login/lost`: `log`. The answer is the same whether there is such an account.
pub(super) async fn ask(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    const PARAGRAPHS: &[&str] = &[
        "If there is an account of this name or address, a mail with a link is on its way to its address.",
        "The link works once, for an hour. No mail? It may take a minute, or lie among the spam.",
    ];
    let form = own_form(&app, request).await?;
    match reset_password::ask(&app, &here.site, form.text("log"), &client).await {
        Ok(()) => told(&here, "Look at your mail", PARAGRAPHS, vec![(log_in(&here), "Log in")]),
        Err(error @ (Error::Invalid { .. } | Error::TooMany { .. })) => lost_page(&app, &here, Some(&error)),
        Err(error) => Err(error),
    }
}

fn log_in(here: &Here) -> String {
    format!("{}/login?provider=account", here.base)
}

fn told(
    here: &Here,
    title: &'static str,
    paragraphs: &[&'static str],
    ways: Vec<(String, &'static str)>,
) -> Result<Response> {
    page(here, None, &Told { here, title, paragraphs, ways })
}

/// The page that the link leads to. It changes nothing.
pub(super) async fn look(app: &App, here: &Here, token: &str) -> Result<Response> {
    match reset_password::look(app, &here.site, token).await {
        Ok(login) => reset_page(here, &login, token, None),
        Err(error) => refused(here, error, &Tried::code()),
    }
}

fn reset_page(here: &Here, login: &str, token: &str, error: Option<&Error>) -> Result<Response> {
    let template = ResetPage { here, login, token, error: error.map(ToString::to_string) };
    page(here, error, &template)
}

/// `POST B/login/reset`: `t`, `pwd`.
pub(super) async fn set(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    const PARAGRAPHS: &[&str] = &[
        "You were logged out everywhere, and a mail tells you of the change.",
        "Passwords that you gave to programs (application passwords) stay as they are: look at your profile if you do \
         not trust one.",
    ];
    let form = own_form(&app, request).await?;
    app.limits.check_client(Limit::Readings, client.ip)?;
    let token = form.text("t");
    match reset_password::set(&app, &here.site, token, form.text("pwd").to_owned(), &client).await {
        Ok(has_desk) => {
            let mut ways = vec![(log_in(&here), "Log in to comment")];
            if has_desk {
                ways.push((desk_link(&app, &here, "/login"), "Log in to the desk"));
            }
            told(&here, "Your password is changed", PARAGRAPHS, ways)
        }
        Err(error @ Error::Invalid { .. }) => {
            let login = reset_password::look(&app, &here.site, token).await?;
            reset_page(&here, &login, token, Some(&error))
        }
        Err(error) => refused(&here, error, &Tried::code()),
    }
}
