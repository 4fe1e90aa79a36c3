//! The outbox: jobs that wait, run under a lease, or are dead and wait for an operator.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::model::ids::{JobId, SiteId};
use crate::model::job::{Job, Lane, Work};
use crate::model::time::Timestamp;
use crate::store::db::{Db, Row, Sql, Tx, args};

/// How long a claimed job belongs to who claimed it. Longer than the longest job (a mail of 60 s), so
/// that only a crash lets another have it.
pub const LEASE: Duration = Duration::from_mins(2);

/// Writes a job down, in the transaction of its cause. A job of the same kind and key that is there
/// already serves both.
pub async fn insert(tx: &mut Tx, work: &Work, run_at: Timestamp) -> Result<()> {
    const INSERT: &str = "INSERT INTO jobs (site_id, kind, lane, payload, unique_key, state, run_at, attempts, created_at) VALUES ($1, $2, $6, $3, $4, 'waiting', $5, 0, $5) \
        ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL \
        DO UPDATE SET state = CASE WHEN jobs.state = 'dead' THEN 'waiting' ELSE jobs.state END, \
            attempts = CASE WHEN jobs.state = 'dead' THEN 0 ELSE jobs.attempts END";
    let args = args![work.site(), work.kind(), payload(work)?, work.unique_key(), run_at, work.lane().as_str()];
    tx.execute(INSERT, args).await.map(|_| ())
}

/// How many jobs of a site wait, mails aside, which have bounds of their own; counts no further than `most`.
pub async fn count_waiting(tx: &mut Tx, site: SiteId, most: i64) -> Result<i64> {
    // SQLite plans a statement anew for each number that is its limit, unless that is a sum.
    const COUNT: &str = "SELECT COUNT(*) AS jobs FROM (SELECT 1 FROM jobs WHERE site_id = $1 AND state = 'waiting' AND lane = $3 LIMIT $2 + 0) AS counted";
    tx.fetch_one(COUNT, args![site, most, Lane::Work.as_str()], |row| row.get("jobs")).await
}

/// Claims for `holder` up to `limit` jobs of a lane that are due, or whose lease has run out with its holder.
/// Those that had all their tries are left to [`bury_exhausted`].
pub async fn claim(tx: &mut Tx, lane: Lane, holder: &str, limit: i64, now: Timestamp) -> Result<Vec<Job>> {
    const CLAIM: Sql = Sql::Each {
        // In two, so that each follows the index and the due ones need no sorting; with sums, as in `count_waiting`.
        sqlite: "UPDATE jobs SET state = 'running', lease_until = $2, holder = $4, attempts = attempts + 1 WHERE id IN \
            (SELECT id FROM (SELECT id FROM jobs WHERE state = 'running' AND lane = $6 AND lease_until <= $1 AND attempts < $5) \
            UNION ALL SELECT id FROM (SELECT id FROM jobs WHERE state = 'waiting' AND lane = $6 AND run_at <= $1 AND attempts < $5 ORDER BY run_at, id LIMIT $3 + 0) LIMIT $3 + 0) \
            RETURNING id, payload, attempts",
        postgres: "UPDATE jobs SET state = 'running', lease_until = $2, holder = $4, attempts = attempts + 1 WHERE id IN \
            (SELECT id FROM jobs WHERE lane = $6 AND ((state = 'waiting' AND run_at <= $1) OR (state = 'running' AND lease_until <= $1)) AND attempts < $5 ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED) \
            RETURNING id, payload, attempts",
    };
    tx.fetch_all(CLAIM, args![now, now.plus(LEASE), limit, holder, lane.attempts_max(), lane.as_str()], |row| {
        Ok(Job { id: row.get("id")?, work: work(row)?, attempts: row.get("attempts")? })
    })
    .await
}

/// Gives up the jobs that had all their tries and never came to an end, so that one on which the program
/// crashes is not tried at every start for ever. Says how many.
pub async fn bury_exhausted(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const BURY: &str = "UPDATE jobs SET state = 'dead', lease_until = NULL, holder = NULL, last_error = $3 \
        WHERE attempts >= CASE WHEN lane = 'mail' THEN $4 ELSE $1 END AND (state = 'waiting' OR (state = 'running' AND lease_until <= $2))";
    let why = "No try came to an end: the server was killed or crashed each time, perhaps by this job.";
    tx.execute(BURY, args![Lane::Work.attempts_max(), now, why, Lane::Mail.attempts_max()]).await
}

/// The job of this kind and key that waits, was not tried yet and is not due before `not_before`, for a change of
/// what it is to do; nobody else may take it until the transaction ends.
pub async fn find_waiting(
    tx: &mut Tx,
    kind: &str,
    unique_key: &str,
    not_before: Timestamp,
) -> Result<Option<(JobId, Work)>> {
    const FIND: Sql = Sql::Each {
        sqlite: "SELECT id, payload FROM jobs WHERE kind = $1 AND unique_key = $2 AND state = 'waiting' AND attempts = 0 AND run_at >= $3",
        postgres: "SELECT id, payload FROM jobs WHERE kind = $1 AND unique_key = $2 AND state = 'waiting' AND attempts = 0 AND run_at >= $3 FOR UPDATE",
    };
    tx.fetch_optional(FIND, args![kind, unique_key, not_before], |row| Ok((row.get("id")?, work(row)?))).await
}

/// Changes what a waiting job is to do.
pub async fn set_work(tx: &mut Tx, id: JobId, work: &Work) -> Result<()> {
    tx.execute("UPDATE jobs SET payload = $2 WHERE id = $1", args![id, payload(work)?]).await.map(|_| ())
}

