//! A guest confirms an address once in each browser (`confirm_guest_email`): by the code, in the frame or on a page, or
//! by the link. And what strangers try with it.

use http::{Method, Request, StatusCode};
use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::ids::CommentId;
use rejoinder::model::mailed_code::{CODE_TRIES_MAX, CODES_OF_ADDRESS_MAX};
use rejoinder::model::moderation::{UNCONFIRMABLE, UNCONFIRMED};

use super::Post;
use super::log_in::{OWN, assert_over, code, wrong};
use crate::form::JSON;
use crate::harness::{Answer, Engine, Setup, eventually};

const ORIGIN: (&str, &str) = ("origin", "http://comments.test");

/// A site that asks guests to confirm, and holds nothing else.
async fn asking(setup: Setup) -> Post {
    let post = Post::with(Engine::Sqlite, setup).await;
    post.door.option("confirm_guest_email", "1").await;
    post.door.option("comment_previously_approved", "0").await;
    post.door.option("comments_notify", "0").await;
    post.door.option("comment_flood_seconds", "0").await;
    post
}

impl Post {
    /// Sends the form as a page of our own does.
    async fn say(&self, text: &str, cookie: &str) -> Answer {
        self.door.send(&[("comment", text)], &[JSON, OWN, ORIGIN, ("cookie", cookie)]).await
    }

    async fn confirm(&self, handle: &str, code: &str, cookie: &str) -> Answer {
        let fields = [("w", handle), ("code", code)];
        self.door.test.form("/embed/confirm", &fields, &[OWN, ("cookie", cookie)]).await
    }

    async fn waiting_mails(&self) -> usize {
        let states = rejoinder::store::jobs::count_by_state(&self.door.test.app.db).await.unwrap();
        states.iter().map(|(_, jobs)| usize::try_from(*jobs).unwrap()).sum()
    }

    async fn of(&self, answer: &Answer) -> Comment {
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        self.find(CommentId(answer.json()["id"].as_i64().unwrap())).await.unwrap()
    }
}

