//! The running program: everything that actions need, built once from the configuration, by `main` and
//! by tests alike. [`App`] is cheap to clone; what changes inside it is told of every commit.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::bell::Bell;
use crate::cache::Cache;
use crate::config::Config;
use crate::credentials::RememberedCredentials;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::mail::Mailer;
use crate::model::time::Clock;
use crate::moderators::Moderators;
use crate::net::admission::AdmissionRules;
use crate::net::fetcher::{Budgets, Fetcher, FetcherConfig};
use crate::net::identity::Issuers;
use crate::net::resolver::{Resolve, SystemResolver};
use crate::passwords::Passwords;
use crate::providers::Providers;
use crate::secret::Secret;
use crate::sites::Sites;
use crate::store::db::{Change, Db};

/// The running program.
#[derive(Clone, Debug)]
pub struct App(Arc<Parts>);

/// What [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// What the operator decided.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// The sites, as the database has them.
    pub sites: Sites,
    /// By which providers one can log in, as the database has it.
    pub providers: Providers,
    /// Whose names and addresses are protected.
    pub moderators: Moderators,
    /// What the issuers of identities say of themselves.
    pub issuers: Issuers,
    /// What readers get, ready to send.
    pub cache: Cache,
    /// How often who may do what.
    pub limits: Limits,
    /// The one way out over HTTP.
    pub fetcher: Fetcher,
    /// The one way out for mail, if the operator named one.
    pub mail: Option<Mailer>,
    /// Wakes the jobs, and those who wait for one.
    pub bell: Bell,
    /// The key of every signature of this instance.
    pub secret: Secret,
    /// Hashes and checks passwords, a few at a time.
    pub passwords: Passwords,
    /// Whose were right a moment ago.
    pub credentials: RememberedCredentials,
    /// Cancelled when the server stops.
    pub stopping: CancellationToken,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Builds the program on the machine's clock and names.
    pub async fn build(config: Config) -> Result<Self> {
        Self::build_with(config, Clock::system(), Arc::new(SystemResolver)).await
    }

    /// Builds the program on a clock and names of the caller's, as tests do.
    pub async fn build_with(config: Config, clock: Clock, resolver: Arc<dyn Resolve>) -> Result<Self> {
        let budgets = Budgets::default();
        let fetching = FetcherConfig {
            rules: AdmissionRules::new(config.fetch_allow.clone()),
            budgets: if config.no_limits { budgets.without_hold() } else { budgets },
            no_limits: config.no_limits,
        };
        let fetcher = Fetcher::new(fetching, resolver, clock.clone());
        Self::build_around(config, clock, fetcher).await
    }

    /// Builds the program around a fetcher of the caller's.
    pub async fn build_around(config: Config, clock: Clock, fetcher: Fetcher) -> Result<Self> {
        std::fs::create_dir_all(&config.data).map_err(|e| {
            Error::invalid("data", format!("the data folder {} cannot be made: {e}", config.data.display()))
        })?;
        let (sites, cache, credentials) = (Sites::default(), Cache::default(), RememberedCredentials::default());
        let (providers, moderators) = (Providers::default(), Moderators::default());
        let on_commit = {
            let (sites, cache, credentials) = (sites.clone(), cache.clone(), credentials.clone());
            let (providers, moderators) = (providers.clone(), moderators.clone());
            Arc::new(move |changes: &[Change]| {
                sites.changed(changes);
                providers.changed(changes);
                moderators.changed(changes);
                cache.changed(changes);
                credentials.changed(changes);
            })
        };
        let db = Db::open(&config.place, on_commit).await?;
        let secret = Secret::load(&db).await?;
        let limits = Limits::new(config.no_limits, &config.limits, clock.clone());
        let hello = config.public_url.host_str().unwrap_or_default();
        let mail = config.mail.as_ref().map(|settings| Mailer::new(settings, hello)).transpose()?;
        let parts = Parts {
            config,
            clock,
            db,
            sites,
            providers,
            moderators,
            issuers: Issuers::default(),
            cache,
            limits,
            fetcher,
            mail,
            bell: Bell::default(),
            secret,
            passwords: Passwords::default(),
            credentials,
            stopping: CancellationToken::new(),
        };
        Ok(Self(Arc::new(parts)))
    }
}
