//! Which URLs and addresses the fetcher may reach: pure rules, asked before a name is looked up, again
//! with the addresses that the look-up gave, and never with the URL's text a second time.
//!
//! An address must be global unicast, judged by an allow-list of ranges, or lie in a network that the
//! owner allowed (`--fetch-allow`). Allowed networks also open every port and every name, `localhost`
//! and `blog.test` among them, provided that all addresses of the name lie inside them: such a URL is
//! admitted *on condition*, and [`AdmissionRules::admit_addresses`] holds it to that.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use url::{Host, Url};

#[cfg(test)]
mod tests;

/// Longest URL that is fetched, in bytes of its serialised form.
pub const URL_BYTES_MAX: usize = 2048;
/// Most addresses a name may have; one more refuses it.
pub const ADDRESSES_MAX: usize = 16;
/// Longest label of a name, in bytes (RFC 1035 §2.3.4).
pub const LABEL_BYTES_MAX: usize = 63;
/// Ports that may be reached outside the allowed networks.
pub const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// Names that mean a machine or a network of the house, whatever they resolve to.
const PRIVATE_SUFFIXES: [&str; 8] =
    ["localhost", "local", "localdomain", "internal", "home.arpa", "lan", "onion", "intranet"];
/// Metadata services known by name that no suffix above covers.
const METADATA_NAMES: [&str; 2] = ["metadata.amazonaws.com", "instance-data.ec2.amazonaws.com"];

/// Why a URL or an address may not be reached. For the log: the public text is
/// [`FetchError::public_text`](super::fetcher::FetchError::public_text).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no URL with a host.
    #[error("not a URL: {0}")]
    Unparsable(String),
    /// Longer than [`URL_BYTES_MAX`].
    #[error("the URL is longer than {URL_BYTES_MAX} bytes")]
    TooLong,
    /// Neither http nor https.
    #[error("scheme {0}")]
    Scheme(String),
    /// It carries a user name or a password.
    #[error("the URL carries credentials")]
    Credentials,
    /// A port outside [`PORTS`], and outside the allowed networks.
    #[error("port {0}")]
    Port(u16),
    /// A name that belongs to a machine or network of the house, or that no public name can be.
    #[error("private or malformed name {0}")]
    PrivateName(String),
    /// An address that is not global unicast and not allowed.
    #[error("address {0} is not public")]
    PrivateAddress(IpAddr),
    /// The name has no address.
    #[error("the name has no address")]
    NoAddress,
    /// The name has more than [`ADDRESSES_MAX`] addresses.
    #[error("the name has more than {ADDRESSES_MAX} addresses")]
    TooManyAddresses,
}

/// Where an admitted URL points: an address that needs no look-up, or a name that does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// An address written in the URL, already checked.
    Address(IpAddr),
    /// A name in lower case without its trailing dot; its addresses are still to be checked.
    Name(String),
}

/// A URL that passed every rule that can be asked before its addresses are known. Holds the URL as it
/// was parsed, without its fragment; there is no other way to make one than [`AdmissionRules::admit_url`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmittedUrl {
    url: Url,
    destination: Destination,
    port: u16,
    /// Set when only an address in an allowed network makes it acceptable: the refusal otherwise.
    unless_allowed: Option<Refusal>,
}

impl AdmittedUrl {
    /// The URL, without a fragment.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What to connect to, or to look up first.
    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    /// The host as limits and locks name it: lower case, no trailing dot, no brackets.
    pub fn host(&self) -> String {
        match &self.destination {
            Destination::Address(address) => address.to_string(),
            Destination::Name(name) => name.clone(),
        }
    }

    /// The port, given or the scheme's own.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether only the networks that the owner opened make it acceptable, by what is known before a look-up.
    pub fn is_of_the_house(&self) -> bool {
        self.unless_allowed.is_some()
            || matches!(self.destination, Destination::Address(address) if !is_global_unicast(address))
    }

    /// Whether the connection is encrypted.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// The rules of one server: the constants above and the networks that its owner opened.
#[derive(Clone, Debug, Default)]
pub struct AdmissionRules {
    /// Networks that may be reached although they are not public, on any port and under any name.
    pub allow: Vec<IpNet>,
}

impl AdmissionRules {
    /// Rules that open `allow` besides the public internet.
    pub fn new(allow: Vec<IpNet>) -> Self {
        Self { allow }
    }

    /// Parses `url` and admits it; see [`AdmissionRules::admit_url`].
    pub fn admit(&self, url: &str) -> Result<AdmittedUrl, Refusal> {
        if url.len() > URL_BYTES_MAX {
            return Err(Refusal::TooLong);
        }
        let url = Url::parse(url).map_err(|e| Refusal::Unparsable(e.to_string()))?;
        self.admit_url(&url)
    }

