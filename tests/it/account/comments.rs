//! One's own comments: the list, changing and deleting them within the time, and what that must not be used for.

use rejoinder::actions::moderate_comments::Verb;
use rejoinder::actions::own_comments::PAGE_COMMENTS;
use rejoinder::model::comment::Status;
use rejoinder::model::ids::CommentId;
use rejoinder::model::role::Role;

use super::Bench;
use crate::harness::Engine;

const WINDOW: u64 = 15 * 60;

/// The numbers of the comments on a page.
fn ids(page: &str) -> Vec<i64> {
    page.split("<li id=\"comment-").skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn a_reader_sees_their_own_comments_the_newest_first_and_nobody_else_s() {
    let bench = Bench::new().await;
    bench.option("comment_flood_seconds", "0").await;
    let (ann, bob) = (bench.reader("ann").await, bench.reader("bob").await);
    let page = bench.get(&ann, "/account").await;
    assert!(page.status == 200 && page.text().contains("You have written nothing here yet."), "{}", page.text());
    let mut own = Vec::new();
    for n in 0..=PAGE_COMMENTS {
        own.push(bench.write(&ann, &format!("My comment number {n}")).await.0);
    }
    let others = [bench.write(&bob, "Bob’s words").await, bench.guest("A guest’s words", CommentId(0)).await];
    own.reverse();
    let page = bench.get(&ann, "/account").await.text();
    assert_eq!(ids(&page), own[..PAGE_COMMENTS], "{page}");
    assert!(!page.contains("Bob’s words") && !page.contains("A guest’s words"), "{others:?}");
    let last = own[PAGE_COMMENTS - 1];
    assert!(page.contains(&format!("href=\"http://comments.test/account?before={last}\"")), "{page}");
    let page = bench.get(&ann, &format!("/account?before={last}")).await.text();
    assert_eq!(ids(&page), own[PAGE_COMMENTS..]);
    assert!(page.contains("The newest") && !page.contains("Older comments"), "{page}");
    assert!(page.contains("<a href=\"https://blog.example/a-post/#comment-1\">"), "{page}");
}

#[tokio::test]
async fn where_a_comment_stands_is_told_and_not_who_judged_it() {
    let bench = Bench::new().await;
    bench.option("comment_flood_seconds", "0").await;
    let ann = bench.reader("ann").await;
    for (verb, words) in
        [(Verb::Approve, "Published"), (Verb::Unapprove, "Awaiting moderation"), (Verb::Spam, "Not published")]
    {
        let id = bench.write(&ann, &format!("Then {verb:?}")).await;
        bench.moderate(verb, id).await;
        let page = bench.get(&ann, "/account").await.text();
        let row = page.split(&format!("id=\"comment-{id}\"")).nth(1).unwrap().split("</li>").next().unwrap();
        assert!(row.contains(words), "{row}");
        assert!(!row.to_lowercase().contains("spam\"") && !row.contains("held"), "{row}");
        assert_eq!(row.contains("#comment-"), verb == Verb::Approve, "a link to what readers see");
    }
    let gone = bench.write(&ann, "Then trashed").await;
    bench.moderate(Verb::Trash, gone).await;
    assert!(!bench.get(&ann, "/account").await.text().contains("Then trashed"));
}

#[tokio::test]
async fn a_comment_is_changed_within_the_time_and_says_so() {
    let bench = Bench::new().await;
    let ann = bench.reader("ann").await;
    let id = bench.write(&ann, "My frist words").await;
    assert!(!bench.thread().await.contains("edited"));
    bench.test.advance(WINDOW);
    let answer = bench.edit(&ann, id, "My <em>first</em> words\r\nand more").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "http://comments.test/account?done=edited"));
    let kept = bench.find(id).await.unwrap();
    assert_eq!((kept.status, kept.content.as_str()), (Status::Approved, "My <em>first</em> words\nand more"));
    assert_eq!(kept.edited_at, Some(bench.test.clock.now()));
    let thread = bench.thread().await;
    assert!(thread.contains("My <em>first</em> words"), "readers see it at once: {thread}");
    let mark = "<span class=\"edited\">(edited <time datetime=\"2026-01-05T09:15:00+00:00\">January 5, 2026 at 9:15 am</time>)</span>";
    assert!(thread.contains(mark), "{thread}");
    let first = ("ann".to_owned(), "edit_own".to_owned(), "before: “My frist words”".to_owned());
    assert_eq!(bench.trail().await, std::slice::from_ref(&first));
    bench.edit(&ann, id, "My last words").await;
    assert_eq!(
        bench.trail().await,
        [("ann".into(), "edit_own".into(), "once more".into()), first],
        "the first text is kept"
    );
    assert!(bench.get(&ann, "/account?done=edited").await.text().contains("Your comment was changed."));
    bench.is_consistent().await;
}

