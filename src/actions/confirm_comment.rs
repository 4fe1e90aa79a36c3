//! A guest stands to a comment: where a site wants it (`confirm_guest_email`), a comment under an address that its
//! browser has not confirmed is held until the code or the link that was mailed there comes back. Then it gets the
//! verdict that the rules have for it, and the browser is asked no more about this address. Called by
//! `B/embed/confirm`, `B/login/code` and `B/login/link`; `submit_comment` holds.

use std::sync::Arc;

use crate::actions::find_post;
use crate::actions::mailed_codes::{self, Entered, Ready};
use crate::actions::moderate_comments::Act;
use crate::actions::submit_comment::Submission;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::account::Actor;
use crate::model::comment::{Comment, CommentType, Status};
use crate::model::mailed_code::{CODE_TRIES_MAX, Details, Judged, MailedCode, Purpose, address};
use crate::model::moderation::{UNCONFIRMABLE, UNCONFIRMED, Verdict, Verdicts};
use crate::model::post::Post;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::store::comments::{self, Question};
use crate::store::{Tx, mailed_codes as store};

/// A comment whose author was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// As it stands now.
    pub comment: Comment,
    /// Its post.
    pub post: Arc<Post>,
    /// The address that was confirmed.
    pub email: String,
}

/// Whether guests of a site are asked.
pub(super) fn is_wanted(app: &App, site: &Site) -> bool {
    app.mail.is_some() && site.options.confirm_guest_email
}

/// Holds what its author has to confirm first, with what is mailed to them for that. Spam is spam without a mail.
pub(super) fn hold(
    app: &App,
    site: &Site,
    submission: &Submission,
    comment: &Comment,
    judged: Verdicts,
) -> (Verdicts, Option<Ready>) {
    let is_guest = submission.author.is_none() && submission.sent_by.is_none();
    let is_asked = is_guest
        && comment.kind == CommentType::Comment
        && submission.given.status.is_none()
        && !submission.signals.address_confirmed
        && is_wanted(app, site);
    if !is_asked || !matches!(judged.known.status, Status::Approved | Status::Hold) {
        return (judged, None);
    }
    let ip = submission.client.ip;
    let may_mail = || {
        app.limits.check_client(Limit::MailedCodes, ip).is_ok() && app.limits.check(Limit::MailedCodesInAll, "").is_ok()
    };
    // What had to be repaired may be somebody else's address.
    let is_as_typed = |email: &String| address(&submission.comment.email).as_ref() == Some(email);
    let Some(email) = address(&comment.author_email).filter(is_as_typed).filter(|_| may_mail()) else {
        return (judged.held(UNCONFIRMABLE), None);
    };
    let kept = |verdict: &Verdict| Some(Judged { status: verdict.status, reason: verdict.reason.clone() });
    let details = Details { known: kept(&judged.known), unknown: kept(&judged.unknown), ..Details::default() };
    let new = mailed_codes::New { purpose: Purpose::Comment, email, browser: None, details };
    (judged.held(UNCONFIRMED), Some(Ready::new(app, site, new)))
}

/// Takes a code that was typed; `Invalid` says how many tries are left.
pub async fn by_code(app: &App, site: &Site, handle: &str, typed: &str) -> Result<Confirmed> {
    let waiting = mailed_codes::waiting(app, site, handle, None).await?;
    if waiting.purpose != Purpose::Comment {
        return Err(mailed_codes::over());
    }
    if waiting.proven_at.is_some() {
        return finish(app, site, &waiting).await;
    }
    match mailed_codes::enter(app, site, handle, None, typed).await? {
        Entered::Proven(code) => finish(app, site, &code).await,
        Entered::Wrong { left: 0 } => {
            const VOID: &str =
                "This was not the code, for the last time: it is void now. The link in the mail works still.";
            Err(Error::invalid("code", VOID))
        }
        Entered::Wrong { left } => Err(Error::invalid("code", wrong_code(left))),
    }
}

/// What is said of a code that is not the one.
pub fn wrong_code(left: i64) -> String {
    debug_assert!(left <= CODE_TRIES_MAX, "{left}");
    let tries = if left == 1 { "1 try is".to_owned() } else { format!("{left} tries are") };
    format!("This is not the code. {tries} left.")
}

/// Gives the comment of a proven code its verdict, once.
pub async fn finish(app: &App, site: &Site, code: &MailedCode) -> Result<Confirmed> {
    let gone = || Error::not_found("This comment is gone: somebody has deleted it, or it was not confirmed in time.");
    let id = code.comment_id.ok_or_else(mailed_codes::over)?;
    let act = Act::of(app, site, &Actor::command("serve"));
    let (taken, now, notifying) = (code.clone(), app.clock.now(), act.notifying);
    let confirmed = app.db.write(async move |tx| {
        mailed_codes::take(tx, &taken, now).await?;
        let Some(comment) = comments::lock(tx, taken.site_id, id).await? else { return Ok(None) };
        // Who moderates may have decided meanwhile.
        if comment.status != Status::Hold || comment.reason != UNCONFIRMED {
            return Ok(Some(comment));
        }
        let verdict = verdict(tx, &comment, &taken.details).await?;
        comments::set_reason(tx, taken.site_id, id, &verdict.reason).await?;
        let judged = Comment { reason: verdict.reason, ..comment };
        if verdict.status == Status::Approved {
            act.set_status(tx, &judged, Status::Approved, None, "confirm").await?;
        } else {
            act.notifying.arrived(tx, &judged, None).await?;
        }
        Ok(Some(Comment { status: verdict.status, ..judged }))
    });
    let comment = confirmed.await?.ok_or_else(gone)?;
    notifying.wake(app);
    let post = find_post::by_id(app, site.id, comment.post_id).await?.ok_or_else(gone)?;
    Ok(Confirmed { comment, post, email: code.email.clone() })
}

/// The verdict that the rules had for it, by whether its author is known now.
async fn verdict(tx: &mut Tx, comment: &Comment, details: &Details) -> Result<Verdict> {
    let question = Question::about(comment, Timestamp(i64::MAX));
    let is_known = comments::ask(tx, &question).await?.previously_approved;
    let judged = if is_known { &details.known } else { &details.unknown };
    let held = || Verdict { status: Status::Hold, reason: "held: its address was confirmed".into() };
    Ok(judged.clone().map_or_else(held, |Judged { status, reason }| Verdict { status, reason }))
}

/// The comment of a link that is looked at, for its page.
pub async fn comment_of(app: &App, site: &Site, code: &MailedCode) -> Result<Option<Comment>> {
    let Some(id) = code.comment_id else { return Ok(None) };
    comments::find(&app.db, site.id, id).await
}

/// By which the window of a comment that was sent once more waits for its code.
pub(super) async fn handle_of(app: &App, comment: &Comment) -> Result<Option<String>> {
    if comment.status != Status::Hold || comment.reason != UNCONFIRMED {
        return Ok(None);
    }
    let now = app.clock.now();
    let code = store::find_of_comment(&app.db, comment.site_id, comment.id, now).await?;
    Ok(code.map(|code| code.handle))
}
