//! How a client finds the API (WP 7.1 comments §8.1): by the header fields and elements of our pages, by RSD,
//! and by the index.

use serde_json::json;

use super::{Api, NOBODY};

const LINK: &str = "<http://comments.test/wp-json/>; rel=\"https://api.w.org/\"";

#[tokio::test]
async fn pages_name_the_api() {
    let api = Api::open().await;
    let (post, page) = (api.post, api.page("about").await);
    let element = "<link rel=\"https://api.w.org/\" href=\"http://comments.test/wp-json/\">";
    for (path, alternate) in [
        ("/".to_owned(), None),
        (format!("/?p={post}"), Some(format!("posts/{post}"))),
        (format!("/?p={post}&replytocom=1"), Some(format!("posts/{post}"))),
        (format!("/?p={page}"), Some(format!("pages/{page}"))),
    ] {
        let answer = api.test.get(&path).await;
        let alternate = alternate.map_or_else(String::new, |route| {
            format!(", <http://comments.test/wp-json/wp/v2/{route}>; rel=\"alternate\"; title=\"JSON\"; type=\"application/json\"")
        });
        assert_eq!(answer.header("link"), format!("{LINK}{alternate}"), "{path}");
        assert!(answer.text().contains(element), "{path}: {}", answer.text());
    }
    let rsd = api.test.get("/xmlrpc.php?rsd").await.text();
    let entry = "<api name=\"WP-API\" blogID=\"1\" preferred=\"false\" apiLink=\"http://comments.test/wp-json/\" />";
    assert!(rsd.contains(entry), "{rsd}");
}

#[tokio::test]
async fn the_index_tells_what_there_is_and_how_to_log_in() {
    let api = Api::open().await;
    api.option("timezone_string", "Asia/Kathmandu").await;
    api.option("blogdescription", "What it is about").await;
    let index = api.get("/wp-json/", &NOBODY).await.json();
    for (name, value) in [
        ("name", json!("The blog")),
        ("description", json!("What it is about")),
        ("url", json!("http://comments.test")),
        ("home", json!("https://blog.example")),
        ("gmt_offset", json!(5.75)),
        ("timezone_string", json!("Asia/Kathmandu")),
        ("namespaces", json!(["wp/v2"])),
        (
            "authentication",
            json!({ "application-passwords": { "endpoints": { "authorization": "http://comments.test/wp-admin/authorize-application.php" } } }),
        ),
    ] {
        assert_eq!(index[name], value, "{name}");
    }
    for (zone, offset) in [("UTC", json!(0)), ("", json!("0"))] {
        api.option("timezone_string", zone).await;
        assert_eq!(api.get("/wp-json/?_fields=gmt_offset", &NOBODY).await.json()["gmt_offset"], offset, "{zone}");
    }
    api.option("timezone_string", "Asia/Kathmandu").await;
    let comments = &index["routes"]["/wp/v2/comments"];
    assert_eq!((&comments["namespace"], &comments["methods"]), (&json!("wp/v2"), &json!(["GET", "POST"])));
    assert_eq!(comments["_links"]["self"][0]["href"], "http://comments.test/wp-json/wp/v2/comments");
    let one = &index["routes"]["/wp/v2/comments/(?P<id>[\\d]+)"];
    assert_eq!(one["methods"], json!(["GET", "POST", "PUT", "PATCH", "DELETE"]));
    assert_eq!((one["endpoints"].as_array().unwrap().len(), one.get("_links")), (3, None));
    for path in ["/wp-json", "/?rest_route=/", "/?rest_route=", "/index.php?rest_route=/"] {
        assert_eq!(api.get(path, &NOBODY).await.json(), index, "{path}");
    }
    let version = api.get("/wp-json/wp/v2", &NOBODY).await.json();
    assert_eq!(version["namespace"], "wp/v2");
    assert_eq!(version["routes"]["/wp/v2/comments"], *comments);
    assert_eq!(version["routes"].get("/batch/v1"), None);
    assert_eq!(version["_links"]["up"][0]["href"], "http://comments.test/wp-json/");
}
