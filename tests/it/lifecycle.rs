//! What becomes of things with time, and that counts agree whatever happens.

use rejoinder::actions::edit_comment::{Changes, edit_comment};
use rejoinder::actions::empty_comments::empty;
use rejoinder::actions::moderate_comments::{Step, Verb, moderate, undo};
use rejoinder::actions::repair::{Fault, FaultKind, find_faults, mend};
use rejoinder::actions::tidy_up::{BATCH_ROWS, REFUSED_LINKBACK_DAYS, tidy_up};
use rejoinder::model::account::Actor;
use rejoinder::model::comment::{Comment, CommentType, Status};
use rejoinder::model::ids::{CommentId, LinkbackId, PostId};
use rejoinder::model::job::Work;
use rejoinder::model::linkback::{LinkbackRefusal, Protocol};
use rejoinder::store::comments::{self, Question};
use rejoinder::store::linkbacks::{self, NewLinkback};
use rejoinder::store::{Tx, audit, jobs, posts};

use crate::embed::World;
use crate::harness::{Engine, Setup, TestApp, eventually};

crate::on_both_engines! {
    trash_and_spam_go_after_their_days
    damage_is_found_and_mended
    counts_agree_whatever_happens
    an_answer_to_what_goes_at_that_moment_stands_by_itself
}

const DAY: u64 = 24 * 3_600;

async fn world(engine: Engine) -> World {
    World::on(TestApp::start_on(engine, Setup::default()).await, "A post").await
}

fn actor() -> Actor {
    Actor::command("test")
}

async fn act(world: &World, verb: Verb, id: CommentId) {
    let site = world.test.app.sites.find(&world.test.app.db, world.site.id).await.unwrap().unwrap();
    moderate(&world.test.app, &site, &actor(), verb, &[id]).await.unwrap();
}

async fn status(world: &World, id: CommentId) -> Option<Status> {
    comments::find(&world.test.app.db, world.site.id, id).await.unwrap().map(|c| c.status)
}

async fn faults(world: &World) -> Vec<FaultKind> {
    find_faults(&world.test.app).await.unwrap().into_iter().map(|f: Fault| f.kind).collect()
}

async fn count(world: &World) -> i64 {
    posts::find(&world.test.app.db, world.site.id, world.post).await.unwrap().unwrap().comment_count
}

async fn trash_and_spam_go_after_their_days(engine: Engine) {
    let world = world(engine).await;
    world.option("empty_trash_days", "30").await;
    world.option("empty_spam_days", "15").await;
    let mut ids = Vec::new();
    for text in ["kept", "trashed", "spam", "restored", "trashed later", "spam, then trash"] {
        ids.push(world.comment(text, &[]).await);
    }
    let answer = world.comment("An answer to what is trashed", &[("comment_parent", &ids[1].to_string())]).await;
    let [kept, trashed, spam, restored, later, both] = ids.try_into().unwrap();
    for (verb, id) in [
        (Verb::Trash, trashed),
        (Verb::Spam, spam),
        (Verb::Trash, restored),
        (Verb::Untrash, restored),
        (Verb::Spam, both),
    ] {
        act(&world, verb, id).await;
    }
    world.test.advance(15 * DAY - 1);
    act(&world, Verb::Trash, later).await;
    act(&world, Verb::Trash, both).await;
    let tidied = async || {
        tidy_up(&world.test.app).await.unwrap();
        let mut left = Vec::new();
        for id in [kept, trashed, spam, restored, later, both] {
            left.push(status(&world, id).await.is_some());
        }
        left
    };
    assert_eq!(tidied().await, [true, true, true, true, true, true], "a second too early");
    world.test.advance(1);
    assert_eq!(tidied().await, [true, true, false, true, true, true]);
    world.test.advance(15 * DAY - 1);
    assert_eq!(tidied().await, [true, true, false, true, true, true], "a second too early");
    world.test.advance(1);
    assert_eq!(tidied().await, [true, false, false, true, true, true]);
    world.test.advance(15 * DAY);
    assert_eq!(tidied().await, [true, false, false, true, false, false]);
    assert_eq!(
        (status(&world, kept).await, status(&world, restored).await),
        (Some(Status::Approved), Some(Status::Approved))
    );
    let answer = comments::find(&world.test.app.db, world.site.id, answer).await.unwrap().unwrap();
    assert_eq!((answer.parent_id, count(&world).await, faults(&world).await), (None, 3, vec![]));
    let told: Vec<(String, String)> = audit::list(&world.test.app.db, world.site.id, false, 100, 0)
        .await
        .unwrap()
        .into_iter()
        .filter(|entry| entry.action == "expire")
        .map(|entry| (entry.actor, entry.detail))
        .collect();
    let by = |detail: &str| ("rejoinder serve".to_owned(), detail.to_owned());
    let expected =
        ["2 from trash, there for 30 days", "1 from trash, there for 30 days", "1 from spam, there for 15 days"];
    assert_eq!(told, expected.map(by));
}