#[tokio::test]
async fn an_edit_one_second_past_the_window_is_refused() {
    let bench = Bench::new().await;
    let ann = bench.reader("ann").await;
    let id = bench.write(&ann, "Words").await;
    let page = bench.get(&ann, "/account/comments/1").await.text();
    let seen = super::field(&page, "seen").to_owned();
    bench.test.advance(WINDOW + 1);
    let fields = [("comment", "Too late"), ("seen", seen.as_str())];
    let answer = bench.post(&ann, "/account/comments/1", &fields).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("is over") && answer.text().contains("Too late"), "{}", answer.text());
    assert_eq!(bench.post(&ann, "/account/comments/1/delete", &[]).await.status, 409);
    assert_eq!(bench.find(id).await.unwrap().content, "Words");
    let page = bench.get(&ann, "/account").await.text();
    assert!(!page.contains("/account/comments/1"), "nothing is offered: {page}");
    bench.option("comment_edit_minutes", "20").await;
    assert_eq!(bench.edit(&ann, id, "In time").await.status, 303);
    bench.option("comment_edit_minutes", "0").await;
    let other = bench.write(&ann, "Other words").await;
    let answer = bench.edit(&ann, other, "Never").await;
    assert!(answer.status == 409 && answer.text().contains("cannot be changed on this site"), "{}", answer.text());
}

/// What the rules would hold of a new comment is not put past them afterwards.
#[tokio::test]
async fn an_edit_that_adds_links_or_words_is_judged_as_a_new_comment_is() {
    let bench = Bench::new().await;
    bench.option("comment_flood_seconds", "0").await;
    bench.option("moderation_keys", "casino").await;
    bench.option("disallowed_keys", "poker").await;
    let ann = bench.reader("ann").await;
    let links = "<a href=\"https://a.example/\">a</a> <a href=\"https://b.example/\">b</a>";
    for (text, status, reason) in [
        (links, Status::Hold, "held: 2 links, limit 2, after its author changed it"),
        ("To the casino", Status::Hold, "held: moderation"),
        ("A poker night", Status::Trash, "trash: disallowed"),
    ] {
        let id = bench.write(&ann, &format!("Before {}", text.len())).await;
        assert_eq!(bench.status(id).await, Some(Status::Approved));
        let answer = bench.edit(&ann, id, text).await;
        assert_eq!(answer.header("location"), "http://comments.test/account?done=held", "{text}");
        let kept = bench.find(id).await.unwrap();
        assert!(kept.status == status && kept.reason.starts_with(reason), "{text}: {kept:?}");
        assert!(!bench.thread().await.contains(&format!("id=\"comment-{id}\"")), "{text}");
        bench.is_consistent().await;
    }
    // A script is filtered out as from a new one.
    let id = bench.write(&ann, "Plain").await;
    bench.edit(&ann, id, "<script>alert(1)</script>Plain <b onclick=x>bold</b>").await;
    assert_eq!(bench.find(id).await.unwrap().content, "alert(1)Plain <b>bold</b>");
}

