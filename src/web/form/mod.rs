//! `B/wp-comments-post.php`: comments by form, as WordPress takes them (WP 7.1 comments §2), and the same
//! in JSON for the widget, with the field an error is about and a key that makes a repeated request safe.

mod again;
mod answer;
pub(in crate::web) mod confirmed;
pub mod cookies;
pub(in crate::web) mod fields;
pub mod preview;
pub(in crate::web) mod redirect;
pub mod token;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};

use self::again::Again;
use self::fields::Fields;
use crate::actions::submit_comment::{Accepted, Given, Refusal, Signals, Submission, submit_comment};
use crate::actions::subscriptions::subscribe;
use crate::app::App;
use crate::error::Error;
use crate::model::client::Client;
use crate::model::comment::CommentType;
use crate::model::form_fields;
use crate::web::session::{Who, Writer};
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
    match here {
        Ok(here) => take(&app, here, client, request, &form).await,
        Err(error) => form.error(&error, None),
    }
}

async fn take(app: &App, here: Here, client: Client, request: Request, form: &answer::Form) -> Response {
    let headers = request.headers().clone();
    let read = async {
        check_origin(&here, &headers)?;
        Ok((idempotency_key(&headers)?, fields::read(request).await?))
    };
    let (idempotency_key, fields) = match read.await {
        Ok(read) => read,
        Err(error) => return form.error(&error, Some((&here, Again::to_blog(&here)))),
    };
    let taken = submit(app, &here, client, &headers, &fields, idempotency_key).await;
    let refusal = match taken {
        Ok(Ok(taken)) => return form.accepted(app, &here, &taken, &fields),
        Ok(Err(refusal)) => Ok(refusal),
        Err(error) => Err(error),
    };
    let again = match &refusal {
        // Who asks for JSON has the text still.
        _ if form.is_json() => None,
        // Who comes too often costs no reading.
        Err(Error::TooMany { .. }) => Some(Again::to_copy(&here, &fields)),
        // Where the database is the trouble, the reason is told without it.
        _ => {
            let again = Again::of(app, &here, &headers, &fields, refusal.as_ref().ok().copied()).await;
            again.inspect_err(Error::log).ok()
        }
    };
    let again = again.map(|again| (&here, again));
    match refusal {
        Ok(refusal) => form.refused(refusal, again),
        Err(error) => form.error(&error, again),
    }
}

/// A comment that was taken.
struct Taken {
    accepted: Accepted,
    /// Whether its author is logged in.
    is_logged_in: bool,
    /// Whether its author was asked by mail to confirm a subscription.
    is_asked: bool,
}

/// Hands the comment to the intake, and what its author wants to be told of.
async fn submit(
    app: &App,
    here: &Here,
    client: Client,
    headers: &HeaderMap,
    fields: &Fields,
    idempotency_key: Option<String>,
) -> Result<Result<Taken, Refusal>, Error> {
    let writer = writer(app, here, headers, fields).await?;
    let session = writer.as_ref().map(|w| w.visitor.session.csrf_token.as_str());
    let token = fields.text(form_fields::TOKEN);
    let signals = Signals {
        honeypot_filled: fields.has(form_fields::HONEYPOT),
        open_for: token::age(&app.secret, here.site.id, fields.post_id(), session, token, app.clock.now()),
        // The blog's scripts may not write under an address that their reader has confirmed.
        address_confirmed: is_own_page(here, headers)
            && confirmed::is_marked(&app.secret, here, headers, fields.text("email"), app.clock.now()),
    };
    let is_logged_in = writer.is_some();
    let identity = writer.as_ref().and_then(|w| w.visitor.session.identity_id);
    let author = writer.map(|w| (w.actor, w.visitor.account));
    let submission = Submission {
        comment: fields.comment(author.as_ref().map(|(_, account)| account)),
        kind: CommentType::Comment,
        client: client.clone(),
        author,
        identity,
        sent_by: None,
        given: Given::default(),
        signals,
        idempotency_key,
        claim: None,
    };
    let accepted = match submit_comment(app, &here.site, submission).await? {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let is_asked = ask_to_subscribe(app, here, &accepted, fields, &client).await;
    Ok(Ok(Taken { accepted, is_logged_in, is_asked }))
}

/// In whose name the form is posted. In that of somebody who is logged in only if it says so, if it was shown to the
/// very session that comes with it, and if a page of our own sent it: the blog's pages, and everybody else's, post
/// as guests whatever cookie the browser adds (S-CSRF). A form that says so and cannot prove it is refused, since it
/// has no name to stand under.
async fn writer(app: &App, here: &Here, headers: &HeaderMap, fields: &Fields) -> Result<Option<Writer>, Error> {
    let token = fields.text(form_fields::TOKEN);
    if !token::is_members(token) {
        return Ok(None);
    }
    if let Who::Writer(writer) = Who::of(app, &here.site, headers).await? {
        let session = Some(writer.visitor.session.csrf_token.as_str());
        let age = token::age(&app.secret, here.site.id, fields.post_id(), session, token, app.clock.now());
        if age.is_some() && is_own_page(here, headers) {
            return Ok(Some(*writer));
        }
    }
    Err(Error::Forbidden(
        "You are not logged in any more as you were when this form was shown. Log in again, and send it once more."
            .into(),
    ))
}

/// Whether a page of our own origin sent the request. A browser always says so of a form; silence is no.
fn is_own_page(here: &Here, headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("unreadable"));
    let own = url::Url::parse(&here.base).map(|base| base.origin().ascii_serialization());
    own.is_ok_and(|own| says("origin") == Some(own.as_str()))
        && says("sec-fetch-site").is_none_or(|site| site == "same-origin")
}

/// Keeps what the writer wants to be told of; says whether a question is on its way to them. The comment is
/// stored already, so a failure here is ours alone.
async fn ask_to_subscribe(app: &App, here: &Here, accepted: &Accepted, fields: &Fields, client: &Client) -> bool {
    let Some(wish) = fields.wish() else { return false };
    subscribe(app, &here.site, accepted, wish, client).await.unwrap_or_else(|error| {
        error.log();
        false
    })
}

/// A page of another site may not post in its visitors' names. Programs send no `Origin` and pass, as with
/// WordPress; forms of the blog and of our own pages say so.
fn check_origin(here: &Here, headers: &HeaderMap) -> Result<(), Error> {
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

/// The client's name for a request, by which a repeated one is known.
pub(in crate::web) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    match key.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= IDEMPOTENCY_KEY_BYTES_MAX => Ok(Some(key.to_owned())),
        _ => Err(Error::invalid(
            "idempotency-key",
            format!("An Idempotency-Key has 1 to {IDEMPOTENCY_KEY_BYTES_MAX} printable ASCII characters."),
        )),
    }
}
