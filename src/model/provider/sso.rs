//! Single sign-on: the site that the comments belong to says who its visitor is, by a short token that it signs
//! (identity-providers §4.6; `net/identity/sso_token`).

use super::said::{Profile, Said, is_true};
use super::{Flow, Kind, Needs};

pub(super) const SSO: Kind = Kind {
    name: "sso",
    label: "Single sign-on",
    icon: "oidc.svg",
    flow: Flow::SingleSignOn,
    needs: Needs::SharedSecret,
    scopes: "",
    settings: &[("algorithm", "HS256"), ("jwks_uri", ""), ("login_url", "")],
    takes_issuer: true,
    profile,
    ..Kind::OPEN_ID
};

/// What its token says. Its site's word counts on that site alone, so the issuer is the site's own
/// ([`super::Provider::vouches_as`]).
fn profile(said: &Said<'_>) -> Option<Profile> {
    Some(Profile {
        issuer: Some(said.provider.vouches_as()),
        subject: Some(said.text("sub")).filter(|subject| !subject.is_empty())?,
        name: said.text("name"),
        url: said.text("url"),
        picture: said.text("picture"),
        email: said.text("email"),
        email_verified: is_true(said.claim("email_verified")),
    })
}
