//! The one intake: every comment and every linkback of every door passes here, and gets a verdict or a
//! refusal. Doors read their request into a [`Submission`] and word the answer; the rules are here, in
//! WordPress's order (WP 7.1 comments §2.4, §2.8), and in `model/moderation`.

pub(super) mod confirmation;
mod refusal;
pub(super) mod submission;

use std::sync::Arc;
use std::time::Duration;

use crate::actions::find_post;
use crate::actions::mailed_codes::Ready;
use crate::actions::notify::Notifying;
use crate::actions::standing::Standing;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::comment::{Comment, CommentType, NewComment, Status};
use crate::model::ids::{AccountId, CommentId, PostId};
use crate::model::job::Lane;
use crate::model::moderation::{Facts, UNCONFIRMABLE, UNCONFIRMED, Verdict, Verdicts};
use crate::model::post::Post;
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::model::text::{self, lengths};
use crate::model::time::Timestamp;
use crate::store::comments::{self, Question};
use crate::store::{Tx, accounts, jobs, linkbacks};

pub use refusal::Refusal;
pub use submission::{Accepted, Claim, Given, Signals, Submission};

/// Takes a submission: limits, checks, filters, verdict, and one write that is on disk when this answers.
pub async fn submit_comment(app: &App, site: &Arc<Site>, submission: Submission) -> Result<Result<Accepted, Refusal>> {
    let is_moderator = submission.sender().is_some_and(|actor| actor.can(Capability::ModerateComments));
    if submission.claim.is_none() && !is_moderator {
        app.limits.check_client(Limit::Comments, submission.client.ip)?;
    }
    let checked = match check(app, site, &submission).await? {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let post = checked.post.clone();
    let standing = Standing::of(app, site, &submission).await?;
    let comment =
        Comment { proven_by: standing.proven_by.clone(), ..filtered(site, &submission, &checked, app.clock.now()) };
    // Filtering may lengthen a text: `<` becomes `&lt;`. Asked before anything more is made of it.
    if comment.content.len() > lengths::STORED_CONTENT_BYTES_MAX {
        return Ok(Err(Refusal::TooLong(lengths::TooLong::Content)));
    }
    let content_html = text::display_content(&comment.content, site.display());
    let is_trusted = is_trusted(&submission, &checked);
    let uses_moderators_name = uses_moderators_name(app, site, &comment, is_trusted).await?;
    let about = About { content_html: &content_html, is_moderator, is_trusted, standing, uses_moderators_name };
    let draft = Draft::new(app, site, submission, comment, &about);
    let notifying = draft.notifying;
    let written = app.db.write(async move |tx| draft.write(tx).await).await?;
    metrics::counter!("rejoinder_submissions_total", "outcome" => outcome(&written)).increment(1);
    let (comment, is_repeated) = match written {
        Ok(written) => written,
        Err(refusal) => return Ok(Err(refusal)),
    };
    notifying.wake(app);
    let confirmation = confirmation::handle_of(app, &comment).await?;
    if confirmation.is_some() {
        app.bell.ring_in(Lane::Mail);
    }
    let content_html = if is_repeated { text::display_content(&comment.content, site.display()) } else { content_html };
    Ok(Ok(Accepted { comment, content_html, post, is_repeated, confirmation }))
}

/// The verdicts over a comment that is there already and whose text is changed by its author.
pub(super) async fn judge_again(
    app: &App,
    site: &Site,
    submission: &Submission,
    comment: &Comment,
    is_trusted: bool,
) -> Result<Verdicts> {
    let standing = Standing::of(app, site, submission).await?;
    let content_html = &text::display_content(&comment.content, site.display());
    let uses_moderators_name = uses_moderators_name(app, site, comment, is_trusted).await?;
    let about = About { content_html, is_moderator: false, is_trusted, standing, uses_moderators_name };
    Ok(verdicts(site, submission, comment, &about))
}

async fn uses_moderators_name(app: &App, site: &Site, comment: &Comment, is_trusted: bool) -> Result<bool> {
    if is_trusted || comment.kind != CommentType::Comment {
        return Ok(false);
    }
    let name = text::escape::unescape(&comment.author_name);
    app.moderators.has_name(&app.db, site.id, &name, comment.account_id).await
}

fn outcome(written: &Result<(Comment, bool), Refusal>) -> &'static str {
    match written {
        Ok((comment, _)) => comment.status.as_str(),
        Err(refusal) => refusal.code(),
    }
}

