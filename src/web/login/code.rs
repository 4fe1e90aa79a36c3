//! `B/login/code` and `B/login/link`: the page of the window that waits for a mailed code, and the one that the link in
//! the mail leads to. A link changes nothing until its button is pressed, since mail programs and scanners follow it
//! too. In the browser that waits it goes on there; in another one it shows the code, and logs nobody in.

use askama::Template;
use axum::extract::{FromRequestParts, Request};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, Uri};
use url::form_urlencoded::Serializer;

use super::callback::begin;
use super::finish::{page, set_cookie};
use super::page::own_form;
use super::providers::{browser, owner};
use super::refused::{Tried, refused};
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
use crate::web::form::{confirmed, preview};
use crate::web::query::Query;
use crate::web::respond::see_other;
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

/// A request of the window that waits, or by the link of its mail.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    app: App,
    here: Here,
    client: Client,
    headers: HeaderMap,
    /// The cookie of the browser that began.
    browser: Option<String>,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let here = Here::from_request_parts(parts, app).await?;
        let Ok(client) = Client::from_request_parts(parts, app).await;
        let (app, headers) = (app.clone(), parts.headers.clone());
        Ok(Self { browser: browser(&app.config, false, &headers), app, here, client, headers })
    }
}

impl Visit {
    fn count(&self, limit: Limit) -> Result<()> {
        self.app.limits.check_client(limit, self.client.ip)
    }

    /// The code that the window of this handle waits for.
    async fn waiting(&self, handle: &str) -> Result<MailedCode> {
        mailed_codes::waiting(&self.app, &self.here.site, handle, self.browser.as_deref()).await
    }

    /// What came of a code or link; a page that says so where it is over.
    fn or_over(&self, answer: Result<Response>) -> Result<Response> {
        answer.or_else(|error| refused(&self.here, error, &Tried::code()))
    }

    /// The comment is confirmed: on to it, with the mark that this browser is asked no more.
    fn confirmed(&self, done: &Confirmed) -> Result<Response> {
        let Self { app, here, headers, .. } = self;
        let comment = &done.comment;
        let mut to = format!("{}/?p={}", here.base, comment.post_id);
        if comment.status != Status::Approved {
            let hash = preview::hash(&app.secret, comment);
            to = format!("{to}&unapproved={}&moderation-hash={hash}", comment.id);
        }
        let mut response = see_other(&format!("{to}#comment-{}", comment.id))?;
        set_cookie(&mut response, &confirmed::cookie(&app.secret, here, headers, &done.email, app.clock.now(), false));
        Ok(response)
    }

    /// What follows a proof.
    async fn go_on(&self, code: &MailedCode, name: Option<&str>) -> Result<Response> {
        let Self { app, here, client, headers, .. } = self;
        if code.purpose == Purpose::Register {
            return register::account_page(here, code);
        }
        let session = owner(app, headers).await?.map(|visitor| visitor.account.id);
        match log_in_by_email::go_on(app, &here.site, code, name, session).await {
            Ok(Next::AsksName) => asks_name(here, code, "", None),
            Ok(Next::Completed(completed)) => begin(app, here, client, headers, *completed).await,
            Err(error @ Error::Invalid { .. }) => asks_name(here, code, name.unwrap_or_default(), Some(&error)),
            Err(error) => refused(here, error, &Tried::by_code(code)),
        }
    }
}

/// `GET B/login/code?w=…`: where the code is typed.
pub(super) async fn show(visit: Visit, uri: Uri) -> Result<Response> {
    visit.count(Limit::Readings)?;
    let shown = async {
        let code = visit.waiting(&Query::of(&uri).text("w").unwrap_or_default()).await?;
        match code.purpose {
            Purpose::Register if code.proven_at.is_some() => register::account_page(&visit.here, &code),
            Purpose::LogIn if code.proven_at.is_some() => asks_name(&visit.here, &code, "", None),
            _ => asks_code(&visit.here, &code, None),
        }
    };
    visit.or_over(shown.await)
}

/// `POST B/login/code`: `w`, `code`.
pub(super) async fn enter(visit: Visit, request: Request) -> Result<Response> {
    let form = own_form(&visit.app, request).await?;
    visit.count(Limit::LogIns)?;
    visit.or_over(entered(&visit, form.text("w"), form.text("code")).await)
}

