//! What one asked to be told of by mail, for who is logged in: by the addresses that providers of the site vouch for,
//! and by no others. An address that somebody merely typed into a profile opens nobody's subscriptions, nor does the
//! word of a provider that another site's owner believes.

use std::sync::Arc;

use crate::actions::current_actor::Visitor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::identity::Identity;
use crate::model::ids::{AccountId, SiteId, SubscriptionId};
use crate::model::post::Post;
use crate::model::site::Site;
use crate::model::subscription::{SUBSCRIPTIONS_OF_ADDRESS_MAX, Subscription};
use crate::model::text::fold::fold;
use crate::store::{identities, posts, subscriptions};

/// The addresses of an account that are proven on a site.
pub(super) async fn proven_addresses(app: &App, site: SiteId, known: &[Identity]) -> Result<Vec<String>> {
    let believed = app.providers.enabled(&app.db, site).await?;
    let is_believed = |identity: &Identity| {
        let proven = &identity.proven;
        proven.email_verified && believed.iter().any(|p| p.kind == proven.provider && p.issuer() == proven.issuer)
    };
    let mut addresses: Vec<String> = Vec::new();
    for identity in known.iter().filter(|identity| is_believed(identity)) {
        let email = &identity.proven.email;
        if !email.is_empty() && !addresses.iter().any(|there| fold(there) == fold(email)) {
            addresses.push(email.clone());
        }
    }
    Ok(addresses)
}

/// What somebody is told of.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The addresses that are theirs.
    pub addresses: Vec<String>,
    /// What goes there, address by address, the newest first, each with its post.
    pub subscriptions: Vec<(Subscription, Arc<Post>)>,
}

/// What the visitor is told of on a site.
pub async fn list(app: &App, site: &Site, visitor: &Visitor) -> Result<Shown> {
    of_account(app, site, visitor.account.id).await
}

/// What an account is told of on a site.
pub(super) async fn of_account(app: &App, site: &Site, account: AccountId) -> Result<Shown> {
    let known = identities::list_of_account(&app.db, account).await?;
    let addresses = proven_addresses(app, site.id, &known).await?;
    let mut found = Vec::new();
    for email in &addresses {
        let of_address = subscriptions::list_of_address(&app.db, site.id, email, SUBSCRIPTIONS_OF_ADDRESS_MAX).await?;
        found.extend(of_address.into_iter().filter(|s| s.confirmed_at.is_some()));
    }
    let ids: Vec<_> = found.iter().map(|s| s.post_id).collect();
    let posts: Vec<Arc<Post>> = posts::find_many(&app.db, site.id, &ids).await?.into_iter().map(Arc::new).collect();
    let with_post = |s: Subscription| posts.iter().find(|p| p.id == s.post_id).map(|post| (s, post.clone()));
    Ok(Shown { addresses, subscriptions: found.into_iter().filter_map(with_post).collect() })
}

/// Ends one of the visitor's subscriptions. One that is no longer there, or is somebody else's, is not found.
pub async fn end(app: &App, site: &Site, visitor: &Visitor, id: SubscriptionId) -> Result<()> {
    let shown = list(app, site, visitor).await?;
    if !shown.subscriptions.iter().any(|(subscription, _)| subscription.id == id) {
        return Err(Error::not_found("This subscription has ended already."));
    }
    let site = site.id;
    app.db.write(async move |tx| subscriptions::delete(tx, site, id).await).await.map(|_| ())
}

/// Ends all of them on a site, the unconfirmed ones too.
pub async fn end_all(app: &App, site: &Site, visitor: &Visitor) -> Result<()> {
    let (addresses, site) = (list(app, site, visitor).await?.addresses, site.id);
    app.db
        .write(async move |tx| {
            for email in &addresses {
                subscriptions::delete_of_address(tx, site, email).await?;
            }
            Ok(())
        })
        .await
}
