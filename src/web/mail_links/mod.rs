//! The pages that links in mails lead to, where no log-in is asked for: moderating by link, and readers'
//! subscriptions. Who has the link may use it, so its address goes to nobody else: the pages are kept by
//! nobody, name no referrer and load nothing from elsewhere. Following a link changes nothing, since mail
//! programs and scanners follow them too; a button does (S-CSRF).

pub mod moderate;
pub mod subscriptions;

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::web::respond::NO_CACHE;

/// The parameters of a link.
type Parameters = Query<HashMap<String, String>>;

const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page of this folder.
fn page(status: StatusCode, template: &impl Template) -> Result<Response> {
    let html = template.render().map_err(|e| Error::internal(format!("a template did not render: {e}")))?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ];
    Ok((status, NO_CACHE, headers, html).into_response())
}

/// What a page without a choice says: what was done, or why nothing was.
#[derive(Template)]
#[template(path = "web/mail_links/told.html")]
struct Told<'a> {
    title: &'a str,
    message: &'a str,
}

fn told(status: StatusCode, title: &str, message: &str) -> Result<Response> {
    page(status, &Told { title, message })
}

/// A refusal as a page of this folder.
fn refused(error: Error) -> Result<Response> {
    match &error {
        Error::Forbidden(_) | Error::NotFound(_) => told(error.status(), "This link does not work", &error.to_string()),
        _ => Err(error),
    }
}

/// Each visit touches the database.
fn count_visit(app: &App, client: &Client) -> Result<()> {
    app.limits.check_client(Limit::Readings, client.ip)
}
