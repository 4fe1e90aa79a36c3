//! What to fetch, and what is sent with it.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use url::Url;

use super::connection::Message;

/// Redirects followed unless the request says otherwise.
pub const REDIRECTS_DEFAULT: usize = 3;
/// Most redirects that a request can ask for (A1.3).
pub const REDIRECTS_MAX: usize = 8;
/// Decoded bytes kept of a body unless the request says otherwise.
pub const SOURCE_BYTES_MAX: usize = 1024 * 1024;
/// Media types of pages that can hold a link.
pub const PAGE_TYPES: &[&str] = &["text/*", "application/xhtml+xml", "application/xml"];
/// Media types of a program's answer: JSON under its names, and what answers to a form may be instead.
pub const DATA_TYPES: &[&str] = &[
    "application/json",
    "application/jwk-set+json",
    "application/jrd+json",
    "application/activity+json",
    "application/x-www-form-urlencoded",
    "text/*",
];
/// Decoded bytes kept of a program's answer.
pub const DATA_BYTES_MAX: usize = 256 * 1024;
/// Most bytes of a body that is sent.
pub const SENT_BYTES_MAX: usize = 64 * 1024;

/// What to fetch.
#[derive(Clone, Debug)]
pub struct FetchRequest {
    /// The URL; its fragment is not sent.
    pub url: Url,
    /// Who we say we are.
    pub user_agent: HeaderValue,
    /// What is asked for.
    pub method: Method,
    /// Further fields, e.g. `X-Pingback-Forwarded-For`. Sent to every host of a chain, so no secrets.
    /// `Host`, `Accept-Encoding` and `Connection` are the fetcher's own.
    pub headers: HeaderMap,
    /// Further fields that only the host of `url` may see. With any, no redirect is followed.
    pub secrets: HeaderMap,
    /// What is sent. With it, no redirect is followed.
    pub body: Option<Sent>,
    /// Whether the owner chose the host, rather than a stranger: then it is asked as often as there is cause to,
    /// and its failures are the caller's to count. Addresses and budgets are judged as always.
    pub is_partner: bool,
    /// Media types wanted, `text/*` and `*/*` among the forms; others are refused when the answer is a
    /// success. An answer without a type is taken.
    pub accept: &'static [&'static str],
    /// Redirects followed, at most [`REDIRECTS_MAX`]; with 0 a redirect is an error.
    pub redirects_max: usize,
    /// The front page of the blog that redirects must not lead away from, where the answer counts only if it is
    /// the blog's own.
    pub within: Option<Url>,
    /// Decoded bytes kept; the rest of a longer body is not read.
    pub body_bytes_max: usize,
}

impl FetchRequest {
    /// A page that may hold a link, with the usual bounds.
    pub fn page(url: Url, user_agent: HeaderValue) -> Self {
        Self {
            url,
            user_agent,
            method: Method::GET,
            headers: HeaderMap::new(),
            secrets: HeaderMap::new(),
            body: None,
            is_partner: false,
            accept: PAGE_TYPES,
            redirects_max: REDIRECTS_DEFAULT,
            within: None,
            body_bytes_max: SOURCE_BYTES_MAX,
        }
    }

    /// What a program says, as JSON or as a form. Redirects are not followed.
    pub fn data(url: Url, user_agent: HeaderValue) -> Self {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))]);
        Self {
            headers,
            accept: DATA_TYPES,
            redirects_max: 0,
            body_bytes_max: DATA_BYTES_MAX,
            ..Self::page(url, user_agent)
        }
    }

    /// The same, sending a body.
    #[must_use]
    pub fn sending(self, body: Sent) -> Self {
        Self { method: Method::POST, body: Some(body), ..self }
    }

    /// The same with `Authorization`. Text that no header can hold sends none.
    #[must_use]
    pub fn authorized(mut self, authorization: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(authorization) {
            value.set_sensitive(true);
            self.secrets.insert(header::AUTHORIZATION, value);
        }
        self
    }

    /// The message to the host of the URL.
    pub(super) fn message(&self) -> Message {
        let mut headers = self.headers.clone();
        headers.extend(self.secrets.clone());
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        if let Some(sent) = &self.body {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(sent.media_type));
        }
        let accept = if self.accept.is_empty() { "*/*".to_owned() } else { self.accept.join(", ") };
        if let Ok(accept) = HeaderValue::try_from(accept) {
            headers.entry(header::ACCEPT).or_insert(accept);
        }
        Message {
            method: self.method.clone(),
            headers,
            body: self.body.as_ref().map(|sent| sent.bytes.clone()).unwrap_or_default(),
        }
    }

    /// How many redirects may be followed: none with what must not come to another host.
    pub(super) fn redirects_allowed(&self) -> usize {
        let is_for_one_host = !self.secrets.is_empty() || self.body.is_some() || self.method != Method::GET;
        if is_for_one_host { 0 } else { self.redirects_max.min(REDIRECTS_MAX) }
    }
}

/// A body to be sent. It may hold secrets: `Debug` shows its size only.
#[derive(Clone)]
pub struct Sent {
    media_type: &'static str,
    bytes: Bytes,
}

impl Sent {
    /// How many bytes there are to send.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// `application/x-www-form-urlencoded`.
    pub fn form<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self::encoded_form(text.into_bytes())
    }

    /// The same, encoded already.
    pub fn encoded_form(bytes: Vec<u8>) -> Self {
        Self { media_type: "application/x-www-form-urlencoded", bytes: bytes.into() }
    }

    /// `application/json`.
    pub fn json(value: &serde_json::Value) -> Self {
        Self { media_type: "application/json", bytes: value.to_string().into() }
    }
}

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes of {}", self.bytes.len(), self.media_type)
    }
}
