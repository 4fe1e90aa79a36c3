//! What somebody wrote: the list of it, and changing and deleting one's own comment within the time that the site sets
//! (`comment_edit_minutes`). A changed text passes the filters and rules that a new comment passes, so nothing comes
//! past them by being added afterwards; it never gets better by it. Called by the commenter's own page, and by the frame
//! beside the comment.
//!
//! Guests are not among them: an address in a form proves nothing.

use std::sync::Arc;
use std::time::Duration;

use crate::actions::current_actor::{Visitor, role_on};
use crate::actions::moderate_comments::{Act, Outcome, Verb};
use crate::actions::submit_comment::{Given, Refusal, Signals, Submission, judge_again};
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::comment::{Comment, CommentType, NewComment, Status};
use crate::model::ids::{CommentId, PostId};
use crate::model::moderation::Verdict;
use crate::model::own_comment::{TooLate, may_delete, may_edit, open_until};
use crate::model::post::Post;
use crate::model::role::{Capability, Role};
use crate::model::site::Site;
use crate::model::text::{self, lengths};
use crate::model::time::Timestamp;
use crate::store::comments::{self, Own};
use crate::store::db::Tx;
use crate::store::posts;

/// Comments on a page of the list.
pub const PAGE_COMMENTS: usize = 20;
/// One's own comments under one post that can be changed beside them at once, the newest.
pub const OPEN_COMMENTS_MAX: i64 = 50;
/// Hexadecimal characters by which a text is known again: 128 bits.
const MARK_CHARS: usize = 32;

/// One's own comment, and what may be done with it now.
#[derive(Clone, Debug)]
pub struct Shown {
    /// As it stands.
    pub comment: Comment,
    /// The post it stands under.
    pub post: Option<Arc<Post>>,
    /// Whether it may be changed.
    pub edit: Result<(), TooLate>,
    /// Whether it may be deleted.
    pub delete: Result<(), TooLate>,
    /// Until when that is.
    pub open_until: Option<Timestamp>,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct Page {
    /// The newest first.
    pub shown: Vec<Shown>,
    /// The number from before which the next page goes on, where there is one.
    pub older: Option<CommentId>,
}

/// What the visitor wrote on a site, from before this number on.
pub async fn list(app: &App, site: &Site, visitor: &Visitor, before: Option<CommentId>) -> Result<Page> {
    let before = before.unwrap_or(CommentId(i64::MAX));
    let limit = i64::try_from(PAGE_COMMENTS + 1).unwrap_or(i64::MAX);
    let mut own = comments::list_of_account(&app.db, site.id, visitor.account.id, before, limit).await?;
    let has_more = own.len() > PAGE_COMMENTS;
    own.truncate(PAGE_COMMENTS);
    let older = own.last().map(|own| own.comment.id).filter(|_| has_more);
    Ok(Page { shown: with_posts(app, site, own).await?, older })
}

/// What the visitor wrote under a post and may still delete, and mostly change, the newest first.
pub async fn open_under(app: &App, site: &Site, visitor: &Visitor, post: PostId) -> Result<Vec<Shown>> {
    let minutes = u64::try_from(site.options.comment_edit_minutes).unwrap_or(0);
    if minutes == 0 {
        return Ok(Vec::new());
    }
    let since = app.clock.now().minus(Duration::from_mins(minutes));
    let account = visitor.account.id;
    let own = comments::list_under_post(&app.db, (site.id, post), account, since, OPEN_COMMENTS_MAX).await?;
    let mut shown = with_posts(app, site, own).await?;
    shown.retain(|shown| shown.delete.is_ok());
    Ok(shown)
}

/// The other sites of this server on which the visitor has written.
pub async fn other_sites(app: &App, site: &Site, visitor: &Visitor) -> Result<Vec<Arc<Site>>> {
    let ids = comments::sites_of_account(&app.db, visitor.account.id).await?;
    let all = app.sites.all(&app.db).await?;
    Ok(all.iter().filter(|other| other.id != site.id && ids.contains(&other.id)).cloned().collect())
}

/// The visitor's comment of this number; somebody else's is not there.
pub async fn find(app: &App, site: &Site, visitor: &Visitor, id: CommentId) -> Result<Shown> {
    let before = CommentId(id.0.saturating_add(1));
    let mut own = comments::list_of_account(&app.db, site.id, visitor.account.id, before, 1).await?;
    own.retain(|own| own.comment.id == id);
    with_posts(app, site, own).await?.pop().ok_or_else(missing)
}

fn missing() -> Error {
    Error::not_found("You have no such comment here. It may have been deleted.")
}

async fn with_posts(app: &App, site: &Site, own: Vec<Own>) -> Result<Vec<Shown>> {
    let ids: Vec<_> = own.iter().map(|own| own.comment.post_id).collect();
    let posts: Vec<Arc<Post>> = posts::find_many(&app.db, site.id, &ids).await?.into_iter().map(Arc::new).collect();
    let (minutes, now) = (site.options.comment_edit_minutes, app.clock.now());
    let shown = own.into_iter().map(|Own { comment, is_answered }| Shown {
        post: posts.iter().find(|post| post.id == comment.post_id).cloned(),
        edit: may_edit(&comment, minutes, is_answered, now),
        delete: may_delete(&comment, minutes, now),
        open_until: open_until(&comment, minutes),
        comment,
    });
    Ok(shown.collect())
}

/// By which a text is known again: a form that was opened before somebody changed it does not undo that.
pub fn mark_of(app: &App, comment: &Comment) -> String {
    let mut mark = app.secret.sign("own comment", &[&comment.id.to_string(), &comment.content]);
    mark.truncate(MARK_CHARS);
    mark
}

/// What is asked of a comment.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Which one.
    pub id: CommentId,
    /// The new text, as typed.
    pub content: String,
    /// The mark of the text that was shown.
    pub seen: String,
    /// Who asks.
    pub client: Client,
}

