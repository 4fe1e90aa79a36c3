//! `rejoinder site`: the blogs whose comments are kept here, and their options.

use clap::Subcommand as Subcommands;

use super::{print, say};
use crate::actions::{add_site, set_site_option};
use crate::app::App;
use crate::error::Result;
use crate::model::account::Actor;
use crate::model::options::OPTIONS;

#[derive(Debug, Subcommands)]
pub(super) enum Command {
    /// Add a blog; prints its number
    Add {
        /// The blog's address, like https://blog.example
        url: String,
        /// Its title [default: its host]
        #[arg(long)]
        title: Option<String>,
        /// Its name in paths, /sites/SLUG [default: from its address]
        #[arg(long)]
        slug: Option<String>,
    },
    /// List the sites, and where their doors are
    List,
    /// Change an option, by its WordPress name; without a value, show it; without a name, show all
    Set {
        /// Number, slug or address
        site: String,
        /// WordPress's name, or home, siteurl, blogname
        option: Option<String>,
        /// The new value
        value: Option<String>,
    },
}

pub(super) async fn run(app: &App, command: Command) -> Result<()> {
    let actor = Actor::command("site");
    match command {
        Command::Add { url, title, slug } => {
            let id = add_site::add_site(app, &actor, &url, title.as_deref(), slug.as_deref()).await?;
            print(id);
            say(
                "Its doors are listed by `rejoinder site list`; the next step is `rejoinder doctor URL` for a page of the blog.",
            );
        }
        Command::List => {
            for site in app.sites.all(&app.db).await?.iter() {
                let base = app.sites.base(&app.db, &app.config, site).await?;
                print(format!("{}\t{}\t{}\t{}\t{base}/", site.id, site.slug, site.home, site.title));
            }
        }
        Command::Set { site, option, value } => {
            let site = app.sites.named(&app.db, Some(&site)).await?;
            match (option, value) {
                (Some(option), Some(value)) => {
                    set_site_option::set_site_option(app, &site, &actor, &option, &value).await?;
                }
                (Some(option), None) => print(set_site_option::current(&site, &option)?),
                (None, _) => {
                    for option in OPTIONS {
                        print(format!(
                            "{}\t{}\t{}",
                            option.name,
                            set_site_option::current(&site, option.name)?.replace('\n', "\\n"),
                            option.label
                        ));
                    }
                }
            }
        }
    }
    Ok(())
}
