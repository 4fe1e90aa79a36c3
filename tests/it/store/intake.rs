//! `store/comments/intake.rs`: what the intake asks before it keeps a comment.

use rejoinder::error::Error;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::CommentId;
use rejoinder::model::moderation::{Verdict, Verdicts};
use rejoinder::store::comments::{self, Answer, Question};
use rejoinder::store::posts;

use super::{Kept, NOW, at, comment};
use crate::harness::Engine;

crate::on_both_engines! {
    the_same_words_of_the_same_author_are_found
    the_last_time_of_an_address_or_an_e_mail_is_told
    a_known_author_is_one_with_an_approved_comment
    a_request_that_was_answered_is_known_by_its_key
    what_would_be_found_keeps_a_comment_out_and_nothing_else_does
    a_comment_gets_the_verdict_that_fits_its_author_and_is_counted_when_approved
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
    let ann = kept.account("ann").await;
    let by_account =
        Comment { account_id: Some(ann), author_email: "a@example.org".into(), ..comment(post, "by account") };
    kept.comment(Comment { created_at: at(30), author_ip: "192.0.2.12".into(), ..by_account }).await;
    let new = Comment { site_id: kept.site, ..comment(post, "new") };
    let stranger = Comment { author_ip: "192.0.2.9".into(), author_email: String::new(), ..new.clone() };
    for (name, question, last) in [
        ("both", Question::about(&new, at(9)), Some(at(10))),
        ("too long ago", Question::about(&new, at(10)), None),
        ("e-mail alone", Question { ip: "192.0.2.9".into(), ..Question::about(&new, at(9)) }, Some(at(10))),
        ("address alone", Question { email_key: String::new(), ..Question::about(&new, at(9)) }, Some(at(10))),
        ("account alone", Question { account_id: Some(ann), ..Question::about(&stranger, at(9)) }, Some(at(30))),
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
    kept.comment(Comment { account_id: Some(ann), ..comment(post, "approved, of an account") }).await;
    assert!(!known(&new).await, "a guest with the name and address of an account");
    assert!(known(&Comment { account_id: Some(ann), ..new.clone() }).await, "the account");
    let bob = kept.account("bob").await;
    kept.comment(comment(post, "approved")).await;
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
        ("another account of this address", Comment { account_id: Some(bob), ..new.clone() }, false),
        (
            "another name of the account",
            Comment { author_name: "Ann".into(), account_id: Some(ann), ..new.clone() },
            true,
        ),
        (
            "an account without an e-mail",
            Comment { author_email: String::new(), account_id: Some(ann), ..new.clone() },
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

fn verdicts() -> Verdicts {
    let verdict = |status, reason: &str| Verdict { status, reason: reason.into() };
    Verdicts { known: verdict(Status::Approved, "known"), unknown: verdict(Status::Hold, "unknown") }
}

async fn keep_if_new(kept: &Kept, new: &Comment, question: Question) -> Option<(CommentId, Verdict)> {
    let new = Comment { site_id: kept.site, ..new.clone() };
    let written = kept.db().write(async move |tx| comments::insert_if_new(tx, &new, &verdicts(), &question).await);
    written.await.unwrap()
}

async fn what_would_be_found_keeps_a_comment_out_and_nothing_else_does(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    let first = kept.comment(Comment { created_at: at(10), ..comment(post, "first") }).await;
    let trashed = Comment { status: Status::Trash, author_email: "t@example.org".into(), ..comment(post, "trashed") };
    let trashed = kept.comment(Comment { author_ip: "192.0.2.7".into(), ..trashed }).await;
    let other = Comment {
        site_id: kept.site,
        author_ip: "192.0.2.9".into(),
        author_email: "b@example.org".into(),
        created_at: at(20),
        ..comment(post, "other")
    };
    let long_ago = at(15);
    let about = |new: &Comment| Question::about(new, long_ago);
    let keyed = |key: &str| Question { idempotency_key: Some(key.into()), ..about(&other) };
    assert!(keep_if_new(&kept, &other, keyed("k")).await.is_some());
    let next = Comment { author_ip: "192.0.2.10".into(), author_email: "c@example.org".into(), ..other.clone() };
    for (name, new, question) in [
        ("the same request", next.clone(), Question { idempotency_key: Some("k".into()), ..about(&next) }),
        ("the same words", first.clone(), Question::about(&first, at(30))),
        ("a trashed one's words", trashed.clone(), Question::about(&trashed, at(30))),
        ("too soon, by address", Comment { author_ip: "192.0.2.9".into(), ..next.clone() }, {
            about(&Comment { author_ip: "192.0.2.9".into(), ..next.clone() })
        }),
        ("too soon, by e-mail", Comment { content: "more".into(), ..other.clone() }, {
            Question { ip: "192.0.2.11".into(), ..about(&Comment { content: "more".into(), ..other.clone() }) }
        }),
        ("late enough", Comment { content: "late".into(), ..other.clone() }, {
            Question::about(&Comment { content: "late".into(), ..other.clone() }, at(20))
        }),
        ("new", next.clone(), about(&next)),
    ] {
        let answer = ask(&kept, question.clone()).await;
        let is_out = answer.answered.is_some() || answer.is_duplicate || answer.last_at.is_some();
        let new = Comment { author_ip: question.ip.clone(), ..new };
        assert_eq!(keep_if_new(&kept, &new, question).await.is_none(), is_out, "{name}: {answer:?}");
    }
    let numbers: Vec<i64> = comments::list(kept.db(), kept.site, &comments::Filter::default(), 100, 0)
        .await
        .unwrap()
        .iter()
        .map(|c| c.id.0)
        .collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=6).collect::<Vec<_>>(), "what was kept out took no number");
}

async fn a_comment_gets_the_verdict_that_fits_its_author_and_is_counted_when_approved(engine: Engine) {
    let kept = Kept::on(engine).await;
    let post = kept.post("a").await;
    let count = async || posts::find(kept.db(), kept.site, post).await.unwrap().unwrap().comment_count;
    let new = |content: &str| Comment { site_id: kept.site, ..comment(post, content) };
    let keep = async |content: &str| keep_if_new(&kept, &new(content), Question::about(&new(content), NOW)).await;
    let (id, verdict) = keep("from nobody known").await.unwrap();
    assert_eq!((id, verdict), (CommentId(1), verdicts().unknown));
    assert_eq!(count().await, 0);
    kept.comment(new("approved")).await;
    assert_eq!(count().await, 1);
    let (id, verdict) = keep("from somebody known").await.unwrap();
    assert_eq!((id, verdict), (CommentId(3), verdicts().known));
    assert_eq!(count().await, 2);
    let stored = comments::find(kept.db(), kept.site, CommentId(3)).await.unwrap().unwrap();
    assert_eq!((stored.status, stored.reason.as_str()), (Status::Approved, "known"));
}
