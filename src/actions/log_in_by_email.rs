//! A log-in without a provider: who reads the mail of an address is that address. It begins and ends as every other
//! one does (`begin_log_in`, `complete_log_in`), with a code or a link in the middle (`mailed_codes`). Called by
//! `begin_log_in`, and by `B/login/code` and `B/login/link`.

use crate::actions::log_in::{Begin, Begun, Completed, browser};
use crate::actions::mailed_codes::{self, New, over};
use crate::actions::offered_providers;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::identity::{ProvenIdentity, clean_name};
use crate::model::ids::AccountId;
use crate::model::mailed_code::{Details, MailedCode, Purpose, address};
use crate::model::provider::{Kind, Provider};
use crate::model::site::Site;
use crate::secret::{hex, unhex};
use crate::store::{identities, providers};

/// What is said of an address that is none.
pub(super) const NO_ADDRESS: &str = "Please enter a valid email address, such as name@example.org.";

/// Mails a code to the address that the visitor typed, and leads to the page where it is typed.
pub(super) async fn begin(app: &App, site: &Site, base: &str, provider: &Provider, begin: &Begin) -> Result<Begun> {
    let email = address(&begin.instance).ok_or_else(|| Error::invalid("instance", NO_ADDRESS))?;
    mailed_codes::count(app, &email, &begin.client)?;
    let browser = browser(begin.browser.as_deref());
    let details = Details {
        provider: provider.id.clone(),
        return_to: begin.return_to.clone(),
        handover: begin.handover.as_deref().map(hex),
        linking: begin.linking,
        ..Details::default()
    };
    let new = New { purpose: Purpose::LogIn, email, browser: Some(browser.clone()), details };
    let handle = mailed_codes::issue(app, site, new).await?;
    let to = format!("{base}/login/code?w={handle}");
    let to = url::Url::parse(&to).map_err(|e| Error::internal(format!("{to}: {e}")))?;
    Ok(Begun { to, browser, answers_by_form: false })
}

/// What follows a code or link that was right.
#[derive(Clone, Debug)]
pub enum Next {
    /// Who comes for the first time is asked how they are called: an address is nothing to be shown.
    AsksName,
    /// The log-in is proven.
    Completed(Box<Completed>),
}

/// Goes on with an address that was proven; `session` is the account whose session the browser shows.
pub async fn go_on(
    app: &App,
    site: &Site,
    code: &MailedCode,
    name: Option<&str>,
    session: Option<AccountId>,
) -> Result<Next> {
    let Details { linking, .. } = code.details;
    let is_theirs = linking.is_none_or(|account| session == Some(account));
    if code.purpose != Purpose::LogIn || code.proven_at.is_none() || !is_theirs {
        return Err(over());
    }
    let (provider, kind) = offered_providers::find(app, site, &code.details.provider).await?;
    let mut identity = identity_of(&provider, kind, &code.email);
    let is_known = identities::find_by_key(&app.db, &identity.issuer, &identity.subject).await?.is_some();
    if !is_known && linking.is_none() {
        let Some(name) = name else { return Ok(Next::AsksName) };
        identity.name = clean_name(name);
        if identity.name.is_empty() {
            return Err(Error::invalid("name", "Please enter the name that is to stand with your comments."));
        }
    }
    let (taken, id, now) = (code.clone(), provider.id, app.clock.now());
    app.db
        .write(async move |tx| {
            mailed_codes::take(tx, &taken, now).await?;
            providers::note_used(tx, taken.site_id, &id, now).await
        })
        .await?;
    Ok(Next::Completed(Box::new(Completed {
        identity,
        linking,
        handover: code.details.handover.as_deref().and_then(unhex),
        return_to: code.details.return_to.clone(),
    })))
}

fn identity_of(provider: &Provider, kind: &Kind, email: &str) -> ProvenIdentity {
    ProvenIdentity {
        provider: kind.name.to_owned(),
        provider_name: provider.name.clone(),
        issuer: kind.issuer.to_owned(),
        subject: email.to_owned(),
        name: String::new(),
        url: String::new(),
        picture: String::new(),
        email: email.to_owned(),
        email_verified: true,
    }
}
