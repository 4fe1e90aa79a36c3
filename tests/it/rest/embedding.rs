//! `_embed` (WP 7.1 comments §8.1, §8.2): what links lead to, in the answer itself.

use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::ids::AccountId;
use rejoinder::model::role::Role;
use serde_json::{Value, json};

use super::{Api, COMMENTS, NOBODY, comment};
use crate::harness::{Engine, Setup};

crate::on_both_engines! {
    what_links_lead_to_is_embedded
    lists_are_embedded_newest_first
}

async fn what_links_lead_to_is_embedded(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let (author, reader) = (api.member("author", Role::Author).await, api.member("reader", Role::Subscriber).await);
    let own = api.post_of(&author, "own").await;
    let by = |who: i64| Comment { account_id: Some(AccountId(who)), ..comment(own) };
    let top = api.keep(by(author.id)).await;
    let held = api.keep(Comment { status: Status::Hold, ..by(reader.id) }).await;
    let reply = api.keep(Comment { parent_id: Some(top), ..by(reader.id) }).await;
    let to_held = api.keep(Comment { parent_id: Some(held), ..by(99) }).await;

    let embedded = |answer: Value| answer["_embedded"].clone();
    let of_top = embedded(api.get(&format!("{COMMENTS}/{top}?_embed"), &NOBODY).await.json());
    assert_eq!(of_top["author"][0]["name"], "The author");
    assert_eq!(of_top["author"][0].get("meta"), None, "context embed");
    assert_eq!(of_top["up"][0]["title"]["rendered"], "Title of own");
    assert_eq!(of_top["up"][0].get("comment_status"), None, "context embed");
    assert_eq!(of_top["children"][0][0]["id"], reply.0);
    assert_eq!(of_top["children"][0][0].get("post"), None, "context embed");
    assert_eq!(of_top.get("self"), None, "only what is embeddable");

    let of_reply = embedded(api.get(&format!("{COMMENTS}/{reply}?_embed"), &NOBODY).await.json());
    assert_eq!(of_reply["in-reply-to"][0]["id"], top.0);
    let forbidden = json!({
        "code": "rest_user_cannot_view",
        "message": "Sorry, you are not allowed to list users.",
        "data": { "status": 401 },
    });
    assert_eq!(of_reply["author"], json!([forbidden]), "a reader is nobody's business");
    let own_view = embedded(api.get(&format!("{COMMENTS}/{reply}?_embed"), &reader).await.json());
    assert_eq!(own_view["author"][0]["name"], "The reader");

    let of_hidden = embedded(api.get(&format!("{COMMENTS}/{to_held}?_embed"), &NOBODY).await.json());
    assert_eq!(of_hidden["in-reply-to"][0]["code"], "rest_cannot_read");
    assert_eq!(of_hidden["author"][0]["code"], "rest_user_invalid_id");

    for (query, rels) in [
        ("_embed=up", json!(["up"])),
        ("_embed=up,author", json!(["author", "up"])),
        ("_embed[]=children", json!(["children"])),
        ("_embed=nothing", Value::Null),
    ] {
        let body = api.get(&format!("{COMMENTS}/{top}?{query}"), &NOBODY).await.json();
        let names = body.get("_embedded").map_or(Value::Null, |e| e.as_object().unwrap().keys().cloned().collect());
        assert_eq!(names, rels, "{query}");
    }
    let without = api.get(&format!("{COMMENTS}/{top}?_embed&_fields=id"), &NOBODY).await;
    assert_eq!(without.json(), json!({ "id": top }));
    let with = api.get(&format!("{COMMENTS}/{top}?_embed&_fields=id,_links.up"), &NOBODY).await.json();
    assert_eq!(with["_links"].as_object().unwrap().keys().collect::<Vec<_>>(), ["up"]);
    assert!(with["_embedded"]["up"].is_array());
}

async fn lists_are_embedded_newest_first(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let second = api.test.post(&api.site, "https://blog.example/b/", "B").await;
    let (mut first_s, mut second_s) = (Vec::new(), Vec::new());
    for n in 0..101 {
        let status = if n == 3 { Status::Spam } else { Status::Approved };
        first_s.push(api.keep(Comment { status, ..comment(api.post) }).await.0);
        if n < 2 {
            second_s.push(api.keep(comment(second)).await.0);
        }
    }
    let answer =
        api.get("/wp-json/wp/v2/posts?_embed&order=asc&orderby=title&_fields=id,_links.replies", &NOBODY).await;
    let posts = answer.json();
    let replies = |at: usize| -> Vec<i64> {
        let list = posts[at]["_embedded"]["replies"][0].as_array().unwrap();
        list.iter().map(|c| c["id"].as_i64().unwrap()).collect()
    };
    first_s.remove(3);
    first_s.reverse();
    second_s.reverse();
    assert_eq!((replies(0), replies(1)), (first_s, second_s));
}

/// A thousand comments in all lists: for ten lists a hundred each, for fifty twenty each.
#[tokio::test]
async fn embedded_lists_share_a_bound() {
    let api = Api::open().await;
    for n in 0..24 {
        let post = api.test.post(&api.site, &format!("https://blog.example/{n}/"), &n.to_string()).await;
        for _ in 0..(if n == 0 { 45 } else { 1 }) {
            api.keep(comment(post)).await;
        }
    }
    // 25 posts: forty comments of each.
    let answer = api.get("/wp-json/wp/v2/posts?_embed&per_page=100&_fields=slug,_links.replies", &NOBODY).await;
    let posts = answer.json();
    let longest =
        posts.as_array().unwrap().iter().map(|p| p["_embedded"]["replies"][0].as_array().unwrap().len()).max();
    assert_eq!((posts.as_array().unwrap().len(), longest), (25, Some(40)));
    let one = api.get("/wp-json/wp/v2/posts?slug=0&_embed&_fields=_links.replies", &NOBODY).await.json();
    assert_eq!(one[0]["_embedded"]["replies"][0].as_array().unwrap().len(), 45);
}