    /// Admits a parsed URL, the rules in the order of the specification (S-FETCH A1.1): the scheme
    /// first, because the parser reads numeric hosts of other schemes as names.
    pub fn admit_url(&self, url: &Url) -> Result<AdmittedUrl, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme(url.scheme().to_owned()));
        }
        if url.as_str().len() > URL_BYTES_MAX {
            return Err(Refusal::TooLong);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        let port = url.port_or_known_default().unwrap_or(0);
        let destination = destination(url)?;
        let unless_allowed = self.condition(&destination, port)?;

        let mut url = url.clone();
        url.set_fragment(None);
        Ok(AdmittedUrl { url, destination, port, unless_allowed })
    }

    /// Whether every address is one that may be reached under this URL; gives the sockets to try, in
    /// the order of the answer but alternating between IPv6 and IPv4 (RFC 8305 §4). One bad address
    /// refuses them all: a name with mixed answers is an attack or a mistake.
    pub fn admit_addresses(&self, url: &AdmittedUrl, addresses: &[IpAddr]) -> Result<Vec<SocketAddr>, Refusal> {
        if addresses.is_empty() {
            return Err(Refusal::NoAddress);
        }
        if addresses.len() > ADDRESSES_MAX {
            return Err(Refusal::TooManyAddresses);
        }
        for &address in addresses {
            if self.is_allowed(address) {
                continue;
            }
            if !is_global_unicast(address) {
                return Err(Refusal::PrivateAddress(address));
            }
            if let Some(refusal) = &url.unless_allowed {
                return Err(refusal.clone());
            }
        }
        Ok(alternating(addresses).into_iter().map(|address| SocketAddr::new(address, url.port)).collect())
    }

    /// Whether the owner opened the network of `address`. A mapped IPv4 address is judged as IPv6:
    /// whoever means it writes it down.
    fn is_allowed(&self, address: IpAddr) -> bool {
        self.allow.iter().any(|net| net.contains(&address))
    }

    /// The refusal that only an allowed network can lift, or at once the refusal that nothing lifts.
    fn condition(&self, destination: &Destination, port: u16) -> Result<Option<Refusal>, Refusal> {
        let refusal = match destination {
            Destination::Address(address) if self.is_allowed(*address) => None,
            Destination::Address(address) if !is_global_unicast(*address) => {
                return Err(Refusal::PrivateAddress(*address));
            }
            Destination::Address(_) if !PORTS.contains(&port) => return Err(Refusal::Port(port)),
            Destination::Name(name) if is_private_name(name) => Some(Refusal::PrivateName(name.clone())),
            Destination::Name(_) if !PORTS.contains(&port) => Some(Refusal::Port(port)),
            Destination::Address(_) | Destination::Name(_) => None,
        };
        match refusal {
            Some(refusal) if self.allow.is_empty() => Err(refusal),
            condition => Ok(condition),
        }
    }
}

/// The URL's host: an address, or a name that DNS could hold.
fn destination(url: &Url) -> Result<Destination, Refusal> {
    match url.host() {
        None => Err(Refusal::Unparsable("no host".to_owned())),
        Some(Host::Ipv4(address)) => Ok(Destination::Address(IpAddr::V4(address))),
        Some(Host::Ipv6(address)) => Ok(Destination::Address(IpAddr::V6(address))),
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
            if !name.split('.').all(is_label) {
                return Err(Refusal::PrivateName(name));
            }
            Ok(Destination::Name(name))
        }
    }
}

/// Whether a name can have this part. The URL parser lets more pass (`$`, `*`, `~`), which no look-up should see.
fn is_label(label: &str) -> bool {
    (1..=LABEL_BYTES_MAX).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// Whether a name cannot be a public one, or must not be taken for one.
fn is_private_name(name: &str) -> bool {
    let Some((_, last_label)) = name.rsplit_once('.') else { return true };
    last_label.bytes().all(|b| b.is_ascii_digit())
        || METADATA_NAMES.contains(&name)
        || PRIVATE_SUFFIXES
            .iter()
            .any(|suffix| name == *suffix || name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.')))
}

/// The addresses with the families taking turns, the first answer's family first.
fn alternating(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let first_is_v6 = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (mut firsts, mut seconds): (Vec<_>, Vec<_>) =
        addresses.iter().copied().partition(|address| address.is_ipv6() == first_is_v6);
    firsts.reverse();
    seconds.reverse();
    let mut ordered = Vec::with_capacity(addresses.len());
    while !firsts.is_empty() || !seconds.is_empty() {
        ordered.extend(firsts.pop());
        ordered.extend(seconds.pop());
    }
    ordered
}

/// Whether an address is a public address of one machine. An allow-list for IPv6 and a complete list of
/// the IANA special-purpose registry for IPv4; every IPv6 form that embeds an IPv4 address (mapped,
/// compatible, NAT64, 6to4, Teredo) is refused whatever it embeds.
pub fn is_global_unicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_global_unicast_v4(address),
        IpAddr::V6(address) => is_global_unicast_v6(address),
    }
}

#[expect(clippy::match_same_arms, reason = "one line for each range, with its name")]
fn is_global_unicast_v4(address: Ipv4Addr) -> bool {
    let is_special = match address.octets() {
        [0 | 10 | 127 | 224..=255, ..] => true, // this network, private, loopback, multicast and reserved
        [100, 64..=127, ..] => true,            // carrier-grade NAT, Alibaba's metadata service
        [169, 254, ..] => true,                 // link-local, metadata services
        [172, 16..=31, ..] => true,             // private
        [192, 0, 0 | 2, _] => true,             // protocol assignments (Oracle's metadata service), TEST-NET-1
        [192, 88, 99, _] => true,               // 6to4 relays
        [192, 168, ..] => true,                 // private
        [198, 18..=19, ..] => true,             // benchmarking
        [198, 51, 100, _] => true,              // TEST-NET-2
        [203, 0, 113, _] => true,               // TEST-NET-3
        [168, 63, 129, 16] => true,             // Azure's platform address: a public number that is not public
        _ => false,
    };
    !is_special
}

fn is_global_unicast_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_allocated = first & 0xe000 == 0x2000; // 2000::/3
    let is_special = match first {
        0x2001 => second < 0x0200 || second == 0x0db8, // 2001::/23: Teredo, benchmarking, ORCHID; documentation
        0x2002 => true,                                // 6to4
        0x3fff => second < 0x1000,                     // 3fff::/20, documentation
        _ => false,
    };
    is_allocated && !is_special
}
