//! Any WordPress site, 5.6 or later, by its consent page for application passwords. The password that comes back has
//! all rights of its user, so it is used for one question and revoked at once. The key is the site with the user's
//! number there.

use super::said::{Profile, Said, first_of, text};
use super::{Asks, ClientAuth, Flow, Kind, Needs};

pub(super) const WORDPRESS: Kind = Kind {
    name: "wordpress",
    label: "WordPress site",
    icon: "wordpress-site.svg",
    flow: Flow::WordPress,
    needs: Needs::Nothing,
    asks: Some(Asks { label: "Your site’s address", placeholder: "https://example.org/" }),
    scopes: "",
    client_auth: ClientAuth::Form,
    profile,
    ..Kind::OPEN_ID
};

fn profile(said: &Said<'_>) -> Option<Profile> {
    let user = said.profile();
    Some(Profile {
        subject: user["id"].as_u64().filter(|id| *id > 0)?.to_string(),
        name: first_of([text(&user["name"]), text(&user["slug"])]),
        url: first_of([text(&user["url"]), text(&user["link"])]),
        picture: text(&user["avatar_urls"]["96"]),
        ..Profile::default()
    })
}
