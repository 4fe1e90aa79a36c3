//! The sessions of one's own account: which there are, and ending one of them (ASVS 7.5.2).

use crate::actions::current_actor::Visitor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::model::session::IDLE_MAX;
use crate::secret::hex;
use crate::store::sessions::{self, Listed};

/// Sessions that are listed, the last used first; more are ended with all others at once.
pub const SESSIONS_LISTED_MAX: usize = 50;

/// The visitor's sessions that still let somebody in, the last used first.
pub async fn list(app: &App, visitor: &Visitor) -> Result<Vec<Listed>> {
    let now = app.clock.now();
    let limit = i64::try_from(SESSIONS_LISTED_MAX).unwrap_or(i64::MAX);
    sessions::list_of_account(&app.db, visitor.account.id, now, now.minus(IDLE_MAX), limit).await
}

/// A name of a session for forms: half of its hash, of which nothing but the session can be found.
pub fn mark_of(session: &Listed) -> String {
    hex(&session.token_hash[..session.token_hash.len() / 2])
}

/// Ends one of them, by its mark. One that is no longer there, or is somebody else's, is not found.
pub async fn end(app: &App, visitor: &Visitor, mark: &str) -> Result<()> {
    let found = list(app, visitor).await?.into_iter().find(|session| mark_of(session) == mark);
    let found = found.ok_or_else(|| Error::not_found("This session has ended already."))?;
    app.db.write(async move |tx| sessions::delete(tx, &found.token_hash).await).await
}
