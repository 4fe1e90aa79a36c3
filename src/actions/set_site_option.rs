//! Changing a site's options, one or a page of them at once: all of them or none.

use url::Url;

use crate::actions::add_site::home_address;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::options::{OptionError, OptionKind, OptionSpec, spec};
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::store::audit::{self, Subject};
use crate::store::sites;

/// Bytes of one option at most: a list of keys is read for every comment.
pub const OPTION_BYTES_MAX: usize = 65_536;

/// Sets options by WordPress's names. Wants `manage_options`. `Invalid` names the first option whose
/// value does not fit, and then nothing is changed. Answers with the names that changed.
pub async fn set_site_options(
    app: &App,
    site: &Site,
    actor: &Actor,
    values: &[(&str, &str)],
) -> Result<Vec<&'static str>> {
    if !actor.can(Capability::ManageOptions) {
        return Err(Error::Forbidden("Sorry, you are not allowed to manage options for this site.".into()));
    }
    let mut changes = Vec::new();
    for (name, value) in values {
        let option = spec(name).map_err(|e| refused("option", &e))?;
        let cleaned = clean(option, value)?;
        let present = site.stored_options.get(option.name).map_or(option.default, String::as_str);
        if cleaned != present {
            changes.push((option, present.to_owned(), cleaned));
        }
    }
    let names = changes.iter().map(|(option, ..)| option.name).collect();
    if changes.is_empty() {
        return Ok(names);
    }
    let (site, actor, now) = (site.id, actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            for (option, before, after) in &changes {
                sites::set_option(tx, site, option.name, after).await?;
                let detail = words(option, before, after);
                audit::insert(tx, site, &actor, "set_option", Subject::Site, &detail, now).await?;
            }
            sites::set_changed(tx, site, now).await
        })
        .await?;
    Ok(names)
}

fn clean(option: &'static OptionSpec, value: &str) -> Result<String> {
    if value.len() > OPTION_BYTES_MAX {
        let message = format!("{} takes at most {OPTION_BYTES_MAX} bytes", option.name);
        return Err(Error::Invalid { field: option.name, message });
    }
    option.clean(value).map_err(|e| refused(option.name, &e))
}

fn refused(field: &'static str, error: &OptionError) -> Error {
    Error::invalid(field, error.to_string())
}

/// The change in words; of a list of keys only that and how it changed, for the words in it may be foul.
fn words(option: &OptionSpec, before: &str, after: &str) -> String {
    if option.kind == OptionKind::Lines {
        return format!("{}: {} to {} keys", option.name, before.lines().count(), after.lines().count());
    }
    format!("{}: {before} to {after}", option.name)
}

/// Sets one option, or one of the site's own fields that WordPress keeps among the options: `home`,
/// `siteurl` (empty: under the server's own address) and `blogname`. Wants `manage_options`.
pub async fn set_site_option(app: &App, site: &Site, actor: &Actor, name: &str, value: &str) -> Result<()> {
    let field = match name {
        "home" => Field::Home(home_address(value)?),
        "siteurl" if value.trim().is_empty() => Field::Siteurl(None),
        "siteurl" => Field::Siteurl(Some(home_address(value)?)),
        "blogname" => Field::Title(value.split_whitespace().collect::<Vec<_>>().join(" ")),
        name => return set_site_options(app, site, actor, &[(name, value)]).await.map(|_| ()),
    };
    if !actor.can(Capability::ManageOptions) {
        return Err(Error::Forbidden("Sorry, you are not allowed to manage options for this site.".into()));
    }
    let (site, actor, now, detail) = (site.id, actor.clone(), app.clock.now(), format!("{name}: {value}"));
    app.db
        .write(async move |tx| {
            match &field {
                Field::Home(home) => sites::set_home(tx, site, home).await?,
                Field::Siteurl(siteurl) => sites::set_siteurl(tx, site, siteurl.as_ref()).await?,
                Field::Title(title) => sites::set_title(tx, site, title).await?,
            }
            sites::set_changed(tx, site, now).await?;
            audit::insert(tx, site, &actor, "set_option", Subject::Site, &detail, now).await
        })
        .await
}

/// A field of the site that WordPress keeps among its options.
enum Field {
    Home(Url),
    Siteurl(Option<Url>),
    Title(String),
}

/// What an option is now, set or by default.
pub fn current(site: &Site, name: &str) -> Result<String> {
    Ok(match name {
        "home" => site.home.to_string(),
        "siteurl" => site.siteurl.as_ref().map(Url::to_string).unwrap_or_default(),
        "blogname" => site.title.clone(),
        name => {
            let option = spec(name).map_err(|e| refused("option", &e))?;
            site.stored_options.get(option.name).map_or(option.default, String::as_str).to_owned()
        }
    })
}
