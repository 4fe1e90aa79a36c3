//! Where a provider is asked, and what we are called there: found out by `ask_provider` and its neighbours here, one for
//! each way in which a provider says it, and kept with the log-in.

use serde::{Deserialize, Serialize};

use crate::model::identity::host_of;
use crate::net::identity::Auth;
use crate::secret::{hex, token_hash};

/// Characters of an issuer's part of an address of return.
const PART_CHARS: usize = 16;

/// Where a provider is asked. Kept with the log-in, so that its end goes where its beginning meant to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::actions) struct Endpoints {
    /// Whose word it is.
    pub(in crate::actions) issuer: String,
    /// How it names itself in tokens; with a place for the tenant at Microsoft.
    pub(in crate::actions) named: String,
    /// Whether its answers must name it (RFC 9207).
    pub(in crate::actions) names_itself: bool,
    /// Where visitors are sent.
    pub(in crate::actions) authorization: String,
    /// Where codes are redeemed.
    pub(in crate::actions) token: String,
    /// Where profiles are, asked in this order.
    pub(in crate::actions) profile: Vec<String>,
    /// Where its keys are, if it signs.
    pub(in crate::actions) keys: Option<String>,
    /// Where one registers.
    pub(in crate::actions) registration: Option<String>,
    /// How we prove who we are.
    pub(in crate::actions) auth: Auth,
    /// The issuer's own part of the address of return, for a provider with many issuers (ID-7).
    pub(in crate::actions) redirect_part: Option<String>,
    /// What is asked for.
    pub(in crate::actions) scopes: String,
    /// The site that the visitor named (IndieAuth).
    pub(in crate::actions) me: Option<String>,
    /// Whether the visitor was sent there once more, after it had forgotten us.
    #[serde(default)]
    pub(in crate::actions) again: bool,
}

impl Endpoints {
    /// Of an issuer that names itself as it is called here, with what few of them have left out.
    pub(super) fn of(issuer: String, auth: Auth) -> Self {
        Self {
            named: issuer.clone(),
            issuer,
            names_itself: false,
            authorization: String::new(),
            token: String::new(),
            profile: Vec::new(),
            keys: None,
            registration: None,
            auth,
            redirect_part: None,
            scopes: String::new(),
            me: None,
            again: false,
        }
    }

    /// Of one of the many issuers of a provider.
    pub(super) fn of_one_of_many(issuer: String) -> Self {
        Self { redirect_part: Some(part(&issuer)), ..Self::of(issuer, Auth::Form) }
    }

    /// Where this issuer sends people back to.
    pub(in crate::actions) fn redirect_uri(&self, base: &str, provider: &str) -> String {
        let uri = redirect_uri(base, provider);
        self.redirect_part.as_ref().map_or(uri.clone(), |part| format!("{uri}/{part}"))
    }
}

/// Where a provider sends people back to: one address for each, never taken from a request (ID-5, ID-7).
pub fn redirect_uri(base: &str, provider: &str) -> String {
    format!("{base}/login/callback/{provider}")
}

/// The part of an address of return that is an issuer's own (ID-7).
fn part(issuer: &str) -> String {
    let mut part = hex(&token_hash(issuer));
    part.truncate(PART_CHARS);
    part
}

/// The address of the file by which servers of IndieAuth know us.
pub fn client_json(base: &str) -> String {
    format!("{base}/login/client.json")
}

/// What people see at the provider as the one who asks.
pub fn client_name(base: &str) -> String {
    format!("Comments on {}", host_of(base))
}
