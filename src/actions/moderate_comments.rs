//! Moderation: one verb on one comment or many, in one write, with each item's own permission, its audit
//! entry, and the counts that readers see. WordPress's transitions (WP 7.1 §1.4); a second moderator who
//! does the same finds it done. Called by the desk and by every other door that moderates.

use crate::actions::notify::Notifying;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::comment::{Comment, Status};
use crate::model::ids::{CommentId, PostId, SiteId};
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::store::audit::{self, Subject};
use crate::store::db::Tx;
use crate::store::{comments, linkbacks, posts, subscriptions};

/// Comments that one action takes: bounds how long other writers wait for it.
pub const BULK_COMMENTS_MAX: usize = 500;

/// What a moderator may say about a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Shown to readers.
    Approve,
    /// Back to the queue.
    Unapprove,
    /// To spam.
    Spam,
    /// Out of spam, to what it was before.
    Unspam,
    /// To the trash; deleted where the site keeps none.
    Trash,
    /// Out of the trash, to what it was before.
    Untrash,
    /// For ever from spam and trash, else to the trash.
    Delete,
}

impl Verb {
    /// Every verb, as WordPress orders its bulk actions.
    pub const ALL: [Self; 7] =
        [Self::Unapprove, Self::Approve, Self::Spam, Self::Unspam, Self::Untrash, Self::Trash, Self::Delete];

    /// WordPress's name of the bulk action, and ours in the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Unapprove => "unapprove",
            Self::Spam => "spam",
            Self::Unspam => "unspam",
            Self::Trash => "trash",
            Self::Untrash => "untrash",
            Self::Delete => "delete",
        }
    }

    /// Reads WordPress's name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == text)
    }

    /// The verb that leads to a status.
    pub fn to(status: Status) -> Self {
        match status {
            Status::Approved => Self::Approve,
            Status::Hold => Self::Unapprove,
            Status::Spam => Self::Spam,
            Status::Trash => Self::Trash,
        }
    }
}

/// What became of one comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It went from one status to another.
    Changed {
        /// What it was.
        from: Status,
        /// What it is now.
        to: Status,
    },
    /// It is gone for ever.
    Deleted {
        /// What it was.
        from: Status,
    },
    /// It was so already, or has moved on since.
    Already(Status),
    /// The actor may not.
    Forbidden,
    /// There is no such comment.
    Missing,
}

/// One comment of an action, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The comment.
    pub id: CommentId,
    /// What became of it.
    pub outcome: Outcome,
}

/// A step to take back: the comment was `from` before an action made it `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The comment.
    pub id: CommentId,
    /// What it was.
    pub from: Status,
    /// What the action made of it.
    pub to: Status,
}

/// Applies a verb to comments of a site, at most [`BULK_COMMENTS_MAX`], all in one write. Each comment
/// wants `moderate_comments` or that it stands under the actor's own post. Answers in the order of the ids.
pub async fn moderate(app: &App, site: &Site, actor: &Actor, verb: Verb, ids: &[CommentId]) -> Result<Vec<Item>> {
    let ids = in_order(ids.to_vec())?;
    let act = Act::of(app, site, actor);
    let notifying = act.notifying;
    let items = app
        .db
        .write(async move |tx| {
            let mut items = Vec::with_capacity(ids.len());
            for id in &ids {
                items.push(Item { id: *id, outcome: act.apply(tx, verb, *id).await? });
            }
            Ok(items)
        })
        .await?;
    notifying.wake(app);
    Ok(items)
}

/// Deletes a comment for ever, whatever its status. Wants what moderating it wants.
pub async fn delete_for_ever(app: &App, site: &Site, actor: &Actor, id: CommentId) -> Result<Outcome> {
    let act = Act { keeps_trash: false, ..Act::of(app, site, actor) };
    app.db.write(async move |tx| act.apply(tx, Verb::Delete, id).await).await
}

/// Takes an action back where nobody has acted on the comment since.
pub async fn undo(app: &App, site: &Site, actor: &Actor, steps: &[Step]) -> Result<Vec<Item>> {
    let ids = in_order(steps.iter().map(|s| s.id).collect())?;
    let steps: Vec<Step> = ids.iter().filter_map(|id| steps.iter().find(|s| s.id == *id)).copied().collect();
    let act = Act::of(app, site, actor);
    let notifying = act.notifying;
    let items = app
        .db
        .write(async move |tx| {
            let mut items = Vec::with_capacity(steps.len());
            for step in &steps {
                items.push(Item { id: step.id, outcome: act.take_back(tx, *step).await? });
            }
            Ok(items)
        })
        .await?;
    notifying.wake(app);
    Ok(items)
}

