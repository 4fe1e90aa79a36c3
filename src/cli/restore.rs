//! `rejoinder restore FILE`: puts a backup in place of the data folder's database, which is kept aside.

use std::path::PathBuf;

use super::backup::{sync_folder, with_suffix};
use super::say;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::store::db::{Place, check_file};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file that `rejoinder backup` wrote
    file: PathBuf,
}

pub(super) async fn run(config: &Config, args: &Args) -> Result<()> {
    let Place::Sqlite(database) = &config.place else {
        return Err(Error::invalid("database-url", "a PostgreSQL database is restored with pg_restore or psql"));
    };
    if !args.file.is_file() {
        return Err(Error::invalid("FILE", format!("{} is not there", args.file.display())));
    }
    std::fs::create_dir_all(&config.data).map_err(Error::from_io("making the data folder"))?;
    let _lock = super::serve::lock(config)?;
    check_file(&args.file).await?;
    let incoming = with_suffix(database, ".restoring");
    std::fs::copy(&args.file, &incoming).map_err(Error::from_io("copying the backup"))?;
    std::fs::File::open(&incoming).and_then(|f| f.sync_all()).map_err(Error::from_io("writing the copy to disk"))?;
    if database.exists() {
        let aside = with_suffix(database, ".before-restore");
        std::fs::rename(database, &aside).map_err(Error::from_io("keeping the old database aside"))?;
        for log in ["-wal", "-shm"] {
            let (from, to) = (with_suffix(database, log), with_suffix(&aside, log));
            if from.exists() {
                std::fs::rename(from, to).map_err(Error::from_io("keeping the old log aside"))?;
            }
        }
        say(format!("The database that was there is {} now.", aside.display()));
    }
    std::fs::rename(&incoming, database).map_err(Error::from_io("putting the backup in place"))?;
    sync_folder(database)?;
    say(format!("{} holds what {} held.", database.display(), args.file.display()));
    Ok(())
}
