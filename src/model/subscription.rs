//! A reader's wish to be told by mail of new comments.

use std::time::Duration;

use crate::model::ids::{CommentId, PostId, SiteId, SubscriptionId};
use crate::model::time::Timestamp;

/// How long an address is kept that nobody has confirmed.
pub const UNCONFIRMED_KEPT: Duration = Duration::from_hours(72);
/// Confirmations that an address is asked for in [`CONFIRMATIONS_SPAN`], whatever is typed into forms (S-MAIL-2).
pub const CONFIRMATIONS_OF_ADDRESS_MAX: i64 = 3;
/// See [`CONFIRMATIONS_OF_ADDRESS_MAX`].
pub const CONFIRMATIONS_SPAN: Duration = Duration::from_hours(24);
/// Subscriptions that an address may have on a site.
pub const SUBSCRIPTIONS_OF_ADDRESS_MAX: i64 = 100;

/// What a reader wants to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Every new comment on the post.
    Comments,
    /// Answers to their own comment.
    Replies,
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Site and id are the key.
    pub site_id: SiteId,
    /// Counted per site.
    pub id: SubscriptionId,
    /// The post.
    pub post_id: PostId,
    /// The comment whose answers are wanted; `None`: every comment of the post.
    pub comment_id: Option<CommentId>,
    /// Whom to tell.
    pub email: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the address was proven; nobody is told of anything before.
    pub confirmed_at: Option<Timestamp>,
}

impl Subscription {
    /// The address so that its owner recognises it and nobody else reads it: `a…@example.org`.
    pub fn masked_email(&self) -> String {
        let (local, domain) = self.email.rsplit_once('@').unwrap_or((&self.email, ""));
        let first: String = local.chars().take(1).collect();
        format!("{first}…@{domain}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_shows_its_first_letter_and_its_domain() {
        let of = |email: &str| {
            Subscription {
                site_id: SiteId(1),
                id: SubscriptionId(1),
                post_id: PostId(1),
                comment_id: None,
                email: email.into(),
                created_at: Timestamp(0),
                confirmed_at: None,
            }
            .masked_email()
        };
        assert_eq!(of("ada@example.org"), "a…@example.org");
        assert_eq!(of("é@example.org"), "é…@example.org");
    }
}
