//! The section's scripts and styles, compiled in. Compressed as well as can be when first asked for.
//! Under the name of their version they may be kept for ever; without it, for minutes.

use std::sync::{LazyLock, OnceLock};

use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::cache::Answer;
use crate::web::prepared::{Effort, prepare, respond};
use crate::web::query::Query;
use crate::web::{account, login};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
/// A picture.
pub(in crate::web) const PICTURE: &str = "image/svg+xml";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const FOR_MINUTES: &str = "public, max-age=300";
/// Hexadecimal digits of the version.
const VERSION_CHARS: usize = 12;

/// A file that is compiled in.
#[derive(Debug)]
pub struct Asset {
    kind: &'static str,
    body: &'static [u8],
    versioned: OnceLock<Answer>,
    plain: OnceLock<Answer>,
}

impl Asset {
    pub(in crate::web) const fn new(kind: &'static str, body: &'static [u8]) -> Self {
        Self { kind, body, versioned: OnceLock::new(), plain: OnceLock::new() }
    }

    /// A style sheet that lies elsewhere.
    pub(in crate::web) const fn style(body: &'static [u8]) -> Self {
        Self::new(STYLE, body)
    }

    /// A script that lies elsewhere.
    pub(in crate::web) const fn script(body: &'static [u8]) -> Self {
        Self::new(SCRIPT, body)
    }

    /// A picture.
    pub(in crate::web) const fn picture(body: &'static [u8]) -> Self {
        Self::new("image/svg+xml", body)
    }

    /// The file as it is sent.
    fn answer(&self, is_versioned: bool) -> &Answer {
        let (place, cache) = if is_versioned { (&self.versioned, FOR_EVER) } else { (&self.plain, FOR_MINUTES) };
        place.get_or_init(|| {
            let headers = HeaderMap::from_iter([
                (header::CONTENT_TYPE, HeaderValue::from_static(self.kind)),
                (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
                (super::CORP, HeaderValue::from_static("cross-origin")),
            ]);
            prepare(self.body.to_vec(), headers, Effort::Thorough)
        })
    }
}

/// The script of the host page.
pub static EMBED_JS: Asset = Asset::new(SCRIPT, include_bytes!("embed.js"));
/// The style of the thread.
pub static EMBED_CSS: Asset = Asset::new(STYLE, include_bytes!("embed.css"));
/// The script of the frame.
pub static FORM_JS: Asset = Asset::new(SCRIPT, include_bytes!("form.js"));
/// The script that the frame loads when somebody logs in.
pub static LOGIN_JS: Asset = Asset::new(SCRIPT, include_bytes!("login.js"));
/// The script that the frame loads when a guest has to confirm an address.
pub static CONFIRM_JS: Asset = Asset::new(SCRIPT, include_bytes!("confirm.js"));
/// The script that the frame loads for who is logged in: their own comments.
pub static OWN_JS: Asset = Asset::new(SCRIPT, include_bytes!("own.js"));
/// The style of the form.
pub static FORM_CSS: Asset = Asset::new(STYLE, include_bytes!("form.css"));
/// The style of the thread's own page.
pub static PAGE_CSS: Asset = Asset::new(STYLE, include_bytes!("page.css"));
/// The style of pages that say what went wrong, wherever that was.
pub static BARE_CSS: Asset = Asset::new(STYLE, include_bytes!("../bare.css"));
/// The style of the demo page.
pub static DEMO_CSS: Asset = Asset::new(STYLE, include_bytes!("demo.css"));

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    let own =
        [&EMBED_JS, &EMBED_CSS, &FORM_JS, &FORM_CSS, &LOGIN_JS, &CONFIRM_JS, &OWN_JS, &PAGE_CSS, &BARE_CSS, &DEMO_CSS];
    for asset in own.into_iter().chain([&login::page::CSS, &login::page::JS, &account::CSS]) {
        hash.update(asset.body);
    }
    let mut version = crate::secret::hex(&hash.finalize());
    version.truncate(VERSION_CHARS);
    version
});

/// Names the version of all of them together.
pub(in crate::web) fn version() -> &'static str {
    &VERSION
}

/// The route of a file.
pub fn door(asset: &'static Asset) -> MethodRouter<App> {
    get(async move |request: Request| serve(asset, &request))
}

/// The answer to a request for a file.
pub(in crate::web) fn serve(asset: &'static Asset, request: &Request) -> Response {
    // An older page asks for its own version and gets today's, which it must not keep under that name.
    let is_versioned = Query::of(request.uri()).text("v").is_some_and(|v| v == version());
    respond(asset.answer(is_versioned), request.headers())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Issue 2, part 7: bytes of script and style in the host page, and again in the frame.
    const SIDE_BYTES_MAX: usize = 8_192;

    #[test]
    fn script_and_style_of_each_side_fit_their_budget() {
        let size = |asset: &Asset| asset.answer(true).brotli.body.len();
        for (name, files) in
            [("host page", &[&EMBED_JS, &EMBED_CSS][..]), ("frame", &[&FORM_JS, &FORM_CSS, &login::page::ACCOUNT_ICON])]
        {
            let bytes: usize = files.iter().copied().map(size).sum();
            println!("{name}: {bytes} bytes");
            assert!(bytes <= SIDE_BYTES_MAX, "{name}: {bytes} bytes");
        }
        println!("to log in: {} bytes; for who is: {} bytes", size(&LOGIN_JS), size(&OWN_JS));
    }
}
