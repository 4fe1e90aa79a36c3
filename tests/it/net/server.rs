//! A server that follows a script, byte by byte.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rejoinder::net::dialer::{Dial as _, SystemDialer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

/// Listens on a free port of 127.0.0.1 until dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Reads a request, then lets `script` answer; the connection closes when it is done.
    pub(crate) async fn start<F, S>(script: F) -> Self
    where
        F: Fn(String, TcpStream) -> S + Send + Sync + 'static,
        S: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let script = Arc::new(script);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (seen, script) = (Arc::clone(&seen), Arc::clone(&script));
                tokio::spawn(async move {
                    let request = header(&mut stream).await;
                    seen.lock().expect("no panic").push(request.clone());
                    script(request, stream).await;
                });
            }
        });
        Self { address, requests, task }
    }

    /// Gives the same bytes to every request.
    pub(crate) async fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = Arc::new(bytes.into());
        Self::start(move |_, mut stream| {
            let bytes = Arc::clone(&bytes);
            async move { write(&mut stream, &bytes).await }
        })
        .await
    }

    /// Takes requests, keeps the connections open and says nothing.
    pub(crate) async fn silent() -> Self {
        Self::start(|_, stream| async move {
            std::future::pending::<()>().await;
            drop(stream);
        })
        .await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn ip(&self) -> IpAddr {
        self.address.ip()
    }

    /// All requests so far, header and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A port that answers nothing, as one behind a filter: somebody listens, but the queue of connections that
/// wait to be accepted is full, so the kernel drops what else arrives.
pub(crate) struct Filtered {
    pub(crate) address: SocketAddr,
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Filtered {
    pub(crate) async fn start() -> Self {
        const QUEUE_MAX: usize = 64;
        /// The kernel answers a connection on loopback at once, or not before a second has passed.
        const SILENCE: Duration = Duration::from_millis(500);
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
        let listener = socket.listen(1).expect("a listener");
        let address = listener.local_addr().expect("an address");
        let mut queue = Vec::new();
        while let Ok(stream) = tokio::time::timeout(SILENCE, SystemDialer.dial(address)).await {
            queue.push(stream.expect("a place in the queue"));
            assert!(queue.len() < QUEUE_MAX, "the queue never fills");
        }
        Self { address, _listener: listener, _queue: queue }
    }
}

/// A port of 127.0.0.1 that is closed: bound, so that nobody else gets it, but nobody listens.
pub(crate) fn closed() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
    let address = socket.local_addr().expect("an address");
    (socket, address)
}

/// The path of a request.
pub(crate) fn path(request: &str) -> String {
    request.split(' ').nth(1).unwrap_or_default().to_owned()
}

/// An answer with this status line's rest, header lines and body, ended by closing.
pub(crate) fn answer(status: &str, fields: &[&str], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for field in fields {
        bytes.extend_from_slice(field.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// Writes and ends the stream; a client that has gone away is no fault.
pub(crate) async fn write(stream: &mut TcpStream, bytes: &[u8]) {
    if stream.write_all(bytes).await.is_ok() {
        stream.shutdown().await.ok();
    }
}

/// Whether a request is there with its body, if it says that it has one.
fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let header = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = header.split("\r\ncontent-length: ").nth(1).and_then(|rest| rest.lines().next());
    request.len() >= end + 4 + length.map_or(0, |length| length.parse().expect("a length"))
}

async fn header(stream: &mut TcpStream) -> String {
    let mut header = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&header) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            // The first byte of a TLS greeting: no header, so the script has its turn at once.
            Ok(_) if buffer[0] == 0x16 => break,
            Ok(read) => header.extend_from_slice(&buffer[..read]),
        }
    }
    String::from_utf8_lossy(&header).into_owned()
}
