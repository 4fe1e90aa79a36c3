//! What the form door answers, in one place: WordPress's pages and redirects, or JSON for those who ask
//! for it.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;
use url::Url;

use super::fields::Fields;
use super::{cookies, preview, redirect};
use crate::actions::submit_comment::{Accepted, Refusal};
use crate::app::App;
use crate::error::Error;
use crate::model::comment::{Comment, Status};
use crate::model::text;
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
}

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

    /// A failure that is not one of the form's own checks.
    pub(super) fn error(&self, error: &Error) -> Response {
        error.log();
        let mut response = self.failure(error.status(), "error", &error.to_string(), None, false);
        add_retry_after(&mut response, error);
        response
    }

    /// A check that failed (WP 7.1 §2.4).
    pub(super) fn refused(&self, refusal: Refusal) -> Response {
        let status = status(refusal);
        // WordPress's answer to a missing post is an empty page (check 2); programs that ask for JSON get the reason.
        if refusal == Refusal::PostNotFound {
            return if self.json {
                self.failure(StatusCode::NOT_FOUND, refusal.code(), "There is no such post.", None, false)
            } else {
                (StatusCode::OK, NO_CACHE).into_response()
            };
        }
        let status = if self.json && status == StatusCode::OK { StatusCode::UNPROCESSABLE_ENTITY } else { status };
        let is_error = matches!(
            refusal,
            Refusal::RequireNameEmail(_) | Refusal::RequireValidEmail | Refusal::RequireComment | Refusal::TooLong(_)
        );
        let mut response = self.failure(status, refusal.code(), refusal.text(), refusal.field(), is_error);
        if let Refusal::Flood(wait) = refusal {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }

    fn failure(&self, status: StatusCode, code: &str, message: &str, field: Option<&str>, is_error: bool) -> Response {
        if !self.json {
            return page(status, &Failure { message, is_error });
        }
        let body = json!({ "code": code, "message": message, "field": field, "data": { "status": status.as_u16() }, "additional_errors": [] });
        (status, NO_CACHE, [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")], axum::Json(body)).into_response()
    }

    /// The comment is stored; `is_asked`: its author was asked by mail to confirm a subscription.
    pub(super) fn accepted(
        &self,
        app: &App,
        here: &Here,
        accepted: &Accepted,
        fields: &Fields,
        is_asked: bool,
    ) -> Response {
        let consent = fields.is_present("wp-comment-cookies-consent");
        let mut response =
            if self.json { created(app, here, accepted, is_asked) } else { see(app, here, accepted, fields, consent) };
        for cookie in cookies::set(here, &accepted.comment, consent) {
            if let Ok(value) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }
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

fn created(app: &App, here: &Here, accepted: &Accepted, is_asked: bool) -> Response {
    let comment = &accepted.comment;
    let body = json!({
        "id": comment.id,
        "status": shown_status(comment),
        "link": format!("{}#comment-{}", accepted.post.url, comment.id),
        "author_name": text::escape::unescape(&comment.author_name),
        "content_html": text::display_content(&comment.content, here.site.home_host()),
        "unapproved": (comment.status != Status::Approved).then_some(comment.id),
        "moderation_hash": (comment.status != Status::Approved).then(|| preview::hash(&app.secret, comment)),
        "subscription": is_asked.then_some("unconfirmed"),
    });
    let status = if accepted.is_repeated { StatusCode::OK } else { StatusCode::CREATED };
    (status, NO_CACHE, [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")], axum::Json(body)).into_response()
}

/// 302 to where the form wants its author, or to the comment (WP 7.1 §2.9). A held comment shows on the
/// thread's own page, since the blog's page cannot show it.
fn see(app: &App, here: &Here, accepted: &Accepted, fields: &Fields, consent: bool) -> Response {
    let comment = &accepted.comment;
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
