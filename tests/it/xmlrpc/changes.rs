//! Changing comments: `wp.newComment`, `wp.editComment`, `wp.deleteComment`.

use rejoinder::model::comment::Status;
use rejoinder::model::ids::CommentId;
use rejoinder::store::audit;
use rejoinder::xmlrpc::codec::{DateTime, Value};

use super::bench::{Bench, Fault, number};

fn fault(code: i64, text: &str) -> Result<Value, Fault> {
    Err((code, text.into()))
}

fn content(text: &str) -> Value {
    Value::object([("content", text.into())])
}

#[tokio::test]
async fn a_moderator_s_comment_stands_under_their_name_and_is_shown() {
    let bench = Bench::new().await;
    let given = Value::object([
        ("content", " Plain <b>words</b><script>x</script> ".into()),
        ("author", "Somebody else".into()),
        ("author_email", "else@example.org".into()),
    ]);
    let id = bench.by("editor", "wp.newComment", &[Value::Int(2), given]).await;
    assert_eq!(id, Ok(Value::Int(1)), "a number, as the apps insist");
    let comment = bench.find(CommentId(1)).await.unwrap();
    assert_eq!((comment.status, comment.content.as_str()), (Status::Approved, "Plain <b>words</b>x"));
    assert_eq!((comment.author_name.as_str(), comment.author_email.as_str()), ("editor", "editor@example.org"));
    assert!(comment.account_id.is_some());
    assert_eq!((comment.author_ip.as_str(), comment.agent.as_str()), ("127.0.0.1", "An app/1"));
}

#[tokio::test]
async fn others_comments_are_judged_like_every_comment() {
    let bench = Bench::new().await;
    bench.by("author", "wp.newComment", &[Value::Int(1), content("under my own post")]).await.unwrap();
    assert_eq!(bench.status(CommentId(1)).await, Some(Status::Approved));
    bench.by("subscriber", "wp.newComment", &[Value::Int(1), content("a first one")]).await.unwrap();
    assert_eq!(bench.status(CommentId(2)).await, Some(Status::Hold));
    bench.test.option(bench.site.id, "comment_registration", "1").await;
    bench.by("subscriber", "wp.newComment", &[Value::Int(1), content("logged in")]).await.unwrap();
    bench.test.option(bench.site.id, "disallowed_keys", "casino").await;
    bench.by("subscriber", "wp.newComment", &[Value::Int(1), content("casino")]).await.unwrap();
    assert_eq!(bench.status(CommentId(4)).await, Some(Status::Trash));
}

