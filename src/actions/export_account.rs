//! A copy of what is kept about one's own account, as JSON, in the groups of WordPress's exporter (WP 7.1 comments §11.4)
//! and some of our own. Secrets are no data: neither passwords nor tokens nor their hashes are in it. It is given in
//! pieces, so that who wrote much costs no more memory than who wrote little. Wants a log-in of the last minutes.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::actions::current_actor::{Visitor, sites_of};
use crate::actions::{fresh_proof, own_sessions, own_subscriptions};
use crate::app::App;
use crate::error::Result;
use crate::model::comment::{Comment, Status};
use crate::model::ids::{AccountId, CommentId};
use crate::model::post::Post;
use crate::model::site::Site;
use crate::model::text::escape::unescape;
use crate::model::time::Timestamp;
use crate::model::{date, permalink};
use crate::store::{application_passwords, comments, identities, posts};

/// Comments of one piece.
pub const PAGE_COMMENTS: usize = 100;

/// An export under way: everything but the comments, and what gives those.
#[derive(Debug)]
pub struct Export {
    /// When it was made.
    pub made_at: Timestamp,
    /// The groups that come before the comments.
    pub groups: Vec<Value>,
    /// The comments.
    pub comments: Comments,
}

/// Gives an account's comments, a page at a time.
#[derive(Debug)]
pub struct Comments {
    account: AccountId,
    sites: Vec<Arc<Site>>,
    after: CommentId,
}

/// The group of comments, without its items.
pub fn group_of_comments() -> [(&'static str, &'static str); 3] {
    [("group_id", "comments"), ("group_label", "Comments"), ("group_description", "User’s comment data.")]
}

/// Begins the export of the visitor's account.
pub async fn export_account(app: &App, visitor: &Visitor) -> Result<Export> {
    fresh_proof::require(app, visitor).await?;
    let account = visitor.account.id;
    let ids = comments::sites_of_account(&app.db, account).await?;
    let all = app.sites.all(&app.db).await?;
    let groups = vec![
        profile(app, visitor).await?,
        log_ins(app, account).await?,
        sessions(app, visitor).await?,
        programs(app, account).await?,
        told_of(app, account, &all).await?,
    ];
    let sites = all.iter().filter(|site| ids.contains(&site.id)).cloned().collect();
    Ok(Export { made_at: app.clock.now(), groups, comments: Comments { account, sites, after: CommentId(0) } })
}

fn group(id: &str, label: &str, description: &str, items: Vec<Value>) -> Value {
    let items = Value::Array(items);
    json!({"group_id": id, "group_label": label, "group_description": description, "items": items})
}

/// An item of a group: names and values, without those that are empty.
fn item(id: &str, pairs: &[(&str, String)]) -> Value {
    let data: Vec<Value> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    json!({"item_id": id, "data": data})
}

async fn profile(app: &App, visitor: &Visitor) -> Result<Value> {
    let account = &visitor.account;
    let roles = sites_of(app, account).await?;
    let roles: Vec<String> = roles.iter().map(|(site, role)| format!("{} of {}", role.as_str(), site.home)).collect();
    let pairs = [
        ("User ID", account.id.to_string()),
        ("User Login Name", account.login.clone()),
        ("User Email", account.email.clone()),
        ("User URL", account.url.clone()),
        ("User Display Name", account.display_name.clone()),
        ("User Registration Date", date::rfc3339(account.created_at)),
        ("Roles", roles.join(", ")),
    ];
    let items = vec![item(&format!("user-{}", account.id), &pairs)];
    Ok(group("user", "User", "User’s profile data.", items))
}

async fn log_ins(app: &App, account: AccountId) -> Result<Value> {
    let known = identities::list_of_account(&app.db, account).await?;
    let items = known.into_iter().map(|identity| {
        let proven = identity.proven;
        let pairs = [
            ("Provider", proven.provider_name),
            ("Issuer", proven.issuer),
            ("Number or Address There", proven.subject),
            ("Name", proven.name),
            ("Website", proven.url),
            ("Picture", proven.picture),
            ("Verified by the Provider", if proven.email_verified { "yes".into() } else { String::new() }),
            ("Email", proven.email),
            ("First Used", date::rfc3339(identity.created_at)),
            ("Last Used", date::rfc3339(identity.last_used_at)),
        ];
        item(&format!("identity-{}", identity.id), &pairs)
    });
    Ok(group("identities", "Ways to Log In", "Accounts at providers by which the user logs in.", items.collect()))
}

