//! What a provider said of somebody, and what of it counts.

use serde_json::Value;

use super::{Kind, Provider};
use crate::model::identity::ProvenIdentity;

/// What a provider said.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The ID token's claims, verified; null without one.
    pub claims: &'a Value,
    /// The answers of the profile's addresses, in the order of the kind's entry.
    pub answers: &'a [Value],
    /// What came with the visitor's browser beside the code (Apple), or null. Anybody can write it.
    pub by_browser: &'a Value,
    /// Whose answer it is: for kinds with many issuers, the one that the visitor named.
    pub issuer: &'a str,
    /// The provider as it was set up.
    pub provider: &'a Provider,
}

impl<'a> Said<'a> {
    /// The answer of the profile's first address.
    pub fn profile(&self) -> &'a Value {
        self.answers.first().unwrap_or(&Value::Null)
    }

    /// A claim: the ID token's, or what the userinfo endpoint says.
    pub fn claim(&self, name: &str) -> &'a Value {
        let claim = &self.claims[name];
        if claim.is_null() { &self.profile()[name] } else { claim }
    }

    /// Who it is, as the kind reads it, with nothing in it that harms; `None` where it names nobody who can be known again.
    pub fn identity(&self, kind: &Kind, provider_name: String) -> Option<ProvenIdentity> {
        let profile = (kind.profile)(self)?;
        let identity = ProvenIdentity {
            provider: kind.name.to_owned(),
            provider_name,
            issuer: profile.issuer.unwrap_or_else(|| self.issuer.to_owned()),
            subject: profile.subject,
            name: profile.name,
            url: profile.url,
            picture: profile.picture,
            email: profile.email,
            email_verified: profile.email_verified,
        };
        identity.has_key().then(|| identity.cleaned())
    }

    /// A claim as text, empty where there is none.
    pub fn text(&self, name: &str) -> String {
        text(self.claim(name))
    }
}

/// A value as text: a text or a number as it stands, nothing else.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => String::new(),
    }
}

/// Whether a value says yes, as a boolean or, as Apple sends it, as a text.
pub(super) fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| value.as_str() == Some("true"))
}

/// The first text that is not empty.
pub(super) fn first_of<const N: usize>(texts: [String; N]) -> String {
    texts.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default()
}

/// What counts of what a provider said. Nothing of it is clean yet (`model/identity`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Whose word it is, where that is not the provider's issuer as it was set up.
    pub issuer: Option<String>,
    /// Who it is to them.
    pub subject: String,
    /// The name shown.
    pub name: String,
    /// A website.
    pub url: String,
    /// A picture.
    pub picture: String,
    /// An e-mail address.
    pub email: String,
    /// Whether that is proven.
    pub email_verified: bool,
}