#[tokio::test]
async fn what_waits_gets_no_better_by_being_changed_and_all_is_held_where_all_is_moderated() {
    let bench = Bench::new().await;
    bench.option("comment_flood_seconds", "0").await;
    let ann = bench.reader("ann").await;
    let shown = bench.write(&ann, "Shown").await;
    bench.option("comment_moderation", "1").await;
    let held = bench.write(&ann, "Held").await;
    assert_eq!(bench.status(held).await, Some(Status::Hold));
    bench.option("comment_moderation", "0").await;
    assert!(bench.edit(&ann, held, "Held, and harmless").await.header("location").ends_with("done=held"));
    assert_eq!(bench.status(held).await, Some(Status::Hold));
    bench.option("comment_moderation", "1").await;
    bench.edit(&ann, shown, "Shown, and changed").await;
    assert_eq!(bench.status(shown).await, Some(Status::Hold), "approved was another text");
    // Who may moderate is not moderated.
    let editor = bench.test.logged_in(bench.site.id, "editor", Some(Role::Editor)).await;
    let own = bench.write(&editor, "Mine").await;
    bench.edit(&editor, own, "Mine still").await;
    assert_eq!(bench.status(own).await, Some(Status::Approved));
    bench.is_consistent().await;
}

#[tokio::test]
async fn an_edit_after_an_answer_of_somebody_else_is_refused() {
    let bench = Bench::new().await;
    bench.option("comment_flood_seconds", "0").await;
    let ann = bench.reader("ann").await;
    let id = bench.write(&ann, "Red is better than blue.").await;
    bench.write_under(&ann, "Or so I think.", id).await;
    let answer = bench.guest("It is.", id).await;
    bench.moderate(Verb::Unapprove, answer).await;
    assert_eq!(bench.edit(&ann, id, "Green is.").await.status, 303, "neither one’s own answer nor one that waits");
    bench.moderate(Verb::Approve, answer).await;
    let refused = bench.edit(&ann, id, "Blue is.").await;
    assert!(refused.status == 409 && refused.text().contains("Somebody has answered"), "{}", refused.text());
    assert_eq!(bench.find(id).await.unwrap().content, "Green is.");
}

#[tokio::test]
async fn what_a_moderator_has_decided_is_not_changed() {
    let bench = Bench::new().await;
    let ann = bench.reader("ann").await;
    let id = bench.write(&ann, "Words").await;
    for (verb, status) in [(Verb::Spam, 409), (Verb::Trash, 404)] {
        bench.moderate(verb, id).await;
        assert_eq!(bench.edit(&ann, id, "Others").await.status, status, "{verb:?}");
        let path = format!("/account/comments/{id}/delete");
        assert_eq!(bench.post(&ann, &path, &[]).await.status, status, "{verb:?}");
    }
    assert_eq!(bench.find(id).await.unwrap().content, "Words");
}

#[tokio::test]
async fn other_people_s_comments_are_not_there_by_their_number() {
    let bench = Bench::new().await;
    bench.option("comment_flood_seconds", "0").await;
    let (ann, eve) = (bench.reader("ann").await, bench.reader("eve").await);
    let own = bench.write(&ann, "Ann’s words").await;
    let guest = bench.guest("A guest’s words", CommentId(0)).await;
    let page = bench.get(&ann, &format!("/account/comments/{own}")).await.text();
    let seen = super::field(&page, "seen").to_owned();
    for id in [own, guest, CommentId(99)] {
        let path = format!("/account/comments/{id}");
        assert_eq!(bench.get(&eve, &path).await.status, 404, "{id}");
        assert_eq!(bench.get(&eve, &format!("{path}/delete")).await.status, 404, "{id}");
        assert_eq!(bench.post(&eve, &path, &[("comment", "Eve’s"), ("seen", &seen)]).await.status, 404, "{id}");
        assert_eq!(bench.post(&eve, &format!("{path}/delete"), &[]).await.status, 404, "{id}");
    }
    for nonsense in ["x", "-1", "99999999999999999999", "9223372036854775807"] {
        assert_eq!(bench.get(&eve, &format!("/account/comments/{nonsense}")).await.status, 404, "{nonsense}");
    }
    assert_eq!(bench.find(own).await.unwrap().content, "Ann’s words");
    assert_eq!(bench.status(guest).await, Some(Status::Approved));
    // An editor, who may everything at the desk, has only their own here.
    let editor = bench.test.logged_in(bench.site.id, "editor", Some(Role::Editor)).await;
    assert_eq!(bench.get(&editor, &format!("/account/comments/{own}")).await.status, 404);
}

