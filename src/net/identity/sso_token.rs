//! The token by which a site says who its visitor is (identity-providers §4.6): a JWT that lives minutes and is good
//! once. Which algorithm it is signed with is fixed by the set-up, never by the token; the signatures are the
//! library's (`openidconnect`). Called by `actions/sso`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet, CoreJsonWebKeyUse, CoreJwsSigningAlgorithm};
use serde_json::Value;

use super::ProviderError;
use super::id_token::Doubt;
use crate::model::time::Timestamp;

/// Bytes of a token.
pub const TOKEN_BYTES_MAX: usize = 4_096;
/// Longest time that a token may be good.
pub const LIFETIME_MAX: Duration = Duration::from_mins(5);
/// How far clocks may be apart.
pub const LEEWAY: Duration = Duration::from_secs(30);
/// Bytes of a token's own number.
pub const JTI_BYTES_MAX: usize = 128;
/// Keys of a key set that are tried.
const KEYS_MAX: usize = 20;

/// What a token must be signed with, and say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The algorithm, by its name.
    pub algorithm: &'a str,
    /// Who signs.
    pub issuer: &'a str,
    /// For whom: the address of the site's doors.
    pub audience: &'a str,
    /// When it is looked at.
    pub now: Timestamp,
}

/// A token that is right in everything.
#[derive(Clone, Debug, PartialEq)]
pub struct SsoToken {
    /// What it says.
    pub claims: Value,
    /// Its own number, by which it is known when it comes again.
    pub jti: String,
    /// Until when it would be believed again, were it not remembered.
    pub believed_until: Timestamp,
}

/// A shared secret as a key set of one.
pub fn shared(secret: &str) -> CoreJsonWebKeySet {
    CoreJsonWebKeySet::new(vec![CoreJsonWebKey::new_symmetric(secret.as_bytes().to_vec())])
}

/// Who the token says that it is of: not to be believed, but good to find the key by.
pub fn claimed_issuer(token: &str) -> Option<String> {
    let payload = parts(token)?[1];
    Some(json(payload)?["iss"].as_str()?.to_owned())
}

/// The token, if it is right in everything.
pub fn verify(token: &str, keys: &CoreJsonWebKeySet, expected: &Expected<'_>) -> Result<SsoToken, Doubt> {
    let [head, payload, signature] = parts(token).ok_or_else(|| wrong("it is not one"))?;
    let header = json(head).ok_or_else(|| wrong("its header cannot be read"))?;
    if header["alg"].as_str() != Some(expected.algorithm) {
        return Err(wrong("it is signed with another algorithm than the one set up"));
    }
    // RFC 7515 §4.1.11: what must be understood, and is not, is refused.
    if !header["crit"].is_null() {
        return Err(wrong("its header asks for what is not understood"));
    }
    let algorithm = algorithm(expected.algorithm).ok_or_else(|| wrong("the algorithm set up is none"))?;
    // The library panics at a keyed hash of another length.
    let signature = URL_SAFE_NO_PAD.decode(signature).ok().filter(|bytes| fits(&algorithm, bytes.len()));
    let signature = signature.ok_or_else(|| wrong("its signature cannot be read"))?;
    let signed = &token.as_bytes()[..=head.len() + payload.len()];
    let fitting = fitting(keys, &algorithm, header["kid"].as_str());
    if fitting.is_empty() {
        return Err(Doubt::UnknownKey);
    }
    if !fitting.iter().any(|key| key.verify_signature(&algorithm, signed, &signature).is_ok()) {
        return Err(wrong("its signature is wrong"));
    }
    let claims = json(payload).ok_or_else(|| wrong("it cannot be read"))?;
    checked(claims, expected)
}

