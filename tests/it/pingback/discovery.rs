//! Posts that are not known yet: made from a verified fetch of the blog's own page, where the site allows it.

use rejoinder::store::posts;

use super::{Outcome, Pinged, linking, page, setup, web};
use crate::harness::Engine;
use crate::net::server::{Server, answer};

const UNUSABLE: i64 = 33;
const MISSING: i64 = 32;
const UPSTREAM: i64 = 50;

/// A program whose blog is a server of the test's own.
async fn with_blog(engine: Engine, blog: &Server) -> Pinged {
    let mut pinged = Pinged::without_runner(engine, setup()).await;
    pinged.option("home", &blog.url("")).await;
    pinged.option("blogname", "The blog").await;
    pinged.run();
    pinged
}

fn code(outcome: &Outcome) -> i64 {
    outcome.as_ref().map_or_else(|(code, _)| *code, |said| panic!("{said}"))
}

crate::on_both_engines! {
    a_page_of_the_blog_becomes_a_post
}

async fn a_page_of_the_blog_becomes_a_post(engine: Engine) {
    let blog = web([
        ("/new/?utm_source=x", page("A new post | The blog", "words")),
        ("/new/", page("A new post | The blog", "")),
    ])
    .await;
    let pinged = with_blog(engine, &blog).await;
    let target = blog.url("/new/");
    let source = web([("/a", linking("A", &target)), ("/b", linking("B", &target))]).await;
    pinged.ping(&source.url("/a"), &blog.url("/new/?utm_source=x")).await.unwrap();
    let kept = pinged.kept().await;
    let found = posts::find(&pinged.test.app.db, pinged.site.id, kept[0].post_id).await.unwrap().unwrap();
    assert_eq!(found.title, "A new post");
    assert!(found.comments_open && found.pings_open);
    let asked = blog.requests().len();
    pinged.ping(&source.url("/b"), &target).await.unwrap();
    assert_eq!(pinged.kept().await[1].post_id, found.id, "it is known now");
    assert_eq!(blog.requests().len(), asked);
    assert_eq!(posts::count(&pinged.test.app.db, pinged.site.id, None).await.unwrap(), 2);
    pinged.end().await;
}

#[tokio::test]
async fn a_page_that_calls_itself_otherwise_is_that_post() {
    let head = |url: &str| format!("<link rel=\"canonical\" href=\"{url}\"><title>The post</title>");
    let html = ["Content-Type: text/html"];
    let blog = web([
        ("/amp/post", answer("200 OK", &html, head("/post/").as_bytes())),
        ("/post/", answer("200 OK", &html, head("/post/").as_bytes())),
        ("/stolen", answer("200 OK", &html, head("https://other.example/").as_bytes())),
        ("/moved", answer("301 Moved Permanently", &["Location: /post/"], b"")),
    ])
    .await;
    let pinged = with_blog(Engine::Sqlite, &blog).await;
    let source = Server::start(|request, mut stream| async move {
        let path = crate::net::server::path(&request);
        let (name, target) = path.split_once("?to=").unwrap();
        crate::net::server::write(&mut stream, &linking(&name.replace('/', "T"), target)).await;
    })
    .await;
    let post = async |name: &str, path: &str| {
        let outcome = pinged.ping(&source.url(&format!("/{name}?to={}", blog.url(path))), &blog.url(path)).await;
        assert!(outcome.is_ok(), "{path}: {outcome:?}");
        pinged.kept().await.pop().unwrap().post_id
    };
    let first = post("a", "/amp/post").await;
    assert_eq!(post("b", "/post/").await, first);
    assert_eq!(post("c", "/moved").await, first);
    let found = posts::find(&pinged.test.app.db, pinged.site.id, first).await.unwrap().unwrap();
    assert_eq!(found.url, blog.url("/post/"));
    assert_ne!(post("d", "/stolen").await, first, "a page of another site is no post here");
    pinged.end().await;
}

#[tokio::test]
async fn a_page_that_is_not_there_or_not_wanted_becomes_none() {
    let html = ["Content-Type: text/html"];
    let elsewhere = web([("/there", page("A page elsewhere", ""))]).await;
    let away = |path: &str| answer("302 Found", &[&format!("Location: {}", elsewhere.url(path))], b"");
    let blog = web([
        ("/page", page("A page", "")),
        ("/broken", answer("500 Internal Server Error", &html, b"broken")),
        ("/go?to=there", away("/there")),
        ("/go?to=nowhere", away("/nowhere")),
        ("/go?to=inside", answer("302 Found", &["Location: http://10.0.0.1/"], b"")),
    ])
    .await;
    let pinged = with_blog(Engine::Sqlite, &blog).await;
    let source = web([("/a", linking("A", &blog.url("/page")))]).await;
    let ping = async |path: &str| code(&pinged.ping(&source.url("/a"), &blog.url(path)).await);
    assert_eq!(ping("/none").await, MISSING);
    assert_eq!(ping("/broken").await, UPSTREAM);
    for target in ["/go?to=there", "/go?to=nowhere", "/go?to=inside"] {
        assert_eq!(ping(target).await, MISSING, "{target}");
    }
    assert_eq!(elsewhere.requests(), [""; 0], "an open redirect of the blog is not followed");
    assert_eq!(ping("/").await, UNUSABLE, "the front page is no post");
    pinged.option("discover_posts", "0").await;
    let asked = blog.requests().len();
    assert_eq!(ping("/page").await, UNUSABLE);
    assert_eq!(blog.requests().len(), asked);
    assert_eq!(posts::count(&pinged.test.app.db, pinged.site.id, None).await.unwrap(), 1);
    pinged.option("discover_posts", "1").await;
    pinged.option("default_ping_status", "closed").await;
    assert_eq!(ping("/page").await, UNUSABLE, "new posts take no pings on this site");
    pinged.end().await;
}
