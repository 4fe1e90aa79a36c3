//! One connection, one request, one answer's header: connects to the addresses it is given and to no
//! other, never resolves, never follows, never pools.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio_rustls::TlsConnector;
use url::Position;

use super::budgets::{Budgets, Deadline, HEADER_BYTES_MAX, HEADER_FIELDS_MAX};
use super::error::{FetchError, Phase};
use crate::net::admission::AdmittedUrl;
use crate::net::dialer::Dial;

/// An answer whose body is still to be read; dropping it closes the connection.
pub(super) struct Answer {
    pub(super) response: Response<Incoming>,
    _driver: AbortOnDrop,
}

/// What is sent to a URL.
pub(super) struct Message {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Ends the task that drives a connection when nobody reads from it any more.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Trust in the web's certificate authorities as Mozilla lists them, TLS 1.2 and 1.3, ring.
pub(super) fn tls_config() -> Arc<ClientConfig> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    #[expect(clippy::expect_used, reason = "fails only for a provider without a suite of the default versions")]
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has TLS 1.2 and 1.3");
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(config)
}

/// Connects to the first of `sockets` that answers. Each gets an equal share of what is left of the
/// budget, so that one dead address does not eat the turn of the next.
pub(super) async fn connect(
    sockets: &[SocketAddr],
    dialer: &dyn Dial,
    budgets: &Budgets,
    deadline: Deadline,
) -> Result<TcpStream, FetchError> {
    let end = tokio::time::Instant::now() + budgets.connect;
    let mut failure = FetchError::Timeout(Phase::Connect);
    for (tried, &socket) in sockets.iter().enumerate() {
        let left = u32::try_from(sockets.len() - tried).unwrap_or(u32::MAX);
        let share = end.saturating_duration_since(tokio::time::Instant::now()) / left;
        match deadline.run(Phase::Connect, share, connect_to(socket, dialer)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) | Err(error) => failure = error,
        }
    }
    Err(failure)
}

async fn connect_to(socket: SocketAddr, dialer: &dyn Dial) -> Result<TcpStream, FetchError> {
    let failed = |error: std::io::Error| FetchError::Connect(format!("{socket}: {error}"));
    let stream = dialer.dial(socket).await.map_err(failed)?;
    let peer = stream.peer_addr().map_err(failed)?;
    if peer != socket {
        return Err(FetchError::Connect(format!("{socket}: connected to {peer} instead")));
    }
    Ok(stream)
}

/// Sends one request over `stream`, under TLS where the URL says so, and reads the answer's header.
pub(super) async fn exchange(
    stream: TcpStream,
    url: &AdmittedUrl,
    message: Message,
    tls: &Arc<ClientConfig>,
    budgets: &Budgets,
    deadline: Deadline,
) -> Result<Answer, FetchError> {
    let request = request(url, message)?;
    if !url.is_https() {
        return deadline.run(Phase::Headers, budgets.headers, send(stream, request)).await?;
    }
    let name = ServerName::try_from(url.host()).map_err(|e| FetchError::Tls(e.to_string()))?;
    let handshake = TlsConnector::from(Arc::clone(tls)).connect(name, stream);
    let stream =
        deadline.run(Phase::Tls, budgets.tls, handshake).await?.map_err(|error| FetchError::Tls(error.to_string()))?;
    deadline.run(Phase::Headers, budgets.headers, send(stream, request)).await?
}

#[expect(clippy::disallowed_methods, reason = "the one place where HTTP is spoken outwards")]
async fn send<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, FetchError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        // As people write them: `X-Pingback-Forwarded-For` is looked for by this spelling in logs and rules.
        .title_case_headers(true)
        .max_headers(HEADER_FIELDS_MAX)
        .max_header_size(HEADER_BYTES_MAX)
        .max_buf_size(HEADER_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| protocol_error(&error))?;
    // The connection's own error reaches the reader of the answer too, so the task's is dropped.
    let driver = AbortOnDrop(tokio::spawn(connection).abort_handle());
    let response = sender.send_request(request).await.map_err(|error| protocol_error(&error))?;
    Ok(Answer { response, _driver: driver })
}

/// A hyper error in our words.
pub(super) fn protocol_error(error: &hyper::Error) -> FetchError {
    if error.is_parse_too_large() {
        return FetchError::TooLarge;
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    FetchError::Protocol(text)
}

/// The request: what the caller asked to send, and what only we may say.
fn request(url: &AdmittedUrl, message: Message) -> Result<Request<Full<Bytes>>, FetchError> {
    let unusable = |error: http::Error| FetchError::Protocol(format!("request: {error}"));
    let path_and_query = &url.url()[Position::BeforePath..Position::AfterQuery];
    let request = Request::builder().method(message.method).uri(path_and_query);
    let mut request = request.body(Full::new(message.body)).map_err(unusable)?;
    *request.headers_mut() = message.headers;
    let host = HeaderValue::try_from(host_field(url)).map_err(|error| unusable(error.into()))?;
    request.headers_mut().insert(header::HOST, host);
    request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, br, deflate"));
    request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    Ok(request)
}

/// The Host field: the name as looked up, brackets around IPv6, the port where it is not the scheme's own.
fn host_field(url: &AdmittedUrl) -> String {
    let host = url.host();
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    match url.url().port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}
