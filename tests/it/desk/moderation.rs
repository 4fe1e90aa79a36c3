//! Every transition with its counts, log and Undo; bulk, emptying, editing; two moderators at once.

use std::time::Duration;

use rejoinder::actions::moderate_comments::{self, Outcome, Verb};
use rejoinder::model::account::Actor;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{CommentId, SiteId};
use rejoinder::model::role::Role;
use rejoinder::store::db::Tx;
use rejoinder::store::linkbacks::{self, NewLinkback};
use rejoinder::store::{comments, posts, sites};

use super::bench::{Bench, comment, field};
use Status::{Approved, Hold, Spam, Trash};

#[tokio::test]
async fn every_verb_changes_status_count_and_log_and_says_so() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let post = bench.other_post;
    for (status, verb, after, counted, words) in [
        (Hold, "approve", Some(Approved), 1, "1 comment approved."),
        (Approved, "approve", Some(Approved), 0, "This comment is already approved."),
        (Approved, "unapprove", Some(Hold), -1, "1 comment unapproved."),
        (Hold, "spam", Some(Spam), 0, "1 comment marked as spam."),
        (Approved, "spam", Some(Spam), -1, "1 comment marked as spam."),
        (Spam, "spam", Some(Spam), 0, "This comment is already marked as spam."),
        (Spam, "unspam", Some(Hold), 0, "1 comment restored from the spam."),
        (Approved, "unspam", Some(Approved), 0, "This comment is already out of the spam."),
        (Approved, "trash", Some(Trash), -1, "1 comment moved to the Trash."),
        (Trash, "untrash", Some(Hold), 0, "1 comment restored from the Trash."),
        (Hold, "delete", Some(Trash), 0, "1 comment moved to the Trash."),
        (Spam, "delete", None, 0, "1 comment permanently deleted."),
        (Trash, "delete", None, 0, "1 comment permanently deleted."),
    ] {
        let id = bench.comment(post, status).await;
        let (before, version) = bench.count(post).await;
        let logged = bench.log().await.len();
        let answer = browser.act(verb, &[id]).await;
        assert_eq!(answer.status, 303, "{status:?} {verb}");
        assert_eq!(bench.status(id).await, after, "{status:?} {verb}");
        assert_eq!(bench.count(post).await.0 - before, counted, "{status:?} {verb}");
        assert_eq!(bench.count(post).await.1 > version, counted != 0, "{status:?} {verb}: readers see a change");
        assert_eq!(bench.log().await.len() - logged, usize::from(after != Some(status)), "{status:?} {verb}");
        let page = browser.get(answer.location()).await;
        assert!(page.text.contains(words), "{status:?} {verb}: {}", answer.location());
    }
    let log = bench.log().await;
    assert_eq!(log[0], "editor: approve hold to approved");
    assert_eq!(log.last().unwrap(), "editor: delete trash to deleted");
}

#[tokio::test]
async fn what_leaves_spam_and_trash_is_what_it_was() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let id = bench.comment(bench.other_post, Approved).await;
    for (verb, status) in [
        ("spam", Spam),
        ("unspam", Approved),
        ("trash", Trash),
        ("untrash", Approved),
        ("spam", Spam),
        ("trash", Trash),
        ("untrash", Spam),
        ("unspam", Hold),
    ] {
        browser.act(verb, &[id]).await;
        assert_eq!(bench.status(id).await, Some(status), "{verb}");
    }
    assert_eq!(bench.count(bench.other_post).await.0, 0);
}

#[tokio::test]
async fn without_days_in_the_trash_trashing_deletes_and_the_trash_is_not_shown() {
    let bench = Bench::new().await;
    let site = bench.site;
    bench.app.db.write(async move |tx| sites::set_option(tx, site, "empty_trash_days", "0").await).await.unwrap();
    let browser = bench.browser("editor", Role::Editor).await;
    let id = bench.comment(bench.other_post, Approved).await;
    browser.act("trash", &[id]).await;
    assert_eq!(bench.status(id).await, None);
    assert_eq!(bench.count(bench.other_post).await.0, 0);
    assert!(!browser.get("/desk/comments").await.text.contains("comment_status=trash"));
}

