//! A provider of the tests' own: discovery, keys, codes, tokens, profiles, registration. It does what the standards
//! say, checks what a provider checks (PKCE, the address of return, who asks, a code's single use), and each of its
//! answers can be another one (identity-providers §7).

use std::collections::{BTreeMap, HashMap};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, Method, StatusCode, Uri};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinHandle;
use url::Url;

use crate::harness::START;

/// A key that signs ID tokens. The RSA key is made for these tests and used nowhere else.
pub(crate) enum Key {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl Key {
    pub(crate) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::from_pkcs8(include_bytes!("rsa_test_key.der")).unwrap())
    }

    pub(crate) fn ec() -> Self {
        Self::ec_of(
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap().as_ref(),
        )
    }

    pub(crate) fn ec_of(pkcs8: &[u8]) -> Self {
        Self::Ec(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new()).unwrap())
    }

    pub(crate) fn ed() -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap())
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Ec(_) => "ES256",
            Self::Ed(_) => "EdDSA",
        }
    }

    /// The public part, as an entry of a key set.
    pub(crate) fn public(&self, kid: &str) -> Value {
        match self {
            Self::Rsa(key) => {
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({"kty": "RSA", "use": "sig", "kid": kid, "n": URL_SAFE_NO_PAD.encode(public.n), "e": URL_SAFE_NO_PAD.encode(public.e)})
            }
            Self::Ec(key) => {
                let point = &key.public_key().as_ref()[1..];
                json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": URL_SAFE_NO_PAD.encode(&point[..32]), "y": URL_SAFE_NO_PAD.encode(&point[32..])})
            }
            Self::Ed(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": kid, "x": URL_SAFE_NO_PAD.encode(key.public_key().as_ref())})
            }
        }
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        let random = SystemRandom::new();
        let signature = match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Self::Ec(key) => key.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
            Self::Ed(key) => key.sign(signed.as_bytes()).as_ref().to_vec(),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Header and claims, not signed.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// Makes an ID token of its claims.
pub(crate) type Forge = Box<dyn Fn(&Value) -> String + Send>;

/// What the provider says and has heard.
#[expect(clippy::struct_excessive_bools, reason = "each is a quirk of some provider")]
pub(crate) struct Says {
    pub(crate) discovery: Value,
    pub(crate) discovery_status: u16,
    /// Takes requests and says nothing.
    pub(crate) is_silent: bool,
    /// In place of the discovery document.
    pub(crate) discovery_body: Option<Vec<u8>>,
    /// Where discovery redirects to.
    pub(crate) discovery_location: Option<String>,
    pub(crate) keys: Vec<Value>,
    pub(crate) key: Key,
    pub(crate) kid: &'static str,
    /// Claims beside the usual ones, or in their place; null: without it.
    pub(crate) claims: Value,
    /// Makes the ID token, in place of the key.
    pub(crate) forge: Option<Forge>,
    pub(crate) has_id_token: bool,
    /// Whether it looks at the verifier; what came before RFC 7636 ignores both parts of it.
    pub(crate) knows_pkce: bool,
    pub(crate) answers_by_form: bool,
    /// In place of the token endpoint's answer: status, type, body.
    pub(crate) token: Option<(u16, &'static str, String)>,
    /// By path.
    pub(crate) profiles: BTreeMap<String, (u16, Value)>,
    /// Pages by path: Link header and HTML.
    pub(crate) pages: BTreeMap<String, (String, String)>,
    /// Other paths of what there is.
    pub(crate) paths: BTreeMap<&'static str, &'static str>,
    /// What the token endpoint says of whose site it is.
    pub(crate) me: Value,
    pub(crate) registered: Vec<Value>,
    pub(crate) secrets: Vec<String>,
    pub(crate) heard: Vec<Heard>,
    grants: HashMap<String, Grant>,
    url: String,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) form: HashMap<String, String>,
}

#[derive(Clone, Debug)]
struct Grant {
    challenge: String,
    nonce: Option<String>,
    client_id: String,
    redirect_uri: String,
}

/// The provider; it goes with the test.
pub(crate) struct Stub {
    pub(crate) url: String,
    says: Arc<Mutex<Says>>,
    task: JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let key = Key::ec();
        let says = Arc::new(Mutex::new(Says {
            discovery: json!({
                "issuer": url,
                "authorization_endpoint": format!("{url}/authorize"),
                "token_endpoint": format!("{url}/token"),
                "userinfo_endpoint": format!("{url}/userinfo"),
                "jwks_uri": format!("{url}/keys"),
                "registration_endpoint": format!("{url}/register"),
            }),
            discovery_status: 200,
            is_silent: false,
            discovery_body: None,
            discovery_location: None,
            keys: vec![key.public("one")],
            key,
            kid: "one",
            claims: json!({}),
            forge: None,
            has_id_token: true,
            knows_pkce: true,
            answers_by_form: false,
            token: None,
            profiles: BTreeMap::new(),
            pages: BTreeMap::new(),
            paths: BTreeMap::new(),
            me: Value::Null,
            registered: Vec::new(),
            secrets: vec!["secret".into()],
            heard: Vec::new(),
            grants: HashMap::new(),
            url: url.clone(),
        }));
        let router = Router::new().fallback(answer).with_state(says.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, says, task }
    }

    pub(crate) fn says(&self) -> MutexGuard<'_, Says> {
        self.says.lock().unwrap()
    }

    /// Requests to this path.
    pub(crate) fn heard(&self, path: &str) -> Vec<Heard> {
        self.says().heard.iter().filter(|heard| heard.path == path).cloned().collect()
    }

    /// The visitor says yes at the provider: the code that comes back.
    pub(crate) fn consent(&self, to: &Url) -> String {
        let asked: HashMap<String, String> = to.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code", "ID-1");
        assert_eq!(asked["code_challenge_method"], "S256", "ID-3");
        assert!(asked["state"].len() >= 32, "ID-2");
        let code = format!("code-{}", self.says().grants.len());
        let grant = Grant {
            challenge: asked["code_challenge"].clone(),
            nonce: asked.get("nonce").cloned(),
            client_id: asked["client_id"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        self.says().grants.insert(code.clone(), grant);
        code
    }
}

async fn answer(
    State(says): State<Arc<Mutex<Says>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if says.lock().unwrap().is_silent {
        std::future::pending::<()>().await;
    }
    let mut says = says.lock().unwrap();
    let authorization = headers.get("authorization").map_or("", |v| v.to_str().unwrap()).to_owned();
    let heard = Heard {
        method: method.to_string(),
        path: uri.path().to_owned(),
        authorization,
        form: url::form_urlencoded::parse(&body).into_owned().collect(),
    };
    says.heard.push(heard.clone());
    let path = uri.path();
    if path.ends_with("/.well-known/openid-configuration") {
        return discovery(&says);
    }
    let path = says.paths.get(path).copied().unwrap_or(path);
    if let Some((link, html)) = says.pages.get(path) {
        return ([("content-type", "text/html"), ("link", link.as_str())], html.clone()).into_response();
    }
    match path {
        "/keys" => json_of(200, &json!({"keys": says.keys})),
        "/token" => token(&mut says, &heard),
        "/register" => register(&mut says, &body),
        _ => match says.profiles.get(path) {
            Some(_) if !is_public(path) && !is_known(&heard.authorization) => json_of(401, &json!({})),
            Some((status, profile)) => json_of(*status, profile),
            None => json_of(404, &json!({})),
        },
    }
}

/// Whether a token or a password is one that we gave out.
fn is_known(authorization: &str) -> bool {
    let basic = format!("Basic {}", STANDARD.encode("ann:abcd efgh"));
    authorization.starts_with("Bearer access-") || authorization == basic
}

/// Whether a document is there for everybody.
fn is_public(path: &str) -> bool {
    path.starts_with("/.well-known/") || path == "/metadata" || path == "/wp-json/" || path == "/api/"
}

fn json_of(status: u16, value: &Value) -> Response {
    said(status, "application/json", value.to_string())
}

fn said(status: u16, kind: &'static str, body: String) -> Response {
    let mut response = (StatusCode::from_u16(status).unwrap(), [("content-type", kind)], body).into_response();
    if status == 429 {
        response.headers_mut().insert("retry-after", "17".parse().unwrap());
    }
    response
}

fn discovery(says: &Says) -> Response {
    if let Some(location) = &says.discovery_location {
        return (StatusCode::FOUND, [("location", location.clone())]).into_response();
    }
    if let Some(body) = &says.discovery_body {
        return ([("content-type", "application/json")], body.clone()).into_response();
    }
    json_of(says.discovery_status, &says.discovery)
}

fn register(says: &mut Says, body: &[u8]) -> Response {
    let asked: Value = serde_json::from_slice(body).unwrap();
    says.registered.push(asked);
    let n = says.registered.len();
    says.secrets.push(format!("secret-{n}"));
    json_of(201, &json!({"client_id": format!("client-{n}"), "client_secret": format!("secret-{n}")}))
}

fn token(says: &mut Says, heard: &Heard) -> Response {
    if let Some((status, kind, body)) = &says.token {
        return said(*status, kind, body.clone());
    }
    let refuse = |code: &str| json_of(400, &json!({"error": code, "error_description": "<b>no</b>"}));
    let field = |name: &str| heard.form.get(name).map_or("", String::as_str);
    // A code is gone after one try.
    let Some(grant) = says.grants.remove(field("code")) else { return refuse("invalid_grant") };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    if (says.knows_pkce && challenge != grant.challenge) || field("redirect_uri") != grant.redirect_uri {
        return refuse("invalid_grant");
    }
    let (id, secret) = match heard.authorization.strip_prefix("Basic ") {
        Some(basic) => {
            let text = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
            let (id, secret) = text.split_once(':').unwrap();
            (id.to_owned(), secret.to_owned())
        }
        None => (field("client_id").to_owned(), field("client_secret").to_owned()),
    };
    let knows = says.secrets.contains(&secret) || secret.split('.').count() == 3;
    if says.me.is_object() && secret.is_empty() {
        return json_of(200, &says.me);
    }
    if id != grant.client_id || !knows {
        return refuse("invalid_client");
    }
    let mut answer =
        json!({"access_token": format!("access-{}", field("code")), "token_type": "Bearer", "expires_in": 60});
    if says.answers_by_form {
        let body = format!("access_token=access-{}&scope=user&token_type=bearer", field("code"));
        return said(200, "application/x-www-form-urlencoded", body);
    }
    if says.has_id_token && grant.nonce.is_some() {
        answer["id_token"] = id_token(says, &grant).into();
    }
    json_of(200, &answer)
}

fn id_token(says: &Says, grant: &Grant) -> String {
    let now = START.seconds();
    let mut claims = json!({
        "iss": says.url, "sub": "subject-1", "aud": grant.client_id, "iat": now, "exp": now + 300, "nonce": grant.nonce,
        "name": "Ann", "email": "ann@example.org", "email_verified": true,
    });
    for (name, value) in says.claims.as_object().unwrap() {
        if value.is_null() && name != "name" {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    match &says.forge {
        Some(forge) => forge(&claims),
        None => says.key.sign(&json!({"alg": says.key.algorithm(), "kid": says.kid, "typ": "JWT"}), &claims),
    }
}
