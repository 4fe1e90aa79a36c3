//! The providers by which one can log in. What they have in common is two flows, OpenID Connect and OAuth 2 with a
//! call for the profile; what differs is an entry of [`KINDS`], one file each. One more provider is one more entry:
//! `docs/identities.md` shows how. Used by the actions that begin and complete a log-in, by `net::identity`, which
//! talks to providers, and by whoever sets one up.

mod apple;
mod discord;
mod email;
mod facebook;
mod github;
mod gitlab;
mod google;
mod indieauth;
mod mastodon;
mod microsoft;
mod oidc;
mod said;
mod sso;
mod wordpress;
mod wordpress_com;
mod x;

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};

use crate::model::ids::SiteId;
use crate::model::time::Timestamp;
use crate::model::trust::Trust;

pub use said::{Profile, Said};

/// Every kind of provider, those that need nothing from the owner first. The order is the one in which the desk
/// shows them.
pub const KINDS: &[Kind] = &[
    wordpress_com::WORDPRESS_COM,
    email::EMAIL,
    mastodon::MASTODON,
    indieauth::INDIEAUTH,
    wordpress::WORDPRESS,
    google::GOOGLE,
    github::GITHUB,
    gitlab::GITLAB,
    microsoft::MICROSOFT,
    apple::APPLE,
    facebook::FACEBOOK,
    x::X,
    discord::DISCORD,
    oidc::OIDC,
    sso::SSO,
    wordpress_com::CONNECT,
];

/// Most providers of a site.
pub const PROVIDERS_MAX: i64 = 50;
/// Bytes of a provider's id.
pub const ID_BYTES_MAX: usize = 40;
/// Bytes of a value that an owner gives. Apple's key is the longest.
pub const VALUE_BYTES_MAX: usize = 4096;

/// A kind of provider: what differs from the others.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name in commands, addresses and the database.
    pub name: &'static str,
    /// As people see it.
    pub label: &'static str,
    /// File name of its picture in `web/login/icons`.
    pub icon: &'static str,
    /// Whose word it is. For [`Flow::OpenId`] also where discovery begins. Empty where the owner must say.
    pub issuer: &'static str,
    /// How it is asked.
    pub flow: Flow,
    /// What the owner must give.
    pub needs: Needs,
    /// What the visitor must give.
    pub asks: Option<Asks>,
    /// What is asked for. Most part several with a space.
    pub scopes: &'static str,
    /// How we prove to it who we are.
    pub client_auth: ClientAuth,
    /// Further parameters of the address to which the visitor is sent.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Further settings and their defaults. They can stand in addresses, as `{name}`.
    pub settings: &'static [(&'static str, &'static str)],
    /// Whether the owner may name another issuer than the kind's.
    pub takes_issuer: bool,
    /// Whether the answer comes as a form that another site's page sends.
    pub answers_by_form: bool,
    /// Whether its discovery names an issuer with a place for the tenant (Microsoft).
    pub has_tenants: bool,
    /// What it says of somebody.
    pub profile: fn(&Said<'_>) -> Option<Profile>,
}

impl Kind {
    /// What an entry need not say: an OpenID provider without anything special.
    pub const OPEN_ID: Self = Self {
        name: "",
        label: "",
        icon: "oidc.svg",
        issuer: "",
        flow: Flow::OpenId,
        needs: Needs::Client,
        asks: None,
        scopes: "openid profile email",
        client_auth: ClientAuth::AsDiscovered,
        parameters: &[],
        settings: &[],
        takes_issuer: false,
        answers_by_form: false,
        has_tenants: false,
        profile: oidc::profile,
    };

    /// The kind of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }
}

/// How a kind of provider is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// OpenID Connect: endpoints by discovery, the answer in an ID token, what it lacks from the userinfo endpoint.
    OpenId,
    /// OAuth 2, then calls for the profile.
    OAuth2 {
        /// Where the visitor is sent.
        authorization_endpoint: &'static str,
        /// Where the code is redeemed.
        token_endpoint: &'static str,
        /// Settings and addresses of the profile, asked one after the other.
        profile: &'static [(&'static str, &'static str)],
    },
    /// OAuth 2 at the instance that the visitor names, with Mastodon's registration and addresses.
    Mastodon,
    /// IndieAuth at the server that the visitor's site names.
    IndieAuth,
    /// The consent page of the WordPress site that the visitor names.
    WordPress,
    /// A token that the comments' own site signs.
    SingleSignOn,
    /// Nobody is asked: a code is mailed to the address that the visitor names.
    Email,
}

