//! `_embed`: what an answer's links lead to, put into it (WP 7.1 comments §8.1, §8.2). Read for the whole answer
//! at once, one query for each kind of thing, however many links there are.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::call::{Context, url};
use super::comments::object::Around;
use super::error::{self, Problem};
use super::fields::Fields;
use super::paging::PER_PAGE_MAX;
use super::users::read::may_see;
use super::who::Who;
use super::{args, posts, users};
use crate::app::App;
use crate::error::Result;
use crate::model::comment::Comment;
use crate::model::ids::{CommentId, PostId};
use crate::store::comments::search;
use crate::store::{comments, posts as kept_posts, users as kept_users};
use crate::web::site::Here;

/// Comments in all embedded lists of an answer. WordPress embeds up to a hundred for each link, which for a
/// hundred posts are ten thousand; here they share.
const IN_LISTS_MAX: i64 = 1_000;

/// Which links are followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    These(Vec<String>),
}

impl Wanted {
    /// Reads the parameter; `None` when it is not there.
    pub(super) fn read(given: Option<&Value>) -> Option<Self> {
        let rels: Vec<String> = match given? {
            Value::String(text) if matches!(text.as_str(), "" | "1" | "true") => return Some(Self::All),
            Value::String(text) => args::words(text).map(str::to_owned).collect(),
            Value::Array(items) => {
                items.iter().filter_map(Value::as_str).flat_map(args::words).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        Some(if rels.is_empty() { Self::All } else { Self::These(rels) })
    }

    fn has(&self, rel: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(rels) => rels.iter().any(|r| r == rel),
        }
    }
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Target {
    User(i64),
    Post(i64),
    Comment(i64),
    Answers(i64),
    Replies(i64),
}

impl Target {
    /// Reads an address of ours.
    fn of(here: &Here, address: &str) -> Option<Self> {
        let route = address.strip_prefix(&url(here, "/wp/v2/"))?;
        if let Some(id) = route.strip_prefix("comments?parent=") {
            return Some(Self::Answers(id.parse().ok()?));
        }
        if let Some(id) = route.strip_prefix("comments?post=") {
            return Some(Self::Replies(id.parse().ok()?));
        }
        let (noun, id) = route.split_once('/')?;
        let id = id.parse().ok()?;
        Some(match noun {
            "users" => Self::User(id),
            "posts" | "pages" => Self::Post(id),
            "comments" => Self::Comment(id),
            _ => return None,
        })
    }
}

/// Puts into an answer what its links lead to.
pub(super) async fn embed(app: &App, here: &Here, who: &Who, wanted: &Wanted, body: &mut Value) -> Result<(), Problem> {
    let mut objects: Vec<&mut Map<String, Value>> = match body {
        Value::Array(items) => items.iter_mut().filter_map(Value::as_object_mut).collect(),
        Value::Object(map) => vec![map],
        _ => return Ok(()),
    };
    let targets: Vec<Target> =
        objects.iter().flat_map(|object| links(here, wanted, object)).map(|(_, target)| target).collect();
    let found = Found::read(app, here, who, &targets).await?;
    for object in &mut objects {
        let mut embedded: Map<String, Value> = Map::new();
        for (rel, target) in links(here, wanted, object) {
            let list = embedded.entry(rel).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(found.get(who, target));
            }
        }
        if !embedded.is_empty() {
            object.insert("_embedded".into(), Value::Object(embedded));
        }
    }
    Ok(())
}

/// The links of an object that are to be followed.
fn links(here: &Here, wanted: &Wanted, object: &Map<String, Value>) -> Vec<(String, Target)> {
    let Some(Value::Object(links)) = object.get("_links") else { return Vec::new() };
    let mut found = Vec::new();
    for (rel, list) in links.iter().filter(|(rel, _)| wanted.has(rel)) {
        for link in list.as_array().into_iter().flatten() {
            let is_embeddable = link.get("embeddable") == Some(&Value::Bool(true));
            let target = link.get("href").and_then(Value::as_str).and_then(|address| Target::of(here, address));
            found.extend(target.filter(|_| is_embeddable).map(|target| (rel.clone(), target)));
        }
    }
    found
}

/// What was found for all the links of an answer.
#[derive(Debug, Default)]
struct Found(HashMap<Target, Value>);

impl Found {
    async fn read(app: &App, here: &Here, who: &Who, targets: &[Target]) -> Result<Self> {
        let mut found = Self::default();
        found
            .read_users(app, here, who, &ids(targets, |t| if let Target::User(id) = t { Some(id) } else { None }))
            .await?;
        found.read_posts(app, here, &ids(targets, |t| if let Target::Post(id) = t { Some(id) } else { None })).await?;
        found.read_comments(app, here, who, targets).await?;
        Ok(found)
    }

