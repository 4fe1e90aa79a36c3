//! Which URLs and addresses may be reached: each range at its borders, each spelling of a forbidden host.

use std::net::IpAddr;

use proptest::prelude::*;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().expect(text)
}

fn open(nets: &[&str]) -> AdmissionRules {
    AdmissionRules::new(nets.iter().map(|net| net.parse().expect(net)).collect())
}

/// S-FETCH-2: first - 1, first, last, last + 1 of every refused IPv4 range.
#[test]
fn every_ipv4_range_is_refused_from_its_first_to_its_last_address() {
    let ranges: &[(Option<&str>, &str, &str, Option<&str>)] = &[
        (None, "0.0.0.0", "0.255.255.255", Some("1.0.0.0")),
        (Some("9.255.255.255"), "10.0.0.0", "10.255.255.255", Some("11.0.0.0")),
        (Some("100.63.255.255"), "100.64.0.0", "100.127.255.255", Some("100.128.0.0")),
        (Some("126.255.255.255"), "127.0.0.0", "127.255.255.255", Some("128.0.0.0")),
        (Some("169.253.255.255"), "169.254.0.0", "169.254.255.255", Some("169.255.0.0")),
        (Some("172.15.255.255"), "172.16.0.0", "172.31.255.255", Some("172.32.0.0")),
        (Some("191.255.255.255"), "192.0.0.0", "192.0.0.255", Some("192.0.1.0")),
        (Some("192.0.1.255"), "192.0.2.0", "192.0.2.255", Some("192.0.3.0")),
        (Some("192.88.98.255"), "192.88.99.0", "192.88.99.255", Some("192.88.100.0")),
        (Some("192.167.255.255"), "192.168.0.0", "192.168.255.255", Some("192.169.0.0")),
        (Some("198.17.255.255"), "198.18.0.0", "198.19.255.255", Some("198.20.0.0")),
        (Some("198.51.99.255"), "198.51.100.0", "198.51.100.255", Some("198.51.101.0")),
        (Some("203.0.112.255"), "203.0.113.0", "203.0.113.255", Some("203.0.114.0")),
        (Some("223.255.255.255"), "224.0.0.0", "239.255.255.255", None),
        (None, "240.0.0.0", "255.255.255.255", None),
        (Some("168.63.129.15"), "168.63.129.16", "168.63.129.16", Some("168.63.129.17")),
    ];
    check_ranges(ranges);
}

