//! `rejoinder backup FILE`: a consistent copy of everything, also while the server runs.

use std::path::{Path, PathBuf};

use super::say;
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file to write; it must not exist yet
    file: PathBuf,
}

pub(super) async fn run(app: &App, args: &Args) -> Result<()> {
    if args.file.exists() {
        return Err(Error::invalid("FILE", format!("{} exists already; give a new name", args.file.display())));
    }
    // Written under another name and then renamed: a file of the wanted name is always whole.
    let unfinished = with_suffix(&args.file, ".part");
    if unfinished.exists() {
        std::fs::remove_file(&unfinished).map_err(Error::from_io("removing an unfinished backup"))?;
    }
    app.db.copy_to(&unfinished).await?;
    let file = std::fs::File::open(&unfinished).map_err(Error::from_io("opening the backup"))?;
    file.sync_all().map_err(Error::from_io("writing the backup to disk"))?;
    crate::store::db::check_file(&unfinished).await?;
    std::fs::rename(&unfinished, &args.file).map_err(Error::from_io("naming the backup"))?;
    sync_folder(&args.file)?;
    let bytes = file.metadata().map_err(Error::from_io("measuring the backup"))?.len();
    say(format!("{}: {bytes} bytes, checked", args.file.display()));
    Ok(())
}

/// Makes a rename last: the folder's entry is on disk.
pub(super) fn sync_folder(file: &Path) -> Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(Error::from_io("writing the folder to disk"))
}

/// The same path with more at the end of its name.
pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