    async fn read_users(&mut self, app: &App, here: &Here, who: &Who, ids: &[i64]) -> Result<()> {
        for user in kept_users::find_many(&app.db, here.site.id, ids).await? {
            let shown = if may_see(who, &user) {
                users::object::show(app, here, &user, Context::Embed, &Fields::default())
            } else {
                Problem::from(error::USER_CANNOT_VIEW).body(who.is_logged_in())
            };
            self.0.insert(Target::User(user.account.id.0), shown);
        }
        Ok(())
    }

    async fn read_posts(&mut self, app: &App, here: &Here, ids: &[i64]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<PostId> = ids.iter().copied().map(PostId).collect();
        for post in kept_posts::find_many(&app.db, here.site.id, &ids).await? {
            let shown = posts::object::show(here, &post, Context::Embed, &Fields::default());
            self.0.insert(Target::Post(post.id.0), shown);
        }
        Ok(())
    }

    /// Single comments, and lists of them by what they answer or stand under.
    async fn read_comments(&mut self, app: &App, here: &Here, who: &Who, targets: &[Target]) -> Result<()> {
        let (db, site) = (&app.db, here.site.id);
        let single = ids(targets, |t| if let Target::Comment(id) = t { Some(id) } else { None });
        let parents = ids(targets, |t| if let Target::Answers(id) = t { Some(id) } else { None });
        let of_posts = ids(targets, |t| if let Target::Replies(id) = t { Some(id) } else { None });
        let lists = i64::try_from(parents.len() + of_posts.len()).unwrap_or(i64::MAX).max(1);
        let each = (IN_LISTS_MAX / lists).clamp(1, PER_PAGE_MAX);
        let mut all: Vec<(Target, Comment)> = Vec::new();
        if !single.is_empty() {
            let ids: Vec<CommentId> = single.iter().copied().map(CommentId).collect();
            let found = comments::find_many(db, site, &ids).await?;
            all.extend(found.into_iter().map(|comment| (Target::Comment(comment.id.0), comment)));
        }
        if !parents.is_empty() {
            let ids: Vec<CommentId> = parents.iter().copied().map(CommentId).collect();
            let found = search::newest_answers(db, site, &ids, each).await?;
            all.extend(found.into_iter().map(|c| (Target::Answers(c.parent_id.map_or(0, |id| id.0)), c)));
        }
        if !of_posts.is_empty() {
            let ids: Vec<PostId> = of_posts.iter().copied().map(PostId).collect();
            let found = search::newest_of_posts(db, site, &ids, each).await?;
            all.extend(found.into_iter().map(|comment| (Target::Replies(comment.post_id.0), comment)));
        }
        self.show(app, here, who, all).await
    }

    async fn show(&mut self, app: &App, here: &Here, who: &Who, all: Vec<(Target, Comment)>) -> Result<()> {
        let (targets, comments): (Vec<Target>, Vec<Comment>) = all.into_iter().unzip();
        let around = Around::read(app, here, who, &comments).await?;
        let readable: Vec<bool> = comments.iter().map(|comment| around.is_readable(comment)).collect();
        let shown = around.show_all(comments, Context::Embed, Fields::default()).await?;
        for ((target, comment), is_readable) in targets.into_iter().zip(shown).zip(readable) {
            if let Target::Comment(_) = target {
                let denied = || Problem::from(error::CANNOT_READ).body(who.is_logged_in());
                self.0.insert(target, if is_readable { comment } else { denied() });
            } else if let Value::Array(list) = self.0.entry(target).or_insert_with(|| Value::Array(Vec::new())) {
                list.push(comment);
            }
        }
        Ok(())
    }

    /// What a link leads to; an error in its place where that is nothing.
    fn get(&self, who: &Who, target: Target) -> Value {
        if let Some(found) = self.0.get(&target) {
            return found.clone();
        }
        let problem = match target {
            Target::Answers(_) | Target::Replies(_) => return Value::Array(Vec::new()),
            Target::User(_) => error::USER_INVALID_ID,
            Target::Post(_) => error::POST_INVALID_ID,
            Target::Comment(_) => error::COMMENT_INVALID_ID,
        };
        Problem::from(problem).body(who.is_logged_in())
    }
}

/// The numbers of the targets of a kind, each once.
fn ids(targets: &[Target], of: impl Fn(Target) -> Option<i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = targets.iter().copied().filter_map(of).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_links_or_those_that_are_named() {
        for (given, wanted) in [
            (json!(""), Wanted::All),
            (json!("1"), Wanted::All),
            (json!("true"), Wanted::All),
            (json!(","), Wanted::All),
            (json!("author,up"), Wanted::These(vec!["author".into(), "up".into()])),
            (json!(["author"]), Wanted::These(vec!["author".into()])),
        ] {
            assert_eq!(Wanted::read(Some(&given)), Some(wanted), "{given}");
        }
        assert_eq!(Wanted::read(None), None);
    }
}
