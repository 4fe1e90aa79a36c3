//! Connections: the only place that opens one for the fetcher. It is given addresses that `admission` let
//! pass and opens what it is given; `fetcher::connection` bounds the wait and looks who answered.

use std::io;
use std::net::SocketAddr;

use futures_util::future::BoxFuture;
use tokio::net::TcpStream;

/// Opens connections.
pub trait Dial: Send + Sync {
    /// A TCP connection to `socket`.
    fn dial(&self, socket: SocketAddr) -> BoxFuture<'_, io::Result<TcpStream>>;
}

/// The operating system's network, without any proxy.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemDialer;

impl Dial for SystemDialer {
    #[expect(clippy::disallowed_methods, reason = "the one place where outgoing connections are opened")]
    fn dial(&self, socket: SocketAddr) -> BoxFuture<'_, io::Result<TcpStream>> {
        Box::pin(TcpStream::connect(socket))
    }
}
