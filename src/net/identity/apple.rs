//! Apple's client secret: a JWT that says who we are, signed with the key from Apple's pages for developers (ES256),
//! made anew for each request and good for minutes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::ProviderError;
use crate::model::time::Timestamp;

/// How long a secret is good. Apple allows half a year.
pub const SECRET_FOR: Duration = Duration::from_mins(5);

/// Who we are to Apple.
#[derive(Clone, Copy, Debug)]
pub struct Developer<'a> {
    /// Services ID.
    pub client_id: &'a str,
    /// Team ID.
    pub team_id: &'a str,
    /// Key ID.
    pub key_id: &'a str,
    /// The issuer's address.
    pub issuer: &'a str,
}

/// A secret for one request, signed with the key in the text of its file (`AuthKey_….p8`).
pub fn client_secret(key: &str, developer: &Developer<'_>, now: Timestamp) -> Result<SecretString, ProviderError> {
    let unusable = |detail: String| ProviderError::Unusable(format!("the signing key: {detail}"));
    let key = PrivatePkcs8KeyDer::from_pem_slice(key.as_bytes()).map_err(|e| unusable(e.to_string()))?;
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.secret_pkcs8_der(), &random)
        .map_err(|e| unusable(e.to_string()))?;
    let header = json!({"alg": "ES256", "kid": developer.key_id, "typ": "JWT"});
    let claims = json!({
        "iss": developer.team_id,
        "sub": developer.client_id,
        "aud": developer.issuer,
        "iat": now.seconds(),
        "exp": now.plus(SECRET_FOR).seconds(),
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = key.sign(&random, signed.as_bytes()).map_err(|e| unusable(e.to_string()))?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}
