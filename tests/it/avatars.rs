//! The pictures beside names: drawn here unless the owner says otherwise, and then fetched by the server,
//! never by a reader.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use rejoinder::actions::avatars::Avatars;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::CommentId;
use rejoinder::store::{comments, jobs};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinHandle;

use crate::embed::World;
use crate::harness::{Answer, Engine, Setup, TestApp, eventually};
use crate::net::server::{Server, answer, path, write};

/// The addresses of the pictures in a document.
fn pictures(html: &str) -> Vec<String> {
    html.split("<img alt=\"\" ")
        .skip(1)
        .filter_map(|tag| tag.split("src=\"").nth(1)?.split('"').next())
        .map(|src| rejoinder::model::text::escape::unescape(src).into_owned())
        .collect()
}

/// The path of an address on the test's server.
fn local(url: &str) -> &str {
    url.strip_prefix("http://comments.test").unwrap_or_else(|| panic!("{url}"))
}

async fn fetch(world: &World, url: &str) -> Answer {
    world.test.get(local(url)).await
}

async fn shown(world: &World) -> Vec<String> {
    pictures(&world.page("").await.text())
}

fn assert_safe(answer: &Answer) {
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn pictures_are_drawn_here_from_the_address_alone() {
    let world = World::new().await;
    world.comment("One", &[]).await;
    let fragment = world.test.get("/embed/thread?url=https%3A%2F%2Fblog.example%2Fa-post%2F").await.text();
    let urls = pictures(&fragment);
    assert_eq!(urls, shown(&world).await);
    let [url] = urls.as_slice() else { panic!("{urls:?}") };
    assert!(url.starts_with("http://comments.test/avatar/") && url.ends_with("?initials=AB"), "{url}");
    let tag = fragment.split("<img ").nth(1).unwrap().split('>').next().unwrap();
    assert!(tag.contains("class=\"avatar avatar-32 photo\" width=\"32\" height=\"32\""), "no jump: {tag}");
    // Nobody is asked, and no database.
    world.test.app.db.close().await;
    let drawn = fetch(&world, url).await;
    assert_eq!((drawn.status.as_u16(), drawn.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(drawn.header("cache-control"), "public, max-age=2592000");
    assert_safe(&drawn);
    assert!(drawn.text().contains(">AB</text>"), "{}", drawn.text());
    assert_eq!(drawn.body, fetch(&world, url).await.body);
    let by_slug = world.test.get(&format!("/sites/blog-example{}", local(url))).await;
    assert_eq!(by_slug.body, drawn.body, "as the desk names it");
}

#[tokio::test]
async fn a_person_has_one_picture_and_the_address_tells_nothing_of_theirs() {
    let world = World::new().await;
    let other = world.test.post(&world.site, "https://blog.example/b/", "Another").await.to_string();
    world.comment("One", &[]).await;
    world.comment("Two", &[("author", "A. Berg"), ("email", " ADA@peer.example")]).await;
    world.comment("Three", &[("email", "bo@peer.example")]).await;
    world.comment("Four", &[("comment_post_ID", &other)]).await;
    let tokens: Vec<String> = shown(&world)
        .await
        .iter()
        .chain(&pictures(&world.test.get("/?p=2").await.text()))
        .map(|url| local(url).trim_start_matches("/avatar/").split('?').next().unwrap().to_owned())
        .collect();
    let [ada, again, bo, elsewhere] = tokens.as_slice() else { panic!("{tokens:?}") };
    assert!(ada == again && ada == elsewhere && ada != bo, "{tokens:?}");
    let hash = rejoinder::secret::hex(&Sha256::digest("ada@peer.example"));
    assert!(!hash.contains(&ada[..8]) && ada.len() == 16, "{ada}");
    assert!(!world.page("").await.text().contains(&hash[..16]));
}

/// Else a stranger could write under an address and see whether it is somebody's.
#[tokio::test]
async fn a_held_comment_s_picture_follows_from_its_name_alone() {
    let world = World::new().await;
    world.comment("One", &[]).await;
    let [approved] = shown(&world).await.try_into().unwrap();
    world.option("comment_moderation", "1").await;
    let mut held = Vec::new();
    for email in ["ada@peer.example", "bo@peer.example"] {
        let answer = world.post_comment(&format!("Held, {email}"), &[("email", email)]).await;
        let location = answer.header("location").split('#').next().unwrap().to_owned();
        let urls = pictures(&world.test.get(local(&location)).await.text());
        held.push(urls.into_iter().find(|url| *url != approved).unwrap_or_else(|| approved.clone()));
    }
    assert!(held[0] == held[1] && held[0] != approved, "{held:?} {approved}");
}

#[tokio::test]
async fn every_style_has_its_picture_and_none_is_none() {
    let world = World::new().await;
    world.comment("One", &[]).await;
    let mut seen = Vec::new();
    for style in [
        "mystery",
        "blank",
        "gravatar_default",
        "identicon",
        "wavatar",
        "monsterid",
        "retro",
        "robohash",
        "initials",
        "color",
    ] {
        world.option("avatar_default", style).await;
        let [url] = shown(&world).await.try_into().unwrap();
        let is_everybody = matches!(style, "mystery" | "blank");
        assert_eq!(local(&url).starts_with("/avatar/0?d="), is_everybody, "{url}");
        let drawn = fetch(&world, &url).await;
        assert_eq!(drawn.header("content-type"), "image/svg+xml", "{style}");
        seen.push(drawn.text());
    }
    assert!(seen[1].trim_end().ends_with("viewBox=\"0 0 80 80\"></svg>"), "{}", seen[1]);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6, "the picture server’s own four are identicons: {seen:?}");
    world.option("show_avatars", "0").await;
    assert_eq!(shown(&world).await, [""; 0]);
}

#[tokio::test]
async fn what_is_no_picture_s_address_is_said_to_be_none() {
    let world = World::new().await;
    let long = |bytes: usize| format!("/avatar/{}?d=color", "a".repeat(bytes));
    assert_eq!(world.test.get(&long(64)).await.status, 200);
    for path in [long(65).as_str(), "/avatar/", "/avatar/a.svg", "/avatar/%3Cscript%3E", "/avatar/a%2Fb"] {
        assert_eq!(world.test.get(path).await.status, 404, "{path}");
    }
    let odd = world.test.get("/avatar/x?d=nonsense&initials=%3C%2Ftext%3E%3Cscript%3E").await;
    assert!(odd.status == 200 && !odd.text().contains("script"), "{}", odd.text());
    let letters = world.test.get("/avatar/x?initials=%3C%2Ftext%3Eab").await.text();
    assert!(letters.contains(">TE</text>"), "{letters}");
}

#[tokio::test]
async fn pages_may_load_pictures_from_here_and_nowhere_else() {
    let world = World::new().await;
    let page = world.page("").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("img-src 'self' http://comments.test;"), "{policy}");
}

/// The seam of the REST API.
#[tokio::test]
async fn a_comment_s_pictures_are_named_by_size() {
    let world = World::new().await;
    let id = world.comment("One", &[]).await;
    let comment = comments::find(&world.test.app.db, world.site.id, id).await.unwrap().unwrap();
    let avatars = Avatars::of_site(&world.test.app, &world.site, "http://comments.test").unwrap();
    let [url] = shown(&world).await.try_into().unwrap();
    let urls = avatars.author_avatar_urls(&comment).unwrap();
    assert_eq!(urls, [24, 48, 96].map(|pixels| (pixels, format!("{url}&s={pixels}"))));
    for (_, url) in urls {
        assert_eq!(fetch(&world, &url).await.status, 200);
    }
    for kind in [CommentType::Pingback, CommentType::Trackback, CommentType::Webmention] {
        assert_eq!(avatars.author_avatar_urls(&Comment { kind, ..comment.clone() }), None);
    }
    world.option("show_avatars", "0").await;
    let site = world.test.app.sites.find(&world.test.app.db, world.site.id).await.unwrap().unwrap();
    assert!(Avatars::of_site(&world.test.app, &site, "x").is_none());
}

/// A picture server of the test's own, whose answers are by the hash it is asked for.
async fn server(answers: HashMap<String, Vec<u8>>) -> Server {
    let answers = Arc::new(answers);
    Server::start(move |request, mut stream| {
        let answers = Arc::clone(&answers);
        async move {
            let asked = path(&request);
            let hash = asked.trim_start_matches("/avatar/").split('?').next().unwrap_or_default().to_owned();
            let missing = answer("404 Not Found", &["Content-Type: text/plain"], b"404 Not Found");
            write(&mut stream, answers.get(&hash).unwrap_or(&missing)).await;
        }
    })
    .await
}

fn hash(email: &str) -> String {
    rejoinder::secret::hex(&Sha256::digest(email))
}

fn png(alpha: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(120, 120, Rgba([10, 200, 30, alpha])));
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

fn sent(kind: &str, body: &[u8]) -> Vec<u8> {
    answer("200 OK", &[&format!("Content-Type: {kind}")], body)
}

/// A world that asks a picture server, with the jobs running.
struct Asking {
    world: World,
    server: Server,
    runner: JoinHandle<()>,
}

impl Asking {
    async fn of(answers: &[(&str, Vec<u8>)]) -> Self {
        let answers = answers.iter().map(|(email, answer)| (hash(email), answer.clone())).collect();
        let server = server(answers).await;
        let setup = Setup { fetch_allow: vec!["127.0.0.0/8".parse().unwrap()], ..Setup::default() };
        let world = World::on(TestApp::start_on(Engine::Sqlite, setup).await, "A post").await;
        world.option("avatar_server", &server.url("/avatar/")).await;
        let runner = tokio::spawn(rejoinder::jobs::runner::run(world.test.app.clone()));
        Self { world, server, runner }
    }

    /// The address of the picture of who writes with this e-mail.
    async fn picture_of(&self, email: &str) -> String {
        let id = self.world.comment(&format!("By {email}"), &[("email", email)]).await;
        let page = self.world.page("").await.text();
        pictures(page.split(&format!("id=\"comment-{id}\"")).nth(1).unwrap())[0].clone()
    }

    async fn get(&self, url: &str) -> Answer {
        fetch(&self.world, url).await
    }

    /// Until no job is left. Where two are fetched already, a third waits for its turn by the test's own clock.
    async fn is_asked(&self) {
        eventually("the pictures are asked for", async || {
            let left = jobs::count_by_state(&self.world.test.app.db).await.unwrap();
            if left.iter().any(|(state, _)| state == "waiting") {
                self.world.test.advance(1);
                self.world.test.app.bell.ring();
            }
            left.is_empty().then_some(())
        })
        .await;
    }

    fn advance(&self, hours: u64) {
        self.world.test.advance(hours * 3_600);
    }

    async fn end(self) {
        self.world.test.app.stopping.cancel();
        self.runner.await.unwrap();
        assert_eq!(jobs::count_by_state(&self.world.test.app.db).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_picture_server_is_asked_by_the_server_and_nobody_waits() {
    let asking = Asking::of(&[("ada@peer.example", sent("image/png", &png(255)))]).await;
    let url = asking.picture_of(" Ada@Peer.example ").await;
    assert!(!url.contains(&hash("ada@peer.example")) && url.contains("?initials="), "{url}");
    let first = asking.get(&url).await;
    assert_eq!((first.header("content-type"), first.header("cache-control")), ("image/svg+xml", "public, max-age=60"));
    asking.is_asked().await;
    let picture = asking.get(&url).await;
    assert_eq!(
        (picture.header("content-type"), picture.header("cache-control")),
        ("image/jpeg", "public, max-age=86400")
    );
    assert_safe(&picture);
    let pixels = image::load_from_memory(&picture.body).unwrap().to_rgb8();
    assert_eq!(pixels.dimensions(), (96, 96));
    assert_ne!(picture.body, png(255), "written anew");
    let known = asking.world.test.get_with(local(&url), &[("if-none-match", picture.header("etag"))]).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));

    let requests = asking.server.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    let line = format!("GET /avatar/{}?s=96&d=404&r=g HTTP/1.1\r\n", hash("ada@peer.example"));
    assert!(requests[0].starts_with(&line), "{}", requests[0]);
    assert!(requests[0].contains("fetching an avatar") && !requests[0].to_lowercase().contains("cookie"));
    asking.end().await;
}

#[tokio::test]
async fn a_known_picture_needs_no_database() {
    let asking = Asking::of(&[("ada@peer.example", sent("image/png", &png(90)))]).await;
    let url = asking.picture_of("ada@peer.example").await;
    asking.get(&url).await;
    asking.is_asked().await;
    let picture = asking.get(&url).await;
    assert_eq!(picture.header("content-type"), "image/png", "it is transparent");
    asking.world.test.app.stopping.cancel();
    asking.runner.await.unwrap();
    asking.world.test.app.db.close().await;
    assert_eq!(fetch(&asking.world, &url).await.body, picture.body);
}

#[tokio::test]
async fn who_has_no_picture_keeps_the_drawn_one() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let large = [png(255), vec![0; 512 * 1024]].concat();
    let asking = Asking::of(&[
        ("svg@peer.example", sent("image/svg+xml", svg)),
        ("disguised@peer.example", sent("image/png", svg)),
        ("html@peer.example", sent("text/html", b"<title>x</title>")),
        ("large@peer.example", sent("image/png", &large)),
        ("broken@peer.example", answer("500 Internal Server Error", &["Content-Type: image/png"], &png(255))),
        ("inside@peer.example", answer("302 Found", &["Location: http://10.0.0.1/x.png"], b"")),
    ])
    .await;
    let mut urls = Vec::new();
    for name in ["svg", "disguised", "html", "large", "broken", "inside", "nobody"] {
        let url = asking.picture_of(&format!("{name}@peer.example")).await;
        asking.get(&url).await;
        urls.push((name, url));
    }
    asking.is_asked().await;
    for (name, url) in &urls {
        let drawn = asking.get(url).await;
        assert_eq!(drawn.header("content-type"), "image/svg+xml", "{name}");
        assert!(!drawn.text().contains("script"), "{name}");
        // That a server has none is believed for a day; what went wrong may be right in a moment.
        let keep = if *name == "nobody" { "public, max-age=86400" } else { "public, max-age=60" };
        assert_eq!(drawn.header("cache-control"), keep, "{name}");
    }
    let before = asking.server.requests().len();
    asking.advance(23);
    asking.get(&urls[6].1).await;
    asking.is_asked().await;
    assert_eq!(asking.server.requests().len(), before, "asked once a day");
    asking.advance(2);
    asking.get(&urls[6].1).await;
    asking.is_asked().await;
    assert_eq!(asking.server.requests().len(), before + 1);
    asking.end().await;
}

#[tokio::test]
async fn a_picture_is_asked_for_again_after_a_week_and_under_other_options() {
    let asking = Asking::of(&[("ada@peer.example", sent("image/png", &png(255)))]).await;
    let url = asking.picture_of("ada@peer.example").await;
    for (hours, requests) in [(0, 1), (24, 1), (6 * 24 - 1, 1), (2, 2)] {
        asking.advance(hours);
        asking.get(&url).await;
        asking.is_asked().await;
        assert_eq!(asking.server.requests().len(), requests, "{hours}");
        assert_eq!(asking.get(&url).await.header("content-type"), "image/jpeg");
    }
    asking.world.option("avatar_rating", "PG").await;
    assert_eq!(asking.get(&url).await.header("content-type"), "image/svg+xml", "it may not be of this rating");
    asking.is_asked().await;
    assert_eq!(asking.get(&url).await.header("content-type"), "image/jpeg");
    assert!(asking.server.requests()[2].contains("&r=pg "), "{:?}", asking.server.requests());
    asking.world.option("avatar_server", "").await;
    assert_eq!(asking.get(&url).await.header("content-type"), "image/svg+xml", "nobody is asked any more");
    asking.end().await;
}

/// Only who has an approved comment is ever asked for, and nobody else can have the server asked.
#[tokio::test]
async fn strangers_cannot_have_anybody_asked_for() {
    let asking = Asking::of(&[]).await;
    asking.world.option("comment_moderation", "1").await;
    let answer = asking.world.post_comment("Held", &[("email", "victim@peer.example")]).await;
    let location = answer.header("location").split('#').next().unwrap().to_owned();
    let urls = pictures(&asking.world.test.get(local(&location)).await.text());
    assert_eq!(urls.len(), 1);
    for path in
        [local(&urls[0]), &format!("/avatar/{}", hash("victim@peer.example")), &format!("/avatar/{}", "A".repeat(64))]
    {
        assert_eq!(asking.world.test.get(path).await.header("content-type"), "image/svg+xml", "{path}");
    }
    asking.is_asked().await;
    assert_eq!(asking.server.requests(), [""; 0]);
    let held = comments::find(&asking.world.test.app.db, asking.world.site.id, CommentId(1)).await.unwrap().unwrap();
    assert_eq!(held.status, Status::Hold);
    asking.end().await;
}
