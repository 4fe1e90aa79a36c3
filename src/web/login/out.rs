//! `POST B/login/out`: ends every session that comes with the request, on the server, and leads back. Whose session is
//! over already is only led on.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::Response;
use subtle::ConstantTimeEq as _;

use super::finish::{landing, set_cookie};
use super::page::own_form;
use crate::actions::current_actor;
use crate::actions::sign_out::sign_out;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::session::Scope;
use crate::web::respond::see_other;
use crate::web::session;
use crate::web::site::Here;

/// Logs out: `csrf` of the session that shows, `return_to`.
pub async fn log_out(State(app): State<App>, here: Here, request: Request) -> Result<Response> {
    let headers = request.headers().clone();
    let form = own_form(&app, request).await?;
    if let Some(visitor) = session::visitor(&app, &headers).await? {
        let given = form.text("csrf").as_bytes();
        if !bool::from(given.ct_eq(visitor.session.csrf_token.as_bytes())) {
            let message = "This form is not of your present session. Reload the page and send it again.";
            return Err(Error::Forbidden(message.into()));
        }
        // Each of them would show as logged in once the first is gone.
        for token in session::tokens(&app.config, &headers) {
            if let Some(visitor) = current_actor::find(&app, &token, Scope::Reader).await? {
                sign_out(&app, &visitor).await?;
            }
        }
    }
    let mut response = see_other(&landing(&here, form.text("return_to")))?;
    let cookies = [session::cookie, session::frame_cookie];
    for cookie in cookies.map(|cookie| cookie(&app.config, "", Some(Duration::ZERO))) {
        set_cookie(&mut response, &cookie);
    }
    Ok(response)
}
