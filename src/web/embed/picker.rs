//! The icons by which one logs in, in the comment form: WordPress.com's “Fill in your details below or click an icon
//! to log in:”. Links, so that they work without scripts; the frame's script opens a window for them.

use askama::Template;
use askama::filters::HtmlSafe;
use url::form_urlencoded::Serializer;

use crate::actions::offered_providers::{Known, offered};
use crate::app::App;
use crate::error::Result;
use crate::model::ids::PostId;
use crate::web::site::Here;

/// The way of who has a name and a password here, beside those of the providers.
pub(in crate::web) const OWN_ACCOUNT: &str = "account";

/// See the module.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "web/embed/picker.html")]
pub struct Picker {
    /// What stands before the icons.
    pub words: &'static str,
    /// Whether it shows only once it is asked for.
    pub is_hidden: bool,
    /// The ways to log in.
    pub icons: Vec<Icon>,
}

impl HtmlSafe for Picker {}

/// A way to log in.
#[derive(Clone, Debug)]
pub struct Icon {
    /// By which it is chosen.
    pub id: String,
    /// As people know it.
    pub name: String,
    /// Where its picture is.
    pub picture: String,
    /// The log-in page with this way first.
    pub href: String,
    /// Whether who is logged in came this way.
    pub is_current: bool,
}

/// The words for who may fill in their details instead, must log in, or is logged in and may change that.
pub(super) const GUEST: &str = "Fill in your details below or click an icon to log in:";
pub(super) const REQUIRED: &str = "Click an icon to log in:";
pub(super) const CHANGE: &str = "Click an icon to log in with another account:";

impl Picker {
    /// The ways to log in on a site, which lead back to this address.
    pub(super) async fn of(app: &App, here: &Here, post: PostId, back: &str, words: &'static str) -> Result<Self> {
        let href = |id: &str| log_in(here, post, back, Some(id));
        let providers = offered(app, &here.site).await?.into_iter().map(|offer| Icon {
            href: href(&offer.id),
            picture: format!("{}/login/icons/{}", here.base, offer.icon),
            id: offer.id,
            name: offer.name,
            is_current: false,
        });
        let own = Icon {
            id: OWN_ACCOUNT.into(),
            name: name_of(here),
            picture: format!("{}/login/account.svg", here.base),
            href: href(OWN_ACCOUNT),
            is_current: false,
        };
        Ok(Self { words, is_hidden: words == CHANGE, icons: providers.chain([own]).collect() })
    }
}

impl Picker {
    /// Marks the way by which somebody is logged in: by a provider's word, or with an account here.
    pub(super) async fn mark(&mut self, app: &App, here: &Here, known: Option<&Known>) -> Result<()> {
        let offers = offered(app, &here.site).await?;
        let current = match known {
            None => Some(OWN_ACCOUNT),
            Some(known) => offers.iter().find(|offer| offer.is_of(known)).map(|offer| offer.id.as_str()),
        };
        for icon in &mut self.icons {
            icon.is_current = current == Some(icon.id.as_str());
        }
        Ok(())
    }
}

/// In how many rows a telephone shows the ways: what room the form needs depends on it.
pub(super) async fn rows(app: &App, here: &Here) -> Result<usize> {
    const A_ROW: usize = 7;
    Ok((offered(app, &here.site).await?.len() + 1).div_ceil(A_ROW))
}

/// How the site is called where an account here is meant.
pub(in crate::web) fn name_of(here: &Here) -> String {
    here.site.name().to_owned()
}

/// The log-in page, which leads back to this address.
pub(super) fn log_in(here: &Here, post: PostId, back: &str, provider: Option<&str>) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("p", &post.to_string());
    if back != super::respond::thread_page(here, post) {
        query.append_pair("return_to", back);
    }
    if let Some(provider) = provider {
        query.append_pair("provider", provider);
    }
    format!("{}/login?{}", here.base, query.finish())
}
