//! `store/jobs.rs`: the outbox.

use rejoinder::model::ids::{AccountId, CommentId, LinkbackId, SiteId};
use rejoinder::model::job::{ATTEMPTS_MAX, Job, Lane, Work};
use rejoinder::model::letter::{Addressee, Letter, LetterKind};
use rejoinder::model::time::Timestamp;
use rejoinder::store::jobs::{self, LEASE};

use super::{Kept, NOW, at, insert_site};
use crate::harness::Engine;

crate::on_both_engines! {
    a_job_is_claimed_when_it_is_due_and_by_one_alone
    a_lost_lease_lets_another_have_the_job
    a_job_of_the_same_cause_stands_once
    a_job_is_postponed_buried_revived_and_forgotten
    a_server_that_stops_gives_its_own_jobs_back
    a_job_whose_tries_never_came_to_an_end_is_given_up
    a_killed_servers_jobs_are_due_at_the_next_start
    the_next_due_time_counts_leases_too
    the_waiting_jobs_of_a_site_are_counted_to_a_bound
    each_lane_claims_its_own_and_has_its_own_number_of_tries
    a_job_that_waits_can_be_given_more_to_do
}

const SITE: SiteId = SiteId(1);

fn work(linkback: i64) -> Work {
    Work::VerifyLinkback { site: SITE, linkback: LinkbackId(linkback) }
}

async fn insert(kept: &Kept, work: Work, run_at: Timestamp) {
    kept.db().write(async move |tx| jobs::insert(tx, &work, run_at).await).await.unwrap();
}

async fn claim(kept: &Kept, limit: i64, now: Timestamp) -> Vec<Job> {
    claim_as(kept, "one", limit, now).await
}

async fn claim_as(kept: &Kept, holder: &'static str, limit: i64, now: Timestamp) -> Vec<Job> {
    let mut claimed =
        kept.db().write(async move |tx| jobs::claim(tx, Lane::Work, holder, limit, now).await).await.unwrap();
    claimed.sort_by_key(|job| job.id);
    claimed
}

/// State, tries and last error of the one job.
async fn state(kept: &Kept) -> Option<(String, i64, Option<String>)> {
    for state in ["waiting", "running", "dead"] {
        if let Some(job) = jobs::list(kept.db(), state, 10).await.unwrap().into_iter().next() {
            return Some((job.state, job.attempts, job.last_error));
        }
    }
    None
}

async fn a_job_is_claimed_when_it_is_due_and_by_one_alone(engine: Engine) {
    let kept = Kept::on(engine).await;
    for n in 1..=20 {
        insert(&kept, work(n), at(n)).await;
    }
    assert_eq!(claim(&kept, 10, NOW).await, []);
    let one = claim(&kept, 10, at(1)).await;
    assert_eq!((one.len(), &one[0].work, one[0].attempts), (1, &work(1), 1));
    let claimers = (0..8).map(|_| claim(&kept, 5, at(100)));
    let mut ids: Vec<i64> =
        futures_util::future::join_all(claimers).await.concat().iter().map(|job| job.id.0).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!((all, ids.len()), (19, 19), "each of the rest once");
}

async fn a_lost_lease_lets_another_have_the_job(engine: Engine) {
    let kept = Kept::on(engine).await;
    insert(&kept, work(1), NOW).await;
    let job = claim(&kept, 1, NOW).await.remove(0);
    let lost = NOW.plus(LEASE);
    assert_eq!(claim(&kept, 1, Timestamp(lost.0 - 1)).await, []);
    let again = claim(&kept, 1, lost).await.remove(0);
    assert_eq!((again.id, again.attempts), (job.id, 2));
}

async fn a_job_of_the_same_cause_stands_once(engine: Engine) {
    let kept = Kept::on(engine).await;
    for _ in 0..2 {
        insert(&kept, work(1), NOW).await;
    }
    insert(&kept, Work::DiscoverPost { site: SITE, url: "https://blog.example/a".into() }, NOW).await;
    assert_eq!(jobs::count_by_state(kept.db()).await.unwrap(), [("waiting".into(), 2)]);
    let claimed = claim(&kept, 10, NOW).await;
    insert(&kept, work(1), NOW).await;
    assert_eq!(jobs::count_by_state(kept.db()).await.unwrap(), [("running".into(), 2)]);
    let id = claimed[0].id;
    kept.db().write(async move |tx| jobs::bury(tx, id, "gone").await).await.unwrap();
    insert(&kept, work(1), NOW).await;
    let again = claim(&kept, 10, NOW).await;
    assert_eq!((again.len(), again[0].id, again[0].attempts), (1, id, 1), "a dead one begins anew");
}

