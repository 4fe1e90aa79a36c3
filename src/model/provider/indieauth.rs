//! IndieAuth: one's own site is who one is. The visitor names it; it names the server that answers for it; we are
//! known there by the address of a file of ours. Nothing that the profile says is proven but the address.

use super::said::{Profile, Said, text};
use super::{Asks, ClientAuth, Flow, Kind, Needs};
use crate::model::identity::host_of;

pub(super) const INDIEAUTH: Kind = Kind {
    name: "indieauth",
    label: "Your own site",
    icon: "indieauth.svg",
    flow: Flow::IndieAuth,
    needs: Needs::Nothing,
    asks: Some(Asks { label: "Your site’s address", placeholder: "https://example.org/" }),
    scopes: "profile",
    client_auth: ClientAuth::Form,
    profile,
    ..Kind::OPEN_ID
};

/// All sites are of one issuer: whichever server answers for a site, the site is who it is.
const ISSUER: &str = "indieauth";

fn profile(said: &Said<'_>) -> Option<Profile> {
    let me = text(&said.profile()["me"]);
    let profile = &said.profile()["profile"];
    Some(Profile {
        issuer: Some(ISSUER.to_owned()),
        name: Some(text(&profile["name"])).filter(|name| !name.trim().is_empty()).unwrap_or_else(|| host_of(&me)),
        url: me.clone(),
        picture: text(&profile["photo"]),
        subject: Some(me).filter(|me| !me.is_empty())?,
        ..Profile::default()
    })
}
