//! Who is on the other end of a connection: address and program, as far as they can be believed.

use std::net::IpAddr;

/// The client of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address: the socket's, or the one a trusted proxy names. An IPv4 address mapped into IPv6 is IPv4 here.
    pub ip: IpAddr,
    /// Its `User-Agent`, at most 254 bytes.
    pub agent: String,
}

/// The network by which a client is counted: an IPv4 address, or the /64 that an IPv6 customer owns.
pub fn network(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => prefix(v6, 4),
    }
}

/// The wider network of an IPv6 client, a /48: who owns one owns 65,536 of the narrow ones.
pub fn wide_network(ip: IpAddr) -> Option<String> {
    match ip {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => Some(prefix(v6, 3)),
    }
}

fn prefix(ip: std::net::Ipv6Addr, groups: usize) -> String {
    let kept: Vec<String> = ip.segments().iter().take(groups).map(|s| format!("{s:x}")).collect();
    format!("{}::/{}", kept.join(":"), groups * 16)
}

/// The client's address behind trusted proxies: `forwarded` (the values of `X-Forwarded-For`, joined by
/// commas) is walked from the right, and the first address that is no trusted proxy is the client's. Where
/// the peer is no trusted proxy, or a value cannot be read, what stands left of it is not believed.
pub fn behind_proxies(peer: IpAddr, forwarded: &str, trusted: &[ipnet::IpNet]) -> IpAddr {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|net| net.contains(&ip));
    let mut client = peer.to_canonical();
    for value in forwarded.rsplit(',') {
        if !is_trusted(client) {
            break;
        }
        match parse_forwarded(value) {
            Some(ip) => client = ip,
            None => break,
        }
    }
    client
}

fn parse_forwarded(value: &str) -> Option<IpAddr> {
    let value = value.trim();
    let bare = match value.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None if value.matches(':').count() == 1 => value.split_once(':')?.0,
        None => value,
    };
    bare.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_an_ipv4_address_or_an_ipv6_64_and_48() {
        for (ip, narrow, wide) in [
            ("192.0.2.7", "192.0.2.7", None),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", Some("2001:db8:1::/48")),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64", Some("2001:db8:1::/48")),
        ] {
            let ip = ip.parse().unwrap();
            assert_eq!(network(ip), narrow);
            assert_eq!(wide_network(ip).as_deref(), wide);
        }
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_from_the_right() {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        for (peer, forwarded, client) in [
            ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "spoof, 198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "1.2.3.4, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("10.0.0.1", "1.2.3.4, garbage, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "198.51.100.7:443", "198.51.100.7"),
            ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
            ("10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
            ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("::1", "198.51.100.7,", "::1"),
        ] {
            assert_eq!(
                behind_proxies(peer.parse().unwrap(), forwarded, &trusted),
                client.parse::<IpAddr>().unwrap(),
                "{peer} {forwarded}"
            );
        }
    }
}
