//! Deleting one's account: what goes, what stays, who may not, and that nothing is ever half done.

use std::sync::Arc;

use rejoinder::actions::anonymise::{COMMENTS_OF_JOB_MAX, anonymise};
use rejoinder::app::App;
use rejoinder::model::comment::{Comment, Status};
use rejoinder::model::ids::CommentId;
use rejoinder::model::job::{Lane, Work};
use rejoinder::model::role::Role;
use rejoinder::store::comments::{self, Question};
use rejoinder::store::{Tx, accounts, jobs, posts, sessions, sites};

use super::Bench;
use crate::harness::{Answer, Engine, LoggedIn};

crate::on_both_engines! {
    a_deleted_account_leaves_its_comments_to_nobody
    the_texts_go_too_where_that_is_wanted
    a_server_that_is_killed_between_two_batches_goes_on_where_it_was
    a_comment_that_comes_in_at_that_moment_names_nobody_afterwards
    two_administrators_who_leave_at_once_leave_one_behind
}

async fn leave(bench: &Bench, who: &LoggedIn, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("confirm", "Delete ")];
    fields.extend(more);
    bench.post(who, "/account/delete", &fields).await
}

/// Does one job, if one is due; says whether there was one.
async fn do_one_job(app: &App) -> bool {
    let now = app.clock.now();
    let claimed = app.db.write(async move |tx| jobs::claim(tx, Lane::Work, "test", 1, now).await).await.unwrap();
    let Some(job) = claimed.into_iter().next() else { return false };
    let Work::Anonymise { site, account, texts, after } = job.work else { panic!("{job:?}") };
    anonymise(app, &job, site, account, texts, after).await.unwrap();
    true
}

async fn do_all_jobs(app: &App) -> usize {
    let mut done = 0;
    while do_one_job(app).await {
        done += 1;
    }
    done
}

async fn a_deleted_account_leaves_its_comments_to_nobody(engine: Engine) {
    let bench = Bench::on(engine).await;
    bench.option("comment_flood_seconds", "0").await;
    let (ann, bob) = (bench.reader("ann").await, bench.test.logged_in(bench.site.id, "bob", Some(Role::Author)).await);
    let elsewhere = bench.test.logged_in(bench.site.id, "ann", Some(Role::Author)).await;
    let (site, post, author) = (bench.site.id, bench.post, ann.account);
    bench.test.app.db.write(async move |tx| posts::set_author(tx, site, post, Some(author)).await).await.unwrap();
    let own = bench.write(&ann, "My words").await;
    let held = bench.write(&ann, "My words that wait").await;
    bench.edit(&ann, own, "My other words").await;
    bench.moderate(rejoinder::actions::moderate_comments::Verb::Unapprove, held).await;
    let others = bench.write(&bob, "Bob’s words").await;
    let before = bench.find(own).await.unwrap();
    assert!(bench.thread().await.contains("bypostauthor"));

    let answer = leave(&bench, &ann, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "http://comments.test/account/deleted"));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert!(bench.test.get("/account/deleted").await.text().contains("Your account is deleted"));
    for who in [&ann, &elsewhere] {
        assert_eq!(bench.get(who, "/account").await.status, 303, "every session is over");
    }
    assert_eq!(do_all_jobs(&bench.test.app).await, 1);

    let kept = bench.find(own).await.unwrap();
    let expected = Comment {
        author_name: "Anonymous".into(),
        author_email: String::new(),
        author_url: String::new(),
        author_ip: rejoinder::model::privacy::anonymous_ip(&before.author_ip),
        agent: String::new(),
        account_id: None,
        proven_by: String::new(),
        ..before
    };
    assert_eq!(kept, expected);
    let kept = bench.find(held).await.unwrap();
    assert_eq!((kept.status, kept.author_name.as_str(), kept.account_id), (Status::Hold, "Anonymous", None));
    assert_eq!(bench.find(others).await.unwrap().author_name, "bob the member");
    let thread = bench.thread().await;
    assert!(thread.contains("My other words") && thread.contains("Anonymous"), "{thread}");
    assert!(!thread.contains("ann the member") && !thread.contains("bypostauthor"), "readers see it at once: {thread}");
    let db = &bench.test.app.db;
    assert_eq!(accounts::find(db, ann.account).await.unwrap(), None);
    assert_eq!(sites::member_role(db, site, ann.account).await.unwrap(), None);
    assert_eq!(posts::find(db, site, post).await.unwrap().unwrap().account_id, None);
    let trail = bench.trail().await;
    assert!(trail.iter().all(|(actor, _, detail)| actor != "ann" && !detail.contains("My words")), "{trail:?}");
    assert!(trail.iter().any(|(actor, action, _)| actor == "deleted-1" && action == "delete_account"), "{trail:?}");
    bench.is_consistent().await;
    let again = bench.reader("ann").await;
    assert_ne!(again.account, ann.account, "a new account of the same name is another one");
    assert!(bench.get(&again, "/account").await.text().contains("You have written nothing here yet."));
}

