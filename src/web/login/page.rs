//! The log-in page, `B/login?p=ID&provider=ID&return_to=…`: every way to log in as a form of its own, so that it works
//! without scripts; and the log-in with a name and a password here. `page.js` asks the comment form that opened the
//! window for its challenge, and presses the button of the way that was chosen there.

use askama::Template;
use axum::extract::{Request, State};
use axum::response::Response;
use http::HeaderMap;
use subtle::ConstantTimeEq as _;
use url::form_urlencoded::Serializer;

use super::finish::{Proven, landing, lead_on, page, set_cookie};
use super::{challenge, check_own_page};
use crate::actions::current_actor::Visitor;
use crate::actions::offered_providers::{Offer, offered};
use crate::actions::register;
use crate::actions::sign_in::{Attempt, sign_in};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::ids::PostId;
use crate::model::session::SESSION_MAX;
use crate::store::accounts;
use crate::web::account;
use crate::web::embed::assets::Asset;
use crate::web::embed::picker::OWN_ACCOUNT;
use crate::web::embed::respond::thread_page;
use crate::web::form::fields::{self, Fields};
use crate::web::prepared::count_reading;
use crate::web::query::Query;
use crate::web::session;
use crate::web::site::Here;

/// Its style.
pub static CSS: Asset = Asset::style(include_bytes!("page.css"));
/// Its script.
pub static JS: Asset = Asset::script(include_bytes!("page.js"));
/// The picture of an account here.
pub static ACCOUNT_ICON: Asset = Asset::picture(include_bytes!("account.svg"));

#[derive(Template)]
#[template(path = "web/login/page.html")]
struct LogInPage<'a> {
    here: &'a Here,
    /// Whether it leads to one's own account, which wants a log-in of the last minutes.
    for_account: bool,
    /// Who is logged in in this browser already.
    known: Option<Known>,
    /// The providers' ways; the chosen one first.
    ways: Vec<Offer>,
    /// The way that was chosen in the comment form.
    chosen: &'a str,
    /// The challenge of the frame that waits, where it is known without asking it.
    handover: &'a str,
    /// Where it leads afterwards, as it was asked for.
    return_to: &'a str,
    /// The same, as a link for who does not log in.
    back: String,
    /// This page with every way, where one was chosen.
    others: String,
    /// What was typed, and what is wrong with it.
    login: &'a str,
    remember: bool,
    error: Option<String>,
    needs_set_up: bool,
    /// Where one makes an account, where that is offered.
    register: Option<String>,
    /// Where a lost password is set by mail, where that can be sent.
    lost: Option<String>,
}

/// Somebody who is logged in already.
struct Known {
    name: String,
    csrf: String,
}

/// What the page was asked for.
#[derive(Default)]
struct Asked {
    return_to: String,
    handover: String,
    chosen: String,
    login: String,
    remember: bool,
    error: Option<Error>,
}

/// Shows the page.
pub async fn show(State(app): State<App>, here: Here, request: Request) -> Result<Response> {
    let request = request.into_parts().0;
    let query = Query::of(&request.uri);
    count_reading(&app, &request.extensions)?;
    let post = query.number("p").map(|id| thread_page(&here, PostId(id)));
    let return_to = query.text("return_to").map(std::borrow::Cow::into_owned).or(post).unwrap_or_default();
    let chosen = query.text("provider").unwrap_or_default().into_owned();
    let asked = Asked { return_to, chosen, ..Asked::default() };
    show_for(&app, &here, &request.headers, asked).await
}

/// `POST B/login`: shows the page to whom a try was refused; `return_to`, and the `handover` of the frame that waits.
pub async fn try_again(State(app): State<App>, here: Here, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    count_reading(&app, request.extensions())?;
    let form = own_form(&app, request).await?;
    challenge(form.text("handover"))?;
    let (return_to, handover) = (form.text("return_to").to_owned(), form.text("handover").to_owned());
    show_for(&app, &here, &headers, Asked { return_to, handover, ..Asked::default() }).await
}

