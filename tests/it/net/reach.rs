//! How far the fetcher reaches (S-FETCH-1, and the property of A1.6): a resolver and a dialer that only
//! watch. Nothing is looked up and nothing leaves the machine; what would be connected to is seen.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use ipnet::IpNet;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rejoinder::model::time::Clock;
use rejoinder::net::admission::{ADDRESSES_MAX, AdmissionRules, PORTS};
use rejoinder::net::dialer::{Dial, SystemDialer};
use rejoinder::net::fetcher::{Fetcher, FetcherConfig};
use rejoinder::net::resolver::Resolve;
use tokio::net::TcpStream;
use url::Url;

use super::server::{Server, answer};
use super::{patient, request};

/// Gives every name the same addresses, opens no connection, and remembers what was asked of it.
#[derive(Default)]
struct Witness {
    answers: Mutex<Vec<IpAddr>>,
    asked: Mutex<Vec<String>>,
    dialled: Mutex<Vec<SocketAddr>>,
    /// A server of the test's own, which is dialled in earnest.
    door: Option<SocketAddr>,
}

impl Witness {
    fn answering(ips: &[&str]) -> Arc<Self> {
        let answers = ips.iter().map(|ip| ip.parse().expect(ip)).collect();
        Arc::new(Self { answers: Mutex::new(answers), ..Self::default() })
    }

    fn fetcher(self: &Arc<Self>, allow: Vec<IpNet>) -> Fetcher {
        let rules = AdmissionRules::new(allow);
        let config = FetcherConfig { rules, budgets: patient(), no_limits: true };
        Fetcher::with_dialer(config, self.clone(), self.clone(), Clock::system())
    }

    /// What was looked up and what was dialled since it was asked last.
    fn seen(&self) -> (Vec<String>, Vec<SocketAddr>) {
        let asked = std::mem::take(&mut *self.asked.lock().expect("no panic"));
        (asked, std::mem::take(&mut *self.dialled.lock().expect("no panic")))
    }
}

impl Resolve for Witness {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        self.asked.lock().expect("no panic").push(name.to_owned());
        Box::pin(std::future::ready(Ok(self.answers.lock().expect("no panic").clone())))
    }
}

impl Dial for Witness {
    fn dial(&self, socket: SocketAddr) -> BoxFuture<'_, io::Result<TcpStream>> {
        if self.door == Some(socket) {
            return SystemDialer.dial(socket);
        }
        self.dialled.lock().expect("no panic").push(socket);
        Box::pin(std::future::ready(Err(io::ErrorKind::ConnectionRefused.into())))
    }
}

/// Fetches what is a URL at all, and says how far it came: `refused`, `name` or `address`.
async fn reach(fetcher: &Fetcher, witness: &Witness, url: Result<Url, url::ParseError>) -> &'static str {
    let Ok(url) = url else { return "refused" };
    fetcher.get(request(url.as_str())).await.expect_err("nothing is connected");
    let (asked, dialled) = witness.seen();
    match (asked.len(), dialled.len()) {
        (0, 0) => "refused",
        (0, 1) => "address",
        (1, 1) => "name",
        other => panic!("{url}: {other:?}"),
    }
}

/// The hosts of the URL Standard's tests, and the known forms of private addresses.
#[tokio::test]
async fn addresses_reach_as_far_as_they_may() {
    let witness = Witness::answering(&["8.8.8.8"]);
    let fetcher = witness.fetcher(Vec::new());
    for (table, fewest) in [(include_str!("urls.txt"), 290), (include_str!("forms.txt"), 115)] {
        let lines: Vec<&str> = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
        assert!(lines.len() > fewest, "{}", lines.len());
        for line in lines {
            let (verdict, urls) = line.split_once(char::is_whitespace).expect(line);
            let urls = serde_json::Deserializer::from_str(urls).into_iter::<String>();
            let urls: Vec<String> = urls.collect::<Result<_, _>>().expect(line);
            let url = match &urls[..] {
                [url] => Url::parse(url),
                [url, base] => Url::parse(base).and_then(|base| base.join(url)),
                _ => panic!("{line}"),
            };
            assert_eq!(reach(&fetcher, &witness, url).await, verdict, "{line}");
        }
    }
}

/// Names that anybody may point at our network are looked up, and their addresses judged.
#[tokio::test]
async fn public_names_of_private_addresses_are_not_connected_to() {
    let names = ["localtest.me", "127.0.0.1.nip.io", "app.localhost.my.company.127.0.0.1.nip.io", "x.1u.ms"];
    for (name, answers) in names.iter().flat_map(|name| {
        [&["127.0.0.1"][..], &["::1"], &["::ffff:127.0.0.1"], &["169.254.169.254"], &["8.8.8.8", "10.0.0.1"]]
            .map(|answers| (name, answers))
    }) {
        let witness = Witness::answering(answers);
        witness.fetcher(Vec::new()).get(request(&format!("http://{name}/"))).await.expect_err(name);
        assert_eq!(witness.seen(), (vec![(*name).to_owned()], Vec::new()), "{answers:?}");
    }
}

