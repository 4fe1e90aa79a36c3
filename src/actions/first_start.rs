//! What an empty data folder begins with: a demo site whose page shows the embedded comment section.

use url::Url;

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::comment::{Comment, CommentType, Status};
use crate::model::ids::{CommentId, SiteId};
use crate::model::site::Site;
use crate::store::comments::{self, Question};
use crate::store::posts;
use crate::store::sites::{self, NewSite};

/// The demo site's slug, and its blog's path on this server.
pub const DEMO_SLUG: &str = "demo";
/// The demo post's path below the blog.
pub const DEMO_POST_PATH: &str = "hello-world/";

/// Makes the demo site when there is no site at all. Its address follows the server's, so that the demo
/// works wherever it is started.
pub async fn first_start(app: &App) -> Result<()> {
    let home = demo_home(app)?;
    match app.sites.find_slug(&app.db, DEMO_SLUG).await? {
        Some(demo) if demo.demo && demo.home != home => {
            let id = demo.id;
            let now = app.clock.now();
            app.db
                .write(async move |tx| {
                    sites::set_home(tx, id, &home).await?;
                    sites::set_changed(tx, id, now).await
                })
                .await
        }
        None if app.sites.all(&app.db).await?.is_empty() => make_demo(app, home).await,
        Some(_) | None => Ok(()),
    }
}

/// Where the demo's page is.
pub fn demo_page(app: &App) -> Result<Url> {
    let home = demo_home(app)?;
    Url::parse(&format!("{home}/{DEMO_POST_PATH}")).map_err(|e| Error::internal(format!("the demo's address: {e}")))
}

fn demo_home(app: &App) -> Result<Url> {
    let public = app.config.public_url.as_str().trim_end_matches('/');
    Url::parse(&format!("{public}/{DEMO_SLUG}")).map_err(|e| Error::internal(format!("the demo's address: {e}")))
}

const WELCOME: &str = "Hi, this is a comment.\nTo moderate, edit and delete comments, visit the desk: the server printed a link that makes the first account.";

async fn make_demo(app: &App, home: Url) -> Result<()> {
    let now = app.clock.now();
    let page = demo_page(app)?;
    let content = crate::model::text::allow_list::save_content(WELCOME, home.host_str().unwrap_or_default());
    app.db
        .write(async move |tx| {
            let new =
                NewSite { slug: DEMO_SLUG.into(), home: home.clone(), title: "Rejoinder demo".into(), demo: true };
            let id: SiteId = sites::insert(tx, &new, now).await?;
            let site = Site {
                id,
                slug: new.slug.clone(),
                home: home.clone(),
                siteurl: None,
                title: new.title.clone(),
                demo: true,
                changed_at: now,
                options: crate::model::options::SiteOptions::default(),
                stored_options: std::collections::BTreeMap::new(),
            };
            let post = posts::insert(
                tx,
                id,
                &crate::actions::add_post::new_post(&site, &page, "Hello world!", Some(now)),
                now,
            )
            .await?;
            let comment = Comment {
                site_id: id,
                id: CommentId(0),
                post_id: post,
                parent_id: None,
                kind: CommentType::Comment,
                status: Status::Approved,
                author_name: "A Rejoinder commenter".into(),
                author_email: String::new(),
                author_url: String::new(),
                author_ip: "127.0.0.1".into(),
                agent: String::new(),
                account_id: None,
                content: content.clone(),
                created_at: now,
                proven_by: String::new(),
                edited_at: None,
                reason: "approved: part of the demo".into(),
            };
            comments::insert(tx, &comment, &Question::about(&comment, now)).await.map(|_| ())
        })
        .await
}
