//! Who is to be told by mail of what happened to a comment. The event is written down with its cause
//! ([`Notifying`]: the intake and moderation do); its job finds the recipients as WordPress does (WP 7.1
//! comments §9) and writes a letter for each, which `send_mail` sends. When a flood comes, an addressee's
//! letters are gathered into a digest.

use std::time::Duration;

use crate::actions::current_actor::actor;
use crate::app::App;
use crate::error::Result;
use crate::limits::Limit;
use crate::model::account::{Account, Actor};
use crate::model::comment::{Comment, Status};
use crate::model::ids::{AccountId, CommentId, SiteId, SubscriptionId};
use crate::model::job::{Job, Lane, Work};
use crate::model::letter::{Addressee, Event, Letter, LetterKind};
use crate::model::post::Post;
use crate::model::role::Role;
use crate::model::site::Site;
use crate::model::text::fold::fold;
use crate::model::time::Timestamp;
use crate::store::db::Tx;
use crate::store::{accounts, comments, jobs, posts, sites, subscriptions};

/// Administrators who are asked to moderate a comment, where no `admin_email` is set.
pub const MODERATORS_MAX: usize = 20;
/// Readers who are written to by one job; the next one goes on from there.
pub const READERS_OF_JOB_MAX: usize = 100;
/// How long a digest gathers, once more mails come than [`Limit::MailsToAddressee`] lets through.
pub const DIGEST_INTERVAL: Duration = Duration::from_mins(10);

/// Which events of a site are written down. None where there is no way to send mail.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Notifying {
    held: bool,
    approved: bool,
}

impl Notifying {
    /// What the site's options want.
    pub(super) fn of(app: &App, site: &Site) -> Self {
        let (on, options) = (app.mail.is_some(), &site.options);
        Self { held: on && options.moderation_notify, approved: on && (options.comments_notify || options.stc_enabled) }
    }

    /// A comment was sent by somebody and has its verdict. Spam and trash are told to nobody (WP 7.1 §9.1).
    pub(super) async fn arrived(self, tx: &mut Tx, comment: &Comment, by: Option<AccountId>) -> Result<()> {
        match comment.status {
            Status::Hold if self.held => note(tx, comment, Event::Held, by, comment.created_at).await,
            Status::Approved => self.approved(tx, comment, by, comment.created_at).await,
            Status::Hold | Status::Spam | Status::Trash => Ok(()),
        }
    }