/// What the checks found out.
struct Checked {
    post: Arc<Post>,
    parent: Option<CommentId>,
}

async fn check(app: &App, site: &Site, submission: &Submission) -> Result<Result<Checked, Refusal>> {
    let comment = &submission.comment;
    let post = find_post::by_id(app, site.id, PostId(comment.post_id)).await?;
    let may_moderate_under =
        |post: &Post| submission.sender().is_some_and(|actor| actor.may_moderate_under(post.account_id));
    let may_moderate = post.as_deref().is_some_and(may_moderate_under);
    let parent = match comment.parent_id.unsigned_abs() {
        0 => None,
        id => match comments::find(&app.db, site.id, CommentId(i64::try_from(id).unwrap_or(i64::MAX))).await? {
            Some(parent) if parent.status == Status::Approved => Some(parent),
            // Who may approve it may answer first: readers see the answer when they see what it answers.
            Some(parent) if parent.status == Status::Hold && may_moderate => Some(parent),
            _ => return Ok(Err(Refusal::ReplyToUnapproved)),
        },
    };
    let Some(post) = post else {
        return Ok(Err(Refusal::PostNotFound));
    };
    // A parent under another post is no parent here (register §14 #5).
    let parent = parent.filter(|p| p.post_id == post.id).map(|p| p.id);
    if submission.kind.is_linkback() {
        return Ok(Ok(Checked { post, parent: None }));
    }
    // Who may moderate under the post may answer there when it is closed for everybody else (WP 7.1 §10.4).
    if !may_moderate && !post.takes_comments(&site.options, app.clock.now()) {
        return Ok(Err(Refusal::Closed));
    }
    Ok(check_fields(site, submission).map_or(Ok(Checked { post, parent }), Err))
}

/// Checks 8 to 12, which need no database.
fn check_fields(site: &Site, submission: &Submission) -> Option<Refusal> {
    let NewComment { author, email, content, .. } = &submission.comment;
    if submission.author.is_none() {
        if submission.sent_by.is_none() && site.options.comment_registration {
            return Some(Refusal::NotLoggedIn);
        }
        if site.options.require_name_email {
            // A name of tags only is none (WP 7.1 §2.1).
            match (text::names::author(author).as_str(), email.trim()) {
                ("", _) => return Some(Refusal::RequireNameEmail("author")),
                (_, "") => return Some(Refusal::RequireNameEmail("email")),
                (_, email) if !text::names::is_email(email) => return Some(Refusal::RequireValidEmail),
                _ => {}
            }
        }
    }
    if content.trim().is_empty() {
        return Some(Refusal::RequireComment);
    }
    lengths::check(&submission.comment).err().map(Refusal::TooLong)
}

/// What was found out before the comment is judged.
struct About<'a> {
    /// Its text as readers will see it.
    content_html: &'a str,
    /// Whoever sends it may moderate.
    is_moderator: bool,
    /// Nothing else is looked at.
    is_trusted: bool,
    standing: Standing,
    /// The name looks like that of somebody else, who may moderate.
    uses_moderators_name: bool,
}

/// A comment with everything decided but what only the transaction can tell.
struct Draft {
    comment: Comment,
    verdicts: Verdicts,
    question: Question,
    claim: Option<Claim>,
    flood: Option<Duration>,
    /// Whose log-in sends it.
    sent_by: Option<AccountId>,
    /// Where the way back out of spam or trash leads, of a comment that is put there as it is made.
    status_before: Option<Status>,
    notifying: Notifying,
    /// What is mailed to a guest who has to confirm their address.
    confirmation: Option<Ready>,
}

