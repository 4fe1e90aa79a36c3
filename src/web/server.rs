//! Listens, and stops well: connections and headers are bounded in number, size and time, and a stop
//! lets what is under way finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use futures_util::future::{Either, ready};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::Service as _;

use crate::app::App;
use crate::web::embed::thread;

/// Connections at once; more wait to be accepted.
const CONNECTIONS_MAX: usize = 8_192;
/// How long a client may take over the headers of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Header fields of a request.
const HEADERS_MAX: usize = 100;
/// Bytes of a connection's read buffer, and so of a request's headers.
const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// How long requests under way have to finish once the server is to stop.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(8);

/// Serves until the program is to stop, then lets requests under way finish, [`STOP_TIMEOUT`] at most.
pub async fn serve(listener: TcpListener, app: &App, router: Router) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = app.stopping.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, or a client that left at once: neither is worth a busy loop.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        let connection = graceful.watch(connection(stream, peer, app.clone(), router.clone()));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, %peer, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: App,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    // Answers are whole when they are written: waiting for more would only delay them.
    let _best_effort = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        if let Some(response) = thread::by_sight(&app, request.method(), request.uri(), request.headers()) {
            return Either::Left(ready(Ok(response)));
        }
        request.extensions_mut().insert(ConnectInfo(peer));
        Either::Right(router.clone().call(request))
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(HEADERS_MAX)
        .max_buf_size(BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
}
