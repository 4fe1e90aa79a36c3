//! Reading comments: `wp.getComment`, `wp.getComments`, `wp.getCommentCount`, `wp.getCommentStatusList`.

use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::xmlrpc::codec::{DateTime, Value};

use super::bench::{Bench, items, member, names, number};

#[tokio::test]
async fn a_comment_is_wordpress_s_struct() {
    let bench = Bench::new().await;
    let parent = bench.comment(bench.own, Status::Approved, "Words &amp; <em>more</em>").await;
    let answer = Comment { parent_id: Some(parent), status: Status::Hold, ..bench.find(parent).await.unwrap() };
    let answer = bench.insert(answer).await;
    let comment = bench.by("editor", "wp.getComment", &[number(parent)]).await.unwrap();
    let expected = Value::object([
        ("date_created_gmt", DateTime::from_wire("20260105T09:00:01").into()),
        ("user_id", "0".into()),
        ("comment_id", "1".into()),
        ("parent", "0".into()),
        ("status", "approve".into()),
        ("content", "Words &amp; <em>more</em>".into()),
        ("link", "https://blog.example/2026/own/#comment-1".into()),
        ("post_id", "1".into()),
        ("post_title", "Title &amp; own".into()),
        ("author", "Ada &amp; Co".into()),
        ("author_url", "https://ada.example/?a=1&amp;b=2".into()),
        ("author_email", "ada@example.org".into()),
        ("author_ip", "198.51.100.7".into()),
        ("type", "comment".into()),
    ]);
    assert_eq!(comment, expected);
    assert_eq!(names(&comment), names(&expected), "in this order");
    let answer = bench.by("author", "wp.getComment", &[format!("{answer}x").into()]).await.unwrap();
    assert_eq!((member(&answer, "parent").as_str(), member(&answer, "status").as_str()), ("1", "hold"));
    // Dates are UTC, whatever the zone of the site.
    bench.test.option(bench.site.id, "timezone_string", "Asia/Tokyo").await;
    let comment = bench.by("editor", "wp.getComment", &[number(parent)]).await.unwrap();
    assert_eq!(comment.member("date_created_gmt"), expected.member("date_created_gmt"));
}

