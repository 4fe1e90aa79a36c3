//! Mastodon and what speaks like it (Pleroma, Akkoma, Pixelfed, GoToSocial, Friendica): any instance, which the
//! visitor names and at which we register by ourselves. The key is the actor's address, on the instance itself: its
//! numbers mean nothing elsewhere. It tells no e-mail address.

use url::Url;

use super::said::{Profile, Said, first_of, text};
use super::{Asks, ClientAuth, Flow, Kind, Needs};

pub(super) const MASTODON: Kind = Kind {
    name: "mastodon",
    label: "Mastodon",
    icon: "mastodon.svg",
    flow: Flow::Mastodon,
    needs: Needs::Nothing,
    asks: Some(Asks { label: "Your server", placeholder: "mastodon.social" }),
    scopes: "",
    client_auth: ClientAuth::Form,
    profile,
    ..Kind::OPEN_ID
};

fn profile(said: &Said<'_>) -> Option<Profile> {
    let account = said.profile();
    let actor = first_of([text(&account["uri"]), text(&account["url"])]);
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    if origin(&actor)? != origin(said.issuer)? {
        return None;
    }
    Some(Profile {
        subject: actor,
        name: first_of([without_emoji_codes(&text(&account["display_name"])), text(&account["username"])]),
        url: text(&account["url"]),
        picture: text(&account["avatar_static"]),
        ..Profile::default()
    })
}

/// A name without the codes of an instance's own pictures, as `:blobcat:`.
fn without_emoji_codes(name: &str) -> String {
    let is_code = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let parts: Vec<&str> = name.split(':').collect();
    let mut kept = String::new();
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        // A code has a colon on both sides.
        if at > 0 && at + 1 < parts.len() && is_code(part) {
            kept.push_str(parts[at + 1]);
            at += 2;
            continue;
        }
        if at > 0 {
            kept.push(':');
        }
        kept.push_str(part);
        at += 1;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_codes_go_and_colons_stay() {
        for (name, without) in [
            ("Ann", "Ann"),
            (":cat: Ann :dog_2:", " Ann "),
            ("Ann: painter", "Ann: painter"),
            ("9:30 Ann", "9:30 Ann"),
            (":cat:", ""),
            ("::", "::"),
            ("", ""),
        ] {
            assert_eq!(without_emoji_codes(name), without, "{name}");
        }
    }
}