#[tokio::test]
async fn nothing_goes_where_the_owner_wants_it_kept() {
    let world = World::new().await;
    let (trashed, spam) = (world.comment("trashed", &[]).await, world.comment("spam", &[]).await);
    act(&world, Verb::Trash, trashed).await;
    act(&world, Verb::Spam, spam).await;
    for option in ["empty_trash_days", "empty_spam_days"] {
        world.option(option, "0").await;
    }
    world.test.advance(4_000 * DAY);
    tidy_up(&world.test.app).await.unwrap();
    assert_eq!((status(&world, trashed).await, status(&world, spam).await), (Some(Status::Trash), Some(Status::Spam)));
}

/// A row straight into the store, as the intake keeps what it judges.
async fn keep(world: &World, kind: CommentType, status: Status, content: String) -> CommentId {
    let comment = Comment {
        site_id: world.site.id,
        id: CommentId(0),
        post_id: world.post,
        parent_id: None,
        kind,
        status,
        author_name: "Robot".into(),
        author_email: String::new(),
        author_url: "https://other.example/".into(),
        author_ip: "192.0.2.9".into(),
        agent: String::new(),
        account_id: None,
        content,
        created_at: world.test.clock.now(),
        proven_by: String::new(),
        edited_at: None,
        reason: String::new(),
    };
    let question = Question::about(&comment, comment.created_at);
    let kept = async move |tx: &mut Tx| comments::insert(tx, &comment, &question).await;
    world.test.app.db.write(kept).await.unwrap()
}

fn claim(n: i64, post: PostId) -> NewLinkback {
    NewLinkback {
        protocol: Protocol::Pingback,
        source: format!("https://{n}.example/"),
        source_key: format!("{n}.example"),
        target: "https://blog.example/a-post/".into(),
        target_key: format!("?p={post}"),
        post_id: Some(post),
        client_ip: "192.0.2.9".into(),
        agent: String::new(),
        said: None,
    }
}

#[tokio::test]
async fn a_flood_of_spam_goes_in_several_writes() {
    let world = World::new().await;
    let many = 2 * BATCH_ROWS + 1;
    for n in 0..many {
        keep(&world, CommentType::Comment, Status::Spam, format!("spam {n}")).await;
    }
    world.test.advance(15 * DAY);
    tidy_up(&world.test.app).await.unwrap();
    assert_eq!(
        comments::count_by_status(&world.test.app.db, world.site.id, &comments::Filter::default()).await.unwrap(),
        []
    );
    let lines = audit::list(&world.test.app.db, world.site.id, false, 100, 0).await.unwrap();
    assert_eq!(lines.iter().filter(|entry| entry.action == "expire").count(), 3);
}

