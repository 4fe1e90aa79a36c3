//! What every request to the desk passes before a page sees it: is a change sent by one of our own pages,
//! who is logged in, is the token their session's; and the headers that every answer carries.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use subtle::ConstantTimeEq as _;
use url::{Host, Url};

use crate::actions::current_actor::{self, Visitor};
use crate::app::App;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::model::session::Scope;
use crate::web::desk::fields::{Fields, Form};
use crate::web::desk::respond::{Failure, see};
use crate::web::session;

/// Bytes of a form: a comment of 65,525 bytes with every byte percent-encoded, and its other fields.
const FORM_BYTES_MAX: usize = 256 * 1024;
/// The field that carries the session's token.
pub(super) const TOKEN_FIELD: &str = "csrf";

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    frame-ancestors 'none'; connect-src 'self'; base-uri 'none'; form-action 'self'";
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// The headers of every answer: no script, style or frame but our own, and nothing kept by anybody.
pub(super) async fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Not "no-referrer": browsers would then send `Origin: null` with our own forms.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The policy of a page whose form may lead to these addresses too.
pub(super) fn policy_with_forms_to(targets: &[&Url]) -> Result<HeaderValue> {
    let source = |url: &Url| match (url.scheme(), url.host()) {
        // The grammar of policies has no IPv6 addresses.
        ("http" | "https", Some(Host::Domain(_) | Host::Ipv4(_))) => url.origin().ascii_serialization(),
        (scheme, _) => format!("{scheme}:"),
    };
    let policy = targets.iter().fold(POLICY.to_owned(), |policy, url| format!("{policy} {}", source(url)));
    HeaderValue::from_str(&policy).map_err(|e| Error::internal(format!("the policy “{policy}”: {e}")))
}

/// Lets a change in only from our own pages, as a form of bounded size, and reads it.
pub(super) async fn own_forms(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_safe(request.method()) {
        return next.run(request).await;
    }
    match read_form(&app.config, request).await {
        Ok(request) => next.run(request).await,
        Err(response) => response,
    }
}

async fn read_form(config: &Config, request: Request) -> Result<Request, Response> {
    if !is_from_us(config, request.headers()) {
        let message = "This request did not come from one of the desk’s own pages.";
        return Err(Failure(Error::Forbidden(message.into())).into_response());
    }
    if !is_form(request.headers()) {
        return Err(
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "application/x-www-form-urlencoded is taken here").into_response()
        );
    }
    let (mut parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_BYTES_MAX)
        .await
        .map_err(|_| Failure(Error::TooLarge(format!("A form has at most {FORM_BYTES_MAX} bytes."))).into_response())?;
    parts.extensions.insert(Form(Fields::parse(&bytes)));
    Ok(Request::from_parts(parts, Body::empty()))
}

/// Lets in who is logged in; sends others to the log-in page and back. A change wants the session's token.
pub(super) async fn logged_in(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let token = session::token(&app.config, request.headers());
    let visitor = match token {
        Some(token) => current_actor::find(&app, &token, Scope::Desk).await,
        None => Ok(None),
    };
    let visitor = match visitor {
        Ok(Some(visitor)) => visitor,
        Ok(None) if is_safe(request.method()) => return to_log_in(&request),
        Ok(None) => return Failure(Error::Unauthenticated("You are not logged in.".into())).into_response(),
        Err(error) => return Failure(error).into_response(),
    };
    if !is_safe(request.method()) {
        let form = request.extensions().get::<Form>().cloned().unwrap_or_default();
        if let Err(error) = check_token(&visitor, &form) {
            return Failure(error).into_response();
        }
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// Refuses a form that does not carry the token of the visitor's session.
pub(super) fn check_token(visitor: &Visitor, form: &Form) -> Result<()> {
    let given = form.0.get(TOKEN_FIELD).as_bytes();
    if bool::from(given.ct_eq(visitor.session.csrf_token.as_bytes())) {
        return Ok(());
    }
    let message = "This form is not of your present session. Reload the page and send it again.";
    Err(Error::Forbidden(message.into()))
}

fn to_log_in(request: &Request) -> Response {
    let back = request.uri().path_and_query().map_or("/desk", |p| p.as_str());
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("redirect_to", back).finish();
    see(&format!("/desk/login?{query}"))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn is_form(headers: &HeaderMap) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Whether a change comes from one of our own pages: the browser says so (Fetch Metadata), or, where it is
/// too old or the connection too plain for that, names our origin. Neither is no.
pub(in crate::web) fn is_from_us(config: &Config, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("unreadable"));
    if let Some(site) = text(SEC_FETCH_SITE) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(ORIGIN.as_str()).and_then(|o| Url::parse(o).ok()) else { return false };
    let authority = &origin[url::Position::BeforeHost..url::Position::AfterPort];
    origin.origin() == config.public_url.origin()
        || text(HOST.as_str()).is_some_and(|h| h.eq_ignore_ascii_case(authority))
}

/// Whether readers reach us over a network by plain HTTP.
pub(super) fn is_open(config: &Config) -> bool {
    let is_here = match config.public_url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    !session::is_secure(config) && !is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_may_lead_where_the_page_says_and_nowhere_else() {
        let url = |text: &str| text.parse::<Url>().unwrap();
        let (web, app, six) = (url("https://App.example:8443/a;b?c d"), url("my.app+1://back"), url("http://[::1]:1/"));
        let policy = policy_with_forms_to(&[&web, &app, &six]).unwrap();
        assert!(policy.to_str().unwrap().ends_with("form-action 'self' https://app.example:8443 my.app+1: http:"));
        assert_eq!(policy_with_forms_to(&[]).unwrap(), POLICY);
    }

    #[test]
    fn a_change_comes_from_us_or_not_at_all() {
        let config = crate::config::Options {
            public_url: Some("https://comments.example/".parse().unwrap()),
            ..Default::default()
        };
        let config = config.resolve().unwrap();
        for (site, origin, is_ours) in [
            (Some("same-origin"), None, true),
            (Some("none"), None, true),
            (Some("same-origin"), Some("https://evil.example"), true),
            (Some("same-site"), Some("https://comments.example"), false),
            (Some("cross-site"), Some("https://comments.example"), false),
            (Some("SAME-ORIGIN"), None, false),
            (None, Some("https://comments.example"), true),
            (None, Some("http://127.0.0.1:8080"), true),
            (None, Some("http://comments.example"), false),
            (None, Some("https://comments.example.evil.example"), false),
            (None, Some("https://evil.example"), false),
            (None, Some("null"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("127.0.0.1:8080"));
            if let Some(site) = site {
                headers.insert(SEC_FETCH_SITE, site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(is_from_us(&config, &headers), is_ours, "{site:?} {origin:?}");
        }
    }
}
