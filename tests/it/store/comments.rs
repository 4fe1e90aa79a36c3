//! `store/comments.rs` and its folder: keeping, changing and deleting.

use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{CommentId, PostId};
use rejoinder::store::audit::{self, Subject};
use rejoinder::store::comments::{self, Question};
use rejoinder::store::{Tx, posts};

use super::{Kept, NOW, at, comment};
use crate::harness::Engine;

crate::on_both_engines! {
    a_comment_is_kept_whole_and_numbered_per_site
    an_approved_comment_is_counted_and_a_held_one_is_not
    many_at_once_get_numbers_of_their_own
    readers_see_approved_comments_oldest_first
    a_feed_tells_of_the_newest_approved_comments
    an_approved_comment_tells_when_its_thread_changed
    a_status_remembers_the_one_before
    an_edit_changes_words_their_keys_and_the_time
    what_stands_under_what_is_told_however_deep
    answers_of_a_deleted_comment_move_up
    a_nul_in_a_text_is_dropped
    an_approved_comment_is_announced_once
    what_nobody_has_decided_about_is_listed_by_its_reason
    what_waits_of_an_account_is_found_under_its_post
}

async fn what_waits_of_an_account_is_found_under_its_post(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, other) = (kept.post("a").await, kept.post("b").await);
    let (ann, bob) = (kept.account("ann").await, kept.account("bob").await);
    for (words, post, status, account_id, millis) in [
        ("second", post, Status::Hold, Some(ann), 2),
        ("first", post, Status::Hold, Some(ann), 1),
        ("shown", post, Status::Approved, Some(ann), 3),
        ("spam", post, Status::Spam, Some(ann), 4),
        ("bob's", post, Status::Hold, Some(bob), 5),
        ("a guest's", post, Status::Hold, None, 6),
        ("elsewhere", other, Status::Hold, Some(ann), 7),
    ] {
        kept.comment(Comment { status, account_id, created_at: at(millis), ..comment(post, words) }).await;
    }
    let found = comments::held_of_account(kept.db(), kept.site, post, ann).await.unwrap();
    assert_eq!(found.iter().map(|c| c.content.as_str()).collect::<Vec<_>>(), ["first", "second"]);
}

async fn what_nobody_has_decided_about_is_listed_by_its_reason(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post) = (kept.site, kept.post("a").await);
    let held = |words, millis| Comment { status: Status::Hold, created_at: at(millis), ..comment(post, words) };
    let (one, two) = (kept.comment(held("one", 1)).await, kept.comment(held("two", 2)).await);
    for id in [one.id, two.id] {
        kept.db().write(async move |tx| comments::set_reason(tx, site, id, "held: so").await).await.unwrap();
    }
    assert_eq!(kept.find(one.id).await.unwrap().reason, "held: so");
    kept.comment(held("another reason", 1)).await;
    let list = async |before, limit| {
        let list = async move |tx: &mut Tx| comments::list_undecided(tx, site, "held: so", at(before), limit).await;
        kept.db().write(list).await.unwrap().into_iter().map(|c| c.content).collect::<Vec<_>>()
    };
    assert_eq!(list(2, 9).await, ["one", "two"]);
    assert_eq!((list(1, 9).await, list(2, 1).await), (vec!["one".to_owned()], vec!["one".to_owned()]));
    let actor = rejoinder::model::account::Actor::command("test");
    let decide = async move |tx: &mut Tx| {
        audit::insert(tx, site, &actor, "approve", Subject::Comment(one.id), "hold to approved", NOW).await
    };
    kept.db().write(decide).await.unwrap();
    assert_eq!(list(2, 9).await, ["two"]);
    let approve = async move |tx: &mut Tx| comments::set_status(tx, site, two.id, Status::Approved, None, NOW).await;
    kept.db().write(approve).await.unwrap();
    assert_eq!(list(2, 9).await, Vec::<String>::new());
}

async fn a_comment_is_kept_whole_and_numbered_per_site(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post, ann) = (kept.site, kept.post("a").await, kept.account("ann").await);
    let first = kept.comment(comment(post, "first")).await;
    let second = Comment {
        parent_id: Some(first.id),
        kind: CommentType::Pingback,
        status: Status::Hold,
        account_id: Some(ann),
        content: "“Déjà vu” 😀".into(),
        author_email: String::new(),
        ..comment(post, "")
    };
    let kept_second = kept.comment(second.clone()).await;
    assert_eq!((first.id, kept_second.id), (CommentId(1), CommentId(2)));
    assert_eq!(kept_second, Comment { site_id: site, id: CommentId(2), ..second });
    let seen = kept.db().write(async move |tx| comments::find_in(tx, site, CommentId(2)).await).await.unwrap();
    let locked = kept.db().write(async move |tx| comments::lock(tx, site, CommentId(2)).await).await.unwrap();
    assert_eq!((seen.as_ref(), locked.as_ref()), (Some(&kept_second), Some(&kept_second)));
    assert_eq!(kept.find(CommentId(3)).await, None);
    let mut many = comments::find_many(kept.db(), site, &[CommentId(2), CommentId(1), CommentId(3)]).await.unwrap();
    many.sort_by_key(|c| c.id);
    assert_eq!(many, [first, kept_second]);
}