#[tokio::test]
async fn an_expired_linkback_may_come_again_and_refused_ones_are_forgotten() {
    let world = World::new().await;
    let (site, post, now) = (world.site.id, world.post, world.test.clock.now());
    let comment = keep(&world, CommentType::Pingback, Status::Spam, "x".into()).await;
    let write = async move |tx: &mut Tx| {
        let (spam, refused) = (
            linkbacks::upsert(tx, site, &claim(1, post), now).await?,
            linkbacks::upsert(tx, site, &claim(2, post), now).await?,
        );
        linkbacks::set_registered(tx, site, spam, post, comment, now).await?;
        linkbacks::set_refused(tx, site, refused, LinkbackRefusal::NoLink, now).await?;
        Ok((spam, refused))
    };
    let (spam, refused) = world.test.app.db.write(write).await.unwrap();
    let is_there = async |id: LinkbackId| linkbacks::find(&world.test.app.db, site, id).await.unwrap().is_some();
    world.test.advance(15 * DAY);
    tidy_up(&world.test.app).await.unwrap();
    assert_eq!((is_there(spam).await, is_there(refused).await), (false, true));
    world.test.advance(u64::from(REFUSED_LINKBACK_DAYS - 15) * DAY);
    tidy_up(&world.test.app).await.unwrap();
    assert!(is_there(refused).await, "a moment too early");
    world.test.advance(1);
    tidy_up(&world.test.app).await.unwrap();
    assert!(!is_there(refused).await);
}

/// The server tidies up by itself, from its start on.
#[tokio::test]
async fn the_runner_tidies_up() {
    let world = World::new().await;
    let id = world.comment("spam", &[]).await;
    act(&world, Verb::Spam, id).await;
    world.test.advance(15 * DAY);
    let runner = tokio::spawn(rejoinder::jobs::runner::run(world.test.app.clone()));
    eventually("the spam is gone", async || status(&world, id).await.is_none().then_some(())).await;
    world.test.app.stopping.cancel();
    runner.await.unwrap();
}

async fn damage_is_found_and_mended(engine: Engine) {
    let world = world(engine).await;
    let (site, post, now) = (world.site.id, world.post, world.test.clock.now());
    let first = world.comment("First", &[]).await;
    let answer = world.comment("Answer", &[("comment_parent", &first.to_string())]).await;
    let other = world.test.post(&world.site, "https://blog.example/b/", "Another").await;
    assert_eq!(faults(&world).await, []);
    let shown = world.test.get("/embed/counts?url=https%3A%2F%2Fblog.example%2Fa-post%2F").await.text();
    assert!(shown.contains(":2}"), "{shown}");
    let claims = async move |tx: &mut Tx| {
        let hollow = linkbacks::upsert(tx, site, &claim(1, post), now).await?;
        linkbacks::set_registered(tx, site, hollow, post, CommentId(99), now).await?;
        linkbacks::upsert(tx, site, &claim(2, post), now).await
    };
    let stuck = world.test.app.db.write(claims).await.unwrap();
    let damage = async |statement: &'static str| {
        world.test.app.db.write(async move |tx: &mut Tx| tx.execute(statement, Vec::new()).await).await.unwrap();
    };
    damage("UPDATE posts SET comment_count = 7 WHERE id = 1").await;
    damage("UPDATE posts SET comment_count = -1 WHERE id = 2").await;
    damage("DELETE FROM comments WHERE id = 1").await;
    damage("UPDATE sites SET next_comment_id = 2").await;
    let found = find_faults(&world.test.app).await.unwrap();
    let kinds: Vec<FaultKind> = found.iter().map(|f| f.kind).collect();
    let expected = [
        FaultKind::TakenNumber,
        FaultKind::LostAnswer { post, comment: answer },
        FaultKind::ClaimWithoutComment(LinkbackId(1)),
        FaultKind::ClaimWithoutJob(stuck),
        FaultKind::Count { post, kept: 7, counted: 1 },
        FaultKind::Count { post: other, kept: -1, counted: 0 },
    ];
    assert_eq!(kinds, expected);
    mend(&world.test.app, &actor(), &found).await.unwrap();
    assert_eq!((faults(&world).await, count(&world).await), (vec![], 1));
    // What readers see is mended with it, and what was stuck goes on.
    let page = world.page("").await.text();
    assert!(page.contains("One response to") && page.contains("Answer"), "{page}");
    let work = jobs::list(&world.test.app.db, "waiting", 10).await.unwrap();
    assert_eq!(
        work.iter().map(|job| job.kind.as_str()).collect::<Vec<_>>(),
        [Work::VerifyLinkback { site, linkback: stuck }.kind()]
    );
    assert_eq!(world.comment("After", &[]).await, CommentId(3));
    let told = audit::list(&world.test.app.db, site, false, 100, 0).await.unwrap();
    assert_eq!(told.iter().filter(|entry| entry.action == "repair").count(), expected.len());
}