async fn show_for(app: &App, here: &Here, headers: &HeaderMap, asked: Asked) -> Result<Response> {
    let back = landing(here, &asked.return_to);
    let for_account = leads_to_account(here, &back);
    // Going on as one is proves nothing anew.
    let known = if for_account { None } else { session::visitor(app, headers).await? };
    let mut ways = offered(app, &here.site).await?;
    let back_to = Serializer::new(String::new()).append_pair("return_to", &asked.return_to).finish();
    ways.sort_by_key(|way| way.id != asked.chosen);
    let template = LogInPage {
        here,
        for_account,
        known: known
            .map(|Visitor { account, session, .. }| Known { name: account.display_name, csrf: session.csrf_token }),
        ways,
        chosen: &asked.chosen,
        return_to: &asked.return_to,
        handover: &asked.handover,
        back: if for_account { here.site.home.to_string() } else { back },
        others: format!("{}/login?{back_to}", here.base),
        login: &asked.login,
        remember: asked.remember,
        error: asked.error.as_ref().map(ToString::to_string),
        needs_set_up: !accounts::any(&app.db).await?,
        register: register::is_offered(app, &here.site).then(|| format!("{}/login/register?{back_to}", here.base)),
        lost: app.mail.is_some().then(|| format!("{}/login/lost", here.base)),
    };
    page(here, asked.error.as_ref(), &template)
}

/// Whether an address is of the pages of one's own account (`web/account`).
fn leads_to_account(here: &Here, address: &str) -> bool {
    let rest = address.strip_prefix(&here.base).and_then(|rest| rest.strip_prefix(account::PATH));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// `POST B/login/account`: `log`, `pwd`, `rememberme`, `return_to`, `handover`.
pub async fn log_in(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let form = own_form(&app, request).await?;
    let attempt = Attempt {
        login: form.text("log").to_owned(),
        password: form.text("pwd").to_owned(),
        replaces: session::token(&app.config, &headers),
        client,
    };
    let handover = challenge(form.text("handover"))?;
    let lasting = form.is_present("rememberme");
    match sign_in(&app, attempt).await {
        Ok(signed_in) => {
            let (account, name) = (signed_in.account.id, signed_in.account.display_name);
            let who = Proven { account, identity: None, name, lasting };
            let mut response = lead_on(&app, &here, who, handover, form.text("return_to")).await?;
            let age = lasting.then_some(SESSION_MAX);
            set_cookie(&mut response, &session::cookie(&app.config, &signed_in.token, age));
            Ok(response)
        }
        Err(error @ (Error::Unauthenticated(_) | Error::TooMany { .. })) => {
            let asked = Asked {
                return_to: form.text("return_to").to_owned(),
                handover: form.text("handover").to_owned(),
                chosen: OWN_ACCOUNT.into(),
                login: form.text("log").to_owned(),
                remember: lasting,
                error: Some(error),
            };
            show_for(&app, &here, &headers, asked).await
        }
        Err(error) => Err(error),
    }
}

/// `POST B/login/continue`: who is logged in already goes on as they are. `csrf`, `return_to`, `handover`.
pub async fn go_on(State(app): State<App>, here: Here, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let form = own_form(&app, request).await?;
    let (return_to, given) = (form.text("return_to").to_owned(), form.text("handover").to_owned());
    let handover = challenge(&given)?;
    let visitor = session::visitor(&app, &headers).await?;
    let is_theirs =
        |visitor: &Visitor| bool::from(form.text("csrf").as_bytes().ct_eq(visitor.session.csrf_token.as_bytes()));
    let Some(visitor) = visitor.filter(is_theirs) else {
        let error = Error::Unauthenticated("You are not logged in any more. Log in once more.".into());
        let asked = Asked { return_to, handover: given, error: Some(error), ..Asked::default() };
        return show_for(&app, &here, &headers, asked).await;
    };
    let who = Proven {
        account: visitor.account.id,
        identity: visitor.session.identity_id,
        name: visitor.account.display_name,
        // Whether the first-party session is to outlive the browser is not known here: this one does not.
        lasting: false,
    };
    lead_on(&app, &here, who, handover, &return_to).await
}

/// Reads a form of one of our own pages.
pub(super) async fn own_form(app: &App, request: Request) -> Result<Fields> {
    check_own_page(app, request.headers())?;
    fields::read(request).await
}
