//! The page to which an application sends its user for a password of its own (WP 7.1 comments §8.10):
//! `wp-admin/authorize-application.php` leads here, by way of the log-in. Nothing is given before the user
//! says yes, and it is given to the address that the page has named.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::header::{CONTENT_SECURITY_POLICY, HOST};
use http::{HeaderMap, StatusCode};
use url::Url;

use crate::actions::application_passwords::{self, Manager};
use crate::actions::current_actor::Visitor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::application_password::{RedirectUrl, in_groups, is_uuid};
use crate::model::site::Site;
use crate::web::desk::fields::{Fields, Form, Query};
use crate::web::desk::guard::policy_with_forms_to;
use crate::web::desk::respond::{Answer, page, see};

#[derive(Template)]
#[template(path = "web/desk/authorize.html")]
struct AuthorizePage {
    csrf: String,
    login: String,
    site_slug: String,
    app_name: String,
    app_id: String,
    success_url: String,
    reject_url: String,
    goes_to: Option<String>,
    made: Option<String>,
    error: Option<String>,
}

/// What an application asks for.
#[derive(Clone, Debug, Default)]
struct Asked {
    app_name: String,
    app_id: String,
    success: Option<RedirectUrl>,
    reject: Option<RedirectUrl>,
    site_slug: String,
}

impl Asked {
    fn read(fields: &Fields) -> Result<Self> {
        let not_allowed =
            |why: &str| Error::invalid("request", format!("The Authorize Application request is not allowed. {why}"));
        let url = |name: &str| match fields.get(name) {
            "" => Ok(None),
            given => RedirectUrl::parse(given).map(Some).map_err(|why| not_allowed(&format!("{name}: {why}"))),
        };
        let app_id = fields.get("app_id").to_owned();
        if !app_id.is_empty() && !is_uuid(&app_id) {
            return Err(not_allowed("The application ID must be a UUID."));
        }
        Ok(Self {
            app_name: fields.get("app_name").to_owned(),
            app_id,
            success: url("success_url")?,
            reject: url("reject_url")?,
            site_slug: fields.get("site").to_owned(),
        })
    }

    /// Where who says no is sent.
    fn rejected(&self) -> String {
        match (&self.reject, &self.success) {
            (Some(reject), _) => reject.to_string(),
            (None, Some(success)) => success.with(&[("success", "false")]),
            (None, None) => "/desk".into(),
        }
    }

    fn page(&self, visitor: &Visitor, made: Option<String>, error: Option<String>) -> Answer {
        let template = AuthorizePage {
            csrf: visitor.session.csrf_token.clone(),
            login: visitor.account.login.clone(),
            site_slug: self.site_slug.clone(),
            app_name: self.app_name.clone(),
            app_id: self.app_id.clone(),
            success_url: self.success.as_ref().map(ToString::to_string).unwrap_or_default(),
            reject_url: self.reject.as_ref().map(ToString::to_string).unwrap_or_default(),
            goes_to: self.success.as_ref().map(RedirectUrl::shown),
            made,
            error,
        };
        let status = if template.error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        let mut response: Response = page(status, &template)?;
        // Browsers count the redirect after a form among the form's targets.
        let targets: Vec<&Url> = [&self.success, &self.reject].into_iter().flatten().map(RedirectUrl::url).collect();
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy_with_forms_to(&targets)?);
        Ok(response)
    }
}

/// `GET /desk/authorize-application`: `app_name`, `app_id`, `success_url`, `reject_url`.
pub(super) async fn show(Extension(visitor): Extension<Visitor>, Query(query): Query) -> Answer {
    Asked::read(&query)?.page(&visitor, None, None)
}

/// `POST /desk/authorize-application`: the same, with `approve` or `reject`.
pub(super) async fn submit(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    Form(form): Form,
) -> Answer {
    let asked = Asked::read(&form)?;
    if form.has("reject") || !form.has("approve") {
        return Ok(see(&asked.rejected()));
    }
    let site = site_of(&app, &asked.site_slug, &headers).await?;
    let account = &visitor.account;
    let by = Manager::account(account);
    match application_passwords::create(&app, &by, account, &asked.app_name, &asked.app_id).await {
        Ok(made) => match &asked.success {
            Some(success) => {
                let base = app.sites.base(&app.db, &app.config, &site).await?;
                let given = [("site_url", base.as_str()), ("user_login", &account.login), ("password", &made.password)];
                Ok(see(&success.with(&given)))
            }
            None => asked.page(&visitor, Some(in_groups(&made.password)), None),
        },
        Err(Error::Invalid { message, .. } | Error::Conflict(message)) => asked.page(&visitor, None, Some(message)),
        Err(error) => Err(error.into()),
    }
}

/// The site that the application asked at.
async fn site_of(app: &App, slug: &str, headers: &HeaderMap) -> Result<Arc<Site>> {
    let host = headers.get(HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let site = match slug {
        "" => app.sites.at_root(&app.db, host).await?,
        slug => app.sites.find_slug(&app.db, slug).await?,
    };
    site.ok_or_else(|| Error::not_found("There is no such site."))
}
