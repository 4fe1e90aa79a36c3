//! X. It wraps its answers in `data`, and gives a verified address only to apps that may ask for it.

use super::said::{Profile, Said, first_of, text};
use super::{ClientAuth, Flow, Kind};

pub(super) const X: Kind = Kind {
    name: "x",
    label: "X",
    icon: "x.svg",
    issuer: "https://x.com",
    flow: Flow::OAuth2 {
        authorization_endpoint: "https://x.com/i/oauth2/authorize",
        token_endpoint: "https://api.x.com/2/oauth2/token",
        profile: &[("userinfo_endpoint", "https://api.x.com/2/users/me?user.fields=profile_image_url,confirmed_email")],
    },
    scopes: "users.read tweet.read",
    client_auth: ClientAuth::Basic,
    profile,
    ..Kind::OPEN_ID
};

fn profile(said: &Said<'_>) -> Option<Profile> {
    let user = &said.profile()["data"];
    let (username, email) = (text(&user["username"]), text(&user["confirmed_email"]));
    let is_handle = !username.is_empty() && username.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    Some(Profile {
        subject: Some(text(&user["id"])).filter(|id| !id.is_empty())?,
        url: if is_handle { format!("https://x.com/{username}") } else { String::new() },
        name: first_of([text(&user["name"]), username]),
        picture: text(&user["profile_image_url"]),
        email_verified: !email.is_empty(),
        email,
        ..Profile::default()
    })
}