#[tokio::test]
async fn deleting_moves_answers_up_and_forgets_the_linkback() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let first = bench.comment(bench.other_post, Approved).await;
    let under = |parent| Comment {
        post_id: bench.other_post,
        parent_id: Some(parent),
        status: Approved,
        ..comment(bench.site)
    };
    let second = bench.insert(Comment { status: Spam, kind: CommentType::Pingback, ..under(first) }).await;
    let third = bench.insert(under(second)).await;
    let (site, post) = (bench.site, bench.other_post);
    let claim = NewLinkback {
        protocol: rejoinder::model::linkback::Protocol::Pingback,
        said: None,
        source: "https://other.example/".into(),
        source_key: "other.example".into(),
        target: "https://blog.example/2".into(),
        target_key: "blog.example/2".into(),
        post_id: Some(post),
        client_ip: String::new(),
        agent: String::new(),
    };
    let now = bench.clock.now();
    let claimed = async move |tx: &mut Tx| {
        let id = linkbacks::upsert(tx, site, &claim, now).await?;
        linkbacks::set_registered(tx, site, id, post, second, now).await
    };
    bench.app.db.write(claimed).await.unwrap();
    let (count, version) = bench.count(post).await;
    browser.act("delete", &[second]).await;
    let third = comments::find(&bench.app.db, site, third).await.unwrap().unwrap();
    assert_eq!(third.parent_id, Some(first));
    assert!(linkbacks::find_by_comment(&bench.app.db, site, second).await.unwrap().is_none());
    assert_eq!(bench.count(post).await.0, count);
    assert!(bench.count(post).await.1 > version, "an answer that moved up may be shown now");
}

#[tokio::test]
async fn a_bulk_action_is_undone_as_one_unless_somebody_acted_since() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let (held, shown, other) = (
        bench.comment(bench.other_post, Hold).await,
        bench.comment(bench.other_post, Approved).await,
        bench.comment(bench.other_post, Approved).await,
    );
    let answer = browser.act("spam", &[held, shown, other, CommentId(999)]).await;
    let page = browser.get(answer.location()).await;
    assert!(page.text.contains("3 comments marked as spam. 1 comment is no longer there."));
    assert_eq!(bench.count(bench.other_post).await.0, 0);
    let sealed = field(&page.text, "undo").unwrap().to_owned();
    browser.act("delete", &[other]).await;
    let answer = browser.post("/desk/comments/undo", &[("undo", &sealed)]).await;
    assert!(browser.get(answer.location()).await.text.contains("2 comments put back. 1 comment is no longer there."));
    assert_eq!(bench.status(held).await, Some(Hold));
    assert_eq!(bench.status(shown).await, Some(Approved));
    assert_eq!(bench.count(bench.other_post).await.0, 1);
    // A second press changes nothing more.
    browser.post("/desk/comments/undo", &[("undo", &sealed)]).await;
    assert_eq!(bench.count(bench.other_post).await.0, 1);
}

#[tokio::test]
async fn an_undo_that_was_not_sealed_here_is_refused_and_not_shown() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let other = bench.browser("second", Role::Editor).await;
    let id = bench.comment(bench.other_post, Hold).await;
    let location = other.act("approve", &[id]).await.location().to_owned();
    let sealed = location.split_once("notice=").unwrap().1.to_owned();
    for forged in [sealed.as_str(), "approve_hold-approved-1*00", "x", ""] {
        let answer = browser.post("/desk/comments/undo", &[("undo", forged)]).await;
        assert_eq!(answer.status, 409, "{forged}");
    }
    assert_eq!(bench.status(id).await, Some(Approved));
    assert!(!browser.get(&location).await.text.contains("approved."), "another session's words");
}

#[tokio::test]
async fn emptying_deletes_what_was_there_when_the_page_was_made_and_nothing_else() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let post = bench.other_post;
    let (old, held) = (bench.comment(post, Spam).await, bench.comment(post, Hold).await);
    let (trashed, later) = (bench.comment(post, Trash).await, bench.comment(post, Approved).await);
    bench.clock.advance(Duration::from_mins(1));
    let page = browser.get("/desk/comments?comment_status=spam").await;
    let made_at = field(&page.text, "pagegen_timestamp").unwrap().to_owned();
    bench.clock.advance(Duration::from_mins(1));
    let unseen = bench.comment(post, Spam).await;
    browser.act("spam", &[later]).await;
    let fields = [("comment_status", "spam"), ("pagegen_timestamp", made_at.as_str())];
    let answer = browser.post("/desk/comments/empty", &fields).await;
    assert!(browser.get(answer.location()).await.text.contains("1 comment permanently deleted."));
    assert_eq!(bench.status(old).await, None);
    for (id, status) in [(held, Hold), (trashed, Trash), (later, Spam), (unseen, Spam)] {
        assert_eq!(bench.status(id).await, Some(status));
    }
    // A time to come is now.
    bench.clock.advance(Duration::from_secs(1));
    browser.post("/desk/comments/empty", &[("comment_status", "trash"), ("pagegen_timestamp", "99999999999999")]).await;
    assert_eq!(bench.status(trashed).await, None);
    for status in ["hold", "approved", "x"] {
        let fields = [("comment_status", status), ("pagegen_timestamp", "99999999999999")];
        assert_eq!(browser.post("/desk/comments/empty", &fields).await.status, 400, "{status}");
    }
    assert_eq!(bench.status(held).await, Some(Hold));
}