async fn an_approved_comment_is_counted_and_a_held_one_is_not(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    let state = async || {
        let post = posts::find(kept.db(), kept.site, post).await.unwrap().unwrap();
        (post.comment_count, post.version)
    };
    let (_, version) = state().await;
    for status in [Status::Hold, Status::Spam, Status::Trash] {
        kept.comment(Comment { status, ..comment(post, status.as_str()) }).await;
        assert_eq!(state().await, (0, version), "{status:?}");
    }
    kept.comment(comment(post, "seen")).await;
    assert_eq!(state().await, (1, version + 1));
}

async fn many_at_once_get_numbers_of_their_own(engine: Engine) {
    const MANY: i64 = 40;
    let kept = Kept::on(engine).await;
    let (site, post) = (kept.site, kept.post("a").await);
    let inserts = (0..MANY).map(|n| {
        let new = Comment { site_id: site, ..comment(post, &n.to_string()) };
        kept.db().write(async move |tx| comments::insert(tx, &new, &Question::about(&new, NOW)).await)
    });
    let mut ids: Vec<i64> = futures_util::future::join_all(inserts).await.into_iter().map(|id| id.unwrap().0).collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=MANY).collect::<Vec<_>>());
    assert_eq!(posts::find(kept.db(), site, post).await.unwrap().unwrap().comment_count, MANY);
}

async fn readers_see_approved_comments_oldest_first(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, other) = (kept.post("a").await, kept.post("b").await);
    for (millis, content, post, status) in [
        (20, "third", post, Status::Approved),
        (10, "first", post, Status::Approved),
        (10, "second", post, Status::Approved),
        (5, "held", post, Status::Hold),
        (5, "elsewhere", other, Status::Approved),
    ] {
        kept.comment(Comment { created_at: at(millis), status, ..comment(post, content) }).await;
    }
    let seen = comments::approved_of_post(kept.db(), kept.site, post).await.unwrap();
    assert_eq!(seen.iter().map(|c| c.content.as_str()).collect::<Vec<_>>(), ["first", "second", "third"]);
}

async fn a_feed_tells_of_the_newest_approved_comments(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (a, b) = (kept.post("a").await, kept.post("b").await);
    for (millis, post, status) in [
        (10, a, Status::Approved),
        (30, b, Status::Approved),
        (20, a, Status::Approved),
        (40, a, Status::Hold),
        (50, b, Status::Spam),
        (20, b, Status::Approved),
    ] {
        kept.comment(Comment { status, created_at: at(millis), ..comment(post, &format!("{millis} {post}")) }).await;
    }
    let ids = async |post, limit| {
        let found = comments::newest_approved(kept.db(), kept.site, post, limit).await.unwrap();
        found.into_iter().map(|c| c.id.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(None, 10).await, [2, 6, 3, 1]);
    assert_eq!(ids(None, 2).await, [2, 6]);
    assert_eq!(ids(Some(a), 10).await, [3, 1]);
    assert_eq!(ids(Some(b), 1).await, [2]);
    assert_eq!(ids(Some(PostId(99)), 10).await, [0; 0]);
}

/// A comment that an import brings, with its old date, makes no thread older.
async fn an_approved_comment_tells_when_its_thread_changed(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    let changed = async || posts::find(kept.db(), kept.site, post).await.unwrap().unwrap().changed_at;
    for (millis, status, expected) in
        [(5, Status::Hold, 0), (7, Status::Approved, 7), (3, Status::Approved, 7), (9, Status::Approved, 9)]
    {
        kept.comment(Comment { status, created_at: at(millis), ..comment(post, &millis.to_string()) }).await;
        assert_eq!(changed().await, at(expected), "{millis}");
    }
}

async fn a_status_remembers_the_one_before(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    let (site, id) = (kept.site, kept.comment(comment(post, "x")).await.id);
    let before = async || kept.db().write(async move |tx| comments::status_before(tx, site, id).await).await.unwrap();
    assert_eq!(before().await, None);
    for (status, remembered) in [(Status::Spam, Some(Status::Approved)), (Status::Approved, None)] {
        kept.db()
            .write(async move |tx| comments::set_status(tx, site, id, status, remembered, at(9)).await)
            .await
            .unwrap();
        assert_eq!((kept.find(id).await.unwrap().status, before().await), (status, remembered));
    }
}

async fn an_edit_changes_words_their_keys_and_the_time(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, other, ann) = (kept.post("a").await, kept.post("b").await, kept.account("ann").await);
    let parent = kept.comment(comment(other, "parent")).await;
    let before = kept.comment(comment(post, "before")).await;
    let expected = Comment {
        post_id: other,
        parent_id: Some(parent.id),
        author_name: "Ann".into(),
        author_email: "ANN@example.net".into(),
        author_url: String::new(),
        author_ip: "2001:db8::7".into(),
        agent: "Agent/2".into(),
        account_id: Some(ann),
        content: "after".into(),
        created_at: at(7),
        ..before.clone()
    };
    let new = expected.clone();
    kept.db().write(async move |tx| comments::update(tx, &new).await).await.unwrap();
    let after = kept.find(before.id).await.unwrap();
    assert_eq!(after, expected);
    for (words, is_duplicate) in [(before, false), (after, true)] {
        let question = Question::about(&words, NOW);
        let answer = kept.db().write(async move |tx| comments::ask(tx, &question).await).await.unwrap();
        assert_eq!(answer.is_duplicate, is_duplicate, "{}", words.content);
    }
}

