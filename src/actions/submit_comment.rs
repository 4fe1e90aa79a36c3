//! The one intake: every comment and every linkback of every door passes here, and gets a verdict or a
//! refusal. Doors read their request into a [`Submission`] and word the answer; the rules are here, in
//! WordPress's order (WP 7.1 comments §2.4, §2.8), and in `model/moderation`.

use std::sync::Arc;
use std::time::Duration;

use crate::actions::find_post;
use crate::actions::notify::Notifying;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::account::{Account, Actor};
use crate::model::client::Client;
use crate::model::comment::{Comment, CommentType, NewComment, Status};
use crate::model::ids::{CommentId, JobId, LinkbackId, PostId};
use crate::model::moderation::{Facts, Verdicts};
use crate::model::post::Post;
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::model::text::{self, lengths};
use crate::model::time::Timestamp;
use crate::store::comments::{self, Question};
use crate::store::{Tx, jobs, linkbacks};

/// What a door hands over.
#[derive(Clone, Debug)]
pub struct Submission {
    /// As it was typed, or as a linkback's source says.
    pub comment: NewComment,
    /// Comment or linkback.
    pub kind: CommentType,
    /// Who is on the other end.
    pub client: Client,
    /// Who is logged in, with their role on the site.
    pub author: Option<(Actor, Account)>,
    /// What the form says about who filled it.
    pub signals: Signals,
    /// The client's name for this request: a repeated one is answered as the first was.
    pub idempotency_key: Option<String>,
    /// The claim this is the end of, and the job that verified it.
    pub claim: Option<Claim>,
}

/// A verified linkback on its way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The claim.
    pub linkback: LinkbackId,
    /// The job that verified it, done with the same commit.
    pub job: JobId,
    /// Whether the source is a post of the same site (WP 7.1 §3.2 rule 5).
    pub is_own_site: bool,
}

/// What a form tells about who filled it. A person leaves nothing here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// The field that people do not see has a value.
    pub honeypot_filled: bool,
    /// How long the form was open; `None` when it cannot be told, as for forms that WordPress themes made.
    pub open_for: Option<Duration>,
}

/// A submission that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// As it is stored.
    pub comment: Comment,
    /// The post it stands under.
    pub post: Arc<Post>,
    /// The same request had been taken before; this is its answer again.
    pub is_repeated: bool,
}

/// Why a submission is not taken. WordPress's codes and words (WP 7.1 §2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The parent is missing or not approved (check 1).
    ReplyToUnapproved,
    /// There is no such post (check 2).
    PostNotFound,
    /// The post takes no comments (check 4).
    Closed,
    /// The site wants people logged in (check 8).
    NotLoggedIn,
    /// Name or e-mail is missing (check 9); which one.
    RequireNameEmail(&'static str),
    /// The e-mail is none (check 10).
    RequireValidEmail,
    /// There is no text (check 11).
    RequireComment,
    /// A field has too many bytes (check 12).
    TooLong(lengths::TooLong),
    /// The same words stand there already (check 13).
    Duplicate,
    /// Too soon after the last one (check 14); how long to wait.
    Flood(Duration),
}

impl Refusal {
    /// WordPress's error code.
    pub fn code(self) -> &'static str {
        match self {
            Self::ReplyToUnapproved => "comment_reply_to_unapproved_comment",
            Self::PostNotFound => "comment_id_not_found",
            Self::Closed => "comment_closed",
            Self::NotLoggedIn => "not_logged_in",
            Self::RequireNameEmail(_) => "require_name_email",
            Self::RequireValidEmail => "require_valid_email",
            Self::RequireComment => "require_valid_comment",
            Self::TooLong(field) => field.code(),
            Self::Duplicate => "comment_duplicate",
            Self::Flood(_) => "comment_flood",
        }
    }

    /// WordPress's words, without mark-up.
    pub fn text(self) -> &'static str {
        match self {
            Self::ReplyToUnapproved => "Sorry, replies to unapproved comments are not allowed.",
            Self::PostNotFound => "",
            Self::Closed => "Sorry, comments are closed for this item.",
            Self::NotLoggedIn => "Sorry, you must be logged in to comment.",
            Self::RequireNameEmail(_) => "Please fill the required fields.",
            Self::RequireValidEmail => "Please enter a valid email address.",
            Self::RequireComment => "Please type your comment text.",
            Self::TooLong(field) => field.message(),
            Self::Duplicate => "Duplicate comment detected; it looks as though you’ve already said that!",
            Self::Flood(_) => "You are posting comments too quickly. Slow down.",
        }
    }

    /// The form field it is about, if it is about one.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::RequireNameEmail(field) => Some(field),
            Self::RequireValidEmail => Some("email"),
            Self::RequireComment | Self::Duplicate => Some("comment"),
            Self::TooLong(field) => Some(field.field()),
            _ => None,
        }
    }
}

