//! Discord.

use super::said::{Profile, Said, first_of, is_true, text};
use super::{ClientAuth, Flow, Kind};

pub(super) const DISCORD: Kind = Kind {
    name: "discord",
    label: "Discord",
    icon: "discord.svg",
    issuer: "https://discord.com",
    flow: Flow::OAuth2 {
        authorization_endpoint: "https://discord.com/oauth2/authorize",
        token_endpoint: "https://discord.com/api/oauth2/token",
        profile: &[("userinfo_endpoint", "https://discord.com/api/v10/users/@me")],
    },
    scopes: "identify email",
    client_auth: ClientAuth::Form,
    profile,
    ..Kind::OPEN_ID
};

fn profile(said: &Said<'_>) -> Option<Profile> {
    let user = said.profile();
    let (id, avatar) = (text(&user["id"]), text(&user["avatar"]));
    let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let ending = if avatar.starts_with("a_") { "gif" } else { "png" };
    let picture = format!("https://cdn.discordapp.com/avatars/{id}/{avatar}.{ending}");
    Some(Profile {
        subject: Some(id.clone()).filter(|id| is_plain(id))?,
        name: first_of([text(&user["global_name"]), text(&user["username"])]),
        picture: if is_plain(&avatar) { picture } else { String::new() },
        email: text(&user["email"]),
        email_verified: is_true(&user["verified"]),
        ..Profile::default()
    })
}
