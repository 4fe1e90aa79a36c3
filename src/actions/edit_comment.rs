//! Changing a comment's words (Edit, Quick Edit). What is typed passes the filters that a new comment
//! passes. A trashed comment is not edited (WP 7.1 §10.3).

use crate::actions::moderate_comments::Act;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::comment::{Comment, NewComment, Status};
use crate::model::ids::CommentId;
use crate::model::site::Site;
use crate::model::text::{self, lengths, names, url_clean};
use crate::store::comments::{self, Edit};
use crate::store::posts;

/// A comment as a moderator typed it: plain name, e-mail and URL, and the text with its allowed tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The name.
    pub author: String,
    /// The e-mail, may be empty.
    pub email: String,
    /// The URL, may be empty.
    pub url: String,
    /// The text.
    pub content: String,
    /// The status chosen, where the form has one.
    pub status: Option<Status>,
}

/// Changes a comment. Wants what moderating it wants. Answers with what was changed, by field.
pub async fn edit_comment(
    app: &App,
    site: &Site,
    actor: &Actor,
    id: CommentId,
    typed: Typed,
) -> Result<Vec<&'static str>> {
    let edit = saved(site, &typed)?;
    let status = typed.status;
    let act = Act::of(app, site, actor);
    let notifying = act.notifying;
    let changed = app
        .db
        .write(async move |tx| {
            let comment = comments::lock(tx, act.site, id).await?;
            let comment = comment.ok_or_else(|| Error::not_found("Invalid comment ID."))?;
            if !act.may_edit(tx, comment.post_id).await? {
                return Err(Error::Forbidden("Sorry, you are not allowed to edit comments on this post.".into()));
            }
            if comment.status == Status::Trash {
                return Err(Error::Conflict(
                    "This comment is in the Trash. Please move it out of the Trash if you want to edit it.".into(),
                ));
            }
            let changed = changed_fields(&comment, &edit);
            if !changed.is_empty() {
                comments::update(tx, &comment, &edit).await?;
                act.note(tx, id, "edit", &changed.join(", ")).await?;
                if comment.status == Status::Approved {
                    // The count stays; readers see other words.
                    posts::add_to_count(tx, act.site, comment.post_id, 0).await?;
                }
            }
            if let Some(to) = status.filter(|to| *to != comment.status) {
                let before = matches!(to, Status::Spam | Status::Trash).then_some(comment.status);
                act.set_status(tx, &comment, to, before, "edit").await?;
            }
            Ok(changed)
        })
        .await?;
    notifying.wake(app);
    Ok(changed)
}

fn changed_fields(comment: &Comment, edit: &Edit) -> Vec<&'static str> {
    let fields = [
        ("author", comment.author_name != edit.author_name),
        ("email", comment.author_email != edit.author_email),
        ("url", comment.author_url != edit.author_url),
        ("content", comment.content != edit.content),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

/// What is kept of what was typed: the filters and lengths of a new comment (WP 7.1 §5.1, form check 12).
fn saved(site: &Site, typed: &Typed) -> Result<Edit> {
    let new = NewComment {
        author: typed.author.clone(),
        email: typed.email.clone(),
        url: typed.url.clone(),
        content: typed.content.clone(),
        ..NewComment::default()
    };
    lengths::check(&new).map_err(|long| Error::invalid(long.field(), long.message()))?;
    if typed.content.trim().is_empty() {
        return Err(Error::invalid("content", "Please type your comment text."));
    }
    if !typed.email.trim().is_empty() && !names::is_email(typed.email.trim()) {
        return Err(Error::invalid("email", "Please enter a valid email address."));
    }
    let author_url = url_clean::author_url(&typed.url);
    if author_url.is_empty() && !typed.url.trim().is_empty() {
        return Err(Error::invalid("url", "A URL begins with https:// or http://."));
    }
    Ok(Edit {
        author_name: names::author(&typed.author),
        author_email: names::email(&typed.email),
        author_url,
        content: text::save_content(typed.content.trim(), site.home_host()),
    })
}
