//! `B/xmlrpc.php` over HTTP: methods, headers and sizes (WP 7.1 XML-RPC §1.1); what is inside the body is
//! `xmlrpc`'s.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};

use crate::app::App;
use crate::error::Error;
use crate::limits::Limit;
use crate::model::client::Client;
use crate::web::site::Here;
use crate::xmlrpc::codec::{BODY_BYTES_MAX, encode_fault};
use crate::xmlrpc::endpoint::{POST_ONLY, answer};
use crate::xmlrpc::fault::Fault;
use crate::xmlrpc::methods::Context;
use crate::xmlrpc::rsd;

const XML: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/xml; charset=UTF-8")];

/// Takes a call. Cookies and the content type are not looked at (E-5, E-6).
pub async fn post(State(app): State<App>, here: Here, client: Client, request: Request) -> Response {
    if rsd::is_asked_for(request.uri().query().unwrap_or_default()) {
        let home = here.site.home.as_str().trim_end_matches('/');
        return (XML, rsd::document(home, &here.base)).into_response();
    }
    if request.method() != Method::POST {
        let headers = [(header::ALLOW, "POST"), (header::CONTENT_TYPE, "text/plain;charset=UTF-8")];
        return (StatusCode::METHOD_NOT_ALLOWED, headers, POST_ONLY).into_response();
    }
    if let Err(error) = app.limits.check_client(Limit::XmlRpcCalls, client.ip) {
        return too_many(&error);
    }
    let Ok(body) = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX).await else {
        return (XML, encode_fault(&Fault::body_too_large(BODY_BYTES_MAX))).into_response();
    };
    let context = Context::new(app, here.site, here.base, client);
    (XML, answer(&context, &body).await).into_response()
}

/// The door's fault, and the header for those who look there.
fn too_many(error: &Error) -> Response {
    let mut response = (XML, encode_fault(&Fault::too_quickly())).into_response();
    if let Some(wait) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    response
}
