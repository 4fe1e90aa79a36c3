//! The sessions that a browser sends with a request, and who is behind them: for the desk, and for the forms of the
//! comment section, in which whoever is logged in writes under their account's name.
//!
//! There are three, and a request may have each. The first-party cookie is sent to our own pages, and with the frame
//! where blog and server are of one site. The frame's cookie is kept for this frame in that blog's pages alone
//! (CHIPS). Where a browser keeps neither, the frame's script sends a token. The desk knows the first one only.

use std::time::Duration;

use http::{HeaderMap, header};

use crate::actions::current_actor::{self, Visitor};
use crate::actions::offered_providers::{self, Known};
use crate::app::App;
use crate::config::Config;
use crate::error::Result;
use crate::model::account::Actor;
use crate::model::role::Role;
use crate::model::session::Scope;
use crate::model::site::Site;

/// The first-party cookie's name. `__Host-` binds it to this very host over TLS; without TLS browsers refuse it.
fn cookie_name(config: &Config) -> &'static str {
    if is_secure(config) { "__Host-rejoinder" } else { "rejoinder_session" }
}

/// The name of the frame's cookie.
fn frame_cookie_name(config: &Config) -> &'static str {
    if is_secure(config) { "__Host-rejoinder-frame" } else { "rejoinder_frame" }
}

/// Whether readers reach us by TLS.
pub(super) fn is_secure(config: &Config) -> bool {
    config.public_url.scheme() == "https"
}

/// The first-party cookie; without an age it ends with the browser.
pub(super) fn cookie(config: &Config, token: &str, max_age: Option<Duration>) -> String {
    let (name, secure) = (cookie_name(config), if is_secure(config) { "; Secure" } else { "" });
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{}", age(max_age))
}

/// The frame's cookie. Without TLS no browser takes one in a frame of another site.
pub(super) fn frame_cookie(config: &Config, token: &str, max_age: Option<Duration>) -> String {
    let name = frame_cookie_name(config);
    let kind = if is_secure(config) { "SameSite=None; Secure; Partitioned" } else { "SameSite=Lax" };
    format!("{name}={token}; Path=/; HttpOnly; {kind}{}", age(max_age))
}

fn age(max_age: Option<Duration>) -> String {
    max_age.map_or_else(String::new, |age| format!("; Max-Age={}", age.as_secs()))
}

/// The token in the first-party cookie.
pub(super) fn token(config: &Config, headers: &HeaderMap) -> Option<String> {
    cookie_of(cookie_name(config), headers)
}

/// The token in the frame's cookie.
pub(super) fn frame_token(config: &Config, headers: &HeaderMap) -> Option<String> {
    cookie_of(frame_cookie_name(config), headers)
}

fn cookie_of(name: &str, headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    let mut values = cookies.filter_map(|c| c.trim().split_once('=')).filter(|(n, _)| *n == name).map(|(_, v)| v);
    values.next().filter(|v| !v.is_empty()).map(str::to_owned)
}

/// The token that the frame's script sends (RFC 6750 §2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.trim().to_owned())
}

/// Every token that came, in the order in which they count: what a script sent on purpose, then what shows in every
/// page of ours, then the frame's.
pub(super) fn tokens(config: &Config, headers: &HeaderMap) -> impl Iterator<Item = String> {
    [bearer(headers), token(config, headers), frame_token(config, headers)].into_iter().flatten()
}

/// Whether the request names any session at all.
pub(super) fn is_named(config: &Config, headers: &HeaderMap) -> bool {
    tokens(config, headers).next().is_some()
}

/// Whoever is logged in in this browser, for writing comments and nothing else.
pub(super) async fn visitor(app: &App, headers: &HeaderMap) -> Result<Option<Visitor>> {
    for token in tokens(&app.config, headers) {
        if let Some(visitor) = current_actor::find(app, &token, Scope::Reader).await? {
            return Ok(Some(visitor));
        }
    }
    Ok(None)
}

/// Who is behind a request to a page of a site.
#[derive(Clone, Debug)]
pub(super) enum Who {
    /// Nobody who is logged in.
    Guest,
    /// Somebody who is, and writes under their account's name.
    Writer(Box<Writer>),
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    /// Account and session.
    pub(super) visitor: Visitor,
    /// What they may do on the site. Who is no member may what anybody may who is logged in.
    pub(super) actor: Actor,
    /// Whether they are a member of the site.
    pub(super) is_member: bool,
    /// The provider by whose word they are logged in, if it was one.
    pub(super) provider: Option<Known>,
}

impl Who {
    /// Asks whose session comes with the request.
    pub(super) async fn of(app: &App, site: &Site, headers: &HeaderMap) -> Result<Self> {
        let Some(visitor) = visitor(app, headers).await? else { return Ok(Self::Guest) };
        let role = current_actor::role_on(app, &visitor.account, site).await?;
        let provider = match visitor.session.identity_id {
            Some(identity) => offered_providers::name_of(app, identity).await?,
            None => None,
        };
        let actor = visitor.actor(role.unwrap_or(Role::Subscriber));
        Ok(Self::Writer(Box::new(Writer { visitor, actor, is_member: role.is_some(), provider })))
    }

    /// Whoever is logged in.
    pub(super) fn writer(&self) -> Option<&Writer> {
        match self {
            Self::Guest => None,
            Self::Writer(writer) => Some(writer),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn config(public_url: &str) -> Config {
        let options = crate::config::Options { public_url: Some(public_url.parse().unwrap()), ..Default::default() };
        options.resolve().unwrap()
    }

    #[test]
    fn every_session_of_a_request_is_found_in_its_order() {
        let config = config("https://comments.example/");
        let cookies = "a=b; __Host-rejoinder-frame=f; __Host-rejoinder=first; rejoinder_session=plain";
        let headers = HeaderMap::from_iter([
            (header::COOKIE, HeaderValue::from_static(cookies)),
            (header::AUTHORIZATION, HeaderValue::from_static("bearer  script")),
        ]);
        assert_eq!(tokens(&config, &headers).collect::<Vec<_>>(), ["script", "first", "f"]);
        for (name, value) in [("cookie", "__Host-rejoinder="), ("authorization", "Basic YTpi"), ("authorization", "x")]
        {
            let name: header::HeaderName = name.parse().unwrap();
            let headers = HeaderMap::from_iter([(name, HeaderValue::from_static(value))]);
            assert!(!is_named(&config, &headers), "{value}");
        }
    }

    #[test]
    fn the_frame_s_cookie_is_kept_apart_for_each_blog_and_from_scripts() {
        let (tls, plain) = (config("https://comments.example/"), config("http://127.0.0.1:8080/"));
        let age = Some(Duration::from_hours(1));
        assert_eq!(
            frame_cookie(&tls, "t", age),
            "__Host-rejoinder-frame=t; Path=/; HttpOnly; SameSite=None; Secure; Partitioned; Max-Age=3600"
        );
        assert_eq!(frame_cookie(&plain, "t", None), "rejoinder_frame=t; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(cookie(&tls, "t", None), "__Host-rejoinder=t; Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}
