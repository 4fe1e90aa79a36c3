//! Sends one mail of the outbox. What it says is looked up now: who is not to be told any more is not, of a
//! held comment no reader hears, and no address outlives its owner's wish. A mail that went is done in a
//! write of its own, so after a crash in between it goes twice, under the same Message-ID.

mod coded;

use std::sync::Arc;

use crate::actions::notify::member;
use crate::actions::{moderate_by_link, subscriptions};
use crate::app::App;
use crate::error::{Error, Result};
use crate::mail::{Mailer, MessageId, SendError};
use crate::model::comment::{Comment, Status};
use crate::model::ids::{SiteId, SubscriptionId};
use crate::model::job::Job;
use crate::model::letter::{Addressee, Letter, LetterKind};
use crate::model::mail::{Mail, Words, codes, readers, wordpress};
use crate::model::post::Post;
use crate::model::site::Site;
use crate::model::subscription::Subscription;
use crate::model::text::escape::unescape;
use crate::store::{accounts, comments, jobs, posts};

/// Does the job of a letter: it goes, or nothing is left to say, or it is tried again, or it never goes.
pub async fn send_mail(app: &App, job: &Job, site: SiteId, letter: &Letter) -> Result<()> {
    let Some(mailer) = &app.mail else {
        return Err(Error::unavailable("there is no way to send mail; name one with --smtp-url or --sendmail"));
    };
    let mail = match app.sites.find(&app.db, site).await? {
        Some(site) => write(app, &site, letter).await?.map(|mail| (site, mail)),
        None => None,
    };
    if let Some((site, mail)) = mail {
        let id = message_id(app, job);
        match mailer.send(&mail, &id, site.home_host(), app.clock.now()).await {
            Ok(()) => {}
            Err(SendError::Later(why)) => return Err(Error::unavailable(why)),
            Err(SendError::Never { why, no_such_address }) => {
                return give_up(app, job, &site, letter, &why, no_such_address).await;
            }
        }
    }
    let id = job.id;
    app.db.write(async move |tx| jobs::delete(tx, id).await).await
}

/// Of the job, so that every try has it, and of what it says, so that no other job of a restored database has.
fn message_id(app: &App, job: &Job) -> MessageId {
    let (number, key) = (job.id.to_string(), job.work.unique_key());
    MessageId::of_job(job.id.0, &app.secret.sign("message-id", &[&number, &key]))
}

/// A reader's mail that will never go is dropped, and an address that does not exist is forgotten. What a member
/// does not get, an operator should know of.
async fn give_up(app: &App, job: &Job, site: &Site, letter: &Letter, why: &str, no_such_address: bool) -> Result<()> {
    let (id, reason) = (job.id, format!("The mail server will not take it: {why}"));
    tracing::warn!(job = %id, kind = letter.kind.as_str(), reason, "a mail was given up");
    match letter.to {
        Addressee::Subscription(subscription) if no_such_address => {
            subscriptions::forget_address(app, site, subscription).await?;
        }
        // Who typed the address may be anybody.
        Addressee::Subscription(_) | Addressee::MailedCode(_) => {}
        Addressee::AdminEmail | Addressee::Account(_) => {
            return app.db.write(async move |tx| jobs::bury(tx, id, &reason).await).await;
        }
    }
    app.db.write(async move |tx| jobs::delete(tx, id).await).await
}

/// What a letter says now; `None` when there is nothing to say any more.
async fn write(app: &App, site: &Arc<Site>, letter: &Letter) -> Result<Option<Mail>> {
    match letter.to {
        Addressee::Subscription(id) => to_reader(app, site, letter, id).await,
        Addressee::MailedCode(id) => {
            let named = Named::of(app, site).await?;
            let place = (named.blog, named.doors.as_str());
            let found = coded::words(app, site, id, letter.sealed.as_deref(), place).await?;
            Ok(found.map(|(to, words)| alone(&named, to, words)))
        }
        Addressee::Account(id) if letter.kind == LetterKind::PasswordChanged => {
            let Some(account) = accounts::find(&app.db, id).await? else { return Ok(None) };
            let named = Named::of(app, site).await?;
            let words = codes::password_changed(named.blog, &account.login, &format!("{}/login/lost", named.doors));
            Ok(Some(alone(&named, account.email, words)).filter(|mail| !mail.to.is_empty()))
        }
        to => to_member(app, site, letter, to).await,
    }
}

