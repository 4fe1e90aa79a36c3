//! A mail that is still to be written: to whom, about which comments. What a job of the outbox keeps in
//! place of words and addresses. Those are looked up when the mail is sent, so that nobody is told of
//! what was taken back meanwhile, and no copy of a text or an address lies in the outbox.

use serde::{Deserialize, Serialize};

use crate::model::ids::{AccountId, CommentId, MailedCodeId, SubscriptionId};

/// Comments that one digest names; what is more is counted.
pub const DIGEST_COMMENTS_MAX: usize = 50;

/// What happened to a comment that people may want to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// It arrived and waits for approval.
    Held,
    /// Readers see it now.
    Approved,
}

impl Event {
    /// Its name in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Approved => "approved",
        }
    }
}

/// What kind of mail it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// “Please moderate” (WP 7.1 §9.3).
    Moderation,
    /// “New comment on your post” (WP 7.1 §9.2).
    Author,
    /// A comment that a reader asked to be told of.
    Reader,
    /// The question whether an address wants to be told.
    Confirmation,
    /// A code and a link by which an address is proven.
    Code,
    /// A password was set anew.
    PasswordChanged,
}

impl LetterKind {
    /// Its name in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moderation => "moderation",
            Self::Author => "author",
            Self::Reader => "reader",
            Self::Confirmation => "confirmation",
            Self::Code => "code",
            Self::PasswordChanged => "password_changed",
        }
    }
}

/// Who gets it. One mail has one addressee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// The address of the site's option `admin_email`.
    AdminEmail,
    /// A local account.
    Account(AccountId),
    /// A reader.
    Subscription(SubscriptionId),
    /// The address that a code is for.
    MailedCode(MailedCodeId),
}

impl std::fmt::Display for Addressee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AdminEmail => f.write_str("admin"),
            Self::Account(id) => write!(f, "account-{id}"),
            Self::Subscription(id) => write!(f, "subscription-{id}"),
            Self::MailedCode(id) => write!(f, "code-{id}"),
        }
    }
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// What kind of mail.
    pub kind: LetterKind,
    /// To whom.
    pub to: Addressee,
    /// About what, oldest first: one comment, or the several of a digest.
    pub comments: Vec<CommentId>,
    /// Comments beyond [`DIGEST_COMMENTS_MAX`].
    #[serde(default)]
    pub more: u32,
    /// Which stretch of time a digest collects; none for a mail about one comment.
    #[serde(default)]
    pub window: Option<i64>,
    /// What a link is made of, sealed with the instance's key; it goes with the job, and only its hash is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
}

impl Letter {
    /// About one comment.
    pub fn about(kind: LetterKind, to: Addressee, comment: CommentId) -> Self {
        Self { kind, to, comments: vec![comment], more: 0, window: None, sealed: None }
    }

    /// The question that a subscription begins with.
    pub fn confirmation(subscription: SubscriptionId) -> Self {
        Self {
            kind: LetterKind::Confirmation,
            to: Addressee::Subscription(subscription),
            comments: Vec::new(),
            more: 0,
            window: None,
            sealed: None,
        }
    }

    /// A code on its way to its address.
    pub fn code(code: MailedCodeId, sealed: String) -> Self {
        let to = Addressee::MailedCode(code);
        Self { kind: LetterKind::Code, to, comments: Vec::new(), more: 0, window: None, sealed: Some(sealed) }
    }

    /// The news that an account has a new password.
    pub fn password_changed(account: AccountId) -> Self {
        let to = Addressee::Account(account);
        Self { kind: LetterKind::PasswordChanged, to, comments: Vec::new(), more: 0, window: None, sealed: None }
    }

    /// The same as the first of a digest.
    #[must_use]
    pub fn collecting(self, window: i64) -> Self {
        Self { window: Some(window), ..self }
    }

    /// Takes another comment in.
    pub fn add(&mut self, comment: CommentId) {
        if self.comments.contains(&comment) {
            return;
        }
        if self.comments.len() < DIGEST_COMMENTS_MAX {
            self.comments.push(comment);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Names the letter within its site: no second one of this name waits at the same time.
    pub fn key(&self) -> String {
        let (kind, to) = (self.kind.as_str(), self.to);
        match (self.window, self.comments.first()) {
            (Some(window), _) => format!("{kind}/{to}/digest-{window}"),
            (None, Some(comment)) => format!("{kind}/{to}/{comment}"),
            (None, None) => format!("{kind}/{to}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_names_fifty_comments_and_counts_the_rest() {
        let mut letter =
            Letter::about(LetterKind::Author, Addressee::Account(AccountId(3)), CommentId(1)).collecting(7);
        for id in 1..=50 {
            letter.add(CommentId(id));
        }
        assert_eq!((letter.comments.len(), letter.more), (50, 0));
        letter.add(CommentId(51));
        assert_eq!((letter.comments.len(), letter.more), (50, 1));
        assert_eq!(letter.key(), "author/account-3/digest-7");
    }

    #[test]
    fn a_letter_survives_its_storage_and_holds_no_address() {
        let letter = Letter::about(LetterKind::Moderation, Addressee::AdminEmail, CommentId(9));
        let stored = serde_json::to_string(&letter).unwrap();
        assert_eq!(serde_json::from_str::<Letter>(&stored).unwrap(), letter);
        assert_eq!((letter.key().as_str(), stored.contains('@')), ("moderation/admin/9", false));
        assert_eq!(Letter::confirmation(SubscriptionId(4)).key(), "confirmation/subscription-4");
    }
}