/// A generator of the test's own, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Every way in which a comment comes, changes and goes, in any order: the counts that are kept are always
/// those that are counted.
async fn counts_agree_whatever_happens(engine: Engine) {
    const STEPS: usize = 150;
    let world = world(engine).await;
    world.option("moderation_keys", "wait").await;
    world.test.post(&world.site, "https://blog.example/b/", "Another").await;
    let (app, statuses) = (&world.test.app, [Status::Approved, Status::Hold, Status::Spam]);
    let mut dice = Dice(20_260_105);
    for step in 0..STEPS {
        let site = app.sites.find(&app.db, world.site.id).await.unwrap().unwrap();
        let there = comments::list(&app.db, site.id, &comments::Filter::default(), 100, 0).await.unwrap();
        let ids: Vec<CommentId> = there.iter().map(|c| c.id).collect();
        let some = |dice: &mut Dice| ids.get(dice.roll(ids.len().max(1))).copied().unwrap_or(CommentId(1));
        match dice.roll(10) {
            0..=2 => {
                let text = format!("{} {step}", if dice.roll(2) == 0 { "wait" } else { "words" });
                let post = (1 + dice.roll(2)).to_string();
                let parent = there.iter().find(|c| c.status == Status::Approved && c.post_id.to_string() == post);
                let parent = parent.filter(|_| dice.roll(2) == 0).map_or(0, |c| c.id.0).to_string();
                world.comment(&text, &[("comment_post_ID", &post), ("comment_parent", &parent)]).await;
            }
            3..=6 => {
                let verb = Verb::ALL[dice.roll(Verb::ALL.len())];
                let many: Vec<CommentId> = (0..=dice.roll(4)).map(|_| some(&mut dice)).collect();
                moderate(app, &site, &actor(), verb, &many).await.unwrap();
            }
            7 => {
                let step = Step { id: some(&mut dice), from: statuses[dice.roll(3)], to: statuses[dice.roll(3)] };
                undo(app, &site, &actor(), &[step]).await.unwrap();
            }
            8 => {
                let changes = Changes {
                    content: Some(format!("edited {step}")),
                    status: Some(Verb::ALL[dice.roll(Verb::ALL.len())]),
                    post: Some(dice.roll(3)).filter(|id| *id > 0).map(|id| i64::try_from(id).unwrap()),
                    ..Changes::default()
                };
                // What is in the trash is not edited.
                let _edited = edit_comment(app, &site, &actor(), some(&mut dice), changes).await;
            }
            _ => {
                let status = [Status::Spam, Status::Trash][dice.roll(2)];
                world.test.advance(u64::try_from(dice.roll(20)).unwrap() * DAY);
                if dice.roll(2) == 0 {
                    empty(app, &site, &actor(), status, app.clock.now()).await.unwrap();
                } else {
                    tidy_up(app).await.unwrap();
                }
            }
        }
        assert_eq!(faults(&world).await, [], "step {step}");
    }
}

async fn an_answer_to_what_goes_at_that_moment_stands_by_itself(engine: Engine) {
    const TRIES: usize = 20;
    let world = world(engine).await;
    world.option("empty_trash_days", "0").await;
    let site = world.test.app.sites.find(&world.test.app.db, world.site.id).await.unwrap().unwrap();
    for n in 0..TRIES {
        let parent = world.comment(&format!("Before {n}"), &[]).await;
        let (text, to, actor, ids) = (format!("Answer {n}"), parent.to_string(), actor(), [parent]);
        let fields = [
            ("comment_post_ID", "1"),
            ("comment", &*text),
            ("author", "Bo"),
            ("email", "bo@peer.example"),
            ("comment_parent", &*to),
        ];
        let (answer, gone) = tokio::join!(
            world.test.form("/wp-comments-post.php", &fields, &[]),
            moderate(&world.test.app, &site, &actor, Verb::Delete, &ids),
        );
        gone.unwrap();
        // Taken, or told that there is nothing to answer.
        assert!(matches!(answer.status.as_u16(), 302 | 403), "{}", answer.text());
        assert_eq!(faults(&world).await, []);
    }
}
