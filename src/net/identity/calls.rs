//! One call to a provider, and what its answer is as JSON. Here stands what providers do otherwise than RFC 6749
//! says: GitHub's errors come with status 200, some token endpoints answer with a form, Facebook's error is an
//! object, and not all say what type their token is of.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Method, header};
use oauth2::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};
use url::Url;

use super::{ProviderError, harmless_code};
use crate::net::fetcher::{FetchError, FetchRequest, Fetched, Fetcher, Sent};

/// Longest wait that a provider's `Retry-After` is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);

/// Who asks.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The one way out.
    pub fetcher: Fetcher,
    /// Who we say we are.
    pub user_agent: HeaderValue,
    /// Whether the owner chose the host, rather than the visitor (ID-11).
    pub is_partner: bool,
}

impl Caller {
    /// A provider's address: by TLS, unless it is in a network that the operator opened (`--fetch-allow`).
    pub fn url(&self, what: &'static str, text: &str) -> Result<Url, ProviderError> {
        let admitted =
            self.fetcher.admit(text).map_err(|refusal| ProviderError::Fetch { what, error: refusal.into() })?;
        if admitted.is_https() || admitted.is_of_the_house() {
            return Ok(admitted.url().clone());
        }
        Err(ProviderError::Unusable(format!("{what}: the address is not https")))
    }

    /// Gets JSON.
    pub async fn get(&self, what: &'static str, url: &str, bearer: Option<&str>) -> Result<Value, ProviderError> {
        let request = FetchRequest::data(self.url(what, url)?, self.user_agent.clone());
        let request = match bearer {
            Some(token) => request.authorized(&format!("Bearer {token}")),
            None => request,
        };
        let fetched = self.send(what, request).await?;
        parse(what, &succeeded(what, fetched)?)
    }

    /// Gets JSON with a user's name and password.
    pub async fn get_as(
        &self,
        what: &'static str,
        url: &str,
        user: &str,
        password: &str,
    ) -> Result<Value, ProviderError> {
        let fetched = self.send(what, self.as_user(what, url, user, password)?).await?;
        parse(what, &succeeded(what, fetched)?)
    }

    /// Deletes what is at an address, with a user's name and password.
    pub async fn delete_as(
        &self,
        what: &'static str,
        url: &str,
        user: &str,
        password: &str,
    ) -> Result<(), ProviderError> {
        let request = FetchRequest { method: Method::DELETE, ..self.as_user(what, url, user, password)? };
        succeeded(what, self.send(what, request).await?).map(|_| ())
    }

    fn as_user(
        &self,
        what: &'static str,
        url: &str,
        user: &str,
        password: &str,
    ) -> Result<FetchRequest, ProviderError> {
        let request = FetchRequest::data(self.url(what, url)?, self.user_agent.clone());
        Ok(request.authorized(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))))
    }

    /// Gets a page, following redirects.
    pub async fn page(&self, what: &'static str, url: &str) -> Result<Fetched, ProviderError> {
        let request = FetchRequest::page(self.url(what, url)?, self.user_agent.clone());
        let fetched = succeeded(what, self.send(what, request).await?)?;
        // A redirect may not lead away from TLS either.
        self.url(what, fetched.url.as_str())?;
        Ok(fetched)
    }

    /// Sends JSON and gets JSON.
    pub async fn post(&self, what: &'static str, url: &str, body: &Value) -> Result<Value, ProviderError> {
        let request = FetchRequest::data(self.url(what, url)?, self.user_agent.clone()).sending(Sent::json(body));
        let fetched = self.send(what, request).await?;
        parse(what, &succeeded(what, fetched)?)
    }

    /// Sends a request of the library's to a token endpoint and answers as the library expects it.
    pub(super) async fn redeem(&self, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
        const WHAT: &str = "the token endpoint";
        let (parts, body) = request.into_parts();
        let url = self.url(WHAT, &parts.uri.to_string())?;
        let mut asked = FetchRequest::data(url, self.user_agent.clone()).sending(Sent::encoded_form(body));
        if let Some(mut authorization) = parts.headers.get(header::AUTHORIZATION).cloned() {
            authorization.set_sensitive(true);
            asked.secrets.insert(header::AUTHORIZATION, authorization);
        }
        let fetched = self.send(WHAT, asked).await?;
        if fetched.status == 429 || fetched.status >= 500 {
            return Err(refused(WHAT, &fetched));
        }
        let said = as_the_standard_has_it(&fields(&fetched.body));
        let status = if said.get("error").is_some() { 400 } else { fetched.status };
        let body = serde_json::to_vec(&said).map_err(ProviderError::unusable)?;
        let answer =
            http::Response::builder().status(status).header(header::CONTENT_TYPE, "application/json").body(body);
        answer.map_err(ProviderError::unusable)
    }

    /// Sends a request. Where the visitor chose the host, a failure is told no sooner than it may be: the time
    /// would tell what is in a network (A1.3).
    pub(super) async fn send(&self, what: &'static str, request: FetchRequest) -> Result<Fetched, ProviderError> {
        let request = FetchRequest { is_partner: self.is_partner, ..request };
        let attempt = Box::pin(self.fetcher.attempt(request)).await;
        let is_bad = attempt.outcome.as_ref().map_or(true, |fetched| !fetched.is_success());
        if is_bad && !self.is_partner {
            tokio::time::sleep_until(attempt.tell_from).await;
        }
        attempt.outcome.map_err(|error| match error {
            // OpenID Connect Core §5.3.2 lets a profile be a signed token.
            FetchError::MediaType(kind) if kind == "application/jwt" => {
                ProviderError::Unusable(format!("{what}: signed or encrypted; let the provider send it as plain JSON"))
            }
            error => ProviderError::Fetch { what, error },
        })
    }
}

