//! Changing a comment: its words (the desk's Edit and Quick Edit), and for programs its time and status in
//! the same call. What is typed passes the filters that a new comment passes.

use crate::actions::moderate_comments::Act;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::comment::{Comment, NewComment, Status};
use crate::model::ids::CommentId;
use crate::model::site::Site;
use crate::model::text::{self, lengths, names, url_clean};
use crate::model::time::Timestamp;
use crate::store::comments::{self, Edit};
use crate::store::posts;

/// What is to change of a comment: plain name, e-mail and URL, and the text with its allowed tags. What is
/// `None` stays as it is.
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
    /// When it was written.
    pub created_at: Option<Timestamp>,
    /// The status.
    pub status: Option<Status>,
    /// Whether a comment in the Trash is changed too. The desk's form refuses (WP 7.1 §10.3), programs do
    /// not: they send the text along when they restore.
    pub in_trash: bool,
}

/// Changes a comment. Wants what moderating it wants. Answers with what was changed, by field; a change
/// that changes nothing is none.
pub async fn edit_comment(
    app: &App,
    site: &Site,
    actor: &Actor,
    id: CommentId,
    changes: Changes,
) -> Result<Vec<&'static str>> {
    let changes = saved(site, changes)?;
    let act = Act { site: site.id, actor: actor.clone(), keeps_trash: true, now: app.clock.now() };
    app.db
        .write(async move |tx| {
            let comment = comments::lock(tx, act.site, id).await?;
            let comment = comment.ok_or_else(|| Error::not_found("Invalid comment ID."))?;
            if !act.may_edit(tx, comment.post_id).await? {
                return Err(Error::Forbidden("Sorry, you are not allowed to edit comments on this post.".into()));
            }
            if comment.status == Status::Trash && !changes.in_trash {
                return Err(Error::Conflict(
                    "This comment is in the Trash. Please move it out of the Trash if you want to edit it.".into(),
                ));
            }
            let edit = edited(&comment, &changes);
            let mut changed = changed_fields(&comment, &edit);
            if !changed.is_empty() {
                comments::update(tx, &comment, &edit).await?;
                act.note(tx, id, "edit", &changed.join(", ")).await?;
                if comment.status == Status::Approved {
                    // The count stays; readers see other words.
                    posts::add_to_count(tx, act.site, comment.post_id, 0).await?;
                }
            }
            if let Some(to) = changes.status.filter(|to| *to != comment.status) {
                let before = matches!(to, Status::Spam | Status::Trash).then_some(comment.status);
                act.set_status(tx, &comment, to, before, "edit").await?;
                changed.push("status");
            }
            Ok(changed)
        })
        .await
}

/// The comment with what changes in place of what is there.
fn edited(comment: &Comment, changes: &Changes) -> Edit {
    let or = |new: &Option<String>, old: &String| new.as_ref().unwrap_or(old).clone();
    Edit {
        author_name: or(&changes.author, &comment.author_name),
        author_email: or(&changes.email, &comment.author_email),
        author_url: or(&changes.url, &comment.author_url),
        content: or(&changes.content, &comment.content),
        created_at: changes.created_at.unwrap_or(comment.created_at),
    }
}

fn changed_fields(comment: &Comment, edit: &Edit) -> Vec<&'static str> {
    let fields = [
        ("author", comment.author_name != edit.author_name),
        ("email", comment.author_email != edit.author_email),
        ("url", comment.author_url != edit.author_url),
        ("content", comment.content != edit.content),
        ("date", comment.created_at != edit.created_at),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

/// The changes as they will be stored: the filters and lengths of a new comment (WP 7.1 §5.1, form check 12).
fn saved(site: &Site, typed: Changes) -> Result<Changes> {
    let text = |typed: &Option<String>| typed.clone().unwrap_or_default();
    let new = NewComment {
        author: text(&typed.author),
        email: text(&typed.email),
        url: text(&typed.url),
        content: text(&typed.content),
        ..NewComment::default()
    };
    lengths::check(&new).map_err(|long| Error::invalid(long.field(), long.message()))?;
    if typed.content.is_some() && new.content.trim().is_empty() {
        return Err(Error::invalid("content", "Please type your comment text."));
    }
    if !new.email.trim().is_empty() && !names::is_email(new.email.trim()) {
        return Err(Error::invalid("email", "Please enter a valid email address."));
    }
    let author_url = url_clean::author_url(&new.url);
    if author_url.is_empty() && !new.url.trim().is_empty() {
        return Err(Error::invalid("url", "A URL begins with https:// or http://."));
    }
    let content = typed.content.map(|content| text::save_content(content.trim(), site.home_host()));
    // Filtering may lengthen a text: `<` becomes `&lt;`.
    if content.as_ref().is_some_and(|c| c.len() > lengths::STORED_CONTENT_BYTES_MAX) {
        let long = lengths::TooLong::Content;
        return Err(Error::invalid(long.field(), long.message()));
    }
    Ok(Changes {
        author: typed.author.map(|author| names::author(&author)),
        email: typed.email.map(|email| names::email(&email)),
        url: typed.url.map(|_| author_url),
        content,
        ..typed
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::comment::CommentType;
    use crate::model::ids::{PostId, SiteId};

    fn comment() -> Comment {
        Comment {
            site_id: SiteId(1),
            id: CommentId(1),
            post_id: PostId(1),
            parent_id: None,
            kind: CommentType::Comment,
            status: Status::Hold,
            author_name: "Ann".into(),
            author_email: "ann@example.org".into(),
            author_url: "https://ann.example/".into(),
            author_ip: String::new(),
            agent: String::new(),
            account_id: None,
            content: "Words".into(),
            created_at: Timestamp(1),
            reason: String::new(),
        }
    }

    #[test]
    fn what_is_not_given_stays() {
        let nothing = edited(&comment(), &Changes::default());
        assert_eq!(changed_fields(&comment(), &nothing), [""; 0]);
        let some = Changes { email: Some(String::new()), created_at: Some(Timestamp(2)), ..Changes::default() };
        let some = edited(&comment(), &some);
        assert_eq!(changed_fields(&comment(), &some), ["email", "date"]);
        assert_eq!((some.author_name.as_str(), some.content.as_str()), ("Ann", "Words"));
    }
}
