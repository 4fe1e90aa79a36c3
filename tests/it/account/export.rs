//! The copy of one's data.

use rejoinder::actions::export_account::PAGE_COMMENTS;
use rejoinder::actions::moderate_comments::Verb;
use rejoinder::model::comment::Comment;
use rejoinder::model::ids::CommentId;
use rejoinder::store::comments::{self, Question};
use serde_json::Value;

use super::Bench;

fn group<'a>(export: &'a Value, id: &str) -> &'a Value {
    export["groups"].as_array().unwrap().iter().find(|group| group["group_id"] == id).unwrap()
}

fn value<'a>(item: &'a Value, name: &str) -> Option<&'a str> {
    item["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|pair| pair["name"] == name)
        .map(|pair| pair["value"].as_str().unwrap())
}

#[tokio::test]
async fn the_copy_has_what_is_kept_and_no_secrets() {
    let bench = Bench::new().await;
    bench.option("comment_flood_seconds", "0").await;
    let (ann, bob) = (bench.reader("ann").await, bench.reader("bob").await);
    for (n, verb) in [Verb::Approve, Verb::Unapprove, Verb::Spam, Verb::Trash].into_iter().enumerate() {
        let id = bench.write(&ann, &format!("Ann’s <em>words</em> {n}")).await;
        bench.moderate(verb, id).await;
    }
    bench.write(&bob, "Bob’s words").await;
    bench.guest("A guest’s words", CommentId(0)).await;
    let answer = bench.post(&ann, "/account/data", &[]).await;
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"your-data-2026-01-05.json\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let export = answer.json();
    let comments = group(&export, "comments");
    assert_eq!(
        (&comments["group_label"], &comments["group_description"]),
        (&"Comments".into(), &"User’s comment data.".into())
    );
    let items = comments["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|item| item["item_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["comment-1", "comment-2"], "published ones, and those that wait");
    assert_eq!(value(&items[0], "Comment Author"), Some("ann the member"));
    assert_eq!(value(&items[0], "Comment Content"), Some("Ann’s <em>words</em> 0"));
    assert_eq!(value(&items[0], "Comment URL"), Some("https://blog.example/a-post/#comment-1"));
    assert_eq!(value(&items[0], "Comment Author URL"), None, "what is empty is left out");
    assert_eq!(value(&items[1], "Comment Status"), Some("awaiting moderation"));
    let user = &group(&export, "user")["items"][0];
    assert_eq!(value(user, "User Email"), Some("ann@members.example"));
    assert_eq!(group(&export, "session-tokens")["items"].as_array().unwrap().len(), 1);
    let text = answer.text();
    for secret in [ann.cookie.split_once('=').unwrap().1, ann.csrf.as_str(), "password_hash", "Bob’s", "A guest’s"]
    {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_copy_of_many_comments_has_each_once() {
    let bench = Bench::new().await;
    let ann = bench.reader("ann").await;
    let first = bench.write(&ann, "Words").await;
    let (like, site) = (bench.find(first).await.unwrap(), bench.site.id);
    for many in [1, PAGE_COMMENTS - 1, 1] {
        let like = like.clone();
        let write = async move |tx: &mut rejoinder::store::Tx| {
            for n in 0..many {
                let new = Comment { content: format!("More {n}"), ..like.clone() };
                comments::insert(tx, &new, &Question::about(&new, new.created_at)).await?;
            }
            Ok(())
        };
        bench.test.app.db.write(write).await.unwrap();
        let export = bench.post(&ann, "/account/data", &[]).await.json();
        let ids: Vec<_> =
            group(&export, "comments")["items"].as_array().unwrap().iter().map(|i| i["item_id"].clone()).collect();
        let all = comments::list_to_export(&bench.test.app.db, site, ann.account, CommentId(0), 10_000).await.unwrap();
        assert_eq!(ids, all.iter().map(|c| Value::from(format!("comment-{}", c.id))).collect::<Vec<_>>());
    }
    let nobody = bench.reader("nobody").await;
    let export = bench.post(&nobody, "/account/data", &[]).await.json();
    assert_eq!(group(&export, "comments")["items"], Value::Array(Vec::new()));
}
