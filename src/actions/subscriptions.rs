//! Readers who want to be told of new comments by mail: asking (with the comment form), confirming, ending.
//! Nobody is told of anything before the address has answered the question that is mailed to it. Everything
//! after that goes through one page, whose address only that mailbox knows; it is signed, so that nothing but
//! the wish itself has to be kept.

use std::sync::Arc;

use crate::actions::submit_comment::Accepted;
use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::comment::{CommentType, Status};
use crate::model::ids::{SiteId, SubscriptionId};
use crate::model::job::{Lane, Work};
use crate::model::letter::Letter;
use crate::model::post::Post;
use crate::model::site::Site;
use crate::model::subscription::{
    CONFIRMATIONS_OF_ADDRESS_MAX, CONFIRMATIONS_SPAN, SUBSCRIPTIONS_OF_ADDRESS_MAX, Subscription, UNCONFIRMED_KEPT,
    Wish,
};
use crate::model::text::names::is_email;
use crate::model::time::Timestamp;
use crate::store::{jobs, posts, subscriptions};

/// Hexadecimal characters of a page's signature: 128 bits.
const KEY_CHARS: usize = 32;
const PURPOSE: &str = "subscription";

/// Whether readers of a site can ask to be told.
pub fn are_offered(app: &App, site: &Site) -> bool {
    app.mail.is_some() && site.options.stc_enabled
}

/// Asks for what the writer of a comment wishes; says whether the address is, or was, sent the question. The
/// answer is the same whether it is a subscriber already: who typed the address may be anybody.
///
/// Nothing is asked for spam and trash, without a usable address, or when there were too many wishes from this
/// network or for this address (S-MAIL-2).
pub async fn subscribe(app: &App, site: &Site, accepted: &Accepted, wish: Wish, client: &Client) -> Result<bool> {
    let comment = &accepted.comment;
    let is_wanted = are_offered(app, site)
        && comment.kind == CommentType::Comment
        && matches!(comment.status, Status::Approved | Status::Hold)
        && is_email(&comment.author_email);
    if !is_wanted || app.limits.check_client(Limit::Subscriptions, client.ip).is_err() {
        return Ok(false);
    }
    let about = (comment.post_id, (wish == Wish::Replies).then_some(comment.id));
    let (site, email, now) = (site.id, comment.author_email.clone(), app.clock.now());
    let asked = app
        .db
        .write(async move |tx| {
            subscriptions::delete_unconfirmed(tx, now.minus(UNCONFIRMED_KEPT)).await?;
            let there = subscriptions::of_address(tx, site, &email, about, now.minus(CONFIRMATIONS_SPAN)).await?;
            if there.is_there {
                return Ok(true);
            }
            if there.unconfirmed >= CONFIRMATIONS_OF_ADDRESS_MAX || there.all >= SUBSCRIPTIONS_OF_ADDRESS_MAX {
                return Ok(false);
            }
            let id = subscriptions::insert(tx, site, &email, about, now).await?;
            jobs::insert(tx, &Work::Mail { site, letter: Letter::confirmation(id) }, now).await?;
            Ok(true)
        })
        .await?;
    app.bell.ring_in(Lane::Mail);
    Ok(asked)
}

/// The page of a subscription, for the mails to its address.
pub(super) fn page(app: &App, doors: &str, subscription: &Subscription) -> String {
    let Subscription { site_id, id, created_at, .. } = subscription;
    format!("{doors}/subscriptions?s={}", token_of(app, *site_id, *id, *created_at))
}

/// The `s` of a page's address: number, time, signature. Numbers are used again once they are free; together with
/// the time they are not.
fn token_of(app: &App, site: SiteId, id: SubscriptionId, created_at: Timestamp) -> String {
    let [site, id, at] = [site.0, id.0, created_at.0].map(|n| n.to_string());
    let mut key = app.secret.sign(PURPOSE, &[&site, &id, &at]);
    key.truncate(KEY_CHARS);
    format!("{id}-{at}-{key}")
}

