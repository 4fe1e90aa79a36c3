//! The numbers by which things are known. Ids of posts and comments are counted per site, as in
//! WordPress, so an import can keep them and `#comment-123` stays valid; a type for each kind keeps
//! a comment's number from being used as a post's. Everything imports this.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A site of this instance. Counted over the instance.
    SiteId
    /// A post of one site, as WordPress's `ID`.
    PostId
    /// A comment, pingback, trackback or webmention of one site, as WordPress's `comment_ID`.
    CommentId
    /// A local account. Accounts belong to the instance; what they may do is a role on a site.
    AccountId
    /// What a provider proved somebody to be. Counted over the instance.
    IdentityId
    /// A received claim that a source links to a target, of one site.
    LinkbackId
    /// A reader's wish to be told of new comments, of one site.
    SubscriptionId
    /// A code that was mailed to an address, of one site.
    MailedCodeId
    /// A job of the outbox. Counted over the instance.
    JobId
}
