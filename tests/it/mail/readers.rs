//! Readers who ask to be told: the question first, then what they asked for, and the way out at any time.

use rejoinder::actions::moderate_comments::Verb;
use rejoinder::actions::notify::READERS_OF_JOB_MAX;
use rejoinder::actions::subscriptions::forget_unconfirmed;
use rejoinder::model::account::Actor;
use rejoinder::model::comment::Status;
use rejoinder::model::ids::CommentId;
use rejoinder::model::subscription::SUBSCRIPTIONS_OF_ADDRESS_MAX;
use rejoinder::store::{jobs, subscriptions};

use super::{POST, Post};
use crate::form::JSON;
use crate::harness::{Engine, Setup, eventually};

crate::on_both_engines! {
    who_confirms_is_told_until_they_say_stop
    every_reader_is_told_however_many_there_are
}

const ALL: (&str, &str) = ("subscribe", "subscribe");
const REPLIES: (&str, &str) = ("subscribe_replies", "subscribe");

impl Post {
    /// No mail but to readers.
    async fn for_readers(engine: Engine) -> Self {
        let post = Self::with(engine, Setup::default()).await;
        post.door.option("moderation_notify", "0").await;
        post.door.option("comments_notify", "0").await;
        post.door.option("comment_previously_approved", "0").await;
        post
    }

    /// Comments, asks to be told, and follows the link in the question; the link.
    async fn subscribed(&self, name: &str, wish: (&str, &str)) -> String {
        let email = format!("{name}@reader.example");
        self.comment(&[("author", name), ("email", &email), ("comment", &format!("{name} was here")), wish]).await;
        let question = self.delivered().await.into_iter().find(|mail| mail.to == email).unwrap();
        let link = question.link("/subscriptions?s=");
        let done = self.door.test.form(&link, &[("action", "confirm")], &[]).await;
        assert!(done.text().contains("You will be told of new comments by email."), "{}", done.text());
        link
    }
}

async fn who_confirms_is_told_until_they_say_stop(engine: Engine) {
    let post = Post::for_readers(engine).await;
    let (site, test) = (&post.door.site, &post.door.test);
    let answer = post.door.send(&[ALL], &[JSON]).await;
    assert_eq!((answer.status.as_u16(), answer.json()["subscription"].as_str()), (201, Some("unconfirmed")));
    let question = post.only().await;
    assert_eq!(question.to, "ann@example.org");
    assert_eq!(question.subject, "[The blog] Please confirm: new comments on \"A post\"");
    assert!(
        !question.body.contains("Ann")
            && !question.body.contains("ann.example")
            && !question.body.contains("Well said")
    );
    let link = question.link("/subscriptions?s=");
    let page = test.get(&link).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains(">Confirm</button>") && page.text().contains("a…@example.org"), "{}", page.text());
    assert!(!page.text().contains("ann@example.org"), "the address is not shown");

    // Before the answer nobody is told, and to look is no answer.
    post.comment(&[("author", "Bob"), ("email", "bob@example.org"), ("comment", "Before.")]).await;
    assert_eq!(post.subjects().await, []);
    for _ in 0..2 {
        assert_eq!(test.form(&link, &[("action", "confirm")], &[]).await.status, 200);
    }
    let bobs = post
        .comment(&[
            ("author", "Bob <b>B</b>"),
            ("email", "bob@example.org"),
            ("comment", "See <b>this</b> &amp; that."),
        ])
        .await;
    let mail = post.only().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ann@example.org", "[New comment] A post"));
    assert_eq!((mail.from.as_str(), mail.reply_to.as_deref()), ("The blog <wordpress@blog.example>", None));
    assert!(mail.body.starts_with("Bob B commented on \"A post\":\n\nSee this & that.\n\n"), "{}", mail.body);
    assert!(mail.body.contains(&format!("https://blog.example/a-post/#comment-{}\n", bobs.id)));
    assert!(!mail.body.contains("bob@example.org"), "no address of another is told");
    assert_eq!(mail.link("/subscriptions?s="), link);
    assert_eq!(mail.unsubscribe.as_deref(), Some(format!("http://comments.test{link}").as_str()));
    // Their own comments are no news.
    post.comment(&[("comment", "Mine.")]).await;
    assert_eq!(post.subjects().await, []);

    // One click of a mail program (RFC 8058): form-data, and once more without harm.
    for _ in 0..2 {
        let body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        let request = http::Request::post(&link).header("content-type", "multipart/form-data; boundary=x");
        let done = test.send(request.body(axum::body::Body::from(body)).unwrap()).await;
        assert_eq!(done.status, 200, "{}", done.text());
    }
    post.comment(&[("author", "Bob"), ("email", "bob@example.org"), ("comment", "After.")]).await;
    assert_eq!(post.subjects().await, []);
    assert!(test.get(&link).await.text().contains("This subscription has ended"));
    let left = subscriptions::list_of_address(&test.app.db, site.id, "ann@example.org", 10).await.unwrap();
    assert_eq!(left, [], "nothing of the address is kept");
    post.end().await;
}

