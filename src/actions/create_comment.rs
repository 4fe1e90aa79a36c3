//! A comment as a client of the REST API makes one (WP 7.1 comments §8.5): with fields that only a moderator
//! may give, and for others than oneself. Its checks come in WordPress's order; then the intake takes it.
//!
//! Other than WordPress: who may not moderate may not date a comment, and what it answers must stand under
//! the same post (register §14 #5).

use std::net::IpAddr;
use std::sync::Arc;

use crate::actions::current_actor::actor;
use crate::actions::find_post;
use crate::actions::submit_comment::{self, Accepted, Given, Signals, Submission, submit_comment};
use crate::app::App;
use crate::error::Result;
use crate::model::account::{Account, Actor, Authenticated};
use crate::model::client::Client;
use crate::model::comment::{CommentType, NewComment, Status};
use crate::model::ids::{CommentId, PostId};
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::store::{comments, users};

/// What a client asks for. What it did not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The post, by number; 0 where none is named.
    pub post: i64,
    /// The comment that it answers; 0 for none.
    pub parent: i64,
    /// The text, with its allowed tags.
    pub content: String,
    /// The account that it is written under.
    pub account: Option<i64>,
    /// A guest's name, or another than the account's.
    pub author: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Website.
    pub url: Option<String>,
    /// The address it comes from.
    pub ip: Option<IpAddr>,
    /// The program it comes from.
    pub agent: Option<String>,
    /// When it was written.
    pub created_at: Option<Timestamp>,
    /// What its status is to be: the field as it was sent, and what it means, if anything.
    pub status: Option<Option<Status>>,
    /// The type, which can only be a comment's.
    pub kind: Option<String>,
    /// A number was given, as of a comment that is there already.
    pub has_id: bool,
    /// The client's name for this request: a repeated one is answered as the first was.
    pub idempotency_key: Option<String>,
}

/// Why none is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody must be logged in.
    LoginRequired,
    /// Only a moderator gives this field.
    NotAllowed(&'static str),
    /// No post is named, or none that there is.
    NoPost,
    /// The post takes no comments.
    Closed,
    /// It has a number already.
    Exists,
    /// Not a comment's type.
    Type,
    /// The site has no such user.
    NoSuchAccount,
    /// There is no text.
    NoContent,
    /// Name or e-mail is missing.
    AuthorDataRequired,
    /// What it answers is no comment under that post.
    BadParent,
    /// The intake refuses it.
    Intake(submit_comment::Refusal),
}

/// Makes a comment in the name of who asks, or of nobody.
pub async fn create_comment(
    app: &App,
    site: &Arc<Site>,
    who: Option<&Authenticated>,
    client: &Client,
    wanted: Wanted,
) -> Result<Result<Accepted, Refusal>> {
    let sender = who.map(Authenticated::actor);
    if let Some(refusal) = not_allowed(site, sender.as_ref(), client, &wanted) {
        return Ok(Err(refusal));
    }
    let Some(post) = find_post::by_id(app, site.id, PostId(wanted.post)).await?.filter(|_| wanted.post != 0) else {
        return Ok(Err(Refusal::NoPost));
    };
    if !post.takes_comments(&site.options, app.clock.now()) {
        return Ok(Err(Refusal::Closed));
    }
    if wanted.has_id {
        return Ok(Err(Refusal::Exists));
    }
    if wanted.kind.as_deref().is_some_and(|kind| !kind.is_empty() && kind != "comment") {
        return Ok(Err(Refusal::Type));
    }
    let Some(author) = author(app, site, who, &wanted).await? else { return Ok(Err(Refusal::NoSuchAccount)) };
    if let Some(refusal) = incomplete(site, author.as_ref(), &wanted) {
        return Ok(Err(refusal));
    }
    if !is_parent_right(app, site, &wanted).await? {
        return Ok(Err(Refusal::BadParent));
    }
    let submission = submission(author, sender, client, wanted);
    Ok(submit_comment(app, site, submission).await?.map_err(Refusal::Intake))
}

