//! A claim arrives that a page links here. What can be told without asking anybody is told at once; the
//! rest is written down, claim and job together, before the source is fetched, and the sender waits a
//! little for the outcome (Pingback 1.0 §3, WP 7.1 XML-RPC §2.1, §4.2). Called by the doors of pingbacks and of
//! trackbacks.
//!
//! A source in whose address the site's `disallowed_keys` are found is refused before anything is asked of
//! it: access denied (Pingback 1.0 §3, fault 49; WordPress fetches it and puts it into the trash).

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use crate::actions::find_post;
use crate::app::App;
use crate::bell::Wait;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::ids::PostId;
use crate::model::job::{SITE_JOBS_WAITING_MAX, Work};
use crate::model::linkback::{LinkbackRefusal, LinkbackState, Protocol, Said};
use crate::model::moderation;
use crate::model::permalink;
use crate::model::site::Site;
use crate::store::linkbacks::{self, NewLinkback};
use crate::store::{Tx, jobs};

/// Bytes of a source or target URL.
pub const URL_BYTES_MAX: usize = 2_048;

/// What a sender claims.
#[derive(Clone, Debug)]
pub struct Claim {
    /// How it arrived.
    pub protocol: Protocol,
    /// The page that links, as sent.
    pub source: String,
    /// The page it links to, as sent.
    pub target: String,
    /// What it says of the source, where the protocol has that.
    pub said: Option<Said>,
    /// Who says so.
    pub client: Client,
    /// When the request began: all the pings of one multicall share one wait.
    pub since: Instant,
}

/// What became of a claim that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Verified and registered.
    Registered,
    /// On disk; its verification goes on in the background.
    Accepted,
}

/// Takes a claim for a site whose doors are at `base`.
pub async fn receive_linkback(
    app: &App,
    site: &Arc<Site>,
    base: &str,
    claim: Claim,
) -> Result<Result<Received, LinkbackRefusal>> {
    app.limits.check_client(Limit::Linkbacks, claim.client.ip)?;
    let checked = match check(app, site, base, &claim).await? {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    app.limits.check(Limit::LinkbacksFromHost, &checked.source_host)?;
    app.limits.check(Limit::LinkbacksOfPair, &format!("{} {}", checked.new.source_key, checked.new.target_key))?;
    let (keeper, new, now) = (app.clone(), checked.new, app.clock.now());
    let site_id = site.id;
    let until = claim.since + Duration::from_secs(u64::try_from(site.options.pingback_wait).unwrap_or(0));
    let kept = app.db.write(async move |tx| keep(&keeper, tx, site_id, &new, now, until).await).await?;
    app.bell.ring();
    match kept {
        Kept::AlreadyRegistered => Ok(Err(LinkbackRefusal::AlreadyRegistered)),
        Kept::Claimed(None) => Ok(Ok(Received::Accepted)),
        // When the server stops, the sender gets an answer while there is time for one: the claim is on disk.
        Kept::Claimed(Some(wait)) => match app.stopping.run_until_cancelled(wait.end()).await.flatten() {
            Some(outcome) => Ok(outcome.map(|()| Received::Registered)),
            None => Ok(Ok(Received::Accepted)),
        },
    }
}

/// What was found out without asking anybody.
struct Checked {
    new: NewLinkback,
    source_host: String,
}

async fn check(app: &App, site: &Site, base: &str, claim: &Claim) -> Result<Result<Checked, LinkbackRefusal>> {
    let Some(source) = web_address(&claim.source) else { return Ok(Err(LinkbackRefusal::InvalidSource)) };
    let Some(target) = web_address(&claim.target) else { return Ok(Err(LinkbackRefusal::NotOurs)) };
    let on_blog = permalink::is_on(&site.home, &target);
    if !on_blog && !Url::parse(base).is_ok_and(|base| permalink::is_on(&base, &target)) {
        return Ok(Err(LinkbackRefusal::NotOurs));
    }
    if moderation::is_source_disallowed(&site.options, source.as_str()) {
        return Ok(Err(LinkbackRefusal::AccessDenied));
    }
    if !claim.protocol.is_taken(&site.options) {
        return Ok(Err(LinkbackRefusal::TargetUnusable));
    }
    let post = find_post::by_url(app, site, base, &target).await?;
    let (source_key, target_key) = (permalink::key(&source), permalink::key(&target));
    if post.is_none() && !(site.options.discover_posts && on_blog && target_key != permalink::key(&site.home)) {
        return Ok(Err(LinkbackRefusal::TargetUnusable));
    }
    let source_post = find_post::by_url(app, site, base, &source).await?;
    if source_key == target_key || (post.is_some() && source_post.map(|p| p.id) == post.as_ref().map(|p| p.id)) {
        return Ok(Err(LinkbackRefusal::SameResource));
    }
    if post.as_ref().is_some_and(|p| !p.takes_pings(&site.options, app.clock.now())) {
        return Ok(Err(LinkbackRefusal::TargetUnusable));
    }
    let source_host = source.host_str().unwrap_or_default().to_owned();
    let new = NewLinkback {
        protocol: claim.protocol,
        source: source.into(),
        source_key,
        target: target.into(),
        // A post has many spellings but takes a source once.
        target_key: post.as_ref().map_or(target_key, |p| pair_key(p.id)),
        post_id: post.map(|p| p.id),
        client_ip: claim.client.ip.to_string(),
        agent: claim.client.agent.clone(),
        said: claim.said.clone(),
    };
    Ok(Ok(Checked { new, source_host }))
}

/// The key under which a known post's linkbacks are told apart.
pub(super) fn pair_key(post: PostId) -> String {
    format!("?p={post}")
}

/// An address as senders write it: WordPress sends `&amp;` for `&` (WP 7.1 XML-RPC §2.3).
fn web_address(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.len() > URL_BYTES_MAX {
        return None;
    }
    let url = Url::parse(&text.replace("&amp;", "&")).ok()?;
    (matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none())
    .then_some(url)
}

enum Kept {
    AlreadyRegistered,
    Claimed(Option<Wait>),
}

async fn keep(
    app: &App,
    tx: &mut Tx,
    site: crate::model::ids::SiteId,
    new: &NewLinkback,
    now: crate::model::time::Timestamp,
    until: Instant,
) -> Result<Kept> {
    if jobs::count_waiting(tx, site, SITE_JOBS_WAITING_MAX).await? >= SITE_JOBS_WAITING_MAX {
        return Err(Error::unavailable("too many jobs wait already"));
    }
    let known = linkbacks::find_pair(tx, site, &new.source_key, &new.target_key).await?;
    if known.is_some_and(|l| l.state == LinkbackState::Registered) {
        return Ok(Kept::AlreadyRegistered);
    }
    let linkback = linkbacks::upsert(tx, site, new, now).await?;
    // Registered before the commit, so that no runner can be done before anybody waits.
    let wait = app.bell.wait_for(site, linkback, until);
    jobs::insert(tx, &Work::VerifyLinkback { site, linkback }, now).await?;
    Ok(Kept::Claimed(wait))
}
