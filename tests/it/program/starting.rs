//! The first start, and a second server on the same data.

use super::{Server, folder, run};

/// The address that a line of what the server said ends with.
fn address_after<'a>(said: &'a str, words: &str) -> &'a str {
    let line = said.lines().find(|line| line.starts_with(words)).unwrap_or_else(|| panic!("no “{words}” in {said}"));
    line.split_whitespace().last().unwrap()
}

#[tokio::test]
async fn an_empty_data_folder_gets_a_demo_and_a_link_that_sets_up_the_desk() {
    let (_folder, data) = folder();
    let server = Server::start(&data).await;
    let said = server.said();
    let path = |words| address_after(&said, words).strip_prefix(server.url.as_str()).unwrap();
    let (status, demo) = server.get(path("Demo page:")).await;
    assert_eq!(status, 200);
    assert!(demo.contains("/embed.js\"></script>"), "{demo}");
    let (status, set_up) = server.get(path("Set up the desk:")).await;
    assert_eq!(status, 200);
    assert!(set_up.contains("<form"), "{set_up}");
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused() {
    let (_folder, data) = folder();
    let server = Server::start(&data).await;
    let second = run(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, Some(2));
    assert!(second.stderr.contains("another server runs on the data folder"), "{}", second.stderr);
    assert_eq!(server.get("/readyz").await.0, 200);
}
