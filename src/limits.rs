//! How often who may do what: the names and rates of every limit, on governor. Each counts by a key
//! (a network, a source's host, an account) in a table of fixed size, so that a million keys cost no more
//! memory than a thousand. Actions and the doors ask before they work. What time gives back it gives back by the
//! program's clock, so that a test says itself how much passes.

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::error::{Error, Result};
use crate::model::client::{network, wide_network};
use crate::model::time::Clock;

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
    /// Wishes to be told of new comments, from a network.
    Subscriptions,
    /// Mails of one kind to one addressee; what is over comes in a digest.
    MailsToAddressee,
    /// Codes that a network has mailed to addresses.
    MailedCodes,
    /// Codes that are mailed to an address.
    MailedCodesToAddress,
    /// Codes that are mailed at all.
    MailedCodesInAll,
}

/// A limit's burst, and how many more are allowed each minute after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// What is limited.
    pub limit: Limit,
    /// At once.
    pub burst: u32,
    /// And then each minute.
    pub per_minute: u32,
}

const fn rate(limit: Limit, burst: u32, per_minute: u32) -> Rate {
    Rate { limit, burst, per_minute }
}

impl Limit {
    /// The name by which an operator sets it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::XmlRpcCalls => "xmlrpc-calls",
            Self::Linkbacks => "linkbacks",
            Self::LinkbacksFromHost => "linkbacks-from-host",
            Self::LinkbacksOfPair => "linkbacks-of-pair",
            Self::LogIns => "log-ins",
            Self::LogInsOfAccount => "log-ins-of-account",
            Self::Discoveries => "discoveries",
            Self::Readings => "readings",
            Self::Subscriptions => "subscriptions",
            Self::MailsToAddressee => "mails-to-addressee",
            Self::MailedCodes => "mailed-codes",
            Self::MailedCodesToAddress => "mailed-codes-to-address",
            Self::MailedCodesInAll => "mailed-codes-in-all",
        }
    }
}

impl<'de> serde::Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        String::deserialize(text)?.parse().map_err(serde::de::Error::custom)
    }
}

impl std::str::FromStr for Rate {
    type Err = String;

    /// Reads `comments=20/10`: 20 at once, then 10 a minute.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = || RATES.iter().map(|r| r.limit.name()).collect::<Vec<_>>().join(", ");
        let wrong = || format!("“{text}” is not like comments=20/10 (20 at once, then 10 a minute)");
        let (name, numbers) = text.split_once('=').ok_or_else(wrong)?;
        let (burst, per_minute) = numbers.split_once('/').ok_or_else(wrong)?;
        let number =
            |text: &str| text.trim().parse::<u32>().ok().filter(|n| (1..=PER_MINUTE_MAX).contains(n)).ok_or_else(wrong);
        let limit = RATES.iter().map(|r| r.limit).find(|l| l.name() == name.trim());
        let limit = limit.ok_or_else(|| format!("there is no limit “{name}”; there are {}", names()))?;
        Ok(Self { limit, burst: number(burst)?, per_minute: number(per_minute)? })
    }
}

/// The most that a limit can be set to.
const PER_MINUTE_MAX: u32 = 60_000;

/// Every limit. A person at a form never meets one; a robot does within seconds.
pub const RATES: [Rate; 14] = [
    rate(Limit::Comments, 20, 10),
    rate(Limit::XmlRpcCalls, 120, 120),
    rate(Limit::Linkbacks, 60, 30),
    rate(Limit::LinkbacksFromHost, 30, 30),
    rate(Limit::LinkbacksOfPair, 3, 3),
    rate(Limit::LogIns, 20, 10),
    rate(Limit::LogInsOfAccount, 5, 1),
    rate(Limit::Discoveries, 60, 30),
    rate(Limit::Readings, 300, 1_200),
    rate(Limit::Subscriptions, 10, 2),
    rate(Limit::MailsToAddressee, 10, 1),
    rate(Limit::MailedCodes, 10, 2),
    rate(Limit::MailedCodesToAddress, 3, 1),
    rate(Limit::MailedCodesInAll, 300, 60),
];

