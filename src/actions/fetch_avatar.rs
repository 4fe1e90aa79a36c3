//! Fetches a picture from the site's picture server, in the background, a few at a time. Whatever comes is
//! read as a picture and written anew (`net/picture`); what is none, or does not come, is no picture until
//! it is asked for again a day later, and no dead job: nobody has to do anything about it. Called by its job.

use std::time::Duration;

use http::StatusCode;
use tokio::sync::Semaphore;

use crate::actions::avatars::hash_of;
use crate::actions::discover_post::user_agent;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::avatar::{self, Image};
use crate::model::ids::SiteId;
use crate::model::job::Job;
use crate::net::fetcher::{FetchError, FetchRequest, Fetched};
use crate::net::picture::{PICTURE_BYTES_MAX, reencode};
use crate::secret;
use crate::store::{avatars, jobs};

/// Pictures fetched at once: what else waits for the runner goes before them.
const FETCHES_MAX: usize = 2;
/// How long a picture waits that finds no place.
const PLACE_WAIT: Duration = Duration::from_secs(5);
/// Times that a picture waits for its turn; then whoever looks at it next asks again.
const WAITS_MAX: i64 = 100;
/// The types that a picture server may say it sends. What it is, its bytes tell.
const PICTURE_TYPES: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

static FETCHES: Semaphore = Semaphore::const_new(FETCHES_MAX);
/// One at a time is held as pixels.
static READING: Semaphore = Semaphore::const_new(1);

/// Does the job.
pub async fn fetch_avatar(app: &App, job: &Job, site: SiteId, token: &str) -> Result<()> {
    let known = app.sites.find(&app.db, site).await?;
    let asked = known.as_ref().and_then(|site| {
        let hash = hash_of(app, site.id, token)?;
        Some((avatar::picture_url(&site.options, &hash)?, avatar::picture_url(&site.options, "")?))
    });
    let (Some(known), Some((url, variant))) = (known, asked) else { return end(app, job).await };
    let Ok(_place) = FETCHES.try_acquire() else { return wait(app, job, PLACE_WAIT).await };
    let base = app.sites.base(&app.db, &app.config, &known).await?;
    let request = FetchRequest {
        accept: PICTURE_TYPES,
        body_bytes_max: PICTURE_BYTES_MAX,
        ..FetchRequest::page(url, user_agent(&base, "; fetching an avatar"))
    };
    let image = match read(app.fetcher.get(request).await).await? {
        Answer::Image(image) => Some(image),
        Answer::None => None,
        Answer::Later(after) => return wait(app, job, after).await,
        Answer::Failed => return end(app, job).await,
    };
    let (id, token, variant, now) = (job.id, token.to_owned(), String::from(variant), app.clock.now());
    app.db
        .write(async move |tx| {
            avatars::set_image(tx, site, &token, &variant, image.as_ref(), now).await?;
            jobs::delete(tx, id).await
        })
        .await
}

/// What a picture server's answer comes to.
enum Answer {
    Image(Image),
    /// It knows nobody of this hash.
    None,
    /// Our own limits put it off.
    Later(Duration),
    /// It has trouble, or sent what is no picture: a picture that is known stays.
    Failed,
}

async fn read(fetched: Result<Fetched, FetchError>) -> Result<Answer> {
    let fetched = match fetched {
        Ok(fetched) => fetched,
        Err(error) => return Ok(error.retry_after().map_or(Answer::Failed, Answer::Later)),
    };
    if fetched.status == StatusCode::NOT_FOUND.as_u16() {
        return Ok(Answer::None);
    }
    if !fetched.is_success() || fetched.is_truncated {
        return Ok(Answer::Failed);
    }
    let _turn = READING.acquire().await.map_err(|e| Error::internal(format!("reading a picture: {e}")))?;
    let read = tokio::task::spawn_blocking(move || reencode(&fetched.body)).await;
    match read.map_err(|e| Error::internal(format!("reading a picture: {e}")))? {
        Ok(image) => Ok(Answer::Image(image)),
        Err(error) => {
            tracing::info!(%error, "a picture server sent something else");
            Ok(Answer::Failed)
        }
    }
}

async fn end(app: &App, job: &Job) -> Result<()> {
    let id = job.id;
    app.db.write(async move |tx| jobs::delete(tx, id).await).await
}

async fn wait(app: &App, job: &Job, after: Duration) -> Result<()> {
    if job.attempts >= WAITS_MAX {
        return end(app, job).await;
    }
    let (id, run_at) = (job.id, app.clock.now().plus(after + PLACE_WAIT.mul_f64(secret::chance())));
    app.db.write(async move |tx| jobs::postpone(tx, id, run_at, "waits for its turn").await).await
}
