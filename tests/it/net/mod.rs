//! The fetcher against servers of the tests' own on the loopback network (S-FETCH-1 to -8).

mod addresses;
mod answers;
mod limits;
mod reach;
mod redirects;
mod sending;
pub(crate) mod server;
mod slowness;
mod telling;

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use rejoinder::model::time::Clock;
use rejoinder::net::admission::AdmissionRules;
use rejoinder::net::fetcher::{Budgets, FetchError, FetchRequest, Fetched, Fetcher, FetcherConfig};
use rejoinder::net::resolver::{Resolve, StaticResolver};
use url::Url;

/// Budgets in which a slow server is found out in a moment.
pub(crate) fn quick() -> Budgets {
    Budgets {
        chain: Duration::from_secs(5),
        turn: Duration::from_millis(100),
        resolve: Duration::from_millis(100),
        connect: Duration::from_secs(1),
        tls: Duration::from_millis(100),
        headers: Duration::from_millis(300),
        rate_window: Duration::from_millis(300),
        rate_window_bytes_min: 1000,
        hold: Duration::ZERO,
    }
}

fn loopback() -> AdmissionRules {
    AdmissionRules::new(vec!["127.0.0.0/8".parse().expect("a network")])
}

pub(crate) fn config() -> FetcherConfig {
    FetcherConfig { rules: loopback(), budgets: quick(), no_limits: true }
}

pub(crate) fn fetcher_with(config: FetcherConfig, resolver: impl Resolve + 'static) -> Fetcher {
    Fetcher::new(config, Arc::new(resolver), Clock::system())
}

/// A fetcher without courtesy that may reach the loopback network and knows no name.
pub(crate) fn fetcher() -> Fetcher {
    fetcher_with(config(), StaticResolver::new())
}

fn request(url: &str) -> FetchRequest {
    FetchRequest::page(Url::parse(url).expect(url), HeaderValue::from_static("Rejoinder/test"))
}

async fn get(url: &str) -> Result<Fetched, FetchError> {
    fetcher().get(request(url)).await
}