fn succeeded(what: &'static str, fetched: Fetched) -> Result<Fetched, ProviderError> {
    if fetched.is_success() { Ok(fetched) } else { Err(refused(what, &fetched)) }
}

/// A refusal without the words of OAuth.
fn refused(what: &'static str, fetched: &Fetched) -> ProviderError {
    let seconds = fetched.headers.get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()?.trim().parse().ok());
    let retry_after = seconds.map(|seconds| Duration::from_secs(seconds).min(RETRY_AFTER_MAX));
    ProviderError::Status { what, status: fetched.status, retry_after }
}

fn parse(what: &'static str, fetched: &Fetched) -> Result<Value, ProviderError> {
    if fetched.is_truncated {
        return Err(ProviderError::Unusable(format!("{what}: the answer is too large")));
    }
    serde_json::from_slice(&fetched.body).map_err(|error| ProviderError::Unusable(format!("{what}: not JSON: {error}")))
}

/// A token endpoint's answer, as JSON or as a form.
fn fields(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| {
        url::form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), Value::from(value.as_ref())))
            .collect()
    })
}

/// The fields of RFC 6749 §5.1 and §5.2 that are needed, in its types.
fn as_the_standard_has_it(said: &Value) -> Value {
    let mut standard = Map::new();
    match &said["error"] {
        Value::Null => {}
        Value::String(code) => return json!({"error": harmless_code(code)}),
        other => return json!({"error": harmless_code(other["type"].as_str().unwrap_or_default())}),
    }
    for name in ["access_token", "id_token"] {
        if let Some(token) = said[name].as_str() {
            standard.insert(name.into(), token.into());
        }
    }
    if said["me"].is_string() {
        // IndieAuth 5.3.2: a profile alone comes without a token.
        standard.entry("access_token").or_insert_with(|| "".into());
        standard.insert("said".into(), json!({"me": said["me"], "profile": said["profile"]}));
    }
    standard.insert("token_type".into(), said["token_type"].as_str().unwrap_or("bearer").into());
    Value::Object(standard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_token_endpoints_come_out_as_the_standard_has_them() {
        for (body, standard) in [
            (
                r#"{"access_token":"a","token_type":"Bearer","expires_in":"3600","scope":"x"}"#,
                json!({"access_token": "a", "token_type": "Bearer"}),
            ),
            (r#"{"access_token":"a"}"#, json!({"access_token": "a", "token_type": "bearer"})),
            (
                r#"{"access_token":"a","id_token":"b.c.d","token_type":null}"#,
                json!({"access_token": "a", "id_token": "b.c.d", "token_type": "bearer"}),
            ),
            ("access_token=a&scope=x%2Cy&token_type=bearer", json!({"access_token": "a", "token_type": "bearer"})),
            (
                r#"{"error":"bad_verification_code","error_description":"<script>"}"#,
                json!({"error": "bad_verification_code"}),
            ),
            ("error=bad_verification_code&error_description=x", json!({"error": "bad_verification_code"})),
            (r#"{"error":{"message":"m","type":"OAuthException","code":100}}"#, json!({"error": "OAuthException"})),
            (r#"{"error":"<b>\n"}"#, json!({"error": "?b??"})),
            (r#"{"error":""}"#, json!({"error": "no code"})),
            ("<html>", json!({"token_type": "bearer"})),
            ("[1]", json!({"token_type": "bearer"})),
            ("", json!({"token_type": "bearer"})),
        ] {
            assert_eq!(as_the_standard_has_it(&fields(body.as_bytes())), standard, "{body}");
        }
    }
}
