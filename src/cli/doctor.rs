//! `rejoinder doctor`: checks the installation, or how a page of the blog advertises its doors.

use crate::config::Config;
use crate::error::{Error, Result};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A page of the blog to look at
    url: Option<String>,
    /// Only ask the running server whether it is ready; for health checks
    #[arg(long)]
    ready: bool,
}

pub(super) async fn run(_config: Config, _args: Args) -> Result<()> {
    Err(Error::unavailable("not yet"))
}
