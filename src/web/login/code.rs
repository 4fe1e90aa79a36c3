//! `B/login/code` and `B/login/link`: the page of the window that waits for a mailed code, and the one that the link in
//! the mail leads to. A link changes nothing until its button is pressed, since mail programs and scanners follow it
//! too. In the browser that waits it goes on there; in another one it shows the code, and logs nobody in.

use askama::Template;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use url::form_urlencoded::Serializer;

use super::callback::{begin, did_not_work, refused};
use super::finish::{page, set_cookie};
use super::page::own_form;
use super::providers::{browser, owner};
use super::{lost, register};
use crate::actions::confirm_comment::{self, Confirmed};
use crate::actions::log_in_by_email::{self, Next};
use crate::actions::mailed_codes::{self, Entered, Followed, Opened};
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::comment::{Comment, Status};
use crate::model::identity::NAME_BYTES_MAX;
use crate::model::mailed_code::{MailedCode, Purpose};
use crate::model::text::display_content;
use crate::model::text::escape::unescape;
use crate::secret::unhex;
use crate::web::form::{confirmed, preview};
use crate::web::query::Query;
use crate::web::site::Here;

#[derive(Template)]
#[template(path = "web/login/code.html")]
struct CodePage<'a> {
    here: &'a Here,
    email: &'a str,
    handle: &'a str,
    title: &'static str,
    /// How long it works, and what for.
    words: &'static str,
    /// Where to go who has no code, and what the link says.
    again: String,
    otherwise: &'static str,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "web/login/name.html")]
struct NamePage<'a> {
    here: &'a Here,
    email: &'a str,
    handle: &'a str,
    name: &'a str,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "web/login/link.html")]
struct LinkPage<'a> {
    here: &'a Here,
    title: &'static str,
    words: String,
    button: &'static str,
    token: &'a str,
    /// The comment that it is about: its author and clean HTML.
    quoted: Option<(String, String)>,
    /// Shown in place of the button once that was pressed.
    code: Option<String>,
}

/// The cookie of the browser that began.
fn cookie(app: &App, headers: &HeaderMap) -> Option<String> {
    browser(&app.config, false, headers)
}