/// Takes a submission: limits, checks, filters, verdict, and one write that is on disk when this answers.
pub async fn submit_comment(app: &App, site: &Arc<Site>, submission: Submission) -> Result<Result<Accepted, Refusal>> {
    let is_moderator = submission.author.as_ref().is_some_and(|(actor, _)| actor.can(Capability::ModerateComments));
    if submission.claim.is_none() && !is_moderator {
        app.limits.check_client(Limit::Comments, submission.client.ip)?;
    }
    let checked = match check(app, site, &submission).await? {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let post = checked.post.clone();
    let draft = Draft::new(app, site, submission, &checked, is_moderator);
    // Filtering may lengthen a text: `<` becomes `&lt;`.
    if draft.comment.content.len() > lengths::STORED_CONTENT_BYTES_MAX {
        return Ok(Err(Refusal::TooLong(lengths::TooLong::Content)));
    }
    let notifying = draft.notifying;
    let written = app.db.write(async move |tx| draft.write(tx).await).await?;
    if written.is_ok() {
        notifying.wake(app);
    }
    metrics::counter!("rejoinder_submissions_total", "outcome" => outcome(&written)).increment(1);
    Ok(written.map(|(comment, is_repeated)| Accepted { comment, post, is_repeated }))
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
    let parent = match comment.parent_id.unsigned_abs() {
        0 => None,
        id => match comments::find(&app.db, site.id, CommentId(i64::try_from(id).unwrap_or(i64::MAX))).await? {
            Some(parent) if parent.status == Status::Approved => Some(parent),
            _ => return Ok(Err(Refusal::ReplyToUnapproved)),
        },
    };
    let Some(post) = find_post::by_id(app, site.id, PostId(comment.post_id)).await? else {
        return Ok(Err(Refusal::PostNotFound));
    };
    // A parent under another post is no parent here (register §14 #5).
    let parent = parent.filter(|p| p.post_id == post.id).map(|p| p.id);
    if submission.kind.is_linkback() {
        return Ok(Ok(Checked { post, parent: None }));
    }
    // Who may moderate under the post may answer there when it is closed for everybody else (WP 7.1 §10.4).
    let may_moderate = submission.author.as_ref().is_some_and(|(actor, _)| actor.may_moderate_under(post.account_id));
    if !may_moderate && !post.takes_comments(&site.options, app.clock.now()) {
        return Ok(Err(Refusal::Closed));
    }
    Ok(check_fields(site, submission).map_or(Ok(Checked { post, parent }), Err))
}

/// Checks 8 to 12, which need no database.
fn check_fields(site: &Site, submission: &Submission) -> Option<Refusal> {
    let NewComment { author, email, content, .. } = &submission.comment;
    if submission.author.is_none() {
        if site.options.comment_registration {
            return Some(Refusal::NotLoggedIn);
        }
        if site.options.require_name_email {
            match (author.trim(), email.trim()) {
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

/// A comment with everything decided but what only the transaction can tell.
struct Draft {
    comment: Comment,
    verdicts: Verdicts,
    question: Question,
    claim: Option<Claim>,
    flood: Option<Duration>,
    notifying: Notifying,
}

impl Draft {
    fn new(app: &App, site: &Arc<Site>, submission: Submission, checked: &Checked, is_moderator: bool) -> Self {
        let now = app.clock.now();
        let comment = filtered(site, &submission, checked, now);
        let flood = Duration::from_secs(u64::try_from(site.options.comment_flood_seconds).unwrap_or(0));
        let is_limited = submission.claim.is_none() && !is_moderator && !app.limits.are_off() && !flood.is_zero();
        // Who is not limited is not looked up: a linkback would be asked about every linkback of that time.
        let flood_since = if is_limited { now.minus(flood) } else { Timestamp(i64::MAX) };
        let is_trusted = is_moderator || comment.account_id.is_some_and(|id| checked.post.account_id == Some(id));
        Self {
            verdicts: verdicts(site, &submission, &comment, is_trusted),
            question: Question {
                idempotency_key: submission.idempotency_key,
                ..Question::about(&comment, flood_since)
            },
            comment,
            claim: submission.claim,
            flood: is_limited.then_some(flood),
            notifying: Notifying::of(app, site),
        }
    }

    async fn write(&self, tx: &mut Tx) -> Result<Result<(Comment, bool), Refusal>> {
        let Some((id, verdict)) = comments::insert_if_new(tx, &self.comment, &self.verdicts, &self.question).await?
        else {
            return self.say_why_not(tx).await;
        };
        let comment = Comment { id, status: verdict.status, reason: verdict.reason, ..self.comment.clone() };
        if let Some(claim) = &self.claim {
            let (site, post, now) = (comment.site_id, comment.post_id, comment.created_at);
            linkbacks::set_registered(tx, site, claim.linkback, post, id, now).await?;
            jobs::delete(tx, claim.job).await?;
        }
        self.notifying.arrived(tx, &comment).await?;
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
            _ => Err(Error::internal("a comment was not kept, and nothing speaks against it")),
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

/// What the moderation rules say of a filtered comment.
fn verdicts(site: &Site, submission: &Submission, comment: &Comment, is_trusted: bool) -> Verdicts {
    let limit = Duration::from_secs(u64::try_from(site.options.form_min_seconds).unwrap_or(0));
    let facts = Facts {
        kind: comment.kind,
        author: &comment.author_name,
        email: &comment.author_email,
        url: &comment.author_url,
        raw_content: &submission.comment.content,
        content: &comment.content,
        rendered: &text::display_content(&comment.content, site.home_host()),
        ip: &comment.author_ip,
        agent: &comment.agent,
        trusted_author: is_trusted,
        previously_approved: false,
        own_site_pingback: submission.claim.is_some_and(|c| c.is_own_site),
        honeypot_filled: submission.signals.honeypot_filled,
        filled_too_fast: submission.signals.open_for.filter(|open| *open < limit),
    };
    Verdicts::of(&site.options, &facts)
}

/// The submission after the filters of saving (WP 7.1 §5.1). Who is logged in writes under their own name.
fn filtered(site: &Site, submission: &Submission, checked: &Checked, now: Timestamp) -> Comment {
    let new = &submission.comment;
    let account = submission.author.as_ref().map(|(_, account)| account);
    let (name, email, url) =
        account.map_or((&new.author, &new.email, &new.url), |a| (&a.display_name, &a.email, &a.url));
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
        author_ip: submission.client.ip.to_string(),
        agent: submission.client.agent.clone(),
        account_id: account.map(|a| a.id),
        content: text::allow_list::save_content(new.content.trim(), site.home_host()),
        created_at: now,
        reason: String::new(),
    }
}
