//! `B/account/log-ins`: by which providers one logs in, adding and removing them, and where one is logged in. Adding begins
//! at `B/login/start`, as every log-in does.

use askama::Template;
use axum::response::Response;
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderValue, StatusCode, Uri};

use super::Chrome;
use super::owner::{Owner, Proven, Sent};
use crate::actions::log_in_identity::unlink;
use crate::actions::offered_providers::{Offer, offered};
use crate::actions::own_sessions;
use crate::actions::sign_out::sign_out_others;
use crate::error::{Error, Result};
use crate::model::ids::IdentityId;
use crate::store::identities;
use crate::web::embed::respond::{base_path, desk_link};
use crate::web::embed::view::When;
use crate::web::embed::{build, policy};
use crate::web::query::Query;
use crate::web::session_list::{self, ListedSession};

#[derive(Template)]
#[template(path = "web/account/log_ins.html")]
struct LogInsPage {
    chrome: Chrome,
    /// Whether the log-in is of the last minutes, so that something may be changed.
    is_fresh: bool,
    /// The login of who has a password here.
    login: Option<String>,
    /// Where that is changed.
    profile: String,
    identities: Vec<Row>,
    /// The ways that can be added.
    offers: Vec<Offer>,
    sessions: Vec<ListedSession<When>>,
    /// This page, to which adding leads back.
    page: String,
}

/// A way to log in.
struct Row {
    id: IdentityId,
    provider: String,
    name: String,
    added: When,
    used: When,
    /// Whether this very session began by it.
    is_this: bool,
    /// Whether something else is left to log in with.
    can_go: bool,
}

/// Shows them.
pub(super) async fn show(owner: Owner, uri: Uri) -> Result<Response> {
    let told = match Query::of(&uri).text("done").as_deref() {
        Some("added") => Some("You can log in by it from now on."),
        Some("removed") => Some("It was removed, and nobody is logged in by it any more."),
        Some("session") => Some("That session was logged out."),
        Some("sessions") => Some("You are now logged out everywhere else."),
        _ => None,
    };
    let (app, site, visitor) = (&owner.app, &owner.here.site, &owner.visitor);
    let known = identities::list_of_account(&app.db, visitor.account.id).await?;
    let has_password = !visitor.account.password_hash.is_empty();
    let can_go = has_password || known.len() > 1;
    let rows = known.into_iter().map(|identity| Row {
        id: identity.id,
        provider: identity.proven.provider_name,
        name: identity.proven.name,
        added: build::when(site, identity.created_at),
        used: build::when(site, identity.last_used_at),
        is_this: visitor.session.identity_id == Some(identity.id),
        can_go,
    });
    let page = LogInsPage {
        chrome: Chrome::of(&owner, "How you log in", "log-ins").with(told),
        is_fresh: owner.is_fresh().await?,
        login: has_password.then(|| visitor.account.login.clone()),
        profile: desk_link(app, &owner.here, "/profile"),
        identities: rows.collect(),
        offers: offered(app, site).await?,
        sessions: session_list::list(app, visitor, |at| build::when(site, at)).await?,
        page: format!("{}/account/log-ins?done=added", base_path(&owner.here)),
    };
    let mut response = owner.page(StatusCode::OK, &page)?;
    // The forms that add a way to log in lead to its provider.
    let policy =
        HeaderValue::from_str(&policy::log_in(&owner.here)).map_err(|e| Error::internal(format!("the policy: {e}")))?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Removes an identity (`remove`), ends a session (`end`), or every other one (`others`).
pub(super) async fn change(Proven(sent): Proven) -> Result<Response> {
    let Sent { owner, form } = sent;
    let (app, visitor) = (&owner.app, &owner.visitor);
    if form.is_present("remove") {
        let id: IdentityId =
            form.text("remove").parse().map_err(|_| Error::not_found("There is no such way to log in."))?;
        unlink(app, visitor.account.id, id).await?;
        return owner.see("/account/log-ins?done=removed");
    }
    if form.is_present("others") {
        sign_out_others(app, visitor).await?;
        return owner.see("/account/log-ins?done=sessions");
    }
    own_sessions::end(app, visitor, form.text("end")).await?;
    owner.see("/account/log-ins?done=session")
}