/// `GET B/login/code?w=…`: where the code is typed.
pub(super) async fn show(
    State(app): State<App>,
    here: Here,
    client: Client,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response> {
    app.limits.check_client(Limit::Readings, client.ip)?;
    let handle = Query::of(&uri).text("w").unwrap_or_default().into_owned();
    match mailed_codes::waiting(&app, &here.site, &handle, cookie(&app, &headers).as_deref()).await {
        Ok(code) if code.proven_at.is_some() && code.purpose == Purpose::Register => {
            register::account_page(&here, &code)
        }
        Ok(code) if code.proven_at.is_some() && code.purpose == Purpose::LogIn => asks_name(&here, &code, "", None),
        Ok(code) => asks_code(&here, &code, None),
        Err(error) => did_not_work(&here, error),
    }
}

/// `POST B/login/code`: `w`, `code`.
pub(super) async fn enter(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let form = own_form(&app, request).await?;
    app.limits.check_client(Limit::LogIns, client.ip)?;
    let (site, handle, cookie) = (&here.site, form.text("w"), cookie(&app, &headers));
    let waiting = match mailed_codes::waiting(&app, site, handle, cookie.as_deref()).await {
        Ok(waiting) => waiting,
        Err(error) => return did_not_work(&here, error),
    };
    if waiting.purpose == Purpose::Comment {
        return match confirm_comment::by_code(&app, site, handle, form.text("code")).await {
            Ok(done) => confirmed(&app, &here, &headers, &done),
            Err(error @ Error::Invalid { .. }) => asks_code(&here, &waiting, Some(error.to_string())),
            Err(error) => did_not_work(&here, error),
        };
    }
    match mailed_codes::enter(&app, site, handle, cookie.as_deref(), form.text("code")).await {
        Ok(Entered::Proven(code)) => {
            app.limits.take_back_client(Limit::LogIns, client.ip);
            go_on(&app, &here, &client, &headers, &code, None).await
        }
        Ok(Entered::Wrong { left: left @ 1.. }) => asks_code(&here, &waiting, Some(confirm_comment::wrong_code(left))),
        Ok(Entered::Wrong { .. }) => {
            const VOID: &str =
                "This was not the code, for the last time: it is void now. Nothing was changed. Ask for a new one.";
            refused(&here, Error::Forbidden(VOID.into()), &waiting.details.return_to, handover_of(&waiting).as_deref())
        }
        Err(error) => did_not_work(&here, error),
    }
}

/// `POST B/login/code/name`: `w`, `name`, of who comes for the first time.
pub(super) async fn name(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let form = own_form(&app, request).await?;
    app.limits.check_client(Limit::Readings, client.ip)?;
    let cookie = cookie(&app, &headers);
    match mailed_codes::waiting(&app, &here.site, form.text("w"), cookie.as_deref()).await {
        Ok(code) => go_on(&app, &here, &client, &headers, &code, Some(form.text("name"))).await,
        Err(error) => did_not_work(&here, error),
    }
}

/// `GET B/login/link?t=…`: asks, and changes nothing.
pub(super) async fn look(
    State(app): State<App>,
    here: Here,
    client: Client,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response> {
    app.limits.check_client(Limit::Readings, client.ip)?;
    let token = Query::of(&uri).text("t").unwrap_or_default().into_owned();
    match mailed_codes::look_at_link(&app, &here.site, &token, cookie(&app, &headers).as_deref()).await {
        Ok(opened) if opened.code.purpose == Purpose::Reset => lost::look(&app, &here, &token).await,
        Ok(opened) => {
            let comment = confirm_comment::comment_of(&app, &here.site, &opened.code).await?;
            asks_to_follow(&here, &token, &opened, comment.as_ref())
        }
        Err(error) => did_not_work(&here, error),
    }
}

/// `POST B/login/link`: `t`.
pub(super) async fn follow(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let form = own_form(&app, request).await?;
    app.limits.check_client(Limit::Readings, client.ip)?;
    let cookie = cookie(&app, &headers);
    match mailed_codes::follow_link(&app, &here.site, form.text("t"), cookie.as_deref()).await {
        Ok(Followed::Proven(code)) if code.purpose == Purpose::Comment => {
            match confirm_comment::finish(&app, &here.site, &code).await {
                Ok(done) => confirmed(&app, &here, &headers, &done),
                Err(error) => did_not_work(&here, error),
            }
        }
        Ok(Followed::Proven(code)) => go_on(&app, &here, &client, &headers, &code, None).await,
        Ok(Followed::Elsewhere { code }) => shows_code(&here, code),
        Err(error) => did_not_work(&here, error),
    }
}

/// The comment is confirmed: on to it, with the mark that this browser is asked no more.
fn confirmed(app: &App, here: &Here, headers: &HeaderMap, done: &Confirmed) -> Result<Response> {
    let comment = &done.comment;
    let mut to = format!("{}/?p={}", here.base, comment.post_id);
    if comment.status != Status::Approved {
        let hash = preview::hash(&app.secret, comment);
        to = format!("{to}&unapproved={}&moderation-hash={hash}", comment.id);
    }
    let to = format!("{to}#comment-{}", comment.id);
    let to = HeaderValue::from_str(&to).map_err(|e| Error::internal(format!("{to}: {e}")))?;
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    set_cookie(&mut response, &confirmed::cookie(&app.secret, here, headers, &done.email, app.clock.now(), false));
    Ok(response)
}

/// The challenge of the frame that waits for this log-in.
pub(super) fn handover_of(code: &MailedCode) -> Option<Vec<u8>> {
    code.details.handover.as_deref().and_then(unhex)
}

/// What follows a proof.
async fn go_on(
    app: &App,
    here: &Here,
    client: &Client,
    headers: &HeaderMap,
    code: &MailedCode,
    name: Option<&str>,
) -> Result<Response> {
    if code.purpose == Purpose::Register {
        return register::account_page(here, code);
    }
    let session = owner(app, headers).await?.map(|visitor| visitor.account.id);
    let next = log_in_by_email::go_on(app, &here.site, code, name, session).await;
    let return_to = &code.details.return_to;
    match next {
        Ok(Next::AsksName) => asks_name(here, code, "", None),
        Ok(Next::Completed(completed)) => match begin(app, here, client, headers, *completed).await {
            Err(error @ (Error::Conflict(_) | Error::Unauthenticated(_))) => {
                refused(here, error, return_to, handover_of(code).as_deref())
            }
            other => other,
        },
        Err(error @ Error::Invalid { .. }) => asks_name(here, code, name.unwrap_or_default(), Some(&error)),
        Err(error) => refused(here, error, return_to, handover_of(code).as_deref()),
    }
}

fn asks_code(here: &Here, code: &MailedCode, error: Option<String>) -> Result<Response> {
    let back = Serializer::new(String::new()).append_pair("return_to", &code.details.return_to).finish();
    let log_in = format!("{}/login?{back}", here.base);
    let (title, words, again, otherwise) = match code.purpose {
        Purpose::Comment => (
            "Confirm your comment",
            "Your comment waits for it, for 7 days. The link in the mail does the same.",
            format!("{}/", here.site.home.as_str().trim_end_matches('/')),
            "Back to the blog",
        ),
        _ => ("Type your code", "It works for 15 minutes.", log_in, "Send another one, or choose another way"),
    };
    let status = if error.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let template = CodePage { here, email: &code.email, handle: &code.handle, title, words, again, otherwise, error };
    page(here, status, &template)
}

fn asks_name(here: &Here, code: &MailedCode, name: &str, error: Option<&Error>) -> Result<Response> {
    let template =
        NamePage { here, email: &code.email, handle: &code.handle, name, error: error.map(ToString::to_string) };
    page(here, error.map_or(StatusCode::OK, Error::status), &template)
}

fn asks_to_follow(here: &Here, token: &str, opened: &Opened, comment: Option<&Comment>) -> Result<Response> {
    let email = &opened.code.email;
    let (title, words, button) = match (opened.code.purpose, opened.is_waiting) {
        (Purpose::Comment, _) => ("Confirm your comment", format!("Did you, {email}, write this comment?"), "Confirm"),
        (Purpose::Register, true) => ("Your account", format!("You read the mail of {email}."), "Go on"),
        (_, true) => ("Log in to comment", format!("You read the mail of {email}."), "Log In"),
        (_, false) => (
            "Your code",
            "This is another browser than the one that waits for you. The code is to be typed there.".to_owned(),
            "Show the code",
        ),
    };
    let quoted = comment.map(|comment| {
        let content = display_content(&comment.content, here.site.display());
        (unescape(&comment.author_name).into_owned(), content)
    });
    page(here, StatusCode::OK, &LinkPage { here, title, words, button, token, quoted, code: None })
}

fn shows_code(here: &Here, code: String) -> Result<Response> {
    let template = LinkPage {
        here,
        title: "Your code",
        words: String::new(),
        button: "",
        token: "",
        quoted: None,
        code: Some(code),
    };
    page(here, StatusCode::OK, &template)
}