#[tokio::test]
async fn of_two_tabs_the_second_does_not_undo_the_first() {
    let bench = Bench::new().await;
    let ann = bench.reader("ann").await;
    let id = bench.write(&ann, "Words").await;
    let path = format!("/account/comments/{id}");
    let page = bench.get(&ann, &path).await.text();
    let seen = super::field(&page, "seen").to_owned();
    let both = [("comment", "From the first tab"), ("seen", seen.as_str())];
    assert_eq!(bench.post(&ann, &path, &both).await.status, 303);
    let second = bench.post(&ann, &path, &[("comment", "From the second tab"), ("seen", &seen)]).await;
    let page = second.text();
    assert!(second.status == 409 && page.contains("was changed since you opened it"), "{page}");
    assert!(page.contains("From the first tab") && page.contains("From the second tab"), "nothing is lost: {page}");
    assert_eq!(bench.find(id).await.unwrap().content, "From the first tab");
    let seen = super::field(&page, "seen").to_owned();
    assert_eq!(bench.post(&ann, &path, &[("comment", "Both"), ("seen", &seen)]).await.status, 303);
    for (text, words) in [("  ", "Please type your comment text."), (&"x".repeat(65_526), "Your comment is too long.")]
    {
        let refused = bench.edit(&ann, id, text).await;
        assert!(refused.status == 400 && refused.text().contains(words), "{}", refused.status);
    }
    assert_eq!(bench.edit(&ann, id, "Both").await.status, 303, "no change is no edit");
    assert_eq!(bench.trail().await.len(), 2);
}

crate::on_both_engines! {
    a_comment_is_deleted_at_once_and_can_be_brought_back
}

async fn a_comment_is_deleted_at_once_and_can_be_brought_back(engine: Engine) {
    let bench = Bench::on(engine).await;
    bench.option("comment_flood_seconds", "0").await;
    let ann = bench.reader("ann").await;
    let id = bench.write(&ann, "What I regret").await;
    let answer = bench.guest("What others say", id).await;
    let page = bench.get(&ann, &format!("/account/comments/{id}/delete")).await.text();
    assert!(page.contains("A moderator can bring it back for 30 days"), "{page}");
    assert!(bench.thread().await.contains("What I regret"));
    let done = bench.post(&ann, &format!("/account/comments/{id}/delete"), &[]).await;
    assert_eq!(done.header("location"), "http://comments.test/account?done=deleted");
    assert_eq!(bench.status(id).await, Some(Status::Trash));
    let thread = bench.thread().await;
    assert!(!thread.contains("What I regret") && thread.contains("What others say"), "{thread}");
    assert_eq!(bench.find(answer).await.unwrap().parent_id, None, "it stands a level up");
    assert_eq!(bench.trail().await, [("ann".into(), "trash".into(), "approved to trash".into())]);
    assert_eq!(bench.post(&ann, &format!("/account/comments/{id}/delete"), &[]).await.status, 404, "once");
    bench.is_consistent().await;
    bench.moderate(Verb::Untrash, id).await;
    assert!(bench.thread().await.contains("What I regret"));
    bench.is_consistent().await;
    bench.option("empty_trash_days", "0").await;
    let page = bench.get(&ann, &format!("/account/comments/{id}/delete")).await.text();
    assert!(page.contains("This cannot be undone."), "{page}");
    assert_eq!(bench.post(&ann, &format!("/account/comments/{id}/delete"), &[]).await.status, 303);
    assert_eq!(bench.status(id).await, None, "where there is no Trash it is gone");
    bench.is_consistent().await;
}
