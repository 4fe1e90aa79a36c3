//! `store/comments.rs`: what the intake asks before it keeps a comment.

use rejoinder::error::Error;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::CommentId;
use rejoinder::store::comments::{self, Answer, Question};

use super::{Kept, NOW, at, comment};
use crate::harness::Engine;

crate::on_both_engines! {
    the_same_words_of_the_same_author_are_found
    the_last_time_of_an_address_or_an_e_mail_is_told
    a_known_author_is_one_with_an_approved_comment
    a_request_that_was_answered_is_known_by_its_key
}

async fn ask(kept: &Kept, question: Question) -> Answer {
    kept.db().write(async move |tx| comments::ask(tx, &question).await).await.unwrap()
}

async fn the_same_words_of_the_same_author_are_found(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, other) = (kept.post("a").await, kept.post("b").await);
    let first = kept.comment(comment(post, "Déjà vu")).await;
    let trashed = kept.comment(Comment { status: Status::Trash, ..comment(post, "trashed") }).await;
    let spam = kept.comment(Comment { status: Status::Spam, ..comment(post, "spam") }).await;
    let like = |content: &str| Comment { site_id: kept.site, content: content.into(), ..first.clone() };
    for (name, new, is_duplicate) in [
        ("same", like("Déjà vu"), true),
        ("case and accents", Comment { author_name: "JOSE".into(), ..like("deja VU") }, true),
        ("e-mail in capitals", Comment { author_email: "JOSE@EXAMPLE.ORG".into(), ..like("Déjà vu") }, true),
        ("without an e-mail", Comment { author_email: String::new(), ..like("Déjà vu") }, true),
        ("another e-mail", Comment { author_email: "b@example.org".into(), ..like("Déjà vu") }, false),
        ("another name", Comment { author_name: "Ann".into(), ..like("Déjà vu") }, false),
        ("another post", Comment { post_id: other, ..like("Déjà vu") }, false),
        ("another parent", Comment { parent_id: Some(first.id), ..like("Déjà vu") }, false),
        ("other words", like("Déjà-vu"), false),
        ("as a trashed one", trashed, false),
        ("as a spam one", spam, true),
    ] {
        assert_eq!(ask(&kept, Question::about(&new, NOW)).await.is_duplicate, is_duplicate, "{name}");
    }
}

async fn the_last_time_of_an_address_or_an_e_mail_is_told(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    kept.comment(Comment { created_at: at(10), ..comment(post, "by form") }).await;
    let ping = Comment { kind: CommentType::Pingback, author_email: String::new(), ..comment(post, "by pingback") };
    kept.comment(Comment { created_at: at(20), author_ip: "192.0.2.8".into(), ..ping }).await;
    let new = Comment { site_id: kept.site, ..comment(post, "new") };
    let stranger = Comment { author_ip: "192.0.2.9".into(), author_email: String::new(), ..new.clone() };
    for (name, question, last) in [
        ("both", Question::about(&new, at(9)), Some(at(10))),
        ("too long ago", Question::about(&new, at(10)), None),
        ("e-mail alone", Question { ip: "192.0.2.9".into(), ..Question::about(&new, at(9)) }, Some(at(10))),
        ("address alone", Question { email_key: String::new(), ..Question::about(&new, at(9)) }, Some(at(10))),
        ("neither; empty e-mails are not alike", Question::about(&stranger, at(9)), None),
        ("a linkback's sender", Question { ip: "192.0.2.8".into(), ..Question::about(&stranger, at(9)) }, None),
    ] {
        assert_eq!(ask(&kept, question).await.last_at, last, "{name}");
    }
}

async fn a_known_author_is_one_with_an_approved_comment(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (post, ann) = (kept.post("a").await, kept.account("ann").await);
    let new = Comment { site_id: kept.site, ..comment(post, "new") };
    let known = async |comment: &Comment| ask(&kept, Question::about(comment, NOW)).await.previously_approved;
    kept.comment(Comment { status: Status::Hold, ..comment(post, "held") }).await;
    assert!(!known(&new).await, "held");
    kept.comment(Comment { account_id: Some(ann), ..comment(post, "approved") }).await;
    for (name, author, is_known) in [
        ("same", new.clone(), true),
        (
            "case and accents",
            Comment { author_name: "jose".into(), author_email: "Jose@Example.org".into(), ..new.clone() },
            true,
        ),
        ("another name", Comment { author_name: "Ann".into(), ..new.clone() }, false),
        ("another e-mail", Comment { author_email: "b@example.org".into(), ..new.clone() }, false),
        ("no e-mail", Comment { author_email: String::new(), ..new.clone() }, false),
        (
            "another name of the account",
            Comment { author_name: "Ann".into(), account_id: Some(ann), ..new.clone() },
            true,
        ),
    ] {
        assert_eq!(known(&author).await, is_known, "{name}");
    }
}

async fn a_request_that_was_answered_is_known_by_its_key(engine: Engine) {
    let kept = Kept::on(engine).await;
    let (site, post) = (kept.site, kept.post("a").await);
    let new = Comment { site_id: site, ..comment(post, "new") };
    let keyed = |key: &str| Question { idempotency_key: Some(key.into()), ..Question::about(&new, NOW) };
    let keep = async |content: &str, question: Question| {
        let new = Comment { content: content.into(), ..new.clone() };
        kept.db().write(async move |tx| comments::insert(tx, &new, &question).await).await
    };
    assert_eq!(ask(&kept, keyed("k")).await.answered, None);
    assert_eq!(keep("one", keyed("k")).await.unwrap(), CommentId(1));
    assert_eq!(ask(&kept, keyed("k")).await.answered, Some(CommentId(1)));
    assert_eq!(ask(&kept, keyed("K")).await.answered, None);
    let again = keep("two", keyed("k")).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    for content in ["three", "four"] {
        assert!(keep(content, Question::about(&new, NOW)).await.is_ok(), "those without a key are not alike");
    }
}