impl Draft {
    fn new(app: &App, site: &Arc<Site>, submission: Submission, comment: Comment, about: &About<'_>) -> Self {
        let flood = Duration::from_secs(u64::try_from(site.options.comment_flood_seconds).unwrap_or(0));
        let is_limited = submission.claim.is_none() && !about.is_moderator && !app.limits.are_off() && !flood.is_zero();
        // Who is not limited is not looked up: a linkback would be asked about every linkback of that time.
        let flood_since = if is_limited { app.clock.now().minus(flood) } else { Timestamp(i64::MAX) };
        let judged = verdicts(site, &submission, &comment, about);
        let (judged, confirmation) = confirmation::hold(app, site, &submission, &comment, judged);
        let (status, is_dated) = (submission.given.status, submission.given.created_at.is_some());
        Self {
            sent_by: submission.sender().and_then(|actor| actor.account_id),
            // Whoever sets a status is trusted, so both verdicts are one: what it would have been.
            status_before: status.filter(|s| matches!(s, Status::Spam | Status::Trash)).map(|_| judged.known.status),
            verdicts: status.map_or(judged, set_by_moderator),
            question: Question {
                idempotency_key: submission.idempotency_key,
                ..Question::about(&comment, flood_since)
            },
            comment,
            claim: submission.claim,
            flood: is_limited.then_some(flood),
            confirmation,
            // Whoever says when it was written brings an old one from elsewhere: that is no news.
            notifying: if is_dated { Notifying::default() } else { Notifying::of(app, site) },
        }
    }

    async fn write(&self, tx: &mut Tx) -> Result<Result<(Comment, bool), Refusal>> {
        // Whose account goes at this moment leaves no comment behind that nobody takes their name out of.
        if let Some(author) = self.comment.account_id
            && !accounts::stays(tx, author).await?
        {
            return Err(Error::Unauthenticated("This account is not there any more. Nothing was posted.".into()));
        }
        let Some((id, verdict)) = comments::insert_if_new(tx, &self.comment, &self.verdicts, &self.question).await?
        else {
            return self.say_why_not(tx).await;
        };
        let comment = Comment { id, status: verdict.status, reason: verdict.reason, ..self.comment.clone() };
        if let Some(before) = self.status_before {
            comments::set_status(tx, comment.site_id, id, comment.status, Some(before), comment.created_at).await?;
        }
        if let Some(claim) = &self.claim {
            let (site, post, now) = (comment.site_id, comment.post_id, comment.created_at);
            linkbacks::set_registered(tx, site, claim.linkback, post, id, now).await?;
            jobs::delete(tx, claim.job).await?;
        }
        if let Some(ready) = self.confirmation.as_ref().filter(|_| comment.reason == UNCONFIRMED) {
            if ready.write_for_comment(tx, id).await? {
                return Ok(Ok((comment, false)));
            }
            comments::set_reason(tx, comment.site_id, id, UNCONFIRMABLE).await?;
        }
        self.notifying.arrived(tx, &comment, self.sent_by).await?;
        Ok(Ok((comment, false)))
    }

    /// Nothing was kept, because something there speaks against it.
    async fn say_why_not(&self, tx: &mut Tx) -> Result<Result<(Comment, bool), Refusal>> {
        let answer = comments::ask(tx, &self.question).await?;
        if let Some(id) = answer.answered
            && let Some(comment) = comments::find_in(tx, self.comment.site_id, id).await?
        {
            return Ok(Ok((comment, true)));
        }
        if answer.is_duplicate {
            return self.refuse(tx, Refusal::Duplicate).await;
        }
        match (self.flood, answer.last_at) {
            (Some(flood), Some(last)) => {
                let passed = self.comment.created_at.since(last);
                self.refuse(tx, Refusal::Flood(flood.saturating_sub(passed))).await
            }
            // What spoke against it went away in between: a moderator may just have put it into the Trash.
            _ => Err(Error::unavailable("what spoke against a comment is gone; another try will tell")),
        }
    }

