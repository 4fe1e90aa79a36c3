//! Changing a comment: its words, and over the APIs its place, author, date and status too. What is typed
//! passes the filters that a new comment passes. The desk's Edit and Quick Edit, and the REST API, call it.
//!
//! WordPress's REST API writes the moderator's own address and program over the author's with every update,
//! even of the status alone (register §14 #12): here they stay, unless others are given.

use crate::actions::find_post;
use crate::actions::moderate_comments::{Act, Verb};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::comment::{Comment, NewComment, Status};
use crate::model::ids::{AccountId, CommentId, PostId};
use crate::model::site::Site;
use crate::model::text::{self, lengths, names, url_clean};
use crate::model::time::Timestamp;
use crate::store::db::Tx;
use crate::store::{comments, posts, subscriptions, users};

/// What is to be changed of a comment. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The name.
    pub author: Option<String>,
    /// The e-mail, may be empty.
    pub email: Option<String>,
    /// The URL, may be empty.
    pub url: Option<String>,
    /// The text.
    pub content: Option<String>,
    /// What is to become of its status.
    pub status: Option<Verb>,
    /// The number of the post it moves to; what answers it stays, one level up.
    pub post: Option<i64>,
    /// The number of the comment it answers; 0 for none.
    pub parent: Option<i64>,
    /// The number of the account that wrote it, whose name, e-mail and URL it gets where none are given.
    pub account: Option<i64>,
    /// The address it came from.
    pub ip: Option<String>,
    /// The program it came from.
    pub agent: Option<String>,
    /// When it was written.
    pub created_at: Option<Timestamp>,
    /// Whether a comment in the Trash is changed too. The desk's form refuses (WP 7.1 §10.3), programs do
    /// not: they send the text along when they restore.
    pub in_trash: bool,
}

/// A comment that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// As it is now.
    pub comment: Comment,
    /// What changed, by field; a status does not count.
    pub fields: Vec<&'static str>,
}

/// Why a comment is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such comment.
    Missing,
    /// The actor may not.
    Forbidden,
    /// It is in the Trash, which the desk does not edit (WP 7.1 §10.3).
    InTrash,
    /// There is no text.
    NoContent,
    /// A field has too many bytes.
    TooLong(lengths::TooLong),
    /// There is no such post.
    NoSuchPost,
    /// The site has no such user.
    NoSuchAccount,
    /// What it would answer is no comment under the same post, or stands under it (register §14 #5).
    BadParent,
    /// The site keeps no Trash.
    NoTrash,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Missing => Self::not_found("Invalid comment ID."),
            Refusal::Forbidden => Self::Forbidden("Sorry, you are not allowed to edit comments on this post.".into()),
            Refusal::InTrash => Self::Conflict(
                "This comment is in the Trash. Please move it out of the Trash if you want to edit it.".into(),
            ),
            Refusal::NoContent => Self::invalid("content", "Please type your comment text."),
            Refusal::TooLong(long) => Self::invalid(long.field(), long.message()),
            Refusal::NoSuchPost => Self::invalid("post", "There is no such post."),
            Refusal::NoSuchAccount => Self::invalid("author", "This site has no such user."),
            Refusal::BadParent => Self::invalid("parent", "A comment answers another one under the same post."),
            Refusal::NoTrash => Self::Conflict("This site keeps no Trash; delete the comment for ever instead.".into()),
        }
    }
}

/// Changes a comment by a form or a call that tells what does not fit. Wants what moderating it wants. Answers
/// with what was changed, by field.
pub async fn edit_comment(
    app: &App,
    site: &Site,
    actor: &Actor,
    id: CommentId,
    changes: Changes,
) -> Result<Vec<&'static str>> {
    let given = |field: &Option<String>| field.as_deref().unwrap_or_default().trim().to_owned();
    let (email, url) = (given(&changes.email), given(&changes.url));
    if !email.is_empty() && !names::is_email(&email) {
        return Err(Error::invalid("email", "Please enter a valid email address."));
    }
    if url_clean::author_url(&url).is_empty() && !url.is_empty() {
        return Err(Error::invalid("url", "A URL begins with https:// or http://."));
    }
    Ok(change_comment(app, site, actor, id, changes).await??.fields)
}

/// Changes a comment. Wants what moderating it wants, and of the post it moves to too.
pub async fn change_comment(
    app: &App,
    site: &Site,
    actor: &Actor,
    id: CommentId,
    mut changes: Changes,
) -> Result<Result<Changed, Refusal>> {
    if changes.status == Some(Verb::Trash) && site.options.empty_trash_days <= 0 {
        return Ok(Err(Refusal::NoTrash));
    }
    if let Some(account) = changes.account {
        let Some(user) = users::find_many(&app.db, site.id, &[account]).await?.pop() else {
            return Ok(Err(Refusal::NoSuchAccount));
        };
        let account = user.account;
        changes.author.get_or_insert(account.display_name);
        changes.email.get_or_insert(account.email);
        changes.url.get_or_insert(account.url);
    }
    if let Err(refusal) = filter(site, &mut changes) {
        return Ok(Err(refusal));
    }
    if let Some(post) = changes.post {
        match find_post::by_id(app, site.id, PostId(post)).await? {
            None => return Ok(Err(Refusal::NoSuchPost)),
            Some(post) if !actor.may_moderate_under(post.account_id) => return Ok(Err(Refusal::Forbidden)),
            Some(_) => {}
        }
    }
    let act = Act::of(app, site, actor);
    let notifying = act.notifying;
    let changed = app.db.write(async move |tx| write(tx, &act, id, &changes).await).await?;
    notifying.wake(app);
    Ok(changed)
}

