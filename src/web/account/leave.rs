//! `B/account/delete`: what goes with the account and what stays, and its end. `B/account/deleted` is where that leads.

use std::time::Duration;

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::Chrome;
use super::owner::{Owner, Proven, Sent, page};
use crate::actions::delete_account::delete_account;
use crate::error::{Error, Result};
use crate::web::login::finish::set_cookie;
use crate::web::session;
use crate::web::site::Here;

/// What is to be typed.
const WORD: &str = "delete";

#[derive(Template)]
#[template(path = "web/account/delete.html")]
struct DeletePage {
    chrome: Chrome,
    is_fresh: bool,
    word: &'static str,
    texts: bool,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "web/account/deleted.html")]
struct Deleted<'a> {
    here: &'a Here,
}

/// Says what it means.
pub(super) async fn show(owner: Owner) -> Result<Response> {
    let is_fresh = owner.is_fresh().await?;
    delete_page(&owner, StatusCode::OK, is_fresh, false, None)
}

fn delete_page(
    owner: &Owner,
    status: StatusCode,
    is_fresh: bool,
    texts: bool,
    error: Option<String>,
) -> Result<Response> {
    let chrome = Chrome::of(owner, "Delete your account", "data");
    owner.page(status, &DeletePage { chrome, is_fresh, word: WORD, texts, error })
}

/// Deletes the account: `confirm` is the word, `texts` whether the texts go too.
pub(super) async fn leave(Proven(sent): Proven) -> Result<Response> {
    let Sent { owner, form } = sent;
    let texts = form.is_present("texts");
    if !form.text("confirm").trim().eq_ignore_ascii_case(WORD) {
        let error = format!("Type the word “{WORD}” to confirm. Nothing was changed.");
        return delete_page(&owner, StatusCode::BAD_REQUEST, true, texts, Some(error));
    }
    match delete_account(&owner.app, &owner.visitor, texts).await {
        Ok(()) => {}
        Err(error @ Error::Conflict(_)) => {
            return delete_page(&owner, error.status(), true, texts, Some(error.to_string()));
        }
        Err(error) => return Err(error),
    }
    let mut response = owner.see("/account/deleted")?;
    for cookie in [session::cookie, session::frame_cookie].map(|c| c(&owner.app.config, "", Some(Duration::ZERO))) {
        set_cookie(&mut response, &cookie);
    }
    Ok(response)
}

/// Says that it is done.
pub(super) async fn deleted(here: Here) -> Result<Response> {
    page(&here, StatusCode::OK, &Deleted { here: &here })
}
