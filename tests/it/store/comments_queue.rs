//! `store/comments/queue.rs`: what the desk asks for.

use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::PostId;
use rejoinder::store::comments::{self, Filter};
use rejoinder::store::posts;

use super::{Kept, at, comment};
use crate::harness::Engine;

crate::on_both_engines! {
    the_queue_is_filtered_and_paged
    the_queue_is_searched_in_every_field
    the_queue_is_counted_by_status
    what_is_to_be_emptied_comes_oldest_first
}

/// Six comments under two posts, the second of an author, one a minute.
async fn queue(engine: Engine) -> (Kept, PostId, PostId) {
    let kept = Kept::on(engine).await;
    let (a, b, ann) = (kept.post("a").await, kept.post("b").await, kept.account("ann").await);
    let site = kept.site;
    kept.db().write(async move |tx| posts::set_author(tx, site, b, Some(ann)).await).await.unwrap();
    for (minute, post, status, kind) in [
        (1, a, Status::Approved, CommentType::Comment),
        (2, a, Status::Hold, CommentType::Pingback),
        (3, b, Status::Hold, CommentType::Comment),
        (4, b, Status::Spam, CommentType::Comment),
        (5, b, Status::Trash, CommentType::Webmention),
        (6, a, Status::Hold, CommentType::Comment),
    ] {
        let new = comment(post, &format!("number {minute}"));
        kept.comment(Comment { status, kind, created_at: at(minute * 60_000), ..new }).await;
    }
    (kept, a, b)
}

async fn ids(kept: &Kept, filter: &Filter) -> Vec<i64> {
    let found = comments::list(kept.db(), kept.site, filter, 100, 0).await.unwrap();
    found.into_iter().map(|c| c.id.0).collect()
}

async fn the_queue_is_filtered_and_paged(engine: Engine) {
    let (kept, a, b) = queue(engine).await;
    let ann = posts::find(kept.db(), kept.site, b).await.unwrap().unwrap().account_id;
    let any = Filter::default;
    for (filter, expected) in [
        (any(), vec![6, 5, 4, 3, 2, 1]),
        (Filter { statuses: vec![Status::Hold], ..any() }, vec![6, 3, 2]),
        (Filter { statuses: vec![Status::Spam, Status::Trash], ..any() }, vec![5, 4]),
        (Filter { post: Some(a), ..any() }, vec![6, 2, 1]),
        (Filter { linkbacks: Some(true), ..any() }, vec![5, 2]),
        (Filter { linkbacks: Some(false), statuses: vec![Status::Hold], ..any() }, vec![6, 3]),
        (Filter { post_author: ann, ..any() }, vec![5, 4, 3]),
        (Filter { post: Some(PostId(77)), ..any() }, vec![]),
        (Filter { post_kind: Some("post"), ..any() }, vec![6, 5, 4, 3, 2, 1]),
        (Filter { post_kind: Some("page"), ..any() }, vec![]),
    ] {
        assert_eq!(ids(&kept, &filter).await, expected, "{filter:?}");
    }
    let page = comments::list(kept.db(), kept.site, &any(), 2, 1).await.unwrap();
    assert_eq!(page.iter().map(|c| c.id.0).collect::<Vec<_>>(), [5, 4]);
}

async fn the_queue_is_searched_in_every_field(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    kept.comment(comment(post, "100% <b>Bold</b>")).await;
    for (search, found) in [
        ("JOSÉ", true),
        ("jose@EXAMPLE.org", true),
        ("jose.example", true),
        ("192.0.2.7", true),
        ("bold", true),
        ("0%", true),
        ("0_", false),
        ("agent/1", false),
        ("'", false),
    ] {
        let filter = Filter { search: Some(search.into()), ..Filter::default() };
        assert_eq!(ids(&kept, &filter).await == [1], found, "{search}");
    }
}

async fn the_queue_is_counted_by_status(engine: Engine) {
    let (kept, a, b) = queue(engine).await;
    let ann = posts::find(kept.db(), kept.site, b).await.unwrap().unwrap().account_id;
    let count = async |filter: Filter| {
        let mut counts = comments::count_by_status(kept.db(), kept.site, &filter).await.unwrap();
        counts.sort_by_key(|(status, _)| status.as_str());
        counts
    };
    // The statuses a filter names are not looked at: each view shows the counts of all.
    let all = count(Filter { statuses: vec![Status::Spam], ..Filter::default() }).await;
    assert_eq!(all, [(Status::Approved, 1), (Status::Hold, 3), (Status::Spam, 1), (Status::Trash, 1)]);
    let own = count(Filter { post_author: ann, ..Filter::default() }).await;
    assert_eq!(own, [(Status::Hold, 1), (Status::Spam, 1), (Status::Trash, 1)]);
    assert_eq!(comments::count_pending(kept.db(), kept.site, None).await.unwrap(), 3);
    assert_eq!(comments::count_pending(kept.db(), kept.site, ann).await.unwrap(), 1);
    let mut by_post = comments::pending_by_post(kept.db(), kept.site).await.unwrap();
    by_post.sort();
    assert_eq!(by_post, [(a, 2), (b, 1)]);
}

async fn what_is_to_be_emptied_comes_oldest_first(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post) = (kept.site, kept.post("a").await);
    for millis in [30, 10, 20] {
        kept.comment(Comment { status: Status::Spam, created_at: at(millis), ..comment(post, &millis.to_string()) })
            .await;
    }
    // This one is old, but became spam only now.
    let late = kept.comment(Comment { created_at: at(1), ..comment(post, "late") }).await.id;
    kept.db()
        .write(async move |tx| comments::set_status(tx, site, late, Status::Spam, Some(Status::Hold), at(25)).await)
        .await
        .unwrap();
    let list = async |before, limit| {
        let found = kept
            .db()
            .write(async move |tx| comments::list_to_empty(tx, site, Status::Spam, before, limit).await)
            .await
            .unwrap();
        found.into_iter().map(|c| c.content).collect::<Vec<_>>()
    };
    assert_eq!(list(at(24), 10).await, ["10", "20"]);
    assert_eq!(list(at(25), 10).await, ["late", "10", "20"]);
    assert_eq!(list(at(100), 2).await, ["late", "10"]);
}
