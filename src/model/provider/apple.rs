//! Apple. It answers with a form that its page sends across sites, knows us by a secret that we sign anew for each
//! request, and tells a name only at the first consent, through the visitor's browser.

use super::said::{Profile, Said, first_of, text};
use super::{ClientAuth, Kind, Needs, oidc};

pub(super) const APPLE: Kind = Kind {
    name: "apple",
    label: "Apple",
    icon: "apple.svg",
    issuer: "https://appleid.apple.com",
    needs: Needs::SigningKey,
    scopes: "name email",
    client_auth: ClientAuth::Signed,
    parameters: &[("response_mode", "form_post")],
    settings: &[("team_id", ""), ("key_id", "")],
    answers_by_form: true,
    profile,
    ..Kind::OPEN_ID
};

fn profile(said: &Said<'_>) -> Option<Profile> {
    let name = &said.by_browser["name"];
    let full = [text(&name["firstName"]), text(&name["lastName"])].join(" ");
    let profile = oidc::profile(said)?;
    Some(Profile { name: first_of([profile.name, full]), ..profile })
}