/// A mail in the site's own name.
fn alone(named: &Named<'_>, to: String, words: Words) -> Mail {
    Mail { from_name: named.sender.clone(), to, reply_to: None, words, unsubscribe: None }
}

/// A comment with its post, as a letter is about it.
struct Piece {
    comment: Comment,
    post: Post,
}

/// The letter's comments that are still in the status that the letter is about, oldest first.
async fn pieces(app: &App, site: &Site, letter: &Letter, status: Status) -> Result<Vec<Piece>> {
    let mut found = comments::find_many(&app.db, site.id, &letter.comments).await?;
    found.retain(|comment| comment.status == status);
    found.sort_unstable_by_key(|comment| comment.id);
    let ids: Vec<_> = found.iter().map(|comment| comment.post_id).collect();
    let posts = posts::find_many(&app.db, site.id, &ids).await?;
    let with_post = |comment: Comment| {
        let post = posts.iter().find(|post| post.id == comment.post_id)?.clone();
        Some(Piece { comment, post })
    };
    Ok(found.into_iter().filter_map(with_post).collect())
}

/// The site as mails name it.
struct Named<'a> {
    blog: &'a str,
    doors: String,
    /// The name of the sender, where a mail comes from no commenter.
    sender: String,
}

impl<'a> Named<'a> {
    async fn of(app: &App, site: &'a Site) -> Result<Self> {
        let blog = if site.title.is_empty() { site.home_host() } else { &site.title };
        let sender = app.mail.as_ref().and_then(Mailer::sender_name).unwrap_or(blog).to_owned();
        Ok(Self { blog, doors: app.sites.base(&app.db, &app.config, site).await?, sender })
    }

    fn about<'b>(&'b self, piece: &'b Piece) -> wordpress::About<'b> {
        let post = &piece.post;
        wordpress::About {
            blog: self.blog,
            doors: &self.doors,
            title: title(post),
            url: &post.url,
            comment: &piece.comment,
        }
    }
}

fn title(post: &Post) -> &str {
    if post.title.is_empty() { &post.url } else { &post.title }
}

async fn to_member(app: &App, site: &Arc<Site>, letter: &Letter, to: Addressee) -> Result<Option<Mail>> {
    let is_author = letter.kind == LetterKind::Author;
    let pieces = pieces(app, site, letter, if is_author { Status::Approved } else { Status::Hold }).await?;
    let Some(first) = pieces.first() else { return Ok(None) };
    let Some((address, may_moderate)) = recipient(app, site, to, &first.post).await? else { return Ok(None) };
    let named = Named::of(app, site).await?;
    let more = usize::try_from(letter.more).unwrap_or(usize::MAX);
    let words = if pieces.len() > 1 || more > 0 {
        let listed: Vec<_> = pieces.iter().map(|piece| named.about(piece)).collect();
        let pending = comments::count_pending(&app.db, site.id, None).await?;
        if is_author {
            wordpress::author_digest(&listed, more)
        } else {
            wordpress::moderation_digest(&listed, more, pending)
        }
    } else {
        let links = links(app, site, &named.doors, &first.comment, to, &address);
        Some(one(app, &named, first, is_author, may_moderate.then_some(&links)).await?)
    };
    let Some(words) = words else { return Ok(None) };
    let from_author = is_author && pieces.len() == 1 && more == 0;
    Ok(Some(signed(&named, first, words, address, from_author)))
}

