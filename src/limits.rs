//! How often who may do what: the names and rates of every limit, on governor. Each counts by a key
//! (a network, a source's host, an account) in a table of fixed size, so that a million keys cost no more
//! memory than a thousand. Actions and the doors ask before they work.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::{Error, Result};
use crate::model::client::{network, wide_network};

/// Keys that each limit tells apart. More share a place with others, by chance and unpredictably.
const PLACES: u64 = 65_536;
/// How much more a /48 may do than one of its /64s.
const WIDE_FACTOR: u32 = 16;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Comments from a network.
    Comments,
    /// XML-RPC requests from a network; each call inside a multicall counts.
    XmlRpcCalls,
    /// Linkbacks from a network.
    Linkbacks,
    /// Linkbacks whose source is on one host.
    LinkbacksFromHost,
    /// Linkbacks of one source and target.
    LinkbacksOfPair,
    /// Log-ins from a network.
    LogIns,
    /// Log-ins to an account.
    LogInsOfAccount,
    /// Pages of the blog to be discovered, for a site.
    Discoveries,
    /// Readings that touch the database, from a network.
    Readings,
}

/// A limit's burst, and how often one more is allowed after it.
struct Rate {
    limit: Limit,
    burst: u32,
    every: Duration,
}

const fn rate(limit: Limit, burst: u32, every_ms: u64) -> Rate {
    Rate { limit, burst, every: Duration::from_millis(every_ms) }
}

/// Every limit. A person at a form never meets one; a robot does within seconds.
const RATES: [Rate; 9] = [
    rate(Limit::Comments, 20, 6_000),
    rate(Limit::XmlRpcCalls, 120, 500),
    rate(Limit::Linkbacks, 60, 2_000),
    rate(Limit::LinkbacksFromHost, 30, 2_000),
    rate(Limit::LinkbacksOfPair, 3, 20_000),
    rate(Limit::LogIns, 20, 6_000),
    rate(Limit::LogInsOfAccount, 5, 60_000),
    rate(Limit::Discoveries, 60, 2_000),
    rate(Limit::Readings, 300, 50),
];

/// See the module.
#[derive(Debug)]
pub struct Limits {
    tables: Vec<Table>,
    hasher: RandomState,
    off: bool,
}

#[derive(Debug)]
struct Table {
    narrow: DefaultKeyedRateLimiter<u64>,
    wide: DefaultKeyedRateLimiter<u64>,
}

impl Limits {
    /// The limits, or none of them when `off`.
    pub fn new(off: bool) -> Self {
        let keyed = |rate: &Rate, factor: u32| {
            #[expect(clippy::expect_used, reason = "the rates are constants above, none of them zero")]
            let quota = Quota::with_period(rate.every / factor)
                .expect("a period that is not zero")
                .allow_burst(NonZeroU32::new(rate.burst * factor).expect("a burst that is not zero"));
            RateLimiter::keyed(quota)
        };
        let tables =
            RATES.iter().map(|rate| Table { narrow: keyed(rate, 1), wide: keyed(rate, WIDE_FACTOR) }).collect();
        Self { tables, hasher: RandomState::new(), off }
    }

    /// Whether the limits are off.
    pub fn are_off(&self) -> bool {
        self.off
    }

    /// Counts one of `limit` for a client's network; `TooMany` when it is over.
    pub fn check_client(&self, limit: Limit, ip: IpAddr) -> Result<()> {
        if let Some(wide) = wide_network(ip) {
            self.count(limit, &wide, |table| &table.wide)?;
        }
        self.check(limit, &network(ip))
    }

    /// Counts one of `limit` for a key; `TooMany` when it is over.
    pub fn check(&self, limit: Limit, key: &str) -> Result<()> {
        self.count(limit, key, |table| &table.narrow)
    }

    fn count(&self, limit: Limit, key: &str, table: impl Fn(&Table) -> &DefaultKeyedRateLimiter<u64>) -> Result<()> {
        let Some(at) = RATES.iter().position(|r| r.limit == limit).filter(|_| !self.off) else { return Ok(()) };
        let place = self.hasher.hash_one(key) % PLACES;
        table(&self.tables[at]).check_key(&place).map_err(|over| {
            metrics::counter!("rejoinder_limited_total", "limit" => format!("{limit:?}")).increment(1);
            Error::TooMany { retry_after: over.wait_time_from(DefaultClock::default().now()) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_takes_its_burst_and_refuses_one_more_with_a_wait() {
        let limits = Limits::new(false);
        for rate in &RATES {
            for n in 0..rate.burst {
                assert!(limits.check(rate.limit, "a key").is_ok(), "{:?} {n}", rate.limit);
            }
            match limits.check(rate.limit, "a key") {
                Err(Error::TooMany { retry_after }) => {
                    assert!(retry_after <= rate.every && !retry_after.is_zero(), "{:?}", rate.limit);
                }
                other => panic!("{:?}: {other:?}", rate.limit),
            }
        }
    }

    #[test]
    fn addresses_of_one_64_share_a_limit_and_those_of_one_48_a_wider_one() {
        let limits = Limits::new(false);
        let within_64 = (0..10_000_u32)
            .filter(|n| limits.check_client(Limit::Comments, format!("2001:db8::{n:x}").parse().unwrap()).is_ok());
        assert_eq!(within_64.count(), 20);
        let within_48 = (0..1_000_u32)
            .filter(|n| limits.check_client(Limit::LogIns, format!("2001:db8:1:{n:x}::1").parse().unwrap()).is_ok());
        assert_eq!(within_48.count(), 320);
    }

    #[test]
    fn a_million_keys_take_no_more_places_than_there_are() {
        let limits = Limits::new(false);
        for n in 0..1_000_000_u32 {
            let _counted = limits.check(Limit::Comments, &n.to_string());
        }
        assert!(limits.tables[0].narrow.len() <= usize::try_from(PLACES).unwrap());
    }

    #[test]
    fn without_limits_nothing_is_counted() {
        let limits = Limits::new(true);
        assert!((0..1_000).all(|_| limits.check(Limit::LogInsOfAccount, "a").is_ok()));
    }
}
