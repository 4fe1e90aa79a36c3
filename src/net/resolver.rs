//! Names to addresses: the only place that looks names up. The fetcher asks once for each hop of a
//! chain and pins what it was told; whether the answers may be reached is `admission`'s to say.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;

use futures_util::future::BoxFuture;

/// Looks names up. Answers may be in any order and hold doubles; the caller bounds the wait.
pub trait Resolve: Send + Sync {
    /// All addresses, IPv4 and IPv6, of `name` (lower case, no trailing dot).
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The operating system's resolver (getaddrinfo in the runtime's blocking pool), so that `/etc/hosts`
/// and the machine's name service keep their say.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    #[expect(clippy::disallowed_methods, reason = "the one place where names are looked up")]
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let sockets = tokio::net::lookup_host((name, 0)).await?;
            Ok(sockets.map(|socket| socket.ip()).collect())
        })
    }
}

/// A fixed table of names, like a `hosts` file; a name that is not in it does not exist. Serves tests,
/// and whoever wants the fetcher to see a few names and no others.
#[derive(Clone, Debug, Default)]
pub struct StaticResolver(HashMap<String, Vec<IpAddr>>);

impl StaticResolver {
    /// A table without names.
    pub fn new() -> Self {
        Self::default()
    }

    /// The table with `name` (any case) at `addresses`, in place of what it had.
    #[must_use]
    pub fn with(mut self, name: &str, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        self.0.insert(name.to_ascii_lowercase(), addresses.into_iter().collect());
        self
    }
}

impl Resolve for StaticResolver {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let answer = self.0.get(name).cloned().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such name"));
        Box::pin(std::future::ready(answer))
    }
}
