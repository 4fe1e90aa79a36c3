//! A log-in that was made in a window of its own is offered to the frame that opened the window: to whoever knows
//! what the challenge is the hash of, for a minute. `claim_handover` is the other end. Called by `web/login/finish`.

use std::time::Duration;

use crate::app::App;
use crate::error::{Error, Result};
use crate::model::ids::{AccountId, IdentityId};
use crate::model::site::Site;
use crate::store::handovers::{self, Handover};

/// How long the frame may take to fetch it.
pub const HANDOVER_MAX: Duration = Duration::from_mins(1);
/// Bytes of a challenge: of SHA-256.
pub const CHALLENGE_BYTES: usize = 32;

/// Offers a log-in to the frame that made the challenge. `lasting`: the browser is to keep it when it closes.
pub async fn begin_handover(
    app: &App,
    site: &Site,
    challenge: Vec<u8>,
    (account_id, identity_id): (AccountId, Option<IdentityId>),
    lasting: bool,
) -> Result<()> {
    if challenge.len() != CHALLENGE_BYTES {
        return Err(Error::invalid("handover", "This is no challenge of a comment form."));
    }
    let (site, now) = (site.id, app.clock.now());
    let new = Handover { account_id, identity_id, lasting, session_hash: None };
    app.db
        .write(async move |tx| {
            handovers::delete_expired(tx, now).await?;
            handovers::insert(tx, site, &challenge, &new, (now, now.plus(HANDOVER_MAX))).await
        })
        .await
}