fn payload(work: &Work) -> Result<String> {
    serde_json::to_string(work).map_err(|e| Error::internal(format!("writing a job: {e}")))
}

fn work(row: &Row) -> Result<Work> {
    let payload: String = row.get("payload")?;
    serde_json::from_str(&payload).map_err(|e| Error::internal(format!("reading the job {payload}: {e}")))
}

/// When the next job is due, the leases of running ones included.
pub async fn next_due(db: &Db) -> Result<Option<Timestamp>> {
    const NEXT: &str = "SELECT MIN(CASE WHEN state = 'waiting' THEN run_at ELSE lease_until END) AS due FROM jobs WHERE state IN ('waiting', 'running')";
    db.fetch_one(NEXT, args![], |row| row.get("due")).await
}

/// The job is done.
pub async fn delete(tx: &mut Tx, id: JobId) -> Result<()> {
    tx.execute("DELETE FROM jobs WHERE id = $1", args![id]).await.map(|_| ())
}

/// The job is to be tried again at `run_at`.
pub async fn postpone(tx: &mut Tx, id: JobId, run_at: Timestamp, error: &str) -> Result<()> {
    const POSTPONE: &str = "UPDATE jobs SET state = 'waiting', lease_until = NULL, holder = NULL, run_at = $2, last_error = $3 WHERE id = $1";
    tx.execute(POSTPONE, args![id, run_at, error]).await.map(|_| ())
}

/// The job is given up: an operator sees it.
pub async fn bury(tx: &mut Tx, id: JobId, error: &str) -> Result<()> {
    const BURY: &str =
        "UPDATE jobs SET state = 'dead', lease_until = NULL, holder = NULL, last_error = $2 WHERE id = $1";
    tx.execute(BURY, args![id, error]).await.map(|_| ())
}

/// Gives back what `holder` has claimed, as a server that stops does; a try that was cut off is none.
pub async fn release(tx: &mut Tx, holder: &str, now: Timestamp) -> Result<u64> {
    const RELEASE: &str = "UPDATE jobs SET state = 'waiting', lease_until = NULL, holder = NULL, run_at = $2, attempts = attempts - 1 \
        WHERE state = 'running' AND holder = $1";
    tx.execute(RELEASE, args![holder, now]).await
}

/// Makes the jobs that a killed server held due at once, at a start. On SQLite one server has the data
/// folder to itself, so whatever is claimed then is nobody's; their attempts count. On PostgreSQL another
/// server may hold them, so their leases decide.
pub async fn reclaim(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const RECLAIM: Sql = Sql::Each {
        sqlite: "UPDATE jobs SET state = 'waiting', lease_until = NULL, holder = NULL, run_at = $1 WHERE state = 'running'",
        postgres: "UPDATE jobs SET state = 'waiting', lease_until = NULL, holder = NULL, run_at = $1 WHERE state = 'running' AND lease_until <= $1",
    };
    tx.execute(RECLAIM, args![now]).await
}

/// A job as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Counted over the instance.
    pub id: JobId,
    /// What it does.
    pub kind: String,
    /// With what.
    pub payload: String,
    /// `waiting`, `running` or `dead`.
    pub state: String,
    /// Tries so far.
    pub attempts: i64,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it is due.
    pub run_at: Timestamp,
}

fn shown(row: &Row) -> Result<Shown> {
    Ok(Shown {
        id: row.get("id")?,
        kind: row.get("kind")?,
        payload: row.get("payload")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        last_error: row.get("last_error")?,
        run_at: row.get("run_at")?,
    })
}

/// The jobs in a state, oldest first.
pub async fn list(db: &Db, state: &str, limit: i64) -> Result<Vec<Shown>> {
    const LIST: &str = "SELECT id, kind, payload, state, attempts, last_error, run_at FROM jobs WHERE state = $1 ORDER BY run_at, id LIMIT $2";
    db.fetch_all(LIST, args![state, limit], shown).await
}

/// The dead jobs of a site, oldest first.
pub async fn list_dead(db: &Db, site: SiteId, limit: i64) -> Result<Vec<Shown>> {
    const LIST: &str = "SELECT id, kind, payload, state, attempts, last_error, run_at FROM jobs WHERE site_id = $1 AND state = 'dead' ORDER BY run_at, id LIMIT $2";
    db.fetch_all(LIST, args![site, limit], shown).await
}

/// Lets a dead job of a site be tried again from the beginning; says whether there was one.
pub async fn revive(tx: &mut Tx, site: SiteId, id: JobId, now: Timestamp) -> Result<bool> {
    const REVIVE: &str = "UPDATE jobs SET state = 'waiting', attempts = 0, run_at = $3 WHERE site_id = $1 AND id = $2 AND state = 'dead'";
    Ok(tx.execute(REVIVE, args![site, id, now]).await? == 1)
}

/// Forgets a dead job of a site; says whether there was one.
pub async fn delete_dead(tx: &mut Tx, site: SiteId, id: JobId) -> Result<bool> {
    const DELETE: &str = "DELETE FROM jobs WHERE site_id = $1 AND id = $2 AND state = 'dead'";
    Ok(tx.execute(DELETE, args![site, id]).await? == 1)
}

/// How many jobs are in each state.
pub async fn count_by_state(db: &Db) -> Result<Vec<(String, i64)>> {
    db.fetch_all("SELECT state, COUNT(*) AS jobs FROM jobs GROUP BY state ORDER BY state", args![], |row| {
        Ok((row.get("state")?, row.get("jobs")?))
    })
    .await
}