/// Public by the IANA registries of special-purpose addresses, written down once more and otherwise than in
/// `admission`: nets instead of octets.
fn is_public(ip: IpAddr) -> bool {
    const SPECIAL: [&str; 22] = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "168.63.129.16/32",
        "::/3",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "4000::/2",
        "8000::/1",
    ];
    static NETS: std::sync::OnceLock<Vec<IpNet>> = std::sync::OnceLock::new();
    let nets = NETS.get_or_init(|| SPECIAL.iter().map(|net| net.parse().expect(net)).collect());
    !nets.iter().any(|net| net.contains(&ip))
}

/// Addresses of which many are not public, or only just.
fn an_address() -> impl Strategy<Value = IpAddr> {
    let borders = [
        "0.0.0.0",
        "10.0.0.0",
        "100.64.0.0",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.0",
        "192.0.0.0",
        "192.0.2.0",
        "192.88.99.0",
        "192.168.0.0",
        "198.18.0.0",
        "198.51.100.0",
        "203.0.113.0",
        "224.0.0.0",
        "168.63.129.16",
        "255.255.255.255",
    ];
    let near = prop::sample::select(borders.to_vec()).prop_flat_map(|border| {
        let border = u32::from(border.parse::<Ipv4Addr>().expect(border));
        (0_u32..10, any::<bool>())
            .prop_map(move |(by, up)| if up { border.wrapping_add(by) } else { border.wrapping_sub(by) })
    });
    let v4 = prop_oneof![4 => any::<u32>(), 3 => near].prop_map(Ipv4Addr::from);
    let in_v6 = |prefix: u128, shift: u32| {
        move |v4: Ipv4Addr| IpAddr::V6((prefix | (u128::from(u32::from(v4)) << shift)).into())
    };
    let special_v6 = prop::sample::select(vec![0x2001_u128, 0x2002, 0x3fff, 0x2000, 0x2600, 0xfe80, 0xfc00, 0xff02, 0]);
    prop_oneof![
        6 => v4.clone().prop_map(IpAddr::V4),
        1 => v4.clone().prop_map(in_v6(0xffff_0000_0000, 0)),
        1 => v4.clone().prop_map(in_v6(0, 0)),
        1 => v4.clone().prop_map(in_v6(0x0064_ff9b << 96, 0)),
        1 => v4.prop_map(in_v6(0x2002 << 112, 80)),
        2 => any::<u128>().prop_map(|bits| IpAddr::V6(bits.into())),
        2 => any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from((bits >> 3) | (1 << 125)))),
        2 => (special_v6, any::<u128>()).prop_map(|(first, rest)| IpAddr::V6(((first << 112) | (rest >> 16)).into())),
    ]
}

/// An address as people, and people with intentions, write it in a URL.
fn spelt(ip: IpAddr, how: u8) -> String {
    let IpAddr::V4(v4) = ip else { return format!("[{ip}]") };
    let ([a, b, c, d], number) = (v4.octets(), u32::from(v4));
    match how % 12 {
        0 => number.to_string(),
        1 => format!("0x{number:x}"),
        2 => format!("0{number:o}"),
        3 => format!("{a}.{}", number & 0x00ff_ffff),
        4 => format!("{a}.{b}.{}", number & 0xffff),
        5 => format!("0{a:o}.0x{b:x}.{c}.{d}"),
        6 => format!("{v4}."),
        7 => v4.to_string().replace('.', "。"),
        8 => v4.to_string().bytes().map(percent_encoding::percent_encode_byte).collect(),
        9 => v4
            .to_string()
            .chars()
            .map(|c| if c == '.' { c } else { char::from_u32(c as u32 + 0xfee0).expect("a full-width digit") })
            .collect(),
        _ => v4.to_string(),
    }
}

fn a_url() -> impl Strategy<Value = String> {
    let names = [
        "localhost",
        "a.localhost",
        "blog.test",
        "x.internal",
        "example.com",
        "EXAMPLE.com.",
        "a.b.example.org",
        "printer",
    ];
    let host = prop_oneof![
        5 => (an_address(), any::<u8>()).prop_map(|(ip, how)| spelt(ip, how)),
        3 => prop::sample::select(names.to_vec()).prop_map(str::to_owned),
        1 => "[a-z0-9._%-]{1,24}",
        1 => "[0-9x.]{1,16}",
    ];
    let port = prop_oneof![
        4 => Just(String::new()),
        2 => prop::sample::select(vec![":80", ":443", ":8080", ":8443", ":", ":0", ":22"]).prop_map(str::to_owned),
        1 => any::<u16>().prop_map(|port| format!(":{port}")),
    ];
    let scheme = prop::sample::select(vec![
        "http://",
        "https://",
        "HTTP://",
        "http:\\\\",
        "http:/",
        "ht\ttp://",
        "ftp://",
        "gopher://",
    ]);
    let user = prop::sample::select(vec!["", "", "", "", "", "u@", ":p@", "8.8.8.8@", "@"]);
    let rest = prop::sample::select(vec!["/", "", "/a?b#c", "#@8.8.8.8/", "\\@8.8.8.8/", "?@127.0.0.1/", "/\u{1F4A9}"]);
    (scheme, user, host, port, rest)
        .prop_map(|(scheme, user, host, port, rest)| format!("{scheme}{user}{host}{port}{rest}"))
}

