//! Trackbacks over HTTP, from the form to the stored comment, with a web of the tests' own and the jobs
//! running.

use axum::body::Body;
use http::Request;
use rejoinder::model::comment::{CommentType, Status};
use rejoinder::model::linkback::{LinkbackState, Protocol};
use rejoinder::store::linkbacks;

use crate::harness::{Answer, Engine, Setup};
use crate::pingback::{Pinged, TARGET, linking, page, setup, web};

const DOOR: &str = "/wp-trackback.php?p=1";
const CLOSED: &str = "Sorry, trackbacks are closed for this item.";
const NO_ID: &str = "I really need an ID for this to work.";
const ALREADY: &str = "There is already a ping from that URL for this post.";

crate::on_both_engines! {
    a_claim_that_holds_becomes_a_held_comment
}

async fn on(engine: Engine) -> Pinged {
    let pinged = Pinged::start_on(engine).await;
    pinged.option("receive_trackbacks", "1").await;
    pinged
}

async fn send(pinged: &Pinged, door: &str, fields: &[(&str, &str)]) -> Answer {
    pinged.test.form(door, fields, &[("user-agent", "MT/4")]).await
}

/// Sends a trackback that is taken.
async fn sent(pinged: &Pinged, door: &str, fields: &[(&str, &str)]) {
    assert_eq!(outcome(&send(pinged, door, fields).await), (200, None), "{fields:?}");
}