    /// A comment was approved by somebody.
    pub(super) async fn approved(
        self,
        tx: &mut Tx,
        comment: &Comment,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Result<()> {
        if self.approved { note(tx, comment, Event::Approved, by, now).await } else { Ok(()) }
    }

    /// After the commit.
    pub(super) fn wake(self, app: &App) {
        if self.held || self.approved {
            app.bell.ring();
        }
    }
}

async fn note(tx: &mut Tx, comment: &Comment, event: Event, by: Option<AccountId>, now: Timestamp) -> Result<()> {
    jobs::insert(tx, &Work::Notify { site: comment.site_id, comment: comment.id, event, by }, now).await
}

/// Does the job of an event: a letter for each recipient.
pub async fn notify(
    app: &App,
    job: &Job,
    site: SiteId,
    comment: CommentId,
    event: Event,
    by: Option<AccountId>,
) -> Result<()> {
    let Some((site, post, comment)) = gather(app, site, comment).await? else { return end(app, job).await };
    match event {
        Event::Held => ask_moderators(app, job, &site, &post, &comment).await,
        Event::Approved => announce(app, job, &site, &post, &comment, by).await,
    }
}

async fn gather(app: &App, site: SiteId, comment: CommentId) -> Result<Option<(std::sync::Arc<Site>, Post, Comment)>> {
    let Some(site) = app.sites.find(&app.db, site).await? else { return Ok(None) };
    let Some(comment) = comments::find(&app.db, site.id, comment).await? else { return Ok(None) };
    let post = posts::find(&app.db, site.id, comment.post_id).await?;
    Ok(post.map(|post| (site, post, comment)))
}

async fn end(app: &App, job: &Job) -> Result<()> {
    let id = job.id;
    app.db.write(async move |tx| jobs::delete(tx, id).await).await
}

/// “Please moderate”, unless somebody has already.
async fn ask_moderators(app: &App, job: &Job, site: &Site, post: &Post, comment: &Comment) -> Result<()> {
    if comment.status != Status::Hold || !site.options.moderation_notify {
        return end(app, job).await;
    }
    let recipients = moderators(app, site, post).await?;
    let letters = recipients.into_iter().map(|to| Letter::about(LetterKind::Moderation, to, comment.id));
    let posting = Posting::of(app, site.id, letters.collect());
    let id = job.id;
    app.db
        .write(async move |tx| {
            posting.write(tx).await?;
            jobs::delete(tx, id).await
        })
        .await?;
    app.bell.ring_in(Lane::Mail);
    Ok(())
}

/// Who runs the site: `admin_email`, else every administrator. With the address, folded, of each.
async fn administrators(app: &App, site: &Site) -> Result<Vec<(Addressee, String)>> {
    if !site.options.admin_email.is_empty() {
        return Ok(vec![(Addressee::AdminEmail, fold(&site.options.admin_email))]);
    }
    let limit = i64::try_from(MODERATORS_MAX).unwrap_or(i64::MAX);
    let accounts = accounts::list_administrators(&app.db, site.id, limit).await?;
    Ok(accounts.into_iter().map(|account| (Addressee::Account(account.id), fold(&account.email))).collect())
}

/// Who runs the site, and the post's author where they may edit the comment (WP 7.1 §9.3).
async fn moderators(app: &App, site: &Site, post: &Post) -> Result<Vec<Addressee>> {
    let mut found = administrators(app, site).await?;
    if let Some(id) = post.account_id
        && let Some((account, who)) = member(app, site.id, id).await?
        && who.may_moderate_under(post.account_id)
    {
        found.push((Addressee::Account(id), fold(&account.email)));
    }
    Ok(each_address_once(found))
}

fn each_address_once(mut found: Vec<(Addressee, String)>) -> Vec<Addressee> {
    let mut told: Vec<String> = Vec::new();
    found.retain(|(_, key)| {
        let is_new = !key.is_empty() && !told.contains(key);
        told.push(key.clone());
        is_new
    });
    found.into_iter().map(|(to, _)| to).collect()
}

/// An account that is a member of the site, as one who acts there.
pub(super) async fn member(app: &App, site: SiteId, id: AccountId) -> Result<Option<(Account, Actor)>> {
    let Some(account) = accounts::find(&app.db, id).await? else { return Ok(None) };
    let role =
        if account.super_admin { Some(Role::Administrator) } else { sites::member_role(&app.db, site, id).await? };
    Ok(role.map(|role| {
        let who = actor(&account, role);
        (account, who)
    }))
}

/// “New comment on your post” to its author, and the word to the readers who asked for it; once for a comment.
async fn announce(
    app: &App,
    job: &Job,
    site: &Site,
    post: &Post,
    comment: &Comment,
    by: Option<AccountId>,
) -> Result<()> {
    let to =
        if site.options.comments_notify { authors_to_tell(app, site, post, comment, by).await? } else { Vec::new() };
    let letters = to.into_iter().map(|to| Letter::about(LetterKind::Author, to, comment.id));
    let posting = Posting::of(app, site.id, letters.collect());
    let tells_readers = site.options.stc_enabled;
    let (id, site, comment, now) = (job.id, site.id, comment.id, app.clock.now());
    app.db
        .write(async move |tx| {
            if comments::announce(tx, site, comment, now).await? {
                posting.write(tx).await?;
                if tells_readers {
                    let work = Work::TellReaders { site, comment, after: SubscriptionId(0) };
                    jobs::insert(tx, &work, now).await?;
                }
            }
            jobs::delete(tx, id).await
        })
        .await?;
    app.bell.ring();
    app.bell.ring_in(Lane::Mail);
    Ok(())
}

/// The post's author, unless they wrote the comment, approved it themselves, or are no member any more (WP 7.1 §9.2).
/// A post that was found on the blog has no author here: then who runs the site takes their place.
async fn authors_to_tell(
    app: &App,
    site: &Site,
    post: &Post,
    comment: &Comment,
    by: Option<AccountId>,
) -> Result<Vec<Addressee>> {
    let mut found = match post.account_id {
        Some(author) => {
            let found = member(app, site.id, author).await?;
            found.map(|(account, _)| (Addressee::Account(author), fold(&account.email))).into_iter().collect()
        }
        None => administrators(app, site).await?,
    };
    for themselves in [comment.account_id, by].into_iter().flatten() {
        let account = accounts::find(&app.db, themselves).await?;
        let address = account.map(|account| fold(&account.email));
        found.retain(|(to, key)| *to != Addressee::Account(themselves) && Some(key) != address.as_ref());
    }
    Ok(each_address_once(found))
}

/// Writes to some of the readers who asked to be told of a comment, and leaves the others to the next job.
pub async fn tell_readers(app: &App, job: &Job, site: SiteId, comment: CommentId, after: SubscriptionId) -> Result<()> {
    let Some((site, _, comment)) = gather(app, site, comment).await? else { return end(app, job).await };
    if comment.status != Status::Approved || !site.options.stc_enabled {
        return end(app, job).await;
    }
    let about = (comment.post_id, comment.parent_id);
    let limit = i64::try_from(READERS_OF_JOB_MAX).unwrap_or(i64::MAX);
    let readers = subscriptions::list_to_tell(&app.db, site.id, about, &comment.author_email, after, limit).await?;
    let last = readers.last().copied().filter(|_| readers.len() == READERS_OF_JOB_MAX);
    let letters = readers.iter().map(|id| Letter::about(LetterKind::Reader, Addressee::Subscription(*id), comment.id));
    let posting = Posting::of(app, site.id, letters.collect());
    let (id, site, comment, now) = (job.id, site.id, comment.id, app.clock.now());
    app.db
        .write(async move |tx| {
            posting.write(tx).await?;
            if let Some(after) = last {
                jobs::insert(tx, &Work::TellReaders { site, comment, after }, now).await?;
            }
            jobs::delete(tx, id).await
        })
        .await?;
    app.bell.ring();
    app.bell.ring_in(Lane::Mail);
    Ok(())
}

/// Letters on their way into the outbox: at once, or into the digest of an addressee who gets too many.
#[derive(Debug)]
struct Posting {
    site: SiteId,
    letters: Vec<(Letter, bool)>,
    now: Timestamp,
}

impl Posting {
    fn of(app: &App, site: SiteId, letters: Vec<Letter>) -> Self {
        let is_flooded = |letter: &Letter| {
            let key = format!("{site}/{}/{}", letter.kind.as_str(), letter.to);
            app.limits.check(Limit::MailsToAddressee, &key).is_err()
        };
        let letters = letters.into_iter().map(|letter| {
            let is_flooded = is_flooded(&letter);
            (letter, is_flooded)
        });
        Self { site, letters: letters.collect(), now: app.clock.now() }
    }

