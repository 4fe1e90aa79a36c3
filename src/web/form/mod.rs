//! `B/wp-comments-post.php`: comments by form, as WordPress takes them (WP 7.1 comments §2), and the same
//! in JSON for the widget, with the field an error is about and a key that makes a repeated request safe.

mod answer;
pub mod cookies;
pub(super) mod fields;
pub mod preview;
mod redirect;
pub mod token;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};

use crate::actions::submit_comment::{Accepted, Signals, Submission, submit_comment};
use crate::actions::subscriptions::subscribe;
use crate::app::App;
use crate::error::Error;
use crate::model::client::Client;
use crate::model::comment::CommentType;
use crate::model::form_fields;
use crate::web::site::Here;

/// Bytes of an `Idempotency-Key`; a UUID has 36.
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 128;

/// Takes a comment.
pub async fn post(State(app): State<App>, here: Result<Here, Error>, client: Client, request: Request) -> Response {
    if request.method() != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST"), (header::CONTENT_TYPE, "text/plain")])
            .into_response();
    }
    let form = answer::Form::of(request.headers());
    match take(&app, here, client, request, &form).await {
        Ok(response) => response,
        Err(error) => form.error(&error),
    }
}

async fn take(
    app: &App,
    here: Result<Here, Error>,
    client: Client,
    request: Request,
    form: &answer::Form,
) -> Result<Response, Error> {
    let here = here?;
    check_origin(&here, request.headers())?;
    let idempotency_key = idempotency_key(request.headers())?;
    let fields = fields::read(request).await?;
    let submission = Submission {
        comment: fields.comment(),
        kind: CommentType::Comment,
        client: client.clone(),
        author: None,
        signals: Signals {
            honeypot_filled: fields.has(form_fields::HONEYPOT),
            open_for: token::age(
                &app.secret,
                here.site.id,
                fields.post_id(),
                fields.text(form_fields::TOKEN),
                app.clock.now(),
            ),
        },
        idempotency_key,
        claim: None,
    };
    Ok(match submit_comment(app, &here.site, submission).await? {
        Ok(accepted) => {
            let is_asked = ask_to_subscribe(app, &here, &accepted, &fields, &client).await;
            form.accepted(app, &here, &accepted, &fields, is_asked)
        }
        Err(refusal) => form.refused(refusal),
    })
}

/// Keeps what the writer wants to be told of; says whether a question is on its way to them. The comment is
/// stored already, so a failure here is ours alone.
async fn ask_to_subscribe(
    app: &App,
    here: &Here,
    accepted: &Accepted,
    fields: &fields::Fields,
    client: &Client,
) -> bool {
    let Some(wish) = fields.wish() else { return false };
    subscribe(app, &here.site, accepted, wish, client).await.unwrap_or_else(|error| {
        error.log();
        false
    })
}

/// A page of another site may not post in its visitors' names. Programs send no `Origin` and pass, as with
/// WordPress; forms of the blog and of our own pages say so.
fn check_origin(here: &Here, headers: &http::HeaderMap) -> Result<(), Error> {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()) else { return Ok(()) };
    let ours = url::Url::parse(&here.base).is_ok_and(|base| base.origin().ascii_serialization() == origin);
    if ours || origin == here.site.origin() || origin == "null" {
        return Ok(());
    }
    Err(Error::Forbidden(format!(
        "Comments on this site are taken from {} and from this server, not from {origin}.",
        here.site.origin()
    )))
}

fn idempotency_key(headers: &http::HeaderMap) -> Result<Option<String>, Error> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    match key.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= IDEMPOTENCY_KEY_BYTES_MAX => Ok(Some(key.to_owned())),
        _ => Err(Error::invalid(
            "idempotency-key",
            format!("An Idempotency-Key has 1 to {IDEMPOTENCY_KEY_BYTES_MAX} printable ASCII characters."),
        )),
    }
}