async fn entered(visit: &Visit, handle: &str, typed: &str) -> Result<Response> {
    const VOID: &str =
        "This was not the code, for the last time: it is void now. Nothing was changed. Ask for a new one.";
    let Visit { app, here, client, browser, .. } = visit;
    let waiting = visit.waiting(handle).await?;
    if waiting.purpose == Purpose::Comment {
        return match confirm_comment::by_code(app, &here.site, handle, typed).await {
            Ok(done) => visit.confirmed(&done),
            Err(error @ Error::Invalid { .. }) => asks_code(here, &waiting, Some(&error)),
            Err(error) => Err(error),
        };
    }
    match mailed_codes::enter(app, &here.site, handle, browser.as_deref(), typed).await? {
        Entered::Proven(code) => {
            app.limits.take_back_client(Limit::LogIns, client.ip);
            visit.go_on(&code, None).await
        }
        Entered::Wrong { left: left @ 1.. } => {
            asks_code(here, &waiting, Some(&Error::invalid("code", confirm_comment::wrong_code(left))))
        }
        Entered::Wrong { .. } => refused(here, Error::Forbidden(VOID.into()), &Tried::by_code(&waiting)),
    }
}

/// `POST B/login/code/name`: `w`, `name`, of who comes for the first time.
pub(super) async fn name(visit: Visit, request: Request) -> Result<Response> {
    let form = own_form(&visit.app, request).await?;
    visit.count(Limit::Readings)?;
    let named = async { visit.go_on(&visit.waiting(form.text("w")).await?, Some(form.text("name"))).await };
    visit.or_over(named.await)
}

/// `GET B/login/link?t=…`: asks, and changes nothing.
pub(super) async fn look(visit: Visit, uri: Uri) -> Result<Response> {
    visit.count(Limit::Readings)?;
    let token = Query::of(&uri).text("t").unwrap_or_default().into_owned();
    let looked = async {
        let Visit { app, here, browser, .. } = &visit;
        let opened = mailed_codes::look_at_link(app, &here.site, &token, browser.as_deref()).await?;
        if opened.code.purpose == Purpose::Reset {
            return lost::look(app, here, &token).await;
        }
        let comment = confirm_comment::comment_of(app, &here.site, &opened.code).await?;
        asks_to_follow(here, &token, &opened, comment.as_ref())
    };
    visit.or_over(looked.await)
}

/// `POST B/login/link`: `t`.
pub(super) async fn follow(visit: Visit, request: Request) -> Result<Response> {
    let form = own_form(&visit.app, request).await?;
    visit.count(Limit::Readings)?;
    let followed = async {
        let Visit { app, here, browser, .. } = &visit;
        match mailed_codes::follow_link(app, &here.site, form.text("t"), browser.as_deref()).await? {
            Followed::Proven(code) if code.purpose == Purpose::Comment => {
                visit.confirmed(&confirm_comment::finish(app, &here.site, &code).await?)
            }
            Followed::Proven(code) => visit.go_on(&code, None).await,
            Followed::Elsewhere { code } => shows_code(here, code),
        }
    };
    visit.or_over(followed.await)
}

fn asks_code(here: &Here, code: &MailedCode, error: Option<&Error>) -> Result<Response> {
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
    let template = CodePage {
        here,
        email: &code.email,
        handle: &code.handle,
        title,
        words,
        again,
        otherwise,
        error: error.map(ToString::to_string),
    };
    page(here, error, &template)
}

fn asks_name(here: &Here, code: &MailedCode, name: &str, error: Option<&Error>) -> Result<Response> {
    let template =
        NamePage { here, email: &code.email, handle: &code.handle, name, error: error.map(ToString::to_string) };
    page(here, error, &template)
}

fn asks_to_follow(here: &Here, token: &str, opened: &Opened, comment: Option<&Comment>) -> Result<Response> {
    let email = &opened.code.email;
    let (title, words, button) = match (opened.code.purpose, opened.is_waiting) {
        (Purpose::Comment, _) => ("Confirm your comment", format!("Did you, {email}, write this comment?"), "Confirm"),
        (Purpose::Register, true) => ("Your account", format!("You read the mail of {email}."), "Go on"),
        (_, true) if opened.code.details.linking.is_some() => {
            ("Add a way to log in", format!("You read the mail of {email}."), "Add it")
        }
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
    page(here, None, &LinkPage { here, title, words, button, token, quoted, code: None })
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
    page(here, None, &template)
}
