//! `wp/v2/users` (WP 7.1 comments §8.9).

use rejoinder::model::role::Role;
use rejoinder::store::accounts::{self, NewAccount};
use serde_json::json;

use super::{Api, NOBODY, expect, expect_invalid, ids, lines};
use crate::harness::{Engine, START, Setup};

const USERS: &str = "/wp-json/wp/v2/users";
const LIST: &str = "Sorry, you are not allowed to list users.";

crate::on_both_engines! {
    parameters_choose_and_order
}

#[tokio::test]
async fn a_user_has_wordpress_s_fields_in_their_order() {
    let api = Api::open().await;
    api.option("avatar_default", "mystery").await;
    let admin = api.member("admin", Role::Administrator).await;
    let author = api.member("author", Role::Author).await;
    api.post_of(&author, "own").await;
    let answer = api.get(&format!("{USERS}/{}", author.id), &NOBODY).await;
    insta::assert_snapshot!(lines(&answer.json()), @r#"
    id: 2
    name: "The author"
    url: ""
    description: ""
    link: "https://blog.example/"
    slug: "user-2"
    avatar_urls: {"24":"http://comments.test/avatar/0?d=mystery&s=24","48":"http://comments.test/avatar/0?d=mystery&s=48","96":"http://comments.test/avatar/0?d=mystery&s=96"}
    meta: {}
    _links: {"self":[{"href":"http://comments.test/wp-json/wp/v2/users/2"}],"collection":[{"href":"http://comments.test/wp-json/wp/v2/users"}]}
    "#);
    let answer = api.get(&format!("{USERS}/{}?context=edit&_fields=id,username,email,roles,registered_date,capabilities,extra_capabilities,slug,locale", author.id), &admin).await;
    insta::assert_snapshot!(lines(&answer.json()), @r#"
    id: 2
    username: "author"
    email: "author@example.org"
    locale: "en_US"
    slug: "user-2"
    roles: ["author"]
    registered_date: "2026-01-05T09:00:00+00:00"
    capabilities: {"read":true,"edit_published_posts":true,"edit_posts":true,"author":true}
    extra_capabilities: {"author":true}
    "#);
    let embed = api.get(&format!("{USERS}/{}?context=embed", author.id), &NOBODY).await.json();
    let names: Vec<&String> = embed.as_object().unwrap().keys().collect();
    assert_eq!(names, ["id", "name", "url", "description", "link", "slug", "avatar_urls", "_links"]);
}

#[tokio::test]
async fn who_has_no_posts_is_seen_by_administrators_and_themselves() {
    let api = Api::open().await;
    let (admin, editor) = (api.member("admin", Role::Administrator).await, api.member("editor", Role::Editor).await);
    let (author, reader) = (api.member("author", Role::Author).await, api.member("reader", Role::Subscriber).await);
    api.post_of(&author, "own").await;
    for (who, listed) in [
        (&NOBODY, vec![author.id]),
        (&reader, vec![author.id]),
        (&editor, vec![author.id]),
        (&admin, vec![admin.id, editor.id, author.id, reader.id]),
    ] {
        assert_eq!(ids(&api.get(&format!("{USERS}?orderby=id"), who).await), listed);
    }
    let path = format!("{USERS}/{}", reader.id);
    expect(&api.get(&path, &NOBODY).await, 401, "rest_user_cannot_view", LIST);
    expect(&api.get(&path, &editor).await, 403, "rest_user_cannot_view", LIST);
    assert_eq!(api.get(&path, &reader).await.json()["id"], reader.id);
    assert_eq!(api.get(&path, &admin).await.json()["id"], reader.id);
    for missing in ["0", "99"] {
        let answer = api.get(&format!("{USERS}/{missing}"), &admin).await;
        expect(&answer, 404, "rest_user_invalid_id", "Invalid user ID.");
    }
    let message = "Sorry, you are not allowed to edit this user.";
    expect(&api.get(&format!("{path}?context=edit"), &editor).await, 403, "rest_forbidden_context", message);
    assert_eq!(api.get(&format!("{path}?context=edit"), &reader).await.json()["username"], "reader");
}

#[tokio::test]
async fn me_is_who_is_logged_in() {
    let api = Api::open().await;
    let reader = api.member("reader", Role::Subscriber).await;
    let message = "You are not currently logged in.";
    expect(&api.get(&format!("{USERS}/me"), &NOBODY).await, 401, "rest_not_logged_in", message);
    let me = api.get(&format!("{USERS}/me?context=edit"), &reader).await.json();
    assert_eq!(
        (&me["id"], &me["email"], &me["roles"]),
        (&json!(reader.id), &json!("reader@example.org"), &json!(["subscriber"]))
    );
    // On a site where they are no member they are themselves all the same.
    let other = api.test.site("https://other.example").await;
    let path = format!("/sites/{}/wp-json/wp/v2/users/me?context=edit", other.slug);
    let me = api.get(&path, &reader).await.json();
    assert_eq!((&me["id"], &me["roles"]), (&json!(reader.id), &json!(["subscriber"])));
}

async fn parameters_choose_and_order(engine: Engine) {
    let api = Api::on(engine, Setup::default()).await;
    let admin = api.member("admin", Role::Administrator).await;
    let (author, reader) = (api.account("zoe", Role::Author).await, api.account("bob", Role::Subscriber).await);
    let root = NewAccount {
        login: "root".into(),
        email: "a@root.example".into(),
        display_name: "Above all".into(),
        password_hash: "none".into(),
        super_admin: true,
    };
    let later = START.plus(std::time::Duration::from_secs(1));
    let root = api.test.app.db.write(async move |tx| accounts::insert(tx, &root, later).await).await.unwrap();
    let stranger = NewAccount {
        login: "stranger".into(),
        email: "s@elsewhere.example".into(),
        display_name: "Stranger".into(),
        password_hash: "none".into(),
        super_admin: false,
    };
    api.test.app.db.write(async move |tx| accounts::insert(tx, &stranger, later).await).await.unwrap();
    let (a, z, b, r) = (admin.id, author.id.0, reader.id.0, root.0);
    for (query, expected) in [
        ("", vec![r, a, b, z]),
        ("order=desc", vec![z, b, a, r]),
        ("orderby=id", vec![a, z, b, r]),
        ("orderby=id&order=desc", vec![r, b, z, a]),
        ("orderby=email", vec![r, a, b, z]),
        ("orderby=registered_date&order=desc", vec![r, a, z, b]),
        (&format!("include={z},{b}&orderby=id"), vec![z, b]),
        (&format!("exclude={z},{a}"), vec![r, b]),
        (&format!("slug=user-{z}"), vec![z]),
        ("slug=zoe", vec![]),
        (&format!("slug=user-{z}&include={b}"), vec![]),
        ("roles=administrator", vec![r, a]),
        ("roles=author,subscriber&orderby=id", vec![z, b]),
        ("roles=nonsense", vec![]),
        ("search=THE%20B", vec![b]),
        ("search=a@root", vec![r]),
        ("search=zoe", vec![z]),
        ("who=authors", vec![]),
        ("per_page=1&page=2", vec![a]),
    ] {
        assert_eq!(ids(&api.get(&format!("{USERS}?{query}"), &admin).await), expected, "{query}");
    }
    let answer = api.get(&format!("{USERS}?per_page=1"), &admin).await;
    assert_eq!((answer.header("x-wp-total"), answer.header("x-wp-totalpages")), ("4", "4"));
    let editor = api.member("editor", Role::Editor).await;
    for (query, code, message) in [
        ("context=edit", "rest_forbidden_context", "Sorry, you are not allowed to edit users."),
        ("roles=author", "rest_user_cannot_view", "Sorry, you are not allowed to filter users by role."),
        ("orderby=email", "rest_forbidden_orderby", "Sorry, you are not allowed to order users by this parameter."),
    ] {
        expect(&api.get(&format!("{USERS}?{query}"), &editor).await, 403, code, message);
        expect(&api.get(&format!("{USERS}?{query}"), &NOBODY).await, 401, code, message);
    }
    let message = "Sorry, you are not allowed to query users by this parameter.";
    expect(&api.get(&format!("{USERS}?who=authors"), &NOBODY).await, 401, "rest_forbidden_who", message);
    assert_eq!(api.get(&format!("{USERS}?who=authors"), &editor).await.status, 200);
    let answer = api.get(&format!("{USERS}?who=x"), &NOBODY).await;
    expect_invalid(&answer, "who", "rest_not_in_enum", "who is not one of authors.");
}