/// WordPress's mail about one comment. Who is asked to moderate may.
async fn one(
    app: &App,
    named: &Named<'_>,
    piece: &Piece,
    is_author: bool,
    links: Option<&wordpress::Links>,
) -> Result<Words> {
    let about = named.about(piece);
    if is_author {
        return Ok(wordpress::to_author(&about, links));
    }
    let pending = comments::count_pending(&app.db, piece.comment.site_id, None).await?;
    Ok(wordpress::to_moderator(&about, links.unwrap_or(&wordpress::Links::default()), pending))
}

/// The author's mail comes in the name of who wrote, and an answer reaches them (WP 7.1 §9.2).
fn signed(named: &Named<'_>, first: &Piece, words: Words, to: String, from_author: bool) -> Mail {
    let comment = &first.comment;
    let name = unescape(&comment.author_name);
    let reply_to = (from_author && !comment.author_email.is_empty()).then(|| comment.author_email.clone());
    let from_name = if from_author && !name.is_empty() { name.into_owned() } else { named.sender.clone() };
    Mail { from_name, to, reply_to, words, unsubscribe: None }
}

/// Where mail reaches a member now, and whether they may moderate under the post.
async fn recipient(app: &App, site: &Site, to: Addressee, post: &Post) -> Result<Option<(String, bool)>> {
    Ok(match to {
        Addressee::AdminEmail => Some((site.options.admin_email.clone(), true)),
        Addressee::Account(id) => member(app, site.id, id)
            .await?
            .map(|(account, who)| (account.email, who.may_moderate_under(post.account_id))),
        Addressee::Subscription(_) | Addressee::MailedCode(_) => None,
    }
    .filter(|(address, _)| !address.is_empty()))
}

/// The links of a mail: to the desk, or, where the site wants it, to pages that need no log-in.
fn links(app: &App, site: &Site, doors: &str, comment: &Comment, to: Addressee, address: &str) -> wordpress::Links {
    let link = |action: &str| {
        if site.options.moderation_links {
            moderate_by_link::address(app, doors, comment, action, to, address)
        } else {
            wordpress::action_page(doors, action, comment.id)
        }
    };
    let is_final = site.options.empty_trash_days == 0;
    wordpress::Links {
        approve: link("approve"),
        trash: link(if is_final { "delete" } else { "trash" }),
        spam: link("spam"),
        is_final,
    }
}

async fn to_reader(app: &App, site: &Arc<Site>, letter: &Letter, id: SubscriptionId) -> Result<Option<Mail>> {
    let Some(subscription) = subscriptions::find(app, site.id, id).await? else { return Ok(None) };
    let is_question = letter.kind == LetterKind::Confirmation;
    if is_question == subscription.confirmed_at.is_some() {
        return Ok(None);
    }
    let Some(post) = posts::find(&app.db, site.id, subscription.post_id).await? else { return Ok(None) };
    let named = Named::of(app, site).await?;
    let page = subscriptions::page(app, &named.doors, &subscription);
    let told = readers::Told {
        blog: named.blog,
        title: title(&post),
        url: &post.url,
        replies_only: subscription.comment_id.is_some(),
        page: &page,
    };
    let words = if is_question {
        Some(readers::confirmation(&told))
    } else {
        let more = usize::try_from(letter.more).unwrap_or(usize::MAX);
        let told_of = pieces(app, site, letter, Status::Approved).await?;
        let told_of: Vec<Comment> = told_of.into_iter().map(|piece| piece.comment).collect();
        match told_of.as_slice() {
            [comment] if more == 0 => Some(readers::new_comment(&told, comment)),
            several => readers::digest(&told, several, more),
        }
    };
    let Some(words) = words else { return Ok(None) };
    let Subscription { email: to, .. } = subscription;
    Ok(Some(Mail { from_name: named.sender.clone(), to, reply_to: None, words, unsubscribe: Some(page) }))
}
