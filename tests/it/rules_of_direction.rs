//! The rules of direction of the architecture, read off the sources: who may name whom. A file's own
//! tests are not looked at; a breach that has its reason stands in [`ALLOWED`].

use std::path::Path;

/// What a part of the program may name of our own. Parts are folders or files directly under `src/`.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("model", &["model"]),
    ("store", &["error", "model", "store"]),
    ("net", &["error", "model", "net"]),
    ("mail", &["error", "mail", "model"]),
    (
        "actions",
        &[
            "actions",
            "app",
            "bell",
            "credentials",
            "error",
            "limits",
            "mail",
            "model",
            "moderators",
            "net",
            "passwords",
            "secret",
            "store",
        ],
    ),
    ("xmlrpc", &["actions", "app", "error", "limits", "model", "store", "xmlrpc"]),
    ("jobs", &["actions", "app", "error", "jobs", "model", "secret", "store"]),
    ("cli", &["actions", "app", "cli", "config", "error", "model", "store", "telemetry"]),
    (
        "web",
        &[
            "actions",
            "app",
            "cache",
            "config",
            "error",
            "limits",
            "model",
            "secret",
            "store",
            "telemetry",
            "web",
            "xmlrpc",
        ],
    ),
];

/// Words that stand in some parts only: the word, and where it may stand.
const WORDS: &[(&str, &[&str])] = &[
    ("sqlx::", &["store"]),
    ("axum::", &["web"]),
    ("quick_xml::", &["xmlrpc", "web/xml.rs"]),
    ("image::", &["net/picture.rs"]),
    ("reqwest", &[]),
    ("hyper_util::client", &[]),
    ("hyper::client", &["net/fetcher"]),
    ("lettre::", &["mail"]),
    ("TcpStream::connect", &["net/dialer.rs"]),
    ("TcpSocket", &[]),
    ("UdpSocket", &[]),
    ("UnixStream", &[]),
    ("lookup_host", &["net/resolver.rs"]),
    ("to_socket_addrs", &[]),
    ("process::Command", &["mail.rs"]),
    // Where a ban of clippy.toml is lifted.
    (
        "clippy::disallowed_methods",
        &[
            "mail.rs",
            "mail/settings.rs",
            "model/time.rs",
            "net/dialer.rs",
            "net/resolver.rs",
            "net/fetcher/connection.rs",
        ],
    ),
    ("SystemTime::now", &["model/time.rs"]),
    ("std::env::var", &["config.rs"]),
    ("\"SELECT ", &["store"]),
    ("\"INSERT ", &["store"]),
    ("\"UPDATE ", &["store"]),
    ("\"DELETE ", &["store"]),
    ("\"WITH ", &["store"]),
    ("\"PRAGMA ", &["store"]),
];

/// Breaches that are wanted: file, what it names, and why.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("cli/doctor.rs", "net", "it looks at a page as a pinging server does, and changes nothing"),
    ("cli/serve.rs", "jobs", "the server starts what runs in it"),
    ("cli/serve.rs", "web", "the server starts what runs in it"),
];

