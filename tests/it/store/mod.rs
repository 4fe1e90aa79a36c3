//! Every function of `store/`, on both engines, and what the store promises: writes that share a commit
//! and fail alone, readers that cannot write, other processes noticed, two schemas that are one.

mod accounts;
mod application_passwords;
mod audit;
mod avatars;
mod comments;
mod comments_queue;
mod comments_search;
mod commits;
mod consistency;
mod handovers;
mod identities;
mod instance;
mod intake;
mod jobs;
mod leaving;
mod linkbacks;
mod mailed_codes;
mod migrations;
mod posts;
mod posts_search;
mod processes;
mod providers;
mod reads;
mod schema;
mod sessions;
mod sites;
mod sso_tokens;
mod subscriptions;
mod users;

use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{AccountId, CommentId, PostId, SiteId};
use rejoinder::model::time::Timestamp;
use rejoinder::store::accounts::NewAccount;
use rejoinder::store::comments::Question;
use rejoinder::store::sites::NewSite;
use rejoinder::store::{self, Db};

use crate::harness::{Engine, START, Setup, TestApp, new_post};

const NOW: Timestamp = START;

/// This many milliseconds after [`NOW`].
const fn at(millis: i64) -> Timestamp {
    Timestamp(START.0 + millis)
}

/// A database with one site.
struct Kept {
    test: TestApp,
    site: SiteId,
}

impl Kept {
    async fn on(engine: Engine) -> Self {
        let test = TestApp::start_on(engine, Setup::default()).await;
        let site = insert_site(&test.app.db, "blog").await;
        Self { test, site }
    }

    fn db(&self) -> &Db {
        &self.test.app.db
    }

    async fn post(&self, path: &str) -> PostId {
        let (site, new) = (self.site, new_post(path));
        self.db().write(async move |tx| store::posts::insert(tx, site, &new, NOW).await).await.unwrap()
    }

    async fn account(&self, login: &str) -> AccountId {
        let new = NewAccount {
            login: login.into(),
            email: format!("{login}@Example.org"),
            display_name: login.to_uppercase(),
            password_hash: "hash".into(),
            super_admin: false,
        };
        self.db().write(async move |tx| store::accounts::insert(tx, &new, NOW).await).await.unwrap()
    }

    /// Keeps a comment, and answers with it as it is kept.
    async fn comment(&self, comment: Comment) -> Comment {
        let site = self.site;
        let id = self
            .db()
            .write(async move |tx| {
                let comment = Comment { site_id: site, ..comment.clone() };
                store::comments::insert(tx, &comment, &Question::about(&comment, NOW)).await
            })
            .await
            .unwrap();
        self.find(id).await.unwrap()
    }

    async fn find(&self, id: CommentId) -> Option<Comment> {
        store::comments::find(self.db(), self.site, id).await.unwrap()
    }
}

async fn insert_site(db: &Db, slug: &str) -> SiteId {
    let new = NewSite {
        slug: slug.into(),
        home: format!("https://{slug}.example").parse().unwrap(),
        title: slug.to_uppercase(),
        demo: false,
    };
    db.write(async move |tx| store::sites::insert(tx, &new, NOW).await).await.unwrap()
}

/// An approved comment with something in every field.
fn comment(post: PostId, content: &str) -> Comment {
    Comment {
        site_id: SiteId(0),
        id: CommentId(0),
        post_id: post,
        parent_id: None,
        kind: CommentType::Comment,
        status: Status::Approved,
        author_name: "José".into(),
        author_email: "jose@example.org".into(),
        author_url: "https://jose.example/".into(),
        author_ip: "192.0.2.7".into(),
        agent: "Agent/1".into(),
        account_id: None,
        content: content.into(),
        created_at: NOW,
        proven_by: String::new(),
        edited_at: None,
        reason: "approved: nothing held it".into(),
    }
}