/// Changes the text of one's own comment; answers with it as it is now. A text that stands there already changes
/// nothing, and so a repeated request is answered as the first one was.
pub async fn edit(app: &App, site: &Arc<Site>, visitor: &Visitor, edit: Edit) -> Result<Comment> {
    let role = role_on(app, &visitor.account, site).await?.unwrap_or(Role::Subscriber);
    let actor = visitor.actor(role);
    if !actor.can(Capability::ModerateComments) {
        app.limits.check_client(Limit::Comments, edit.client.ip)?;
    }
    let shown = find(app, site, visitor, edit.id).await?;
    shown.edit.map_err(too_late)?;
    let content = filtered(site, &edit.content)?;
    if content == shown.comment.content {
        return Ok(shown.comment);
    }
    if mark_of(app, &shown.comment) != edit.seen {
        return Err(changed_meanwhile());
    }
    let after = Comment { content, edited_at: Some(app.clock.now()), ..shown.comment.clone() };
    let trusted =
        actor.can(Capability::ModerateComments) || shown.post.is_some_and(|p| p.account_id == Some(visitor.account.id));
    let submission = Submission {
        comment: NewComment { content: edit.content, ..NewComment::default() },
        kind: CommentType::Comment,
        client: edit.client,
        author: Some((actor.clone(), visitor.account.clone())),
        identity: visitor.session.identity_id,
        sent_by: None,
        given: Given::default(),
        signals: Signals::default(),
        idempotency_key: None,
        claim: None,
    };
    // Whoever has an approved comment has one: this. One that waits gets no better, whatever is said of it.
    let verdict = judge_again(app, site, &submission, &after, trusted).await?.known;
    let change = Change {
        act: Act::of(app, site, &actor),
        minutes: site.options.comment_edit_minutes,
        before: shown.comment,
        after,
        verdict,
    };
    let notifying = change.act.notifying;
    let changed = app.db.write(async move |tx| change.write(tx).await).await?;
    notifying.wake(app);
    Ok(changed)
}

fn too_late(why: TooLate) -> Error {
    Error::Conflict(why.words().into())
}

fn changed_meanwhile() -> Error {
    Error::Conflict(
        "This comment was changed since you opened it. Look at what stands there now, and try again.".into(),
    )
}

/// The filters and lengths of a new comment (WP 7.1 §5.1, form checks 11 and 12).
fn filtered(site: &Site, typed: &str) -> Result<String> {
    let refuse = |refusal: Refusal| Error::invalid("comment", refusal.text());
    if typed.trim().is_empty() {
        return Err(refuse(Refusal::RequireComment));
    }
    lengths::check(&NewComment { content: typed.to_owned(), ..NewComment::default() })
        .map_err(|long| refuse(Refusal::TooLong(long)))?;
    let content = text::save_content(typed.trim(), site.home_host());
    if content.len() > lengths::STORED_CONTENT_BYTES_MAX {
        return Err(refuse(Refusal::TooLong(lengths::TooLong::Content)));
    }
    Ok(content)
}

