//! A comment as the REST API shows it (WP 7.1 comments §8.2), made of what was read for a whole list at once.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::actions::avatars::Avatars;
use crate::app::App;
use crate::error::Result;
use crate::model::comment::Comment;
use crate::model::ids::{AccountId, CommentId, PostId};
use crate::model::post::Post;
use crate::model::{date, permalink, text};
use crate::store::comments::search;
use crate::store::posts;
use crate::web::rest::avatars::by_size;
use crate::web::rest::call::{Context, url};
use crate::web::rest::fields::Fields;
use crate::web::rest::posts::base_of;
use crate::web::rest::who::Who;
use crate::web::site::Here;

/// The methods that who may moderate a comment may use on it, and everybody else.
pub(in crate::web::rest) const FOR_MODERATORS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];
pub(in crate::web::rest) const FOR_READERS: &[&str] = &["GET"];

/// What stands around comments that are shown.
#[derive(Clone, Debug)]
pub(in crate::web::rest) struct Around {
    here: Here,
    who: Who,
    avatars: Option<Avatars>,
    posts: HashMap<PostId, Post>,
    answered: HashSet<CommentId>,
}

impl Around {
    /// Reads it for all of these comments: two queries, however many there are.
    pub(in crate::web::rest) async fn read(app: &App, here: &Here, who: &Who, comments: &[Comment]) -> Result<Self> {
        let (mut of, site) = (comments.iter().map(|c| c.post_id).collect::<Vec<_>>(), here.site.id);
        of.sort_unstable();
        of.dedup();
        let ids: Vec<CommentId> = comments.iter().map(|c| c.id).collect();
        let (posts, answered) = if ids.is_empty() {
            (Vec::new(), Vec::new())
        } else {
            (posts::find_many(&app.db, site, &of).await?, search::with_children(&app.db, site, &ids).await?)
        };
        Ok(Self {
            here: here.clone(),
            who: who.clone(),
            avatars: Avatars::of_comments(app, &here.site, &here.base).await?,
            posts: posts.into_iter().map(|post| (post.id, post)).collect(),
            answered: answered.into_iter().collect(),
        })
    }

    /// The methods that the client may use on the comment.
    pub(in crate::web::rest) fn allow(&self, comment: &Comment) -> &'static [&'static str] {
        if self.who.may_moderate_under(self.post_author(comment)) { FOR_MODERATORS } else { FOR_READERS }
    }

    /// Whether the client may read the comment.
    pub(in crate::web::rest) fn is_readable(&self, comment: &Comment) -> bool {
        self.who.scope().has(comment, self.post_author(comment))
    }

    fn post_author(&self, comment: &Comment) -> Option<AccountId> {
        self.posts.get(&comment.post_id).and_then(|post| post.account_id)
    }

    /// The comment, in WordPress's order of fields.
    pub(in crate::web::rest) fn show(&self, comment: &Comment, context: Context, fields: &Fields) -> Value {
        const ALL: &[&str] = &["view", "edit", "embed"];
        const NOT_EMBED: &[&str] = &["view", "edit"];
        const EDIT: &[&str] = &["edit"];
        let zone = &self.here.site.options.timezone_string;
        let mut shown = Map::new();
        let mut put = |name: &str, contexts: &[&str], value: &dyn Fn() -> Value| {
            if context.is_in(contexts) && fields.want(name) {
                shown.insert(name.to_owned(), value());
            }
        };
        put("id", ALL, &|| comment.id.0.into());
        put("post", NOT_EMBED, &|| comment.post_id.0.into());
        put("parent", ALL, &|| comment.parent_id.map_or(0, |id| id.0).into());
        put("author", ALL, &|| comment.account_id.map_or(0, |id| id.0).into());
        put("author_name", ALL, &|| comment.author_name.as_str().into());
        put("author_email", EDIT, &|| comment.author_email.as_str().into());
        put("author_url", ALL, &|| comment.author_url.as_str().into());
        put("author_ip", EDIT, &|| comment.author_ip.as_str().into());
        put("author_user_agent", EDIT, &|| comment.agent.as_str().into());
        put("date", ALL, &|| date::rest(comment.created_at, zone).into());
        put("date_gmt", NOT_EMBED, &|| date::rest(comment.created_at, "UTC").into());
        put("content", ALL, &|| self.content(comment, context));
        put("link", ALL, &|| self.link(comment).into());
        put("status", NOT_EMBED, &|| comment.status.as_str().into());
        put("type", ALL, &|| comment.kind.as_str().into());
        if let Some(avatars) = &self.avatars {
            put("author_avatar_urls", ALL, &|| by_size(avatars.author_avatar_urls(comment).into_iter().flatten()));
        }
        put("meta", NOT_EMBED, &|| meta(comment));
        put("_links", ALL, &|| self.links(comment));
        Value::Object(shown)
    }

    fn content(&self, comment: &Comment, context: Context) -> Value {
        let rendered = text::display_content(&comment.content, self.here.site.display());
        match context {
            Context::Edit => json!({ "rendered": rendered, "raw": comment.content }),
            _ => json!({ "rendered": rendered }),
        }
    }

    fn link(&self, comment: &Comment) -> String {
        let post = self.posts.get(&comment.post_id).map_or(self.here.site.home.as_str(), |post| &post.url);
        permalink::of_comment(post, comment.id)
    }

    /// WP 7.1 §8.2: `embeddable` and its like stand before the address.
    fn links(&self, comment: &Comment) -> Value {
        let to = |route: String| url(&self.here, &route);
        let mut links = Map::new();
        let own = json!([{ "href": to(format!("/wp/v2/comments/{}", comment.id)), "targetHints": { "allow": self.allow(comment) } }]);
        links.insert("self".into(), own);
        links.insert("collection".into(), json!([{ "href": to("/wp/v2/comments".into()) }]));
        if let Some(author) = comment.account_id {
            links
                .insert("author".into(), json!([{ "embeddable": true, "href": to(format!("/wp/v2/users/{author}")) }]));
        }
        if let Some(post) = self.posts.get(&comment.post_id) {
            let address = to(format!("/wp/v2/{}/{}", base_of(&post.kind), post.id));
            links.insert("up".into(), json!([{ "embeddable": true, "post_type": post.kind, "href": address }]));
        }
        if let Some(parent) = comment.parent_id {
            let address = to(format!("/wp/v2/comments/{parent}"));
            links.insert("in-reply-to".into(), json!([{ "embeddable": true, "href": address }]));
        }
        if self.answered.contains(&comment.id) {
            let address = to(format!("/wp/v2/comments?parent={}", comment.id));
            links.insert("children".into(), json!([{ "embeddable": true, "href": address }]));
        }
        Value::Object(links)
    }

    /// All of them. Filtering hundreds of texts takes milliseconds, so it is done where it keeps nobody waiting.
    pub(in crate::web::rest) async fn show_all(
        self,
        comments: Vec<Comment>,
        context: Context,
        fields: Fields,
    ) -> Result<Vec<Value>> {
        let shown = tokio::task::spawn_blocking(move || {
            comments.iter().map(|comment| self.show(comment, context, &fields)).collect()
        });
        shown.await.map_err(|e| crate::error::Error::internal(format!("showing comments: {e}")))
    }
}

/// WordPress's one field, and ours where the author was logged in.
fn meta(comment: &Comment) -> Value {
    if comment.proven_by.is_empty() {
        return json!({ "_wp_note_status": null });
    }
    json!({ "_wp_note_status": null, "rejoinder_proven_by": comment.proven_by })
}
