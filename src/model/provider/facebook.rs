//! Facebook. Its numbers are given for each app, and its addresses are not proven.

use super::said::{Profile, Said, text};
use super::{ClientAuth, Flow, Kind};

pub(super) const FACEBOOK: Kind = Kind {
    name: "facebook",
    label: "Facebook",
    icon: "facebook.svg",
    issuer: "https://www.facebook.com",
    flow: Flow::OAuth2 {
        authorization_endpoint: "https://www.facebook.com/{version}/dialog/oauth",
        token_endpoint: "https://graph.facebook.com/{version}/oauth/access_token",
        profile: &[("userinfo_endpoint", "https://graph.facebook.com/{version}/me?fields=id,name,email,picture")],
    },
    scopes: "public_profile,email",
    client_auth: ClientAuth::Form,
    // A version lives about two years.
    settings: &[("version", "v26.0")],
    profile,
    ..Kind::OPEN_ID
};

fn profile(said: &Said<'_>) -> Option<Profile> {
    let me = said.profile();
    Some(Profile {
        issuer: Some(format!("https://www.facebook.com/{}", said.provider.client_id)),
        subject: Some(text(&me["id"])).filter(|id| !id.is_empty())?,
        name: text(&me["name"]),
        picture: text(&me["picture"]["data"]["url"]),
        email: text(&me["email"]),
        ..Profile::default()
    })
}
