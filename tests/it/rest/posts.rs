//! `wp/v2/posts` and `wp/v2/pages` (WP 7.1 comments §8.9): read, open and close.

use http::Method;
use rejoinder::model::role::Role;
use rejoinder::store::posts;
use serde_json::json;

use super::{Api, NOBODY, expect, expect_invalid, ids, lines};
use crate::harness::{Engine, Setup};

const POSTS: &str = "/wp-json/wp/v2/posts";
const PAGES: &str = "/wp-json/wp/v2/pages";

crate::on_both_engines! {
    parameters_choose_and_order
}

#[tokio::test]
async fn a_post_has_wordpress_s_fields_in_their_order() {
    let api = Api::open().await;
    let author = api.member("author", Role::Author).await;
    let own = api.post_of(&author, "own").await;
    let answer = api.get(&format!("{POSTS}/{own}"), &NOBODY).await;
    assert_eq!(answer.header("link"), "<https://blog.example/own/>; rel=\"alternate\"; type=text/html");
    let view = answer.json();
    insta::assert_snapshot!(lines(&view), @r#"
    id: 2
    date: "2026-01-05T09:00:00"
    date_gmt: "2026-01-05T09:00:00"
    guid: {"rendered":"https://blog.example/own/"}
    modified: "2026-01-05T09:00:00"
    modified_gmt: "2026-01-05T09:00:00"
    slug: "own"
    status: "publish"
    type: "post"
    link: "https://blog.example/own/"
    title: {"rendered":"Title of own"}
    content: {"rendered":"","protected":false}
    excerpt: {"rendered":"","protected":false}
    author: 1
    featured_media: 0
    comment_status: "open"
    ping_status: "open"
    sticky: false
    template: ""
    format: "standard"
    meta: {}
    categories: []
    tags: []
    _links: {"self":[{"href":"http://comments.test/wp-json/wp/v2/posts/2"}],"collection":[{"href":"http://comments.test/wp-json/wp/v2/posts"}],"about":[{"href":"http://comments.test/wp-json/wp/v2/types/post"}],"author":[{"embeddable":true,"href":"http://comments.test/wp-json/wp/v2/users/1"}],"replies":[{"embeddable":true,"href":"http://comments.test/wp-json/wp/v2/comments?post=2"}]}
    "#);
    let edit = api.get(&format!("{POSTS}/{own}?context=edit"), &author).await.json();
    assert_eq!((&edit["title"]["raw"], &edit["password"]), (&json!("Title of own"), &json!("")));
    let embed = api.get(&format!("{POSTS}/{own}?context=embed"), &NOBODY).await.json();
    let names: Vec<&String> = embed.as_object().unwrap().keys().collect();
    assert_eq!(names, ["id", "date", "slug", "type", "link", "title", "excerpt", "author", "featured_media", "_links"]);
}

#[tokio::test]
async fn posts_are_no_pages() {
    let api = Api::open().await;
    let page = api.page("about").await;
    let (post, message) = (api.post, "Invalid post ID.");
    assert_eq!(api.get(&format!("{PAGES}/{page}"), &NOBODY).await.json()["type"], "page");
    for path in [format!("{POSTS}/{page}"), format!("{PAGES}/{post}"), format!("{POSTS}/0"), format!("{POSTS}/99")] {
        expect(&api.get(&path, &NOBODY).await, 404, "rest_post_invalid_id", message);
    }
    assert_eq!(
        (ids(&api.get(POSTS, &NOBODY).await), ids(&api.get(PAGES, &NOBODY).await)),
        (vec![post.0], vec![page.0])
    );
}

async fn parameters_choose_and_order(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let author = api.member("author", Role::Author).await;
    api.test.advance(60);
    let second = api.post_of(&author, "zebra").await.0;
    api.test.advance(60);
    let third = api.test.post(&api.site, "https://blog.example/2026/a_b.html", "100% Quiet").await.0;
    let first = api.post.0;
    let of = author.id;
    for (query, expected) in [
        ("", vec![third, second, first]),
        ("order=asc", vec![first, second, third]),
        ("orderby=id", vec![third, second, first]),
        ("orderby=title&order=asc", vec![third, first, second]),
        ("orderby=slug&order=asc", vec![third, first, second]),
        ("orderby=author", vec![second, third, first]),
        (&format!("include={second},{third}&orderby=include"), vec![second, third]),
        (&format!("include={first}"), vec![first]),
        (&format!("exclude={first},{third}"), vec![second]),
        (&format!("author={of}"), vec![second]),
        (&format!("author_exclude={of}"), vec![third, first]),
        ("slug=zebra", vec![second]),
        ("slug=A-POST,a_b", vec![third, first]),
        ("slug=axb", vec![]),
        ("slug=example", vec![]),
        ("search=quiet", vec![third]),
        ("search=100%25", vec![third]),
        ("search=zebra", vec![second]),
        ("after=2026-01-05T09:00:00", vec![third, second]),
        ("before=2026-01-05T09:01:00", vec![first]),
        ("status=publish", vec![third, second, first]),
        ("offset=1", vec![second, first]),
    ] {
        assert_eq!(ids(&api.get(&format!("{POSTS}?{query}"), &NOBODY).await), expected, "{query}");
    }
    let editor = api.member("editor", Role::Editor).await;
    assert_eq!(ids(&api.get(&format!("{POSTS}?status=draft"), &editor).await), [] as [i64; 0]);
    assert_eq!(ids(&api.get(&format!("{POSTS}?status=any"), &editor).await).len(), 3);
    let answer = api.get(&format!("{POSTS}?per_page=2&page=2"), &NOBODY).await;
    assert_eq!((answer.header("x-wp-total"), answer.header("x-wp-totalpages")), ("3", "2"));
    assert_eq!(answer.header("link"), "<http://comments.test/wp-json/wp/v2/posts?per_page=2&page=1>; rel=\"prev\"");
    let message = "The page number requested is larger than the number of pages available.";
    expect(
        &api.get(&format!("{POSTS}?per_page=2&page=3"), &NOBODY).await,
        400,
        "rest_post_invalid_page_number",
        message,
    );
    assert_eq!(ids(&api.get(&format!("{POSTS}?search=nothing&page=3"), &NOBODY).await), [] as [i64; 0]);
}

#[tokio::test]
async fn what_only_editors_may_ask_is_refused_to_others() {
    let api = Api::open().await;
    let (reader, author) = (api.member("reader", Role::Subscriber).await, api.member("author", Role::Author).await);
    let post = api.post;
    for (who, status) in [(&NOBODY, 401), (&reader, 403)] {
        let answer = api.get(&format!("{POSTS}?context=edit"), who).await;
        let message = "Sorry, you are not allowed to edit posts in this post type.";
        expect(&answer, status, "rest_forbidden_context", message);
        for draft in ["draft", "publish,draft", "foo"] {
            let answer = api.get(&format!("{POSTS}?status={draft}"), who).await;
            expect_invalid(&answer, "status", "rest_forbidden_status", "Status is forbidden.");
            assert_eq!(answer.json()["data"]["details"]["status"]["data"]["status"], status);
        }
    }
    let answer = api.get(&format!("{POSTS}/{post}?context=edit"), &author).await;
    expect(&answer, 403, "rest_forbidden_context", "Sorry, you are not allowed to edit this post.");
    let answer = api.get(&format!("{POSTS}?status=foo"), &author).await;
    assert_eq!(answer.json()["data"]["details"]["status"]["code"], "rest_not_in_enum");
}

#[tokio::test]
async fn a_post_is_opened_and_closed_and_nothing_else() {
    let api = Api::open().await;
    let (reader, author) = (api.member("reader", Role::Subscriber).await, api.member("author", Role::Author).await);
    let own = api.post_of(&author, "own").await;
    let path = format!("{POSTS}/{own}");
    let is_open = async || {
        let post = posts::find(&api.test.app.db, api.site.id, own).await.unwrap().unwrap();
        (post.comments_open, post.pings_open)
    };
    let answer = api.put(&path, &author, json!({ "comment_status": "closed" })).await;
    assert_eq!((&answer.json()["comment_status"], &answer.json()["ping_status"]), (&json!("closed"), &json!("open")));
    assert_eq!(is_open().await, (false, true));
    api.put(&path, &author, json!({ "comment_status": "open", "ping_status": "closed", "id": own })).await;
    assert_eq!(is_open().await, (true, false));

    let only = "This server keeps comments only: of a post, comment_status and ping_status can be changed here.";
    for body in [json!({ "title": "New" }), json!({ "title": "New", "comment_status": "closed" })] {
        expect(&api.put(&path, &author, body).await, 403, "rest_cannot_edit", only);
    }
    let denied = "Sorry, you are not allowed to edit this post.";
    let others = format!("{POSTS}/{}", api.post);
    for (who, path, status) in [(&NOBODY, &path, 401), (&reader, &path, 403), (&author, &others, 403)] {
        expect(&api.put(path, who, json!({ "comment_status": "closed" })).await, status, "rest_cannot_edit", denied);
    }
    let answer = api.put(&path, &author, json!({ "comment_status": "ajar" })).await;
    expect_invalid(&answer, "comment_status", "rest_not_in_enum", "comment_status is not one of open and closed.");
    let page = api.page("about").await;
    let editor = api.member("editor", Role::Editor).await;
    let answer = api.put(&format!("{PAGES}/{page}"), &editor, json!({ "comment_status": "closed" })).await;
    assert_eq!(answer.json()["comment_status"], "closed");
    assert_eq!(is_open().await, (true, false), "what was refused changed nothing");
}

#[tokio::test]
async fn posts_are_neither_made_nor_deleted_here() {
    let api = Api::open().await;
    let admin = api.member("admin", Role::Administrator).await;
    let post = api.post;
    for (who, status) in [(&NOBODY, 401), (&admin, 403)] {
        for (method, path, code, message) in [
            (
                Method::POST,
                POSTS.to_owned(),
                "rest_cannot_create",
                "This server keeps comments only: write posts on the blog itself, and `rejoinder post add` makes them known here.",
            ),
            (
                Method::DELETE,
                format!("{POSTS}/{post}?force=true"),
                "rest_cannot_delete",
                "This server keeps comments only: delete the post on the blog itself.",
            ),
        ] {
            let answer = api.send(method, &path, who, Some(json!({ "title": "x" })), &[]).await;
            expect(&answer, status, code, message);
        }
    }
    assert_eq!(ids(&api.get(POSTS, &NOBODY).await), [post.0]);
}