/// A change with everything decided but what only the transaction can tell.
struct Change {
    act: Act,
    minutes: i64,
    before: Comment,
    after: Comment,
    verdict: Verdict,
}

impl Change {
    async fn write(&self, tx: &mut Tx) -> Result<Comment> {
        let (site, id, now) = (self.act.site, self.before.id, self.act.now);
        let locked = comments::lock(tx, site, id).await?.filter(|c| c.account_id == self.before.account_id);
        let there = locked.ok_or_else(missing)?;
        let is_answered = comments::is_answered(tx, site, id).await?;
        may_edit(&there, self.minutes, is_answered, now).map_err(too_late)?;
        if there.content != self.before.content {
            return Err(changed_meanwhile());
        }
        let after = Comment { content: self.after.content.clone(), edited_at: self.after.edited_at, ..there.clone() };
        comments::update(tx, &after).await?;
        // Its first text is kept, closed by a mark so that no text can pass for a decision.
        let detail =
            if there.edited_at.is_none() { format!("before: “{}”", there.content) } else { "once more".to_owned() };
        self.act.note(tx, id, "edit_own", &detail).await?;
        let to = worse(there.status, self.verdict.status);
        if to != there.status {
            let before = matches!(to, Status::Spam | Status::Trash).then_some(there.status);
            comments::set_status(tx, site, id, to, before, now).await?;
            let reason = format!("{}, after its author changed it", self.verdict.reason);
            comments::set_reason(tx, site, id, &reason).await?;
        }
        if there.status == Status::Approved {
            let by = if to == Status::Approved { 0 } else { -1 };
            posts::add_to_count(tx, site, there.post_id, by, now).await?;
        }
        let after = Comment { status: to, ..after };
        if there.status != Status::Hold && to == Status::Hold {
            self.act.notifying.arrived(tx, &after, there.account_id).await?;
        }
        Ok(after)
    }
}

/// What becomes of a comment whose new text has this verdict: nothing gets better by being changed.
fn worse(now: Status, verdict: Status) -> Status {
    match (now, verdict) {
        (Status::Hold, Status::Approved) => Status::Hold,
        (_, verdict) => verdict,
    }
}

/// Deletes one's own comment: to the Trash, from where a moderator can bring it back; for ever where the site keeps
/// none. What others answered stays in sight, a level up, as below every comment that goes.
pub async fn delete(app: &App, site: &Site, visitor: &Visitor, id: CommentId) -> Result<()> {
    let role = role_on(app, &visitor.account, site).await?.unwrap_or(Role::Subscriber);
    let act = Act::of(app, site, &visitor.actor(role));
    let (account, minutes) = (visitor.account.id, site.options.comment_edit_minutes);
    app.db
        .write(async move |tx| {
            let there = comments::lock(tx, act.site, id).await?.filter(|c| c.account_id == Some(account));
            let there = there.filter(|c| c.status != Status::Trash).ok_or_else(missing)?;
            may_delete(&there, minutes, act.now).map_err(too_late)?;
            if act.keeps_trash && comments::move_answers_up(tx, &there).await? > 0 {
                posts::add_to_count(tx, act.site, there.post_id, 0, act.now).await?;
            }
            match act.carry_out(tx, Verb::Trash, &there).await? {
                Outcome::Changed { .. } | Outcome::Deleted { .. } => Ok(()),
                other => Err(Error::internal(format!("deleting one's own comment: {other:?}"))),
            }
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_gets_no_better_by_being_changed() {
        use Status::{Approved, Hold, Spam, Trash};
        for (now, verdict, to) in [
            (Approved, Approved, Approved),
            (Approved, Hold, Hold),
            (Approved, Spam, Spam),
            (Approved, Trash, Trash),
            (Hold, Approved, Hold),
            (Hold, Hold, Hold),
            (Hold, Spam, Spam),
            (Hold, Trash, Trash),
        ] {
            assert_eq!(worse(now, verdict), to, "{now:?} {verdict:?}");
        }
    }
}