impl Flow {
    /// Whether the visitor says whom to ask.
    pub fn is_of_the_visitor(self) -> bool {
        matches!(self, Self::Mastodon | Self::IndieAuth | Self::WordPress)
    }
}

/// What an owner must give before a kind works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it registers this server by itself, or needs no registration.
    Nothing,
    /// A client number and its secret, from the provider's pages for developers.
    Client,
    /// The same and the issuer's address.
    ClientAndIssuer,
    /// The issuer, and a secret that both sides know, or where its keys are.
    SharedSecret,
    /// Apple's: a Services ID, a Team ID, a Key ID and the key's file.
    SigningKey,
    /// Nothing but that this server can send mail.
    Mail,
}

impl Needs {
    /// Whether a client number and what goes with it are asked for.
    pub fn has_client(self) -> bool {
        !matches!(self, Self::Nothing | Self::Mail)
    }
}

/// What a visitor must give before they are sent to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asks {
    /// The field's label.
    pub label: &'static str,
    /// What stands in it as an example.
    pub placeholder: &'static str,
}

/// How we prove to a provider who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// As its discovery says; Basic where that says nothing (OpenID Connect Discovery §3).
    AsDiscovered,
    /// HTTP Basic.
    Basic,
    /// In the form.
    Form,
    /// In the form, with a secret signed for this request.
    Signed,
}

/// A provider as a site's owner set it up.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Whose.
    pub site_id: SiteId,
    /// Stands in the address that the provider sends people back to.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// As people see it.
    pub name: String,
    /// Whose word it is; empty: the kind's own.
    pub issuer: String,
    /// Our number there; empty where we register by ourselves.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: SecretString,
    /// What differs from the kind's entry.
    pub settings: BTreeMap<String, String>,
    /// Whether it is offered.
    pub enabled: bool,
    /// Where it stands among the others.
    pub position: i64,
    /// What went wrong last, or empty.
    pub last_error: String,
    /// When.
    pub last_error_at: Option<Timestamp>,
    /// When somebody last logged in with it.
    pub last_used_at: Option<Timestamp>,
}

impl Provider {
    /// One of this kind, not yet offered.
    pub fn new(site_id: SiteId, id: &str, kind: &Kind) -> Self {
        Self {
            site_id,
            id: id.to_owned(),
            kind: kind.name.to_owned(),
            name: kind.label.to_owned(),
            issuer: String::new(),
            client_id: String::new(),
            client_secret: SecretString::default(),
            settings: BTreeMap::new(),
            enabled: false,
            position: 0,
            last_error: String::new(),
            last_error_at: None,
            last_used_at: None,
        }
    }

    /// The secret, as it is kept.
    pub fn secret(&self) -> &str {
        self.client_secret.expose_secret()
    }

