//! What every page of the account asks before it does anything, as arguments of its handler: who is logged in
//! ([`Owner`]), whether a change comes from a form of this session and of our own pages ([`Sent`]), and for what cannot
//! be taken back, whether the log-in is of the last minutes ([`Proven`]).

use askama::Template;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_SECURITY_POLICY;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use subtle::ConstantTimeEq as _;
use url::form_urlencoded::Serializer;

use crate::actions::current_actor::{self, Visitor};
use crate::actions::fresh_proof;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::session::Scope;
use crate::web::embed::policy;
use crate::web::embed::respond::base_path;
use crate::web::form::fields::{self, Fields};
use crate::web::login::check_own_page;
use crate::web::prepared::count_reading;
use crate::web::respond::see_other;
use crate::web::session;
use crate::web::site::Here;

/// Whoever is logged in at top level, with a session that lets into everything.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) app: App,
    pub(super) here: Here,
    pub(super) visitor: Visitor,
    /// This page, as a path of this host.
    page: String,
}

impl FromRequestParts<App> for Owner {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Self::of(parts, app).await.map_err(IntoResponse::into_response)?
    }
}

impl Owner {
    async fn of(parts: &mut Parts, app: &App) -> Result<Result<Self, Response>> {
        let here = Here::from_request_parts(parts, app).await?;
        count_reading(app, &parts.extensions)?;
        let is_reading = matches!(parts.method, Method::GET | Method::HEAD);
        // A form stands on the page of its own path.
        let path = if is_reading {
            parts.uri.path_and_query().map(http::uri::PathAndQuery::as_str)
        } else {
            Some(parts.uri.path())
        };
        let page = format!("{}{}", base_path(&here), path.unwrap_or(super::PATH));
        let visitor = match session::token(&app.config, &parts.headers) {
            Some(token) => current_actor::find(app, &token, Scope::Desk).await?,
            None => None,
        };
        match visitor {
            Some(visitor) => Ok(Ok(Self { app: app.clone(), here, visitor, page })),
            None if is_reading => Ok(Err(see_other(&log_in(&here, &page))?)),
            None => Err(Error::Unauthenticated("You are not logged in any more.".into())),
        }
    }

    /// Where one logs in again, and comes back to this page.
    pub(super) fn log_in(&self) -> String {
        log_in(&self.here, &self.page)
    }

    /// Leads to one of these pages.
    pub(super) fn see(&self, path: &str) -> Result<Response> {
        see_other(&format!("{}{path}", self.here.base))
    }

    /// Whether the log-in is of the last minutes.
    pub(super) async fn is_fresh(&self) -> Result<bool> {
        fresh_proof::is_fresh(&self.app, &self.visitor).await
    }

    /// A page.
    pub(super) fn page(&self, status: StatusCode, template: &impl Template) -> Result<Response> {
        page(&self.here, status, template)
    }
}

/// A page whose forms lead to this server only.
pub(super) fn page(here: &Here, status: StatusCode, template: &impl Template) -> Result<Response> {
    let mut response = crate::web::respond::page(status, template);
    let policy = HeaderValue::from_str(&policy::page(here)).map_err(|e| Error::internal(format!("the policy: {e}")))?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

fn log_in(here: &Here, page: &str) -> String {
    let query = Serializer::new(String::new()).append_pair("return_to", page).finish();
    format!("{}/login?{query}", here.base)
}

/// A form that a page of the very session sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) owner: Owner,
    pub(super) form: Fields,
}

impl FromRequest<App> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        check_own_page(app, &parts.headers).map_err(IntoResponse::into_response)?;
        let owner = Owner::from_request_parts(&mut parts, app).await?;
        let form = fields::read(Request::from_parts(parts, body)).await.map_err(IntoResponse::into_response)?;
        let given = form.text("csrf").as_bytes();
        if !bool::from(given.ct_eq(owner.visitor.session.csrf_token.as_bytes())) {
            let message = "This form is not of your present session. Reload the page and send it again.";
            return Err(Error::Forbidden(message.into()).into_response());
        }
        Ok(Self { owner, form })
    }
}

/// A form of a session whose log-in is of the last minutes. Who has to log in again is led there, and back to the form.
#[derive(Debug)]
pub(super) struct Proven(pub(super) Sent);

impl FromRequest<App> for Proven {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let sent = Sent::from_request(request, app).await?;
        match sent.owner.is_fresh().await {
            Ok(true) => Ok(Self(sent)),
            Ok(false) => Err(see_other(&sent.owner.log_in()).unwrap_or_else(IntoResponse::into_response)),
            Err(error) => Err(error.into_response()),
        }
    }
}
