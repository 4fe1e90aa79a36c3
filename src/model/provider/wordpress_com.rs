//! WordPress.com: an OpenID provider that registers whoever asks, so that an owner has nothing to set up; and the
//! older "Connect" endpoints. Nothing says that the numbers of both are the same, so they are two issuers.

use super::said::{Profile, Said, first_of, is_true, text};
use super::{ClientAuth, Flow, Kind, Needs};

pub(super) const WORDPRESS_COM: Kind = Kind {
    name: "wordpress-com",
    label: "WordPress.com",
    icon: "wordpress.svg",
    issuer: "https://public-api.wordpress.com",
    needs: Needs::Nothing,
    ..Kind::OPEN_ID
};

pub(super) const CONNECT: Kind = Kind {
    name: "wordpress-com-connect",
    label: "WordPress.com",
    icon: "wordpress.svg",
    issuer: "https://public-api.wordpress.com/oauth2",
    flow: Flow::OAuth2 {
        authorization_endpoint: "https://public-api.wordpress.com/oauth2/authenticate",
        token_endpoint: "https://public-api.wordpress.com/oauth2/token",
        profile: &[("userinfo_endpoint", "https://public-api.wordpress.com/rest/v1.1/me")],
    },
    scopes: "auth",
    client_auth: ClientAuth::Form,
    profile: connect_profile,
    ..Kind::OPEN_ID
};

fn connect_profile(said: &Said<'_>) -> Option<Profile> {
    let me = said.profile();
    Some(Profile {
        subject: Some(text(&me["ID"])).filter(|id| !id.is_empty())?,
        name: first_of([text(&me["display_name"]), text(&me["username"])]),
        url: text(&me["profile_URL"]),
        picture: text(&me["avatar_URL"]),
        email: text(&me["email"]),
        email_verified: is_true(&me["verified"]),
        ..Profile::default()
    })
}