    /// Its kind; `None` for a kind that this program does not know.
    pub fn kind(&self) -> Option<&'static Kind> {
        Kind::named(&self.kind)
    }

    /// A setting: the owner's, or the kind's default.
    pub fn setting(&self, name: &str) -> Option<&str> {
        let of_kind = || self.kind()?.settings.iter().find(|(n, _)| *n == name).map(|(_, default)| *default);
        self.settings.get(name).map(String::as_str).or_else(of_kind).filter(|value| !value.is_empty())
    }

    /// An address of the kind's entry, unless the owner gave another, with settings in their places.
    pub fn address(&self, name: &str, of_kind: &str) -> String {
        let mut address = self.settings.get(name).map_or(of_kind, String::as_str).to_owned();
        for (setting, _) in self.kind().map_or(&[][..], |kind| kind.settings) {
            let place = format!("{{{setting}}}");
            if address.contains(&place) {
                address = address.replace(&place, self.setting(setting).unwrap_or_default());
            }
        }
        address
    }

    /// Whose word it is.
    pub fn issuer(&self) -> String {
        let of_kind = self.kind().map_or("", |kind| kind.issuer);
        if self.issuer.is_empty() { self.address("issuer", of_kind) } else { self.issuer.clone() }
    }

    /// Whose word an identity by it is. A site's own word is its word on that site alone: whoever may set up single
    /// sign-on there must not be able to speak for another issuer, nor for another site's.
    pub fn vouches_as(&self) -> String {
        match self.kind().map(|kind| kind.flow) {
            Some(Flow::SingleSignOn) => format!("sso:{}:{}", self.site_id, self.issuer()),
            _ => self.issuer(),
        }
    }

    /// What is asked for.
    pub fn scopes(&self) -> &str {
        self.setting("scopes").unwrap_or_else(|| self.kind().map_or("", |kind| kind.scopes))
    }

    /// What a log-in by it is worth when its comments are judged.
    pub fn trust(&self) -> Trust {
        self.settings.get(TRUST).and_then(|text| Trust::parse(text)).unwrap_or_default()
    }

    /// The same for single sign-on.
    fn lacks_for_tokens(&self) -> Option<&'static str> {
        match self.setting("algorithm") {
            _ if self.issuer.is_empty() => Some("the issuer"),
            Some("HS256") if self.secret().len() < SHARED_SECRET_BYTES_MIN => Some("a secret of at least 32 bytes"),
            Some("HS256") => None,
            Some(name) if !TOKEN_ALGORITHMS.contains(&name) => Some("an algorithm: HS256, RS256, ES256 or EdDSA"),
            _ if self.setting("jwks_uri").is_none() => Some("the address of the key set (jwks_uri)"),
            _ => None,
        }
    }

    /// What is still missing before it can be offered, in words for its owner, on a server that sends mail or not.
    pub fn lacks(&self, sends_mail: bool) -> Option<&'static str> {
        let needs = self.kind()?.needs;
        let has_client = !self.client_id.is_empty() && !self.secret().is_empty();
        match needs {
            Needs::Nothing => None,
            Needs::Mail if sends_mail => None,
            Needs::Mail => Some("a way to send mail: smtp-url or sendmail in rejoinder.toml"),
            Needs::Client if has_client => None,
            Needs::Client => Some("the client ID and the client secret"),
            Needs::ClientAndIssuer if !self.issuer.is_empty() && !self.client_id.is_empty() => None,
            Needs::ClientAndIssuer => Some("the issuer and the client ID"),
            Needs::SharedSecret => self.lacks_for_tokens(),
            Needs::SigningKey
                if has_client && self.setting("team_id").is_some() && self.setting("key_id").is_some() =>
            {
                None
            }
            Needs::SigningKey => Some("the Services ID, the Team ID, the Key ID and the key"),
        }
    }
}

/// Bytes of a secret that two sides sign with (RFC 7518 §3.2).
pub const SHARED_SECRET_BYTES_MIN: usize = 32;
/// The algorithms by which a site may sign its tokens.
pub const TOKEN_ALGORITHMS: &[&str] = &["HS256", "RS256", "ES256", "EdDSA"];

/// Settings that every provider has beside those of its kind: its addresses, should they move. Whoever sets them can
/// say that he is anybody, so a command of the machine's owner does, and nobody else.
pub const COMMON_SETTINGS: &[&str] = &[
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "emails_endpoint",
    "jwks_uri",
    "discovery",
    "registration_endpoint",
    "scopes",
    "client_auth",
];

/// The setting of every provider that says what a log-in by it is worth; its owner sets it ([`Trust`]).
pub const TRUST: &str = "trust";

/// Whether a provider of this kind has a setting of this name.
pub fn has_setting(kind: &Kind, name: &str) -> bool {
    name == TRUST || COMMON_SETTINGS.contains(&name) || kind.settings.iter().any(|(n, _)| *n == name)
}

/// Whether a text can be a provider's id: it stands in addresses.
pub fn is_id(text: &str) -> bool {
    (1..=ID_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests;
