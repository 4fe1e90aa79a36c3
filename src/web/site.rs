//! Which site a request is for: the one its path names (`/sites/{slug}/…`), else the one at the root of
//! this host (product.md, "Doors").

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use http::header;
use http::request::Parts;

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::site::Site;

/// The site of a request, and where its doors are.
#[derive(Clone, Debug)]
pub struct Here {
    /// The site.
    pub site: Arc<Site>,
    /// B of product.md, without a trailing slash.
    pub base: String,
}

impl FromRequestParts<App> for Here {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let site = match slug(parts, app).await {
            Some(slug) => app.sites.find_slug(&app.db, &slug).await?,
            None => app.sites.at_root(&app.db, host(parts)).await?,
        };
        let site = site.ok_or_else(|| {
            Error::not_found(
                "There is no site at this address. `rejoinder site list` shows where each site’s doors are.",
            )
        })?;
        let base = app.sites.base(&app.db, &app.config, &site).await?;
        Ok(Self { site, base })
    }
}

#[cfg(test)]
impl Here {
    /// A blog at `https://blog.example` with its doors at `base`.
    pub(in crate::web) fn of_a_test(base: &str) -> Self {
        Self { site: Arc::new(Site::of_a_test()), base: base.into() }
    }
}

/// The site that a path and a host mean, for who has no [`Here`]: the pages of errors.
pub(super) async fn at(app: &App, path: &str, host: &str) -> Result<Option<Arc<Site>>> {
    match path.strip_prefix("/sites/").and_then(|rest| rest.split('/').next()) {
        Some(slug) => app.sites.find_slug(&app.db, slug).await,
        None => app.sites.at_root(&app.db, host).await,
    }
}

async fn slug(parts: &mut Parts, app: &App) -> Option<String> {
    if !parts.uri.path().starts_with("/sites/")
        && parts.extensions.get::<axum::extract::OriginalUri>().is_none_or(|u| !u.path().starts_with("/sites/"))
    {
        return None;
    }
    let params = RawPathParams::from_request_parts(parts, app).await.ok()?;
    params.iter().find(|(name, _)| *name == "slug").map(|(_, value)| value.to_owned())
}

fn host(parts: &Parts) -> &str {
    parts
        .headers
        .get(header::HOST)
        .and_then(|v| v.to_str().ok())
        .or_else(|| parts.uri.authority().map(http::uri::Authority::as_str))
        .unwrap_or_default()
}
