//! What the form door answers, in one place: WordPress's pages and redirects, or JSON for those who ask
//! for it.

use std::borrow::Cow;

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::json;
use url::Url;

use super::again::Again;
use super::fields::Fields;
use super::{Taken, cookies, preview, redirect};
use crate::actions::submit_comment::{Accepted, Refusal};
use crate::app::App;
use crate::error::Error;
use crate::model::comment::{Comment, Status};
use crate::model::ids::CommentId;
use crate::model::{permalink, text};
use crate::web::embed::policy;
use crate::web::respond::{NO_CACHE, add_retry_after, page};
use crate::web::site::Here;

/// How the client wants its answer.
pub(super) struct Form {
    json: bool,
}

#[derive(Template)]
#[template(path = "web/form/failure.html")]
struct Failure<'a> {
    /// Without "Error:".
    message: &'a str,
    /// Whether WordPress puts "Error:" before it.
    is_error: bool,
    /// The form and the way back.
    again: Again,
}

/// The site, and what its page of a refused comment offers.
type Offered<'a> = Option<(&'a Here, Again)>;

impl Form {
    /// JSON when `Accept` or `Content-Type` names it (WP 7.1 §2.3).
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let names_json = |name| {
            headers
                .get(name)
                .and_then(|v: &HeaderValue| v.to_str().ok())
                .is_some_and(|v| v.contains("application/json"))
        };
        Self { json: names_json(header::ACCEPT) || names_json(header::CONTENT_TYPE) }
    }

    /// Whether the client asked for JSON.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// A failure that is not one of the form's own checks.
    pub(super) fn error(&self, error: &Error, offered: Offered<'_>) -> Response {
        error.log();
        let told = Told { status: error.status(), code: "error", field: None, is_error: false };
        let mut response = self.failure(&told, &error.to_string(), offered);
        add_retry_after(&mut response, error);
        response
    }

    /// A check that failed (WP 7.1 §2.4).
    pub(super) fn refused(&self, refusal: Refusal, offered: Offered<'_>) -> Response {
        let status = status(refusal);
        // WordPress's answer to a missing post is an empty page (check 2); programs that ask for JSON get the reason.
        if refusal == Refusal::PostNotFound {
            return if self.json {
                let told = Told { status: StatusCode::NOT_FOUND, code: refusal.code(), field: None, is_error: false };
                self.failure(&told, "There is no such post.", None)
            } else {
                (StatusCode::OK, NO_CACHE).into_response()
            };
        }
        let status = if self.json && status == StatusCode::OK { StatusCode::UNPROCESSABLE_ENTITY } else { status };
        let is_error = matches!(
            refusal,
            Refusal::RequireNameEmail(_) | Refusal::RequireValidEmail | Refusal::RequireComment | Refusal::TooLong(_)
        );
        let told = Told { status, code: refusal.code(), field: refusal.field(), is_error };
        let mut response = self.failure(&told, refusal.text(), offered);
        if let Refusal::Flood(wait) = refusal {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }

    fn failure(&self, told: &Told, message: &str, offered: Offered<'_>) -> Response {
        if self.json {
            let body = json!({ "code": told.code, "message": message, "field": told.field, "data": { "status": told.status.as_u16() }, "additional_errors": [] });
            return (told.status, NO_CACHE, [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")], axum::Json(body))
                .into_response();
        }
        let policy = offered.as_ref().map(|(here, _)| policy::page(here));
        let again = offered.map(|(_, again)| again).unwrap_or_default();
        let template = Failure { message, is_error: told.is_error, again };
        let mut response = page(told.status, &template);
        // The form leads to the site's door, by whatever name this server was reached.
        if let Some(policy) = policy.and_then(|policy| HeaderValue::from_str(&policy).ok()) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    /// The comment is stored. The browser of who is logged in has nothing of it to remember (WP 7.1 §2.10).
    pub(super) fn accepted(&self, app: &App, here: &Here, taken: &Taken, fields: &Fields) -> Response {
        let Taken { accepted, is_logged_in, is_asked } = taken;
        let consent = fields.is_present("wp-comment-cookies-consent");
        let mut response =
            if self.json { created(app, accepted, *is_asked) } else { see(app, here, accepted, fields, consent) };
        let cookies = if *is_logged_in { Vec::new() } else { cookies::set(here, &accepted.comment, consent) };
        for cookie in cookies {
            if let Ok(value) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }
}

/// What a failure says beside its words.
struct Told {
    status: StatusCode,
    code: &'static str,
    field: Option<&'static str>,
    is_error: bool,
}

/// WordPress's statuses: 200 for what the visitor can mend in the form, else what HTTP has for it.
fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::ReplyToUnapproved | Refusal::Closed | Refusal::NotLoggedIn => StatusCode::FORBIDDEN,
        Refusal::Duplicate => StatusCode::CONFLICT,
        Refusal::Flood(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::PostNotFound
        | Refusal::RequireNameEmail(_)
        | Refusal::RequireValidEmail
        | Refusal::RequireComment
        | Refusal::TooLong(_) => StatusCode::OK,
    }
}

/// A robot that was judged learns nothing of it: to the client spam and trash look like held.
fn shown_status(comment: &Comment) -> &'static str {
    if comment.status == Status::Approved { "approved" } else { "hold" }
}

/// What a program is told of its comment.
#[derive(Serialize)]
struct Created<'a> {
    id: CommentId,
    status: &'static str,
    link: String,
    author_name: Cow<'a, str>,
    content_html: &'a str,
    /// With the next, as in WordPress's address of a held comment.
    unapproved: Option<CommentId>,
    moderation_hash: Option<String>,
    /// The page on which a guest confirms their address.
    confirmation: Option<&'a str>,
    subscription: Option<&'static str>,
}

fn created(app: &App, accepted: &Accepted, is_asked: bool) -> Response {
    let comment = &accepted.comment;
    let is_held = comment.status != Status::Approved;
    let body = Created {
        id: comment.id,
        status: shown_status(comment),
        link: permalink::of_comment(&accepted.post.url, comment.id),
        author_name: text::escape::unescape(&comment.author_name),
        content_html: &accepted.content_html,
        unapproved: is_held.then_some(comment.id),
        moderation_hash: is_held.then(|| preview::hash(&app.secret, comment)),
        confirmation: accepted.confirmation.as_deref(),
        subscription: is_asked.then_some("unconfirmed"),
    };
    let status = if accepted.is_repeated { StatusCode::OK } else { StatusCode::CREATED };
    (status, NO_CACHE, [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")], axum::Json(body)).into_response()
}

/// 302 to where the form wants its author, or to the comment (WP 7.1 §2.9). A held comment shows on the
/// thread's own page, since the blog's page cannot show it.
fn see(app: &App, here: &Here, accepted: &Accepted, fields: &Fields, consent: bool) -> Response {
    let comment = &accepted.comment;
    if let Some(handle) = &accepted.confirmation {
        let waiting = format!("{}/login/code?w={handle}", here.base);
        return (StatusCode::FOUND, NO_CACHE, [(header::LOCATION, waiting)]).into_response();
    }
    let is_held = comment.status == Status::Hold;
    let thread_page = || format!("{}/?p={}", here.base, comment.post_id);
    let target = redirect::target(here, fields.text("redirect_to")).map(String::from);
    let target = target.unwrap_or_else(|| if is_held { thread_page() } else { accepted.post.url.clone() });
    let Ok(mut target) = Url::parse(&target) else {
        return Error::internal(format!("the redirect target {target}")).into_response();
    };
    // The cookies prove nothing, so on our own pages the link opens the comment with consent too.
    let is_our_page = target.as_str().starts_with(&format!("{}/", here.base));
    if is_held && (is_our_page || (!consent && !comment.author_email.is_empty())) {
        target
            .query_pairs_mut()
            .append_pair("unapproved", &comment.id.to_string())
            .append_pair("moderation-hash", &preview::hash(&app.secret, comment));
    }
    target.set_fragment(Some(&format!("comment-{}", comment.id)));
    (StatusCode::FOUND, NO_CACHE, [(header::LOCATION, String::from(target))]).into_response()
}
