//! Microsoft. The administrator of any tenant can give anybody any e-mail address and name ("nOAuth"), so no address
//! of it is ever believed, and the key is the tenant with the number within it.

use super::said::{Profile, Said, text};
use super::{Kind, oidc};

pub(super) const MICROSOFT: Kind = Kind {
    name: "microsoft",
    label: "Microsoft",
    icon: "microsoft.svg",
    issuer: "https://login.microsoftonline.com/{tenant}/v2.0",
    settings: &[("tenant", "common")],
    parameters: &[("prompt", "select_account")],
    has_tenants: true,
    profile,
    ..Kind::OPEN_ID
};

fn profile(said: &Said<'_>) -> Option<Profile> {
    let part = |name: &str| Some(text(&said.claims[name])).filter(|value| !value.is_empty());
    // The verified issuer has the tenant in it (`net/identity/id_token`).
    let (issuer, _tenant, number) = (part("iss")?, part("tid")?, part("oid")?);
    Some(Profile {
        issuer: Some(issuer),
        subject: number,
        // Behind the provider's own door only.
        picture: String::new(),
        email_verified: false,
        ..oidc::profile(said)?
    })
}
