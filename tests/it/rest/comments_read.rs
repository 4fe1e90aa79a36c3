//! `GET wp/v2/comments/{id}` (WP 7.1 comments §8.2, §8.4).

use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::AccountId;
use rejoinder::model::role::Role;
use serde_json::json;

use super::{Api, COMMENTS, NOBODY, comment, expect, lines};

#[tokio::test]
async fn a_comment_has_wordpress_s_fields_in_their_order() {
    let api = Api::open().await;
    api.option("timezone_string", "Europe/Berlin").await;
    api.option("avatar_default", "mystery").await;
    let id = api.comment(Status::Approved).await;
    let reply = api.keep(Comment { parent_id: Some(id), ..comment(api.post) }).await;
    let mut view = api.get(&format!("{COMMENTS}/{id}"), &NOBODY).await.json();
    let links = view.as_object_mut().unwrap().remove("_links").unwrap();
    insta::assert_snapshot!(lines(&view), @r#"
    id: 1
    post: 1
    parent: 0
    author: 0
    author_name: "Ann &amp; Co"
    author_url: "https://ann.example/?a=1&amp;b=2"
    date: "2026-01-05T10:00:00"
    date_gmt: "2026-01-05T09:00:00"
    content: {"rendered":"<p>Well <em>said</em>.</p>\n"}
    link: "https://blog.example/a-post/#comment-1"
    status: "approved"
    type: "comment"
    author_avatar_urls: {"24":"http://comments.test/avatar/0?d=mystery&s=24","48":"http://comments.test/avatar/0?d=mystery&s=48","96":"http://comments.test/avatar/0?d=mystery&s=96"}
    meta: {"_wp_note_status":null}
    "#);
    insta::assert_snapshot!(lines(&links), @r#"
    self: [{"href":"http://comments.test/wp-json/wp/v2/comments/1","targetHints":{"allow":["GET"]}}]
    collection: [{"href":"http://comments.test/wp-json/wp/v2/comments"}]
    up: [{"embeddable":true,"post_type":"post","href":"http://comments.test/wp-json/wp/v2/posts/1"}]
    children: [{"embeddable":true,"href":"http://comments.test/wp-json/wp/v2/comments?parent=1"}]
    "#);
    let editor = api.member("editor", Role::Editor).await;
    let edit = api.get(&format!("{COMMENTS}/{reply}?context=edit"), &editor).await.json();
    insta::assert_snapshot!(lines(&edit), @r#"
    id: 2
    post: 1
    parent: 1
    author: 0
    author_name: "Ann &amp; Co"
    author_email: "ann@example.org"
    author_url: "https://ann.example/?a=1&amp;b=2"
    author_ip: "192.0.2.7"
    author_user_agent: "Agent/1"
    date: "2026-01-05T10:00:00"
    date_gmt: "2026-01-05T09:00:00"
    content: {"rendered":"<p>Well <em>said</em>.</p>\n","raw":"Well <em>said</em>."}
    link: "https://blog.example/a-post/#comment-2"
    status: "approved"
    type: "comment"
    author_avatar_urls: {"24":"http://comments.test/avatar/0?d=mystery&s=24","48":"http://comments.test/avatar/0?d=mystery&s=48","96":"http://comments.test/avatar/0?d=mystery&s=96"}
    meta: {"_wp_note_status":null}
    _links: {"self":[{"href":"http://comments.test/wp-json/wp/v2/comments/2","targetHints":{"allow":["GET","POST","PUT","PATCH","DELETE"]}}],"collection":[{"href":"http://comments.test/wp-json/wp/v2/comments"}],"up":[{"embeddable":true,"post_type":"post","href":"http://comments.test/wp-json/wp/v2/posts/1"}],"in-reply-to":[{"embeddable":true,"href":"http://comments.test/wp-json/wp/v2/comments/1"}]}
    "#);
    let embed = api.get(&format!("{COMMENTS}/{id}?context=embed"), &NOBODY).await.json();
    insta::assert_snapshot!(lines(&embed), @r#"
    id: 1
    parent: 0
    author: 0
    author_name: "Ann &amp; Co"
    author_url: "https://ann.example/?a=1&amp;b=2"
    date: "2026-01-05T10:00:00"
    content: {"rendered":"<p>Well <em>said</em>.</p>\n"}
    link: "https://blog.example/a-post/#comment-1"
    type: "comment"
    author_avatar_urls: {"24":"http://comments.test/avatar/0?d=mystery&s=24","48":"http://comments.test/avatar/0?d=mystery&s=48","96":"http://comments.test/avatar/0?d=mystery&s=96"}
    _links: {"self":[{"href":"http://comments.test/wp-json/wp/v2/comments/1","targetHints":{"allow":["GET"]}}],"collection":[{"href":"http://comments.test/wp-json/wp/v2/comments"}],"up":[{"embeddable":true,"post_type":"post","href":"http://comments.test/wp-json/wp/v2/posts/1"}],"children":[{"embeddable":true,"href":"http://comments.test/wp-json/wp/v2/comments?parent=1"}]}
    "#);
}

#[tokio::test]
async fn links_lead_to_author_page_and_linkback() {
    let api = Api::open().await;
    let author = api.member("author", Role::Author).await;
    let page = api.page("about").await;
    let id = api
        .keep(Comment { account_id: Some(AccountId(author.id)), kind: CommentType::Pingback, ..comment(page) })
        .await;
    let shown = api.get(&format!("{COMMENTS}/{id}"), &NOBODY).await.json();
    let links = &shown["_links"];
    assert_eq!(links["up"][0]["post_type"], "page");
    assert_eq!(links["up"][0]["href"], format!("http://comments.test/wp-json/wp/v2/pages/{page}"));
    assert_eq!(links["author"][0]["href"], format!("http://comments.test/wp-json/wp/v2/users/{}", author.id));
    assert_eq!(shown["author_avatar_urls"], json!({}), "a linkback has no picture");
    api.option("show_avatars", "0").await;
    let shown = api.get(&format!("{COMMENTS}/{id}"), &NOBODY).await.json();
    assert_eq!(shown.get("author_avatar_urls"), None, "nobody has");
}

#[tokio::test]
async fn what_is_not_approved_is_shown_to_its_author_and_to_who_moderates_it() {
    let api = Api::open().await;
    let (author, subscriber) =
        (api.member("author", Role::Author).await, api.member("subscriber", Role::Subscriber).await);
    let (contributor, editor) =
        (api.member("contributor", Role::Contributor).await, api.member("editor", Role::Editor).await);
    let own = api.post_of(&author, "own").await;
    let of = |status, account| Comment { status, account_id: account, ..comment(own) };
    let held = api.keep(of(Status::Hold, None)).await;
    let mine = api.keep(of(Status::Hold, Some(AccountId(subscriber.id)))).await;
    let spam = api.keep(of(Status::Spam, None)).await;
    let elsewhere = api.comment(Status::Hold).await;
    for (who, readable) in [
        (&NOBODY, vec![]),
        (&subscriber, vec![mine]),
        (&contributor, vec![]),
        (&author, vec![held, mine, spam]),
        (&editor, vec![held, mine, spam, elsewhere]),
    ] {
        for id in [held, mine, spam, elsewhere] {
            let answer = api.get(&format!("{COMMENTS}/{id}"), who).await;
            if readable.contains(&id) {
                assert_eq!(answer.json()["id"], id.0);
            } else {
                let status = if who.id == 0 { 401 } else { 403 };
                expect(&answer, status, "rest_cannot_read", "Sorry, you are not allowed to read this comment.");
            }
        }
    }
}

#[tokio::test]
async fn errors_are_wordpress_s() {
    let api = Api::open().await;
    let author = api.member("author", Role::Author).await;
    let id = api.comment(Status::Approved).await;
    for missing in ["0", "99", "99999999999999999999"] {
        let answer = api.get(&format!("{COMMENTS}/{missing}"), &NOBODY).await;
        expect(&answer, 404, "rest_comment_invalid_id", "Invalid comment ID.");
        assert_eq!(answer.header("allow"), "");
    }
    for no_route in ["abc", "1/2", "-1", "1a"] {
        let answer = api.get(&format!("{COMMENTS}/{no_route}"), &NOBODY).await;
        expect(&answer, 404, "rest_no_route", "No route was found matching the URL and request method.");
    }
    let message = "Sorry, you are not allowed to edit comments.";
    expect(&api.get(&format!("{COMMENTS}/{id}?context=edit"), &NOBODY).await, 401, "rest_forbidden_context", message);
    expect(&api.get(&format!("{COMMENTS}/{id}?context=edit"), &author).await, 403, "rest_forbidden_context", message);
}

#[tokio::test]
async fn allow_names_what_the_client_may_do_to_this_comment() {
    let api = Api::open().await;
    let author = api.member("author", Role::Author).await;
    let own = api.post_of(&author, "own").await;
    let (under_own, elsewhere) = (api.keep(comment(own)).await, api.comment(Status::Approved).await);
    for (who, id, allow) in [
        (&NOBODY, under_own, "GET"),
        (&author, under_own, "GET, POST, PUT, PATCH, DELETE"),
        (&author, elsewhere, "GET"),
    ] {
        let answer = api.get(&format!("{COMMENTS}/{id}"), who).await;
        assert_eq!(answer.header("allow"), allow);
        let hints = answer.json()["_links"]["self"][0]["targetHints"]["allow"].clone();
        assert_eq!(hints.as_array().unwrap().iter().map(|m| m.as_str().unwrap()).collect::<Vec<_>>().join(", "), allow);
        let answer = api.send(http::Method::OPTIONS, &format!("{COMMENTS}/{id}"), who, None, &[]).await;
        assert_eq!(answer.header("allow"), allow);
    }
}