async fn sessions(app: &App, visitor: &Visitor) -> Result<Value> {
    let listed = own_sessions::list(app, visitor).await?;
    let items = listed.into_iter().map(|session| {
        let pairs = [
            ("Login", date::rfc3339(session.created_at)),
            ("Last Used", date::rfc3339(session.seen_at)),
            ("IP Address", session.ip.clone()),
            ("User Agent", session.agent.clone()),
        ];
        item(&format!("session-{}", own_sessions::mark_of(&session)), &pairs)
    });
    Ok(group("session-tokens", "Session Tokens", "Browsers in which the user is logged in.", items.collect()))
}

async fn programs(app: &App, account: AccountId) -> Result<Value> {
    let listed = application_passwords::list(&app.db, account).await?;
    let items = listed.into_iter().map(|password| {
        let pairs = [
            ("Name", password.name),
            ("Created", date::rfc3339(password.created_at)),
            ("Last Used", password.last_used_at.map(date::rfc3339).unwrap_or_default()),
            ("Last IP", password.last_ip.unwrap_or_default()),
        ];
        item(&format!("application-password-{}", password.uuid), &pairs)
    });
    Ok(group("application-passwords", "Application Passwords", "Programs that act for the user.", items.collect()))
}

async fn told_of(app: &App, account: AccountId, all: &[Arc<Site>]) -> Result<Value> {
    let mut items = Vec::new();
    for site in all {
        let shown = own_subscriptions::of_account(app, site, account).await?;
        items.extend(shown.subscriptions.into_iter().map(|(subscription, post)| {
            let pairs = [
                ("Email", subscription.email),
                ("Post", post.url.clone()),
                ("Replies Only", if subscription.comment_id.is_some() { "yes".into() } else { String::new() }),
                ("Asked For", date::rfc3339(subscription.created_at)),
            ];
            item(&format!("subscription-{}-{}", site.slug, subscription.id), &pairs)
        }));
    }
    Ok(group("subscriptions", "Subscriptions", "What the user is told of by email.", items))
}

impl Comments {
    /// The next of them; `None` when there are no more.
    pub async fn next(&mut self, app: &App) -> Result<Option<Vec<Value>>> {
        let limit = i64::try_from(PAGE_COMMENTS).unwrap_or(i64::MAX);
        while let Some(site) = self.sites.first().cloned() {
            let found = comments::list_to_export(&app.db, site.id, self.account, self.after, limit).await?;
            let Some(last) = found.last() else {
                self.sites.remove(0);
                self.after = CommentId(0);
                continue;
            };
            self.after = last.id;
            let ids: Vec<_> = found.iter().map(|comment| comment.post_id).collect();
            let posts = posts::find_many(&app.db, site.id, &ids).await?;
            return Ok(Some(found.iter().map(|comment| of_comment(&site, &posts, comment)).collect()));
        }
        Ok(None)
    }
}

fn of_comment(site: &Site, posts: &[Post], comment: &Comment) -> Value {
    let post = posts.iter().find(|post| post.id == comment.post_id);
    let pairs = [
        ("Comment Author", unescape(&comment.author_name).into_owned()),
        ("Comment Author Email", comment.author_email.clone()),
        ("Comment Author URL", unescape(&comment.author_url).into_owned()),
        ("Comment Author IP", comment.author_ip.clone()),
        ("Comment Author User Agent", comment.agent.clone()),
        ("Comment Date", date::rfc3339(comment.created_at)),
        ("Comment Edited", comment.edited_at.map(date::rfc3339).unwrap_or_default()),
        ("Comment Content", comment.content.clone()),
        ("Comment URL", post.map(|post| permalink::of_comment(&post.url, comment.id)).unwrap_or_default()),
        (
            "Comment Status",
            if comment.status == Status::Approved { String::new() } else { "awaiting moderation".into() },
        ),
        ("Site", site.home.to_string()),
    ];
    item(&format!("comment-{}", comment.id), &pairs)
}
