//! Any OpenID provider, and the profile that most of them give (OpenID Connect Core §5.1).

use super::said::{Profile, Said, first_of, is_true, text};
use super::{Kind, Needs};

pub(super) const OIDC: Kind = Kind {
    name: "oidc",
    label: "OpenID",
    icon: "oidc.svg",
    needs: Needs::ClientAndIssuer,
    settings: &[("name_claim", "name"), ("picture_claim", "picture"), ("prompt", "")],
    takes_issuer: true,
    ..Kind::OPEN_ID
};

/// Names and pictures by the claims of the settings.
pub(super) fn profile(said: &Said<'_>) -> Option<Profile> {
    let named = |setting: &str, usual: &str| said.text(said.provider.setting(setting).unwrap_or(usual));
    Some(Profile {
        issuer: None,
        subject: Some(text(&said.claims["sub"])).filter(|subject| !subject.is_empty())?,
        name: first_of([named("name_claim", "name"), said.text("preferred_username"), said.text("nickname")]),
        url: first_of([said.text("website"), said.text("profile")]),
        picture: named("picture_claim", "picture"),
        email: said.text("email"),
        email_verified: is_true(said.claim("email_verified")),
    })
}
