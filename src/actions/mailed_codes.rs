//! Proving that somebody reads the mail of an address: a code and a link are mailed, and one of them comes back. What
//! follows is the caller's (`log_in_by_email`, `register`, `reset_password`, `confirm_comment`).
//!
//! Whether an address is known makes no difference here: the same is counted, written and answered. Code and link are
//! made of one random token. It leaves with the mail; what stays is a hash of it, and a keyed hash of the code.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::error::{Error, Result};
use crate::limits::Limit;
use crate::model::client::Client;
use crate::model::ids::{CommentId, MailedCodeId};
use crate::model::job::{Lane, Work};
use crate::model::letter::Letter;
use crate::model::mailed_code::{
    CODE_TRIES_MAX, CODES_OF_ADDRESS_MAX, CODES_SPAN, Details, MailedCode, Purpose, address_key, typed_code,
};
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::secret::{new_token, random_bytes, token_hash};
use crate::store::{Tx, jobs, mailed_codes};

/// How long what is proven may take to lead to something: choosing a name, a password.
pub const PROVEN_LASTS: Duration = Duration::from_mins(30);
/// Bytes of a handle or of what stands in a link that are looked at.
const BYTES_MAX: usize = 128;
/// What the signatures of codes are for.
const PURPOSE: &str = "mailed code";

/// A code that is asked for.
#[derive(Clone, Debug)]
pub(super) struct New {
    pub(super) purpose: Purpose,
    /// The address in its one spelling.
    pub(super) email: String,
    /// The cookie of the browser that waits, where another one will not do.
    pub(super) browser: Option<String>,
    pub(super) details: Details,
}

/// A code that is about to be written down and mailed.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    new: MailedCode,
    key: String,
    sealed: String,
}

/// Counts a mail to an address on behalf of a client; `TooMany` when it is one too many.
pub(super) fn count(app: &App, email: &str, client: &Client) -> Result<()> {
    app.limits.check_client(Limit::MailedCodes, client.ip)?;
    app.limits.check(Limit::MailedCodesToAddress, &address_key(email))?;
    app.limits.check(Limit::MailedCodesInAll, "")
}

impl Ready {
    /// Makes token and code.
    pub(super) fn new(app: &App, site: &Site, new: New) -> Self {
        let (seed, handle, now) = (random_bytes::<32>(), new_token(), app.clock.now());
        let token = token_of(&seed);
        let code = MailedCode {
            site_id: site.id,
            id: MailedCodeId(0),
            purpose: new.purpose,
            code_hash: code_hash(app, &handle, &code_of(app, &token)),
            handle,
            browser_hash: new.browser.as_deref().map(token_hash),
            token_hash: Some(token_hash(&token)),
            tries: 0,
            comment_id: None,
            details: new.details,
            created_at: now,
            expires_at: now.plus(new.purpose.lasts()),
            proven_at: None,
            email: new.email,
        };
        Self { key: address_key(&code.email), sealed: app.secret.seal(PURPOSE, &seed), new: code }
    }

    /// By which the window that waits names it.
    pub(super) fn handle(&self) -> &str {
        &self.new.handle
    }

    /// Writes it down, and its mail, in the caller's transaction. `TooMany` when the address got enough of them lately.
    pub(super) async fn write(&self, tx: &mut Tx) -> Result<()> {
        const AN_HOUR: Duration = Duration::from_hours(1);
        let now = self.new.created_at;
        let (codes, _) = mailed_codes::of_address(tx, &self.key, now.minus(CODES_SPAN)).await?;
        if codes >= CODES_OF_ADDRESS_MAX {
            return Err(Error::TooMany { retry_after: AN_HOUR });
        }
        let id = mailed_codes::insert(tx, &self.new, &self.key).await?;
        let letter = Letter::code(id, self.sealed.clone());
        jobs::insert(tx, &Work::Mail { site: self.new.site_id, letter }, now).await
    }
}

impl Ready {
    /// The same for a comment that was just kept. Mails to one address are a minute apart, and when it got enough of
    /// them lately, there is none: says whether there is one.
    pub(super) async fn write_for_comment(&self, tx: &mut Tx, comment: CommentId) -> Result<bool> {
        const APART: Duration = Duration::from_mins(1);
        let now = self.new.created_at;
        let (codes, last) = mailed_codes::of_address(tx, &self.key, now.minus(CODES_SPAN)).await?;
        if codes >= CODES_OF_ADDRESS_MAX {
            return Ok(false);
        }
        let at = last.map_or(now, |last| last.plus(APART).max(now));
        let new = MailedCode { comment_id: Some(comment), created_at: at, ..self.new.clone() };
        let id = mailed_codes::insert(tx, &new, &self.key).await?;
        let letter = Letter::code(id, self.sealed.clone());
        jobs::insert(tx, &Work::Mail { site: new.site_id, letter }, at).await?;
        Ok(true)
    }
}

/// Writes a code down and mails it; answers with its handle.
pub(super) async fn issue(app: &App, site: &Site, new: New) -> Result<String> {
    let ready = Ready::new(app, site, new);
    let handle = ready.handle().to_owned();
    app.db.write(async move |tx| ready.write(tx).await).await?;
    app.bell.ring_in(Lane::Mail);
    Ok(handle)
}

fn token_of(seed: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(seed)
}