/// The claims of a token whose signature is right.
fn checked(claims: Value, expected: &Expected<'_>) -> Result<SsoToken, Doubt> {
    if claims["iss"].as_str() != Some(expected.issuer) {
        return Err(wrong("“iss” is not the issuer set up"));
    }
    let audience = match &claims["aud"] {
        Value::Array(audiences) if audiences.len() == 1 => audiences[0].as_str(),
        audience => audience.as_str(),
    };
    if audience != Some(expected.audience) {
        return Err(wrong("“aud” is not this site"));
    }
    let time = |name: &str| claims[name].as_f64().filter(|seconds| (0.0..1e12).contains(seconds)).map(at);
    let (Some(issued), Some(ends)) = (time("iat"), time("exp")) else {
        return Err(wrong("“iat” and “exp” are not both times"));
    };
    if ends <= issued || ends.since(issued) > LIFETIME_MAX {
        return Err(wrong("it is good for longer than 5 minutes, or for no time"));
    }
    let starts = if claims["nbf"].is_null() { Some(issued) } else { time("nbf") };
    if issued > expected.now.plus(LEEWAY) || starts.is_none_or(|starts| starts > expected.now.plus(LEEWAY)) {
        return Err(wrong("it is of the future; compare the clocks"));
    }
    let believed_until = ends.plus(LEEWAY);
    if believed_until <= expected.now {
        return Err(wrong("it is over"));
    }
    if claims["sub"].as_str().is_none_or(str::is_empty) {
        return Err(wrong("“sub” does not say who it is"));
    }
    let jti = claims["jti"].as_str().filter(|jti| (1..=JTI_BYTES_MAX).contains(&jti.len()));
    let jti = jti.ok_or_else(|| wrong("“jti” is not a text of 1 to 128 bytes"))?.to_owned();
    Ok(SsoToken { claims, jti, believed_until })
}

#[expect(clippy::cast_possible_truncation, reason = "bounded by its caller")]
fn at(seconds: f64) -> Timestamp {
    Timestamp((seconds * 1_000.0) as i64)
}

/// The keys that can have signed it: of this algorithm, for signing, and of this name where it gives one.
fn fitting<'a>(
    keys: &'a CoreJsonWebKeySet,
    algorithm: &CoreJwsSigningAlgorithm,
    kid: Option<&str>,
) -> Vec<&'a CoreJsonWebKey> {
    use openidconnect::JwsSigningAlgorithm as _;
    let is_shared = algorithm.uses_shared_secret();
    let kind = algorithm.key_type();
    let fits = |key: &&CoreJsonWebKey| {
        kind.as_ref() == Some(key.key_type())
            && key.key_use().is_none_or(|usage| *usage == CoreJsonWebKeyUse::Signature)
            && (is_shared || kid.is_none_or(|kid| key.key_id().is_some_and(|id| id.as_str() == kid)))
    };
    keys.keys().iter().filter(fits).take(KEYS_MAX).collect()
}

/// The algorithms that can be set up: neither `none`, nor one that was not asked for.
fn algorithm(name: &str) -> Option<CoreJwsSigningAlgorithm> {
    Some(match name {
        "HS256" => CoreJwsSigningAlgorithm::HmacSha256,
        "RS256" => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        "ES256" => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        "EdDSA" => CoreJwsSigningAlgorithm::EdDsa,
        _ => return None,
    })
}

/// Whether a signature of the algorithm can have so many bytes (RFC 7518 §3.2 to §3.4, RFC 8037 §3.1).
fn fits(algorithm: &CoreJwsSigningAlgorithm, bytes: usize) -> bool {
    match algorithm {
        CoreJwsSigningAlgorithm::HmacSha256 => bytes == 32,
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256 => bytes >= 128,
        _ => bytes == 64,
    }
}

fn parts(token: &str) -> Option<[&str; 3]> {
    if token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let mut parts = token.split('.');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok().filter(Value::is_object)
}

fn wrong(detail: &str) -> Doubt {
    Doubt::Other(ProviderError::Unusable(format!("the token: {detail}")))
}
