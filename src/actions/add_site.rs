//! Adds a blog whose comments and linkbacks are to be kept here.

use url::Url;

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::ids::SiteId;
use crate::model::role::Capability;
use crate::store::audit::{self, Subject};
use crate::store::sites::{self, NewSite};

/// Letters of a slug at most.
const SLUG_CHARS_MAX: usize = 63;

/// Adds a site. Title and slug come from the address when they are not given.
pub async fn add_site(app: &App, actor: &Actor, home: &str, title: Option<&str>, slug: Option<&str>) -> Result<SiteId> {
    if !actor.can(Capability::ManageOptions) {
        return Err(Error::Forbidden("Sorry, you are not allowed to add sites.".into()));
    }
    let home = home_address(home)?;
    if app.sites.all(&app.db).await?.iter().any(|s| s.home == home) {
        return Err(Error::Conflict(format!("{home} is a site already; `rejoinder site list` lists the sites")));
    }
    let host = home.host_str().unwrap_or_default().to_owned();
    let slug = match slug {
        Some(slug) => checked_slug(slug)?,
        None => free_slug(app, &slug_of(&home)).await?,
    };
    let new = NewSite { slug, title: title.unwrap_or(&host).to_owned(), home, demo: false };
    let (actor, now) = (actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            let id = sites::insert(tx, &new, now).await.map_err(|e| match e {
                Error::Conflict(_) => {
                    Error::Conflict(format!("the slug “{}” is taken; give another with --slug", new.slug))
                }
                other => other,
            })?;
            audit::insert(tx, id, &actor, "add site", Subject::Site, new.home.as_str(), now).await?;
            Ok(id)
        })
        .await
}

/// A blog's address: http or https, no query, no fragment, no trailing slash but the root's.
pub fn home_address(text: &str) -> Result<Url> {
    let refuse = |why: &str| {
        Error::invalid("URL", format!("“{text}” {why}; give the blog’s address, like https://blog.example"))
    };
    let mut url = Url::parse(text.trim()).map_err(|e| refuse(&format!("is no address ({e})")))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(refuse("is no web address"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("has more than host and path"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn slug_of(home: &Url) -> String {
    let text = format!("{}{}", home.host_str().unwrap_or_default().trim_start_matches("www."), home.path());
    let dashed: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let slug = dashed.trim_matches('-').chars().take(SLUG_CHARS_MAX - 4).collect::<String>();
    if slug.is_empty() { "site".into() } else { slug }
}

fn checked_slug(slug: &str) -> Result<String> {
    let fits = !slug.is_empty()
        && slug.len() <= SLUG_CHARS_MAX
        && slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if fits {
        Ok(slug.to_owned())
    } else {
        Err(Error::invalid(
            "slug",
            format!("a slug has 1 to {SLUG_CHARS_MAX} lower-case letters, digits and hyphens; “{slug}” does not"),
        ))
    }
}

async fn free_slug(app: &App, wanted: &str) -> Result<String> {
    let sites = app.sites.all(&app.db).await?;
    let is_free = |slug: &str| sites.iter().all(|s| s.slug != slug);
    if is_free(wanted) {
        return Ok(wanted.to_owned());
    }
    Ok((2..=sites.len() + 2)
        .map(|n| format!("{wanted}-{n}"))
        .find(|slug| is_free(slug))
        .unwrap_or_else(|| wanted.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_blogs_are_told_from_other_texts() {
        for (given, home) in [
            ("https://blog.example", Some("https://blog.example/")),
            (" https://Blog.example/ ", Some("https://blog.example/")),
            ("http://example.org/~ada/", Some("http://example.org/~ada")),
            ("blog.example", None),
            ("ftp://blog.example", None),
            ("https://blog.example/?p=1", None),
            ("https://ada@blog.example/", None),
        ] {
            assert_eq!(home_address(given).ok().as_ref().map(Url::as_str), home, "{given}");
        }
    }

    #[test]
    fn slugs_come_from_the_address() {
        for (home, slug) in [
            ("https://www.blog.example/", "blog-example"),
            ("http://127.0.0.1:8080/demo", "127-0-0-1-demo"),
            ("https://例え.jp/", "xn--r8jz45g-jp"),
        ] {
            assert_eq!(slug_of(&Url::parse(home).unwrap()), slug);
        }
        assert!(checked_slug("a".repeat(SLUG_CHARS_MAX).as_str()).is_ok());
        for slug in ["", "A", "a_b", "a".repeat(SLUG_CHARS_MAX + 1).as_str()] {
            assert!(checked_slug(slug).is_err(), "{slug}");
        }
    }
}