#[tokio::test]
async fn more_than_one_batch_is_emptied() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    for _ in 0..401 {
        bench.comment(bench.other_post, Spam).await;
    }
    bench.clock.advance(Duration::from_secs(1));
    let now = bench.clock.now().0.to_string();
    let answer = browser.post("/desk/comments/empty", &[("comment_status", "spam"), ("pagegen_timestamp", &now)]).await;
    assert!(browser.get(answer.location()).await.text.contains("401 comments permanently deleted."));
}

#[tokio::test]
async fn five_hundred_at_once_and_not_one_more() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let mut ids = Vec::new();
    for _ in 0..501 {
        ids.push(bench.comment(bench.other_post, Hold).await);
    }
    assert_eq!(browser.act("approve", &ids).await.status, 400);
    assert_eq!(bench.count(bench.other_post).await.0, 0);
    let answer = browser.act("approve", &ids[..500]).await;
    assert_eq!(bench.count(bench.other_post).await.0, 500);
    let page = browser.get(answer.location()).await;
    assert!(page.text.contains("500 comments approved."));
    let sealed = field(&page.text, "undo").unwrap();
    browser.post("/desk/comments/undo", &[("undo", sealed)]).await;
    assert_eq!(bench.count(bench.other_post).await.0, 0);
}

#[tokio::test]
async fn two_moderators_at_once_count_a_comment_once() {
    let bench = Bench::new().await;
    let site = bench.site().await;
    let ids: Vec<CommentId> = {
        let mut ids = Vec::new();
        for _ in 0..20 {
            ids.push(bench.comment(bench.other_post, Hold).await);
        }
        ids
    };
    let actor = |name: &str| Actor { account_id: None, name: name.into(), role: Role::Editor };
    let (one, two) = (actor("one"), actor("two"));
    let backwards: Vec<CommentId> = ids.iter().rev().copied().collect();
    let (first, second) = tokio::join!(
        moderate_comments::moderate(&bench.app, &site, &one, Verb::Approve, &ids),
        moderate_comments::moderate(&bench.app, &site, &two, Verb::Approve, &backwards),
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    for (a, b) in first.iter().zip(&second) {
        assert_eq!(a.id, b.id);
        let changed = [a, b].into_iter().filter(|i| matches!(i.outcome, Outcome::Changed { .. })).count();
        let already = [a, b].into_iter().filter(|i| i.outcome == Outcome::Already(Approved)).count();
        assert_eq!((changed, already), (1, 1));
    }
    assert_eq!(bench.count(bench.other_post).await.0, 20);
    assert_eq!(bench.log().await.len(), 20);
}

#[tokio::test]
async fn a_comment_of_another_site_is_not_there() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let id = bench.comment(bench.other_post, Hold).await;
    let elsewhere = rejoinder::model::site::Site { id: SiteId(99), ..(*bench.site().await).clone() };
    let actor = Actor { account_id: None, name: "x".into(), role: Role::Editor };
    let items = moderate_comments::moderate(&bench.app, &elsewhere, &actor, Verb::Approve, &[id]).await.unwrap();
    assert_eq!(items[0].outcome, Outcome::Missing);
    assert_eq!(browser.get("/desk/comments?site=elsewhere").await.status, 403);
}

