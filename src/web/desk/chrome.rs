//! What surrounds every page: who is logged in, the site at hand and the other ones, the menu. [`Desk`] is
//! the extractor by which a handler gets visitor, site and role; [`Person`] that of pages for everybody.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use url::form_urlencoded::Serializer;

use crate::actions::current_actor::{self, Visitor};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::client::Client;
use crate::model::ids::AccountId;
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::store::comments;
use crate::web::desk::fields::Query;
use crate::web::desk::respond::Failure;

/// A visitor on a site where they may see the desk.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    pub(super) app: App,
    pub(super) visitor: Visitor,
    pub(super) site: Arc<Site>,
    pub(super) actor: Actor,
    pub(super) sites: Vec<Arc<Site>>,
}

/// Somebody who is logged in, whether they may see the desk anywhere or not: whose profile a page is about.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) app: App,
    pub(super) visitor: Visitor,
    /// The desk of the site at hand, if they may see it.
    pub(super) desk: Option<Desk>,
    /// The site of which they are a member, if of any.
    site: Option<Arc<Site>>,
}

impl FromRequestParts<App> for Person {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let visitor = visitor_of(parts)?;
        let Ok(Query(query)) = Query::from_request_parts(parts, app).await;
        let all = current_actor::sites_of(app, &visitor.account).await?;
        let sites: Vec<_> = all.iter().filter(|(_, role)| role.can(Capability::EditPosts)).cloned().collect();
        // The first site of one's own goes before the demo, which only stands there until there is another.
        let found = match query.get("site") {
            "" => sites.iter().find(|(s, _)| !s.demo).or(sites.first()),
            slug => sites.iter().find(|(s, _)| s.slug == slug),
        };
        let desk = found.cloned().map(|(site, role)| Desk {
            app: app.clone(),
            actor: visitor.actor(role),
            visitor: visitor.clone(),
            site,
            sites: sites.iter().map(|(s, _)| s.clone()).collect(),
        });
        let site = desk.as_ref().map(|desk| desk.site.clone()).or_else(|| all.first().map(|(site, _)| site.clone()));
        Ok(Self { app: app.clone(), visitor, desk, site })
    }
}

impl Person {
    /// The time zone in which they are told times.
    pub(super) fn zone(&self) -> &str {
        self.site.as_ref().map_or("UTC", |site| &site.options.timezone_string)
    }

    /// The page of their own comments, log-ins and data, on the site at hand.
    pub(super) async fn own_page(&self) -> Result<Option<String>> {
        let Some(site) = &self.site else { return Ok(None) };
        let base = self.app.sites.base(&self.app.db, &self.app.config, site).await?;
        Ok(Some(format!("{base}/account")))
    }

    /// An address of the desk.
    pub(super) fn path(&self, path: &str, query: &[(&str, &str)]) -> String {
        match &self.desk {
            Some(desk) => desk.path(path, query),
            None => path_on("", false, path, query),
        }
    }

    /// What surrounds a page: the desk's, or for who has none, no menu.
    pub(super) async fn chrome(&self, title: &str, here: &'static str) -> Result<Chrome> {
        if let Some(desk) = &self.desk {
            return desk.chrome(title, here).await;
        }
        Ok(Chrome {
            title: title.to_owned(),
            site_title: self.site.as_ref().map_or_else(|| "Rejoinder".to_owned(), |site| site.title.clone()),
            site_home: self.site.as_ref().map_or_else(|| "/".to_owned(), |site| site.home.to_string()),
            name: self.visitor.account.display_name.clone(),
            profile: self.path("/desk/profile", &[]),
            csrf: self.visitor.session.csrf_token.clone(),
            shortcuts: false,
            menu: Vec::new(),
            sites: Vec::new(),
        })
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let person = Person::from_request_parts(parts, app).await?;
        person.desk.ok_or_else(|| Error::Forbidden("You need a higher level of permission.".into()).into())
    }
}

