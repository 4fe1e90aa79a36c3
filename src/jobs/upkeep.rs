//! What has to be done from time to time and waits for nobody: old things are tidied up, when the server
//! starts and every hour after. Several servers on one database may do it at once. Started by the runner,
//! and ended with it.

use std::time::Duration;

use crate::actions::tidy_up::tidy_up;
use crate::app::App;

/// How often; WordPress empties its trash once a day.
const INTERVAL: Duration = Duration::from_hours(1);

/// Runs until the server stops.
pub(super) async fn run(app: &App) {
    loop {
        if let Some(Err(error)) = app.stopping.run_until_cancelled(tidy_up(app)).await {
            error.log();
        }
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}
