//! Logging out: this session, or all others of the account.

use crate::actions::current_actor::Visitor;
use crate::app::App;
use crate::error::Result;
use crate::store::sessions;

/// Ends the visitor's session.
pub async fn sign_out(app: &App, visitor: &Visitor) -> Result<()> {
    let hash = visitor.token_hash.clone();
    app.db.write(async move |tx| sessions::delete(tx, &hash).await).await
}

/// Ends every other session of the visitor's account; says how many there were.
pub async fn sign_out_others(app: &App, visitor: &Visitor) -> Result<u64> {
    let (account, hash) = (visitor.account.id, visitor.token_hash.clone());
    app.db.write(async move |tx| sessions::delete_others(tx, account, &hash).await).await
}
