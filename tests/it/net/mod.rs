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

/// A budget for what does not come at all: soon over, and no machine is too slow to see that nothing came.
pub(crate) const SOON: Duration = Duration::from_millis(300);
/// A budget for what comes, on however busy a machine.
const LATE: Duration = Duration::from_mins(1);

/// Budgets that a server keeps which answers. A test of one that does not shortens the budget that it is about, so that
/// no other can run out before it.
pub(crate) fn patient() -> Budgets {
    Budgets {
        chain: 2 * LATE,
        turn: LATE,
        resolve: LATE,
        connect: LATE,
        tls: LATE,
        headers: LATE,
        rate_window: LATE,
        rate_window_bytes_min: 1000,
        hold: Duration::ZERO,
    }
}

/// Budgets in which every slow server is found out, for tests to which it is the same what became of a fetch that failed.
pub(crate) fn quick() -> Budgets {
    Budgets { resolve: SOON, connect: SOON, tls: SOON, headers: SOON, rate_window: SOON, ..patient() }
}

fn loopback() -> AdmissionRules {
    AdmissionRules::new(vec!["127.0.0.0/8".parse().expect("a network")])
}

pub(crate) fn config() -> FetcherConfig {
    FetcherConfig { rules: loopback(), budgets: patient(), no_limits: true }
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

/// The same within these budgets.
async fn get_within(budgets: Budgets, url: &str) -> Result<Fetched, FetchError> {
    fetcher_with(FetcherConfig { budgets, ..config() }, StaticResolver::new()).get(request(url)).await
}
