//! What doors hand to the intake, and what they get back. Used by every door that takes comments or linkbacks.

use std::sync::Arc;
use std::time::Duration;

use crate::model::account::{Account, Actor};
use crate::model::client::Client;
use crate::model::comment::{Comment, CommentType, NewComment, Status};
use crate::model::ids::{IdentityId, JobId, LinkbackId};
use crate::model::post::Post;
use crate::model::time::Timestamp;

/// What a door hands over.
#[derive(Clone, Debug)]
pub struct Submission {
    /// As it was typed, or as a linkback's source says.
    pub comment: NewComment,
    /// Comment or linkback.
    pub kind: CommentType,
    /// Who is on the other end.
    pub client: Client,
    /// Under whose account it is written, with their role on the site.
    pub author: Option<(Actor, Account)>,
    /// By which identity the author's session began; without one, by a password.
    pub identity: Option<IdentityId>,
    /// Who sends it, where that is not its author.
    pub sent_by: Option<Actor>,
    /// What is said of it beside its words.
    pub given: Given,
    /// What the form says about who filled it.
    pub signals: Signals,
    /// The client's name for this request: a repeated one is answered as the first was.
    pub idempotency_key: Option<String>,
    /// The claim this is the end of, and the job that verified it.
    pub claim: Option<Claim>,
}

/// What only an API’s client says of a comment; address, time and status only where a moderator says them
/// (`create_comment` sees to it). Empty for every form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The name in place of the account's.
    pub author: Option<String>,
    /// The e-mail in place of the account's.
    pub email: Option<String>,
    /// The URL in place of the account's.
    pub url: Option<String>,
    /// The address in place of the client's.
    pub ip: Option<String>,
    /// The program in place of the client's.
    pub agent: Option<String>,
    /// The time in place of now.
    pub created_at: Option<Timestamp>,
    /// The status in place of the verdict.
    pub status: Option<Status>,
}

/// A verified linkback on its way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The claim.
    pub linkback: LinkbackId,
    /// The job that verified it, done with the same commit.
    pub job: JobId,
    /// Whether the source is a post of the same site (WP 7.1 §3.2 rule 5).
    pub is_own_site: bool,
}

/// What a form tells about who filled it. A person leaves nothing here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// The field that people do not see has a value.
    pub honeypot_filled: bool,
    /// How long the form was open; `None` when it cannot be told, as for forms that WordPress themes made.
    pub open_for: Option<Duration>,
    /// The browser has confirmed the address that the comment is under.
    pub address_confirmed: bool,
}

/// A submission that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// As it is stored.
    pub comment: Comment,
    /// Its text as readers see it.
    pub content_html: String,
    /// The post it stands under.
    pub post: Arc<Post>,
    /// The same request had been taken before; this is its answer again.
    pub is_repeated: bool,
    /// By which its author can confirm the address, with the code that was mailed there, where that is awaited.
    pub confirmation: Option<String>,
}

impl Submission {
    /// Who sends it, if somebody is logged in.
    pub(super) fn sender(&self) -> Option<&Actor> {
        self.sent_by.as_ref().or(self.author.as_ref().map(|(actor, _)| actor))
    }
}
