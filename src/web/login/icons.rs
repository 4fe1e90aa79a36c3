//! `B/login/icons/{file}`: the pictures of providers, drawn for this program: letters in a shape and colour of each
//! kind, and a globe, a house and a key, not the providers' own marks.

use std::collections::HashMap;

use axum::extract::{Path, Request};
use axum::response::Response;

use crate::error::{Error, Result};
use crate::web::embed::assets::{Asset, PICTURE, serve};

macro_rules! icons {
    ($($file:literal)*) => {
        [$(($file, Asset::new(PICTURE, include_bytes!(concat!("icons/", $file))))),*]
    };
}

static ICONS: [(&str, Asset); 14] = icons! {
    "apple.svg" "discord.svg" "email.svg" "facebook.svg" "github.svg" "gitlab.svg" "google.svg" "indieauth.svg" "mastodon.svg"
    "microsoft.svg" "oidc.svg" "wordpress.svg" "wordpress-site.svg" "x.svg"
};

/// A picture.
pub(super) async fn get(Path(path): Path<HashMap<String, String>>, request: Request) -> Result<Response> {
    let file = path.get("file").map_or("", String::as_str);
    let icon = ICONS.iter().find(|(name, _)| *name == file);
    let (_, asset) = icon.ok_or_else(|| Error::not_found("There is no such picture."))?;
    Ok(serve(asset, &request))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::provider::KINDS;

    #[test]
    fn every_kind_has_its_picture() {
        for kind in KINDS {
            assert!(ICONS.iter().any(|(file, _)| *file == kind.icon), "{}", kind.name);
        }
    }
}