fn handle(answer: &Answer) -> String {
    answer.json()["confirmation"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

/// The mark that an answer sets, as a browser sends it back.
fn mark(answer: &Answer) -> String {
    let mut cookies = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap());
    let found = cookies.find(|c| c.starts_with("comment_author_confirmed_"));
    let cookie = found.unwrap_or_else(|| panic!("{} {}", answer.status, answer.text()));
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && cookie.contains("Max-Age=31536000; Path=/;"), "{cookie}");
    assert!(!cookie.contains("ann") && !cookie.contains("example"), "no address can be read in it: {cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_guest_is_asked_once_in_a_browser() {
    let post = asking(Setup::default()).await;
    let said = post.say("First.", "").await;
    let comment = post.of(&said).await;
    assert_eq!((comment.status, comment.reason.as_str()), (Status::Hold, UNCONFIRMED));
    let mail = post.only().await;
    assert_eq!(
        (mail.to.as_str(), mail.subject.as_str()),
        ("ann@example.org", "[The blog] Please confirm your comment")
    );
    for typed in ["First.", "Ann", "ann.example"] {
        assert!(!mail.body.contains(typed), "the mail holds nothing that somebody typed: {}", mail.body);
    }
    let done = post.confirm(&handle(&said), &code(&mail), "").await;
    assert_eq!((done.status, done.json()["status"].as_str()), (StatusCode::OK, Some("approved")), "{}", done.text());
    let comment = post.find(comment.id).await.unwrap();
    assert_eq!((comment.status, comment.reason.as_str()), (Status::Approved, "approved: nothing held it"));
    assert_eq!(post.post().await.comment_count, 1);
    let mark = mark(&done);
    let second = post.of(&post.say("Second.", &mark).await).await;
    assert_eq!((second.status, second.reason.as_str()), (Status::Approved, "approved: nothing held it"));
    // However the address is typed; another one is asked.
    let fields = [("comment", "Third."), ("email", "ANN@Example.org")];
    let third = post.door.send(&fields, &[JSON, OWN, ORIGIN, ("cookie", &mark)]).await;
    assert_eq!(post.of(&third).await.status, Status::Approved);
    let fields = [("comment", "Fourth."), ("email", "ben@example.org")];
    let fourth = post.door.send(&fields, &[JSON, OWN, ORIGIN, ("cookie", &mark)]).await;
    assert_eq!(post.of(&fourth).await.reason, UNCONFIRMED);
    assert_eq!(post.only().await.to, "ben@example.org");
    post.end().await;
}

#[tokio::test]
async fn who_confirmed_posts_without_moderation_where_that_is_trusted() {
    let post = asking(Setup::default()).await;
    post.door.option("comment_moderation", "1").await;
    post.door.option("moderation_notify", "0").await;
    post.door.option("trust_confirmed_guests", "always").await;
    let said = post.say("First.", "").await;
    assert_eq!(post.of(&said).await.reason, UNCONFIRMED, "nothing is trusted before");
    let mail = post.only().await;
    let done = post.confirm(&handle(&said), &code(&mail), "").await;
    let mark = mark(&done);
    for answer in [said, post.say("Second.", &mark).await] {
        let comment = post.of(&answer).await;
        let trusted = (Status::Approved, "approved: confirmed the address");
        assert_eq!((comment.status, comment.reason.as_str()), trusted);
        assert_eq!(comment.proven_by, "", "a guest stays one");
    }
    // Where nobody is asked, nobody has confirmed.
    post.door.option("confirm_guest_email", "0").await;
    let third = post.of(&post.say("Third.", &mark).await).await;
    assert_eq!((third.status, third.reason.as_str()), (Status::Hold, "held: every comment is moderated"));
    post.end().await;
}

#[tokio::test]
async fn the_verdict_is_the_one_that_the_rules_have() {
    let post = asking(Setup::default()).await;
    post.door.option("comment_previously_approved", "1").await;
    let first = post.say("First.", "").await;
    let mail = post.only().await;
    assert_eq!(mail.to, "ann@example.org", "moderators hear of it when it is confirmed");
    let done = post.confirm(&handle(&first), &code(&mail), "").await;
    assert_eq!(done.json()["status"], "hold");
    let comment = post.of(&first).await;
    assert_eq!(
        (comment.status, comment.reason.as_str()),
        (Status::Hold, "held: the author has no approved comment yet")
    );
    let asked = post.only().await;
    assert_eq!(
        (asked.to.as_str(), asked.subject.as_str()),
        ("root@blog.example", "[The blog] Please moderate: \"A post\"")
    );
    post.approve(comment.id).await;
    // From another browser, now that the author is known.
    let second = post.say("Second.", "").await;
    post.advance(120);
    let done = post.confirm(&handle(&second), &code(&post.only().await), "").await;
    assert_eq!(done.json()["status"], "approved");
    assert_eq!(post.of(&second).await.reason, "approved: previously approved author");
    post.end().await;
}

#[tokio::test]
async fn spam_is_asked_nothing() {
    let post = asking(Setup::default()).await;
    let answer = post.door.send(&[("subject", "filled")], &[JSON, OWN, ORIGIN]).await;
    assert_eq!(answer.json()["confirmation"], serde_json::Value::Null);
    assert_eq!(post.of(&answer).await.status, Status::Spam);
    post.end().await;
}

#[tokio::test]
async fn members_and_guests_of_sites_that_do_not_want_it_are_not_asked() {
    let post = asking(Setup::default()).await;
    post.door.option("confirm_guest_email", "0").await;
    assert_eq!(post.of(&post.say("First.", "").await).await.status, Status::Approved);
    post.end().await;
}

#[tokio::test]
async fn a_link_asks_and_its_button_confirms_once() {
    let post = asking(Setup::default()).await;
    let comment = post.of(&post.say("<b>Well</b> said.", "").await).await;
    let link = post.only().await.link("/login/link?t=");
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let answer = post.door.test.send(Request::builder().method(&method).uri(&link).body("".into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK);
        let is_shown = answer.text().contains("<b>Well</b> said.") && answer.text().contains("Confirm</button>");
        assert_eq!(is_shown, method == Method::GET, "{}", answer.text());
    }
    assert_eq!(post.find(comment.id).await.unwrap().status, Status::Hold, "to look changes nothing");
    let token = link.split_once("?t=").unwrap().1;
    let done = post.door.test.form("/login/link", &[("t", token)], &[OWN]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "http://comments.test/?p=1#comment-1"));
    assert_eq!(post.find(comment.id).await.unwrap().status, Status::Approved);
    let again = post.door.test.form("/login/link", &[("t", token)], &[OWN]).await;
    assert_over(&again, "the link again");
    // The browser that followed it is asked no more.
    assert_eq!(post.of(&post.say("Second.", &mark(&done)).await).await.status, Status::Approved);
    post.end().await;
}

