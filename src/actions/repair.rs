//! Finds what does not agree in the database, and mends it: the counts that readers and moderators see are
//! kept beside what they count, and this proves that they are right. Called by `rejoinder doctor`, and by
//! tests after everything that changes a count.

use crate::app::App;
use crate::error::Result;
use crate::model::account::Actor;
use crate::model::ids::{CommentId, LinkbackId, PostId, SiteId};
use crate::model::job::Work;
use crate::store::audit::{self, Subject};
use crate::store::{Tx, consistency, jobs};

/// Posts counted by one statement.
const PAGE_POSTS: i64 = 200;
/// Comments or claims looked at by one statement.
const PAGE_ROWS: i64 = 10_000;
/// Faults that are found at once; whoever mends them looks again.
pub const FAULTS_MAX: usize = 1_000;

/// Something that does not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub site: SiteId,
    /// What.
    pub kind: FaultKind,
}

/// What does not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A post's count is not the number of its approved comments.
    Count {
        /// The post.
        post: PostId,
        /// As it is kept.
        kept: i64,
        /// As it is.
        counted: i64,
    },
    /// A next number is taken already: the next post, comment or linkback could not be kept.
    TakenNumber,
    /// A comment answers what is not there under its post.
    LostAnswer {
        /// The post.
        post: PostId,
        /// The comment.
        comment: CommentId,
    },
    /// A linkback is kept as registered and has no comment.
    ClaimWithoutComment(LinkbackId),
    /// A linkback waits for a verification that nobody will do.
    ClaimWithoutJob(LinkbackId),
}

impl std::fmt::Display for FaultKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count { post, kept, counted } => {
                write!(f, "post {post} has {counted} approved comments, and its count says {kept}")
            }
            Self::TakenNumber => f.write_str("the next number of a post, comment or linkback is taken already"),
            Self::LostAnswer { post, comment } => {
                write!(f, "comment {comment} answers one that is not under post {post}, and so nobody sees it")
            }
            Self::ClaimWithoutComment(claim) => write!(f, "linkback {claim} is registered and has no comment"),
            Self::ClaimWithoutJob(claim) => write!(f, "linkback {claim} waits for a verification that nobody will do"),
        }
    }
}

/// What does not agree, over all sites; at most [`FAULTS_MAX`].
pub async fn find_faults(app: &App) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for site in app.sites.all(&app.db).await?.iter() {
        of_site(app, site.id, &mut faults).await?;
        faults.truncate(FAULTS_MAX);
    }
    Ok(faults)
}

async fn of_site(app: &App, site: SiteId, faults: &mut Vec<Fault>) -> Result<()> {
    let db = &app.db;
    let mut add = |kind| faults.push(Fault { site, kind });
    if consistency::taken_numbers(db, site).await? > 0 {
        add(FaultKind::TakenNumber);
    }
    let mut after = CommentId(0);
    while let Some(until) = consistency::next_comments(db, site, after, PAGE_ROWS).await? {
        for (post, comment) in consistency::lost_answers(db, site, after, until).await? {
            add(FaultKind::LostAnswer { post, comment });
        }
        after = until;
    }
    let mut after = LinkbackId(0);
    while let Some(until) = consistency::next_claims(db, site, after, PAGE_ROWS).await? {
        for claim in consistency::claims_without_comment(db, site, after, until).await? {
            add(FaultKind::ClaimWithoutComment(claim));
        }
        for claim in consistency::claims_without_job(db, site, after, until).await? {
            add(FaultKind::ClaimWithoutJob(claim));
        }
        after = until;
    }
    let mut last = PostId(0);
    loop {
        let page = consistency::counts(db, site, last, PAGE_POSTS).await?;
        for post in page.iter().filter(|post| post.kept != post.counted) {
            add(FaultKind::Count { post: post.post, kept: post.kept, counted: post.counted });
        }
        match page.last() {
            Some(post) => last = post.post,
            None => return Ok(()),
        }
    }
}

/// Mends what was found, each fault in a write of its own, beside a server that runs.
pub async fn mend(app: &App, actor: &Actor, faults: &[Fault]) -> Result<()> {
    for fault in faults.iter().copied() {
        let (actor, now) = (actor.clone(), app.clock.now());
        app.db
            .write(async move |tx: &mut Tx| {
                let Fault { site, kind } = fault;
                match kind {
                    FaultKind::Count { post, .. } => consistency::recount(tx, site, post, now).await?,
                    FaultKind::TakenNumber => consistency::advance_numbers(tx, site).await?,
                    FaultKind::LostAnswer { post, comment } => {
                        consistency::let_stand_alone(tx, site, comment).await?;
                        consistency::recount(tx, site, post, now).await?;
                    }
                    FaultKind::ClaimWithoutComment(claim) => consistency::delete_claim(tx, site, claim).await?,
                    FaultKind::ClaimWithoutJob(linkback) => {
                        jobs::insert(tx, &Work::VerifyLinkback { site, linkback }, now).await?;
                    }
                }
                audit::insert(tx, site, &actor, "repair", Subject::Site, &kind.to_string(), now).await
            })
            .await?;
    }
    app.bell.ring();
    Ok(())
}
