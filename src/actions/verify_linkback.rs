//! A claim is checked: the source is fetched, and the bytes that came are the bytes that are judged. What
//! holds goes through the intake; what does not is refused. Called by its job; whoever waits is told.

use std::sync::Arc;

use http::HeaderValue;
use tokio::time::Instant;
use url::Url;

use crate::actions::discover_post::{NoPost, discover_post, user_agent};
use crate::actions::find_post;
use crate::actions::submit_comment::{self, Given, Refusal, Signals, Submission, submit_comment};
use crate::app::App;
use crate::bell::TellAt;
use crate::error::{Error, Result};
use crate::model::client::Client;
use crate::model::comment::NewComment;
use crate::model::ids::{LinkbackId, SiteId};
use crate::model::job::{ATTEMPTS_MAX, Job};
use crate::model::linkback::{Linkback, LinkbackRefusal, LinkbackState, Said};
use crate::model::permalink;
use crate::model::post::Post;
use crate::model::site::Site;
use crate::model::text::escape::esc_text;
use crate::net::fetcher::{Attempt, FetchError, FetchRequest, Fetched};
use crate::net::page::{Page, excerpt_content, read_apart};
use crate::store::{jobs, linkbacks, posts};

/// Does the job: to the end, or to an error that has it tried again.
pub async fn verify_linkback(app: &App, job: &Job, site: SiteId, linkback: LinkbackId) -> Result<()> {
    let claim = linkbacks::find(&app.db, site, linkback).await?.filter(|l| l.state == LinkbackState::Claimed);
    let (Some(site), Some(claim)) = (app.sites.find(&app.db, site).await?, claim) else {
        let id = job.id;
        return app.db.write(async move |tx| jobs::delete(tx, id).await).await;
    };
    match verify(app, job, &site, &claim).await? {
        Ok(()) => {
            app.bell.tell(site.id, linkback, Ok(()), TellAt::now());
            Ok(())
        }
        Err(refused) => refuse(app, job, &claim, refused).await,
    }
}

/// Ends a claim. A source that did not answer is asked again later if nobody is going to be told now.
async fn refuse(app: &App, job: &Job, claim: &Linkback, refused: Refused) -> Result<()> {
    let Refused { refusal, may_pass, tell_at } = refused;
    let (site, linkback, id, now) = (claim.site_id, claim.id, job.id, app.clock.now());
    if may_pass && job.attempts < ATTEMPTS_MAX && !app.bell.is_waited_for(site, linkback, tell_at) {
        return Err(Error::unavailable(format!("the source {} did not answer well", claim.source)));
    }
    app.db
        .write(async move |tx| {
            linkbacks::set_refused(tx, site, linkback, refusal, now).await?;
            jobs::delete(tx, id).await
        })
        .await?;
    tracing::info!(source = claim.source, target = claim.target, refusal = refusal.as_str(), "a linkback was refused");
    app.bell.tell(site, linkback, Err(refusal), tell_at);
    Ok(())
}

/// Why a claim is not registered, whether the same claim may be found true later, and when the sender may be
/// told: what was found out by fetching is told when the fetcher lets it be told ([`Attempt`]).
struct Refused {
    refusal: LinkbackRefusal,
    may_pass: bool,
    tell_at: TellAt,
}

impl From<LinkbackRefusal> for Refused {
    fn from(refusal: LinkbackRefusal) -> Self {
        Self { refusal, may_pass: refusal == LinkbackRefusal::UpstreamFailure, tell_at: TellAt::now() }
    }
}

