//! The authorisation code flow of OAuth 2 with PKCE, by the library `oauth2`: the address that a visitor is sent to,
//! and the code that comes back redeemed for tokens.

use futures_util::future::BoxFuture;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, TokenResponse as _};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, ExtraTokenFields, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{Caller, ProviderError, harmless_code};

/// How we prove who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Auth {
    /// HTTP Basic.
    Basic,
    /// In the form.
    Form,
}

/// Who we are to a provider.
#[derive(Clone, Debug)]
pub struct Client {
    /// Our number.
    pub client_id: String,
    /// Our secret; empty: we are known by the address of return alone.
    pub client_secret: SecretString,
    /// How the secret is sent.
    pub auth: Auth,
    /// Where it sends people back to: always this very text.
    pub redirect_uri: String,
}

/// What is asked of a provider.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Scopes as the provider separates them.
    pub scopes: &'a str,
    /// Comes back with the answer.
    pub state: &'a str,
    /// Comes back inside the ID token.
    pub nonce: Option<&'a str>,
    /// Of PKCE; only its hash is sent.
    pub verifier: &'a str,
    /// Further parameters.
    pub parameters: &'a [(&'a str, &'a str)],
}

/// What a code was redeemed for. Kept no longer than the profile takes (ID-10).
#[derive(Clone, Debug)]
pub struct Tokens {
    /// For the profile.
    pub access_token: SecretString,
    /// Who it is.
    pub id_token: Option<String>,
    /// Who it is, in IndieAuth's words: `me`, and `profile` perhaps.
    pub said: Value,
}

/// What OpenID Connect and IndieAuth add to a token's answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct WithIdToken {
    id_token: Option<String>,
    #[serde(default)]
    said: Value,
}

impl ExtraTokenFields for WithIdToken {}

type Answer = StandardTokenResponse<WithIdToken, BasicTokenType>;
type OAuth = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

fn oauth(client: &Client) -> Result<OAuth, ProviderError> {
    let oauth = OAuth::new(ClientId::new(client.client_id.clone())).set_auth_type(match client.auth {
        Auth::Basic => AuthType::BasicAuth,
        Auth::Form => AuthType::RequestBody,
    });
    let redirect = RedirectUrl::new(client.redirect_uri.clone()).map_err(ProviderError::unusable)?;
    let oauth = oauth.set_redirect_uri(redirect);
    let secret = client.client_secret.expose_secret();
    Ok(if secret.is_empty() { oauth } else { oauth.set_client_secret(ClientSecret::new(secret.to_owned())) })
}

/// Where the visitor is sent.
pub fn authorization_url(endpoint: &Url, client: &Client, asked: &Asked<'_>) -> Result<Url, ProviderError> {
    let oauth = oauth(client)?.set_auth_uri(AuthUrl::from_url(endpoint.clone()));
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(asked.verifier.to_owned()));
    let state = CsrfToken::new(asked.state.to_owned());
    let mut request = oauth.authorize_url(move || state).set_pkce_challenge(challenge);
    if !asked.scopes.is_empty() {
        request = request.add_scope(Scope::new(asked.scopes.to_owned()));
    }
    if let Some(nonce) = asked.nonce {
        request = request.add_extra_param("nonce", nonce.to_owned());
    }
    for (name, value) in asked.parameters {
        request = request.add_extra_param((*name).to_owned(), (*value).to_owned());
    }
    Ok(request.url().0)
}

/// The one fetcher as the library's HTTP client.
struct Through<'a>(&'a Caller);

impl<'c> AsyncHttpClient<'c> for Through<'_> {
    type Error = ProviderError;
    type Future = BoxFuture<'c, Result<HttpResponse, ProviderError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.redeem(request))
    }
}

/// Redeems a code.
pub async fn redeem(
    caller: &Caller,
    token_endpoint: &str,
    client: &Client,
    code: &str,
    verifier: &str,
) -> Result<Tokens, ProviderError> {
    let endpoint = TokenUrl::new(token_endpoint.to_owned()).map_err(ProviderError::unusable)?;
    let oauth = oauth(client)?.set_token_uri(endpoint);
    let request = oauth.exchange_code(AuthorizationCode::new(code.to_owned()));
    let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
    let answer = request.request_async(&Through(caller)).await.map_err(|error| match error {
        RequestTokenError::ServerResponse(said) => {
            ProviderError::Refused { code: harmless_code(said.error().as_ref()) }
        }
        RequestTokenError::Request(error) => error,
        // The answer itself may hold a token: only what was wrong with it is told.
        RequestTokenError::Parse(error, _) => ProviderError::Unusable(format!("the token endpoint: {error}")),
        RequestTokenError::Other(detail) => ProviderError::Unusable(format!("the token endpoint: {detail}")),
    })?;
    Ok(Tokens {
        access_token: answer.access_token().secret().clone().into(),
        id_token: answer.extra_fields().id_token.clone(),
        said: answer.extra_fields().said.clone(),
    })
}
