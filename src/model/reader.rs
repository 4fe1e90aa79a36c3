//! Which comments somebody may read through an interface that tells of more than readers' pages show
//! (WP 7.1 comments §8.3, §8.4). Pure; asked by the REST API of one comment, and handed to the store for lists.

use crate::model::account::Actor;
use crate::model::comment::{Comment, Status};
use crate::model::ids::AccountId;
use crate::model::role::Capability;

/// Which comments, as a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every one.
    All,
    /// The approved ones, and those written by the account, if there is one.
    Some {
        /// The account.
        account: Option<AccountId>,
        /// Those under its own posts too.
        own_posts: bool,
    },
}

impl Default for Scope {
    /// What anybody may read.
    fn default() -> Self {
        Self::Some { account: None, own_posts: false }
    }
}

impl Scope {
    /// What this actor may read; nobody is one who is not logged in.
    pub fn of(actor: Option<&Actor>) -> Self {
        let Some(actor) = actor else { return Self::default() };
        if actor.can(Capability::ModerateComments) {
            return Self::All;
        }
        Self::Some { account: actor.account_id, own_posts: actor.can(Capability::EditPublishedPosts) }
    }

    /// Whether a comment is among them, which stands under a post of this author.
    pub fn has(self, comment: &Comment, post_author: Option<AccountId>) -> bool {
        match self {
            Self::All => true,
            Self::Some { account, own_posts } => {
                let is_own = |of: Option<AccountId>| account.is_some() && of == account;
                comment.status == Status::Approved || is_own(comment.account_id) || (own_posts && is_own(post_author))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::comment::CommentType;
    use crate::model::ids::{CommentId, PostId, SiteId};
    use crate::model::role::Role;
    use crate::model::time::Timestamp;

    const ME: AccountId = AccountId(7);

    fn comment(status: Status, account_id: Option<AccountId>) -> Comment {
        Comment {
            site_id: SiteId(1),
            id: CommentId(1),
            post_id: PostId(1),
            parent_id: None,
            kind: CommentType::Comment,
            status,
            author_name: String::new(),
            author_email: String::new(),
            author_url: String::new(),
            author_ip: String::new(),
            agent: String::new(),
            account_id,
            content: String::new(),
            created_at: Timestamp(0),
            proven_by: String::new(),
            edited_at: None,
            reason: String::new(),
        }
    }

    #[test]
    fn who_may_read_what_is_not_approved() {
        let held = comment(Status::Hold, None);
        let mine = comment(Status::Hold, Some(ME));
        let spam = comment(Status::Spam, Some(AccountId(8)));
        for (role, held_of_others, my_own, under_my_post) in [
            (None, false, false, false),
            (Some(Role::Subscriber), false, true, false),
            (Some(Role::Contributor), false, true, false),
            (Some(Role::Author), false, true, true),
            (Some(Role::Editor), true, true, true),
            (Some(Role::Administrator), true, true, true),
        ] {
            let actor = role.map(|role| Actor { account_id: Some(ME), name: String::new(), role });
            let scope = Scope::of(actor.as_ref());
            assert_eq!(scope.has(&held, None), held_of_others, "{role:?}");
            assert_eq!(scope.has(&spam, Some(AccountId(8))), held_of_others, "{role:?}");
            assert_eq!(scope.has(&mine, None), my_own, "{role:?}");
            assert_eq!(scope.has(&held, Some(ME)), under_my_post, "{role:?}");
            assert!(scope.has(&comment(Status::Approved, None), None), "{role:?}");
        }
    }

    #[test]
    fn nobody_is_not_the_author_of_a_guest_s_comment() {
        assert!(!Scope::default().has(&comment(Status::Hold, None), None));
        let command = Actor { account_id: None, name: String::new(), role: Role::Author };
        assert!(!Scope::of(Some(&command)).has(&comment(Status::Hold, None), None));
    }
}