async fn a_job_is_postponed_buried_revived_and_forgotten(engine: Engine) {
    let kept = Kept::on(engine).await;
    let other = insert_site(kept.db(), "other").await;
    insert(&kept, work(1), NOW).await;
    let id = claim(&kept, 1, NOW).await[0].id;
    kept.db().write(async move |tx| jobs::postpone(tx, id, at(500), "no answer").await).await.unwrap();
    assert_eq!(state(&kept).await, Some(("waiting".into(), 1, Some("no answer".into()))));
    assert_eq!(claim(&kept, 1, at(499)).await, []);
    assert_eq!(claim(&kept, 1, at(500)).await[0].attempts, 2);
    kept.db().write(async move |tx| jobs::bury(tx, id, "given up").await).await.unwrap();
    assert_eq!(state(&kept).await, Some(("dead".into(), 2, Some("given up".into()))));
    assert_eq!(claim(&kept, 1, at(i64::from(u32::MAX))).await, []);
    let dead = jobs::list_dead(kept.db(), SITE, 10).await.unwrap();
    assert_eq!(dead.iter().map(|job| (job.id, job.kind.as_str())).collect::<Vec<_>>(), [(id, "verify_linkback")]);
    assert!(dead[0].payload.contains("\"linkback\":1"), "{}", dead[0].payload);
    assert_eq!(jobs::list_dead(kept.db(), other, 10).await.unwrap(), []);

    let revive = async |site| kept.db().write(async move |tx| jobs::revive(tx, site, id, at(600)).await).await.unwrap();
    assert!(!revive(other).await);
    assert!(revive(SITE).await);
    assert!(!revive(SITE).await, "it is not dead any more");
    assert_eq!(claim(&kept, 1, at(600)).await[0].attempts, 1);
    let forget = async |site| kept.db().write(async move |tx| jobs::delete_dead(tx, site, id).await).await.unwrap();
    assert!(!forget(SITE).await, "it runs");
    kept.db().write(async move |tx| jobs::bury(tx, id, "").await).await.unwrap();
    assert!(!forget(other).await);
    assert!(forget(SITE).await);
    assert_eq!(state(&kept).await, None);
}

async fn a_server_that_stops_gives_its_own_jobs_back(engine: Engine) {
    let kept = Kept::on(engine).await;
    for n in 1..=4 {
        insert(&kept, work(n), NOW).await;
    }
    let claimed = claim_as(&kept, "one", 2, NOW).await;
    let others = claim_as(&kept, "two", 1, NOW).await;
    let done = claimed[0].id;
    kept.db().write(async move |tx| jobs::delete(tx, done).await).await.unwrap();
    assert_eq!(kept.db().write(async |tx| jobs::release(tx, "one", at(7)).await).await.unwrap(), 1);
    let rest = claim(&kept, 10, at(7)).await;
    assert_eq!(rest.iter().map(|job| job.attempts).collect::<Vec<_>>(), [1, 1], "a try that was cut off is none");
    assert!(!rest.iter().any(|job| job.id == done || job.id == others[0].id));
}

async fn a_job_whose_tries_never_came_to_an_end_is_given_up(engine: Engine) {
    let kept = Kept::on(engine).await;
    insert(&kept, work(1), NOW).await;
    let bury = async |now| kept.db().write(async move |tx| jobs::bury_exhausted(tx, now).await).await.unwrap();
    let mut now = NOW;
    for attempt in 1..=ATTEMPTS_MAX {
        assert_eq!(bury(now).await, 0, "{attempt}");
        assert_eq!(claim(&kept, 1, now).await[0].attempts, attempt);
        assert_eq!(bury(now).await, 0, "it runs");
        now = now.plus(LEASE);
    }
    assert_eq!(claim(&kept, 1, now).await, []);
    assert_eq!(bury(now).await, 1);
    let (state, attempts, why) = state(&kept).await.unwrap();
    assert_eq!((state.as_str(), attempts), ("dead", ATTEMPTS_MAX));
    assert!(why.unwrap().contains("No try came to an end"));
}

