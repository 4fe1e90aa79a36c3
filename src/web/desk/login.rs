//! Logging in and out. Field names are `wp-login.php`'s.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_SECURITY_POLICY, RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use url::Url;

use crate::actions::current_actor;
use crate::actions::sign_in::{self, Attempt};
use crate::actions::sign_out;
use crate::app::App;
use crate::error::Error;
use crate::model::session::{SESSION_MAX, Scope};
use crate::store::accounts;
use crate::web::desk::chrome::From;
use crate::web::desk::fields::{Form, Query};
use crate::web::desk::guard::{check_token, policy_with_forms_to};
use crate::web::desk::landing::landing;
use crate::web::desk::respond::{Answer, page, see};
use crate::web::session;

#[derive(Template)]
#[template(path = "web/desk/login.html")]
struct LoginPage {
    login: String,
    redirect_to: String,
    /// The page outside the desk that the visitor came from.
    back: Option<String>,
    remember: bool,
    error: Option<String>,
    told: Option<&'static str>,
    needs_set_up: bool,
    /// Where a lost password is set by mail.
    lost: Option<String>,
}

/// `GET /desk/login`.
pub(super) async fn show(State(app): State<App>, Query(query): Query) -> Answer {
    let told = match query.get("done") {
        "out" => Some("You are now logged out."),
        "setup" => Some("The server is set up. Log in with your new account."),
        _ => None,
    };
    let template = LoginPage {
        login: String::new(),
        redirect_to: query.get("redirect_to").to_owned(),
        back: None,
        remember: false,
        error: None,
        told,
        needs_set_up: !accounts::any(&app.db).await?,
        lost: None,
    };
    login_page(&app, StatusCode::OK, template).await
}

/// The page. Who came from a thread or from the blog can go back there, and is led back there.
async fn login_page(app: &App, status: StatusCode, template: LoginPage) -> Answer {
    let target = landing(app, &template.redirect_to).await?;
    let blog = target.as_ref().and_then(|target| Url::parse(target).ok());
    let back = target.filter(|target| !target.starts_with("/desk"));
    let lost = lost_password(app).await?;
    let mut response = page(status, &LoginPage { back, lost, ..template })?;
    if let Some(target) = blog {
        // Browsers hold a form's redirect to its page's policy too.
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy_with_forms_to(&[&target])?);
    }
    Ok(response)
}

/// The page where a lost password is set by mail. It belongs to a site, and accounts to all: any will do.
pub(super) async fn lost_password(app: &App) -> Result<Option<String>, Error> {
    if app.mail.is_none() {
        return Ok(None);
    }
    let sites = app.sites.all(&app.db).await?;
    let Some(site) = sites.iter().find(|site| !site.demo).or(sites.first()) else { return Ok(None) };
    Ok(Some(format!("{}/login/lost", app.sites.base(&app.db, &app.config, site).await?)))
}

/// `POST /desk/login`: `log`, `pwd`, `rememberme`, `redirect_to`.
pub(super) async fn submit(State(app): State<App>, From(client): From, headers: HeaderMap, Form(form): Form) -> Answer {
    let attempt = Attempt {
        login: form.get("log").to_owned(),
        password: form.get("pwd").to_owned(),
        replaces: session::token(&app.config, &headers),
        client,
    };
    let redirect_to = form.get("redirect_to").to_owned();
    match sign_in::sign_in(&app, attempt).await {
        Ok(signed_in) => {
            let target = landing(&app, &redirect_to).await?.unwrap_or_else(|| "/desk".into());
            let cookie = session::cookie(&app.config, &signed_in.token, form.has("rememberme").then_some(SESSION_MAX));
            Ok(with_cookie(see(&target), &cookie))
        }
        Err(error @ (Error::Unauthenticated(_) | Error::TooMany { .. })) => {
            let template = LoginPage {
                login: form.get("log").to_owned(),
                redirect_to,
                back: None,
                remember: form.has("rememberme"),
                error: Some(error.to_string()),
                told: None,
                needs_set_up: false,
                lost: None,
            };
            let mut response = login_page(&app, error.status(), template).await?;
            if let Some(wait) = error.retry_after() {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
            }
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /desk/logout`: `redirect_to`. Whose session is over already is only led on.
pub(super) async fn log_out(State(app): State<App>, headers: HeaderMap, form: Form) -> Answer {
    let visitor = match session::token(&app.config, &headers) {
        Some(token) => current_actor::find(&app, &token, Scope::Reader).await?,
        None => None,
    };
    if let Some(visitor) = visitor {
        check_token(&visitor, &form)?;
        sign_out::sign_out(&app, &visitor).await?;
    }
    let target = landing(&app, form.0.get("redirect_to")).await?.unwrap_or_else(|| "/desk/login?done=out".into());
    Ok(with_cookie(see(&target), &session::cookie(&app.config, "", Some(Duration::ZERO))))
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    match HeaderValue::from_str(cookie) {
        Ok(value) => {
            response.headers_mut().append(SET_COOKIE, value);
            response
        }
        Err(_not_a_header) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