    /// A refused linkback's claim and job end with it; a refused comment leaves nothing.
    async fn refuse(&self, tx: &mut Tx, refusal: Refusal) -> Result<Result<(Comment, bool), Refusal>> {
        if let Some(claim) = &self.claim {
            let why = crate::model::linkback::LinkbackRefusal::Duplicate;
            linkbacks::set_refused(tx, self.comment.site_id, claim.linkback, why, self.comment.created_at).await?;
            jobs::delete(tx, claim.job).await?;
        }
        Ok(Err(refusal))
    }
}

fn set_by_moderator(status: Status) -> Verdicts {
    let verdict = Verdict { status, reason: format!("{}: set by a moderator", status.as_str()) };
    Verdicts { known: verdict.clone(), unknown: verdict }
}

/// What the moderation rules say of a filtered comment.
fn verdicts(site: &Site, submission: &Submission, comment: &Comment, about: &About<'_>) -> Verdicts {
    let limit = Duration::from_secs(u64::try_from(site.options.form_min_seconds).unwrap_or(0));
    let facts = Facts {
        kind: comment.kind,
        author: &comment.author_name,
        email: &comment.author_email,
        url: &comment.author_url,
        raw_content: &submission.comment.content,
        content: &comment.content,
        rendered: about.content_html,
        ip: &comment.author_ip,
        agent: &comment.agent,
        trusted_author: about.is_trusted,
        previously_approved: false,
        has_account: comment.account_id.is_some(),
        trust: about.standing.trust,
        email_verified: about.standing.email_verified,
        uses_moderators_name: about.uses_moderators_name,
        own_site_pingback: submission.claim.is_some_and(|c| c.is_own_site),
        honeypot_filled: submission.signals.honeypot_filled,
        filled_too_fast: submission.signals.open_for.filter(|open| *open < limit),
    };
    Verdicts::of(&site.options, &facts)
}

/// Whether nothing else is looked at (WP 7.1 §3.1): its author may moderate, or wrote the post.
fn is_trusted(submission: &Submission, checked: &Checked) -> bool {
    let Some((actor, account)) = &submission.author else { return false };
    actor.can(Capability::ModerateComments) || checked.post.account_id == Some(account.id)
}

/// The submission after the filters of saving (WP 7.1 §5.1). Who is logged in writes under their own name.
fn filtered(site: &Site, submission: &Submission, checked: &Checked, now: Timestamp) -> Comment {
    let (new, given) = (&submission.comment, &submission.given);
    let account = submission.author.as_ref().map(|(_, account)| account);
    let (name, email, url) =
        account.map_or((&new.author, &new.email, &new.url), |a| (&a.display_name, &a.email, &a.url));
    let (name, email, url) = (
        given.author.as_ref().unwrap_or(name),
        given.email.as_ref().unwrap_or(email),
        given.url.as_ref().unwrap_or(url),
    );
    Comment {
        site_id: site.id,
        id: CommentId(0),
        post_id: checked.post.id,
        parent_id: checked.parent,
        kind: submission.kind,
        status: Status::Hold,
        author_name: text::names::author(name),
        author_email: text::names::email(email),
        author_url: text::url_clean::author_url(url),
        author_ip: given.ip.as_deref().map_or_else(|| submission.client.ip.to_string(), text::names::ip),
        agent: given.agent.as_deref().map_or_else(|| submission.client.agent.clone(), text::names::agent),
        account_id: account.map(|a| a.id),
        proven_by: String::new(),
        content: text::allow_list::save_content(new.content.trim(), site.home_host()),
        created_at: given.created_at.unwrap_or(now),
        edited_at: None,
        reason: String::new(),
    }
}
