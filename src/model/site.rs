//! A site: one blog whose comments and linkbacks are kept here.

use std::collections::BTreeMap;

use url::Url;

use crate::model::ids::SiteId;
use crate::model::options::SiteOptions;
use crate::model::text::DisplayContext;
use crate::model::time::Timestamp;

/// One blog, with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Counted over the instance.
    pub id: SiteId,
    /// Its name in paths: `/sites/{slug}`. Letters, digits and hyphens.
    pub slug: String,
    /// The blog's address, without a trailing slash: WordPress's option `home`.
    pub home: Url,
    /// Where its doors are, when not under the server's own address: WordPress's option `siteurl`.
    pub siteurl: Option<Url>,
    /// The blog's title: WordPress's option `blogname`.
    pub title: String,
    /// Whether it is the site that an empty data folder begins with.
    pub demo: bool,
    /// When its address, title or an option last changed.
    pub changed_at: Timestamp,
    /// Its options, typed.
    pub options: SiteOptions,
    /// Its options as they are stored, without the defaults.
    pub stored_options: BTreeMap<String, String>,
}

impl Site {
    /// The host of the blog, lower-case, without the port: what makes a link internal (WP 7.1 §5.3).
    pub fn home_host(&self) -> &str {
        self.home.host_str().unwrap_or_default()
    }

    /// What the display filters of comments may know of it.
    pub fn display(&self) -> DisplayContext<'_> {
        DisplayContext { home_host: self.home_host(), use_smilies: self.options.use_smilies }
    }

    /// How the site is called: by its title, or by its host where it has none.
    pub fn name(&self) -> &str {
        if self.title.is_empty() { self.home_host() } else { &self.title }
    }

    /// The blog's origin, which alone may frame the section's form.
    pub fn origin(&self) -> String {
        self.home.origin().ascii_serialization()
    }
}

#[cfg(test)]
impl Site {
    /// A blog without a title.
    pub(crate) fn of_a_test() -> Self {
        Self {
            id: SiteId(1),
            slug: "blog".into(),
            home: "https://blog.example/".parse().unwrap(),
            siteurl: None,
            title: String::new(),
            demo: false,
            changed_at: Timestamp(0),
            options: SiteOptions::default(),
            stored_options: BTreeMap::new(),
        }
    }
}