/// The property of A1.6. `PROPTEST_CASES` raises the number.
#[test]
fn whatever_is_connected_to_is_public_or_allowed() {
    const CASES_MIN: u32 = 20_000;
    let cases = ProptestConfig::default().cases.max(CASES_MIN);
    let allow: IpNet = "127.0.0.0/8".parse().expect("a network");
    let witness = Arc::new(Witness::default());
    let fetchers = [vec![], vec![allow]].map(|allow| (witness.fetcher(allow.clone()), allow));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (connected, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let answers = prop::collection::vec(an_address(), 0..ADDRESSES_MAX + 2);
    let answers = prop_oneof![3 => prop::collection::vec(an_address(), 0..3), 1 => answers];
    TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) })
        .run(&(a_url(), answers), |(text, answers)| {
            let Ok(url) = Url::parse(&text) else { return Ok(()) };
            witness.answers.lock().expect("no panic").clone_from(&answers);
            for (fetcher, allow) in &fetchers {
                let ended = runtime.block_on(fetcher.get(request(url.as_str())));
                prop_assert!(ended.is_err(), "{text}");
                let (asked, dialled) = witness.seen();
                prop_assert!(asked.len() <= 1, "{text}: {asked:?}");
                let may_be = |ip: IpAddr| is_public(ip) || allow.iter().any(|net| net.contains(&ip));
                for socket in &dialled {
                    let allowed = allow.iter().any(|net| net.contains(&socket.ip()));
                    prop_assert!(may_be(socket.ip()), "{text} -> {socket} of {answers:?}");
                    prop_assert!(allowed || PORTS.contains(&socket.port()), "{text} -> {socket}");
                    prop_assert!(asked.is_empty() || answers.contains(&socket.ip()), "{text} -> {socket}");
                }
                let all_may_be = answers.len() <= ADDRESSES_MAX && answers.iter().all(|ip| may_be(*ip));
                prop_assert!(asked.is_empty() || dialled.is_empty() || all_may_be, "{text}: {answers:?}");
                let count = if dialled.is_empty() { &refused } else { &connected };
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
        .expect("the property");
    let (connected, refused) = (connected.into_inner(), refused.into_inner());
    assert!(connected > cases as usize / 20 && refused > cases as usize / 20, "{connected} {refused}");
}

/// The same after a redirect, whose first hop is a server of the test's own.
#[test]
fn whatever_a_redirect_leads_to_is_public_or_allowed() {
    const CASES: u32 = 400;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let location = Arc::new(Mutex::new(String::new()));
    let server = runtime.block_on(Server::start({
        let location = Arc::clone(&location);
        move |_, mut stream| {
            let field = format!("Location: {}", location.lock().expect("no panic"));
            async move { super::server::write(&mut stream, &answer("302 Found", &[&field], b"")).await }
        }
    }));
    let witness = Arc::new(Witness { door: Some(server.address), ..Witness::default() });
    let fetcher = witness.fetcher(vec!["127.0.0.1/32".parse().expect("a network")]);
    let connected = AtomicUsize::new(0);
    let answers = prop::collection::vec(an_address(), 1..3);
    TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })
        .run(&(a_url(), answers), |(text, answers)| {
            if text.contains(|c: char| c.is_control()) {
                return Ok(());
            }
            location.lock().expect("no panic").clone_from(&text);
            witness.answers.lock().expect("no panic").clone_from(&answers);
            let ended = runtime.block_on(fetcher.get(request(&server.url("/"))));
            prop_assert!(ended.is_err(), "{text}");
            let (asked, dialled) = witness.seen();
            prop_assert!(asked.len() <= 1, "{text}: {asked:?}");
            for socket in &dialled {
                let allowed = socket.ip() == Ipv4Addr::LOCALHOST;
                prop_assert!(allowed || is_public(socket.ip()), "{text} -> {socket}");
                prop_assert!(asked.is_empty() || answers.contains(&socket.ip()), "{text} -> {socket}");
            }
            connected.fetch_add(usize::from(!dialled.is_empty()), Ordering::Relaxed);
            Ok(())
        })
        .expect("the property");
    assert!(connected.into_inner() > CASES as usize / 40);
}