/// See the module.
#[derive(Debug)]
pub struct Limits {
    tables: Vec<Table>,
    hasher: RandomState,
    clock: Going,
    off: bool,
}

/// The program's clock as governor asks it.
#[derive(Clone, Debug)]
struct Going(Clock);

impl clock::Clock for Going {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.going_for()
    }
}

#[derive(Debug)]
struct Table {
    narrow: Counts,
    wide: Counts,
}

/// The counts of a limit, by place.
#[derive(Debug)]
struct Counts {
    limiter: RateLimiter<u64, Places, Going, NoOpMiddleware<Duration>>,
    places: Places,
    /// What one more costs: the time in which one is allowed again.
    one: Nanos,
}

/// What governor counts in, with a second handle on it: governor itself takes nothing back.
#[derive(Clone, Debug, Default)]
struct Places(Arc<DefaultKeyedStateStore<u64>>);

impl StateStore for Places {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0.measure_and_replace(key, f)
    }
}

impl Counts {
    fn new(quota: Quota, clock: &Going) -> Self {
        let places = Places::default();
        let limiter = RateLimiter::new(quota, places.clone(), clock.clone());
        Self { limiter, places, one: quota.replenish_interval().into() }
    }

    fn take_back(&self, place: u64) {
        let earlier = |at: Option<Nanos>| Ok(((), at.unwrap_or(Nanos::from(0)).saturating_sub(self.one)));
        let _taken: Result<(), std::convert::Infallible> = self.places.measure_and_replace(&place, earlier);
    }
}