async fn a_killed_servers_jobs_are_due_at_the_next_start(engine: Engine) {
    let kept = Kept::on(engine).await;
    insert(&kept, work(1), NOW).await;
    let held = claim(&kept, 1, NOW).await.remove(0);
    let reclaim = async |now| kept.db().write(async move |tx| jobs::reclaim(tx, now).await).await.unwrap();
    if engine == Engine::Postgres {
        assert_eq!(reclaim(at(7)).await, 0, "another server may hold it");
        assert_eq!(reclaim(NOW.plus(LEASE)).await, 1);
    } else {
        assert_eq!(reclaim(at(7)).await, 1);
    }
    let again = claim(&kept, 1, NOW.plus(LEASE)).await.remove(0);
    assert_eq!((again.id, again.attempts), (held.id, 2), "a try that a crash ended counts: it may have been the cause");
}

async fn the_next_due_time_counts_leases_too(engine: Engine) {
    let kept = Kept::on(engine).await;
    let next = async || jobs::next_due(kept.db()).await.unwrap();
    assert_eq!(next().await, None);
    insert(&kept, work(1), at(5)).await;
    assert_eq!(next().await, Some(at(5)));
    let id = claim(&kept, 1, at(5)).await[0].id;
    assert_eq!(next().await, Some(at(5).plus(LEASE)));
    kept.db().write(async move |tx| jobs::bury(tx, id, "").await).await.unwrap();
    assert_eq!(next().await, None);
}

fn mail(comment: i64) -> Work {
    let to = Addressee::Account(AccountId(3));
    Work::Mail { site: SITE, letter: Letter::about(LetterKind::Author, to, CommentId(comment)) }
}

async fn each_lane_claims_its_own_and_has_its_own_number_of_tries(engine: Engine) {
    let kept = Kept::on(engine).await;
    insert(&kept, work(1), NOW).await;
    insert(&kept, mail(1), NOW).await;
    let claim =
        async |lane, now| kept.db().write(async move |tx| jobs::claim(tx, lane, "one", 10, now).await).await.unwrap();
    let bury = async |now| kept.db().write(async move |tx| jobs::bury_exhausted(tx, now).await).await.unwrap();
    let mut now = NOW;
    for attempt in 1..=Lane::Mail.attempts_max() {
        let mails = claim(Lane::Mail, now).await;
        assert_eq!(mails.iter().map(|job| (&job.work, job.attempts)).collect::<Vec<_>>(), [(&mail(1), attempt)]);
        let works = claim(Lane::Work, now).await;
        assert_eq!(works.len(), usize::from(attempt <= ATTEMPTS_MAX), "{attempt}");
        assert_eq!(bury(now).await, u64::from(attempt == ATTEMPTS_MAX + 1), "{attempt}");
        now = now.plus(LEASE);
    }
    assert_eq!((claim(Lane::Mail, now).await, bury(now).await), (Vec::new(), 1));
}

async fn a_job_that_waits_can_be_given_more_to_do(engine: Engine) {
    let kept = Kept::on(engine).await;
    insert(&kept, mail(1), at(100)).await;
    let find = async |not_before| {
        let key = mail(1).unique_key();
        kept.db().write(async move |tx| jobs::find_waiting(tx, "mail", &key, not_before).await).await.unwrap()
    };
    let (id, found) = find(at(100)).await.unwrap();
    assert_eq!((found, find(at(101)).await), (mail(1), None), "what is due belongs to whoever claims it");
    kept.db().write(async move |tx| jobs::set_work(tx, id, &mail(2)).await).await.unwrap();
    assert_eq!(find(at(100)).await, Some((id, mail(2))));
    let claimed = kept.db().write(async |tx| jobs::claim(tx, Lane::Mail, "one", 1, at(100)).await).await.unwrap();
    assert_eq!((claimed[0].id, &claimed[0].work), (id, &mail(2)));
    assert_eq!(find(at(0)).await, None, "it runs");
    kept.db().write(async move |tx| jobs::postpone(tx, id, at(500), "").await).await.unwrap();
    assert_eq!(find(at(0)).await, None, "it was tried, and every try of a mail says the same");
}

async fn the_waiting_jobs_of_a_site_are_counted_to_a_bound(engine: Engine) {
    let kept = Kept::on(engine).await;
    let count = async |site, most| kept.db().write(async move |tx| jobs::count_waiting(tx, site, most).await).await;
    for n in 1..=3 {
        insert(&kept, work(n), at(n)).await;
    }
    insert(&kept, mail(1), at(4)).await;
    claim(&kept, 1, at(1)).await;
    for (site, most, counted) in [(SITE, 10, 2), (SITE, 2, 2), (SITE, 1, 1), (SiteId(2), 10, 0)] {
        assert_eq!(count(site, most).await.unwrap(), counted, "{site} {most}");
    }
}
