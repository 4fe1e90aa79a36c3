//! The jobs that were given up: see why, try again, or forget.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;

use crate::actions::handle_dead_job::{Handling, handle_dead_job};
use crate::error::Error;
use crate::model::ids::JobId;
use crate::model::role::Capability;
use crate::store::jobs;
use crate::web::desk::chrome::{Chrome, Desk};
use crate::web::desk::fields::{Form, Query};
use crate::web::desk::respond::{Answer, page, see};
use crate::web::desk::show::{self, When};

/// Dead jobs shown at once, the oldest first.
const JOBS_SHOWN_MAX: i64 = 100;

struct JobRow {
    id: JobId,
    kind: String,
    payload: String,
    attempts: i64,
    error: String,
    at: When,
    action: String,
}

#[derive(Template)]
#[template(path = "web/desk/jobs.html")]
struct JobsPage {
    chrome: Chrome,
    told: Option<&'static str>,
    rows: Vec<JobRow>,
}

/// `GET /desk/jobs`.
pub(super) async fn show(desk: Desk, Query(query): Query) -> Answer {
    desk.require(Capability::ManageOptions)?;
    let told = match query.get("done") {
        "retry" => Some("The job will be tried again."),
        "delete" => Some("Job deleted."),
        _ => None,
    };
    let dead = jobs::list_dead(&desk.app.db, desk.site.id, JOBS_SHOWN_MAX).await?;
    let rows = dead.into_iter().map(|job| JobRow {
        kind: job.kind.replace('_', " "),
        payload: job.payload,
        attempts: job.attempts,
        error: job.last_error.unwrap_or_default(),
        at: show::when(job.run_at, &desk.site.options.timezone_string),
        action: desk.path(&format!("/desk/jobs/{}", job.id), &[]),
        id: job.id,
    });
    let template = JobsPage { chrome: desk.chrome("Failed jobs", "jobs").await?, told, rows: rows.collect() };
    page(StatusCode::OK, &template)
}

/// `POST /desk/jobs/{id}`: `action` is `retry` or `delete`.
pub(super) async fn handle(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    let id: JobId = id.parse().map_err(|_| Error::not_found("There is no such job."))?;
    let (handling, done) = match form.get("action") {
        "retry" => (Handling::Retry, "retry"),
        "delete" => (Handling::Delete, "delete"),
        _ => return Err(Error::invalid("action", "There is no such action.").into()),
    };
    handle_dead_job(&desk.app, &desk.site, &desk.actor, id, handling).await?;
    Ok(see(&desk.path("/desk/jobs", &[("done", done)])))
}
