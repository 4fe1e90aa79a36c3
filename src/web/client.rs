//! Who sent a request. A layer around every route puts the [`Client`] where handlers find it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, header};

use crate::app::App;
use crate::model::client::{Client, behind_proxies};
use crate::model::text::names;

/// Finds out who sent the request (`model/client`) and keeps it with the request.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let client = of(&app, request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip()), request.headers());
    request.extensions_mut().insert(client);
    next.run(request).await
}

fn of(app: &App, peer: Option<IpAddr>, headers: &HeaderMap) -> Client {
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let trusted = &app.config.trusted_proxies;
    let ip = if trusted.is_empty() {
        peer.to_canonical()
    } else {
        let values: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect();
        behind_proxies(peer, &values.join(","), trusted)
    };
    let agent = headers.get(header::USER_AGENT).map(|v| String::from_utf8_lossy(v.as_bytes())).unwrap_or_default();
    Client { ip, agent: names::agent(&agent) }
}

impl FromRequestParts<App> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| of(app, None, &parts.headers)))
    }
}
