//! Which language what people wrote is in, for readers' programs: a screen reader speaks it with the right voice,
//! a browser hyphenates, quotes and checks its spelling (WCAG 2.2, 3.1.2 Language of Parts). Our own words around it are
//! English, and a page says so; so nothing is said where the blog is written in English too. Made by the pages for their
//! templates.

use std::fmt;
use std::sync::Arc;

use askama::filters::HtmlSafe;

use crate::model::site::Site;

/// The attribute ` lang="…"` with its blank, or nothing.
#[derive(Clone, Debug, Default)]
pub struct ContentLang(Option<Arc<str>>);

impl ContentLang {
    /// What is to be said on a site.
    pub fn of(site: &Site) -> Self {
        let locale = &site.options.WPLANG;
        Self((!locale.is_english()).then(|| locale.tag().into()))
    }

    /// Whether anything is to be said.
    pub fn is_told(&self) -> bool {
        self.0.is_some()
    }
}

impl fmt::Display for ContentLang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |tag| write!(f, " lang=\"{tag}\""))
    }
}

/// A tag is letters, digits and hyphens.
impl HtmlSafe for ContentLang {}