/// S-FETCH-2 for IPv6, the embedded forms included.
#[test]
fn only_allocated_ipv6_outside_special_ranges_is_global() {
    let ranges: &[(Option<&str>, &str, &str, Option<&str>)] = &[
        (None, "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Some("2000::")),
        (
            Some("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            "2001::",
            "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
            Some("2001:200::"),
        ),
        (
            Some("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff"),
            "2001:db8::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            Some("2001:db9::"),
        ),
        (
            Some("2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            "2002::",
            "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            Some("2003::"),
        ),
        (
            Some("3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            "3fff::",
            "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
            Some("3fff:1000::"),
        ),
        (Some("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", None),
    ];
    check_ranges(ranges);
    let refused = [
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "100::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ];
    for address in refused {
        assert!(!is_global_unicast(ip(address)), "{address}");
    }
    for address in ["2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888", "2620:fe::fe"] {
        assert!(is_global_unicast(ip(address)), "{address}");
    }
}

fn check_ranges(ranges: &[(Option<&str>, &str, &str, Option<&str>)]) {
    for &(before, first, last, after) in ranges {
        assert!(!is_global_unicast(ip(first)), "{first}");
        assert!(!is_global_unicast(ip(last)), "{last}");
        for outside in before.into_iter().chain(after) {
            assert!(is_global_unicast(ip(outside)), "{outside}");
        }
    }
}

/// S-FETCH-1: the forms of loopback and metadata addresses that parsers read as numbers.
#[test]
fn every_spelling_of_a_private_address_is_refused_before_any_look_up() {
    let urls = [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://127.0.0.1./",
        "http://１２７.0.0.1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
        "http:127.0.0.1/",
        "http:\\\\127.0.0.1/",
        "http://0/",
        "http://169.254.43518/",
        "http://169.254.169.254/",
        "http://100.100.100.200/",
        "http://192.0.0.192/",
        "http://168.63.129.16/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fd00:ec2::254]/",
        "http://127.1.1.1:80\\@127.2.2.2:80/",
        "http://[::ffff:7f00:1]/",
        "http://0x7f.0x0.0x0.0x1/",
        "http://017700000001/",
        "http://10.0.0.1:8080/",
    ];
    for url in urls {
        let refusal = AdmissionRules::default().admit(url).expect_err(url);
        assert!(matches!(refusal, Refusal::PrivateAddress(_)), "{url}: {refusal:?}");
    }
}

#[test]
fn names_of_the_house_and_names_that_cannot_be_public_are_refused() {
    let long_label = format!("http://{}.com/", "a".repeat(LABEL_BYTES_MAX + 1));
    let urls = [
        "http://localhost/",
        "http://localhost./",
        "http://LOCALHOST/",
        "http://a.localhost/",
        "http://loca\u{ad}lhost/",
        "http://%6c%6f%63alhost/",
        "http://printer/",
        "http://printer.local/",
        "http://router.lan/",
        "http://metadata.google.internal/",
        "http://metadata.amazonaws.com/",
        "http://x.home.arpa/",
        "http://x.onion/",
        "http://a..b/",
        "http://a.test../",
        "http://a$b.test/",
        "http://*.test/",
        long_label.as_str(),
    ];
    for url in urls {
        let refusal = AdmissionRules::default().admit(url).expect_err(url);
        assert!(matches!(refusal, Refusal::PrivateName(_)), "{url}: {refusal:?}");
    }
    let longest = format!("http://{}.com/", "a".repeat(LABEL_BYTES_MAX));
    for url in ["http://mylocal.example/", "http://internal.example/", "http://xlocalhost.com/", longest.as_str()] {
        AdmissionRules::default().admit(url).expect(url);
    }
}

/// The safe-URL vectors of WordPress (§2.4) that our stricter rules share, and those of A1.1.
#[test]
fn schemes_credentials_ports_and_lengths_are_judged_in_order() {
    use Refusal::{Credentials, Port, Scheme, TooLong, Unparsable};
    let long = format!("http://a.test/{}", "x".repeat(URL_BYTES_MAX - 14 + 1));
    let table: Vec<(&str, Refusal)> = vec![
        ("ftp://a.test/", Scheme("ftp".into())),
        ("gopher://127.0.0.1/", Scheme("gopher".into())),
        ("file:///etc/passwd", Scheme("file".into())),
        ("javascript:alert(1)", Scheme("javascript".into())),
        ("ssl://a.test/", Scheme("ssl".into())),
        ("http://u@8.8.8.8/", Credentials),
        ("http://:p@8.8.8.8/", Credentials),
        ("http://1.1.1.1 &@2.2.2.2# @3.3.3.3/", Unparsable("invalid international domain name".into())),
        ("http://8.8.8.8:81/", Port(81)),
        ("http://8.8.8.8:0/", Port(0)),
        ("http://a.test:22/", Port(22)),
        (&long, TooLong),
        ("source.test/ok", Unparsable("relative URL without a base".into())),
        ("http://", Unparsable("empty host".into())),
        ("http://256.1.1.1/", Unparsable("invalid IPv4 address".into())),
        ("http://a.test:99999/", Unparsable("invalid port number".into())),
        ("http://[fe80::1%25eth0]/", Unparsable("invalid IPv6 address".into())),
        ("//a.test/", Unparsable("relative URL without a base".into())),
    ];
    for (url, expected) in table {
        let refusal = AdmissionRules::default().admit(url).expect_err(url);
        match expected {
            Unparsable(_) => assert!(matches!(refusal, Unparsable(_) | Credentials), "{url}: {refusal:?}"),
            expected => assert_eq!(refusal, expected, "{url}"),
        }
    }
}

#[test]
fn good_urls_are_admitted_without_their_fragment() {
    let longest = format!("http://a.test/{}", "x".repeat(URL_BYTES_MAX - 14));
    let table = [
        ("HTTP://A.Test/", "http://a.test/"),
        ("http://a.test:443/", "http://a.test:443/"),
        ("https://a.test:8443/x?y#z", "https://a.test:8443/x?y"),
        ("http://8.8.8.8:8080/a b", "http://8.8.8.8:8080/a%20b"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        (&longest, &longest),
    ];
    for (url, admitted) in table {
        assert_eq!(AdmissionRules::default().admit(url).expect(url).url().as_str(), admitted);
    }
    let dotted = AdmissionRules::default().admit("http://a.test./").expect("a trailing dot is fine");
    assert_eq!(dotted.host(), "a.test");
}

#[test]
fn an_allowed_network_opens_its_addresses_on_any_port_and_under_any_name() {
    let rules = open(&["127.0.0.0/8", "::1/128"]);
    rules.admit("http://127.0.0.1:4711/").expect("an allowed literal, any port");
    rules.admit("http://[::1]:4711/").expect("an allowed literal, any port");
    for url in ["http://localhost:4711/", "http://blog.test:81/", "http://blog/", "http://x.local/"] {
        let admitted = rules.admit(url).expect(url);
        rules.admit_addresses(&admitted, &[ip("127.0.0.1"), ip("::1")]).expect(url);
        assert!(rules.admit_addresses(&admitted, &[ip("8.8.8.8")]).is_err(), "{url} elsewhere");
        assert!(rules.admit_addresses(&admitted, &[ip("127.0.0.1"), ip("8.8.8.8")]).is_err(), "{url} mixed");
    }
    assert!(rules.admit("http://10.0.0.1/").is_err());
    assert!(rules.admit("http://8.8.8.8:81/").is_err());
    assert!(rules.admit("http://[::ffff:127.0.0.1]/").is_err());
}

#[test]
fn all_answers_must_be_acceptable_and_few() {
    let rules = AdmissionRules::default();
    let url = rules.admit("http://a.test/").expect("admitted");
    let public = |n: usize| -> Vec<IpAddr> { (1..=n).map(|i| ip(&format!("8.8.8.{i}"))).collect() };
    assert_eq!(rules.admit_addresses(&url, &public(ADDRESSES_MAX)).expect("at the bound").len(), ADDRESSES_MAX);
    assert_eq!(rules.admit_addresses(&url, &public(ADDRESSES_MAX + 1)), Err(Refusal::TooManyAddresses));
    assert_eq!(rules.admit_addresses(&url, &[]), Err(Refusal::NoAddress));
    let mixed = [ip("8.8.8.8"), ip("10.0.0.1")];
    assert_eq!(rules.admit_addresses(&url, &mixed), Err(Refusal::PrivateAddress(mixed[1])));
}

#[test]
fn families_take_turns() {
    let given = ["2a00::1", "2a00::2", "2a00::3", "8.8.8.8", "8.8.4.4"].map(ip);
    let expected = ["2a00::1", "8.8.8.8", "2a00::2", "8.8.4.4", "2a00::3"].map(ip);
    assert_eq!(alternating(&given), expected);
}

fn any_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(bits.into())),
        any::<u128>().prop_map(|bits| IpAddr::V6(bits.into())),
        any::<u32>().prop_map(|bits| IpAddr::V6(Ipv4Addr::from(bits).to_ipv6_mapped())),
        any::<u8>().prop_map(|last| IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))),
        any::<u8>().prop_map(|last| IpAddr::V4(Ipv4Addr::new(8, 8, 8, last))),
    ]
}

fn any_url() -> impl Strategy<Value = String> {
    let host = prop_oneof![
        any_address().prop_map(|address| match address {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        }),
        any::<u32>().prop_map(|number| number.to_string()),
        any::<u32>().prop_map(|number| format!("0x{number:x}")),
        "[a-z0-9.-]{1,20}",
        Just("localhost".to_owned()),
        Just("blog.test".to_owned()),
    ];
    let port = prop_oneof![Just(String::new()), Just(":8080".to_owned()), any::<u16>().prop_map(|p| format!(":{p}"))];
    let scheme = prop_oneof![4 => Just("http"), 4 => Just("https"), 1 => Just("ftp")];
    (scheme, host, port).prop_map(|(scheme, host, port)| format!("{scheme}://{host}{port}/"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// The property of A1.6: what may be connected to is global unicast or allowed; and off the usual
    /// ports and names, allowed only.
    #[test]
    fn admitted_means_public_or_allowed(url in any_url(), answers in prop::collection::vec(any_address(), 0..4)) {
        let allow: IpNet = "127.0.0.0/8".parse().expect("a network");
        for rules in [AdmissionRules::default(), AdmissionRules::new(vec![allow])] {
            let Ok(admitted) = rules.admit(&url) else { continue };
            let addresses = match admitted.destination() {
                Destination::Address(address) => vec![*address],
                Destination::Name(_) => answers.clone(),
            };
            let Ok(sockets) = rules.admit_addresses(&admitted, &addresses) else { continue };
            for socket in sockets {
                let allowed = rules.allow.iter().any(|net| net.contains(&socket.ip()));
                prop_assert!(allowed || is_global_unicast(socket.ip()), "{url} -> {socket}");
                prop_assert!(allowed || PORTS.contains(&socket.port()), "{url} -> {socket}");
                prop_assert!(!admitted.host().ends_with("localhost") || allowed, "{url} -> {socket}");
            }
        }
    }
}
