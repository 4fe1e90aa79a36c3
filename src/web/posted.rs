//! A form as it was sent, urlencoded or in parts: names with the bytes of their values, in their order. Called by
//! the doors of comments and of trackbacks, each of which reads its own fields in it.

use axum::extract::{FromRequest as _, Multipart, Request};
use http::{StatusCode, header};

use crate::error::{Error, Result};
use crate::web::router::BODY_BYTES_MAX;

/// Fields of a form; WordPress's comment form has nine, a trackback five.
const FIELDS_MAX: usize = 64;

/// The fields of a form.
#[derive(Debug, Default)]
pub(in crate::web) struct Posted(Vec<(String, Vec<u8>)>);

impl Posted {
    /// Reads a request. What is no form in parts is read as an urlencoded one, whatever it is called.
    pub(in crate::web) async fn read(request: Request) -> Result<Self> {
        if content_type(&request).starts_with("multipart/form-data") {
            return Self::in_parts(request).await;
        }
        let body = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX)
            .await
            .map_err(|_| Error::TooLarge(format!("A form has at most {BODY_BYTES_MAX} bytes.")))?;
        Self::urlencoded(&body)
    }

    async fn in_parts(request: Request) -> Result<Self> {
        let mut posted = Self::default();
        let mut parts =
            Multipart::from_request(request, &()).await.map_err(|e| unreadable(e.status(), e.body_text()))?;
        while let Some(part) = parts.next_field().await.map_err(|e| unreadable(e.status(), e.body_text()))? {
            let name = part.name().unwrap_or_default().to_owned();
            let value = part.bytes().await.map_err(|e| unreadable(e.status(), e.body_text()))?;
            posted.push(name, value.into())?;
        }
        Ok(posted)
    }

    /// Reads a form's text.
    pub(in crate::web) fn urlencoded(body: &[u8]) -> Result<Self> {
        let mut posted = Self::default();
        for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let at = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            let (name, value) = (&pair[..at], pair.get(at + 1..).unwrap_or_default());
            posted.push(String::from_utf8_lossy(&decoded(name)).into_owned(), decoded(value))?;
        }
        Ok(posted)
    }

    fn push(&mut self, name: String, value: Vec<u8>) -> Result<()> {
        if self.0.len() >= FIELDS_MAX {
            return Err(Error::invalid("form", format!("A form has at most {FIELDS_MAX} fields.")));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Its fields.
    pub(in crate::web) fn into_fields(self) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.0.into_iter()
    }
}

/// The media type of a request's body and its parameters, in lower case; empty where it has none.
pub(in crate::web) fn content_type(request: &Request) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    value.unwrap_or_default().to_ascii_lowercase()
}

fn decoded(part: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = part.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    percent_encoding::percent_decode(&spaced).collect()
}

fn unreadable(status: StatusCode, text: String) -> Error {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Error::TooLarge(text) } else { Error::invalid("form", text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_byte_for_byte() {
        let posted = Posted::urlencoded(b"a=1+2&&b%5B%5D=%E9&c&a=%3D=").unwrap();
        let fields: Vec<_> = posted.into_fields().collect();
        let expected = [("a", &b"1 2"[..]), ("b[]", b"\xE9"), ("c", b""), ("a", b"==")];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_form_of_too_many_fields_is_refused() {
        let body = |fields: usize| vec!["a=b"; fields].join("&");
        assert!(Posted::urlencoded(body(FIELDS_MAX).as_bytes()).is_ok());
        assert!(Posted::urlencoded(body(FIELDS_MAX + 1).as_bytes()).is_err());
    }
}
