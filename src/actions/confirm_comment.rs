//! A guest stands to a comment: where a site wants it (`confirm_guest_email`), a comment under an address that its
//! browser has not confirmed is held until the code or the link that was mailed there comes back. Then it gets the
//! verdict that the rules have for it, and the browser is asked no more about this address. Called by
//! `B/embed/confirm`, `B/login/code` and `B/login/link`; `submit_comment` holds.

use std::sync::Arc;

use crate::actions::find_post;
use crate::actions::mailed_codes::{self, Entered};
use crate::actions::moderate_comments::Act;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::comment::{Comment, Status};
use crate::model::mailed_code::{CODE_TRIES_MAX, Details, Judged, MailedCode, Purpose};
use crate::model::moderation::{UNCONFIRMED, Verdict};
use crate::model::post::Post;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::store::Tx;
use crate::store::comments::{self, Question};

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