/// Status, and the message of a refusal.
fn outcome(answer: &Answer) -> (u16, Option<String>) {
    assert_eq!(answer.header("content-type"), "text/xml; charset=UTF-8", "{}", answer.text());
    let text = answer.text();
    let body = text.strip_prefix(r#"<?xml version="1.0" encoding="UTF-8"?>"#).unwrap();
    if body == "<response><error>0</error></response>" {
        return (answer.status.as_u16(), None);
    }
    let message = body.strip_prefix("<response><error>1</error><message>").unwrap();
    (answer.status.as_u16(), Some(message.strip_suffix("</message></response>").unwrap().to_owned()))
}

fn refused(status: u16, message: &str) -> (u16, Option<String>) {
    (status, Some(message.to_owned()))
}

async fn a_claim_that_holds_becomes_a_held_comment(engine: Engine) {
    let pinged = on(engine).await;
    let source = web([("/a", linking("The page’s own title", TARGET))]).await;
    let url = source.url("/a");
    let said = [
        ("title", "My <b>Title</b> & more"),
        ("url", &*url),
        ("blog_name", "My “Blog”"),
        ("excerpt", "The excerpt\r\n<i>said</i> 1 < 2 &#8230;"),
    ];
    sent(&pinged, DOOR, &said).await;
    let kept = pinged.kept().await.remove(0);
    assert_eq!((kept.kind, kept.status), (CommentType::Trackback, Status::Hold));
    assert_eq!(kept.reason, "held: linkbacks are moderated");
    assert_eq!((kept.author_name.as_str(), kept.author_url.as_str()), ("My “Blog”", &*url));
    assert_eq!(kept.content, "<strong>My Title &amp; more</strong>\n\nThe excerpt said 1 &lt; 2 …");
    assert_eq!((kept.author_email.as_str(), kept.agent.as_str()), ("", "MT/4"));
    let claim = linkbacks::find_by_comment(&pinged.test.app.db, pinged.site.id, kept.id).await.unwrap().unwrap();
    assert_eq!(
        (claim.protocol, claim.state, claim.target.as_str()),
        (Protocol::Trackback, LinkbackState::Registered, TARGET)
    );
    assert_eq!(claim.said.unwrap().title, "My Title & more");
    let request = source.requests()[0].to_ascii_lowercase();
    assert!(request.contains("; verifying trackback from 127.0.0.1\r\n"), "{request}");
    assert_eq!(outcome(&send(&pinged, DOOR, &said).await), refused(200, ALREADY));
    assert_eq!(pinged.kept().await.len(), 1);
    pinged.end().await;
}

#[tokio::test]
async fn a_site_takes_none_unless_it_says_so() {
    let pinged = Pinged::start().await;
    let source = web([("/a", linking("A", TARGET))]).await;
    let fields = [("title", "A"), ("url", &*source.url("/a"))];
    assert_eq!(outcome(&send(&pinged, DOOR, &fields).await), refused(200, CLOSED));
    assert_eq!(source.requests(), [""; 0]);
    assert!(!pinged.test.get("/?p=1").await.text().contains("trackback:ping"));
    pinged.option("receive_trackbacks", "1").await;
    let page = pinged.test.get("/?p=1").await.text();
    assert!(page.contains("trackback:ping=\"http://comments.test/wp-trackback.php?p=1\" />"), "{page}");
    sent(&pinged, DOOR, &fields).await;

    let (site, post) = (pinged.site.id, pinged.post);
    let now = pinged.test.clock.now();
    let close = async move |tx: &mut rejoinder::store::Tx| {
        rejoinder::store::posts::set_ping_status(tx, site, post, false, now).await
    };
    pinged.test.app.db.write(close).await.unwrap();
    assert_eq!(outcome(&send(&pinged, DOOR, &fields).await), refused(200, CLOSED));
    assert!(!pinged.test.get("/?p=1").await.text().contains("trackback:ping"));
    pinged.end().await;
}

#[tokio::test]
async fn both_addresses_lead_to_the_post() {
    let pinged = on(Engine::Sqlite).await;
    let doors = [
        "/wp-trackback.php?p=1",
        "/wp-trackback.php/1",
        "/wp-trackback.php?page_id=1",
        "/sites/blog-example/wp-trackback.php?p=1",
        "/sites/blog-example/wp-trackback.php/1",
    ];
    let paths: [String; 5] = std::array::from_fn(|n| format!("/{n}"));
    let source = web(std::array::from_fn::<_, 5, _>(|n| (&*paths[n], linking(&format!("Page {n}"), TARGET)))).await;
    for (n, door) in doors.into_iter().enumerate() {
        sent(&pinged, door, &[("url", &source.url(&format!("/{n}")))]).await;
        let visit = pinged.test.get(door).await;
        assert_eq!((visit.status.as_u16(), visit.header("location")), (302, TARGET), "{door}");
    }
    assert_eq!(pinged.kept().await.len(), doors.len());
    for (door, status, message) in [
        ("/wp-trackback.php", 200, NO_ID),
        ("/wp-trackback.php?p=99", 404, NO_ID),
        ("/wp-trackback.php?p=x", 200, NO_ID),
        ("/wp-trackback.php/x", 200, NO_ID),
        ("/wp-trackback.php/", 200, NO_ID),
        ("/wp-trackback.php/99", 200, CLOSED),
    ] {
        let fields = [("title", "A"), ("url", &*source.url("/0"))];
        assert_eq!(outcome(&send(&pinged, door, &fields).await), refused(status, message), "{door}");
    }
    pinged.end().await;
}

#[tokio::test]
async fn what_is_not_said_is_read_off_the_page() {
    let pinged = on(Engine::Sqlite).await;
    let untitled = format!("<p>Words before <a href='{TARGET}'>it</a> and after it.</p>");
    let html = ["Content-Type: text/html; charset=utf-8"];
    let source = web([
        ("/a", linking("The page’s own", TARGET)),
        ("/b", crate::net::server::answer("200 OK", &html, untitled.as_bytes())),
    ])
    .await;
    sent(&pinged, DOOR, &[("url", &source.url("/a"))]).await;
    sent(&pinged, DOOR, &[("url", &source.url("/b")), ("title", "Said & done")]).await;
    let kept = pinged.kept().await;
    assert_eq!(kept[0].author_name, "The page’s own");
    assert!(kept[0].content.starts_with("<strong>The page’s own</strong>\n\n[…] "), "{}", kept[0].content);
    assert_eq!(kept[1].author_name, "Said &amp; done");
    assert_eq!(kept[1].content, "<strong>Said &amp; done</strong>\n\n[…] before it and after […]");
    let refusal = send(&pinged, DOOR, &[("url", &source.url("/b")), ("blog_name", "x")]).await;
    assert_eq!(outcome(&refusal), refused(200, ALREADY));
    pinged.end().await;
}

#[tokio::test]
async fn a_claim_that_does_not_hold_is_refused_and_leaves_nothing() {
    let pinged = on(Engine::Sqlite).await;
    let source = web([
        ("/no-link", page("A", "Nothing here but https://blog.example/a-post/ as text")),
        ("/broken", crate::net::server::answer("500 Internal Server Error", &[], b"x")),
        (
            "/no-title",
            crate::net::server::answer(
                "200 OK",
                &["Content-Type: text/html"],
                format!("<a href='{TARGET}'>x</a>").as_bytes(),
            ),
        ),
    ])
    .await;
    let long = "x".repeat(2_049);
    for (fields, message) in [
        (vec![("title", "A")], "A trackback needs the url of the page that links here."),
        (vec![("blog_name", "A"), ("url", " ")], "A trackback needs the url of the page that links here."),
        (vec![("url", "javascript:alert(1)")], "A valid URL was not provided."),
        (vec![("url", "http://ann:secret@src.test/")], "A valid URL was not provided."),
        (vec![("url", &*long)], "A valid URL was not provided."),
        (vec![("url", TARGET)], "The source URL and the target URL cannot both point to the same resource."),
        (vec![("url", &*source.url("/no-link"))], "The source URL does not contain a link to this post."),
        (vec![("url", &*source.url("/none"))], "The source URL does not exist."),
        (vec![("url", "http://10.0.0.1/")], "The source URL does not exist."),
        (vec![("url", &*source.url("/broken"))], "The source URL did not answer. Try again later."),
        (vec![("url", &*source.url("/no-title"))], "A title on that page cannot be found."),
        (
            vec![("url", &*source.url("/no-link")), ("charset", "UTF-7")],
            "The text is in a charset that is not read here. Send it in UTF-8.",
        ),
    ] {
        assert_eq!(outcome(&send(&pinged, DOOR, &fields).await), refused(200, message), "{fields:?}");
    }
    assert_eq!(pinged.kept().await, []);
    pinged.end().await;
}

#[tokio::test]
async fn text_in_any_encoding_arrives_whole() {
    let pinged = on(Engine::Sqlite).await;
    let source = web([("/a", linking("A", TARGET)), ("/b", linking("B", TARGET)), ("/c", linking("C", TARGET))]).await;
    for (path, kind, rest) in [
        ("/a", "application/x-www-form-urlencoded", "title=caf%E9&charset=ISO-8859-1"),
        ("/b", "application/x-www-form-urlencoded; charset=KOI8-R", "title=%C1"),
        ("/c", "multipart/form-data; boundary=x", "%82%A0"),
    ] {
        let body = if path == "/c" {
            let mut body = Vec::new();
            for (name, value) in
                [("url", source.url(path).as_bytes()), ("title", b"\x82\xA0"), ("charset", b"Shift_JIS")]
            {
                body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").bytes());
                body.extend([value, b"\r\n"].concat());
            }
            body.extend(b"--x--\r\n");
            body
        } else {
            format!("url={}&{rest}", source.url(path)).into_bytes()
        };
        let request = Request::post(DOOR).header("content-type", kind).body(Body::from(body)).unwrap();
        assert_eq!(outcome(&pinged.test.send(request).await), (200, None), "{path}");
    }
    let names: Vec<String> = pinged.kept().await.into_iter().map(|c| c.author_name).collect();
    assert_eq!(names, ["café", "а", "あ"]);
    pinged.end().await;
}

/// The claim is on disk before its page is looked at: who sends it need not wait, and a restart loses nothing.
#[tokio::test]
async fn a_slow_page_is_verified_in_the_background() {
    let mut pinged = Pinged::without_runner(Engine::Sqlite, setup()).await;
    pinged.option("receive_trackbacks", "1").await;
    pinged.option("pingback_wait", "0").await;
    let source = web([("/a", linking("A", TARGET)), ("/b", page("B", "no link"))]).await;
    for path in ["/a", "/b"] {
        sent(&pinged, DOOR, &[("title", "T"), ("blog_name", "B"), ("url", &source.url(path))]).await;
    }
    assert_eq!(pinged.kept().await, []);
    pinged.run();
    pinged.is_there(1).await;
    assert_eq!(pinged.kept().await[0].author_name, "B");
    crate::harness::eventually("the other is refused", async || {
        let jobs = rejoinder::store::jobs::count_by_state(&pinged.test.app.db).await.unwrap();
        jobs.is_empty().then_some(())
    })
    .await;
    assert_eq!(pinged.kept().await.len(), 1);
    pinged.end().await;
}

#[tokio::test]
async fn a_page_is_taken_once_by_whichever_door() {
    let pinged = on(Engine::Sqlite).await;
    let source = web([("/a", linking("A", TARGET)), ("/b", linking("B", TARGET)), ("/c", linking("C", TARGET))]).await;
    pinged.ping(&source.url("/a"), TARGET).await.unwrap();
    assert_eq!(outcome(&send(&pinged, DOOR, &[("url", &source.url("/a"))]).await), refused(200, ALREADY));
    sent(&pinged, DOOR, &[("url", &source.url("/b")), ("title", "T"), ("blog_name", "N")]).await;
    assert_eq!(pinged.ping(&source.url("/b"), TARGET).await.unwrap_err().0, 48);
    // The same words of the same blog from another address.
    let again = [("url", &*source.url("/c")), ("title", "T"), ("blog_name", "N"), ("excerpt", "x")];
    sent(&pinged, DOOR, &again).await;
    pinged.end().await;
}

#[tokio::test]
async fn what_is_said_is_moderated() {
    let pinged = on(Engine::Sqlite).await;
    pinged.option("comment_previously_approved", "0").await;
    pinged.option("moderation_keys", "poker").await;
    let source = web([("/a", linking("A", TARGET)), ("/b", linking("B", TARGET)), ("/c", linking("C", TARGET))]).await;
    for (path, excerpt) in [("/a", "Words"), ("/b", "Online poker"), ("/c", "<script>x</script> <b onclick=x>")] {
        sent(&pinged, DOOR, &[("url", &source.url(path)), ("excerpt", excerpt)]).await;
    }
    let kept = pinged.kept().await;
    assert_eq!(kept.iter().map(|c| c.status).collect::<Vec<_>>(), [Status::Approved, Status::Hold, Status::Approved]);
    let fragment = pinged.test.get("/embed/thread?url=https%3A%2F%2Fblog.example%2Fa-post%2F").await.text();
    assert!(fragment.contains("class=\"trackback ") && fragment.contains("Pingback: <a href="), "{fragment}");
    assert!(!fragment.contains("<script") && !fragment.contains("onclick"), "{fragment}");
    pinged.option("disallowed_keys", "127.0.0.1").await;
    assert_eq!(outcome(&send(&pinged, DOOR, &[("url", &source.url("/d"))]).await), refused(200, "Access denied."));
    pinged.end().await;
}

#[tokio::test]
async fn the_door_is_bounded() {
    let mut pinged = Pinged::without_runner(Engine::Sqlite, Setup { limited: true, ..setup() }).await;
    pinged.run();
    pinged.option("receive_trackbacks", "1").await;
    let source = web([]).await;
    let fields = [("title", "T"), ("url", &*source.url("/a"))];
    for _ in 0..3 {
        assert_eq!(outcome(&send(&pinged, DOOR, &fields).await), refused(200, "The source URL does not exist."));
    }
    let answer = send(&pinged, DOOR, &fields).await;
    assert_eq!(outcome(&answer), refused(429, "You are posting comments too quickly. Slow down."));
    assert!(!answer.header("retry-after").is_empty());
    let many = vec![("a", "b"); 65];
    assert_eq!(send(&pinged, DOOR, &many).await.status, 400);
    let long = "x".repeat(256 * 1024);
    assert_eq!(send(&pinged, DOOR, &[("excerpt", &long)]).await.status, 413);
    let put = Request::put(DOOR).body(Body::empty()).unwrap();
    let put = pinged.test.send(put).await;
    assert_eq!((put.status.as_u16(), put.header("allow")), (405, "GET, HEAD, POST"));
    pinged.end().await;
}