/// What the sender may not ask for.
fn not_allowed(site: &Site, sender: Option<&Actor>, client: &Client, wanted: &Wanted) -> Option<Refusal> {
    let options = &site.options;
    if sender.is_none() && (options.comment_registration || !options.rest_allow_anonymous_comments) {
        return Some(Refusal::LoginRequired);
    }
    if sender.is_some_and(|actor| actor.can(Capability::ModerateComments)) {
        return None;
    }
    // Nobody's number is 0.
    let own = sender.and_then(|actor| actor.account_id).map_or(0, |id| id.0);
    if wanted.account.is_some_and(|id| id != own) {
        return Some(Refusal::NotAllowed("author"));
    }
    if wanted.ip.is_some_and(|ip| ip != client.ip) {
        return Some(Refusal::NotAllowed("author_ip"));
    }
    if wanted.status.is_some() {
        return Some(Refusal::NotAllowed("status"));
    }
    wanted.created_at.map(|_| Refusal::NotAllowed("date"))
}

/// Under whose account it is written: the one that is named; the sender's own where nothing is said of the
/// author; else nobody's. `None` when the named one is none of the site's.
async fn author(
    app: &App,
    site: &Site,
    who: Option<&Authenticated>,
    wanted: &Wanted,
) -> Result<Option<Option<(Actor, Account)>>> {
    let sender = who.map(|who| (who.actor(), who.account.clone()));
    let Some(id) = wanted.account else {
        let is_said =
            [&wanted.author, &wanted.email, &wanted.url].iter().any(|f| f.as_ref().is_some_and(|f| !f.is_empty()));
        return Ok(Some(sender.filter(|_| !is_said)));
    };
    if let Some((actor, account)) = sender.filter(|(actor, _)| actor.account_id.is_some_and(|own| own.0 == id)) {
        return Ok(Some(Some((actor, account))));
    }
    let user = users::find_many(&app.db, site.id, &[id]).await?.pop();
    Ok(user.map(|user| Some((actor(&user.account, user.role), user.account))))
}

/// What is missing; the same is asked of everybody.
fn incomplete(site: &Site, author: Option<&(Actor, Account)>, wanted: &Wanted) -> Option<Refusal> {
    if wanted.content.trim().is_empty() {
        return Some(Refusal::NoContent);
    }
    let account = author.map(|(_, account)| account);
    let is_there = |given: &Option<String>, own: fn(&Account) -> &String| {
        let text = given.as_ref().or(account.map(own));
        text.is_some_and(|text| !text.trim().is_empty())
    };
    let complete = is_there(&wanted.author, |a| &a.display_name) && is_there(&wanted.email, |a| &a.email);
    (site.options.require_name_email && !complete).then_some(Refusal::AuthorDataRequired)
}

/// Whether what it answers stands under the same post. Whether it may be answered is the intake's to say.
async fn is_parent_right(app: &App, site: &Site, wanted: &Wanted) -> Result<bool> {
    if wanted.parent == 0 {
        return Ok(true);
    }
    let parent = comments::find(&app.db, site.id, CommentId(wanted.parent)).await?;
    Ok(parent.is_some_and(|p| p.post_id.0 == wanted.post))
}

fn submission(author: Option<(Actor, Account)>, sender: Option<Actor>, client: &Client, wanted: Wanted) -> Submission {
    let is_account = author.is_some();
    let in_place = |field: &Option<String>| field.clone().filter(|_| is_account);
    Submission {
        given: Given {
            author: in_place(&wanted.author),
            email: in_place(&wanted.email),
            url: in_place(&wanted.url),
            ip: wanted.ip.map(|ip| ip.to_string()),
            agent: wanted.agent,
            created_at: wanted.created_at,
            status: wanted.status.flatten(),
        },
        comment: NewComment {
            post_id: wanted.post,
            parent_id: wanted.parent,
            author: wanted.author.unwrap_or_default(),
            email: wanted.email.unwrap_or_default(),
            url: wanted.url.unwrap_or_default(),
            content: wanted.content,
        },
        kind: CommentType::Comment,
        client: client.clone(),
        author,
        identity: None,
        sent_by: sender,
        signals: Signals::default(),
        idempotency_key: wanted.idempotency_key,
        claim: None,
    }
}