impl Limits {
    /// The limits, or none of them when `off`; `set` are those that an operator set otherwise.
    pub fn new(off: bool, set: &[Rate], clock: Clock) -> Self {
        let clock = Going(clock);
        let keyed = |rate: &Rate, factor: u32| {
            let at_least_one = |n: u32| NonZeroU32::new(n.saturating_mul(factor)).unwrap_or(NonZeroU32::MIN);
            let quota = Quota::per_minute(at_least_one(rate.per_minute)).allow_burst(at_least_one(rate.burst));
            Counts::new(quota, &clock)
        };
        let rate_of = |default: &Rate| set.iter().rev().find(|r| r.limit == default.limit).copied().unwrap_or(*default);
        let table = |rate: Rate| Table { narrow: keyed(&rate, 1), wide: keyed(&rate, WIDE_FACTOR) };
        let tables = RATES.iter().map(|default| table(rate_of(default))).collect();
        Self { tables, hasher: RandomState::new(), clock, off }
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

    /// Takes back one that [`Limits::check_client`] counted, for what turns out not to count.
    pub fn take_back_client(&self, limit: Limit, ip: IpAddr) {
        if let (Some(wide), Some(table)) = (wide_network(ip), self.table(limit)) {
            table.wide.take_back(self.place(&wide));
        }
        self.take_back(limit, &network(ip));
    }

    /// Takes back one that [`Limits::check`] counted.
    pub fn take_back(&self, limit: Limit, key: &str) {
        if let Some(table) = self.table(limit) {
            table.narrow.take_back(self.place(key));
        }
    }

    fn count(&self, limit: Limit, key: &str, counts: impl Fn(&Table) -> &Counts) -> Result<()> {
        let Some(table) = self.table(limit) else { return Ok(()) };
        counts(table).limiter.check_key(&self.place(key)).map_err(|over| {
            metrics::counter!("rejoinder_limited_total", "limit" => format!("{limit:?}")).increment(1);
            Error::TooMany { retry_after: over.wait_time_from(clock::Clock::now(&self.clock)) }
        })
    }

    fn table(&self, limit: Limit) -> Option<&Table> {
        let at = RATES.iter().position(|r| r.limit == limit).filter(|_| !self.off)?;
        self.tables.get(at)
    }

    fn place(&self, key: &str) -> u64 {
        self.hasher.hash_one(key) % PLACES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Timestamp;

    /// A clock that stands: what is counted is given back when the test says so.
    fn standing() -> Clock {
        Clock::manual(Timestamp(1_000_000_000))
    }

    fn limits() -> Limits {
        Limits::new(false, &[], standing())
    }

    #[test]
    fn an_operator_sets_limits_by_name() {
        let set: Vec<Rate> =
            ["comments=2/60", " comments = 3 / 60"].iter().map(|t| t.trim().parse().unwrap()).collect();
        let limits = Limits::new(false, &set, standing());
        assert_eq!(
            (0..10).filter(|_| limits.check(Limit::Comments, "a key").is_ok()).count(),
            3,
            "the last one counts"
        );
        for wrong in [
            "comments",
            "comments=1",
            "comments=0/1",
            "comments=1/0",
            "comments=1/60001",
            "nonsense=1/1",
            "comments=-1/1",
        ] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
        for rate in RATES {
            let text = format!("{}={}/{}", rate.limit.name(), rate.burst, rate.per_minute);
            assert_eq!(text.parse(), Ok(rate));
        }
    }

    #[test]
    fn every_limit_takes_its_burst_and_refuses_one_more_until_it_said() {
        let clock = standing();
        let limits = Limits::new(false, &[], clock.clone());
        for rate in &RATES {
            let check = || limits.check(rate.limit, "a key");
            for n in 0..rate.burst {
                assert!(check().is_ok(), "{:?} {n}", rate.limit);
            }
            let Err(Error::TooMany { retry_after }) = check() else { panic!("{:?}", rate.limit) };
            assert_eq!(retry_after, Duration::from_mins(1) / rate.per_minute, "{:?}", rate.limit);
            clock.advance(retry_after.saturating_sub(Duration::from_millis(1)));
            assert!(check().is_err(), "{:?}: a moment too early", rate.limit);
            clock.advance(Duration::from_millis(1));
            assert!(check().is_ok() && check().is_err(), "{:?}: one is given back", rate.limit);
        }
    }

    #[test]
    fn what_is_taken_back_does_not_count() {
        let limits = limits();
        let ip = "2001:db8::1".parse().unwrap();
        for _ in 0..1_000 {
            limits.check(Limit::LogInsOfAccount, "ada").unwrap();
            limits.take_back(Limit::LogInsOfAccount, "ada");
            limits.check_client(Limit::LogIns, ip).unwrap();
            limits.take_back_client(Limit::LogIns, ip);
        }
        // And it makes no room for more than there is.
        assert_eq!((0..10).filter(|_| limits.check(Limit::LogInsOfAccount, "ada").is_ok()).count(), 5);
        assert_eq!((0..30).filter(|_| limits.check_client(Limit::LogIns, ip).is_ok()).count(), 20);
        assert!(limits.check(Limit::LogInsOfAccount, "ada").is_err());
        limits.take_back(Limit::LogInsOfAccount, "ada");
        assert!(limits.check(Limit::LogInsOfAccount, "ada").is_ok());
        Limits::new(true, &[], standing()).take_back_client(Limit::LogIns, ip);
    }

    #[test]
    fn addresses_of_one_64_share_a_limit_and_those_of_one_48_a_wider_one() {
        let limits = limits();
        let within_64 = (0..10_000_u32)
            .filter(|n| limits.check_client(Limit::Comments, format!("2001:db8::{n:x}").parse().unwrap()).is_ok());
        assert_eq!(within_64.count(), 20);
        let within_48 = (0..1_000_u32)
            .filter(|n| limits.check_client(Limit::LogIns, format!("2001:db8:1:{n:x}::1").parse().unwrap()).is_ok());
        assert_eq!(within_48.count(), 320);
    }

    #[test]
    fn a_million_keys_take_no_more_places_than_there_are() {
        let limits = limits();
        for n in 0..1_000_000_u32 {
            let _counted = limits.check(Limit::Comments, &n.to_string());
        }
        assert!(limits.tables[0].narrow.places.0.len() <= usize::try_from(PLACES).unwrap());
    }

    #[test]
    fn without_limits_nothing_is_counted() {
        let limits = Limits::new(true, &[], standing());
        assert!((0..1_000).all(|_| limits.check(Limit::LogInsOfAccount, "a").is_ok()));
    }
}
