//! The way in from a shell: one file for each command. A command that makes a thing prints its number or
//! password, alone, on standard output; all else goes to standard error.

mod backup;
mod doctor;
mod post;
mod provider;
mod restore;
mod serve;
mod site;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::config::{Config, Options};
use crate::error::Result;
use crate::store::db::WATCH_INTERVAL;
use crate::telemetry;

/// The comment section and the pingback endpoint of a blog, as one program
#[derive(Debug, Parser)]
#[command(name = "rejoinder", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve,
    /// Add, list and change sites
    #[command(subcommand)]
    Site(site::Command),
    /// Add, list, open and close the posts that can be responded to
    #[command(subcommand)]
    Post(post::Command),
    /// Add local accounts, change their passwords, give passwords to programs
    #[command(subcommand)]
    User(user::Command),
    /// Choose by which providers one can log in on a site
    #[command(subcommand)]
    Provider(provider::Command),
    /// Write the whole instance to a file, while serving
    Backup(backup::Args),
    /// Put a backup in place of what the data folder holds
    Restore(restore::Args),
    /// Check the installation, or how a page of the blog advertises its doors
    Doctor(doctor::Args),
}

/// Reads the command line, does what it says, and says how it went.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    telemetry::log_to_stderr();
    // Readers are served by two threads well; password hashing and parsing have threads of their own.
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&crate::error::Error::internal(format!("starting: {error}"))),
    };
    match runtime.block_on(dispatch(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn dispatch(cli: Cli) -> Result<()> {
    let config = cli.options.resolve()?;
    match cli.command {
        Command::Serve => serve::run(config).await,
        Command::Restore(args) => restore::run(&config, &args).await,
        Command::Doctor(args) => doctor::run(config, args).await,
        command => {
            let app = App::build(config).await?;
            let done = match command {
                Command::Site(command) => site::run(&app, command).await,
                Command::Post(command) => post::run(&app, command).await,
                Command::User(command) => user::run(&app, command).await,
                Command::Provider(command) => provider::run(&app, command).await,
                Command::Backup(args) => backup::run(&app, &args).await,
                Command::Serve | Command::Restore(_) | Command::Doctor(_) => Ok(()),
            };
            app.db.close().await;
            let_a_server_notice(&app.config).await;
            done
        }
    }
}

/// A server on the same data folder notices what a command changed when it next looks; the command returns
/// after that, so that whoever called it finds the server knowing.
async fn let_a_server_notice(config: &Config) {
    if serve::lock(config).is_err() {
        tokio::time::sleep(2 * WATCH_INTERVAL).await;
    }
}

#[expect(clippy::print_stderr, reason = "a command speaks to its caller on standard error")]
fn fail(error: &crate::error::Error) -> ExitCode {
    let detail = match error {
        crate::error::Error::Internal(detail) => format!("{detail:#}"),
        crate::error::Error::Unavailable { detail } => detail.clone(),
        error => error.to_string(),
    };
    eprintln!("rejoinder: {detail}");
    ExitCode::from(error.exit_code())
}

/// Prints what a command made, alone, on standard output.
#[expect(clippy::print_stdout, reason = "what a command makes goes to standard output")]
fn print(made: impl std::fmt::Display) {
    println!("{made}");
}

/// Says something to the person at the shell.
#[expect(clippy::print_stderr, reason = "what is not the result goes to standard error")]
fn say(text: impl std::fmt::Display) {
    eprintln!("{text}");
}
