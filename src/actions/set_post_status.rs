//! A post's switches: open or closed for comments, open or closed for linkbacks; and whose post it is.

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::ids::{AccountId, PostId};
use crate::model::post::Post;
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::store::audit::{self, Subject};
use crate::store::{posts, sites};

/// A switch of a post, by WordPress's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// `comment_status`.
    Comments,
    /// `ping_status`.
    Pings,
}

impl Switch {
    /// WordPress's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comments => "comment_status",
            Self::Pings => "ping_status",
        }
    }

    /// Reads WordPress's name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Comments, Self::Pings].into_iter().find(|s| s.as_str() == text)
    }
}

/// Opens or closes a post. Wants `edit_others_posts`, or that it is the actor's own.
pub async fn set_post_status(
    app: &App,
    site: &Site,
    actor: &Actor,
    id: PostId,
    switch: Switch,
    open: bool,
) -> Result<()> {
    let post = find(app, site, id).await?;
    if !actor.may_edit_post(post.account_id) {
        return Err(Error::Forbidden("Sorry, you are not allowed to edit this post.".into()));
    }
    let (site, actor, now) = (site.id, actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            let there = match switch {
                Switch::Comments => posts::set_comment_status(tx, site, id, open, now).await?,
                Switch::Pings => posts::set_ping_status(tx, site, id, open, now).await?,
            };
            if !there {
                return Err(missing());
            }
            let detail = format!("{} {}", switch.as_str(), if open { "open" } else { "closed" });
            audit::insert(tx, site, &actor, "set_post", Subject::Post(id), &detail, now).await
        })
        .await
}

/// Says whose post it is: they may then moderate under it. Wants `edit_others_posts`.
pub async fn set_post_author(
    app: &App,
    site: &Site,
    actor: &Actor,
    id: PostId,
    author: Option<AccountId>,
) -> Result<()> {
    if !actor.can(Capability::EditOthersPosts) {
        return Err(Error::Forbidden("Sorry, you are not allowed to edit this post.".into()));
    }
    if let Some(author) = author
        && sites::member_role(&app.db, site.id, author).await?.is_none()
    {
        return Err(Error::invalid("author", "The author of a post is a member of its site."));
    }
    let (site, actor, now) = (site.id, actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            if !posts::set_author(tx, site, id, author).await? {
                return Err(missing());
            }
            let detail = author.map_or_else(|| "no author".to_owned(), |a| format!("author {a}"));
            audit::insert(tx, site, &actor, "set_post", Subject::Post(id), &detail, now).await
        })
        .await
}

async fn find(app: &App, site: &Site, id: PostId) -> Result<Post> {
    posts::find(&app.db, site.id, id).await?.ok_or_else(missing)
}

fn missing() -> Error {
    Error::not_found("There is no such post.")
}