#[tokio::test]
async fn an_edit_is_cleaned_logged_and_seen_by_readers() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    let id = bench.comment(bench.other_post, Approved).await;
    let version = bench.count(bench.other_post).await.1;
    let path = format!("/desk/comments/{id}/edit");
    let fields = [
        ("newcomment_author", "Tom & <b>Jerry</b>"),
        ("newcomment_author_email", "tom@example.org"),
        ("newcomment_author_url", "https://tom.example/?a=1&b=2"),
        ("content", "<b>Good</b> <script>alert(1)</script>day"),
    ];
    let answer = browser.post(&path, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert!(answer.location().ends_with(&format!("#comment-{id}")));
    let stored = comments::find(&bench.app.db, bench.site, id).await.unwrap().unwrap();
    assert_eq!(stored.author_email, "tom@example.org");
    assert!(!stored.author_name.contains('<') && !stored.content.contains("script"));
    assert!(stored.content.starts_with("<b>Good</b>"));
    assert!(bench.count(bench.other_post).await.1 > version);
    assert_eq!(bench.log().await, ["editor: edit author, email, url, content"]);
    for (name, value) in [
        ("content", "  "),
        // As typed it is short enough; as stored each becomes four bytes.
        ("content", &*"<".repeat(16_384)),
        ("newcomment_author_email", "nonsense"),
        ("newcomment_author_url", "javascript:alert(1)"),
        ("newcomment_author", &*"x".repeat(246)),
    ] {
        let mut fields = fields.to_vec();
        fields.retain(|(n, _)| *n != name);
        fields.push((name, value));
        let answer = browser.post(&path, &fields).await;
        assert_eq!(answer.status, 400, "{name}");
        assert!(answer.text.contains("role=\"alert\"") && (name == "newcomment_author" || answer.text.contains("Tom")));
    }
    let mut fields = fields.to_vec();
    fields.push(("comment_status", "spam"));
    browser.post(&path, &fields).await;
    assert_eq!((bench.status(id).await, bench.count(bench.other_post).await.0), (Some(Spam), 0));
    browser.act("trash", &[id]).await;
    assert_eq!(browser.post(&path, &fields).await.status, 409, "a trashed comment is not edited");
}

#[tokio::test]
async fn a_reply_stands_under_its_comment_which_must_be_approved_or_is() {
    let bench = Bench::new().await;
    let browser = bench.browser("editor", Role::Editor).await;
    for (status, approve, is_sent) in [(Approved, false, true), (Hold, true, true), (Hold, false, false)] {
        let parent = bench.comment(bench.other_post, status).await;
        let content = format!("Thank you, {parent}.");
        let mut fields = vec![("content", content.as_str())];
        if approve {
            fields.push(("approve_parent", "1"));
        }
        let answer = browser.post(&format!("/desk/comments/{parent}/reply"), &fields).await;
        assert_eq!(answer.status, if is_sent { 303 } else { 400 }, "{}", answer.text);
        assert_eq!(bench.status(parent).await, Some(if is_sent { Approved } else { Hold }));
        let reply = comments::find(&bench.app.db, bench.site, CommentId(parent.0 + 1)).await.unwrap();
        let Some(reply) = reply.filter(|_| is_sent) else {
            assert!(answer.text.contains(&content), "what was typed is not lost");
            continue;
        };
        assert_eq!((reply.parent_id, reply.status), (Some(parent), Approved));
        assert_eq!((reply.author_name.as_str(), reply.content.as_str()), ("editor", content.as_str()));
    }
    assert_eq!(bench.count(bench.other_post).await.0, 4);
}

#[tokio::test]
async fn who_may_moderate_replies_where_comments_are_closed() {
    let bench = Bench::new().await;
    let site = bench.site;
    for post in [bench.own_post, bench.other_post] {
        bench
            .app
            .db
            .write(async move |tx| posts::set_comment_status(tx, site, post, false, crate::harness::START).await)
            .await
            .unwrap();
    }
    let author = bench.browser("author", Role::Author).await;
    let editor = bench.browser("editor", Role::Editor).await;
    for (browser, post, is_sent) in [
        (&editor, bench.other_post, true),
        (&editor, bench.own_post, true),
        (&author, bench.own_post, true),
        (&author, bench.other_post, false),
    ] {
        bench.clock.advance(Duration::from_mins(1)); // past the flood check
        let parent = bench.comment(post, Approved).await;
        let content = format!("Closed, {parent}.");
        let answer = browser.post(&format!("/desk/comments/{parent}/reply"), &[("content", &content)]).await;
        assert_eq!(answer.status == 303, is_sent, "{}", answer.text);
        let reply = comments::find(&bench.app.db, bench.site, CommentId(parent.0 + 1)).await.unwrap();
        assert_eq!(reply.map(|r| (r.parent_id, r.status)), is_sent.then_some((Some(parent), Approved)));
    }
}
