//! Whether somebody has proven just now who they are: asked before what cannot be taken back is done in their name
//! (ASVS 7.5.1). A session that somebody left open, or a token that was taken, is not enough for it. Any way to log in
//! to the account renews it, since every log-in begins a new session.

use crate::actions::current_actor::Visitor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::session::{PROOF_MAX, Scope};
use crate::store::sessions;

/// Whether the visitor's log-in is of the last minutes.
pub async fn is_fresh(app: &App, visitor: &Visitor) -> Result<bool> {
    let began = sessions::began_at(&app.db, &visitor.token_hash).await?;
    let is_fresh = began.is_some_and(|began| app.clock.now().since(began) <= PROOF_MAX);
    Ok(is_fresh && visitor.session.scope == Scope::Desk)
}

/// `Unauthenticated` for who has to log in again.
pub async fn require(app: &App, visitor: &Visitor) -> Result<()> {
    if is_fresh(app, visitor).await? {
        return Ok(());
    }
    let minutes = PROOF_MAX.as_secs() / 60;
    Err(Error::Unauthenticated(format!("Log in again to go on: this wants a log-in of the last {minutes} minutes.")))
}
