//! How the author of a comment is known, and what that is worth on the site. Asked by the intake once for each comment,
//! before it is judged: one query for who is logged in by a provider, none for everybody else.

use crate::actions::submit_comment::confirmation;
use crate::actions::submit_comment::submission::Submission;
use crate::app::App;
use crate::error::Result;
use crate::model::identity::{ProvenIdentity, host_of};
use crate::model::provider::{Flow, Kind, Provider};
use crate::model::site::Site;
use crate::model::trust::Trust;
use crate::store::identities;

/// See the module. Its default is a guest's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// By whose word they are logged in, as shown; empty for a guest.
    pub(super) proven_by: String,
    /// What that is worth.
    pub(super) trust: Trust,
    /// Whether it says that their e-mail address is verified.
    pub(super) email_verified: bool,
}

impl Standing {
    /// How the author of a submission is known.
    pub(super) async fn of(app: &App, site: &Site, submission: &Submission) -> Result<Self> {
        let Some((actor, account)) = &submission.author else { return Ok(Self::of_guest(app, site, submission)) };
        // Somebody else writes in their name, or they write under another: neither is proven.
        let is_sent_by_another =
            submission.sent_by.as_ref().is_some_and(|sender| sender.account_id != actor.account_id);
        let has_other_name = submission.given.author.as_ref().is_some_and(|name| *name != account.display_name);
        if is_sent_by_another || has_other_name {
            return Ok(Self::default());
        }
        let Some(id) = submission.identity else {
            // A password here proves the account, and nothing of its e-mail address.
            let (proven_by, trust) = (site.name().to_owned(), site.options.trust_accounts);
            return Ok(Self { proven_by, trust, email_verified: false });
        };
        // Taken from the account since the session began: it says nothing any more.
        let Some(known) = identities::find(&app.db, id).await? else { return Ok(Self::default()) };
        let proven = known.proven;
        let providers = app.providers.enabled(&app.db, site.id).await?;
        let fitting: Vec<&Provider> = providers.iter().map(AsRef::as_ref).filter(|p| is_of(p, &proven)).collect();
        Ok(Self {
            trust: fitting.iter().map(|provider| provider.trust()).reduce(Trust::least).unwrap_or_default(),
            email_verified: proven.email_verified,
            proven_by: shown_name(fitting.first().copied(), &proven),
        })
    }

    /// Where guests confirm their address, no verdict counts before they have (`confirm_comment`).
    fn of_guest(app: &App, site: &Site, submission: &Submission) -> Self {
        if submission.sent_by.is_some() || !confirmation::is_wanted(app, site) {
            return Self::default();
        }
        Self { trust: site.options.trust_confirmed_guests, email_verified: true, proven_by: String::new() }
    }
}

/// Whether an identity can have come by this provider. Where each visitor names a server, or each tenant is an issuer,
/// every one of the kind; the one that trusts least decides where several fit.
fn is_of(provider: &Provider, proven: &ProvenIdentity) -> bool {
    let Some(kind) = provider.kind().filter(|kind| kind.name == proven.provider) else { return false };
    kind.flow.is_of_the_visitor() || kind.has_tenants || provider.vouches_as() == proven.issuer
}

/// By whose word somebody is, as this site shows it, given its own provider that fits. Owners name their providers as
/// they like, and an identity is one on every site: what the owner of another site wrote is not repeated here, or they
/// could let their own word pass for GitHub's.
fn shown_name(provider: Option<&Provider>, proven: &ProvenIdentity) -> String {
    let Some(kind) = Kind::named(&proven.provider) else { return host_of(&proven.issuer) };
    match (kind.flow, provider) {
        // Named by the host that the visitor typed, and that answered.
        (Flow::Mastodon | Flow::WordPress, _) => proven.provider_name.clone(),
        (_, Some(provider)) => provider.name.clone(),
        // Its issuer is whatever that other site's owner wrote.
        (Flow::SingleSignOn, None) => kind.label.to_owned(),
        (_, None) if kind.takes_issuer => host_of(&proven.issuer),
        (_, None) => kind.label.to_owned(),
    }
}