#[tokio::test]
async fn a_post_is_named_by_number_or_address() {
    let bench = Bench::new().await;
    for (post, found) in [
        (Value::Int(2), true),
        ("2".into(), true),
        (Value::Int(-2), true),
        ("https://blog.example/2026/other/".into(), true),
        ("http://blog.example/2026/other?utm_source=x#y".into(), true),
        ("http://comments.test/?p=2".into(), true),
        (Value::Int(77), false),
        (Value::Int(0), false),
        ("77".into(), false),
        ("".into(), false),
        ("nonsense".into(), false),
        ("https://elsewhere.example/2026/other/".into(), false),
        (Value::Bool(false), false),
    ] {
        let answer = bench.by("editor", "wp.newComment", &[post.clone(), content(&format!("on {post:?}"))]).await;
        if found {
            assert!(matches!(answer, Ok(Value::Int(_))), "{post:?}: {answer:?}");
        } else {
            assert_eq!(answer, fault(404, "Invalid post ID."), "{post:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_stands_under_what_can_be_answered() {
    let bench = Bench::new().await;
    let approved = bench.comment(bench.own, Status::Approved, "approved").await;
    let held = bench.comment(bench.own, Status::Hold, "held").await;
    let spam = bench.comment(bench.own, Status::Spam, "spam").await;
    let elsewhere = bench.comment(bench.other, Status::Approved, "elsewhere").await;
    let parent = async |role: &str, parent: Value| {
        let given = Value::object([("content", format!("{role} to {parent:?}").into()), ("comment_parent", parent)]);
        let id = bench.by(role, "wp.newComment", &[Value::Int(1), given]).await.unwrap().to_int();
        bench.find(CommentId(id)).await.unwrap().parent_id
    };
    for (named, expected) in [
        (number(approved), Some(approved)),
        ("1".into(), Some(approved)),
        (number(held), Some(held)),
        (number(spam), None),
        (number(elsewhere), None),
        (Value::Int(77), None),
    ] {
        assert_eq!(parent("author", named.clone()).await, expected, "{named:?}");
    }
    assert_eq!(parent("subscriber", number(held)).await, None, "who cannot approve it does not see it");
    assert_eq!(parent("subscriber", number(approved)).await, Some(approved));
}

#[tokio::test]
async fn a_comment_that_is_not_taken_says_why() {
    let bench = Bench::new().await;
    for given in [content(""), content(" \n "), Value::object([]), "text".into()] {
        let answer = bench.by("editor", "wp.newComment", &[Value::Int(1), given]).await;
        assert_eq!(answer, fault(403, "Comment is required."));
    }
    assert_eq!(bench.by("editor", "wp.newComment", &[Value::Int(1)]).await, fault(403, "Comment is required."));
    let closed = bench.by("subscriber", "wp.newComment", &[Value::Int(3), content("closed?")]).await;
    assert_eq!(closed, fault(403, "Sorry, comments are closed for this item."));
    assert!(bench.by("editor", "wp.newComment", &[Value::Int(3), content("closed?")]).await.is_ok());
    bench.by("editor", "wp.newComment", &[Value::Int(1), content("0")]).await.unwrap();
    let again = bench.by("editor", "wp.newComment", &[Value::Int(1), content("0")]).await;
    let words = "Duplicate comment detected; it looks as though you’ve already said that!";
    assert_eq!(again, fault(403, words));
    let long = bench.by("editor", "wp.newComment", &[Value::Int(1), content(&"x".repeat(70_000))]).await;
    assert_eq!(long, fault(403, "Your comment is too long."));
    assert_eq!(bench.status(CommentId(3)).await, None, "and nothing of these was kept");
}

#[tokio::test]
async fn who_comments_too_quickly_is_told_so() {
    let bench = Bench::with(crate::harness::Setup { limited: true, ..Default::default() }).await;
    bench.by("subscriber", "wp.newComment", &[Value::Int(1), content("one")]).await.unwrap();
    let again = bench.by("subscriber", "wp.newComment", &[Value::Int(1), content("two")]).await;
    assert_eq!(again, fault(403, "You are posting comments too quickly. Slow down."));
    for n in 0..10 {
        bench.by("editor", "wp.newComment", &[Value::Int(1), content(&format!("moderator {n}"))]).await.unwrap();
    }
}

#[tokio::test]
async fn every_member_of_a_comment_is_changed_by_itself() {
    let bench = Bench::new().await;
    let id = bench.comment(bench.own, Status::Hold, "words").await;
    let before = bench.find(id).await.unwrap();
    let edit = async |name: &str, value: Value| {
        let edited = bench.by("author", "wp.editComment", &[number(id), Value::object([(name, value)])]).await;
        assert_eq!(edited, Ok(Value::Bool(true)), "{name}");
        bench.find(id).await.unwrap()
    };
    let mut expected = before.clone();
    expected.content = "New <b>words</b>y".into();
    assert_eq!(edit("content", "New <b>words</b><script>y</script>".into()).await, expected);
    expected.author_name = "B ob &amp; Co".into();
    assert_eq!(edit("author", "B <i>ob</i> & Co".into()).await, expected);
    expected.author_url = "https://new.example/?a=1&amp;b=2".into();
    assert_eq!(edit("author_url", "https://new.example/?a=1&b=2".into()).await, expected);
    expected.author_url = String::new();
    assert_eq!(edit("author_url", "javascript:x".into()).await, expected);
    expected.author_email = "new@example.org".into();
    assert_eq!(edit("author_email", "new@example.org".into()).await, expected);
    expected.author_email = String::new();
    assert_eq!(edit("author_email", "not an email".into()).await, expected);
    expected.created_at = rejoinder::model::time::Timestamp(1_577_927_045_000);
    assert_eq!(edit("date_created_gmt", DateTime::from_wire("20200102T03:04:05+02:00").into()).await, expected);
    expected.status = Status::Approved;
    assert_eq!(edit("status", "approve".into()).await, expected);
    for ignored in ["parent", "post_id", "date", "comment_id", "user_id", "nonsense"] {
        assert_eq!(edit(ignored, "7".into()).await, expected, "{ignored}");
    }
    assert_eq!(edit("status", "approve".into()).await, expected, "what changes nothing is no error");
    assert_eq!(bench.by("author", "wp.editComment", &[number(id)]).await, Ok(Value::Bool(true)));
    let log = audit::list(&bench.test.app.db, bench.site.id, false, 100, 0).await.unwrap();
    let details: Vec<&str> = log.iter().rev().filter(|e| e.action == "edit").map(|e| e.detail.as_str()).collect();
    assert_eq!(details, ["content", "author", "url", "url", "email", "email", "date"]);
    assert!(log.iter().any(|e| e.action == "approve" && e.detail == "hold to approved"), "{log:?}");
}

/// As WordPress's app for Android moderates: the text goes along, also out of the Trash.
#[tokio::test]
async fn a_status_and_the_text_are_sent_together() {
    let bench = Bench::new().await;
    let id = bench.comment(bench.own, Status::Approved, "words").await;
    let count = async || {
        let post = rejoinder::store::posts::find(&bench.test.app.db, bench.site.id, bench.own).await.unwrap();
        post.unwrap().comment_count
    };
    for (status, expected, shown) in [
        ("trash", Status::Trash, 0),
        ("approve", Status::Approved, 1),
        ("spam", Status::Spam, 0),
        ("hold", Status::Hold, 0),
    ] {
        let given = Value::object([("content", "words".into()), ("date", "x".into()), ("status", status.into())]);
        assert_eq!(bench.by("editor", "wp.editComment", &[number(id), given]).await, Ok(Value::Bool(true)));
        assert_eq!((bench.status(id).await, count().await), (Some(expected), shown), "{status}");
    }
    let in_trash = bench.comment(bench.own, Status::Trash, "trashed").await;
    bench.by("editor", "wp.editComment", &[number(in_trash), content("changed in there")]).await.unwrap();
    let found = bench.find(in_trash).await.unwrap();
    assert_eq!((found.status, found.content.as_str()), (Status::Trash, "changed in there"));
}

#[tokio::test]
async fn a_change_that_is_not_taken_changes_nothing() {
    let bench = Bench::new().await;
    let id = bench.comment(bench.own, Status::Hold, "words").await;
    let before = bench.find(id).await;
    let date = "date_created_gmt is not of the form YYYYMMDDTHH:MM:SS.";
    for (name, value, expected) in [
        ("status", Value::from("approved"), fault(401, "Invalid comment status.")),
        ("status", "".into(), fault(401, "Invalid comment status.")),
        ("status", Value::Int(1), fault(401, "Invalid comment status.")),
        ("content", " ".into(), fault(403, "Comment is required.")),
        ("content", "x".repeat(70_000).into(), fault(403, "Your comment is too long.")),
        ("author", "x".repeat(300).into(), fault(403, "Your name is too long.")),
        ("date_created_gmt", DateTime::from_wire("2020-01-02").into(), fault(400, date)),
    ] {
        let given = Value::object([("author_url", "https://x.example/".into()), (name, value)]);
        assert_eq!(bench.by("editor", "wp.editComment", &[number(id), given]).await, expected, "{name}");
        assert_eq!(bench.find(id).await, before, "{name}");
    }
    let invalid = fault(404, "Invalid comment ID.");
    for id in [Value::Int(77), Value::Int(0), Value::Int(-1), "x".into(), Value::Array(vec![Value::Int(1)])] {
        assert_eq!(bench.by("editor", "wp.editComment", &[id.clone(), content("y")]).await, invalid, "{id:?}");
    }
}

#[tokio::test]
async fn a_comment_goes_to_the_trash_then_away_then_is_not_there() {
    let bench = Bench::new().await;
    let id = bench.comment(bench.own, Status::Approved, "words").await;
    let spam = bench.comment(bench.own, Status::Spam, "spam").await;
    let delete = async |id| bench.by("author", "wp.deleteComment", &[number(id)]).await;
    assert_eq!((delete(id).await, bench.status(id).await), (Ok(Value::Bool(true)), Some(Status::Trash)));
    let restored = Value::object([("status", "approve".into())]);
    bench.by("author", "wp.editComment", &[number(id), restored]).await.unwrap();
    delete(id).await.unwrap();
    assert_eq!((delete(id).await, bench.status(id).await), (Ok(Value::Bool(true)), None));
    assert_eq!(delete(id).await, fault(404, "Invalid comment ID."));
    assert_eq!((delete(spam).await, bench.status(spam).await), (Ok(Value::Bool(true)), None));
    bench.test.option(bench.site.id, "empty_trash_days", "0").await;
    let last = bench.comment(bench.own, Status::Approved, "words").await;
    assert_eq!((delete(last).await, bench.status(last).await), (Ok(Value::Bool(true)), None), "without a Trash");
}
