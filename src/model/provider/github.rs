//! GitHub. The number is the key: a login can be given up and taken by somebody else.

use serde_json::Value;

use super::said::{Profile, Said, first_of, is_true, text};
use super::{ClientAuth, Flow, Kind};

pub(super) const GITHUB: Kind = Kind {
    name: "github",
    label: "GitHub",
    icon: "github.svg",
    issuer: "https://github.com",
    flow: Flow::OAuth2 {
        authorization_endpoint: "https://github.com/login/oauth/authorize",
        token_endpoint: "https://github.com/login/oauth/access_token",
        profile: &[
            ("userinfo_endpoint", "https://api.github.com/user"),
            ("emails_endpoint", "https://api.github.com/user/emails"),
        ],
    },
    scopes: "read:user user:email",
    client_auth: ClientAuth::Form,
    profile,
    ..Kind::OPEN_ID
};

/// A website as people type it: most leave the scheme out.
fn website(typed: &str) -> String {
    if typed.trim().is_empty() || typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") }
}

fn profile(said: &Said<'_>) -> Option<Profile> {
    let user = said.profile();
    let emails = said.answers.get(1).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let proven = emails.iter().find(|email| is_true(&email["primary"]) && is_true(&email["verified"]));
    Some(Profile {
        subject: user["id"].as_u64()?.to_string(),
        name: first_of([text(&user["name"]), text(&user["login"])]),
        url: first_of([website(&text(&user["blog"])), text(&user["html_url"])]),
        picture: text(&user["avatar_url"]),
        email: proven.map(|email| text(&email["email"])).unwrap_or_default(),
        email_verified: proven.is_some(),
        ..Profile::default()
    })
}