/// Ids in one order for everybody, each once: two bulk actions must not wait for each other's rows.
fn in_order(mut ids: Vec<CommentId>) -> Result<Vec<CommentId>> {
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > BULK_COMMENTS_MAX {
        return Err(Error::invalid(
            "delete_comments",
            format!("At most {BULK_COMMENTS_MAX} comments at once; these are {}.", ids.len()),
        ));
    }
    Ok(ids)
}

/// What a verb does to a comment of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Keep,
    Set { to: Status, before: Option<Status> },
    Delete,
}

/// The transitions (WP 7.1 §1.4). `before` is what the comment was before spam or trash. Leaving spam or
/// trash is for comments that are there: who comes second must not send a restored comment to the queue.
fn plan(verb: Verb, status: Status, before: Option<Status>, keeps_trash: bool) -> Plan {
    let back = Plan::Set { to: before.unwrap_or(Status::Hold), before: None };
    let to = |to: Status, before| if status == to { Plan::Keep } else { Plan::Set { to, before } };
    match verb {
        Verb::Approve => to(Status::Approved, None),
        Verb::Unapprove => to(Status::Hold, None),
        Verb::Spam => to(Status::Spam, Some(status)),
        Verb::Unspam if status == Status::Spam => back,
        Verb::Untrash if status == Status::Trash => back,
        Verb::Unspam | Verb::Untrash => Plan::Keep,
        Verb::Trash if keeps_trash => to(Status::Trash, Some(status)),
        Verb::Delete if keeps_trash && !matches!(status, Status::Spam | Status::Trash) => {
            to(Status::Trash, Some(status))
        }
        Verb::Trash | Verb::Delete => Plan::Delete,
    }
}

/// Who acts where and when.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) site: SiteId,
    pub(super) actor: Actor,
    pub(super) keeps_trash: bool,
    pub(super) now: Timestamp,
    pub(super) notifying: Notifying,
}

impl Act {
    /// Somebody acts on a site now.
    pub(super) fn of(app: &App, site: &Site, actor: &Actor) -> Self {
        Self {
            site: site.id,
            actor: actor.clone(),
            keeps_trash: site.options.empty_trash_days > 0,
            now: app.clock.now(),
            notifying: Notifying::of(app, site),
        }
    }

    /// Applies a verb to one comment.
    pub(super) async fn apply(&self, tx: &mut Tx, verb: Verb, id: CommentId) -> Result<Outcome> {
        let Some(comment) = comments::lock(tx, self.site, id).await? else { return Ok(Outcome::Missing) };
        if !self.may_edit(tx, comment.post_id).await? {
            return Ok(Outcome::Forbidden);
        }
        self.carry_out(tx, verb, &comment).await
    }

    /// Applies a verb to a locked comment that the actor may edit.
    pub(super) async fn carry_out(&self, tx: &mut Tx, verb: Verb, comment: &Comment) -> Result<Outcome> {
        let before = match verb {
            Verb::Unspam | Verb::Untrash => comments::status_before(tx, self.site, comment.id).await?,
            _ => None,
        };
        match plan(verb, comment.status, before, self.keeps_trash) {
            Plan::Keep => Ok(Outcome::Already(comment.status)),
            Plan::Set { to, before } => {
                self.set_status(tx, comment, to, before, verb.as_str()).await?;
                Ok(Outcome::Changed { from: comment.status, to })
            }
            Plan::Delete => {
                self.delete(tx, comment, verb.as_str()).await?;
                Ok(Outcome::Deleted { from: comment.status })
            }
        }
    }

    async fn take_back(&self, tx: &mut Tx, step: Step) -> Result<Outcome> {
        let Some(comment) = comments::lock(tx, self.site, step.id).await? else { return Ok(Outcome::Missing) };
        if !self.may_edit(tx, comment.post_id).await? {
            return Ok(Outcome::Forbidden);
        }
        if comment.status != step.to || step.from == step.to {
            return Ok(Outcome::Already(comment.status));
        }
        let before = matches!(step.from, Status::Spam | Status::Trash).then_some(step.to);
        self.set_status(tx, &comment, step.from, before, "undo").await?;
        Ok(Outcome::Changed { from: step.to, to: step.from })
    }

    /// Whether the actor may edit what stands under this post.
    pub(super) async fn may_edit(&self, tx: &mut Tx, post: PostId) -> Result<bool> {
        if self.actor.may_moderate_under(None) {
            return Ok(true);
        }
        Ok(self.actor.may_moderate_under(posts::author_in(tx, self.site, post).await?))
    }