#[test]
fn imports_point_inwards_only() {
    let mut breaches = Vec::new();
    for (path, source) in sources() {
        let Some((part, may_name)) = MAY_NAME.iter().find(|(part, _)| is_in(&path, part)) else { continue };
        for named in own_parts(&source) {
            if !may_name.contains(&named.as_str()) && !is_allowed(&path, &named) {
                breaches.push(format!("{path}: {part} names {named}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn engines_protocols_and_sockets_are_named_in_their_ring_only() {
    let breaches: Vec<String> = sources()
        .iter()
        .flat_map(|(path, source)| misplaced_words(path, source).map(move |word| format!("{path}: {word}")))
        .collect();
    assert!(breaches.is_empty(), "{breaches:#?}");
}

/// The words of [`WORDS`] that a file has and may not have.
fn misplaced_words<'a>(path: &'a str, source: &'a str) -> impl Iterator<Item = &'static str> + 'a {
    let is_placed =
        move |word: &str, places: &[&str]| places.iter().any(|place| is_in(path, place)) || is_allowed(path, word);
    WORDS.iter().filter(move |(word, places)| source.contains(word) && !is_placed(word, places)).map(|(word, _)| *word)
}

/// S-FETCH-6: there is one fetcher. Each call by which a file could fetch past it, the word that tells of it,
/// and where it may stand.
#[test]
fn a_file_that_fetches_past_the_fetcher_is_found() {
    for (call, word, home) in [
        ("reqwest::get(url)", "reqwest", None),
        ("hyper_util::client::legacy::Client::builder(e)", "hyper_util::client", None),
        ("hyper::client::conn::http1::handshake(io)", "hyper::client", Some("net/fetcher/connection.rs")),
        ("tokio::net::TcpStream::connect(socket)", "TcpStream::connect", Some("net/dialer.rs")),
        ("std::net::TcpStream::connect_timeout(&socket, t)", "TcpStream::connect", Some("net/dialer.rs")),
        ("tokio::net::TcpSocket::new_v4()", "TcpSocket", None),
        ("std::net::UdpSocket::bind(socket)", "UdpSocket", None),
        ("std::os::unix::net::UnixStream::connect(path)", "UnixStream", None),
        ("tokio::net::lookup_host(name)", "lookup_host", Some("net/resolver.rs")),
        ("(name, 80).to_socket_addrs()", "to_socket_addrs", None),
        ("std::process::Command::new(\"curl\")", "process::Command", Some("mail.rs")),
    ] {
        for path in ["actions/send_webhook.rs", "web/login/oidc.rs", "jobs/avatar.rs", "net/feeds.rs", "mail.rs"] {
            if home == Some(path) {
                continue;
            }
            assert_eq!(misplaced_words(path, call).collect::<Vec<_>>(), [word], "{call} in {path}");
        }
        if let Some(home) = home {
            assert_eq!(misplaced_words(home, call).count(), 0, "{call} in {home}");
        }
    }
}

/// The words can be got round by other names; clippy knows the functions whatever they are called.
#[test]
fn clippy_bans_every_call_that_connects_or_looks_up() {
    let banned = std::fs::read_to_string(root().join("clippy.toml")).unwrap();
    for call in [
        "std::net::TcpStream::connect",
        "std::net::TcpStream::connect_timeout",
        "std::net::ToSocketAddrs::to_socket_addrs",
        "std::net::UdpSocket::bind",
        "std::os::unix::net::UnixStream::connect",
        "tokio::net::TcpSocket::connect",
        "tokio::net::TcpStream::connect",
        "tokio::net::UdpSocket::bind",
        "tokio::net::UnixStream::connect",
        "tokio::net::lookup_host",
        "hyper::client::conn::http1::handshake",
        "hyper::client::conn::http1::Builder::handshake",
    ] {
        assert!(banned.contains(&format!("{{ path = \"{call}\"")), "{call}");
    }
}

/// No library of the program brings a client of its own; those of the tests may.
#[test]
fn no_dependency_is_an_http_client() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("\n[").find_map(|section| section.strip_prefix("dependencies]")).unwrap();
    for client in ["reqwest", "ureq", "isahc", "curl", "attohttpc", "minreq", "surf", "hyper-rustls", "client-legacy"] {
        assert!(!dependencies.contains(client), "{client}");
    }
}

/// An exception that nothing needs any more goes, and so does a rule about a part that is gone.
#[test]
fn every_exception_and_every_rule_is_needed() {
    let sources = sources();
    for (file, word, _reason) in ALLOWED {
        let named = |source: &str| source.contains(word) || own_parts(source).iter().any(|part| part == word);
        assert!(sources.iter().any(|(path, source)| path == file && named(source)), "{file} {word}");
    }
    for (part, _) in MAY_NAME {
        assert!(sources.iter().any(|(path, _)| is_in(path, part)), "{part}");
    }
    for (word, places) in WORDS.iter().filter(|(word, _)| word.ends_with("::")) {
        assert!(
            sources.iter().any(|(path, source)| places.iter().any(|p| is_in(path, p)) && source.contains(word)),
            "{word}"
        );
    }
}

#[test]
fn what_a_file_names_is_read_off_its_paths() {
    let source = "use crate::store::{Db, Tx};\nuse crate::{error::Error, net};\nfn f() { crate::actions::g() }";
    assert_eq!(own_parts(source), ["actions", "error", "net", "store"]);
    assert_eq!(
        without_comments_and_tests("a // crate::b\n//! c\nd\n#[cfg(test)]\nmod tests {\ncrate::e }"),
        "a \n\nd\n"
    );
}

/// Every file of the program without its comments and its tests, by its path under `src/`.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join("src"), "", &mut found);
    assert!(found.len() > 100, "{}", found.len());
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, under: &str, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            collect(&path, &format!("{under}{name}/"), found);
        } else if path.extension().is_some_and(|e| e == "rs") && name != "tests.rs" && !under.contains("/tests/") {
            let source = std::fs::read_to_string(&path).unwrap();
            found.push((format!("{under}{name}"), without_comments_and_tests(&source)));
        }
    }
}

/// Unit tests stand at the end of a file.
fn without_comments_and_tests(source: &str) -> String {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.split_inclusive('\n')
        .map(|line| {
            line.find("//")
                .filter(|at| !line[..*at].ends_with(':'))
                .map_or_else(|| line.to_owned(), |at| line[..at].to_owned() + "\n")
        })
        .collect()
}

/// The parts of our own that a source names: `crate::part`, also in `use crate::{part, …}`.
fn own_parts(source: &str) -> Vec<String> {
    let mut parts = std::collections::BTreeSet::new();
    for rest in source.split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default().split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let name: String = name.trim().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if !name.is_empty() {
                parts.insert(name);
            }
        }
    }
    parts.into_iter().collect()
}

fn is_in(path: &str, part: &str) -> bool {
    path == part || path == format!("{part}.rs") || path.starts_with(&format!("{part}/"))
}

fn is_allowed(path: &str, named: &str) -> bool {
    ALLOWED.iter().any(|(file, word, _)| *file == path && *word == named)
}
