//! `POST B/login/claim {"verifier": …, "as": "cookie"|"token"}`: the frame fetches the log-in that was made in the window
//! it opened. It asks once when it is told, and every second where nothing can tell it.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::check_own_page;
use super::finish::set_cookie;
use super::handed::{self, Name, not_json};
use crate::actions::claim_handover::{Came, Wants, claim_handover};
use crate::app::App;
use crate::error::Result;
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::session::{SESSION_MAX, TOKEN_SESSION_MAX};
use crate::web::session;
use crate::web::site::Here;

/// Bytes of a claim.
const CLAIM_BYTES_MAX: usize = 1_024;
/// Characters of a verifier: 32 random bytes, as PKCE has them (RFC 7636 §4.1).
const VERIFIER_CHARS: usize = 43;
/// How it is called.
const NAME: Name = Name { what: "claim", field: "verifier" };

#[derive(Deserialize)]
struct Claim {
    verifier: String,
    #[serde(default, rename = "as")]
    wants: Way,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    #[default]
    Cookie,
    Token,
}

/// Claims a hand-over. 202 as long as there is none; a cookie that the browser is to keep, or a token, when there is.
pub async fn claim(State(app): State<App>, here: Here, client: Client, request: Request) -> Result<Response> {
    check_own_page(&app, request.headers())?;
    app.limits.check_client(Limit::Readings, client.ip)?;
    let headers = request.headers().clone();
    let Some(claim) = handed::read::<Claim>(request, CLAIM_BYTES_MAX, &NAME).await? else { return Ok(not_json()) };
    if claim.verifier.len() != VERIFIER_CHARS {
        return Err(NAME.is_none());
    }
    let wants = match claim.wants {
        Way::Cookie => Wants::Cookie,
        Way::Token => Wants::Token,
    };
    let framed = [session::bearer(&headers), session::frame_token(&app.config, &headers)];
    let came =
        Came { first_party: session::token(&app.config, &headers), framed: framed.into_iter().flatten().collect() };
    let Some(claimed) = claim_handover(&app, &here.site, &claim.verifier, wants, came, &client).await? else {
        return Ok((StatusCode::ACCEPTED, Json(json!({ "state": "waiting" }))).into_response());
    };
    Ok(match (claimed.token, wants) {
        (Some(token), Wants::Token) => {
            Json(json!({ "state": "logged in", "token": token, "expires_in": TOKEN_SESSION_MAX.as_secs() }))
                .into_response()
        }
        (Some(token), Wants::Cookie) => {
            let mut response = Json(json!({ "state": "logged in" })).into_response();
            let age = claimed.lasting.then_some(SESSION_MAX);
            set_cookie(&mut response, &session::frame_cookie(&app.config, &token, age));
            response
        }
        (None, _) => Json(json!({ "state": "logged in" })).into_response(),
    })
}