async fn what_stands_under_what_is_told_however_deep(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post) = (kept.site, kept.post("a").await);
    let mut chain = vec![kept.comment(comment(post, "top")).await.id];
    for depth in 1..20 {
        let parent_id = chain.last().copied();
        chain.push(kept.comment(Comment { parent_id, ..comment(post, &depth.to_string()) }).await.id);
    }
    let beside = kept.comment(comment(post, "beside")).await.id;
    let asks = async |id, ancestor| {
        kept.db().write(async move |tx| comments::stands_under(tx, site, id, ancestor).await).await.unwrap()
    };
    assert!(asks(chain[19], chain[0]).await && asks(chain[1], chain[0]).await && asks(chain[0], chain[0]).await);
    assert!(!asks(chain[0], chain[19]).await && !asks(beside, chain[0]).await && !asks(CommentId(99), chain[0]).await);
    // A circle, which another tool may have made, ends too.
    let circle = Comment { parent_id: Some(chain[19]), ..kept.find(chain[0]).await.unwrap() };
    kept.db().write(async move |tx| comments::update(tx, &circle).await).await.unwrap();
    assert!(asks(chain[3], chain[7]).await && !asks(chain[3], beside).await);
}

async fn answers_of_a_deleted_comment_move_up(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    let top = kept.comment(comment(post, "top")).await;
    let middle = kept.comment(Comment { parent_id: Some(top.id), ..comment(post, "middle") }).await;
    let leaves = [
        kept.comment(Comment { parent_id: Some(middle.id), ..comment(post, "one") }).await.id,
        kept.comment(Comment { parent_id: Some(middle.id), ..comment(post, "two") }).await.id,
    ];
    let delete =
        async |gone: Comment| kept.db().write(async move |tx| comments::delete(tx, &gone).await).await.unwrap();
    assert_eq!(delete(middle.clone()).await, 2);
    assert_eq!(kept.find(middle.id).await, None);
    for leaf in leaves {
        assert_eq!(kept.find(leaf).await.unwrap().parent_id, Some(top.id));
    }
    assert_eq!(delete(top).await, 2);
    assert_eq!(kept.find(leaves[0]).await.unwrap().parent_id, None);
}

/// PostgreSQL has no NUL in texts; SQLite would keep it.
async fn a_nul_in_a_text_is_dropped(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    assert_eq!(post, PostId(1));
    assert_eq!(kept.comment(comment(post, "a\0b")).await.content, "ab");
}

async fn an_approved_comment_is_announced_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post) = (kept.site, kept.post("a").await);
    let held = kept.comment(Comment { status: Status::Hold, ..comment(post, "held") }).await.id;
    let announce =
        async || kept.db().write(async move |tx| comments::announce(tx, site, held, NOW).await).await.unwrap();
    assert!(!announce().await, "readers do not see it");
    let approve = async move |tx: &mut rejoinder::store::Tx| {
        comments::set_status(tx, site, held, Status::Approved, None, NOW).await
    };
    kept.db().write(approve).await.unwrap();
    assert_eq!((announce().await, announce().await), (true, false));
}
