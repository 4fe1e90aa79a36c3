//! Google. An address that it calls verified is its owner's for certain only where Google keeps the mailbox: at
//! gmail.com, or for an organisation of its own (`hd`).

use super::said::{Profile, Said};
use super::{Kind, oidc};

pub(super) const GOOGLE: Kind = Kind {
    name: "google",
    label: "Google",
    icon: "google.svg",
    issuer: "https://accounts.google.com",
    parameters: &[("prompt", "select_account")],
    profile,
    ..Kind::OPEN_ID
};

fn profile(said: &Said<'_>) -> Option<Profile> {
    let profile = oidc::profile(said)?;
    let domain = profile.email.rsplit_once('@').map_or("", |(_, domain)| domain).to_ascii_lowercase();
    let keeps_mailbox = domain == "gmail.com" || !said.text("hd").is_empty();
    Some(Profile { email_verified: profile.email_verified && keeps_mailbox, ..profile })
}
