//! Setting up the providers by which one can log in on a site. An identity is the same on every site of the instance,
//! so a site's administrator chooses among the kinds and gives what belongs to an app of his own; the addresses that
//! are believed are changed by commands of the machine's owner only.

use secrecy::SecretString;

use crate::actions::ask_provider::{caller, client, endpoints, note_error};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::identity::{PROVIDER_NAME_BYTES_MAX, clean_name};
use crate::model::provider::{
    COMMON_SETTINGS, Flow, Kind, PROVIDERS_MAX, Provider, TRUST, VALUE_BYTES_MAX, has_setting, is_id,
};
use crate::model::role::Capability;
use crate::model::site::Site;
use crate::model::trust::Trust;
use crate::secret::new_token;
use crate::store::audit::{self, Subject};
use crate::store::providers;

/// What is to be changed; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ProviderChange {
    /// As people see it.
    pub name: Option<String>,
    /// Whose word it is; empty: the kind's own.
    pub issuer: Option<String>,
    /// Our number there.
    pub client_id: Option<String>,
    /// The secret that goes with it.
    pub client_secret: Option<SecretString>,
    /// Settings by name; empty: the kind's own.
    pub settings: Vec<(String, String)>,
    /// Whether it is offered.
    pub enabled: Option<bool>,
    /// Where it stands among the others.
    pub position: Option<i64>,
}

/// Where a provider is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Before the one before it.
    Up,
    /// Behind the one behind it.
    Down,
}

/// The providers of a site, switched on or not, for who may see them.
pub async fn list_providers(app: &App, site: &Site, actor: &Actor) -> Result<Vec<Provider>> {
    may(actor)?;
    Ok(providers::list(&app.db).await?.into_iter().filter(|provider| provider.site_id == site.id).collect())
}

/// Adds a provider of a kind; its id is the kind's name unless one is given.
pub async fn add_provider(
    app: &App,
    site: &Site,
    actor: &Actor,
    (kind, id): (&str, Option<&str>),
    change: ProviderChange,
) -> Result<Provider> {
    may(actor)?;
    let kind = Kind::named(kind).ok_or_else(|| Error::invalid("kind", "There is no such kind of provider."))?;
    let id = id.unwrap_or(kind.name);
    if !is_id(id) {
        return Err(Error::invalid("id", "An id has 1 to 40 small letters, digits and hyphens."));
    }
    if providers::find(&app.db, site.id, id).await?.is_some() {
        return Err(Error::Conflict(format!("There is a provider “{id}” already. Give this one another id.")));
    }
    let mut provider = Provider::new(site.id, id, kind);
    if kind.flow == Flow::SingleSignOn {
        // The blog itself, until somebody says otherwise.
        (provider.name, provider.issuer) = (site.home_host().to_owned(), site.origin());
    }
    save(app, actor, provider, change, "add_provider").await
}

/// Changes a provider.
pub async fn set_provider(app: &App, site: &Site, actor: &Actor, id: &str, change: ProviderChange) -> Result<Provider> {
    may(actor)?;
    let provider = known(app, site, id).await?;
    save(app, actor, provider, change, "set_provider").await
}

/// Gives a provider of single sign-on a new secret, which is told here and never again.
pub async fn make_secret(app: &App, site: &Site, actor: &Actor, id: &str) -> Result<String> {
    may(actor)?;
    let provider = known(app, site, id).await?;
    if provider.kind().is_none_or(|kind| kind.flow != Flow::SingleSignOn) {
        return Err(Error::invalid("action", "The secret of this kind comes from the provider."));
    }
    let secret = new_token();
    let change = ProviderChange { client_secret: Some(secret.clone().into()), ..ProviderChange::default() };
    save(app, actor, provider, change, "set_provider").await?;
    Ok(secret)
}

/// Moves a provider one place up or down among those of its site. All of them get their place as their position, so
/// that providers which had the same one are told apart. One that is first or last already stays.
pub async fn move_provider(app: &App, site: &Site, actor: &Actor, id: &str, way: Way) -> Result<()> {
    let mut all = list_providers(app, site, actor).await?;
    let gone = || Error::not_found(format!("There is no provider “{id}” on this site."));
    let at = all.iter().position(|provider| provider.id == id).ok_or_else(gone)?;
    let to = match way {
        Way::Up => at.checked_sub(1),
        Way::Down => Some(at + 1).filter(|to| *to < all.len()),
    };
    let Some(to) = to else { return Ok(()) };
    all.swap(at, to);
    let (site, id, actor, now) = (site.id, id.to_owned(), actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            for (position, provider) in (0..).zip(&all) {
                providers::set_position(tx, site, &provider.id, position).await?;
            }
            audit::insert(tx, site, &actor, "move_provider", Subject::Site, &id, now).await
        })
        .await
}

/// Forgets a provider. Accounts and identities stay; nobody logs in with it any more.
pub async fn remove_provider(app: &App, site: &Site, actor: &Actor, id: &str) -> Result<()> {
    may(actor)?;
    known(app, site, id).await?;
    let (site, id, actor, now) = (site.id, id.to_owned(), actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            providers::delete(tx, site, &id).await?;
            audit::insert(tx, site, &actor, "remove_provider", Subject::Site, &id, now).await
        })
        .await
}

