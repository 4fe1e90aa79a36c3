//! What the trackback door answers, in one place: TrackBack 1.2's document, with WordPress's words where it
//! has them (WP 7.1 XML-RPC §4.3). Senders look at the document, and at the status where it says more.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use super::Unusable;
use crate::error::Error;
use crate::model::linkback::LinkbackRefusal;
use crate::web::respond::{NO_CACHE, add_retry_after};
use crate::web::xml::{document, text};

/// The claim is on disk.
pub(super) fn taken() -> Response {
    answer(StatusCode::OK, None)
}

/// There is no claim.
pub(super) fn unusable(unusable: Unusable) -> Response {
    let message = match unusable {
        Unusable::NoId | Unusable::NoSuchPage => "I really need an ID for this to work.",
        Unusable::NoUrl => "A trackback needs the url of the page that links here.",
        Unusable::Charset => "The text is in a charset that is not read here. Send it in UTF-8.",
    };
    let status = if unusable == Unusable::NoSuchPage { StatusCode::NOT_FOUND } else { StatusCode::OK };
    answer(status, Some(message))
}

/// The claim is refused.
pub(super) fn refused(refusal: LinkbackRefusal) -> Response {
    let status = match refusal {
        LinkbackRefusal::Duplicate => StatusCode::CONFLICT,
        LinkbackRefusal::TooMany => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::OK,
    };
    answer(status, Some(words(refusal)))
}

fn words(refusal: LinkbackRefusal) -> &'static str {
    match refusal {
        LinkbackRefusal::TargetUnusable | LinkbackRefusal::TargetMissing | LinkbackRefusal::NotOurs => {
            "Sorry, trackbacks are closed for this item."
        }
        LinkbackRefusal::AlreadyRegistered => "There is already a ping from that URL for this post.",
        LinkbackRefusal::InvalidSource => "A valid URL was not provided.",
        LinkbackRefusal::SameResource => "The source URL and the target URL cannot both point to the same resource.",
        LinkbackRefusal::SourceMissing => "The source URL does not exist.",
        LinkbackRefusal::NoLink => "The source URL does not contain a link to this post.",
        LinkbackRefusal::NoTitle => "A title on that page cannot be found.",
        LinkbackRefusal::AccessDenied => "Access denied.",
        LinkbackRefusal::UpstreamFailure => "The source URL did not answer. Try again later.",
        LinkbackRefusal::Duplicate => "Duplicate comment detected; it looks as though you\u{2019}ve already said that!",
        LinkbackRefusal::TooMany => "You are posting comments too quickly. Slow down.",
    }
}

/// What is wrong with more than this claim.
pub(super) fn error(error: &Error) -> Response {
    error.log();
    let message = match error {
        Error::TooMany { .. } => words(LinkbackRefusal::TooMany).to_owned(),
        other => other.to_string(),
    };
    let mut response = answer(error.status(), Some(&message));
    add_retry_after(&mut response, error);
    response
}

fn answer(status: StatusCode, message: Option<&str>) -> Response {
    let written = document("response", &[], |xml| {
        text(xml, "error", &[], if message.is_some() { "1" } else { "0" })?;
        message.map_or(Ok(()), |message| text(xml, "message", &[], message))
    });
    match written {
        Ok(body) => (status, NO_CACHE, [(header::CONTENT_TYPE, "text/xml; charset=UTF-8")], body).into_response(),
        Err(error) => Error::internal(format!("writing an answer: {error}")).into_response(),
    }
}
