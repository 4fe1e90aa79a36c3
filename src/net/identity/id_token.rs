//! The verification of an ID token (OpenID Connect Core §3.1.3.7), by the library `openidconnect`. Algorithms are
//! those of this list and no others: neither `none`, nor HMAC, which a public key could be taken for a secret of.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{ClaimsVerificationError, ClientId, IssuerUrl, Nonce, SignatureVerificationError};
use serde_json::Value;

use super::ProviderError;
use crate::model::time::Timestamp;

/// How far clocks may be apart.
pub const LEEWAY: Duration = Duration::from_mins(3);

const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What a token must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who issued it. Microsoft's has a place for the tenant, `{tenantid}`, which the token's own fills.
    pub issuer: &'a str,
    /// For whom.
    pub client_id: &'a str,
    /// For which log-in.
    pub nonce: &'a str,
    /// When it is looked at.
    pub now: Timestamp,
}

/// Why a token is not believed.
#[derive(Debug)]
pub enum Doubt {
    /// It is signed with a key that is not among these.
    UnknownKey,
    /// Another reason.
    Other(ProviderError),
}

/// The claims of a token that is right in everything.
pub fn verify(token: &str, keys: &CoreJsonWebKeySet, expected: &Expected<'_>) -> Result<Value, Doubt> {
    let wrong =
        |detail: &dyn std::fmt::Display| Doubt::Other(ProviderError::Unusable(format!("the ID token: {detail}")));
    let parsed: CoreIdToken = token.parse().map_err(|e| wrong(&e))?;
    let claims = payload(token).ok_or_else(|| wrong(&"not readable"))?;
    let issuer = issuer_of_tenant(expected.issuer, &claims).ok_or_else(|| wrong(&"without a tenant"))?;
    let issuer = IssuerUrl::new(issuer).map_err(|e| wrong(&e))?;
    let now = DateTime::<Utc>::from_timestamp_millis(expected.now.0).ok_or_else(|| wrong(&"looked at out of time"))?;
    let client_id = ClientId::new(expected.client_id.to_owned());
    let verifier = CoreIdTokenVerifier::new_public_client(client_id, issuer, keys.clone())
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now - LEEWAY)
        .set_issue_time_verifier_fn(
            move |at| if at > now + LEEWAY { Err("issued in the future".into()) } else { Ok(()) },
        )
        // Each that is named beside us must be named with us as the one it was made for: see below.
        .set_other_audience_verifier_fn(|_| true);
    let nonce = Nonce::new(expected.nonce.to_owned());
    let verified = parsed.claims(&verifier, &nonce).map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => Doubt::UnknownKey,
        ClaimsVerificationError::SignatureVerification(error) => wrong(&error),
        error => wrong(&error),
    })?;
    let is_for_others_too = verified.audiences().len() > 1;
    if is_for_others_too && verified.authorized_party().is_none_or(|azp| azp.as_str() != expected.client_id) {
        return Err(wrong(&"of several audiences, and not made for us"));
    }
    Ok(claims)
}

/// The claims of a token as JSON; not to be believed before the token is verified.
fn payload(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// The issuer with the token's tenant in its place, if it has one. Believed only with the signature: the keys are
/// the provider's, and it signs no other tenant than its own.
fn issuer_of_tenant(issuer: &str, claims: &Value) -> Option<String> {
    const PLACE: &str = "{tenantid}";
    if !issuer.contains(PLACE) {
        return Some(issuer.to_owned());
    }
    let tenant = claims["tid"].as_str()?;
    let is_one = !tenant.is_empty() && tenant.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_one.then(|| issuer.replace(PLACE, tenant))
}
