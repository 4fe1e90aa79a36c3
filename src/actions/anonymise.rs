//! Takes who wrote them out of comments, as WordPress's eraser does (WP 7.1 comments §11.4): the comments stay. By the
//! number of the comment, some in a write, so that many never keep other writers waiting and a server that is killed in
//! between goes on where it was. A job of `delete_account`; by a list of comments it is there for whatever else erases.

use std::collections::BTreeSet;

use crate::app::App;
use crate::error::Result;
use crate::model::comment::{Comment, Status};
use crate::model::ids::{AccountId, CommentId, SiteId};
use crate::model::job::{Job, Work};
use crate::model::privacy::anonymous;
use crate::model::time::Timestamp;
use crate::store::db::Tx;
use crate::store::{audit, comments, jobs, posts};

/// Comments of one job, which is one write.
pub const COMMENTS_OF_JOB_MAX: usize = 200;
/// Entries of the audit trail that are changed in one write.
pub(super) const AUDIT_ROWS_OF_WRITE: i64 = 2_000;

/// What stands in the audit trail for an account that is gone.
pub(super) fn name_left(account: AccountId) -> String {
    format!("deleted-{account}")
}

/// Does the job: some comments of an account on a site, and another job for those that are left.
pub async fn anonymise(
    app: &App,
    job: &Job,
    site: SiteId,
    account: AccountId,
    texts: bool,
    after: CommentId,
) -> Result<()> {
    let (id, now) = (job.id, app.clock.now());
    let limit = i64::try_from(COMMENTS_OF_JOB_MAX).unwrap_or(i64::MAX);
    app.db
        .write(async move |tx| {
            let found = comments::list_to_anonymise(tx, site, account, after, limit).await?;
            take_authors_out(tx, &found, texts, now).await?;
            let noted = audit::forget_account(tx, account, &name_left(account), AUDIT_ROWS_OF_WRITE).await?;
            jobs::delete(tx, id).await?;
            if found.len() < COMMENTS_OF_JOB_MAX && noted < AUDIT_ROWS_OF_WRITE.unsigned_abs() {
                return Ok(());
            }
            let after = found.last().map_or(after, |comment| comment.id);
            jobs::insert(tx, &Work::Anonymise { site, account, texts, after }, now).await
        })
        .await?;
    app.bell.ring();
    Ok(())
}

/// Takes who wrote them out of locked comments; readers of their posts see something else now.
pub(super) async fn take_authors_out(tx: &mut Tx, found: &[Comment], texts: bool, now: Timestamp) -> Result<()> {
    let mut seen = BTreeSet::new();
    for comment in found {
        comments::update(tx, &anonymous(comment, texts)).await?;
        if comment.status == Status::Approved {
            seen.insert((comment.site_id, comment.post_id));
        }
    }
    for (site, post) in seen {
        posts::add_to_count(tx, site, post, 0, now).await?;
    }
    Ok(())
}