/// The visitor that the guard has found.
pub(super) fn visitor_of(parts: &Parts) -> Result<Visitor> {
    let found = parts.extensions.get::<Visitor>().cloned();
    found.ok_or_else(|| Error::internal("a page of the desk stands outside its guard"))
}

/// The client of the request, as the router's middleware knows it.
#[derive(Clone, Debug)]
pub(super) struct From(pub(super) Client);

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let client = parts.extensions.get::<Client>().cloned();
        Ok(Self(client.ok_or_else(|| Error::internal("the router did not name the client"))?))
    }
}

impl Desk {
    /// Refuses who has not got the capability, in WordPress's words.
    pub(super) fn require(&self, capability: Capability) -> Result<()> {
        if self.actor.can(capability) {
            return Ok(());
        }
        Err(Error::Forbidden("Sorry, you are not allowed to access this page.".into()))
    }

    /// Under whose posts the actor's comments stand: anybody's for a moderator, else their own.
    pub(super) fn post_author(&self) -> Option<AccountId> {
        if self.actor.can(Capability::ModerateComments) { None } else { self.visitor.account.id.into() }
    }

    /// An address of the desk on this site.
    pub(super) fn path(&self, path: &str, query: &[(&str, &str)]) -> String {
        path_on(&self.site.slug, self.sites.len() > 1, path, query)
    }

    /// What surrounds a page of this title and place in the menu.
    pub(super) async fn chrome(&self, title: &str, here: &'static str) -> Result<Chrome> {
        let pending = comments::count_pending(&self.app.db, self.site.id, self.post_author()).await?;
        let menu = [
            ("comments", "Comments", "/desk/comments", Capability::EditPosts),
            ("posts", "Posts", "/desk/posts", Capability::EditPosts),
            ("settings", "Settings", "/desk/settings", Capability::ManageOptions),
            ("log-in", "Log-in", "/desk/log-in", Capability::ManageOptions),
            ("members", "Members", "/desk/members", Capability::ManageOptions),
            ("audit", "Log", "/desk/audit", Capability::ModerateComments),
            ("jobs", "Jobs", "/desk/jobs", Capability::ManageOptions),
        ];
        let items =
            menu.into_iter().filter(|(.., wanted)| self.actor.can(*wanted)).map(|(name, label, path, _)| Item {
                label,
                href: self.path(path, &[]),
                is_here: name == here,
                pending: if name == "comments" { pending } else { 0 },
            });
        let others = self.sites.iter().map(|site| SiteLink {
            title: site.title.clone(),
            href: path_on(&site.slug, true, "/desk/comments", &[]),
            is_here: site.id == self.site.id,
        });
        Ok(Chrome {
            title: title.to_owned(),
            site_title: self.site.title.clone(),
            site_home: self.site.home.to_string(),
            name: self.visitor.account.display_name.clone(),
            profile: self.path("/desk/profile", &[]),
            csrf: self.visitor.session.csrf_token.clone(),
            shortcuts: self.visitor.account.comment_shortcuts,
            menu: items.collect(),
            sites: if self.sites.len() > 1 { others.collect() } else { Vec::new() },
        })
    }
}

fn path_on(slug: &str, several: bool, path: &str, query: &[(&str, &str)]) -> String {
    let mut text = Serializer::new(String::new());
    if several {
        text.append_pair("site", slug);
    }
    for (name, value) in query {
        text.append_pair(name, value);
    }
    let query = text.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// See the module. Read by `layout.html`.
pub(super) struct Chrome {
    pub(super) title: String,
    pub(super) site_title: String,
    pub(super) site_home: String,
    pub(super) name: String,
    pub(super) profile: String,
    pub(super) csrf: String,
    pub(super) shortcuts: bool,
    pub(super) menu: Vec<Item>,
    pub(super) sites: Vec<SiteLink>,
}

/// An entry of the menu.
pub(super) struct Item {
    pub(super) label: &'static str,
    pub(super) href: String,
    pub(super) is_here: bool,
    pub(super) pending: i64,
}

/// A site to go to.
pub(super) struct SiteLink {
    pub(super) title: String,
    pub(super) href: String,
    pub(super) is_here: bool,
}
