//! `B/login/register`: readers make an account with a password (`actions/register`): an address first, then its code
//! (`code`), then name and password.

use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, Uri};
use url::form_urlencoded::Serializer;

use super::challenge;
use super::finish::{finish, page, set_cookie};
use super::page::own_form;
use super::providers::{browser, cookie};
use super::refused::{Tried, handover_of, refused};
use crate::actions::mailed_codes;
use crate::actions::register::{self, Begun, Registration, Typed};
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::identity::NAME_BYTES_MAX;
use crate::model::mailed_code::MailedCode;
use crate::web::form::fields::Fields;
use crate::web::query::Query;
use crate::web::respond::see_other;
use crate::web::site::Here;

#[derive(Template)]
#[template(path = "web/login/register.html")]
struct RegisterPage<'a> {
    here: &'a Here,
    return_to: &'a str,
    email: &'a str,
    /// The log-in page.
    log_in: String,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "web/login/account.html")]
struct AccountPage<'a> {
    here: &'a Here,
    email: &'a str,
    handle: &'a str,
    login: &'a str,
    name: &'a str,
    error: Option<String>,
}

/// `GET B/login/register`.
pub(super) async fn show(State(app): State<App>, here: Here, uri: Uri) -> Result<Response> {
    let return_to = Query::of(&uri).text("return_to").unwrap_or_default().into_owned();
    if !register::is_offered(&app, &here.site) {
        let error = Error::Forbidden("User registration is currently not allowed.".into());
        return refused(&here, error, &Tried::account(&return_to, None));
    }
    register_page(&here, &return_to, "", None)
}

fn register_page(here: &Here, return_to: &str, email: &str, error: Option<&Error>) -> Result<Response> {
    let mut query = Serializer::new(String::new());
    query.append_pair("provider", "account").append_pair("return_to", return_to);
    let template = RegisterPage {
        here,
        return_to,
        email,
        log_in: format!("{}/login?{}", here.base, query.finish()),
        error: error.map(ToString::to_string),
    };
    page(here, error, &template)
}

/// `POST B/login/register`: `email`, `return_to`, `handover`.
pub(super) async fn ask(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let form = own_form(&app, request).await?;
    let (email, return_to) = (form.text("email"), form.text("return_to"));
    let handover = challenge(form.text("handover"))?;
    let asked = Registration {
        email: email.to_owned(),
        return_to: return_to.to_owned(),
        handover: handover.clone(),
        browser: browser(&app.config, false, &headers),
        client,
    };
    let Begun { handle, browser } = match register::begin(&app, &here.site, asked).await {
        Ok(begun) => begun,
        Err(error @ (Error::Invalid { .. } | Error::TooMany { .. })) => {
            return register_page(&here, return_to, email, Some(&error));
        }
        Err(error) => return refused(&here, error, &Tried::account(return_to, handover)),
    };
    let mut response = see_other(&format!("{}/login/code?w={handle}", here.base))?;
    set_cookie(&mut response, &cookie(&app.config, false, &browser));
    Ok(response)
}

/// The page where name and password are chosen.
pub(super) fn account_page(here: &Here, code: &MailedCode) -> Result<Response> {
    account_page_with(here, code, &Fields::default(), None)
}

fn account_page_with(here: &Here, code: &MailedCode, typed: &Fields, error: Option<&Error>) -> Result<Response> {
    let template = AccountPage {
        here,
        email: &code.email,
        handle: &code.handle,
        login: typed.text("log"),
        name: typed.text("name"),
        error: error.map(ToString::to_string),
    };
    page(here, error, &template)
}

/// `POST B/login/register/account`: `w`, `log`, `name`, `pwd`.
pub(super) async fn make(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    let headers: HeaderMap = request.headers().clone();
    let form = own_form(&app, request).await?;
    app.limits.check_client(Limit::LogIns, client.ip)?;
    let cookie = browser(&app.config, false, &headers);
    let code = match mailed_codes::waiting(&app, &here.site, form.text("w"), cookie.as_deref()).await {
        Ok(code) => code,
        Err(error) => return refused(&here, error, &Tried::code()),
    };
    let text = |name: &str| form.text(name).to_owned();
    let typed = Typed { login: text("log"), name: text("name"), password: text("pwd") };
    let return_to = &code.details.return_to;
    match register::make_account(&app, &here.site, &code, typed).await {
        Ok(account) => {
            app.limits.take_back_client(Limit::LogIns, client.ip);
            finish(&app, &here, &client, &headers, account, None, handover_of(&code), return_to).await
        }
        Err(error @ Error::Invalid { .. }) => account_page_with(&here, &code, &form, Some(&error)),
        Err(error) => refused(&here, error, &Tried::by_code(&code)),
    }
}
