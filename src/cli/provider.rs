//! `rejoinder provider`: by which providers one can log in on a site. Secrets come from standard input, never from
//! the command line, where other users of the machine could read them.

use std::io::{IsTerminal as _, Read as _};

use clap::{Args, Subcommand as Subcommands};
use secrecy::SecretString;

use super::{print, say};
use crate::actions::ask_provider::redirect_uri;
use crate::actions::set_provider::{self, ProviderChange};
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::account::Actor;
use crate::model::provider::{KINDS, Kind, Needs, Provider, TRUST, VALUE_BYTES_MAX};
use crate::model::site::Site;

#[derive(Debug, Subcommands)]
pub(super) enum Command {
    /// Add a provider and switch it on; prints its id
    Add {
        /// Its kind, e.g. github; `rejoinder provider list` shows all
        kind: String,
        /// Its id, which stands in its redirect URI [default: the kind]
        #[arg(long)]
        id: Option<String>,
        #[command(flatten)]
        values: Values,
    },
    /// List the providers of a site with their redirect URIs, and the kinds that there are
    List {
        /// Number, slug or address of the site [default: the only one]
        #[arg(long)]
        site: Option<String>,
    },
    /// Change a provider, switch it on or off
    Set {
        /// Its id
        id: String,
        /// Offer it
        #[arg(long, conflicts_with = "off")]
        on: bool,
        /// Do not offer it
        #[arg(long)]
        off: bool,
        #[command(flatten)]
        values: Values,
    },
    /// Forget a provider; accounts stay, but nobody logs in with it any more
    Remove {
        /// Its id
        id: String,
        /// Number, slug or address of the site [default: the only one]
        #[arg(long)]
        site: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct Values {
    /// As people see it [default: the kind's own name]
    #[arg(long)]
    name: Option<String>,
    /// The issuer's address, for kinds with several
    #[arg(long)]
    issuer: Option<String>,
    /// The client ID (Apple: the Services ID)
    #[arg(long)]
    client_id: Option<String>,
    /// Read the client secret (Apple: the key file) from standard input
    #[arg(long)]
    secret: bool,
    /// A setting of the kind, NAME=VALUE; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// Who posts without moderation: guests (as guests do), approved (after one approved comment), verified-email, always
    #[arg(long)]
    trust: Option<String>,
    /// Where it stands among the others, lowest first
    #[arg(long)]
    position: Option<i64>,
    /// Number, slug or address of the site [default: the only one]
    #[arg(long)]
    site: Option<String>,
}

impl Values {
    fn change(self, reads_secret: bool, enabled: Option<bool>) -> Result<ProviderChange> {
        let setting = |text: &String| {
            let pair = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            pair.ok_or_else(|| Error::invalid("set", format!("“{text}” is not NAME=VALUE")))
        };
        let mut settings = self.settings.iter().map(setting).collect::<Result<Vec<_>>>()?;
        settings.extend(self.trust.map(|trust| (TRUST.to_owned(), trust)));
        Ok(ProviderChange {
            name: self.name,
            issuer: self.issuer,
            client_id: self.client_id,
            client_secret: (self.secret || reads_secret).then(read_secret).transpose()?,
            settings,
            enabled,
            position: self.position,
        })
    }
}

pub(super) async fn run(app: &App, command: Command) -> Result<()> {
    let actor = Actor::command("provider");
    match command {
        Command::Add { kind, id, values } => {
            let site = app.sites.named(&app.db, values.site.as_deref()).await?;
            let known = Kind::named(&kind).ok_or_else(|| {
                let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
                Error::invalid("kind", format!("there is no kind “{kind}”; there are {}", names.join(", ")))
            })?;
            let reads_secret = known.needs.has_client() && known.needs != Needs::ClientAndIssuer;
            if known.needs == Needs::SharedSecret {
                return add_sso(app, &site, &actor, (&kind, id.as_deref()), values).await;
            }
            let change = values.change(reads_secret, Some(true))?;
            let added = set_provider::add_provider(app, &site, &actor, (&kind, id.as_deref()), change).await?;
            if known.needs != Needs::Mail {
                say(format!("Its redirect URI: {}", address(app, &site, &added).await?));
            }
            print(added.id);
        }
        Command::List { site } => list(app, &actor, site.as_deref()).await?,
        Command::Set { id, on, off, values } => {
            let site = app.sites.named(&app.db, values.site.as_deref()).await?;
            let enabled = if on || off { Some(on) } else { None };
            let change = values.change(false, enabled)?;
            let set = set_provider::set_provider(app, &site, &actor, &id, change).await?;
            say(if set.enabled { "It is offered." } else { "It is not offered." });
        }
        Command::Remove { id, site } => {
            let site = app.sites.named(&app.db, site.as_deref()).await?;
            set_provider::remove_provider(app, &site, &actor, &id).await?;
            say("It is forgotten.");
        }
    }
    Ok(())
}

/// Adds single sign-on. Where no secret is given and none is needed for keys, one is made and printed, alone.
async fn add_sso(
    app: &App,
    site: &Site,
    actor: &Actor,
    (kind, id): (&str, Option<&str>),
    values: Values,
) -> Result<()> {
    let change = values.change(false, Some(false))?;
    let is_shared = change.client_secret.is_none()
        && !change.settings.iter().any(|(name, value)| name == "algorithm" && value.trim() != "HS256");
    let added = set_provider::add_provider(app, site, actor, (kind, id), change).await?;
    say(format!("Its id: {}. “aud” of its tokens: {}", added.id, app.sites.base(&app.db, &app.config, site).await?));
    if is_shared {
        let secret = set_provider::make_secret(app, site, actor, &added.id).await?;
        say("The secret, shown only now:");
        print(secret);
    }
    let on = ProviderChange { enabled: Some(true), ..ProviderChange::default() };
    set_provider::set_provider(app, site, actor, &added.id, on).await.map(|_| ())
}

async fn list(app: &App, actor: &Actor, site: Option<&str>) -> Result<()> {
    let site = app.sites.named(&app.db, site).await?;
    for provider in set_provider::list_providers(app, &site, actor).await? {
        let state = if provider.enabled { "on" } else { "off" };
        print(format!("{}\t{}\t{state}\t{}", provider.id, provider.kind, address(app, &site, &provider).await?));
        if !provider.last_error.is_empty() {
            say(format!("{}: last error: {}", provider.id, provider.last_error));
        }
    }
    say("Kinds:");
    for kind in KINDS {
        let needs = match kind.needs {
            Needs::Nothing => "needs nothing",
            Needs::Mail => "needs nothing but that mail is set up",
            Needs::Client => "client ID and secret",
            Needs::ClientAndIssuer => "issuer, client ID, mostly a secret",
            Needs::SharedSecret => "nothing, or --set algorithm=… --set jwks_uri=…; makes a secret and prints it once",
            Needs::SigningKey => "Services ID, key, --set team_id=…, --set key_id=…",
        };
        say(format!("  {}\t{}: {needs}", kind.name, kind.label));
    }
    Ok(())
}

async fn address(app: &App, site: &Site, provider: &Provider) -> Result<String> {
    let base = app.sites.base(&app.db, &app.config, site).await?;
    Ok(redirect_uri(&base, &provider.id))
}

/// All of standard input: Apple's key has several lines.
fn read_secret() -> Result<SecretString> {
    if std::io::stdin().is_terminal() {
        say("Client secret (it is shown while you type; end with Ctrl+D on a line of its own):");
    }
    let mut text = String::new();
    let most = u64::try_from(VALUE_BYTES_MAX).unwrap_or(u64::MAX) + 1;
    std::io::stdin().take(most).read_to_string(&mut text).map_err(Error::from_io("reading the secret"))?;
    Ok(text.trim().to_owned().into())
}
