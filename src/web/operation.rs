//! What operators and their machines ask: does the process live, can it do its work, what does it count.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use crate::app::App;
use crate::store::jobs;
use crate::telemetry;

/// A writer that takes longer is not ready.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// `GET /healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: a write would be taken now.
pub async fn readyz(State(app): State<App>) -> Response {
    if app.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match tokio::time::timeout(PROBE_TIMEOUT, app.db.write(async |_| Ok(()))).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(error)) => {
            error.log();
            (StatusCode::SERVICE_UNAVAILABLE, "the database refuses writes\n").into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database takes too long\n").into_response(),
    }
}

/// `GET /metrics`: counters in Prometheus's text form.
pub async fn metrics(State(app): State<App>) -> Response {
    if let Ok(counts) = jobs::count_by_state(&app.db).await {
        for state in ["waiting", "running", "dead"] {
            let jobs = counts.iter().find(|(s, _)| s == state).map_or(0, |(_, n)| *n);
            metrics::gauge!("rejoinder_jobs", "state" => state).set(f64::from(i32::try_from(jobs).unwrap_or(i32::MAX)));
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], telemetry::render()).into_response()
}
