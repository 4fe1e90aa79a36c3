//! Links that moderate without a log-in: they ask first, act once, for their recipient, as long as they are good.

use rejoinder::model::comment::Status;
use rejoinder::model::role::Role;
use rejoinder::store::{audit, sites};

use super::{Post, Received};

async fn with_links() -> (Post, Received) {
    let post = Post::open().await;
    post.door.option("moderation_links", "1").await;
    post.comment(&[("comment", "<b>Well</b> said.")]).await;
    let mail = post.only().await;
    (post, mail)
}

async fn log(post: &Post) -> Vec<String> {
    let entries = audit::list(&post.door.test.app.db, post.door.site.id, false, 100, 0).await.unwrap();
    let about_comments = entries.into_iter().filter(|e| e.comment_id.is_some());
    about_comments.map(|e| format!("{}: {} {}", e.actor, e.action, e.detail)).collect()
}

#[tokio::test]
async fn a_link_asks_and_its_button_acts_once() {
    let (post, mail) = with_links().await;
    let approve = mail.link("/moderate?c=1&action=approve");
    for _ in 0..2 {
        let page = post.door.test.get(&approve).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("You are about to approve the following comment:"), "{}", page.text());
        assert!(page.text().contains("<b>Well</b> said.") && page.text().contains("<button autofocus>Approve Comment"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(page.header("cache-control").contains("no-store"));
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    }
    assert_eq!(post.door.only().await.status, Status::Hold, "following a link changes nothing");

    let done = post.door.test.form(&approve, &[], &[]).await;
    assert!(done.text().contains("The comment is approved."), "{}", done.text());
    assert_eq!(post.door.only().await.status, Status::Approved);
    assert_eq!(log(&post).await, ["root, by link: approve hold to approved"]);

    // It was for a held comment; neither it nor the others of the same mail act on what was decided.
    for link in [approve, mail.link("/moderate?c=1&action=spam"), mail.link("/moderate?c=1&action=trash")] {
        for answer in [post.door.test.get(&link).await, post.door.test.form(&link, &[], &[]).await] {
            assert_eq!(answer.status, 200);
            assert!(answer.text().contains("Somebody was faster"), "{}", answer.text());
        }
    }
    assert_eq!(log(&post).await.len(), 1);
    post.end().await;
}

#[tokio::test]
async fn a_link_that_was_changed_is_none() {
    let (post, mail) = with_links().await;
    post.comment(&[("comment", "Another one.")]).await;
    assert_eq!(post.delivered().await.len(), 1);
    let link = mail.link("/moderate?c=1&action=approve");
    for (from, to) in [
        ("c=1", "c=2"),
        ("action=approve", "action=spam"),
        ("action=approve", "action=nonsense"),
        ("from=hold", "from=spam"),
        ("by=account-1", "by=admin"),
        ("by=account-1", "by=account-2"),
        ("by=account-1", "by=subscription-1"),
        ("until=1", "until=2"),
        ("key=", "key=0"),
        ("&key=", "&k="),
    ] {
        assert!(link.contains(from), "{link} {from}");
        let changed = link.replacen(from, to, 1);
        for answer in [post.door.test.get(&changed).await, post.door.test.form(&changed, &[], &[]).await] {
            assert_eq!(answer.status, 403, "{changed}: {}", answer.text());
            assert!(answer.text().contains("This link is not valid."), "{}", answer.text());
        }
    }
    assert!(post.door.kept().await.iter().all(|comment| comment.status == Status::Hold));
    assert_eq!(post.door.test.get("/moderate").await.status, 403);
    post.end().await;
}

#[tokio::test]
async fn a_link_works_for_seven_days_and_not_longer() {
    let (post, mail) = with_links().await;
    let link = mail.link("/moderate?c=1&action=spam");
    post.advance(7 * 86_400 - 1);
    assert_eq!(post.door.test.get(&link).await.status, 200);
    post.advance(1);
    let late = post.door.test.form(&link, &[], &[]).await;
    assert_eq!(late.status, 403);
    assert!(late.text().contains("This link has expired"), "{}", late.text());
    assert_eq!(post.door.only().await.status, Status::Hold);
    post.end().await;
}

#[tokio::test]
async fn a_link_has_its_recipients_rights_as_they_are_now() {
    let (post, mail) = with_links().await;
    let link = mail.link("/moderate?c=1&action=approve");
    let (db, site) = (&post.door.test.app.db, post.door.site.id);
    let root = rejoinder::model::ids::AccountId(1);
    db.write(async move |tx| sites::set_member(tx, site, root, Role::Contributor).await).await.unwrap();
    let refused = post.door.test.form(&link, &[], &[]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("not allowed to edit comments on this post"), "{}", refused.text());
    db.write(async move |tx| sites::delete_member(tx, site, root).await).await.unwrap();
    assert!(post.door.test.get(&link).await.text().contains("This link is not valid."));

    // Of an address in `admin_email`, as long as it is that one.
    post.door.option("admin_email", "boss@blog.example").await;
    post.comment(&[("comment", "For the boss.")]).await;
    let link = post.only().await.link("/moderate?c=2&action=approve");
    post.door.option("admin_email", "other@blog.example").await;
    assert_eq!(post.door.test.form(&link, &[], &[]).await.status, 403);
    post.door.option("admin_email", "boss@blog.example").await;
    post.door.option("moderation_links", "0").await;
    assert_eq!(post.door.test.form(&link, &[], &[]).await.status, 403);
    post.door.option("moderation_links", "1").await;
    assert_eq!(post.door.test.form(&link, &[], &[]).await.status, 200);
    assert_eq!(log(&post).await, ["admin_email, by link: approve hold to approved"]);
    assert_eq!(post.subjects().await, [("boss@blog.example".into(), "[The blog] Comment: \"A post\"".into())]);
    post.end().await;
}

#[tokio::test]
async fn where_there_is_no_trash_the_link_deletes_for_ever() {
    let post = Post::open().await;
    post.door.option("moderation_links", "1").await;
    post.door.option("empty_trash_days", "0").await;
    post.comment(&[]).await;
    let mail = post.only().await;
    assert!(mail.body.contains("\nDelete it: http://comments.test/moderate?"), "{}", mail.body);
    let link = mail.link("/moderate?c=1&action=delete");
    assert!(post.door.test.get(&link).await.text().contains("This cannot be undone."));
    assert!(post.door.test.form(&link, &[], &[]).await.text().contains("permanently deleted"));
    assert_eq!(post.door.kept().await.len(), 0);
    assert_eq!(post.door.test.form(&link, &[], &[]).await.status, 404);
    post.end().await;
}