/// The code that goes with a link.
fn code_of(app: &App, token: &str) -> String {
    let digest = app.secret.digest(PURPOSE, &["code", token]);
    let number = digest.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

fn code_hash(app: &App, handle: &str, code: &str) -> Vec<u8> {
    app.secret.digest(PURPOSE, &["at rest", handle, code]).to_vec()
}

/// One answer for all that is wrong.
pub(super) fn over() -> Error {
    const OVER: &str = "This code or link was used, is too old, or was asked for in another browser. Nothing was \
        changed. Ask for a new one.";
    Error::Forbidden(OVER.into())
}

fn is_of_browser(code: &MailedCode, browser: Option<&str>) -> bool {
    let shown = browser.map(token_hash).unwrap_or_default();
    code.browser_hash.as_ref().is_none_or(|hash| bool::from(shown.ct_eq(hash)))
}

/// The code that a window waits for, in the browser that waits for it; proven or not.
pub async fn waiting(app: &App, site: &Site, handle: &str, browser: Option<&str>) -> Result<MailedCode> {
    if handle.is_empty() || handle.len() > BYTES_MAX {
        return Err(over());
    }
    let found = mailed_codes::find_by_handle(&app.db, site.id, handle, app.clock.now()).await?;
    found.filter(|code| is_of_browser(code, browser)).ok_or_else(over)
}

/// What came of a code that was typed.
#[derive(Clone, Debug)]
pub enum Entered {
    /// It was right.
    Proven(Box<MailedCode>),
    /// It was not; so many tries are left.
    Wrong {
        /// Tries that are left.
        left: i64,
    },
}

/// Takes a code that was typed. What is no code at all costs no try.
pub async fn enter(app: &App, site: &Site, handle: &str, browser: Option<&str>, typed: &str) -> Result<Entered> {
    let code = waiting(app, site, handle, browser).await?;
    let Some(typed) = typed_code(typed) else { return Ok(Entered::Wrong { left: CODE_TRIES_MAX - code.tries }) };
    let hash = code_hash(app, &code.handle, &typed);
    let (site, handle, now) = (site.id, code.handle, app.clock.now());
    app.db
        .write(async move |tx| {
            // Counted before it is compared: of a hundred guesses at once, five are compared.
            let counted = mailed_codes::count_try(tx, site, &handle, now).await?.ok_or_else(over)?;
            if !bool::from(hash.ct_eq(&counted.code_hash)) {
                return Ok(Entered::Wrong { left: CODE_TRIES_MAX - counted.tries });
            }
            prove(tx, counted, now).await.map(|code| Entered::Proven(Box::new(code)))
        })
        .await
}

/// Notes the proof.
async fn prove(tx: &mut Tx, code: MailedCode, now: Timestamp) -> Result<MailedCode> {
    let expires_at = now.plus(PROVEN_LASTS);
    mailed_codes::set_proven(tx, code.site_id, code.id, now, expires_at).await?;
    Ok(MailedCode { proven_at: Some(now), token_hash: None, expires_at, ..code })
}

/// A link as it is looked at, which changes nothing: mail programs and scanners do so too.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What it is of.
    pub code: MailedCode,
    /// Whether this is the browser that waits for it.
    pub is_waiting: bool,
}

/// Looks at a link.
pub async fn look_at_link(app: &App, site: &Site, token: &str, browser: Option<&str>) -> Result<Opened> {
    if token.is_empty() || token.len() > BYTES_MAX {
        return Err(over());
    }
    let found = mailed_codes::find_by_link(&app.db, site.id, &token_hash(token), app.clock.now()).await?;
    let code = found.ok_or_else(over)?;
    Ok(Opened { is_waiting: is_of_browser(&code, browser), code })
}

/// What came of a link whose button was pressed.
#[derive(Clone, Debug)]
pub enum Followed {
    /// In the browser that waits: it is the proof.
    Proven(Box<MailedCode>),
    /// In another one: this is to be typed where it is waited for. Nobody is logged in here, since who began the
    /// log-in may be somebody else than who reads the mail.
    Elsewhere {
        /// The code.
        code: String,
    },
}

/// Follows a link, once.
pub async fn follow_link(app: &App, site: &Site, token: &str, browser: Option<&str>) -> Result<Followed> {
    let Opened { code, is_waiting } = look_at_link(app, site, token, browser).await?;
    // What a lost password's link leads to is a form, which takes it (`reset_password`).
    if code.purpose == Purpose::Reset {
        return Err(over());
    }
    let (hash, now) = (token_hash(token), app.clock.now());
    let shown = code_of(app, token);
    app.db
        .write(async move |tx| {
            if !mailed_codes::take_link(tx, code.site_id, &hash, now).await? {
                return Err(over());
            }
            if !is_waiting {
                return Ok(Followed::Elsewhere { code: shown.clone() });
            }
            prove(tx, code.clone(), now).await.map(|code| Followed::Proven(Box::new(code)))
        })
        .await
}

/// Takes what is proven, in the caller's transaction, so that it leads to something once.
pub(super) async fn take(tx: &mut Tx, code: &MailedCode, now: Timestamp) -> Result<()> {
    if mailed_codes::take_proven(tx, code.site_id, &code.handle, now).await? { Ok(()) } else { Err(over()) }
}

/// What a letter with a code tells.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// As it is kept.
    pub(super) code: MailedCode,
    /// What stands in the link.
    pub(super) token: String,
    /// What is typed.
    pub(super) number: String,
}

/// What the letter with a code tells now; `None` when the code is no good any more.
pub(super) async fn told(app: &App, site: &Site, id: MailedCodeId, sealed: Option<&str>) -> Result<Option<Told>> {
    let Some(code) = mailed_codes::find(&app.db, site.id, id).await? else { return Ok(None) };
    let Some(token) = sealed.and_then(|sealed| app.secret.unseal(PURPOSE, sealed)).map(|seed| token_of(&seed)) else {
        return Ok(None);
    };
    // The row may be another one by now, under a number that was free again.
    let is_good = code.token_hash.as_ref() == Some(&token_hash(&token)) && code.expires_at > app.clock.now();
    Ok(is_good.then(|| Told { number: code_of(app, &token), code, token }))
}