/// Asks a provider as a log-in would, as far as that goes without a visitor: discovery, registration, the key.
/// What went wrong, in words for its owner.
pub async fn test_provider(app: &App, site: &Site, base: &str, actor: &Actor, id: &str) -> Result<Result<(), String>> {
    may(actor)?;
    let provider = known(app, site, id).await?;
    let kind = provider.kind().ok_or_else(|| Error::Conflict("This program does not know its kind.".into()))?;
    if let Some(lacks) = provider.lacks(app.mail.is_some()) {
        return Ok(Err(format!("It still needs {lacks}.")));
    }
    if kind.flow.is_of_the_visitor() {
        return Ok(Ok(()));
    }
    if kind.flow == Flow::SingleSignOn {
        return test_keys(app, base, &provider, kind).await;
    }
    if let (Flow::Email, Some(mailer)) = (kind.flow, &app.mail) {
        return Ok(mailer.check().await.map_err(|error| error.to_string()));
    }
    let caller = caller(app, base, kind);
    let tested = match endpoints(app, &caller, &provider, kind, "").await {
        Ok(endpoints) => client(app, &caller, base, &provider, &endpoints).await?.map(|_| ()),
        Err(error) => Err(error),
    };
    match tested {
        Ok(()) => Ok(Ok(())),
        Err(error) => {
            note_error(app, &provider, &error).await?;
            Ok(Err(error.to_string()))
        }
    }
}

/// Single sign-on with keys: whether they can be fetched. A shared secret is right by itself.
async fn test_keys(app: &App, base: &str, provider: &Provider, kind: &Kind) -> Result<Result<(), String>> {
    let Some(url) = provider.setting("jwks_uri").filter(|_| provider.setting("algorithm") != Some("HS256")) else {
        return Ok(Ok(()));
    };
    match app.issuers.keys(&caller(app, base, kind), url, true, app.clock.now()).await {
        Ok(_keys) => Ok(Ok(())),
        Err(error) => {
            note_error(app, provider, &error).await?;
            Ok(Err(error.to_string()))
        }
    }
}

fn may(actor: &Actor) -> Result<()> {
    if actor.can(Capability::ManageOptions) {
        return Ok(());
    }
    Err(Error::Forbidden("Only an administrator decides how one logs in here.".into()))
}

async fn known(app: &App, site: &Site, id: &str) -> Result<Provider> {
    let known = providers::find(&app.db, site.id, id).await?;
    known.ok_or_else(|| Error::not_found(format!("There is no provider “{id}” on this site.")))
}

async fn save(app: &App, actor: &Actor, old: Provider, change: ProviderChange, what: &'static str) -> Result<Provider> {
    let provider = changed(actor, old, change)?;
    if provider.enabled
        && let Some(lacks) = provider.lacks(app.mail.is_some())
    {
        return Err(Error::invalid("enabled", format!("Before it can be switched on it needs {lacks}.")));
    }
    let (kept, actor, now) = (provider.clone(), actor.clone(), app.clock.now());
    app.db
        .write(async move |tx| {
            let is_new = what == "add_provider";
            if is_new && providers::count_in(tx, kept.site_id).await? >= PROVIDERS_MAX {
                return Err(Error::Conflict(format!("A site has at most {PROVIDERS_MAX} providers.")));
            }
            providers::save(tx, &kept).await?;
            let state = if kept.enabled { "on" } else { "off" };
            audit::insert(tx, kept.site_id, &actor, what, Subject::Site, &format!("{} {state}", kept.id), now).await
        })
        .await?;
    Ok(provider)
}

fn changed(actor: &Actor, mut provider: Provider, change: ProviderChange) -> Result<Provider> {
    let kind = provider.kind().ok_or_else(|| Error::Conflict("This program does not know its kind.".into()))?;
    let is_command = actor.account_id.is_none();
    if let Some(name) = change.name {
        let name = clean_name(&name);
        if name.is_empty() || name.len() > PROVIDER_NAME_BYTES_MAX {
            return Err(Error::invalid("name", format!("A name has 1 to {PROVIDER_NAME_BYTES_MAX} bytes.")));
        }
        provider.name = name;
    }
    if let Some(issuer) = change.issuer.map(|issuer| issuer.trim().to_owned()).filter(|i| *i != provider.issuer) {
        if !(kind.takes_issuer || is_command) {
            return Err(Error::invalid("issuer", "The issuer of this kind is fixed."));
        }
        provider.issuer = issuer;
    }
    if let Some(client_id) = change.client_id {
        client_id.trim().clone_into(&mut provider.client_id);
    }
    if let Some(secret) = change.client_secret {
        provider.client_secret = secret;
    }
    for (name, value) in change.settings {
        if !has_setting(kind, &name) {
            return Err(Error::invalid("settings", format!("A provider of this kind has no setting “{name}”.")));
        }
        let is_of_kind = kind.settings.iter().any(|(own, _)| *own == name);
        if COMMON_SETTINGS.contains(&name.as_str()) && !is_of_kind && !is_command {
            return Err(Error::Forbidden(
                "Only a command of the machine’s owner changes a provider’s addresses.".into(),
            ));
        }
        if name == TRUST && !value.trim().is_empty() && Trust::parse(value.trim()).is_none() {
            let names: Vec<_> = Trust::ALL.iter().map(|(_, name, _)| *name).collect();
            return Err(Error::invalid("settings", format!("“trust” is one of {}.", names.join(", "))));
        }
        match value.trim() {
            "" => drop(provider.settings.remove(&name)),
            value => drop(provider.settings.insert(name, value.to_owned())),
        }
    }
    provider.enabled = change.enabled.unwrap_or(provider.enabled);
    provider.position = change.position.unwrap_or(provider.position);
    let values = provider.settings.values().chain([&provider.issuer, &provider.client_id]);
    let is_too_long = values.map(String::len).chain([provider.secret().len()]).any(|bytes| bytes > VALUE_BYTES_MAX);
    if is_too_long {
        return Err(Error::invalid("settings", format!("A value has at most {VALUE_BYTES_MAX} bytes.")));
    }
    Ok(provider)
}
