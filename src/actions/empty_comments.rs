//! Empty Spam and Empty Trash: for ever, whatever went there before the moderator's page was made; what
//! came afterwards, unseen, stays (WP 7.1 §10.2).

use crate::actions::moderate_comments::Act;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::comment::Status;
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::store::comments;

/// Comments deleted in one write: other writers get their turn in between.
const BATCH_COMMENTS: usize = 200;

/// Deletes every comment that was spam, or in the trash, when the page was made. Wants
/// `moderate_comments`. Says how many there were.
pub async fn empty(app: &App, site: &Site, actor: &Actor, status: Status, page_made_at: Timestamp) -> Result<usize> {
    if !actor.can(Capability::ModerateComments) {
        return Err(Error::Forbidden("Sorry, you are not allowed to delete these comments.".into()));
    }
    if !matches!(status, Status::Spam | Status::Trash) {
        return Err(Error::invalid("comment_status", "Only Spam and Trash can be emptied."));
    }
    let before = page_made_at.min(app.clock.now());
    let mut deleted = 0;
    loop {
        let batch = empty_batch(app, site, actor, status, before).await?;
        deleted += batch;
        if batch < BATCH_COMMENTS {
            return Ok(deleted);
        }
    }
}

async fn empty_batch(app: &App, site: &Site, actor: &Actor, status: Status, before: Timestamp) -> Result<usize> {
    let act = Act::of(app, site, actor);
    let limit = i64::try_from(BATCH_COMMENTS).unwrap_or(i64::MAX);
    app.db
        .write(async move |tx| {
            let old = comments::list_to_empty(tx, act.site, status, before, limit).await?;
            for comment in &old {
                act.delete(tx, comment, "empty").await?;
            }
            Ok(old.len())
        })
        .await
}