/// Reads the `s` of a page's address: the number and time of a subscription that is, or was.
fn read(app: &App, site: SiteId, token: &str) -> Result<(SubscriptionId, Timestamp)> {
    let invalid = || Error::Forbidden("This link is not valid. Follow the whole link from the mail.".into());
    let mut parts = token.splitn(3, '-');
    let (Some(id), Some(at), Some(key)) = (parts.next(), parts.next(), parts.next()) else { return Err(invalid()) };
    if key.len() != KEY_CHARS || !app.secret.verify(PURPOSE, &[&site.to_string(), id, at], key) {
        return Err(invalid());
    }
    Ok((id.parse().map_err(|_| invalid())?, Timestamp(at.parse().map_err(|_| invalid())?)))
}

/// The subscription of this number, as it stands.
pub(super) async fn find(app: &App, site: SiteId, id: SubscriptionId) -> Result<Option<Subscription>> {
    subscriptions::find(&app.db, site, id).await
}

async fn found(app: &App, site: SiteId, token: &str) -> Result<Option<Subscription>> {
    let (id, at) = read(app, site, token)?;
    Ok(find(app, site, id).await?.filter(|s| s.created_at == at && !is_forgotten(app, s)))
}

/// An unconfirmed address is forgotten in time, whether or not it is deleted yet.
fn is_forgotten(app: &App, subscription: &Subscription) -> bool {
    subscription.confirmed_at.is_none() && app.clock.now().since(subscription.created_at) >= UNCONFIRMED_KEPT
}

/// What the page of a subscription shows: this one first, then all others of its address.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The subscription that the link is of; `None` when it has ended.
    pub this: Option<Subscription>,
    /// Every confirmed one of the same address, newest first, each with its post and the `s` of its own page.
    pub all: Vec<(Subscription, Arc<Post>, String)>,
}

/// Opens the page; `Forbidden` for a link that is not ours.
pub async fn show(app: &App, site: &Site, token: &str) -> Result<Shown> {
    let Some(this) = found(app, site.id, token).await? else { return Ok(Shown { this: None, all: Vec::new() }) };
    let mut of_address =
        subscriptions::list_of_address(&app.db, site.id, &this.email, SUBSCRIPTIONS_OF_ADDRESS_MAX).await?;
    of_address.retain(|s| s.confirmed_at.is_some() || s.id == this.id);
    let ids: Vec<_> = of_address.iter().map(|s| s.post_id).collect();
    let posts: Vec<Arc<Post>> = posts::find_many(&app.db, site.id, &ids).await?.into_iter().map(Arc::new).collect();
    let with_post = |s: Subscription| {
        let post = posts.iter().find(|p| p.id == s.post_id)?.clone();
        let token = token_of(app, s.site_id, s.id, s.created_at);
        Some((s, post, token))
    };
    Ok(Shown { this: Some(this), all: of_address.into_iter().filter_map(with_post).collect() })
}

/// Confirms the subscription of a link; says whether it was still there.
pub async fn confirm(app: &App, site: &Site, token: &str) -> Result<bool> {
    let Some(this) = found(app, site.id, token).await? else { return Ok(false) };
    let (site, now) = (site.id, app.clock.now());
    app.db.write(async move |tx| subscriptions::confirm(tx, site, this.id, now).await).await
}

/// Ends the subscription of a link, which may have ended already.
pub async fn unsubscribe(app: &App, site: &Site, token: &str) -> Result<()> {
    let Some(this) = found(app, site.id, token).await? else { return Ok(()) };
    let site = site.id;
    app.db.write(async move |tx| subscriptions::delete(tx, site, this.id).await).await.map(|_| ())
}

/// Ends every subscription of the address that a link was mailed to.
pub async fn unsubscribe_from_all(app: &App, site: &Site, token: &str) -> Result<u64> {
    let Some(this) = found(app, site.id, token).await? else { return Ok(0) };
    let site = site.id;
    app.db.write(async move |tx| subscriptions::delete_of_address(tx, site, &this.email).await).await
}

/// Ends every subscription of an address that mail servers say does not exist.
pub(super) async fn forget_address(app: &App, site: &Site, id: SubscriptionId) -> Result<()> {
    let Some(this) = find(app, site.id, id).await? else { return Ok(()) };
    let site = site.id;
    app.db.write(async move |tx| subscriptions::delete_of_address(tx, site, &this.email).await).await.map(|_| ())
}

/// Deletes the addresses that nobody has confirmed in time. Says how many.
pub async fn forget_unconfirmed(app: &App) -> Result<u64> {
    let before = app.clock.now().minus(UNCONFIRMED_KEPT);
    app.db.write(async move |tx| subscriptions::delete_unconfirmed(tx, before).await).await
}
