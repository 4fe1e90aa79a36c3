//! How the API describes itself: `OPTIONS` (WP 7.1 comments §8.8) and `/openapi.json`. `tests/run rest` holds
//! every answer against the latter.

use std::collections::BTreeSet;

use http::Method;
use rejoinder::model::comment::Status;
use rejoinder::model::role::Role;
use serde_json::{Value, json};

use super::{Api, COMMENTS, NOBODY};

/// The names of an object's fields, in their order.
fn names_of(object: &Value) -> String {
    object.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn options_tell_methods_parameters_and_schema() {
    let api = Api::open().await;
    let editor = api.member("editor", Role::Editor).await;
    let answer = api.send(Method::OPTIONS, COMMENTS, &editor, None, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (200, "GET, POST"));
    let body = answer.json();
    assert_eq!(names_of(&body), "namespace methods endpoints schema _links");
    assert_eq!((&body["namespace"], &body["methods"]), (&json!("wp/v2"), &json!(["GET", "POST"])));
    let args = &body["endpoints"][0]["args"];
    assert_eq!(
        names_of(args),
        "context page per_page search after author author_exclude author_email before \
        exclude include offset order orderby parent parent_exclude post status type password"
    );
    let shape = |name: &str| {
        let mut arg = args[name].clone();
        arg.as_object_mut().unwrap().shift_remove("description");
        arg
    };
    for (name, described) in [
        ("per_page", json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 10, "required": false })),
        ("page", json!({ "type": "integer", "minimum": 1, "default": 1, "required": false })),
        ("order", json!({ "type": "string", "enum": ["asc", "desc"], "default": "desc", "required": false })),
        ("after", json!({ "type": "string", "format": "date-time", "required": false })),
        ("author_email", json!({ "type": "string", "format": "email", "default": null, "required": false })),
        (
            "include",
            json!({ "type": "array", "items": { "type": "integer" }, "maxItems": 500, "default": [], "required": false }),
        ),
    ] {
        assert_eq!(shape(name), described, "{name}");
    }
    assert_eq!(
        names_of(&body["schema"]["properties"]),
        "id author author_email author_ip author_name author_url \
        author_user_agent content date date_gmt link parent post status type author_avatar_urls meta"
    );
    assert_eq!(body["schema"]["properties"]["author_email"]["context"], json!(["edit"]));
}

#[tokio::test]
async fn options_tell_what_may_be_done_there() {
    let api = Api::open().await;
    let id = api.comment(Status::Approved).await;
    let editor = api.member("editor", Role::Editor).await;
    let one = api.send(Method::OPTIONS, &format!("{COMMENTS}/{id}"), &NOBODY, None, &[]).await;
    assert_eq!((one.header("allow"), one.json().get("_links")), ("GET", None));
    assert_eq!(one.json()["endpoints"][0]["args"]["id"]["type"], "integer");
    let missing = api.send(Method::OPTIONS, &format!("{COMMENTS}/99"), &editor, None, &[]).await;
    assert_eq!((missing.status.as_u16(), missing.header("allow")), (200, ""));
    let nowhere = api.send(Method::OPTIONS, "/wp-json/nope", &editor, None, &[]).await;
    assert_eq!((nowhere.status.as_u16(), nowhere.json()), (200, json!([])));
}

#[tokio::test]
async fn openapi_describes_every_route_of_the_index() {
    let api = Api::open().await;
    let answer = api.test.get("/openapi.json").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    let document = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    assert_eq!(document["servers"], json!([{ "url": "http://comments.test/wp-json" }]));
    let index = api.get("/wp-json/", &NOBODY).await.json();
    let methods = |route: &Value| -> BTreeSet<String> {
        route["methods"].as_array().unwrap().iter().map(|m| m.as_str().unwrap().to_lowercase()).collect()
    };
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), index["routes"].as_object().unwrap().len());
    for (pattern, route) in index["routes"].as_object().unwrap() {
        let path = pattern
            .replace("(?P<user_id>(?:[\\d]+|me))", "{user}")
            .replace("(?P<id>[\\d]+)", "{id}")
            .replace("(?P<", "{")
            .replace(">[\\w-]+)", "}");
        let described: BTreeSet<String> = paths[&path].as_object().unwrap().keys().cloned().collect();
        assert_eq!(described, methods(route), "{path}");
    }
    let ids: Vec<&str> = paths
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let list = &paths["/wp/v2/comments"]["get"];
    let responses: Vec<&String> = list["responses"].as_object().unwrap().keys().collect();
    assert_eq!(responses, ["200", "400", "401", "403", "408", "413", "414", "429", "431", "500", "503"]);
    assert_eq!(
        list["responses"]["200"]["content"]["application/json"]["schema"]["items"]["$ref"],
        "#/components/schemas/comment"
    );
    let other = api.test.site("https://other.example").await;
    let path = format!("/sites/{}/openapi.json", other.slug);
    let server = format!("http://comments.test/sites/{}/wp-json", other.slug);
    assert_eq!(api.test.get(&path).await.json()["servers"], json!([{ "url": server }]));
}