#[tokio::test]
async fn without_scripts_the_code_is_typed_on_a_page() {
    let post = asking(Setup::default()).await;
    let said = post.door.send(&[("comment", "Plain.")], &[OWN, ORIGIN]).await;
    assert_eq!(said.status, StatusCode::FOUND);
    let page = said.header("location").strip_prefix("http://comments.test").unwrap().to_owned();
    let handle = page.strip_prefix("/login/code?w=").unwrap();
    let mail = post.only().await;
    let shown = post.door.test.get(&page).await;
    assert!(
        shown.text().contains("We sent a code to <strong dir=\"ltr\">ann@example.org</strong>"),
        "{}",
        shown.text()
    );
    let no = post.door.test.form("/login/code", &[("w", handle), ("code", &wrong(&code(&mail)))], &[OWN]).await;
    assert!(no.text().contains("This is not the code. 4 tries are left."), "{}", no.text());
    let done = post.door.test.form("/login/code", &[("w", handle), ("code", &code(&mail))], &[OWN]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "http://comments.test/?p=1#comment-1"));
    assert_eq!(post.door.only().await.status, Status::Approved);
    assert_eq!(post.of(&post.say("Second.", &mark(&done)).await).await.status, Status::Approved);
    post.end().await;
}

#[tokio::test]
async fn a_code_that_is_guessed_five_times_is_void_and_the_link_works_still() {
    let post = asking(Setup::default()).await;
    let said = post.say("First.", "").await;
    let mail = post.only().await;
    for n in 0..CODE_TRIES_MAX {
        let answer = post.confirm(&handle(&said), &wrong(&code(&mail)), "").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{n}");
    }
    let late = post.confirm(&handle(&said), &code(&mail), "").await;
    assert_eq!(late.status, StatusCode::FORBIDDEN, "{}", late.text());
    assert_eq!(post.of(&said).await.status, Status::Hold);
    let link = mail.link("/login/link?t=");
    let done = post.door.test.form("/login/link", &[("t", link.split_once("?t=").unwrap().1)], &[OWN]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(post.of(&said).await.status, Status::Approved);
    post.end().await;
}

/// A mark is of its address, its site and its time; the blog's scripts cannot use it.
#[tokio::test]
async fn a_mark_that_was_changed_is_none() {
    let post = asking(Setup::default()).await;
    let said = post.say("First.", "").await;
    let done = post.confirm(&handle(&said), &code(&post.only().await), "").await;
    let mark = mark(&done);
    post.advance(61 * 20); // mails to one address are a minute apart
    let (name, value) = mark.split_once('=').unwrap();
    let parts: Vec<&str> = value.splitn(3, '-').collect();
    let later = format!("{name}={}-{}-{}", parts[0], parts[1].parse::<i64>().unwrap() + 1, parts[2]);
    let short = &mark[..mark.len() - 1];
    let other = format!("comment_author_confirmed_00000000000000000000000000000000={value}");
    let mut n = 0;
    let mut mails = 0;
    for cookie in ["x", &later, short, &other, &format!("{name}="), &format!("{name}=--"), &format!("{name}=a-b-c.d")] {
        n += 1;
        assert_eq!(post.of(&post.say(&format!("Number {n}."), cookie).await).await.reason, UNCONFIRMED, "{cookie}");
        mails += post.delivered().await.len();
        post.advance(61 * 20);
    }
    // From the blog's own page, whose scripts could write in their reader's name.
    for headers in [
        vec![JSON, ("origin", "https://blog.example")],
        vec![JSON],
        vec![JSON, ORIGIN, ("sec-fetch-site", "cross-site")],
    ] {
        n += 1;
        let headers: Vec<_> = headers.into_iter().chain([("cookie", mark.as_str())]).collect();
        let text = format!("Number {n}.");
        assert_eq!(
            post.of(&post.door.send(&[("comment", &text)], &headers).await).await.reason,
            UNCONFIRMED,
            "{headers:?}"
        );
        mails += post.delivered().await.len();
        post.advance(61 * 20);
    }
    assert_eq!(mails, n);
    post.advance(31_536_000);
    assert_eq!(post.of(&post.say("A year later.", &mark).await).await.reason, UNCONFIRMED);
    assert_eq!(post.delivered().await.len(), 1);
    post.end().await;
}

/// A mail bomb by comments: one a minute, and so many in a day; what is more waits for a moderator.
#[tokio::test]
async fn an_address_gets_one_mail_a_minute_and_so_many_a_day() {
    let post = asking(Setup::default()).await;
    let most = usize::try_from(CODES_OF_ADDRESS_MAX).unwrap();
    for n in 0..most + 3 {
        let comment = post.of(&post.say(&format!("Number {n}."), "").await).await;
        assert_eq!(comment.reason, if n < most { UNCONFIRMED } else { UNCONFIRMABLE }, "{n}");
    }
    // To Ann; the three that a moderator is asked about go to root.
    let at_least = async |mails: usize| {
        eventually("mails arrive", async || {
            post.door.test.app.bell.ring_in(rejoinder::model::job::Lane::Mail);
            (post.filed().len() >= mails).then_some(())
        })
        .await;
        post.filed().len()
    };
    let asked = at_least(1 + 3).await;
    assert_eq!(asked, 1 + 3, "at once");
    post.advance(59);
    assert_eq!(at_least(4).await, 4);
    post.advance(1);
    assert_eq!(at_least(5).await, 5, "a minute later");
    eventually("it is done", async || (post.waiting_mails().await == most - 2).then_some(())).await;
    post.advance(3_600);
    let all = post.delivered().await;
    assert_eq!(all.iter().filter(|mail| mail.to == "ann@example.org").count(), most);
    post.end().await;
}

/// Comments that somebody else wrote under this address are not confirmed with one's own.
#[tokio::test]
async fn who_confirms_a_comment_confirms_no_other() {
    let post = asking(Setup::default()).await;
    let eves = post.say("Not hers.", "").await;
    let anns = post.say("Hers.", "").await;
    post.advance(61);
    let mails = post.delivered().await;
    assert_eq!(mails.len(), 2);
    let codes: Vec<String> = mails.iter().map(code).collect();
    for code in &codes {
        post.confirm(&handle(&anns), code, "").await;
    }
    assert_eq!((post.of(&anns).await.status, post.of(&eves).await.status), (Status::Approved, Status::Hold));
    post.end().await;
}

#[tokio::test]
async fn a_moderator_may_decide_earlier_and_their_word_stays() {
    let post = asking(Setup::default()).await;
    let said = post.say("First.", "").await;
    let mail = post.only().await;
    let comment = post.of(&said).await;
    let spam = rejoinder::actions::moderate_comments::Verb::Spam;
    post.moderate(&rejoinder::model::account::Actor::command("test"), spam, comment.id).await;
    let done = post.confirm(&handle(&said), &code(&mail), "").await;
    assert_eq!((done.status, done.json()["status"].as_str()), (StatusCode::OK, Some("hold")), "judged looks like held");
    assert_eq!(post.find(comment.id).await.unwrap().status, Status::Spam);
    post.end().await;
}

#[tokio::test]
async fn what_nobody_confirms_goes_after_seven_days_unless_a_moderator_has_looked() {
    use rejoinder::actions::moderate_comments::Verb;
    use rejoinder::actions::tidy_up::tidy_up;
    let post = asking(Setup::default()).await;
    let (one, two) = (post.of(&post.say("One.", "").await).await, post.of(&post.say("Two.", "").await).await);
    let test = rejoinder::model::account::Actor::command("test");
    post.approve(two.id).await;
    post.moderate(&test, Verb::Unapprove, two.id).await;
    post.advance(61);
    let mails = post.delivered().await;
    post.advance(7 * 86_400 - 62);
    tidy_up(&post.door.test.app).await.unwrap();
    assert!(post.find(one.id).await.is_some());
    post.advance(1);
    tidy_up(&post.door.test.app).await.unwrap();
    assert!(post.find(one.id).await.is_none(), "gone");
    assert_eq!(post.find(two.id).await.unwrap().status, Status::Hold);
    for mail in mails {
        let link = mail.link("/login/link?t=");
        let late = post.door.test.form("/login/link", &[("t", link.split_once("?t=").unwrap().1)], &[OWN]).await;
        assert!(late.status.is_client_error(), "{}", late.text());
    }
    post.end().await;
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_the_first_was() {
    let post = asking(Setup::default()).await;
    let headers = [JSON, OWN, ORIGIN, ("idempotency-key", "one")];
    let first = post.door.send(&[], &headers).await;
    let again = post.door.send(&[], &headers).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(handle(&first), handle(&again));
    assert_eq!(post.delivered().await.len(), 1);
    post.end().await;
}

#[tokio::test]
async fn a_comment_over_rest_is_held_alike_and_confirmed_by_the_link() {
    let post = asking(Setup::default()).await;
    post.door.option("rest_allow_anonymous_comments", "1").await;
    let body = r#"{"post":1,"content":"By REST.","author_name":"Ann","author_email":"ann@example.org"}"#;
    let request = Request::post("/wp-json/wp/v2/comments").header("content-type", "application/json");
    let answer = post.door.test.send(request.body(body.into()).unwrap()).await;
    assert_eq!(
        (answer.status, answer.json()["status"].as_str()),
        (StatusCode::CREATED, Some("hold")),
        "{}",
        answer.text()
    );
    let comment = post.door.only().await;
    assert_eq!(comment.reason, UNCONFIRMED);
    let link = post.only().await.link("/login/link?t=");
    post.door.test.form("/login/link", &[("t", link.split_once("?t=").unwrap().1)], &[OWN]).await;
    assert_eq!(post.find(comment.id).await.unwrap().status, Status::Approved);
    post.end().await;
}

#[tokio::test]
async fn without_an_address_to_write_to_a_moderator_decides() {
    let post = asking(Setup::default()).await;
    post.door.option("require_name_email", "0").await;
    post.door.option("moderation_notify", "0").await;
    for (n, email) in ["", "änn@example.org"].into_iter().enumerate() {
        let text = format!("Number {n}.");
        let answer = post.door.send(&[("email", email), ("comment", &text)], &[JSON, OWN, ORIGIN]).await;
        assert_eq!(answer.json()["confirmation"], serde_json::Value::Null, "{email}");
        let comment = post.of(&answer).await;
        let is_held = comment.reason == UNCONFIRMABLE || comment.reason == UNCONFIRMED;
        assert!(comment.status == Status::Hold && is_held, "{email} {comment:?}");
    }
    post.end().await;
}

#[tokio::test]
async fn a_confirmation_is_taken_from_our_own_pages_only() {
    let post = asking(Setup::default()).await;
    let said = post.say("First.", "").await;
    let code = code(&post.only().await);
    for headers in [vec![], vec![("sec-fetch-site", "cross-site")], vec![("origin", "https://blog.example")]] {
        let answer = post.door.test.form("/embed/confirm", &[("w", &handle(&said)), ("code", &code)], &headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(post.door.test.get("/embed/confirm").await.status, StatusCode::METHOD_NOT_ALLOWED);
    post.end().await;
}
