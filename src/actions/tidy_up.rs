//! Old things go by themselves: what is in the Trash longer than `empty_trash_days` (WP 7.1 comments §1.4),
//! spam older than `empty_spam_days` (WordPress core keeps it for ever, Akismet for 15 days), and what was
//! kept about people for a purpose that has passed. A few at a time, so that other writers get their turn.
//! Called every hour by the jobs.

use std::time::Duration;

use crate::actions::moderate_comments::Act;
use crate::actions::subscriptions;
use crate::app::App;
use crate::error::Result;
use crate::model::account::Actor;
use crate::model::comment::Status;
use crate::model::mailed_code::{CODES_SPAN, Purpose};
use crate::model::moderation::UNCONFIRMED;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::store::audit::{self, Subject};
use crate::store::{Tx, avatars, comments, handovers, linkbacks, log_ins, mailed_codes, sessions, sso_tokens};

/// Rows deleted in one write.
pub const BATCH_ROWS: i64 = 200;
/// Writes of one kind in one go; what is left waits for the next hour.
const BATCHES_MAX: usize = 100;
const DAY: Duration = Duration::from_hours(24);
/// Days for which a claim that was found wrong is remembered.
pub const REFUSED_LINKBACK_DAYS: u32 = 30;
/// Days for which a fetched picture is kept that nobody looks at.
pub const AVATAR_DAYS: u32 = 30;
/// Days for which it can be looked up who decided what.
pub const AUDIT_DAYS: u32 = 730;

/// Tidies every site, and the instance.
pub async fn tidy_up(app: &App) -> Result<()> {
    for site in app.sites.all(&app.db).await?.iter() {
        // With no Trash nothing comes in, and what was there before the option changed is a moderator's.
        expire(app, site, Status::Trash, site.options.empty_trash_days).await?;
        expire(app, site, Status::Spam, site.options.empty_spam_days).await?;
        forget_unconfirmed(app, site).await?;
        let (id, before) = (site.id, ago(app, REFUSED_LINKBACK_DAYS));
        in_batches(app, async move |tx| linkbacks::delete_refused_before(tx, id, before, BATCH_ROWS).await).await?;
    }
    subscriptions::forget_unconfirmed(app).await?;
    let (now, counted) = (app.clock.now(), app.clock.now().minus(CODES_SPAN));
    in_batches(app, async move |tx| mailed_codes::delete_expired(tx, now, counted, BATCH_ROWS).await).await?;
    let before = ago(app, AUDIT_DAYS);
    in_batches(app, async move |tx| audit::delete_before(tx, before, BATCH_ROWS).await).await?;
    let (before, now) = (ago(app, AVATAR_DAYS), app.clock.now());
    app.db
        .write(async move |tx| {
            avatars::delete_asked_before(tx, before).await?;
            handovers::delete_expired(tx, now).await?;
            log_ins::delete_expired(tx, now).await?;
            sso_tokens::delete_expired(tx, now).await?;
            sessions::delete_expired(tx, now).await
        })
        .await?;
    Ok(())
}

fn ago(app: &App, days: u32) -> Timestamp {
    app.clock.now().minus(DAY * days)
}

/// Deletes for ever what has had this status for so many days; 0: never.
async fn expire(app: &App, site: &Site, status: Status, days: i64) -> Result<()> {
    let Some(age) = u32::try_from(days).ok().filter(|days| *days > 0) else { return Ok(()) };
    let act = Act { keeps_trash: true, ..Act::of(app, site, &Actor::command("serve")) };
    let before = ago(app, age);
    let batch = async move |tx: &mut Tx| {
        let old = comments::list_to_empty(tx, act.site, status, before, BATCH_ROWS).await?;
        for comment in &old {
            act.remove(tx, comment).await?;
        }
        if !old.is_empty() {
            let detail = format!("{} from {}, there for {days} days", old.len(), status.as_str());
            audit::insert(tx, act.site, &act.actor, "expire", Subject::Site, &detail, act.now).await?;
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    };
    in_batches(app, batch).await
}

/// Deletes the comments that their authors have not confirmed in time, and that no moderator has decided about.
async fn forget_unconfirmed(app: &App, site: &Site) -> Result<()> {
    let act = Act::of(app, site, &Actor::command("serve"));
    let before = app.clock.now().minus(Purpose::Comment.lasts());
    let batch = async move |tx: &mut Tx| {
        let old = comments::list_undecided(tx, act.site, UNCONFIRMED, before, BATCH_ROWS).await?;
        for comment in &old {
            act.remove(tx, comment).await?;
        }
        if !old.is_empty() {
            let detail = format!("{} whose authors did not confirm their addresses", old.len());
            audit::insert(tx, act.site, &act.actor, "expire", Subject::Site, &detail, act.now).await?;
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    };
    in_batches(app, batch).await
}

/// Repeats a write until it finds less than it may take.
async fn in_batches<F>(app: &App, batch: F) -> Result<()>
where
    F: AsyncFn(&mut Tx) -> Result<u64> + Clone + Send + 'static,
{
    for _ in 0..BATCHES_MAX {
        if app.db.write(batch.clone()).await? < BATCH_ROWS.unsigned_abs() {
            break;
        }
    }
    Ok(())
}
