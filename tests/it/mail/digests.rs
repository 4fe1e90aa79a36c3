//! A flood of comments is not a flood of mails.

use rejoinder::actions::notify::{DIGEST_INTERVAL, MODERATORS_MAX};
use rejoinder::model::comment::Status;
use rejoinder::model::role::Role;
use rejoinder::model::time::Timestamp;
use rejoinder::store::comments::Question;
use rejoinder::store::{comments, jobs};

use super::Post;
use crate::harness::{Engine, Setup};

/// Mails that an addressee gets at once: the burst of the limit `mails-to-addressee`.
const BURST: usize = 10;

/// Approves comments of other people, each as its own event.
async fn approved(post: &Post, many: usize) {
    for n in 0..many {
        let held = post.find(post.comment_of(n).await).await.unwrap();
        assert_eq!(held.status, Status::Hold);
        post.approve(held.id).await;
    }
}

impl Post {
    /// A held comment that no limit of the form stood in the way of.
    async fn comment_of(&self, n: usize) -> rejoinder::model::ids::CommentId {
        let mut comment = self.comment_to_copy().await;
        comment.author_name = format!("Reader {n}");
        comment.content = format!("Words {n}");
        comment.status = Status::Hold;
        let write = async move |tx: &mut rejoinder::store::Tx| {
            comments::insert(tx, &comment, &Question::about(&comment, Timestamp(0))).await
        };
        self.door.test.app.db.write(write).await.unwrap()
    }

    async fn comment_to_copy(&self) -> rejoinder::model::comment::Comment {
        self.find(rejoinder::model::ids::CommentId(1)).await.unwrap()
    }
}

#[tokio::test]
async fn more_mails_than_the_limit_are_gathered_into_one() {
    let post = Post::with(Engine::Sqlite, Setup { limited: true, ..Setup::default() }).await;
    let author = post.member("author", Role::Author).await;
    post.wrote(author).await;
    post.door.option("moderation_notify", "0").await;
    post.comment(&[]).await;
    approved(&post, BURST).await;
    assert_eq!(post.delivered().await.len(), BURST, "as many as the limit are mails of their own");
    approved(&post, 25).await;
    assert_eq!(post.subjects().await, [], "the rest is gathered");
    let waiting = jobs::list(&post.door.test.app.db, "waiting", 10).await.unwrap();
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    post.advance(DIGEST_INTERVAL.as_secs());
    let mail = post.only().await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("author@blog.example", "[The blog] 25 new comments"));
    assert_eq!(mail.from, "The blog <wordpress@blog.example>");
    assert!(
        mail.body.contains("\nReader 0 on \"A post\":\nWords 0\nhttps://blog.example/a-post/#comment-12\n"),
        "{}",
        mail.body
    );
    assert!(mail.body.contains("\nAnd 5 more.\n"));
    post.end().await;
}

#[tokio::test]
async fn a_digest_leaves_out_what_was_decided_meanwhile() {
    let post = Post::with(Engine::Sqlite, Setup { limited: true, ..Setup::default() }).await;
    let author = post.member("author", Role::Author).await;
    post.wrote(author).await;
    post.door.option("moderation_notify", "0").await;
    post.comment(&[]).await;
    approved(&post, BURST + 3).await;
    assert_eq!(post.delivered().await.len(), BURST);
    let command = rejoinder::model::account::Actor::command("test");
    let spam = rejoinder::actions::moderate_comments::Verb::Spam;
    for id in [12, 13] {
        post.moderate(&command, spam, rejoinder::model::ids::CommentId(id)).await;
    }
    post.advance(DIGEST_INTERVAL.as_secs());
    let mail = post.only().await;
    assert_eq!(mail.subject, "[The blog] Comment: \"A post\"", "one is left, so it is a mail about it");
    assert!(mail.body.contains("#comment-14\n"), "{}", mail.body);
    post.end().await;
}

#[tokio::test]
async fn so_many_administrators_are_asked_and_no_more() {
    let post = Post::open().await;
    for n in 1..MODERATORS_MAX {
        post.member(&format!("admin{n}"), Role::Administrator).await;
    }
    post.comment(&[]).await;
    assert_eq!(post.delivered().await.len(), MODERATORS_MAX);
    post.member("one-more", Role::Administrator).await;
    post.comment(&[("comment", "2")]).await;
    assert_eq!(post.delivered().await.len(), MODERATORS_MAX);
    post.end().await;
}
