//! Who sends a request to the REST API (WP 7.1 comments §8.10): the account whose application password comes
//! with it, or whose session cookie comes with a nonce, else nobody. A wrong password or nonce is an error,
//! never nobody: WordPress since 6.4 takes a wrong password for nobody (register §14 #17).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, StatusCode, header};

use super::asked::Asked;
use super::error::{COOKIE_INVALID_NONCE, INCORRECT_PASSWORD, Problem};
use crate::actions::authenticate::{Credentials, Takes, authenticate};
use crate::actions::current_actor::{self, Visitor, role_on};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::{Actor, Authenticated};
use crate::model::client::Client;
use crate::model::ids::AccountId;
use crate::model::reader::Scope;
use crate::model::role::Capability;
use crate::model::session::Scope as SessionScope;
use crate::model::time::Timestamp;
use crate::secret::{Secret, hex};
use crate::web::respond::NO_CACHE;
use crate::web::session;
use crate::web::site::Here;

/// Who sends a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Who {
    /// The account, with its role on the site.
    pub(super) account: Option<Arc<Authenticated>>,
    /// A fresh nonce, for who came with a cookie and a good one.
    pub(super) nonce: Option<String>,
}

impl Who {
    pub(super) fn is_logged_in(&self) -> bool {
        self.account.is_some()
    }

    pub(super) fn actor(&self) -> Option<Actor> {
        self.account.as_ref().map(|account| account.actor())
    }

    pub(super) fn id(&self) -> Option<AccountId> {
        self.account.as_ref().map(|account| account.account.id)
    }

    pub(super) fn can(&self, capability: Capability) -> bool {
        self.actor().is_some_and(|actor| actor.can(capability))
    }

    pub(super) fn may_moderate_under(&self, post_author: Option<AccountId>) -> bool {
        self.actor().is_some_and(|actor| actor.may_moderate_under(post_author))
    }

    pub(super) fn may_edit_post(&self, post_author: Option<AccountId>) -> bool {
        self.actor().is_some_and(|actor| actor.may_edit_post(post_author))
    }

    /// Which comments they may read.
    pub(super) fn scope(&self) -> Scope {
        Scope::of(self.actor().as_ref())
    }
}

/// Finds out who sends a request. Basic credentials go before a cookie.
pub(super) async fn find(app: &App, here: &Here, client: &Client, asked: &Asked) -> Result<Who, Problem> {
    if let Some(credentials) = basic(&asked.headers) {
        return by_password(app, here, client, credentials).await;
    }
    let Some(nonce) = nonce_of(asked) else { return Ok(Who::default()) };
    let visitor = visitor(app, &asked.headers).await?;
    let now = app.clock.now();
    match visitor {
        Some(visitor) if is_good(&app.secret, &visitor, &nonce, now) => {
            let nonce = Some(nonce_for(&app.secret, &visitor, now));
            let role = role_on(app, &visitor.account, &here.site).await?;
            let account = Authenticated { account: visitor.account, role, application_password: None };
            Ok(Who { account: Some(Arc::new(account)), nonce })
        }
        _ => Err(COOKIE_INVALID_NONCE.into()),
    }
}

/// An `Authorization: Basic` that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Broken;