#[tokio::test]
async fn comments_are_listed_by_status_post_and_page() {
    let bench = Bench::new().await;
    for (post, status) in [
        (bench.own, Status::Approved),
        (bench.own, Status::Hold),
        (bench.other, Status::Spam),
        (bench.other, Status::Trash),
        (bench.page, Status::Approved),
    ] {
        bench.comment(post, status, "words").await;
    }
    let list = async |filter: &[(&str, Value)]| {
        let filter = Value::Struct(filter.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect());
        let found = bench.by("editor", "wp.getComments", &[filter]).await?;
        Ok(items(&found).iter().map(|c| member(c, "comment_id")).collect::<String>())
    };
    for (status, expected) in [
        ("", "521"),
        ("all", "521"),
        ("approve", "51"),
        ("1", "51"),
        ("hold", "2"),
        ("0", "2"),
        ("spam", "3"),
        ("trash", "4"),
        ("any", "54321"),
        ("post-trashed", ""),
        ("approved", ""),
        ("nonsense", ""),
    ] {
        assert_eq!(list(&[("status", status.into())]).await, Ok(expected.into()), "{status}");
    }
    let any = |more: (&'static str, Value)| [("status", Value::from("any")), more];
    for (name, value, expected) in [
        ("post_id", Value::Int(1), "21"),
        ("post_id", "2x".into(), "43"),
        ("post_id", Value::Int(-1), "21"),
        ("post_id", Value::Int(0), "54321"),
        ("post_id", Value::Int(77), ""),
        ("post_type", "page".into(), "5"),
        ("post_type", "post".into(), "4321"),
        ("post_type", "attachment".into(), ""),
        ("post_type", "".into(), "54321"),
        ("number", Value::Int(2), "54"),
        ("number", Value::Int(-2), "54"),
        ("number", Value::Int(0), "54321"),
        ("offset", Value::Int(3), "21"),
    ] {
        assert_eq!(list(&any((name, value.clone()))).await, Ok(expected.into()), "{name} {value:?}");
    }
    assert_eq!(list(&any(("post_type", "nonsense".into()))).await, Err((404, "Invalid post type.".into())));
    assert_eq!(list(&[]).await, Ok("521".into()));
    let none = bench.by("editor", "wp.getComments", &[]).await.unwrap();
    assert_eq!(items(&none).len(), 3, "the filter may be missing");
}

#[tokio::test]
async fn ten_are_listed_by_default_and_five_hundred_at_most() {
    let bench = Bench::new().await;
    let first = bench.comment(bench.own, Status::Approved, "words").await;
    let first = bench.find(first).await.unwrap();
    for _ in 0..500 {
        bench.insert(first.clone()).await;
    }
    for (filter, expected) in [
        (vec![], 10),
        (vec![Value::object([("number", Value::Int(500))])], 500),
        (vec![Value::object([("number", Value::Int(501))])], 500),
        (vec![Value::object([("number", Value::Int(0))])], 500),
        (vec![Value::object([("number", Value::Int(500)), ("offset", Value::Int(500))])], 1),
    ] {
        let found = bench.by("editor", "wp.getComments", &filter).await.unwrap();
        assert_eq!(items(&found).len(), expected, "{filter:?}");
    }
}

/// WordPress tells every subscriber the e-mails and addresses of all (Q18).
#[tokio::test]
async fn who_does_not_moderate_sees_what_readers_see() {
    let bench = Bench::new().await;
    bench.comment(bench.own, Status::Approved, "words").await;
    bench.comment(bench.other, Status::Approved, "words").await;
    bench.comment(bench.own, Status::Hold, "words").await;
    let refused = Err((401, "Invalid comment status.".into()));
    for role in ["author", "contributor", "subscriber"] {
        for status in ["", "hold", "all", "any", "approved", "1", "Approve"] {
            let filter = Value::object([("status", status.into())]);
            assert_eq!(bench.by(role, "wp.getComments", &[filter]).await, refused, "{role} {status}");
        }
        assert_eq!(bench.by(role, "wp.getComments", &[]).await, refused, "{role}");
        let approved = Value::object([("status", "approve".into())]);
        let found = bench.by(role, "wp.getComments", &[approved]).await.unwrap();
        let private: Vec<String> =
            items(&found).iter().map(|c| member(c, "author_email") + &member(c, "author_ip")).collect();
        let under_own = if role == "author" { "ada@example.org198.51.100.7" } else { "" };
        assert_eq!(private, ["", under_own], "{role}");
    }
}

#[tokio::test]
async fn comments_are_counted_as_wordpress_counts_them() {
    let bench = Bench::new().await;
    for status in [Status::Approved, Status::Approved, Status::Hold, Status::Spam, Status::Spam, Status::Trash] {
        bench.comment(bench.own, status, "words").await;
    }
    let pingback = bench.comment(bench.own, Status::Hold, "words").await;
    let pingback = Comment { kind: CommentType::Pingback, ..bench.find(pingback).await.unwrap() };
    bench.insert(pingback).await;
    bench.comment(bench.other, Status::Approved, "words").await;
    let counted = bench.by("author", "wp.getCommentCount", &[Value::Int(1)]).await.unwrap();
    let expected = Value::object([
        ("approved", Value::Int(2)),
        ("awaiting_moderation", Value::Int(3)),
        ("spam", Value::Int(2)),
        ("total_comments", Value::Int(7)),
    ]);
    assert_eq!(counted, expected);
}

#[tokio::test]
async fn the_statuses_are_listed_in_wordpress_s_order() {
    let bench = Bench::new().await;
    let list = bench.by("author", "wp.getCommentStatusList", &[]).await.unwrap();
    let expected = Value::object([
        ("hold", "Unapproved".into()),
        ("approve", "Approved".into()),
        ("spam", "Spam".into()),
        ("trash", "Trash".into()),
    ]);
    assert_eq!(list, expected);
}