async fn every_reader_is_told_however_many_there_are(engine: Engine) {
    let post = Post::for_readers(engine).await;
    let (site, now) = (post.door.site.id, post.door.test.clock.now());
    let many = READERS_OF_JOB_MAX + 3;
    post.door
        .test
        .app
        .db
        .write(async move |tx| {
            for n in 0..many {
                let email = format!("reader{n}@reader.example");
                let id = subscriptions::insert(tx, site, &email, (POST, None), now).await?;
                subscriptions::confirm(tx, site, id, now).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    post.comment(&[]).await;
    let mut told: Vec<String> = post.delivered().await.into_iter().map(|mail| mail.to).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), many);
    post.end().await;
}

#[tokio::test]
async fn who_wants_replies_is_told_of_answers_to_their_own_comment_only() {
    let post = Post::for_readers(Engine::Sqlite).await;
    post.subscribed("ann", REPLIES).await;
    post.subscribed("all", ALL).await;
    assert_eq!(post.subjects().await, []);
    let bob = [("author", "Bob"), ("email", "bob@example.org")];
    post.comment(&[bob[0], bob[1], ("comment", "Not to Ann."), ("comment_parent", "2")]).await;
    assert_eq!(post.subjects().await, [("all@reader.example".to_owned(), "[New comment] A post".to_owned())]);
    post.comment(&[bob[0], bob[1], ("comment", "To Ann."), ("comment_parent", "1")]).await;
    assert_eq!(
        post.subjects().await,
        [
            ("all@reader.example".to_owned(), "[New comment] A post".to_owned()),
            ("ann@reader.example".to_owned(), "[New reply] A post".to_owned())
        ]
    );
    post.end().await;
}

#[tokio::test]
async fn an_address_that_wants_both_gets_one_mail() {
    let post = Post::for_readers(Engine::Sqlite).await;
    post.subscribed("ann", REPLIES).await;
    post.comment(&[("author", "ann"), ("email", "ann@reader.example"), ("comment", "All now."), ALL]).await;
    let question = post.only().await;
    post.door.test.form(&question.link("/subscriptions?s="), &[("action", "confirm")], &[]).await;
    post.comment(&[("comment", "To Ann."), ("comment_parent", "1")]).await;
    assert_eq!(post.delivered().await.len(), 1);
    post.end().await;
}

#[tokio::test]
async fn nobody_is_told_of_what_readers_do_not_see() {
    let post = Post::for_readers(Engine::Sqlite).await;
    post.subscribed("ann", ALL).await;
    post.door.option("comment_moderation", "1").await;
    let held = post.comment(&[("comment", "Held.")]).await;
    let spam = post.comment(&[("comment", "Spam."), ("subject", "x")]).await;
    assert_eq!((held.status, spam.status), (Status::Hold, Status::Spam));
    assert_eq!(post.subjects().await, []);
    post.approve(held.id).await;
    let mail = post.only().await;
    assert!(mail.body.contains("\nHeld.\n"), "{}", mail.body);
    // What is approved twice is told once, and what is taken back before its mail went is not told at all.
    let command = Actor::command("test");
    post.moderate(&command, Verb::Unapprove, held.id).await;
    post.approve(held.id).await;
    assert_eq!(post.subjects().await, []);
    post.set_down("down", true);
    post.approve(spam.id).await;
    let app = &post.door.test.app;
    eventually("the mail fails", async || {
        let waiting = jobs::list(&app.db, "waiting", 10).await.unwrap();
        waiting.into_iter().find(|job| job.kind == "mail" && job.attempts == 1)
    })
    .await;
    post.moderate(&command, Verb::Spam, spam.id).await;
    post.set_down("down", false);
    post.advance(60);
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

#[tokio::test]
async fn spam_and_bad_addresses_ask_nobody() {
    let post = Post::for_readers(Engine::Sqlite).await;
    post.door.option("require_name_email", "0").await;
    for fields in [
        &[ALL, ("subject", "x"), ("comment", "1")][..],
        &[ALL, ("email", ""), ("comment", "2")],
        &[("comment", "3")],
        &[("subscribe", ""), ("comment", "4")],
    ] {
        let answer = post.door.send(fields, &[JSON]).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["subscription"]),
            (201, &serde_json::Value::Null),
            "{fields:?}"
        );
    }
    post.door.option("stc_enabled", "0").await;
    let answer = post.door.send(&[ALL, ("comment", "5")], &[JSON]).await;
    assert_eq!(answer.json()["subscription"], serde_json::Value::Null);
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

#[tokio::test]
async fn an_address_is_asked_three_times_a_day_whatever_is_typed() {
    let post = Post::for_readers(Engine::Sqlite).await;
    let victim = ("email", "victim@example.org");
    let mut asked = 0;
    for n in 0..20 {
        let wish = if n % 2 == 0 { ALL } else { REPLIES };
        let answer = post.door.send(&[victim, wish, ("comment", &n.to_string())], &[JSON]).await;
        asked += usize::from(answer.json()["subscription"] == "unconfirmed");
    }
    // The wish for all comments is one wish, asked about once.
    let mails = post.delivered().await;
    assert_eq!(mails.len(), 3, "{mails:#?}");
    assert!(asked >= 3);
    post.advance(86_400);
    post.door.send(&[victim, REPLIES, ("comment", "The next day.")], &[JSON]).await;
    assert_eq!(post.delivered().await.len(), 1);
    post.end().await;
}

#[tokio::test]
async fn an_address_has_a_hundred_subscriptions_and_not_more() {
    let post = Post::for_readers(Engine::Sqlite).await;
    let (site, now) = (post.door.site.id, post.door.test.clock.now());
    let write = async move |tx: &mut rejoinder::store::Tx| {
        for n in 1_001..1_000 + SUBSCRIPTIONS_OF_ADDRESS_MAX {
            let id = subscriptions::insert(tx, site, "ann@example.org", (POST, Some(CommentId(n))), now).await?;
            subscriptions::confirm(tx, site, id, now).await?;
        }
        Ok(())
    };
    post.door.test.app.db.write(write).await.unwrap();
    for (words, answer) in [("The hundredth.", "unconfirmed".into()), ("One more.", serde_json::Value::Null)] {
        let taken = post.door.send(&[REPLIES, ("comment", words)], &[JSON]).await;
        assert_eq!((taken.status.as_u16(), &taken.json()["subscription"]), (201, &answer), "{words}");
    }
    assert_eq!(post.delivered().await.len(), 1);
    post.end().await;
}

#[tokio::test]
async fn the_answer_does_not_tell_who_has_subscribed() {
    let post = Post::for_readers(Engine::Sqlite).await;
    post.subscribed("ann", ALL).await;
    let ask = async |email: &str, words: &str| {
        let answer = post.door.send(&[("email", email), ("comment", words), ALL], &[JSON]).await;
        answer.json()["subscription"].clone()
    };
    assert_eq!(ask("ann@reader.example", "1").await, ask("new@reader.example", "2").await);
    let to: Vec<String> = post.delivered().await.into_iter().map(|mail| mail.to).collect();
    assert!(
        !to.contains(&"ann@reader.example".to_owned())
            || to.iter().filter(|to| *to == "ann@reader.example").count() == 1
    );
    post.end().await;
}

#[tokio::test]
async fn what_is_not_confirmed_is_forgotten_after_three_days() {
    let post = Post::for_readers(Engine::Sqlite).await;
    post.comment(&[ALL]).await;
    let link = post.only().await.link("/subscriptions?s=");
    post.advance(3 * 86_400 - 1);
    assert!(post.door.test.get(&link).await.text().contains(">Confirm</button>"));
    post.advance(1);
    let late = post.door.test.form(&link, &[("action", "confirm")], &[]).await;
    assert!(late.text().contains("was not confirmed in time"), "{}", late.text());
    post.advance(1);
    assert_eq!(forget_unconfirmed(&post.door.test.app).await.unwrap(), 1);
    assert_eq!(forget_unconfirmed(&post.door.test.app).await.unwrap(), 0);
    post.end().await;
}

#[tokio::test]
async fn the_page_lists_all_that_an_address_is_told_of_and_ends_it() {
    let post = Post::for_readers(Engine::Sqlite).await;
    let link = post.subscribed("ann", ALL).await;
    post.comment(&[("author", "ann"), ("email", "ann@reader.example"), ("comment", "More."), REPLIES]).await;
    let question = post.delivered().await.into_iter().find(|mail| mail.subject.contains("confirm")).unwrap();
    let second = question.link("/subscriptions?s=");
    let page = post.door.test.get(&link).await.text();
    assert_eq!(page.matches(">Unsubscribe</button>").count(), 1, "an unanswered question is no subscription: {page}");
    post.door.test.form(&second, &[("action", "confirm")], &[]).await;
    let page = post.door.test.get(&link).await.text();
    assert_eq!(page.matches(">Unsubscribe</button>").count(), 2, "{page}");
    assert!(page.contains("New comments on") && page.contains("Replies to your comment on"));
    // The button of a row ends that one; "all" ends all, of this address only.
    let action = page.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    post.door.test.form(&format!("/{action}"), &[("action", "unsubscribe")], &[]).await;
    let left = if action.ends_with(second.split("s=").nth(1).unwrap()) { &link } else { &second };
    assert_eq!(post.door.test.get(left).await.text().matches(">Unsubscribe</button>").count(), 1);
    let other = post.subscribed("bob", ALL).await;
    let _news = post.delivered().await;
    post.door.test.form(left, &[("action", "all")], &[]).await;
    assert!(post.door.test.get(left).await.text().contains("has ended"));
    assert!(post.door.test.get(&other).await.text().contains(">Unsubscribe</button>"));
    post.end().await;
}

#[tokio::test]
async fn a_link_of_ours_opens_its_own_subscription_and_no_other() {
    let post = Post::for_readers(Engine::Sqlite).await;
    let link = post.subscribed("ann", ALL).await;
    let token = link.split("s=").nth(1).unwrap();
    let [id, at, key] = token.splitn(3, '-').collect::<Vec<_>>()[..] else { panic!("{token}") };
    for token in [
        format!("2-{at}-{key}"),
        format!("{id}-1-{key}"),
        format!("{id}-{at}-{}", "0".repeat(32)),
        format!("{id}-{at}-{}", &key[..31]),
        format!("{id}-{at}-{key}0"),
        format!("{id}-{at}"),
        String::new(),
    ] {
        let path = format!("/subscriptions?s={token}");
        for answer in [
            post.door.test.get(&path).await,
            post.door.test.form(&path, &[("action", "all")], &[]).await,
            post.door.test.form(&path, &[("List-Unsubscribe", "One-Click")], &[]).await,
        ] {
            assert_eq!(answer.status, 403, "{token}: {}", answer.text());
        }
    }
    assert_eq!(post.door.test.form(&link, &[("action", "x")], &[]).await.status, 400);
    assert!(post.door.test.get(&link).await.text().contains(">Unsubscribe</button>"));
    post.end().await;
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_forgotten() {
    let post = Post::for_readers(Engine::Sqlite).await;
    post.subscribed("ann", ALL).await;
    post.set_down("nobody", true);
    post.comment(&[("comment", "News.")]).await;
    assert_eq!(post.subjects().await, []);
    let left = subscriptions::list_of_address(&post.door.test.app.db, post.door.site.id, "ann@reader.example", 10);
    assert_eq!(left.await.unwrap(), []);
    post.end().await;
}

#[tokio::test]
async fn a_deleted_comments_subscriptions_go_with_it() {
    let post = Post::for_readers(Engine::Sqlite).await;
    let link = post.subscribed("ann", REPLIES).await;
    let command = Actor::command("test");
    let id = post.door.only().await.id;
    for verb in [Verb::Trash, Verb::Delete] {
        post.moderate(&command, verb, id).await;
    }
    assert!(post.door.test.get(&link).await.text().contains("has ended"));
    post.end().await;
}

#[tokio::test]
async fn a_network_asks_so_often_and_not_more() {
    let post = Post::with(Engine::Sqlite, Setup { limited: true, ..Setup::default() }).await;
    post.door.option("moderation_notify", "0").await;
    post.door.option("comment_flood_seconds", "0").await;
    let mut asked = Vec::new();
    for n in 0..12 {
        let email = format!("reader{n}@reader.example");
        let answer = post.door.send(&[("email", &email), ("comment", &n.to_string()), ALL], &[JSON]).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        asked.push(answer.json()["subscription"] == "unconfirmed");
    }
    assert_eq!(asked.iter().filter(|asked| **asked).count(), 10, "{asked:?}");
    assert_eq!(post.delivered().await.len(), 10);
    post.end().await;
}

#[tokio::test]
async fn the_form_offers_it_where_mail_is_sent() {
    let post = Post::for_readers(Engine::Sqlite).await;
    for path in ["/?p=1", "/embed/form?p=1"] {
        let html = post.door.test.get(path).await.text();
        assert!(html.contains("Notify me of new comments via email.") && html.contains("name=\"subscribe\""), "{path}");
        assert!(html.contains("Notify me of replies to my comment via email."), "{path}");
    }
    post.door.option("stc_enabled", "0").await;
    for path in ["/?p=1", "/embed/form?p=1"] {
        assert!(!post.door.test.get(path).await.text().contains("via email"), "{path}");
    }
    post.end().await;
}