/// The filters and lengths of a new comment (WP 7.1 §5.1, form check 12), on what is given.
fn filter(site: &Site, changes: &mut Changes) -> Result<(), Refusal> {
    let given = |field: &Option<String>| field.clone().unwrap_or_default();
    let new = NewComment {
        author: given(&changes.author),
        email: given(&changes.email),
        url: given(&changes.url),
        content: given(&changes.content),
        ..NewComment::default()
    };
    lengths::check(&new).map_err(Refusal::TooLong)?;
    if let Some(content) = &mut changes.content {
        if content.trim().is_empty() {
            return Err(Refusal::NoContent);
        }
        *content = text::save_content(content.trim(), site.home_host());
        if content.len() > lengths::STORED_CONTENT_BYTES_MAX {
            return Err(Refusal::TooLong(lengths::TooLong::Content));
        }
    }
    changes.author = changes.author.as_deref().map(names::author);
    changes.email = changes.email.as_deref().map(names::email);
    changes.url = changes.url.as_deref().map(url_clean::author_url);
    changes.ip = changes.ip.as_deref().map(names::ip);
    changes.agent = changes.agent.as_deref().map(names::agent);
    Ok(())
}

async fn write(tx: &mut Tx, act: &Act, id: CommentId, changes: &Changes) -> Result<Result<Changed, Refusal>> {
    let Some(before) = comments::lock(tx, act.site, id).await? else { return Ok(Err(Refusal::Missing)) };
    if !act.may_edit(tx, before.post_id).await? {
        return Ok(Err(Refusal::Forbidden));
    }
    if !changes.in_trash && before.status == Status::Trash {
        return Ok(Err(Refusal::InTrash));
    }
    let after = changes.of(&before);
    if changes.parent.is_some() && !is_parent_right(tx, &after).await? {
        return Ok(Err(Refusal::BadParent));
    }
    let fields = changed_fields(&before, &after);
    if !fields.is_empty() {
        comments::update(tx, &after).await?;
        act.note(tx, id, "edit", &fields.join(", ")).await?;
        recount(tx, &before, &after, act.now).await?;
    }
    if let Some(verb) = changes.status {
        act.carry_out(tx, verb, &after).await?;
    }
    let comment = comments::find_in(tx, act.site, id).await?;
    let comment = comment.ok_or_else(|| Error::internal("a comment that was changed is gone"))?;
    Ok(Ok(Changed { comment, fields }))
}

impl Changes {
    /// The comment as it is to be.
    fn of(&self, before: &Comment) -> Comment {
        let text = |new: &Option<String>, old: &String| new.clone().unwrap_or_else(|| old.clone());
        let post_id = self.post.map_or(before.post_id, PostId);
        // Under another post there is nothing that it answers.
        let parent_id = if post_id == before.post_id { before.parent_id } else { None };
        let author_name = text(&self.author, &before.author_name);
        let account_id = self.account.map(AccountId).or(before.account_id);
        // What a log-in proved is no proof of another name.
        let is_same_author = author_name == before.author_name && account_id == before.account_id;
        Comment {
            post_id,
            parent_id: self.parent.map_or(parent_id, |id| Some(CommentId(id)).filter(|id| id.0 != 0)),
            author_name,
            author_email: text(&self.email, &before.author_email),
            author_url: text(&self.url, &before.author_url),
            author_ip: text(&self.ip, &before.author_ip),
            agent: text(&self.agent, &before.agent),
            account_id,
            proven_by: if is_same_author { before.proven_by.clone() } else { String::new() },
            content: text(&self.content, &before.content),
            created_at: self.created_at.unwrap_or(before.created_at),
            ..before.clone()
        }
    }
}

/// Whether what the comment is to answer is another one under the same post, and none that stands under it.
async fn is_parent_right(tx: &mut Tx, after: &Comment) -> Result<bool> {
    let Some(parent) = after.parent_id else { return Ok(true) };
    let found = comments::find_in(tx, after.site_id, parent).await?;
    Ok(found.is_some_and(|p| p.post_id == after.post_id)
        && !comments::stands_under(tx, after.site_id, parent, after.id).await?)
}

/// Readers of the posts concerned see something else now.
async fn recount(tx: &mut Tx, before: &Comment, after: &Comment, now: Timestamp) -> Result<()> {
    let shown = i64::from(before.status == Status::Approved);
    if before.post_id == after.post_id {
        return if shown == 1 { posts::add_to_count(tx, before.site_id, before.post_id, 0, now).await } else { Ok(()) };
    }
    comments::move_answers_up(tx, before).await?;
    subscriptions::move_with_comment(tx, before.site_id, before.post_id, after.post_id, before.id).await?;
    posts::add_to_count(tx, before.site_id, before.post_id, -shown, now).await?;
    posts::add_to_count(tx, after.site_id, after.post_id, shown, now).await
}

fn changed_fields(before: &Comment, after: &Comment) -> Vec<&'static str> {
    let fields = [
        ("author", before.author_name != after.author_name),
        ("email", before.author_email != after.author_email),
        ("url", before.author_url != after.author_url),
        ("content", before.content != after.content),
        ("post", before.post_id != after.post_id),
        ("parent", before.parent_id != after.parent_id),
        ("account", before.account_id != after.account_id),
        ("ip", before.author_ip != after.author_ip),
        ("agent", before.agent != after.agent),
        ("date", before.created_at != after.created_at),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}
