//! What an operator does with a job that was given up: try it again, or forget it.

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::ids::JobId;
use crate::model::job::Lane;
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::store::audit::{self, Subject};
use crate::store::jobs;

/// What to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// From the beginning, with all its tries.
    Retry,
    /// For ever.
    Delete,
}

/// Handles a dead job of the site. Wants `manage_options`; `NotFound` when it is not dead (any more).
pub async fn handle_dead_job(app: &App, site: &Site, actor: &Actor, id: JobId, handling: Handling) -> Result<()> {
    if !actor.can(Capability::ManageOptions) {
        return Err(Error::Forbidden("Sorry, you are not allowed to manage jobs.".into()));
    }
    let (site, actor, now) = (site.id, actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            let (done, action) = match handling {
                Handling::Retry => (jobs::revive(tx, site, id, now).await?, "retry_job"),
                Handling::Delete => (jobs::delete_dead(tx, site, id).await?, "delete_job"),
            };
            if !done {
                return Err(Error::not_found("This job is not among the failed ones any more."));
            }
            audit::insert(tx, site, &actor, action, Subject::Site, &format!("job {id}"), now).await
        })
        .await?;
    for lane in Lane::ALL {
        app.bell.ring_in(lane);
    }
    Ok(())
}
