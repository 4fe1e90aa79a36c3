//! Claims due jobs and does them, some at once, each lane by itself; what fails is tried again later with
//! growing waits, and in the end left where an operator sees it. Started by `serve`, stopped with it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::actions::{anonymise, discover_post, fetch_avatar, notify, send_mail, verify_linkback};
use crate::app::App;
use crate::error::Error;
use crate::jobs::upkeep;
use crate::model::job::{Job, Lane, Work, retry_after};
use crate::store::jobs;

/// Jobs under way at once: the fetcher's own limit.
const RUNNING_MAX: usize = 32;
/// Mails under way at once: mail servers like few connections.
const MAILS_RUNNING_MAX: usize = 4;
/// How long to wait for the bell before looking whether a postponed job or a lost lease is due.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);
/// How long jobs under way have once the server is to stop; then their leases go back.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs until the server stops.
pub async fn run(app: App) {
    let holder = crate::secret::new_token();
    let now = app.clock.now();
    log(app.db.write(async move |tx| jobs::reclaim(tx, now).await).await);
    log(bury_exhausted(&app).await);
    // Where there is no way to send mail any more, mail that waits goes on waiting.
    let lanes = Lane::ALL.into_iter().filter(|lane| *lane != Lane::Mail || app.mail.is_some());
    let lanes = lanes.map(|lane| run_lane(&app, lane, &holder));
    tokio::join!(futures_util::future::join_all(lanes), upkeep::run(&app));
    let now = app.clock.now();
    log(app.db.write(async move |tx| jobs::release(tx, &holder, now).await).await);
}

/// Does the jobs of a lane until the server stops, and waits a little for those under way.
async fn run_lane(app: &App, lane: Lane, holder: &str) {
    let running_max = if lane == Lane::Mail { MAILS_RUNNING_MAX } else { RUNNING_MAX };
    let (places, tasks) = (Arc::new(Semaphore::new(running_max)), TaskTracker::new());
    while !app.stopping.is_cancelled() {
        let claimed = match claim(app, lane, holder, places.available_permits()).await {
            Ok(claimed) => claimed,
            Err(error) => {
                error.log();
                Vec::new()
            }
        };
        let was_idle = claimed.is_empty();
        for job in claimed {
            let Ok(place) = places.clone().acquire_owned().await else { break };
            let (app, places) = (app.clone(), places.clone());
            tasks.spawn(async move {
                perform(&app, job).await;
                let was_full = places.available_permits() == 0;
                drop(place);
                if was_full {
                    app.bell.ring_in(lane);
                }
            });
        }
        if was_idle || places.available_permits() == 0 {
            tokio::select! {
                () = app.bell.heard(lane) => {}
                () = tokio::time::sleep(LOOK_INTERVAL) => if lane == Lane::Work { log(bury_exhausted(app).await) },
                () = app.stopping.cancelled() => {}
            }
        }
    }
    tasks.close();
    let _late = tokio::time::timeout(STOP_TIMEOUT, tasks.wait()).await;
}

fn log(done: Result<u64, Error>) {
    if let Err(error) = done {
        error.log();
    }
}

async fn claim(app: &App, lane: Lane, holder: &str, places: usize) -> Result<Vec<Job>, Error> {
    if places == 0 {
        return Ok(Vec::new());
    }
    let (holder, limit, now) = (holder.to_owned(), i64::try_from(places).unwrap_or(1), app.clock.now());
    app.db.write(async move |tx| jobs::claim(tx, lane, &holder, limit, now).await).await
}

async fn bury_exhausted(app: &App) -> Result<u64, Error> {
    let now = app.clock.now();
    let buried = app.db.write(async move |tx| jobs::bury_exhausted(tx, now).await).await?;
    if buried > 0 {
        tracing::error!(jobs = buried, "jobs were given up: no try came to an end; the desk's Jobs shows them");
    }
    Ok(buried)
}

/// Each action in a box of its own: else a place for the largest of them is moved with every job.
async fn perform(app: &App, job: Job) {
    let kind = job.work.kind();
    let done = match &job.work {
        Work::VerifyLinkback { site, linkback } => {
            Box::pin(verify_linkback::verify_linkback(app, &job, *site, *linkback)).await
        }
        Work::DiscoverPost { site, url } => Box::pin(discover_post::discover_later(app, &job, *site, url)).await,
        Work::FetchAvatar { site, token } => Box::pin(fetch_avatar::fetch_avatar(app, &job, *site, token)).await,
        Work::Notify { site, comment, event, by } => {
            Box::pin(notify::notify(app, &job, *site, *comment, *event, *by)).await
        }
        Work::TellReaders { site, comment, after } => {
            Box::pin(notify::tell_readers(app, &job, *site, *comment, *after)).await
        }
        Work::Anonymise { site, account, texts, after } => {
            Box::pin(anonymise::anonymise(app, &job, *site, *account, *texts, *after)).await
        }
        Work::Mail { site, letter } => Box::pin(send_mail::send_mail(app, &job, *site, letter)).await,
    };
    let outcome = if done.is_ok() { "done" } else { "failed" };
    metrics::counter!("rejoinder_jobs_total", "kind" => kind, "outcome" => outcome).increment(1);
    if let Err(error) = done
        && let Err(error) = fail(app, job, error).await
    {
        // The lease runs out, and the job is due again.
        error.log();
    }
}

async fn fail(app: &App, job: Job, error: Error) -> Result<(), Error> {
    let reason = match &error {
        Error::Internal(detail) => format!("{detail:#}"),
        Error::Unavailable { detail } => detail.clone(),
        other => other.to_string(),
    };
    tracing::warn!(job = %job.id, kind = job.work.kind(), attempts = job.attempts, reason, "a job failed");
    if job.attempts >= job.work.lane().attempts_max() {
        return app.db.write(async move |tx| jobs::bury(tx, job.id, &reason).await).await;
    }
    let run_at = app.clock.now().plus(retry_after(job.attempts, crate::secret::chance()));
    app.db.write(async move |tx| jobs::postpone(tx, job.id, run_at, &reason).await).await
}