/// The name and password of an `Authorization: Basic`. Other schemes are nobody's business here.
fn basic(headers: &HeaderMap) -> Option<Result<(String, String), Broken>> {
    let value = String::from_utf8_lossy(headers.get(header::AUTHORIZATION)?.as_bytes());
    let (scheme, encoded) = value.split_once(' ').unwrap_or((&value, ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = BASE64_STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
    Some(pair.map(|(login, password)| (login.to_owned(), password.to_owned())).ok_or(Broken))
}

async fn by_password(
    app: &App,
    here: &Here,
    client: &Client,
    credentials: Result<(String, String), Broken>,
) -> Result<Who, Problem> {
    let Ok((login, password)) = credentials else { return Err(INCORRECT_PASSWORD.into()) };
    let credentials = Credentials { login: &login, password: &password, takes: Takes::ApplicationPasswords };
    match authenticate(app, &here.site, credentials, client).await {
        Ok(account) => Ok(Who { account: Some(account), nonce: None }),
        Err(Error::Unauthenticated(_)) => Err(INCORRECT_PASSWORD.into()),
        Err(error) => Err(error.into()),
    }
}

/// The nonce of a request, in its query, its form or its header; an empty one is a wrong one.
fn nonce_of(asked: &Asked) -> Option<String> {
    let header = asked.headers.get("x-wp-nonce").map(|v| v.to_str().unwrap_or_default().to_owned());
    let in_form = asked.in_body.as_ref().ok().and_then(|body| body.get("_wpnonce"));
    let given = asked.of_query("_wpnonce").or(in_form).and_then(serde_json::Value::as_str);
    given.map(str::to_owned).or(header)
}

async fn visitor(app: &App, headers: &HeaderMap) -> Result<Option<Visitor>> {
    match session::token(&app.config, headers) {
        Some(token) => current_actor::find(app, &token, SessionScope::Desk).await,
        None => Ok(None),
    }
}

/// How long a nonce is good at least; at most twice as long.
const TICK: Duration = Duration::from_hours(12);
/// WordPress's has 10 characters; clients do not look.
const NONCE_CHARS: usize = 32;

fn tick(now: Timestamp) -> i64 {
    now.0.div_euclid(i64::try_from(TICK.as_millis()).unwrap_or(i64::MAX))
}

/// What proves that a request comes from a page that could read it, and so from no other site's.
fn nonce_for(secret: &Secret, visitor: &Visitor, now: Timestamp) -> String {
    let mut nonce = secret.sign("rest nonce", &[&hex(&visitor.token_hash), &tick(now).to_string()]);
    nonce.truncate(NONCE_CHARS);
    nonce
}

fn is_good(secret: &Secret, visitor: &Visitor, nonce: &str, now: Timestamp) -> bool {
    let session = hex(&visitor.token_hash);
    let now = tick(now);
    nonce.len() == NONCE_CHARS
        && [now, now - 1].iter().any(|tick| secret.verify("rest nonce", &[&session, &tick.to_string()], nonce))
}

/// `wp-admin/admin-ajax.php?action=rest-nonce`: a nonce for who is logged in to the desk. No other action is
/// here; for those, and for nobody, WordPress's answer.
pub(in crate::web) async fn fresh_nonce(
    State(app): State<App>,
    request: axum::extract::Request,
) -> Result<Response, Error> {
    let query = request.uri().query().unwrap_or_default();
    let asks = url::form_urlencoded::parse(query.as_bytes()).any(|(n, v)| n == "action" && v == "rest-nonce");
    let visitor = if asks { visitor(&app, request.headers()).await? } else { None };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=UTF-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    Ok(match visitor {
        Some(visitor) => (NO_CACHE, headers, nonce_for(&app.secret, &visitor, app.clock.now())).into_response(),
        None => (StatusCode::BAD_REQUEST, NO_CACHE, headers, "0").into_response(),
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn basic_credentials_are_read_and_broken_ones_are_not_nobody_s() {
        let read = |value: &'static str| {
            basic(&HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))]))
        };
        let pair = |login: &str, password: &str| Some(Ok((login.to_owned(), password.to_owned())));
        assert_eq!(read("Basic YWRhOnNlY3JldA=="), pair("ada", "secret"));
        assert_eq!(read("bAsIc  YWRhOmE6Yg=="), pair("ada", "a:b"));
        assert_eq!(read("Basic YWRh"), Some(Err(Broken)), "no colon");
        assert_eq!(read("Basic ***"), Some(Err(Broken)));
        assert_eq!(read("Basic /w=="), Some(Err(Broken)), "no UTF-8");
        assert_eq!(read("Basic"), Some(Err(Broken)));
        let not_ascii = HeaderValue::from_bytes(b"Basic \xff").unwrap();
        assert_eq!(basic(&HeaderMap::from_iter([(header::AUTHORIZATION, not_ascii)])), Some(Err(Broken)));
        assert_eq!(read("Bearer abc"), None);
        assert_eq!(basic(&HeaderMap::new()), None);
    }
}