async fn verify(app: &App, job: &Job, site: &Arc<Site>, claim: &Linkback) -> Result<Result<(), Refused>> {
    let base = app.sites.base(&app.db, &app.config, site).await?;
    let post = match target_post(app, site, &base, claim).await? {
        Ok(post) => post,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    let is_taken = claim.protocol.is_taken(&site.options) && post.takes_pings(&site.options, app.clock.now());
    if !is_taken {
        return Ok(Err(LinkbackRefusal::TargetUnusable.into()));
    }
    let source = Url::parse(&claim.source).map_err(|e| Error::internal(format!("a stored source: {e}")))?;
    let began = Instant::now();
    let Attempt { outcome, tell_from } = fetch(app, &base, claim, &source).await;
    let tell_at = TellAt::held(began, tell_from);
    let fetched = match page(&source, outcome) {
        Ok(fetched) => fetched,
        Err((refusal, may_pass)) => return Ok(Err(Refused { refusal, may_pass, tell_at })),
    };
    let keys = posts::keys(&app.db, site.id, post.id).await?;
    let homes = std::iter::once(site.home.clone()).chain(Url::parse(&base).ok()).collect();
    let target = Target { keys, post: post.clone(), homes };
    let said = claim.said.clone();
    let mention = match read_apart(move || read(&fetched, &target, said.as_ref())).await? {
        Ok(mention) => mention,
        Err(refusal) => return Ok(Err(Refused { tell_at, ..refusal.into() })),
    };
    let is_own_site = find_post::by_url(app, site, &base, &source).await?.is_some();
    let submission = Submission {
        comment: NewComment {
            post_id: post.id.0,
            parent_id: 0,
            author: mention.author,
            email: String::new(),
            url: claim.source.clone(),
            content: mention.content,
        },
        kind: claim.protocol.kind(),
        client: Client {
            ip: claim.client_ip.parse().unwrap_or(std::net::Ipv4Addr::UNSPECIFIED.into()),
            agent: claim.agent.clone(),
        },
        author: None,
        identity: None,
        sent_by: None,
        given: Given::default(),
        signals: Signals::default(),
        idempotency_key: None,
        claim: Some(submit_comment::Claim { linkback: claim.id, job: job.id, is_own_site }),
    };
    Ok(match submit_comment(app, site, submission).await? {
        Ok(_) => Ok(()),
        Err(Refusal::Duplicate) => Err(LinkbackRefusal::Duplicate.into()),
        Err(Refusal::Flood(_)) => Err(LinkbackRefusal::TooMany.into()),
        Err(_) => Err(LinkbackRefusal::TargetUnusable.into()),
    })
}

async fn target_post(
    app: &App,
    site: &Arc<Site>,
    base: &str,
    claim: &Linkback,
) -> Result<Result<Arc<Post>, LinkbackRefusal>> {
    if let Some(id) = claim.post_id {
        return Ok(find_post::by_id(app, site.id, id).await?.ok_or(LinkbackRefusal::TargetUnusable));
    }
    let target = Url::parse(&claim.target).map_err(|e| Error::internal(format!("a stored target: {e}")))?;
    if let Some(post) = find_post::by_url(app, site, base, &target).await? {
        return Ok(Ok(post));
    }
    Ok(discover_post(app, site, base, &target).await?.map_err(|why| match why {
        NoPost::NotAllowed => LinkbackRefusal::TargetUnusable,
        NoPost::Missing => LinkbackRefusal::TargetMissing,
        NoPost::Unreachable => LinkbackRefusal::UpstreamFailure,
    }))
}

/// Fetches the source, naming whom the fetch is for, so that a page that is pinged by strangers to be
/// fetched by us can tell who they are (WP 7.1 XML-RPC §2.8).
async fn fetch(app: &App, base: &str, claim: &Linkback, source: &Url) -> Attempt {
    let agent = user_agent(base, &format!("; verifying {} from {}", claim.protocol.as_str(), claim.client_ip));
    let mut request = FetchRequest::page(source.clone(), agent);
    if let Ok(ip) = HeaderValue::from_str(&claim.client_ip) {
        request.headers.insert("x-pingback-forwarded-for", ip);
    }
    app.fetcher.attempt(request).await
}

/// The page, or why there is none and whether that may pass. One fault for a refused address, a closed port, a
/// silent one, a host that is left alone for its failures and a missing page: whoever pings to look around our
/// network learns nothing. 50 is for our own queue, and for a server's 5xx.
fn page(source: &Url, outcome: Result<Fetched, FetchError>) -> Result<Fetched, (LinkbackRefusal, bool)> {
    match outcome {
        Ok(fetched) => match fetched.status {
            200..=299 => Ok(fetched),
            500..=599 => Err((LinkbackRefusal::UpstreamFailure, true)),
            _ => Err((LinkbackRefusal::SourceMissing, false)),
        },
        Err(error) => {
            tracing::info!(%source, %error, "a linkback's source could not be fetched");
            let refusal = match error {
                FetchError::Busy { .. } => LinkbackRefusal::UpstreamFailure,
                _ => LinkbackRefusal::SourceMissing,
            };
            Err((refusal, error.is_transient()))
        }
    }
}

/// What a link must lead to.
struct Target {
    keys: Vec<String>,
    post: Arc<Post>,
    /// The blog and our own pages: under both, `?p=ID` is the post.
    homes: Vec<Url>,
}

impl Target {
    fn is(&self, link: &Url) -> bool {
        let is_ours = self.homes.iter().any(|home| permalink::is_on(home, link));
        self.keys.contains(&permalink::key(link))
            || (is_ours && permalink::post_id_in_query(link) == Some(self.post.id.0))
    }
}

/// Author and content of a linkback, as HTML.
struct Mention {
    author: String,
    content: String,
}

/// What is kept of a page that links to the target: of a pingback its title and the words around the link
/// (WP 7.1 XML-RPC §2.9 to §2.11), of a trackback what it says of itself (§4.2 step 13), and what it does not
/// say from the page.
fn read(fetched: &Fetched, target: &Target, said: Option<&Said>) -> Result<Mention, LinkbackRefusal> {
    if fetched.body.is_empty() {
        return Err(LinkbackRefusal::SourceMissing);
    }
    let page = Page::parse(&fetched.body, fetched.content_type.as_deref(), &fetched.url);
    let said_title = said.map(|said| said.title.as_str()).filter(|title| !title.is_empty());
    let title = said_title.or(page.title()).ok_or(LinkbackRefusal::NoTitle)?;
    let mention = page.mention(|link| target.is(link)).ok_or(LinkbackRefusal::NoLink)?;
    let excerpt = excerpt_content(&mention.excerpt);
    // The intake reads HTML; what is said and read is plain text.
    let Some(said) = said else { return Ok(Mention { author: esc_text(title), content: excerpt }) };
    let author = if said.blog_name.is_empty() { title } else { &said.blog_name };
    let excerpt = if said.excerpt.is_empty() { excerpt } else { esc_text(&said.excerpt) };
    Ok(Mention { author: esc_text(author), content: format!("<strong>{}</strong>\n\n{excerpt}", esc_text(title)) })
}