    async fn write(&self, tx: &mut Tx) -> Result<()> {
        for (letter, is_flooded) in &self.letters {
            self.post(tx, letter, *is_flooded).await?;
        }
        Ok(())
    }

    /// A digest that gathers already takes every letter to its addressee: one mail at its end, none before.
    async fn post(&self, tx: &mut Tx, letter: &Letter, is_flooded: bool) -> Result<()> {
        let interval = i64::try_from(DIGEST_INTERVAL.as_millis()).unwrap_or(i64::MAX);
        let window = self.now.0.div_euclid(interval);
        let digest = Work::Mail { site: self.site, letter: letter.clone().collecting(window) };
        let gathering = jobs::find_waiting(tx, digest.kind(), &digest.unique_key(), self.now).await?;
        if let Some((id, Work::Mail { letter: mut gathered, .. })) = gathering {
            for comment in &letter.comments {
                gathered.add(*comment);
            }
            return jobs::set_work(tx, id, &Work::Mail { site: self.site, letter: gathered }).await;
        }
        if is_flooded {
            let end_of_window = Timestamp(window.saturating_add(1).saturating_mul(interval));
            return jobs::insert(tx, &digest, end_of_window).await;
        }
        jobs::insert(tx, &Work::Mail { site: self.site, letter: letter.clone() }, self.now).await
    }
}