async fn the_texts_go_too_where_that_is_wanted(engine: Engine) {
    let bench = Bench::on(engine).await;
    let ann = bench.reader("ann").await;
    let own = bench.write(&ann, "My words").await;
    assert_eq!(leave(&bench, &ann, &[("texts", "1")]).await.status, 303);
    do_all_jobs(&bench.test.app).await;
    let kept = bench.find(own).await.unwrap();
    assert_eq!((kept.content.as_str(), kept.status), ("This content was deleted by the author.", Status::Approved));
    assert!(!bench.thread().await.contains("My words"));
}

#[tokio::test]
async fn the_word_has_to_be_typed() {
    let bench = Bench::new().await;
    let ann = bench.reader("ann").await;
    for word in ["", "yes", "delete me"] {
        let answer = bench.post(&ann, "/account/delete", &[("confirm", word), ("texts", "1")]).await;
        let page = answer.text();
        assert!(answer.status == 400 && page.contains("Nothing was changed."), "{word}: {page}");
        assert!(page.contains("value=\"1\" checked"), "what was chosen stays: {page}");
    }
    assert!(accounts::find(&bench.test.app.db, ann.account).await.unwrap().is_some());
}

#[tokio::test]
async fn the_only_administrator_is_told_what_to_do_first() {
    let bench = Bench::new().await;
    let ann = bench.test.logged_in(bench.site.id, "ann", Some(Role::Administrator)).await;
    let answer = leave(&bench, &ann, &[]).await;
    let page = answer.text();
    assert!(answer.status == 409 && page.contains("You are the only administrator of “The blog”."), "{page}");
    assert!(page.contains("under Members"), "{page}");
    assert_eq!(bench.get(&ann, "/account").await.status, 200, "nothing has happened");
    bench.test.logged_in(bench.site.id, "bob", Some(Role::Administrator)).await;
    assert_eq!(leave(&bench, &ann, &[]).await.status, 303);
}

async fn two_administrators_who_leave_at_once_leave_one_behind(engine: Engine) {
    const TRIES: usize = 5;
    let bench = Bench::on(engine).await;
    for n in 0..TRIES {
        let ann = bench.test.logged_in(bench.site.id, &format!("ann{n}"), Some(Role::Administrator)).await;
        let bob = bench.test.logged_in(bench.site.id, &format!("bob{n}"), Some(Role::Administrator)).await;
        let (one, other) = tokio::join!(leave(&bench, &ann, &[]), leave(&bench, &bob, &[]));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        let expected = if n == 0 { [303, 409] } else { [303, 303] };
        assert_eq!(statuses, expected, "there is one from before");
    }
}

/// Comments enough for two batches and one more, as one's own.
async fn many(bench: &Bench, who: &LoggedIn, first: CommentId) -> Vec<CommentId> {
    let like = bench.find(first).await.unwrap();
    assert_eq!(like.account_id, Some(who.account));
    let write = async move |tx: &mut Tx| {
        let mut ids = vec![first];
        for n in 0..2 * COMMENTS_OF_JOB_MAX {
            let new = Comment { content: format!("More words {n}"), ..like.clone() };
            ids.push(comments::insert(tx, &new, &Question::about(&new, new.created_at)).await?);
        }
        Ok(ids)
    };
    bench.test.app.db.write(write).await.unwrap()
}

