//! `B/avatar/TOKEN?d=STYLE` or `?initials=AB`: the picture beside a name. It is drawn here, from the address alone;
//! where the site has a picture server that knows the person, its picture is sent as it was kept. No reader
//! is ever sent to another server. Called by the router.

use askama::Template;
use axum::extract::{RawPathParams, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::actions::find_avatar::{Found, find_avatar};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::avatar::{Drawing, Image, Style, draw, letters};
use crate::model::client::Client;
use crate::web::prepared;
use crate::web::query::Query;
use crate::web::site::Here;

/// Bytes of a token at most; ours have 64.
const TOKEN_BYTES_MAX: usize = 64;
/// A drawing follows from its address; only a new version of the program may draw it otherwise.
const DRAWN_FOR: &str = "public, max-age=2592000";
/// A picture may change at its server.
const PICTURE_FOR: &str = "public, max-age=86400";
/// A drawing that stands in until a picture is there.
const STAND_IN_FOR: &str = "public, max-age=60";
/// Pages of any blog show them, and nothing in them is run.
const SAFE: [(HeaderName, HeaderValue); 4] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"avatar\"")),
];

#[derive(Template)]
#[template(path = "web/avatar/picture.svg", escape = "html")]
struct Picture {
    drawing: Drawing,
}

/// Sends the picture.
pub async fn get(
    State(app): State<App>,
    here: Here,
    client: Client,
    params: RawPathParams,
    request: Request,
) -> Result<Response> {
    let token = params.iter().find(|(name, _)| *name == "token").map_or("", |(_, value)| value);
    let is_token = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if token.is_empty() || token.len() > TOKEN_BYTES_MAX || !token.bytes().all(is_token) {
        return Err(Error::not_found("There is no such picture."));
    }
    let found = match find_avatar(&app, &here.site, token, client.ip).await {
        Ok(found) => found,
        // A picture that cannot be looked up is no reason for a hole in the page.
        Err(error) => {
            error.log();
            Found::NotYet
        }
    };
    let keep = match &found {
        Found::Picture(avatar) => match &avatar.image {
            Some(image) => return Ok(kept(image, request.headers())),
            None => STAND_IN_FOR,
        },
        Found::NotYet => STAND_IN_FOR,
        Found::None => PICTURE_FOR,
        Found::Nobody => DRAWN_FOR,
    };
    drawn(token, Query::of(request.uri()), keep)
}

fn kept(image: &Image, request: &HeaderMap) -> Response {
    let etag = prepared::etag(&Sha256::digest(&image.bytes), None);
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static(PICTURE_FOR)),
        (header::CONTENT_TYPE, HeaderValue::from_static(image.media_type.as_str())),
        (header::ETAG, etag.clone()),
    ];
    if prepared::has(request, &etag) {
        return (StatusCode::NOT_MODIFIED, SAFE, headers).into_response();
    }
    (SAFE, headers, image.bytes.clone()).into_response()
}

/// Draws for whoever the token stands for; nobody needs to be known for that.
fn drawn(token: &str, query: Query<'_>, keep: &'static str) -> Result<Response> {
    let (style, initials) = (query.text("d").and_then(|name| Style::parse(&name)), query.text("initials"));
    let style = style.unwrap_or(if initials.is_some() { Style::Initials } else { Style::Mystery });
    let letters = letters(&initials.unwrap_or_default());
    let picture = Picture { drawing: draw(style, &Sha256::digest(token.as_bytes()).into(), &letters) };
    let svg = picture.render().map_err(|e| Error::internal(format!("a picture did not render: {e}")))?;
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
    ];
    Ok((SAFE, headers, svg).into_response())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn svg(style: Style, seed: [u8; 32], letters: &str) -> String {
        Picture { drawing: draw(style, &seed, letters) }.render().unwrap()
    }

    proptest! {
        /// Whatever the address says, the document is well-formed and of shapes and letters alone.
        #[test]
        fn a_picture_is_shapes_and_letters(seed in any::<[u8; 32]>(), name in "\\PC{0,10}", text in "\\PC{0,10}") {
            let style = Style::parse(&name).unwrap_or(Style::Initials);
            for style in [style, Style::Initials, Style::Retro, Style::Wavatar, Style::Mystery, Style::Blank, Style::Color] {
                let svg = svg(style, seed, &letters(&text));
                let mut reader = quick_xml::Reader::from_str(&svg);
                loop {
                    match reader.read_event().unwrap() {
                        quick_xml::events::Event::Eof => break,
                        quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                            prop_assert!(matches!(tag.name().0, "svg" | "rect" | "path" | "circle" | "text"));
                        }
                        _ => {}
                    }
                }
                prop_assert!(svg.len() < 4_096, "{}", svg.len());
            }
        }
    }
}
