//! Mail to moderators and to the post's author: who gets which, and when (WP 7.1 comments §9).

use rejoinder::actions::moderate_comments::Step;
use std::time::Duration;

use rejoinder::actions::moderate_comments::{Verb, undo};
use rejoinder::model::account::Actor;
use rejoinder::model::comment::Status;
use rejoinder::model::role::Role;
use rejoinder::store::jobs;

use super::{POST, Post};
use crate::form::Door;
use crate::harness::{Engine, Setup, eventually};

crate::on_both_engines! {
    a_held_comment_is_told_to_who_may_approve_it
    an_approved_comment_is_told_to_its_posts_author_once
    of_many_that_are_written_at_once_each_is_told_once
}

pub(super) fn told(to: &str, subject: &str) -> (String, String) {
    (format!("{to}@blog.example"), subject.to_owned())
}

pub(super) const MODERATE: &str = "[The blog] Please moderate: \"A post\"";
pub(super) const NEW: &str = "[The blog] Comment: \"A post\"";

async fn a_held_comment_is_told_to_who_may_approve_it(engine: Engine) {
    let post = Post::with(engine, Setup::default()).await;
    let comment = post.comment(&[]).await;
    assert_eq!(comment.status, Status::Hold);
    let mail = post.only().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("root@blog.example", MODERATE));
    assert_eq!((mail.from.as_str(), mail.reply_to), ("The blog <wordpress@blog.example>", None));
    insta::assert_snapshot!(mail.body, @r#"
    A new comment on the post "A post" is waiting for your approval
    https://blog.example/a-post/

    Author: Ann (IP address: 127.0.0.1, 127.0.0.1)
    Email: ann@example.org
    URL: https://ann.example/
    Comment: 
    Well said.

    Approve it: http://comments.test/wp-admin/comment.php?action=approve&c=1#wpbody-content
    Trash it: http://comments.test/wp-admin/comment.php?action=trash&c=1#wpbody-content
    Spam it: http://comments.test/wp-admin/comment.php?action=spam&c=1#wpbody-content
    Currently 1 comment is waiting for approval. Please visit the moderation panel:
    http://comments.test/wp-admin/edit-comments.php?comment_status=moderated#wpbody-content
    "#);
    // A second administrator, an author of the post who is one of them too, and `admin_email` in place of all.
    post.member("second", Role::Administrator).await;
    let author = post.member("author", Role::Author).await;
    post.wrote(author).await;
    post.comment(&[("comment", "2")]).await;
    assert_eq!(post.subjects().await, [told("author", MODERATE), told("root", MODERATE), told("second", MODERATE)]);
    post.door.option("admin_email", "boss@blog.example").await;
    post.comment(&[("comment", "3")]).await;
    assert_eq!(post.subjects().await, [told("author", MODERATE), told("boss", MODERATE)]);
    post.door.option("admin_email", "AUTHOR@blog.example").await;
    post.comment(&[("comment", "4")]).await;
    assert_eq!(
        post.subjects().await,
        [("AUTHOR@blog.example".to_owned(), MODERATE.to_owned())],
        "one address, one mail"
    );
    // Who may not moderate under their post is not asked to.
    let contributor = post.member("contributor", Role::Contributor).await;
    post.wrote(contributor).await;
    post.door.option("admin_email", "boss@blog.example").await;
    post.comment(&[("comment", "5")]).await;
    assert_eq!(post.subjects().await, [told("boss", MODERATE)]);
    post.door.option("moderation_notify", "0").await;
    post.comment(&[("comment", "6")]).await;
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

async fn an_approved_comment_is_told_to_its_posts_author_once(engine: Engine) {
    let post = Post::with(engine, Setup::default()).await;
    let author = post.member("author", Role::Author).await;
    post.wrote(author).await;
    let first = post.comment(&[]).await;
    assert_eq!(post.delivered().await.len(), 2, "both are asked to moderate");
    post.approve(first.id).await;
    let mail = post.only().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("author@blog.example", NEW));
    assert_eq!(mail.from, "Ann <wordpress@blog.example>");
    assert_eq!(mail.reply_to.as_deref(), Some("ann@example.org <ann@example.org>"));
    insta::assert_snapshot!(mail.body, @r#"
    New comment on your post "A post"
    Author: Ann (IP address: 127.0.0.1, 127.0.0.1)
    Email: ann@example.org
    URL: https://ann.example/
    Comment: 
    Well said.

    You can see all comments on this post here:
    https://blog.example/a-post/#comments

    Permalink: https://blog.example/a-post/#comment-1
    Trash it: http://comments.test/wp-admin/comment.php?action=trash&c=1#wpbody-content
    Spam it: http://comments.test/wp-admin/comment.php?action=spam&c=1#wpbody-content
    "#);
    // Back and forth: the author knows of it.
    let command = Actor::command("test");
    for verb in [Verb::Unapprove, Verb::Approve, Verb::Trash, Verb::Untrash] {
        post.moderate(&command, verb, first.id).await;
    }
    assert_eq!(post.subjects().await, []);
    // Known authors' comments are approved at once.
    let second = post.comment(&[("comment", "A reply."), ("comment_parent", "1")]).await;
    assert_eq!(second.status, Status::Approved);
    let mail = post.only().await;
    assert_eq!(mail.to, "author@blog.example");
    assert!(
        mail.body.contains(
            "\nIn reply to: http://comments.test/wp-admin/comment.php?action=editcomment&c=1#wpbody-content\n"
        )
    );
    // Who may not edit gets no links.
    let contributor = post.member("contributor", Role::Contributor).await;
    post.wrote(contributor).await;
    post.comment(&[("comment", "For a contributor.")]).await;
    let mail = post.only().await;
    assert!(mail.body.ends_with("Permalink: https://blog.example/a-post/#comment-3\n"), "{}", mail.body);
    post.door.option("comments_notify", "0").await;
    post.comment(&[("comment", "Untold.")]).await;
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

async fn of_many_that_are_written_at_once_each_is_told_once(engine: Engine) {
    let post = Post::with(engine, Setup::default()).await;
    let words: Vec<String> = (0..12).map(|n| format!("Comment {n}")).collect();
    let forms: Vec<[(&str, &str); 1]> = words.iter().map(|words| [("comment", words.as_str())]).collect();
    let answers = futures_util::future::join_all(forms.iter().map(|fields| post.door.send(fields, &[]))).await;
    assert!(answers.iter().all(|answer| answer.status == 302));
    let mails = post.delivered().await;
    let mut ids: Vec<&str> = mails.iter().map(|mail| mail.message_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((mails.len(), ids.len()), (12, 12));
    assert!(words.iter().all(|words| mails.iter().filter(|m| m.body.contains(&format!("\n{words}\n"))).count() == 1));
    post.end().await;
}

#[tokio::test]
async fn the_author_is_not_told_of_what_they_did_themselves() {
    let post = Post::open().await;
    let author = post.member("author", Role::Author).await;
    post.wrote(author).await;
    post.door.option("moderation_notify", "0").await;
    let held = post.comment(&[]).await;
    let themselves = Actor { account_id: Some(author), name: "author".into(), role: Role::Author };
    post.moderate(&themselves, Verb::Approve, held.id).await;
    assert_eq!(post.subjects().await, []);
    // Once they are no member of the site any more, they are told nothing.
    let (db, site) = (&post.door.test.app.db, post.door.site.id);
    db.write(async move |tx| rejoinder::store::sites::delete_member(tx, site, author).await).await.unwrap();
    post.comment(&[("comment", "Approved at once.")]).await;
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

#[tokio::test]
async fn of_a_post_without_an_author_who_runs_the_site_is_told() {
    let post = Post::open().await;
    let second = post.member("second", Role::Administrator).await;
    post.door.option("moderation_notify", "0").await;
    let held = post.comment(&[]).await;
    let themselves = Actor { account_id: Some(second), name: "second".into(), role: Role::Administrator };
    post.moderate(&themselves, Verb::Approve, held.id).await;
    assert_eq!(post.subjects().await, [told("root", NEW)], "not who approved it");
    post.door.option("admin_email", "boss@blog.example").await;
    let held = post.comment(&[("author", "New"), ("comment", "2")]).await;
    post.moderate(&themselves, Verb::Approve, held.id).await;
    assert_eq!(post.subjects().await, [told("boss", NEW)]);
    post.door.option("admin_email", "Second@blog.example").await;
    let held = post.comment(&[("author", "Newer"), ("comment", "3")]).await;
    post.moderate(&themselves, Verb::Approve, held.id).await;
    assert_eq!(post.subjects().await, [], "theirs is the address");
    post.end().await;
}

#[tokio::test]
async fn spam_and_trash_are_told_to_nobody_and_what_is_brought_back_is() {
    let post = Post::open().await;
    let author = post.member("author", Role::Author).await;
    post.wrote(author).await;
    let spam = post.comment(&[("subject", "a robot’s")]).await;
    assert_eq!(spam.status, Status::Spam);
    post.door.option("disallowed_keys", "casino").await;
    let trash = post.comment(&[("comment", "casino")]).await;
    assert_eq!(trash.status, Status::Trash);
    assert_eq!(post.subjects().await, []);
    let command = Actor::command("test");
    post.moderate(&command, Verb::Unspam, spam.id).await;
    assert_eq!(post.subjects().await, [], "it is held again; WordPress asks nobody then");
    post.approve(spam.id).await;
    assert_eq!(post.subjects().await, [told("author", NEW)]);
    // Undo approves too.
    let site = post.door.test.app.sites.find(&post.door.test.app.db, post.door.site.id).await.unwrap().unwrap();
    let step = Step { id: trash.id, from: Status::Approved, to: Status::Trash };
    undo(&post.door.test.app, &site, &command, &[step]).await.unwrap();
    assert_eq!(post.find(trash.id).await.unwrap().status, Status::Approved);
    assert_eq!(post.subjects().await, [told("author", NEW)]);
    post.end().await;
}

#[tokio::test]
async fn what_was_decided_meanwhile_is_not_asked_any_more() {
    let post = Post::open().await;
    post.door.option("comments_notify", "0").await;
    post.set_down("down", true);
    let comment = post.comment(&[]).await;
    let app = &post.door.test.app;
    let failed = async || {
        let waiting = jobs::list(&app.db, "waiting", 10).await.unwrap();
        waiting.into_iter().find(|job| job.kind == "mail" && job.attempts == 1)
    };
    let job = eventually("the mail fails", failed).await;
    assert!(job.last_error.unwrap().contains("no room"));
    assert!(!job.payload.contains('@'), "no address in the outbox: {}", job.payload);
    post.set_down("down", false);
    post.approve(comment.id).await;
    post.advance(60);
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

#[tokio::test]
async fn a_mail_that_fails_goes_later_and_once() {
    let post = Post::open().await;
    post.set_down("down", true);
    post.comment(&[]).await;
    let app = &post.door.test.app;
    for attempts in 1..=3 {
        let failed = async || {
            let waiting = jobs::list(&app.db, "waiting", 10).await.unwrap();
            waiting.into_iter().find(|job| job.kind == "mail" && job.attempts == attempts)
        };
        eventually("the mail fails", failed).await;
        post.advance(1_000);
        app.bell.ring_in(rejoinder::model::job::Lane::Mail);
    }
    post.set_down("down", false);
    assert_eq!(post.subjects().await, [told("root", MODERATE)]);
    post.advance(100_000);
    assert_eq!(post.subjects().await, []);
    post.end().await;
}

/// Else another would take the job over while the mail is on its way, and send it too.
#[test]
fn a_mail_takes_less_time_than_its_lease() {
    let slack = Duration::from_secs(30);
    assert!(rejoinder::mail::SEND_TIMEOUT + slack < jobs::LEASE);
}

#[tokio::test]
async fn a_member_whose_address_is_refused_for_good_is_shown_to_an_operator() {
    let post = Post::open().await;
    post.set_down("nobody", true);
    post.comment(&[]).await;
    let app = &post.door.test.app;
    let dead = eventually("the mail is given up", async || {
        jobs::list_dead(&app.db, post.door.site.id, 10).await.unwrap().into_iter().next()
    })
    .await;
    assert_eq!((dead.kind.as_str(), dead.attempts), ("mail", 1));
    assert!(dead.last_error.unwrap().contains("no such user"));
}

#[tokio::test]
async fn without_a_way_to_send_mail_no_job_is_written() {
    let door = Door::open().await;
    let answer = door.send(&[("subscribe", "subscribe")], &[crate::form::JSON]).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["subscription"]), (201, &serde_json::Value::Null));
    let site = door.test.app.sites.find(&door.test.app.db, door.site.id).await.unwrap().unwrap();
    let ids = [door.only().await.id];
    let command = Actor::command("test");
    rejoinder::actions::moderate_comments::moderate(&door.test.app, &site, &command, Verb::Approve, &ids)
        .await
        .unwrap();
    assert_eq!(jobs::count_by_state(&door.test.app.db).await.unwrap(), []);
    assert!(!door.test.get("/?p=1").await.text().contains("via email"));
    assert_eq!(door.post, POST);
}

#[tokio::test]
async fn names_and_titles_stay_in_their_place() {
    let post = Post::open().await;
    let author = post.member("author", Role::Author).await;
    post.wrote(author).await;
    post.door.option("comment_previously_approved", "0").await;
    let (db, site) = (&post.door.test.app.db, post.door.site.id);
    let title = "Fünf\r\nBcc: evil@evil.example =?utf-8?q?x?= \u{2028}“quoted”";
    db.write(async move |tx| rejoinder::store::posts::set_title(tx, site, POST, title, crate::harness::START).await)
        .await
        .unwrap();
    post.comment(&[("author", "Jo \"Q\" <a@b.example>, & Co"), ("comment", "Text\r\n.\r\nBcc: evil@evil.example")])
        .await;
    let mail = post.only().await;
    assert_eq!(mail.to, "author@blog.example");
    assert_eq!(mail.subject, "[The blog] Comment: \"Fünf Bcc: evil@evil.example = ?utf-8?q?x?= “quoted”\"");
    assert_eq!(mail.from, "Jo \"Q\" , & Co <wordpress@blog.example>");
    assert!(mail.body.contains("\nText\n.\nBcc: evil@evil.example\n"), "{}", mail.body);
    post.end().await;
}
