//! By which providers a visitor can log in on a site. The list needs no query: the pages of every reader may
//! ask. Called by the log-in page and by the comment form; by every log-in for its own provider.

use crate::actions::ask_provider::discovery_url;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::ids::IdentityId;
use crate::model::provider::{Asks, Flow, Kind, Provider};
use crate::model::site::Site;
use crate::store::{identities, providers};

/// A provider that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What `POST B/login/start` wants as `provider`.
    pub id: String,
    /// Its kind.
    pub kind: &'static str,
    /// As people see it.
    pub name: String,
    /// File name of its picture in `web/login/icons`.
    pub icon: &'static str,
    /// What the visitor must say first, in the field `instance`.
    pub asks: Option<Asks>,
    /// Whether it failed a moment ago and is not asked just now (ID-13).
    pub is_down: bool,
}

/// The providers of a site, in the order in which its owner put them.
pub async fn offered(app: &App, site: &Site) -> Result<Vec<Offer>> {
    let now = app.clock.now();
    let enabled = app.providers.enabled(&app.db, site.id).await?;
    let offered =
        enabled.iter().filter(|provider| provider.lacks(app.mail.is_some()).is_none()).filter_map(|provider| {
            let kind = provider.kind()?;
            if kind.flow == Flow::SingleSignOn && provider.setting("login_url").is_none() {
                return None; // nowhere to send people to: the site's pages log them in
            }
            Some(Offer {
                id: provider.id.clone(),
                kind: kind.name,
                name: provider.name.clone(),
                icon: kind.icon,
                asks: kind.asks,
                is_down: kind.flow == Flow::OpenId && app.issuers.is_down(&discovery_url(provider), now),
            })
        });
    Ok(offered.collect())
}

/// The provider of this id, if it is offered.
pub(super) async fn find(app: &App, site: &Site, id: &str) -> Result<(Provider, &'static Kind)> {
    let gone = || Error::not_found("One cannot log in this way here any more. Go back and choose another.");
    let provider =
        providers::find(&app.db, site.id, id).await?.filter(|p| p.enabled && p.lacks(app.mail.is_some()).is_none());
    let provider = provider.ok_or_else(gone)?;
    let kind = provider.kind().ok_or_else(gone)?;
    Ok((provider, kind))
}

/// A provider as its people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its kind.
    pub kind: String,
    /// Its name; the server's, where people say which it is.
    pub name: String,
}

/// How people know the provider of an identity.
pub async fn name_of(app: &App, identity: IdentityId) -> Result<Option<Known>> {
    let known = identities::find(&app.db, identity).await?.map(|identity| identity.proven);
    Ok(known.map(|proven| Known { kind: proven.provider, name: proven.provider_name }))
}

impl Offer {
    /// Whether somebody who is known to that provider logged in this way.
    pub fn is_of(&self, known: &Known) -> bool {
        self.kind == known.kind && (self.asks.is_some() || self.name == known.name)
    }
}
