//! What a guest has to confirm before their comment stands: where a site wants it (`confirm_guest_email`), the intake
//! holds a comment under an address that its browser has not confirmed, and has a code mailed there. What comes back is
//! `confirm_comment`'s. Called by the intake, and by `standing` for what a confirmed address is worth.

use super::submission::Submission;
use crate::actions::mailed_codes::{New, Ready};
use crate::app::App;
use crate::error::Result;
use crate::limits::Limit;
use crate::model::comment::{Comment, CommentType, Status};
use crate::model::mailed_code::{Details, Judged, Purpose, address};
use crate::model::moderation::{UNCONFIRMABLE, UNCONFIRMED, Verdict, Verdicts};
use crate::model::site::Site;
use crate::store::mailed_codes;

/// Whether guests of a site are asked.
pub(in crate::actions) fn is_wanted(app: &App, site: &Site) -> bool {
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
    let new = New { purpose: Purpose::Comment, email, browser: None, details };
    (judged.held(UNCONFIRMED), Some(Ready::new(app, site, new)))
}

/// By which the window of a comment that was sent once more waits for its code.
pub(super) async fn handle_of(app: &App, comment: &Comment) -> Result<Option<String>> {
    if comment.status != Status::Hold || comment.reason != UNCONFIRMED {
        return Ok(None);
    }
    let now = app.clock.now();
    let code = mailed_codes::find_of_comment(&app.db, comment.site_id, comment.id, now).await?;
    Ok(code.map(|code| code.handle))
}