    /// Changes a locked comment's status, with its post's count and its audit entry.
    pub(super) async fn set_status(
        &self,
        tx: &mut Tx,
        comment: &Comment,
        to: Status,
        before: Option<Status>,
        action: &str,
    ) -> Result<()> {
        comments::set_status(tx, self.site, comment.id, to, before, self.now).await?;
        match (comment.status == Status::Approved, to == Status::Approved) {
            (false, true) => {
                posts::add_to_count(tx, self.site, comment.post_id, 1, self.now).await?;
                self.notifying.approved(tx, comment, self.actor.account_id, self.now).await?;
            }
            (true, false) => posts::add_to_count(tx, self.site, comment.post_id, -1, self.now).await?,
            _ => {}
        }
        self.note(tx, comment.id, action, &format!("{} to {}", comment.status.as_str(), to.as_str())).await
    }

    /// Deletes a locked comment for ever, with its audit entry.
    pub(super) async fn delete(&self, tx: &mut Tx, comment: &Comment, action: &str) -> Result<()> {
        self.remove(tx, comment).await?;
        self.note(tx, comment.id, action, &format!("{} to deleted", comment.status.as_str())).await
    }

    /// Removes a locked comment, and the claim behind it, so that its source may ping again.
    pub(super) async fn remove(&self, tx: &mut Tx, comment: &Comment) -> Result<()> {
        let answers = comments::delete(tx, comment).await?;
        subscriptions::delete_of_comment(tx, self.site, comment.post_id, comment.id).await?;
        if comment.kind.is_linkback() {
            linkbacks::delete_of_comment(tx, self.site, comment.id).await?;
        }
        let was_shown = comment.status == Status::Approved;
        // Answers that move up may come into the readers' sight.
        if was_shown || answers > 0 {
            let by = if was_shown { -1 } else { 0 };
            posts::add_to_count(tx, self.site, comment.post_id, by, self.now).await?;
        }
        Ok(())
    }

    /// Writes down what was decided about a comment.
    pub(super) async fn note(&self, tx: &mut Tx, id: CommentId, action: &str, detail: &str) -> Result<()> {
        audit::insert(tx, self.site, &self.actor, action, Subject::Comment(id), detail, self.now).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Approved, Hold, Spam, Trash};

    fn set(to: Status, before: Option<Status>) -> Plan {
        Plan::Set { to, before }
    }

    #[test]
    fn every_verb_on_every_status_does_what_wordpress_does() {
        let table: [(Verb, [Plan; 4]); 7] = [
            // hold, approved, spam, trash; what spam and trash were before: approved
            (Verb::Approve, [set(Approved, None), Plan::Keep, set(Approved, None), set(Approved, None)]),
            (Verb::Unapprove, [Plan::Keep, set(Hold, None), set(Hold, None), set(Hold, None)]),
            (Verb::Spam, [set(Spam, Some(Hold)), set(Spam, Some(Approved)), Plan::Keep, set(Spam, Some(Trash))]),
            (Verb::Unspam, [Plan::Keep, Plan::Keep, set(Approved, None), Plan::Keep]),
            (Verb::Trash, [set(Trash, Some(Hold)), set(Trash, Some(Approved)), set(Trash, Some(Spam)), Plan::Keep]),
            (Verb::Untrash, [Plan::Keep, Plan::Keep, Plan::Keep, set(Approved, None)]),
            (Verb::Delete, [set(Trash, Some(Hold)), set(Trash, Some(Approved)), Plan::Delete, Plan::Delete]),
        ];
        for (verb, plans) in table {
            for (status, expected) in Status::ALL.into_iter().zip(plans) {
                assert_eq!(plan(verb, status, Some(Approved), true), expected, "{verb:?} {status:?}");
            }
        }
    }

    #[test]
    fn what_has_no_status_before_goes_back_to_the_queue() {
        assert_eq!(plan(Verb::Unspam, Spam, None, true), set(Hold, None));
        assert_eq!(plan(Verb::Untrash, Trash, None, true), set(Hold, None));
        assert_eq!(plan(Verb::Untrash, Trash, Some(Spam), true), set(Spam, None));
    }

    #[test]
    fn without_a_trash_trashing_deletes() {
        for status in Status::ALL {
            assert_eq!(plan(Verb::Trash, status, None, false), Plan::Delete);
            assert_eq!(plan(Verb::Delete, status, None, false), Plan::Delete);
        }
    }

    #[test]
    fn one_action_takes_five_hundred_comments_and_not_one_more() {
        let ids = |n: i64| (0..n).map(CommentId).collect::<Vec<_>>();
        assert_eq!(in_order(ids(500)).unwrap().len(), 500);
        assert!(in_order(ids(501)).is_err());
        assert_eq!(in_order(vec![CommentId(2), CommentId(1), CommentId(2)]).unwrap(), [CommentId(1), CommentId(2)]);
    }
}
