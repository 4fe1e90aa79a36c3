//! `wp/v2/types`, `wp/v2/statuses` and `wp/v2/taxonomies`.

use rejoinder::model::role::Role;
use serde_json::json;

use super::{Api, NOBODY, expect};

#[tokio::test]
async fn there_are_posts_and_pages() {
    let api = Api::open().await;
    let all = api.get("/wp-json/wp/v2/types", &NOBODY).await.json();
    let names: Vec<&String> = all.as_object().unwrap().keys().collect();
    assert_eq!(names, ["post", "page"]);
    let page = api.get("/wp-json/wp/v2/types/page", &NOBODY).await.json();
    assert_eq!(page, all["page"]);
    assert_eq!(
        (&page["name"], &page["rest_base"], &page["hierarchical"]),
        (&json!("Pages"), &json!("pages"), &json!(true))
    );
    assert_eq!(page["_links"]["wp:items"][0]["href"], "http://comments.test/wp-json/wp/v2/pages");
    expect(&api.get("/wp-json/wp/v2/types/nope", &NOBODY).await, 404, "rest_type_invalid", "Invalid post type.");
}

#[tokio::test]
async fn posts_are_published() {
    let api = Api::open().await;
    let all = api.get("/wp-json/wp/v2/statuses", &NOBODY).await.json();
    assert_eq!(all["publish"], api.get("/wp-json/wp/v2/statuses/publish", &NOBODY).await.json());
    assert_eq!((&all["publish"]["name"], all.as_object().unwrap().len()), (&json!("Published"), 1));
    for other in ["draft", "nope"] {
        let answer = api.get(&format!("/wp-json/wp/v2/statuses/{other}"), &NOBODY).await;
        expect(&answer, 404, "rest_status_invalid", "Invalid status.");
    }
}

#[tokio::test]
async fn there_are_no_taxonomies() {
    let api = Api::open().await;
    assert_eq!(api.get("/wp-json/wp/v2/taxonomies?type=post", &NOBODY).await.json(), json!({}));
    let answer = api.get("/wp-json/wp/v2/taxonomies/category", &NOBODY).await;
    expect(&answer, 404, "rest_taxonomy_invalid", "Invalid taxonomy.");
}

#[tokio::test]
async fn the_view_of_editors_is_for_who_may_edit_posts() {
    let api = Api::open().await;
    let (reader, author) = (api.member("reader", Role::Subscriber).await, api.member("author", Role::Author).await);
    let of_types = "Sorry, you are not allowed to edit posts in this post type.";
    for (path, code, message) in [
        ("/wp-json/wp/v2/types", "rest_cannot_view", of_types),
        ("/wp-json/wp/v2/types/post", "rest_forbidden_context", of_types),
        ("/wp-json/wp/v2/statuses", "rest_cannot_view", "Sorry, you are not allowed to manage post statuses."),
    ] {
        expect(&api.get(&format!("{path}?context=edit"), &NOBODY).await, 401, code, message);
        expect(&api.get(&format!("{path}?context=edit"), &reader).await, 403, code, message);
        assert_eq!(api.get(&format!("{path}?context=edit"), &author).await.status, 200);
    }
    // Of the status that everybody sees, WordPress tells everybody everything.
    let publish = api.get("/wp-json/wp/v2/statuses/publish?context=edit", &NOBODY).await.json();
    assert_eq!((&publish["private"], &publish["show_in_list"]), (&json!(false), &json!(true)));
}
