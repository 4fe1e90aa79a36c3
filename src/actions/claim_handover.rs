//! The frame fetches the log-in that was made in the window it opened (`begin_handover`). It proves itself by the
//! verifier, which never left it; the window knew its hash only. The session that begins is a reader's: it writes
//! comments, and lets into nothing else.
//!
//! A hand-over begins one session by cookie, once. Where the browser then keeps no cookie in the frame, the same
//! one may be claimed once more, for a token that the frame's script keeps; the first session ends with that.

use crate::actions::begin_session::Beginning;
use crate::actions::current_actor;
use crate::app::App;
use crate::error::Result;
use crate::model::client::Client;
use crate::model::session::{SESSION_MAX, Scope, TOKEN_SESSION_MAX};
use crate::model::site::Site;
use crate::secret::token_hash;
use crate::store::{handovers, sessions};

/// How the frame wants its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// By a cookie.
    Cookie,
    /// As a token that its script keeps.
    Token,
}

/// What the browser sent of other sessions.
#[derive(Clone, Debug, Default)]
pub struct Came {
    /// The token of its first-party session, which blogs of the same site see.
    pub first_party: Option<String>,
    /// The tokens of sessions that the frame had.
    pub framed: Vec<String>,
}

/// A log-in that the frame has now.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The new session's token; none where the browser sends its first-party session with the frame anyway.
    pub token: Option<String>,
    /// Whether the browser is to keep it when it closes.
    pub lasting: bool,
}

/// Claims a hand-over. `None` as long as there is none: it may come, it may have been taken, or be too late.
pub async fn claim_handover(
    app: &App,
    site: &Site,
    verifier: &str,
    wants: Wants,
    came: Came,
    client: &Client,
) -> Result<Option<Claimed>> {
    let (challenge, now, site) = (token_hash(verifier), app.clock.now(), site.id);
    // Asked every second while somebody logs in: a look that writes nothing.
    let Some(found) = handovers::find(&app.db, site, &challenge, now).await? else { return Ok(None) };
    let has_it_anyway = match (&came.first_party, wants) {
        (Some(token), Wants::Cookie) => {
            let visitor = current_actor::find(app, token, Scope::Reader).await?;
            visitor.is_some_and(|visitor| visitor.account.id == found.account_id)
        }
        _ => false,
    };
    let lasts = if wants == Wants::Token { TOKEN_SESSION_MAX } else { SESSION_MAX };
    let who = (found.account_id, found.identity_id);
    let new = Beginning::new(app, who, (Scope::Reader, lasts), came.framed, client);
    let token = new.token.clone();
    let taken = app.db.write(async move |tx| {
        let taken = match wants {
            Wants::Cookie if !has_it_anyway => {
                handovers::take_for_session(tx, site, &challenge, &new.hash, now).await?
            }
            _ => handovers::take(tx, site, &challenge, now).await?,
        };
        // A second log-in for the same frame may have come between the look and this.
        let Some(taken) = taken.filter(|t| (t.account_id, t.identity_id) == who) else { return Ok(None) };
        if let Some(first) = taken.session_hash.as_ref().filter(|_| wants == Wants::Token) {
            sessions::delete(tx, first).await?;
        }
        if !has_it_anyway {
            new.write(tx).await?;
        }
        Ok(Some(taken))
    });
    Ok(taken.await?.map(|taken| Claimed { token: (!has_it_anyway).then_some(token), lasting: taken.lasting }))
}
