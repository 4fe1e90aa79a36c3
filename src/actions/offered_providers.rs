//! By which providers of identities one can log in on a site, as the forms show them. None yet.

use crate::app::App;
use crate::error::Result;
use crate::model::ids::IdentityId;
use crate::model::site::Site;

/// A way to log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// By which it is chosen.
    pub id: String,
    /// Its kind: `github`, `mastodon`.
    pub kind: String,
    /// As people know it.
    pub name: String,
    /// The file of its picture, under `B/login/icons/`.
    pub icon: &'static str,
    /// What it wants to know first.
    pub asks: Option<Asks>,
    /// Whether it failed a moment ago, and is not asked just now.
    pub is_down: bool,
}

/// What a provider wants to know first, as the name of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asks {
    /// The field's label.
    pub label: &'static str,
    /// An example.
    pub placeholder: &'static str,
}

/// The ways to log in, in their order.
pub async fn offered(_app: &App, _site: &Site) -> Result<Vec<Offer>> {
    Ok(Vec::new())
}

/// How people know the provider of an identity.
#[expect(clippy::unused_async, reason = "reads the identity once there are some")]
pub async fn name_of(_app: &App, _identity: IdentityId) -> Result<Option<String>> {
    Ok(None)
}