/// As after kill -9: what the first process had claimed is done by the next one, from where it was.
async fn a_server_that_is_killed_between_two_batches_goes_on_where_it_was(engine: Engine) {
    let bench = Bench::on(engine).await;
    let ann = bench.reader("ann").await;
    let first = bench.write(&ann, "Words").await;
    let ids = many(&bench, &ann, first).await;
    assert_eq!(leave(&bench, &ann, &[]).await.status, 303);
    assert!(do_one_job(&bench.test.app).await);
    let named = async || {
        let mut named = 0;
        for id in &ids {
            named += usize::from(bench.find(*id).await.unwrap().author_name != "Anonymous");
        }
        named
    };
    assert_eq!(named().await, COMMENTS_OF_JOB_MAX + 1, "one batch and no more");
    // Claimed, and never done: the process is gone.
    let (db, now) = (&bench.test.app.db, bench.test.clock.now());
    let lost = db.write(async move |tx| jobs::claim(tx, Lane::Work, "killed", 1, now).await).await.unwrap();
    assert_eq!(lost.len(), 1);
    assert_eq!(bench.get(&ann, "/account").await.status, 303, "nobody logs in to an account that is going");
    assert_eq!(sessions::list_of_account(db, ann.account, now, now, 9).await.unwrap(), []);
    assert!(!do_one_job(&bench.test.app).await, "it is held still");
    bench.test.advance(jobs::LEASE.as_secs());
    assert_eq!(do_all_jobs(&bench.test.app).await, 2);
    assert_eq!(named().await, 0);
    assert_eq!(jobs::count_by_state(db).await.unwrap(), []);
    bench.is_consistent().await;
}

async fn a_comment_that_comes_in_at_that_moment_names_nobody_afterwards(engine: Engine) {
    const TRIES: usize = 8;
    let bench = Arc::new(Bench::on(engine).await);
    bench.option("comment_flood_seconds", "0").await;
    let mut taken = 0;
    for n in 0..TRIES {
        let who = bench.reader(&format!("reader{n}")).await;
        let words = format!("Words in the last moment {n}");
        let token = bench.token_of(&who).await;
        let send = bench.send_with(&who, &token, &words, CommentId(0));
        let (sent, left) = tokio::join!(send, leave(&bench, &who, &[]));
        assert_eq!(left.status, 303, "{}", left.text());
        // Taken before, or refused because nobody is logged in any more.
        assert!(matches!(sent.status.as_u16(), 201 | 401 | 403), "{}", sent.text());
        taken += usize::from(sent.status == 201);
        do_all_jobs(&bench.test.app).await;
        let filter = comments::Filter::default();
        let all = comments::list(&bench.test.app.db, bench.site.id, &filter, 100, 0).await.unwrap();
        assert_eq!(all.len(), taken);
        assert!(all.iter().all(|c| c.author_name == "Anonymous" && c.account_id.is_none()), "{all:?}");
    }
    // And the very last moment: the session was looked at before, the account is gone when it is written.
    let (bench, who) = (&bench, bench.reader("late").await);
    let account = accounts::find(&bench.test.app.db, who.account).await.unwrap().unwrap();
    assert_eq!(leave(bench, &who, &[]).await.status, 303);
    let actor = rejoinder::actions::current_actor::actor(&account, Role::Subscriber);
    let submission = rejoinder::actions::submit_comment::Submission {
        comment: rejoinder::model::comment::NewComment { post_id: 1, content: "Late".into(), ..Default::default() },
        kind: rejoinder::model::comment::CommentType::Comment,
        client: rejoinder::model::client::Client { ip: "192.0.2.1".parse().unwrap(), agent: String::new() },
        author: Some((actor, account)),
        identity: None,
        sent_by: None,
        given: rejoinder::actions::submit_comment::Given::default(),
        signals: rejoinder::actions::submit_comment::Signals::default(),
        idempotency_key: None,
        claim: None,
    };
    let refused = rejoinder::actions::submit_comment::submit_comment(&bench.test.app, &bench.site, submission).await;
    assert!(matches!(refused, Err(rejoinder::error::Error::Unauthenticated(_))), "{refused:?}");
}
