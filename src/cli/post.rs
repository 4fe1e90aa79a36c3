//! `rejoinder post`: the pages that can be responded to.

use clap::Subcommand as Subcommands;

use super::print;
use crate::actions::{add_post, set_post_status};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::ids::PostId;
use crate::store::posts;

/// Posts read at once for `list`.
const PAGE: i64 = 500;

#[derive(Debug, Subcommands)]
pub(super) enum Command {
    /// Add a page of the blog; prints its number
    Add {
        /// The page's address
        url: String,
        /// Its title [default: from its address]
        #[arg(long)]
        title: Option<String>,
        /// A number to keep, as WordPress had it [default: the next one]
        #[arg(long)]
        id: Option<i64>,
        /// Number, slug or address of its site [default: the only one]
        #[arg(long)]
        site: Option<String>,
    },
    /// List the posts: number, comments, comment status, ping status, address, title
    List {
        /// Number, slug or address of the site [default: the only one]
        #[arg(long)]
        site: Option<String>,
    },
    /// Open or close a post: rejoinder post set 12 comment_status closed
    Set {
        /// The post's number
        post: i64,
        /// comment_status or ping_status
        what: String,
        /// open or closed
        status: String,
        /// Number, slug or address of the site [default: the only one]
        #[arg(long)]
        site: Option<String>,
    },
}

pub(super) async fn run(app: &App, command: Command) -> Result<()> {
    let actor = Actor::command("post");
    match command {
        Command::Add { url, title, id, site } => {
            let site = app.sites.named(&app.db, site.as_deref()).await?;
            print(add_post::add_post(app, &actor, &site, &url, title.as_deref(), id).await?);
        }
        Command::List { site } => {
            let site = app.sites.named(&app.db, site.as_deref()).await?;
            let mut offset = 0;
            loop {
                let page = posts::list(&app.db, site.id, None, PAGE, offset).await?;
                let status = |open| if open { "open" } else { "closed" };
                for post in &page {
                    let (comments, pings) = (status(post.comments_open), status(post.pings_open));
                    print(format!(
                        "{}\t{}\t{comments}\t{pings}\t{}\t{}",
                        post.id, post.comment_count, post.url, post.title
                    ));
                }
                if page.is_empty() {
                    break;
                }
                offset += PAGE;
            }
        }
        Command::Set { post, what, status, site } => {
            let site = app.sites.named(&app.db, site.as_deref()).await?;
            let open = match status.as_str() {
                "open" => true,
                "closed" => false,
                _ => return Err(Error::invalid("status", format!("a post is open or closed, not “{status}”"))),
            };
            let switch = set_post_status::Switch::parse(&what).ok_or_else(|| {
                Error::invalid("what", format!("comment_status or ping_status can be set, not “{what}”"))
            })?;
            set_post_status::set_post_status(app, &site, &actor, PostId(post), switch, open).await?;
        }
    }
    Ok(())
}
