//! `rejoinder serve`: runs the server until it is told to stop.

use std::fs::{File, TryLockError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

use super::say;
use crate::actions::{first_start, set_up};
use crate::app::App;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::jobs::runner;
use crate::telemetry;
use crate::web::{router, server};

/// How often collected counters are folded.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(30);

pub(super) async fn run(config: Config) -> Result<()> {
    telemetry::count();
    std::fs::create_dir_all(&config.data).map_err(|e| {
        Error::invalid("data", format!("the data folder {} cannot be made: {e}", config.data.display()))
    })?;
    let _lock = lock(&config)?;
    let app = App::build(config).await?;
    let listener = TcpListener::bind(app.config.listen).await.map_err(|e| {
        Error::invalid(
            "listen",
            format!("{} cannot be listened on: {e}; choose another with --listen", app.config.listen),
        )
    })?;
    first_start::first_start(&app).await?;
    greet(&app).await?;
    stop_on_signals(&app)?;
    let jobs = tokio::spawn(runner::run(app.clone()));
    let upkeep = tokio::spawn(async {
        loop {
            tokio::time::sleep(UPKEEP_INTERVAL).await;
            telemetry::upkeep();
        }
    });
    server::serve(listener, &app, router::router(app.clone())).await;
    let _finished = jobs.await;
    upkeep.abort();
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// One server a data folder: two would answer from caches that know nothing of each other.
pub(super) fn lock(config: &Config) -> Result<File> {
    let path = config.data.join("rejoinder.lock");
    let file = File::create(&path)
        .map_err(|e| Error::invalid("data", format!("{} cannot be written: {e}", path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::invalid(
            "data",
            format!(
                "another server runs on the data folder {}; stop it, or give this one another with --data",
                config.data.display()
            ),
        )),
        Err(TryLockError::Error(e)) => Err(Error::invalid(
            "data",
            format!("{} cannot be locked: {e}; the data folder must be on a local disk", path.display()),
        )),
    }
}

async fn greet(app: &App) -> Result<()> {
    if app.config.no_limits {
        tracing::warn!(
            "--no-limits: rate limits and the flood check are off, refused pings are answered at once; for tests and benchmarks only"
        );
    }
    for network in &app.config.fetch_allow {
        tracing::warn!(%network, "--fetch-allow: pages are fetched from this network though it may not be public");
    }
    if let Some(mailer) = &app.mail {
        tracing::info!("{}", mailer.description());
    }
    if is_guessed(&app.config) {
        tracing::warn!(
            address = %app.config.public_url,
            "nobody said where readers reach this server, so its links lead to an address of this machine only; set REJOINDER_PUBLIC_URL, or --public-url"
        );
    }
    tracing::info!(address = %app.config.public_url, "listening on {}", app.config.listen);
    let has_demo = app.sites.find_slug(&app.db, first_start::DEMO_SLUG).await?.is_some_and(|s| s.demo);
    let demo = if has_demo { Some(first_start::demo_page(app)?) } else { None };
    let token = set_up::prepare(app).await?;
    for line in greeting(&app.config, demo.as_ref(), token.as_deref()) {
        say(line);
    }
    Ok(())
}

/// Whether links name an address that was made up, because the server listens on all and nobody named one.
/// What a client sends as `Host` is no better: answers are kept for others, and it would get into their links.
fn is_guessed(config: &Config) -> bool {
    !config.public_url_given && config.listen.ip().is_unspecified()
}

/// What a person at the terminal wants to follow.
fn greeting(config: &Config, demo: Option<&Url>, token: Option<&str>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(demo) = demo {
        lines.push(format!("Demo page:       {demo}"));
    }
    if let Some(token) = token {
        lines.push(format!("Set up the desk: {}desk/setup?token={token}", config.public_url));
        lines.push("                 (this link works once)".into());
    }
    if is_guessed(config) && !lines.is_empty() {
        lines.push(
            "                 From another machine: put this machine’s name in place of the address, or set".into(),
        );
        lines.push(
            "                 REJOINDER_PUBLIC_URL to where readers reach the server: then every link is right.".into(),
        );
    }
    lines
}

/// SIGTERM or SIGINT: stop well, within ten seconds. The second one: at once.
fn stop_on_signals(app: &App) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::from_io("listening for SIGTERM"))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::from_io("listening for SIGINT"))?;
    let stopping = app.stopping.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if stopping.is_cancelled() {
                tracing::warn!("stopping at once");
                std::process::exit(1);
            }
            tracing::info!("stopping; a second signal stops at once");
            stopping.cancel();
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Options;

    #[test]
    fn what_is_printed_can_be_followed_and_says_what_to_set_where_it_is_a_guess() {
        for (listen, public_url, link, is_guess) in [
            ("127.0.0.1:8080", None, "http://127.0.0.1:8080/desk/setup?token=t", false),
            ("0.0.0.0:8080", None, "http://127.0.0.1:8080/desk/setup?token=t", true),
            ("[::]:8080", None, "http://[::1]:8080/desk/setup?token=t", true),
            ("0.0.0.0:8080", Some("https://comments.example"), "https://comments.example/desk/setup?token=t", false),
        ] {
            let config = Options {
                listen: Some(listen.parse().unwrap()),
                public_url: public_url.map(|u| u.parse().unwrap()),
                ..Options::default()
            };
            let config = config.resolve().unwrap();
            let said = greeting(&config, None, Some("t")).join("\n");
            assert!(said.contains(&format!(" {link}\n")) && !said.contains("0.0.0.0"), "{listen}: {said}");
            assert_eq!(said.contains("REJOINDER_PUBLIC_URL"), is_guess, "{listen}: {said}");
            assert!(greeting(&config, None, None).is_empty(), "nothing to follow, nothing to say");
        }
    }
}
