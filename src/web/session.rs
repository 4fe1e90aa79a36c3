//! The session cookie, and who is behind it: for the desk, and for the pages of the section, on which members
//! write under their own name.

use http::{HeaderMap, header};

use crate::actions::current_actor::{self, Visitor};
use crate::app::App;
use crate::config::Config;
use crate::error::Result;
use crate::model::account::Actor;
use crate::model::site::Site;

/// The cookie's name. `__Host-` binds it to this very host over TLS; without TLS browsers refuse it.
pub(super) fn cookie_name(config: &Config) -> &'static str {
    if is_secure(config) { "__Host-rejoinder" } else { "rejoinder_session" }
}

/// Whether readers reach us by TLS.
pub(super) fn is_secure(config: &Config) -> bool {
    config.public_url.scheme() == "https"
}

/// The session's token, as the cookie has it.
pub(super) fn token(config: &Config, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(config);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    let mut values = cookies.filter_map(|c| c.trim().split_once('=')).filter(|(n, _)| *n == name).map(|(_, v)| v);
    values.next().filter(|v| !v.is_empty()).map(str::to_owned)
}

/// Who is behind a request to a page of a site.
#[derive(Clone, Debug)]
pub(super) enum Who {
    /// Nobody who is logged in.
    Guest,
    /// Somebody who is logged in, but has no role on this site: a guest here.
    Stranger(Box<Visitor>),
    /// A member of the site.
    Member(Box<Member>),
}

/// A member of a site, logged in.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Account and session.
    pub(super) visitor: Visitor,
    /// What they may do on the site.
    pub(super) actor: Actor,
}

impl Who {
    /// Asks whose session the request's cookie is.
    pub(super) async fn of(app: &App, site: &Site, headers: &HeaderMap) -> Result<Self> {
        let Some(token) = token(&app.config, headers) else { return Ok(Self::Guest) };
        let Some(visitor) = current_actor::find(app, &token).await? else { return Ok(Self::Guest) };
        Ok(match current_actor::role_on(app, &visitor.account, site).await? {
            Some(role) => Self::Member(Box::new(Member { actor: visitor.actor(role), visitor })),
            None => Self::Stranger(Box::new(visitor)),
        })
    }

    /// The member, if it is one.
    pub(super) fn member(&self) -> Option<&Member> {
        match self {
            Self::Member(member) => Some(member),
            Self::Guest | Self::Stranger(_) => None,
        }
    }

    /// Whoever is logged in, member or not.
    pub(super) fn visitor(&self) -> Option<&Visitor> {
        match self {
            Self::Guest => None,
            Self::Stranger(visitor) => Some(visitor),
            Self::Member(member) => Some(&member.visitor),
        }
    }
}
