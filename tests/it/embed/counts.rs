//! `GET B/embed/counts`.

use serde_json::json;

use super::World;

fn query(urls: impl IntoIterator<Item = String>) -> String {
    let pairs = urls.into_iter().map(|url| ("url", url));
    format!("/embed/counts?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

#[tokio::test]
async fn counts_are_keyed_by_the_addresses_as_they_were_sent() {
    let world = World::new().await;
    world.comment("One", &[]).await;
    world.held("Held").await;
    let urls = [
        "http://www.blog.example/a-post?utm_source=x",
        "https://blog.example/a-post/",
        "https://blog.example/new/",
        "https://other.example/",
        "no address",
    ];
    let path = query(urls.map(str::to_owned));
    let answer = world.test.get(&path).await;
    assert_eq!(answer.json(), json!({ "counts": { (urls[0]): 1, (urls[1]): 1, (urls[2]): 0 } }));
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert_eq!(
        (answer.header("cache-control"), answer.header("access-control-allow-origin")),
        ("public, max-age=60", "*")
    );
    let again = world.test.get_with(&path, &[("if-none-match", answer.header("etag"))]).await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn fifty_addresses_may_be_asked_for_and_no_more() {
    let world = World::new().await;
    let many = |n: usize| query((0..n).map(|i| format!("https://blog.example/{i}/")));
    let answer = world.test.get(&many(50)).await;
    assert_eq!(answer.json()["counts"].as_object().unwrap().len(), 50);
    for n in [0, 51] {
        assert_eq!(world.test.get(&many(n)).await.status, 400, "{n}");
    }
}

#[tokio::test]
async fn an_address_cannot_become_markup() {
    let world = World::new().await;
    let answer = world.test.get(&query(["https://blog.example/<script>&".into()])).await;
    assert!(!answer.text().contains(['<', '>', '&']), "{}", answer.text());
    assert_eq!(answer.json()["counts"]["https://blog.example/<script>&"], 0);
}
