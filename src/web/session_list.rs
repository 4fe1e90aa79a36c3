//! One's own sessions as a page lists them. Called by the desk's profile and by the commenter's own page.

use crate::actions::current_actor::Visitor;
use crate::actions::own_sessions;
use crate::app::App;
use crate::error::Result;
use crate::model::agent;
use crate::model::session::Scope;
use crate::model::time::Timestamp;

/// One of the visitor's sessions, with times as the page words them.
pub(super) struct ListedSession<W> {
    /// Browser and system in words.
    pub(super) program: String,
    pub(super) agent: String,
    pub(super) ip: String,
    pub(super) began: W,
    pub(super) used: W,
    /// By which it is ended.
    pub(super) mark: String,
    pub(super) is_this: bool,
    /// Whether it lets into nothing but comment forms.
    pub(super) is_reader: bool,
}

/// The visitor's sessions, the last used first.
pub(super) async fn list<W>(
    app: &App,
    visitor: &Visitor,
    words: impl Fn(Timestamp) -> W,
) -> Result<Vec<ListedSession<W>>> {
    let list = own_sessions::list(app, visitor).await?;
    let told = list.into_iter().map(|session| ListedSession {
        program: agent::in_words(&session.agent).unwrap_or_else(|| "Another program".into()),
        mark: own_sessions::mark_of(&session),
        is_this: session.token_hash == visitor.token_hash,
        is_reader: session.scope == Scope::Reader,
        began: words(session.created_at),
        used: words(session.seen_at),
        agent: session.agent,
        ip: session.ip,
    });
    Ok(told.collect())
}
